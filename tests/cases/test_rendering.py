"""Papers made by the worker: the same paper once, what failed again, nothing half."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal.cases.files import FileDamaged, path_of
from portal.cases.rendering import (
    KEPT_FOR,
    discard_papers,
    discard_superseded,
    order_rendering,
    ordered,
    read_rendering,
    run_rendering,
    unfinished_renderings,
)
from portal.cases.report_archive import verify_archive
from portal.cases.report_files import latest_file, read_file
from portal.models import FileKind, Rendering, Report, writing
from portal.reporting.compose import Composed
from portal.reporting.paper import MissingFont, PaperSettings
from portal.sop.text import Refusal
from tests.conftest import MONDAY
from tests.report_story import ReportStory, some_pdf, some_pdf_named


@pytest.fixture
def paper() -> Composed:
    return Composed("Kartu", PaperSettings(size="F4"), MONDAY, ["<p>satu</p>", "<p>dua</p>"])


def rendering(session: Session, paper: Composed) -> Rendering:
    session.expire_all()
    return session.get_one(Rendering, paper.key)


def test_a_paper_is_printed_from_what_was_ordered(story: ReportStory, paper: Composed) -> None:
    seen: list[Composed] = []

    def render(given: Composed) -> bytes:
        seen.append(given)
        return some_pdf(given)

    row = ordered(story.session, paper, MONDAY)
    assert row.finished_at is None
    assert unfinished_renderings(story.session, MONDAY) == [paper.key]
    run_rendering(story.session, paper.key, render, story.folder, MONDAY)
    assert seen == [paper]
    done = rendering(story.session, paper)
    assert (done.finished_at, done.inputs) == (MONDAY, {})
    assert read_rendering(story.folder, done) == some_pdf(paper)
    assert unfinished_renderings(story.session, MONDAY) == []


def test_the_same_paper_is_printed_once_however_often_it_is_ordered(
    story: ReportStory, paper: Composed
) -> None:
    printed = []
    for _ in range(3):
        ordered(story.session, paper, MONDAY)
        run_rendering(
            story.session,
            paper.key,
            lambda given: printed.append(given) or some_pdf(given),
            story.folder,
            MONDAY,
        )
    assert len(printed) == 1


def test_a_refusal_is_kept_for_the_officer_and_the_next_order_tries_again(
    story: ReportStory, paper: Composed
) -> None:
    def refuse(_: Composed) -> bytes:
        raise MissingFont("Huruf %(family)s belum terpasang.", family="Liberation Sans")

    ordered(story.session, paper, MONDAY)
    run_rendering(story.session, paper.key, refuse, story.folder, MONDAY)
    failed = rendering(story.session, paper)
    assert failed.error["params"] == {"family": "Liberation Sans"}
    assert failed.sha256 is None
    later = MONDAY + timedelta(hours=1)
    again = ordered(story.session, paper, later)
    assert (again.error, again.finished_at) == ({}, None)
    run_rendering(story.session, paper.key, some_pdf, story.folder, later)
    assert rendering(story.session, paper).sha256


def test_a_fault_is_noted_before_it_is_raised(story: ReportStory, paper: Composed) -> None:
    def fail(_: Composed) -> bytes:
        raise ZeroDivisionError

    ordered(story.session, paper, MONDAY)
    with pytest.raises(ZeroDivisionError):
        run_rendering(story.session, paper.key, fail, story.folder, MONDAY)
    assert "gagal disusun" in rendering(story.session, paper).error["message"]


def test_a_busy_database_fails_nothing(story: ReportStory, paper: Composed) -> None:
    def busy(_: Composed) -> bytes:
        raise OperationalError("", {}, Exception())

    ordered(story.session, paper, MONDAY)
    with pytest.raises(OperationalError):
        run_rendering(story.session, paper.key, busy, story.folder, MONDAY)
    assert unfinished_renderings(story.session, MONDAY) == [paper.key]


def test_an_order_in_a_transaction_that_is_undone_leaves_none(
    story: ReportStory, paper: Composed
) -> None:
    def order_and_fail() -> None:
        with writing(story.session):
            order_rendering(story.session, paper, MONDAY)
            raise Refusal("batal")

    with pytest.raises(Refusal):
        order_and_fail()
    assert story.session.get(Rendering, paper.key) is None


def test_a_paper_that_nobody_ordered_is_not_printed(story: ReportStory) -> None:
    run_rendering(story.session, "0" * 64, some_pdf, story.folder, MONDAY)
    assert unfinished_renderings(story.session, MONDAY) == []


def test_a_paper_that_is_lost_or_changed_on_disk_is_not_given_out(
    story: ReportStory, paper: Composed
) -> None:
    ordered(story.session, paper, MONDAY)
    run_rendering(story.session, paper.key, some_pdf, story.folder, MONDAY)
    done = rendering(story.session, paper)
    path_of(story.folder, done.sha256 or "").write_bytes(b"lain")
    with pytest.raises(FileDamaged):
        read_rendering(story.folder, done)


def test_a_paper_is_known_by_what_it_says(paper: Composed) -> None:
    moment: datetime = MONDAY
    same = Composed(paper.title, paper.settings, moment, list(paper.documents))
    other = Composed(paper.title, paper.settings, moment, ["<p>lain</p>"])
    assert same.key == paper.key != other.key


# -- what is not looked at any more --------------------------------------------------------------


def printed_draft(story: ReportStory, report: Report) -> Rendering:
    assert report.paper
    run_rendering(story.session, report.paper, some_pdf, story.folder, story.now)
    return story.session.get_one(Rendering, report.paper)


def files(story: ReportStory) -> set[str]:
    return {path.name for path in story.folder.rglob("*") if path.is_file()}


def test_a_draft_goes_a_day_after_it_was_printed_once_another_took_its_place(
    story: ReportStory,
) -> None:
    story.complaints(1)
    report = story.draft()
    first = printed_draft(story, report)
    story.write(report, number=report.number, text_closing="Sekian.")
    second = printed_draft(story, report)
    gone, kept = (first.hash, first.sha256), (second.hash, second.sha256)
    almost = story.now + KEPT_FOR - timedelta(seconds=1)
    assert discard_superseded(story.session, story.folder, almost) == 0
    assert {gone[1], kept[1]} <= files(story)
    assert discard_superseded(story.session, story.folder, story.now + KEPT_FOR) == 1
    story.session.expire_all()
    assert story.session.get(Rendering, gone[0]) is None
    assert gone[1] not in files(story)
    assert read_rendering(story.folder, story.session.get_one(Rendering, kept[0]))
    assert discard_superseded(story.session, story.folder, story.now + KEPT_FOR) == 0


def test_of_an_approved_report_nothing_goes_but_its_drafts(story: ReportStory) -> None:
    story.complaints(1)
    report = story.draft()
    draft = printed_draft(story, report).sha256
    returned = story.submit(report)
    story.send_back(report)
    story.write(report, number=report.number, text_closing="Sekian.")
    story.approve(report, story.submit(report))
    story.scan(report)
    before = files(story)
    assert discard_superseded(story.session, story.folder, story.now + timedelta(days=4000)) == 2
    assert before - files(story) == {
        draft,
        sha256(some_pdf_named(returned)).hexdigest(),
    }
    assert verify_archive(story.session, story.folder).problems == ()
    assert read_rendering(story.folder, story.session.get_one(Rendering, report.paper))


def test_bytes_that_a_report_keeps_stay_when_a_paper_that_happens_to_be_the_same_goes(
    story: ReportStory, paper: Composed
) -> None:
    story.complaints(1)
    report = story.approved()
    original = latest_file(story.session, report, FileKind.ORIGINAL)
    assert original is not None
    content = read_file(story.folder, original)
    ordered(story.session, paper, story.now)
    run_rendering(story.session, paper.key, lambda _: content, story.folder, story.now)
    assert discard_superseded(story.session, story.folder, story.now + KEPT_FOR) == 1
    assert read_file(story.folder, original) == content


def test_bytes_go_only_after_no_row_names_them(
    story: ReportStory, paper: Composed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is killed between the two leaves bytes of nobody, never a row without."""
    ordered(story.session, paper, story.now)
    run_rendering(story.session, paper.key, some_pdf, story.folder, story.now)
    named: list[int] = []

    def unlink(path: Path, **_: bool) -> None:
        with closing(sqlite3.connect(story.folder.parent / "portal.db")) as other:
            (rows,) = other.execute("SELECT count(*) FROM rendering").fetchone()
            named.append(rows)

    monkeypatch.setattr(Path, "unlink", unlink)
    assert discard_superseded(story.session, story.folder, story.now + KEPT_FOR) == 1
    assert named == [0]


