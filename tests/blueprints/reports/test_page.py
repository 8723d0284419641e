"""A report's page: what it shows, the form of its texts, and what stands in the way."""

import html
import re
from collections.abc import Callable
from datetime import date, datetime
from urllib.parse import unquote

import pytest
from flask import Flask
from sqlalchemy import select

from portal.cases.reports import ask_compute, create_addendum, create_report, note_failure
from portal.models import Complaint, Report, writing
from portal.pages.report_tables import counted
from portal.queries.reports import frozen_paper
from portal.sop.office_time import ZONE
from portal.sop.report_workflow import ReportState
from portal.sop.text import Refusal
from tests.blueprints.desks.officer import Enter, Officer
from tests.report_story import OCTOBER, ReportStory
from tests.stories import arrive


def url(report: Report, rest: str = "") -> str:
    return f"/laporan/{report.id}{rest}"


def write(report: Report, **more: str) -> dict[str, str]:
    return {"seq": str(report.seq), "number": report.number, "dated": "", **more}


def test_while_figures_are_computed_the_page_asks_again_and_has_nothing_to_type_in(
    enter: Enter, story: ReportStory
) -> None:
    instansi = story.cast.actor(story.cast.instansi)
    report = create_report(story.session, instansi, OCTOBER, story.now)
    answer = enter("instansi").get(url(report))
    assert answer.headers["Refresh"] == "2"
    assert "Angka sedang dihitung" in answer.text
    assert "<textarea" not in answer.text


def test_after_figures_failed_they_can_be_computed_again_and_not_submitted(
    enter: Enter, story: ReportStory, work: Callable[[], int]
) -> None:
    instansi = story.cast.actor(story.cast.instansi)
    report = create_report(story.session, instansi, OCTOBER, story.now)
    note_failure(story.session, report.id, Refusal("Rusak."), story.now)
    officer = enter("instansi")
    page = officer.get(url(report)).text
    assert 'id="isian"' in page
    assert "Ajukan ke Kepala Dinas" not in page
    assert officer.post(url(report, "/isian"), write(report, then="compute")).status_code == 303
    work()
    assert "Ajukan ke Kepala Dinas" in officer.get(url(report)).text


def test_the_page_frames_the_paper_and_allows_that_to_itself_alone(
    enter: Enter, submitted: Report
) -> None:
    answer = enter("kepala").get(url(submitted))
    assert f'<iframe class="paper" src="{url(submitted, "/naskah.pdf")}?v=' in answer.text
    assert "frame-src 'self';" in answer.headers["Content-Security-Policy"]
    elsewhere = enter("kepala").get("/sop/").headers["Content-Security-Policy"]
    assert "default-src 'none';" in elsewhere
    assert "frame-src" not in elsewhere


def test_the_paper_is_shown_where_it_is_framed_and_nowhere_else(
    enter: Enter, submitted: Report
) -> None:
    with enter("kepala").browser.get(url(submitted, "/naskah.pdf")) as answer:
        assert answer.data.startswith(b"%PDF-")
        assert answer.headers["Content-Type"] == "application/pdf"
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
        assert "Refresh" not in answer.headers


def test_a_paper_that_is_still_printed_says_so_and_asks_again(
    enter: Enter, story: ReportStory
) -> None:
    report = story.draft()
    answer = enter("instansi").get(url(report, "/naskah.pdf?v=x"))
    assert answer.status_code == 202
    assert "<progress" in answer.text
    first = answer.headers["Refresh"]
    assert first == f"1; url={url(report)}/naskah.pdf?v=x&ke=1#navpanes=0&view=FitH"
    again = enter("instansi").get(url(report, "/naskah.pdf?v=x&ke=1"))
    assert "ke=2" in again.headers["Refresh"]


def test_texts_are_kept_and_shown_as_ones_own(enter: Enter, story: ReportStory) -> None:
    report = story.draft()
    officer = enter("instansi")
    answer = officer.post(
        url(report, "/isian"), write(report, text_closing="Sekian & terima kasih.")
    )
    assert answer.status_code == 303
    page = officer.get(url(report)).text
    assert "Isian sudah disimpan." in page
    assert "Sekian &amp; terima kasih." in page
    assert page.count("teks sendiri") == 1


