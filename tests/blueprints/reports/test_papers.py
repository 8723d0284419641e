"""The papers of one complaint, from its page to the PDF."""

from collections.abc import Callable

import pytest

from portal.models import Complaint, Rendering, writing
from portal.sop.vocabulary import Status
from tests.blueprints.desks.officer import Enter
from tests.report_story import ReportStory

Make = Callable[..., Complaint]


def test_a_complaints_page_links_to_its_papers(enter: Enter, make_complaint: Make) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    page = enter("penghubung").page(complaint).text
    assert f'<a href="/pengaduan/{complaint.tracking_id}/cetak/kartu.pdf"' in page
    assert "lembar-disposisi" not in page


def test_the_card_is_printed_by_the_worker_and_kept(
    enter: Enter, make_complaint: Make, work: Callable[[], int]
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    url = f"/pengaduan/{complaint.tracking_id}/cetak/kartu.pdf"
    officer = enter("penghubung")
    waiting = officer.get(url)
    assert waiting.status_code == 202
    assert "Naskah sedang disusun" in waiting.text
    assert work() == 1
    with officer.browser.get(url) as answer:
        assert answer.data.startswith(b"%PDF-")
    assert work() == 0


@pytest.mark.parametrize("who", ["nasional", "penghubung_lain", "unit"])
def test_papers_are_for_who_sees_the_complaint(
    enter: Enter, make_complaint: Make, who: str
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    url = f"/pengaduan/{complaint.tracking_id}/cetak/kartu.pdf"
    assert enter(who).get(url).status_code == 404


@pytest.mark.parametrize("name", ["surat-tanggapan", "berkas-ombudsman", "apa-saja"])
def test_a_paper_that_there_is_not_is_not_found(
    enter: Enter, make_complaint: Make, name: str
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    url = f"/pengaduan/{complaint.tracking_id}/cetak/{name}.pdf"
    assert enter("instansi").get(url).status_code == 404


def test_why_a_paper_could_not_be_printed_is_said_in_its_place(
    enter: Enter, story: ReportStory
) -> None:
    report = story.draft()
    with writing(story.session):
        row = story.session.get_one(Rendering, report.paper)
        row.finished_at = story.now
        row.error = {
            "message": "Huruf %(family)s belum terpasang, jadi naskah tidak dapat dicetak. "
            "Pasang %(how)s.",
            "params": {"family": "Liberation Sans", "how": "fonts-liberation"},
        }
    answer = enter("instansi").get(f"/laporan/{report.id}/naskah.pdf")
    assert answer.status_code == 500
    assert "Huruf Liberation Sans belum terpasang" in answer.text
    assert "Refresh" not in answer.headers
