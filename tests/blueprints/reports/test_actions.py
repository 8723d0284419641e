"""What is done to a submitted or approved report, at the two desks."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.cases.files import path_of
from portal.cases.rendering import run_rendering
from portal.cases.report_approval import submit_report
from portal.cases.reports import create_addendum
from portal.models import Report, ReportFile
from portal.sop.office_time import ZONE
from portal.sop.report_workflow import ReportState
from tests.blueprints.desks.officer import Enter, Officer
from tests.files import pdf
from tests.report_story import URL, ReportStory
from tests.reporting import pki
from tests.stories import arrive

PDF = pdf(b"pindaian")


def post(officer: Officer, report: Report, action: str, **data: Any) -> TestResponse:
    data = {"seq": str(report.seq), **data}
    return officer.post(f"/laporan/{report.id}/{action}", data, content_type="multipart/form-data")


def upload(name: str, content: bytes) -> tuple[BytesIO, str]:
    return BytesIO(content), name


def test_the_head_approves_what_he_was_shown(
    enter: Enter, story: ReportStory, submitted: Report
) -> None:
    officer = enter("kepala")
    page = officer.get(f"/laporan/{submitted.id}").text
    assert f'name="paper" value="{submitted.paper}"' in page
    answer = post(officer, submitted, "setujui", paper=submitted.paper)
    assert answer.status_code == 303
    after = officer.get(answer.location).text
    assert "Laporan disetujui." in after
    assert "Setujui</button>" not in after


@pytest.mark.parametrize("seq", ["", "x", "-1", "0", "99"])
@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "tanpa-javascript"])
def test_a_version_that_never_was_is_called_broken_and_the_note_kept(
    enter: Enter, submitted: Report, seq: str, htmx: bool
) -> None:
    data = {"seq": seq, "note": "Perbaiki tabelnya."}
    answer = enter("kepala").post(f"/laporan/{submitted.id}/kembalikan", data, htmx=htmx)
    assert answer.status_code == 422
    assert "Nomor versi di formulir ini rusak." in answer.text
    assert "berubah sejak" not in answer.text
    assert "Perbaiki tabelnya." in answer.text


def test_with_htmx_the_answer_is_the_fragment_that_the_page_holds(
    enter: Enter, submitted: Report
) -> None:
    officer = enter("kepala")
    answer = officer.post(
        f"/laporan/{submitted.id}/kembalikan",
        {"seq": str(submitted.seq), "note": "Perbaiki tabelnya."},
        htmx=True,
    )
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<article id="report">')
    assert "Perbaiki tabelnya." in answer.text


def test_what_he_wrote_stands_on_the_page_of_who_corrects_it(
    enter: Enter, story: ReportStory, submitted: Report
) -> None:
    story.send_back(submitted, "Sebutkan <nama> OPD.")
    page = enter("instansi").get(f"/laporan/{submitted.id}").text
    assert "Dikembalikan Kepala Dinas" in page
    assert "Sebutkan &lt;nama&gt; OPD." in page


def test_a_report_is_not_returned_without_a_note(enter: Enter, submitted: Report) -> None:
    answer = post(enter("kepala"), submitted, "kembalikan", note=" ")
    assert answer.status_code == 422
    assert "Isian ini wajib diisi." in answer.text


def test_what_changed_since_the_version_he_saw_stands_above_the_paper(
    enter: Enter, story: ReportStory, submitted: Report
) -> None:
    story.send_back(submitted)
    story.write(submitted, number=submitted.number, text_closing="Penutup yang lain.")
    story.submit(submitted)
    page = enter("kepala").get(f"/laporan/{submitted.id}").text
    assert "Berubah sejak versi yang terakhir Anda lihat" in page
    assert "<ins>Penutup yang lain.</ins>" in page
    assert "Angkanya tidak berubah." in page


def test_the_second_of_two_who_approve_at_once_is_told_who_was_first(
    enter: Enter, story: ReportStory, submitted: Report
) -> None:
    officer, seq = enter("kepala"), submitted.seq
    paper = submitted.paper
    story.approve(submitted, str(paper))
    answer = post(officer, submitted, "setujui", seq=str(seq), paper=paper)
    assert answer.status_code == 409
    assert "Disetujui oleh Hendra Gunawan" in answer.text


@pytest.mark.parametrize("action", ["setujui", "kembalikan", "tanda-tangan"])
def test_the_maker_does_not_do_what_is_the_heads(
    enter: Enter, submitted: Report, action: str
) -> None:
    answer = post(enter("instansi"), submitted, action, paper=submitted.paper, note="x")
    assert answer.status_code == 403


def test_a_report_is_not_archived_before_it_is_approved(enter: Enter, submitted: Report) -> None:
    answer = post(enter("instansi"), submitted, "arsipkan")
    assert answer.status_code == 409
    assert "tidak dapat dilakukan" in answer.text


def test_the_maker_waits_without_a_form(enter: Enter, submitted: Report) -> None:
    page = enter("instansi").get(f"/laporan/{submitted.id}").text
    assert "Menunggu persetujuan Kepala Dinas." in page
    assert "<textarea" not in page


@pytest.fixture
def approved(story: ReportStory) -> Report:
    """An approved report whose bytes are a real PDF with a place for the signature."""
    report = story.draft()
    instansi = story.cast.actor(story.cast.instansi)
    paper = submit_report(
        story.session, instansi, report.id, report.seq, URL, story.folder, story.now
    )
    run_rendering(story.session, paper, lambda _: pki.paper(), story.folder, story.now)
    story.approve(report, paper)
    return report


def test_the_head_signs_with_his_file_and_reads_what_it_is_worth(
    enter: Enter, story: ReportStory, approved: Report
) -> None:
    officer = enter("kepala")
    key = upload("saya.p12", pki.head_of_office().p12("embun"))
    answer = post(officer, approved, "tanda-tangan", file=key, passphrase="embun")
    assert answer.status_code == 303
    page = officer.get(answer.location).text
    assert "1 tanda tangan elektronik diperiksa dan utuh." in page
    assert "Bertanda tangan elektronik" in page
    assert "embun" not in page


def test_a_wrong_passphrase_is_said_and_comes_back_nowhere(enter: Enter, approved: Report) -> None:
    key = upload("saya.p12", pki.head_of_office().p12("embun"))
    answer = post(enter("kepala"), approved, "tanda-tangan", file=key, passphrase="keliru-12")
    assert answer.status_code == 422
    assert "Frasa sandi tidak cocok" in answer.text
    assert "keliru-12" not in answer.text


@pytest.mark.parametrize("action", ["tanda-tangan", "unggah-bertanda-tangan", "unggah-pindaian"])
def test_a_form_without_its_file_asks_for_it(enter: Enter, approved: Report, action: str) -> None:
    answer = post(enter("kepala"), approved, action)
    assert answer.status_code == 422
    assert "Pilih dahulu berkasnya." in answer.text


def test_a_file_that_is_not_the_approved_one_is_refused(enter: Enter, approved: Report) -> None:
    stray = upload("laporan.pdf", pdf(b"lain"))
    answer = post(enter("instansi"), approved, "unggah-bertanda-tangan", file=stray)
    assert answer.status_code == 422
    assert "tidak memuat laporan yang disetujui" in answer.text


def test_a_scan_is_uploaded_and_the_report_archived(
    enter: Enter, story: ReportStory, approved: Report
) -> None:
    officer = enter("instansi")
    assert "Arsipkan</button>" not in officer.get(f"/laporan/{approved.id}").text
    answer = post(officer, approved, "unggah-pindaian", file=upload("scan.pdf", PDF))
    assert answer.status_code == 303
    story.session.refresh(approved)
    assert "Arsipkan</button>" in officer.get(f"/laporan/{approved.id}").text
    assert post(officer, approved, "arsipkan").status_code == 303
    story.session.refresh(approved)
    assert approved.state == ReportState.ARCHIVED


def test_a_scan_that_looks_like_anothers_is_asked_about_and_need_not_be_chosen_again(
    enter: Enter, story: ReportStory, approved: Report
) -> None:
    officer = enter("instansi")
    doubtful = upload("laporan agustus 2026.pdf", PDF)
    answer = post(officer, approved, "unggah-pindaian", file=doubtful)
    assert answer.status_code == 422
    assert "menyebut bulan atau tahun lain" in answer.text
    assert story.session.scalar(select(ReportFile).where(ReportFile.kind == "scan")) is None
    held = answer.text.partition('name="held" value="')[2].partition('"')[0]
    again = post(officer, approved, "unggah-pindaian", held=held)
    assert again.status_code == 422
    sure = post(officer, approved, "unggah-pindaian", held=held, sure="1")
    assert sure.status_code == 303
    scan = story.session.scalars(select(ReportFile).where(ReportFile.kind == "scan")).one()
    assert path_of(story.folder, scan.sha256).read_bytes() == PDF


def test_a_held_file_cannot_be_forged_or_used_for_another_report(
    enter: Enter, story: ReportStory, approved: Report
) -> None:
    officer = enter("instansi")
    doubtful = upload("laporan agustus 2026.pdf", PDF)
    answer = post(officer, approved, "unggah-pindaian", file=doubtful)
    held = answer.text.partition('name="held" value="')[2].partition('"')[0]
    other = story.approved(month=date(2026, 9, 1), number="9")
    for report, token in ((other, held), (approved, "bohong")):
        forged = post(officer, report, "unggah-pindaian", held=token, sure="1")
        assert forged.status_code == 400


def test_a_kept_file_is_shown_or_downloaded(enter: Enter, story: ReportStory) -> None:
    report = story.archived()
    files = story.session.scalars(select(ReportFile).order_by(ReportFile.id)).all()
    browser = enter("kepala").browser
    for file in files:
        with browser.get(f"/laporan/{report.id}/berkas/{file.id}?unduh") as answer:
            assert answer.data == path_of(story.folder, file.sha256).read_bytes()
            assert file.name in answer.headers["Content-Disposition"]


def test_a_kept_file_that_was_changed_on_disk_is_not_given_out(
    enter: Enter, story: ReportStory
) -> None:
    report = story.approved()
    file = story.session.scalars(select(ReportFile)).one()
    path_of(story.folder, file.sha256).write_bytes(b"lain")
    answer = enter("kepala").get(f"/laporan/{report.id}/berkas/{file.id}")
    assert answer.status_code == 500
    assert "hilang atau berubah di penyimpanan" in answer.text


def test_an_addendum_is_begun_from_an_approved_report(enter: Enter, story: ReportStory) -> None:
    report = story.approved()
    officer = enter("instansi")
    assert "Buat adendum" in officer.get(f"/laporan/{report.id}").text
    answer = post(officer, report, "adendum")
    assert answer.status_code == 303
    assert "Adendum 1 Laporan Oktober 2026" in officer.get(answer.location).text
    assert "Buat adendum" not in enter("kepala").get(f"/laporan/{report.id}").text


def test_what_an_addendum_corrects_and_why_stands_above_its_paper(
    enter: Enter, story: ReportStory
) -> None:
    report = story.approved()
    arrive(story.session, story.cast, story.rules, datetime(2026, 10, 30, 9, 0, tzinfo=ZONE))
    instansi = story.cast.actor(story.cast.instansi)
    addendum = create_addendum(story.session, instansi, report.id, story.now)
    story.compute(addendum)
    story.write(addendum, number="11", text_reason="Satu pengaduan terlambat diimpor.")
    story.submit(addendum)
    page = enter("kepala").get(f"/laporan/{addendum.id}").text
    assert "Dikoreksi oleh adendum ini" in page
    assert "Satu pengaduan terlambat diimpor." in page
    arrived = rf'<a href="/laporan/{addendum.id}/angka/arrived">1</a>'
    assert f'<td lang="id">Masuk</td><td class="num">0</td><td class="num">{arrived}' in page


def test_an_addendum_to_what_is_not_approved_is_refused(enter: Enter, story: ReportStory) -> None:
    answer = post(enter("instansi"), story.draft(), "adendum")
    assert answer.status_code == 409
    assert "belum disetujui" in answer.text


@pytest.mark.parametrize(
    ("who", "action"),
    [
        ("kepala", "setujui"),
        ("kepala", "kembalikan"),
        ("kepala", "tanda-tangan"),
        ("kepala", "unggah-pindaian"),
        ("instansi", "arsipkan"),
        ("instansi", "isian"),
    ],
)
def test_nothing_is_done_to_a_report_that_does_not_exist(
    enter: Enter, who: str, action: str
) -> None:
    data = {"seq": "1", "note": "x", "file": upload("a.pdf", PDF), "passphrase": ""}
    answer = enter(who).post(f"/laporan/999/{action}", data, content_type="multipart/form-data")
    assert answer.status_code == 404