def test_a_number_is_proposed_by_the_offices_pattern(enter: Enter, story: ReportStory) -> None:
    story.draft(month=date(2026, 9, 1), number="065/1/403.113/2026")
    report = story.draft(number="")
    page = enter("instansi").get(url(report)).text
    assert 'value="065/2/403.113/2026"' in page


def test_saving_and_submitting_is_one_press(enter: Enter, story: ReportStory) -> None:
    report = story.draft(number="")
    form = write(report, number="065/7/403.113/2026", then="submit")
    answer = enter("instansi").post(url(report, "/isian"), form)
    assert answer.status_code == 303
    story.session.refresh(report)
    assert (report.state, report.number) == (ReportState.SUBMITTED, "065/7/403.113/2026")
    content = story.session.get_one(Report, report.id)
    assert content.dated == date(2026, 11, 23)


def test_the_check_page_in_the_paper_is_at_the_address_for_all(
    enter: Enter, story: ReportStory
) -> None:
    from portal.cases.report_content import snapshot_of
    from portal.models import Setting

    with writing(story.session):
        story.session.add(Setting(name="report.address", value="https://aduan.magetan.example"))
    report = story.draft()
    enter("instansi").post(url(report, "/isian"), write(report, then="submit"))
    story.session.refresh(report)
    marks = snapshot_of(story.session, report)["paper"]["marks"]
    assert marks["check_url"] == f"https://aduan.magetan.example/verifikasi/{report.code}"


