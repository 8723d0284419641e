"""What is asked of the archive, by officers and by the public."""

from datetime import date, datetime

import pytest

from portal.cases.report_files import latest_file, read_file
from portal.models import FileKind, Report
from portal.queries.archive import (
    KnownFiles,
    Search,
    archive_years,
    checked_report,
    search_archive,
    year_lines,
    year_register,
)
from portal.reporting.verify import Verdict, verify
from portal.sop.office_time import ZONE
from portal.sop.vocabulary import Action, Status
from tests.report_story import ReportStory
from tests.stories import arrive, do

SEPTEMBER = date(2026, 9, 1)


@pytest.fixture
def reports(story: ReportStory) -> list[Report]:
    """September archived, October approved, August a draft."""
    september = story.archived(month=SEPTEMBER, number="065/9/403.113/2026")
    october = story.approved(number="065/10/403.113/2026")
    story.draft(month=date(2026, 8, 1), number="065/8/403.113/2026")
    return [september, october]


def found(story: ReportStory, search: Search, who: str = "kepala") -> list[int]:
    actor = story.cast.actor(story.cast.accounts[who])
    return [line.report.month.month for line in search_archive(story.session, actor, search)]


def test_the_archive_lists_what_was_approved_newest_first(
    story: ReportStory, reports: list[Report]
) -> None:
    assert found(story, Search()) == [10, 9]
    assert found(story, Search(), "unit") == []


@pytest.mark.parametrize(
    ("search", "months"),
    [
        (Search(year=2026), [10, 9]),
        (Search(year=2025), []),
        (Search(month=9), [9]),
        (Search(number="/10/"), [10]),
        (Search(number="403.113"), [10, 9]),
        (Search(words="SEPTEMBER pengaduan"), [9]),
        (Search(words="tidak-ada"), []),
        (Search(words="%"), []),
        (Search(words="oktober", year=2026, month=10, number="065"), [10]),
    ],
)
def test_it_is_searched_by_year_month_number_and_words(
    story: ReportStory, reports: list[Report], search: Search, months: list[int]
) -> None:
    assert found(story, search) == months


def test_each_line_has_the_newest_file_of_each_kind(
    story: ReportStory, reports: list[Report]
) -> None:
    kepala = story.cast.actor(story.cast.kepala)
    first, second = year_lines(story.session, kepala, 2026)
    assert set(first.files) == {FileKind.ORIGINAL, FileKind.SCAN}
    assert set(second.files) == {FileKind.ORIGINAL}


def test_years_are_those_of_reports_and_complaints(story: ReportStory) -> None:
    kepala = story.cast.actor(story.cast.kepala)
    assert archive_years(story.session, kepala) == []
    arrive(story.session, story.cast, story.rules, datetime(2025, 12, 31, 23, 0, tzinfo=ZONE))
    arrive(story.session, story.cast, story.rules, story.now)
    assert archive_years(story.session, kepala) == [2026, 2025]


def test_the_years_register_has_every_complaint_under_its_month_as_it_stands_now(
    story: ReportStory,
) -> None:
    new_year = datetime(2026, 1, 1, 0, 30, tzinfo=ZONE)
    first = arrive(story.session, story.cast, story.rules, new_year)
    ended = arrive(story.session, story.cast, story.rules, story.now, Status.RECEIVED)
    arrive(story.session, story.cast, story.rules, datetime(2025, 12, 31, 9, tzinfo=ZONE))
    do(story.session, story.cast, story.folder, ended, "nasional", Action.DISMISS, story.now)
    months = year_register(story.session, story.cast.actor(story.cast.instansi), 2026)
    assert [row.tracking_id for row in months[date(2026, 1, 1)]] == [first.tracking_id]
    (row,) = months[date(2026, 11, 1)]
    assert (row.status, row.ended_on) == ("Tidak ditindaklanjuti", story.now.date())
    assert len(months) == 12
    assert sum(map(len, months.values())) == 2


def test_the_register_is_the_readers_own(story: ReportStory) -> None:
    arrive(story.session, story.cast, story.rules, story.now)
    months = year_register(story.session, story.cast.actor(story.cast.penghubung), 2026)
    assert not any(months.values())


def test_the_public_learns_of_an_approved_report_what_the_check_page_says(
    story: ReportStory, reports: list[Report]
) -> None:
    report = reports[1]
    known = checked_report(story.session, report.code)
    assert known is not None
    assert (known.month, known.signer, known.state) == (
        report.month,
        "Hendra Gunawan",
        "approved",
    )
    file = latest_file(story.session, report, FileKind.ORIGINAL)
    assert file is not None
    assert known.sha256 == file.sha256


def test_the_public_learns_nothing_of_a_report_that_was_not_approved(story: ReportStory) -> None:
    report = story.draft()
    assert checked_report(story.session, report.code) is None
    story.submit(report)
    assert checked_report(story.session, report.code) is None
    assert checked_report(story.session, "tidak-ada") is None


def test_an_approved_file_is_recognised_and_a_scan_or_anything_else_is_not(
    story: ReportStory, reports: list[Report]
) -> None:
    known = KnownFiles(story.session)
    september, _ = reports
    original = latest_file(story.session, september, FileKind.ORIGINAL)
    scan = latest_file(story.session, september, FileKind.SCAN)
    assert original is not None
    assert scan is not None
    finding = verify(read_file(story.folder, original), known, now=story.now)
    assert finding.verdict is Verdict.GENUINE
    assert finding.file is not None
    assert finding.file.month == SEPTEMBER
    for content in (read_file(story.folder, scan), b"%PDF-1.7 lain\n%%EOF"):
        assert verify(content, known, now=story.now).verdict is Verdict.UNKNOWN
