"""The task worker and the reports: computing, printing, and what was lost on the way."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import tasks
from portal.cases.reports import create_report
from portal.models import Attachment, Rendering, Report
from portal.sop.text import Refusal
from portal.sop.vocabulary import Status
from portal.tasks import Queue
from tests.conftest import MONDAY
from tests.report_story import OCTOBER, ReportStory


@pytest.fixture
def work(queue: Queue) -> Callable[[], int]:
    """Do what is queued, as the worker does; how much it was."""

    def run() -> int:
        done = 0
        while task := queue.dequeue():
            queue.execute(task)
            done += 1
        return done

    return run


@pytest.fixture
def report_id(story: ReportStory) -> int:
    story.complaints(1)
    instansi = story.cast.actor(story.cast.instansi)
    return create_report(story.session, instansi, OCTOBER, story.now).id


def report(session: Session, report_id: int) -> Report:
    session.rollback()
    return session.get_one(Report, report_id)


def test_the_worker_computes_a_report_and_prints_it(
    queue: Queue, session: Session, report_id: int, work: Callable[[], int]
) -> None:
    queue.compute_report(report_id)
    assert work() == 1
    done = report(session, report_id)
    assert (done.computing, done.error) == (False, {})
    paper = session.get_one(Rendering, done.paper)
    assert paper.sha256
    assert queue.progress(paper.hash) is None


def test_a_report_whose_task_was_lost_is_made_up_for_when_a_worker_starts(
    queue: Queue, session: Session, report_id: int
) -> None:
    queue.resume()
    done = report(session, report_id)
    assert not done.computing
    assert session.get_one(Rendering, done.paper).sha256


def test_a_paper_whose_task_was_lost_is_printed_ten_minutes_later(
    queue: Queue,
    session: Session,
    story: ReportStory,
    clock: SimpleNamespace,
    work: Callable[[], int],
) -> None:
    paper = story.draft().paper
    clock.now = MONDAY + timedelta(minutes=9)
    queue.every_minute()
    work()
    session.rollback()
    assert session.get_one(Rendering, paper).sha256 is None
    clock.now = MONDAY + timedelta(minutes=10)
    queue.every_minute()
    work()
    session.rollback()
    assert session.get_one(Rendering, paper).sha256


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (ValueError("Sri Wahyuni"), "Angka gagal dihitung"),
        (Refusal("Huruf belum terpasang."), "Huruf belum terpasang."),
    ],
)
def test_figures_that_cannot_be_computed_say_so_on_the_reports_page(
    queue: Queue,
    session: Session,
    report_id: int,
    monkeypatch: pytest.MonkeyPatch,
    fault: Exception,
    words: str,
    work: Callable[[], int],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object) -> None:
        raise fault

    monkeypatch.setattr(tasks, "gather_basis", broken)
    queue.compute_report(report_id)
    work()
    assert [line.message for line in caplog.records if "Unhandled" in line.message] == []
    done = report(session, report_id)
    assert words in done.error["message"]
    assert not done.computing


def test_a_report_that_went_on_is_not_computed(
    queue: Queue, session: Session, story: ReportStory, work: Callable[[], int]
) -> None:
    kept = story.draft()
    before = kept.computed_at
    queue.compute_report(kept.id)
    work()
    assert report(session, kept.id).computed_at == before


def test_an_escalation_leaves_the_ombudsmans_file_with_its_complaint(
    queue: Queue,
    session: Session,
    make_complaint: Any,
    clock: SimpleNamespace,
    work: Callable[[], int],
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    clock.now = MONDAY + timedelta(days=120)
    queue.every_minute()
    queue.every_minute()
    work()
    session.rollback()
    (file,) = session.scalars(select(Attachment)).all()
    assert file.name == f"berkas-ombudsman-{complaint.tracking_id}.pdf"


def test_every_minute_removes_the_drafts_that_another_took_the_place_of(
    queue: Queue,
    session: Session,
    report_id: int,
    story: ReportStory,
    clock: SimpleNamespace,
    work: Callable[[], int],
) -> None:
    queue.compute_report(report_id)
    work()
    first = report(session, report_id).paper
    story.write(report(session, report_id), text_closing="Sekian.")
    clock.now += timedelta(days=2)
    queue.every_minute()
    work()
    assert session.get(Rendering, first) is None
    assert session.get_one(Rendering, report(session, report_id).paper).sha256
