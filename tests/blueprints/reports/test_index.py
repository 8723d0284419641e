"""The list of the months, and beginning a report."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.models import Rendering, Report
from tests.blueprints.desks.officer import Enter
from tests.report_story import ReportStory


def test_the_admin_instansi_begins_the_report_of_a_month_that_is_over(
    enter: Enter, story: ReportStory, work: Callable[[], int]
) -> None:
    story.complaints(1)
    officer = enter("instansi")
    page = officer.get("/laporan/").text
    assert page.index("November 2026") < page.index("Oktober 2026")
    assert "bulan ini belum berakhir" in page
    answer = officer.post("/laporan/", {"bulan": "2026-10"})
    assert answer.status_code == 303
    report = story.session.scalars(select(Report)).one()
    assert answer.location == f"/laporan/{report.id}"
    assert report.computing
    assert work() == 1
    done = story.session.get_one(Report, report.id)
    assert not done.computing
    assert story.session.get_one(Rendering, done.paper).sha256


def test_the_head_of_office_finds_no_button_to_begin_one(enter: Enter, story: ReportStory) -> None:
    story.complaints(1)
    officer = enter("kepala")
    page = officer.get("/laporan/").text
    assert "belum disusun" in page
    assert "Susun laporan" not in page
    assert officer.post("/laporan/", {"bulan": "2026-10"}).status_code == 403


@pytest.mark.parametrize("who", ["nasional", "penghubung", "unit", "administrator"])
@pytest.mark.parametrize("path", ["/laporan/", "/laporan/1", "/arsip/", "/arsip/2026.zip"])
def test_other_desks_have_no_reports_and_no_link_to_them(
    enter: Enter, story: ReportStory, who: str, path: str
) -> None:
    story.draft()
    assert enter(who).get(path).status_code == 403


def test_the_head_links_to_reports_and_archive_for_the_two_desks_only(enter: Enter) -> None:
    for who, linked in (("instansi", True), ("kepala", True), ("unit", False)):
        page = enter(who).get("/sop/").text
        assert ('href="/laporan/"' in page) is linked
        assert ('href="/arsip/"' in page) is linked


@pytest.mark.parametrize("month", ["", "2026-13", "besok", "2026-1"])
def test_a_month_that_is_none_answers_400(enter: Enter, month: str) -> None:
    assert enter("instansi").post("/laporan/", {"bulan": month}).status_code == 400


def test_a_month_to_come_is_refused_with_a_sentence(enter: Enter) -> None:
    answer = enter("instansi").post("/laporan/", {"bulan": "2026-12"})
    assert answer.status_code == 422
    assert "Bulan itu belum mulai." in answer.text