def test_computing_anew_keeps_what_was_typed(enter: Enter, story: ReportStory) -> None:
    report = story.draft()
    form = write(report, text_closing="Sekian.", then="compute")
    assert enter("instansi").post(url(report, "/isian"), form).status_code == 303
    story.session.refresh(report)
    assert report.computing
    assert report.texts == {"closing": "Sekian."}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"number": "x" * 101}, "100"),
        ({"dated": "kemarin"}, "Tulis tanggal"),
        ({"text_closing": "x" * 20_001}, "20"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field_and_everything_typed_is_still_there(
    enter: Enter, story: ReportStory, changes: dict[str, str], words: str
) -> None:
    report = story.draft()
    form = write(report, text_problems="Masih kuketik ini.", **changes)
    answer = enter("instansi").post(url(report, "/isian"), form)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert words in answer.text
    assert "Masih kuketik ini." in answer.text
    story.session.refresh(report)
    assert report.texts == {}


def test_a_month_that_is_not_over_has_no_button_to_submit_and_a_forged_press_is_refused(
    enter: Enter, story: ReportStory
) -> None:
    report = story.draft(month=date(2026, 11, 1))
    officer = enter("instansi")
    page = officer.get(url(report)).text
    assert "Bulan ini belum berakhir" in page
    assert 'value="submit"' not in page
    answer = officer.post(url(report, "/isian"), write(report, then="submit"))
    assert answer.status_code == 422
    assert "hanya dapat dilihat sebagai draf" in answer.text


def test_figures_that_are_out_of_date_are_said_and_the_texts_are_kept(
    enter: Enter, story: ReportStory
) -> None:
    report = story.draft()
    arrive(story.session, story.cast, story.rules, datetime(2026, 10, 20, 9, 0, tzinfo=ZONE))
    form = write(report, text_closing="Sekian.", then="submit")
    answer = enter("instansi").post(url(report, "/isian"), form)
    assert answer.status_code == 422
    assert "1 catatan baru" in answer.text
    assert "Sekian." in answer.text
    story.session.refresh(report)
    assert report.texts == {"closing": "Sekian."}


def test_a_year_without_its_holidays_is_warned_of(enter: Enter, story: ReportStory) -> None:
    report = story.draft()
    with writing(story.session):
        story.session.get_one(Report, report.id).month = date(2029, 1, 1)
    page = enter("instansi").get(url(report)).text
    assert "Hari libur tahun 2029 belum lengkap" in page


def test_a_stale_form_answers_409_with_what_happened_and_what_was_typed(
    enter: Enter, story: ReportStory
) -> None:
    report = story.draft()
    form = write(report, text_closing="Ketikanku.")
    story.write(report, number=report.number, text_summary="Lain.")
    answer = enter("instansi").post(url(report, "/isian"), form)
    assert answer.status_code == 409
    assert "Isian diubah oleh Wahyu Hidayat" in answer.text
    assert "Ketikanku." in answer.text


def test_every_number_opens_exactly_the_complaints_that_it_counts(
    enter: Enter, story: ReportStory, submitted: Report
) -> None:
    officer = enter("kepala")
    page = officer.get(url(submitted)).text
    figures = frozen_paper(story.session, submitted).figures
    known = {one.id: one.tracking_id for one in story.session.scalars(select(Complaint))}
    links = re.findall(rf'<a href="({url(submitted)}/angka/[^"]+)">([^<]+)</a>', page)
    assert len(links) > 20
    assert {html.unescape(link).partition("?bulan=")[2] for link, _ in links} == {"", "2026-10"}
    for link, number in links:
        listed = officer.get(html.unescape(link)).text
        shown = re.findall(r'<td class="id"><a href="[^"]+">#([^<]+)</a>', listed)
        path, _, month = html.unescape(link).partition("/angka/")[2].partition("?bulan=")
        ids = counted(figures, unquote(path), month).ids
        assert sorted(shown) == sorted(known[id] for id in ids), link
        assert not number.isdecimal() or len(shown) == int(number), link
    assert not re.search(r'<td class="num">[1-9]', page)


def test_what_was_and_what_is_open_the_complaints_of_their_own_version(
    enter: Enter, story: ReportStory
) -> None:
    instansi = story.cast.actor(story.cast.instansi)
    story.complaints(2)
    report = story.draft()
    story.submit(report)
    story.send_back(report)
    arrive(story.session, story.cast, story.rules, datetime(2026, 10, 30, 9, 0, tzinfo=ZONE))
    ask_compute(story.session, instansi, report.id, report.seq, story.now)
    story.compute(report)
    story.submit(report)
    assert changed_figure(enter("kepala"), report, "Masuk") == {"2": 2, "3": 3}
    story.approve(report, str(report.paper))

    arrive(story.session, story.cast, story.rules, datetime(2026, 10, 30, 9, 0, tzinfo=ZONE))
    addendum = create_addendum(story.session, instansi, report.id, story.now)
    story.compute(addendum)
    assert changed_figure(enter("instansi"), addendum, "Masuk") == {"3": 3, "4": 4}


def changed_figure(officer: Officer, report: Report, words: str) -> dict[str, int]:
    """The two numbers of a changed figure, each with how many complaints its link lists."""
    page = officer.get(url(report)).text
    row = re.search(rf'<tr><td(?: lang="id")?>{words}</td>(.*)</tr>', page)
    assert row is not None
    return {
        number: officer.get(html.unescape(link)).text.count('<td class="id">')
        for link, number in re.findall(r'<a href="([^"]+)">(\d+)</a>', row[1])
    }


@pytest.mark.parametrize("version", ["1", "999", "x", "9" * 30])
def test_a_version_that_was_never_submitted_has_no_figures(
    enter: Enter, submitted: Report, version: str
) -> None:
    answer = enter("kepala").get(url(submitted, f"/angka/arrived?versi={version}"))
    assert answer.status_code == (404 if version in ("1", "999") else 200)


@pytest.mark.parametrize(
    "path", ["tidak-ada", "steps.9.late", "arrived?bulan=besok", "by.kecamatan.Atlantis"]
)
def test_a_number_that_is_none_is_not_found(enter: Enter, submitted: Report, path: str) -> None:
    assert enter("kepala").get(url(submitted, f"/angka/{path}")).status_code == 404


def test_the_figures_come_as_a_workbook(enter: Enter, submitted: Report) -> None:
    answer = enter("kepala").browser.get(url(submitted, "/angka.xlsx"))
    assert answer.data.startswith(b"PK")
    assert "laporan-2026-10.xlsx" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("rest", ["", "/naskah.pdf", "/angka.xlsx", "/angka/arrived", "/berkas/1"])
def test_a_report_that_does_not_exist_is_not_found(enter: Enter, rest: str) -> None:
    assert enter("kepala").get(f"/laporan/999{rest}").status_code == 404


def test_english_is_spoken_around_the_report(app: Flask, enter: Enter, submitted: Report) -> None:
    officer = enter("kepala")
    with officer.browser.session_transaction() as cookie:
        cookie["language"] = "en"
    assert "October 2026" in officer.get(url(submitted)).text