def test_what_is_still_to_be_printed_is_not_discarded(story: ReportStory, paper: Composed) -> None:
    ordered(story.session, paper, MONDAY)
    assert discard_superseded(story.session, story.folder, MONDAY + 2 * KEPT_FOR) == 0
    assert unfinished_renderings(story.session, MONDAY) == [paper.key]


def test_a_discarded_paper_is_printed_again_when_it_is_asked_for(
    story: ReportStory, paper: Composed
) -> None:
    for n in range(2):
        ordered(story.session, paper, MONDAY)
        run_rendering(story.session, paper.key, some_pdf, story.folder, MONDAY)
        assert read_rendering(story.folder, rendering(story.session, paper)) == some_pdf(paper)
        assert discard_superseded(story.session, story.folder, MONDAY + KEPT_FOR) == 1, n


def test_a_paper_that_is_discarded_while_it_is_printed_leaves_nothing_behind(
    story: ReportStory, paper: Composed
) -> None:
    ordered(story.session, paper, MONDAY)

    def render(given: Composed) -> bytes:
        discard_papers(story.session, story.folder)
        return some_pdf(given)

    run_rendering(story.session, paper.key, render, story.folder, MONDAY)
    assert story.session.get(Rendering, paper.key) is None
    assert files(story) == set()


def test_papers_are_discarded_at_once_but_for_those_that_a_report_shows(
    story: ReportStory, paper: Composed
) -> None:
    shown = printed_draft(story, story.draft())
    ordered(story.session, paper, MONDAY)
    discard_papers(story.session, story.folder)
    assert story.session.get(Rendering, paper.key) is None
    story.session.expire_all()
    assert story.session.get(Rendering, shown.hash) is not None
