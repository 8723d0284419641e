"""Who writes in a report what tells who somebody is, is warned, as in a complaint."""

import re

import pytest

from portal.models import Report, Setting, writing
from portal.sop.report_workflow import ReportState
from tests.blueprints.desks.officer import Enter
from tests.blueprints.reports.test_page import url, write
from tests.report_story import ReportStory

TOLD = "NIK 3520010101800001, telp 081234567890, hari@contoh.id"


def confirm_word(page: str) -> str:
    [word] = re.findall(r'name="send_anyway" value="(\w+)"', page)
    return str(word)


@pytest.mark.parametrize("then", ["", "compute", "submit"])
def test_a_text_that_tells_who_somebody_is_is_warned_of_before_it_is_kept(
    enter: Enter, story: ReportStory, then: str
) -> None:
    report, officer = story.draft(), enter("instansi")
    number, seq = "065/12/403.113/2026", report.seq
    form = write(report, text_closing=f"Sekian. {TOLD}", number=number, then=then)
    answer = officer.post(url(report, "/isian"), form)
    assert answer.status_code == 422
    assert "Memuat NIK, nomor telepon, alamat surel. Hapus bila tidak perlu" in answer.text
    assert f"Sekian. {TOLD}" in answer.text
    assert f'value="{number}"' in answer.text
    story.session.refresh(report)
    assert (report.seq, report.texts) == (seq, {})
    form["send_anyway"] = confirm_word(answer.text)
    other = form | {"text_closing": f"Demikian. {TOLD}"}
    assert officer.post(url(report, "/isian"), other).status_code == 422
    assert officer.post(url(report, "/isian"), form).status_code == 303
    story.session.refresh(report)
    assert report.texts["closing"] == f"Sekian. {TOLD}"


def test_a_text_that_was_sent_anyway_is_not_asked_about_again(
    enter: Enter, story: ReportStory
) -> None:
    report, officer = story.draft(), enter("instansi")
    form = write(report, text_closing=TOLD)
    form["send_anyway"] = confirm_word(officer.post(url(report, "/isian"), form).text)
    officer.post(url(report, "/isian"), form)
    story.session.refresh(report)
    again = write(report, text_closing=TOLD, number="065/13/403.113/2026")
    assert officer.post(url(report, "/isian"), again).status_code == 303


def test_names_and_the_offices_own_addresses_are_no_matter_of_a_warning(
    enter: Enter, story: ReportStory
) -> None:
    lines = ["Jl. Basuki Rahmat 1", "WA 0812-1111-2222, aduan@magetan.example"]
    with writing(story.session):
        story.session.add(Setting(name="report.paper", value={"address": lines}))
    report = story.draft()
    text = (
        "Hubungi Ibu Siti di +62 812 1111 2222, Aduan@magetan.example, kominfo@magetan.go.id atau "
        "(0351) 895123; surat 065/10/403.113/2026 tanggal 12-03-2026."
    )
    answer = enter("instansi").post(url(report, "/isian"), write(report, text_closing=text))
    assert answer.status_code == 303


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "tanpa-javascript"])
def test_a_note_that_tells_who_somebody_is_is_warned_of_before_it_is_sent(
    enter: Enter, story: ReportStory, submitted: Report, htmx: bool
) -> None:
    officer, form = enter("kepala"), {"seq": str(submitted.seq), "note": f"Hapus {TOLD}"}
    answer = officer.post(url(submitted, "/kembalikan"), form, htmx=htmx)
    assert answer.status_code == 422
    assert "Memuat NIK, nomor telepon, alamat surel. Hapus bila tidak perlu" in answer.text
    assert f"Hapus {TOLD}</textarea>" in answer.text
    story.session.refresh(submitted)
    assert submitted.state == ReportState.SUBMITTED
    form["send_anyway"] = confirm_word(answer.text)
    officer.post(url(submitted, "/kembalikan"), form, htmx=htmx)
    story.session.refresh(submitted)
    assert submitted.state == ReportState.RETURNED
