from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import tasks
from portal.cases.import_lapor import confirm_batch, receive_file
from portal.models import Entry, ImportBatch, ImportState
from portal.sop.vocabulary import Action, Status
from portal.tasks import Queue, queue_of
from tests.cases.exports import report, write_export
from tests.conftest import MONDAY


def work(queue: Queue) -> int:
    """Do what is queued, as the worker does; how much it was."""
    done = 0
    while task := queue.dequeue():
        queue.execute(task)
        done += 1
    return done


@pytest.fixture
def batch_id(app: Flask, session: Session, cast: SimpleNamespace, tmp_path: Path) -> int:
    content = write_export(tmp_path, report(1), report(2)).read_bytes()
    actor = cast.actor(cast.nasional)
    return receive_file(session, actor, "ekspor.csv", content, app.config["FILES"], MONDAY).id


def batch(session: Session, batch_id: int) -> ImportBatch:
    session.rollback()
    return session.get_one(ImportBatch, batch_id)


def test_the_worker_reads_and_writes_what_requests_leave_to_it(
    queue: Queue, session: Session, batch_id: int, cast: SimpleNamespace
) -> None:
    queue.run_batch(batch_id)
    assert batch(session, batch_id).state == ImportState.READING
    assert work(queue) == 1
    preview = batch(session, batch_id)
    assert preview.state == ImportState.PREVIEW
    confirm_batch(session, batch_id, preview.preview["counts"], MONDAY)
    queue.run_batch(batch_id)
    work(queue)
    assert batch(session, batch_id).state == ImportState.DONE
    entry = session.scalars(select(Entry)).first()
    assert entry is not None
    assert (entry.account_id, entry.actor_name) == (
        cast.nasional.id,
        "Ratna Sari, Admin Nasional",
    )


def test_a_lost_task_is_made_up_for_when_a_worker_starts(
    queue: Queue, session: Session, batch_id: int
) -> None:
    queue.resume()
    assert batch(session, batch_id).state == ImportState.PREVIEW


def test_every_minute_takes_up_what_nobody_has_touched_for_two(
    queue: Queue, session: Session, batch_id: int, clock: SimpleNamespace
) -> None:
    clock.now = MONDAY + timedelta(minutes=1)
    queue.every_minute()
    work(queue)
    assert batch(session, batch_id).state == ImportState.READING
    clock.now = MONDAY + timedelta(minutes=2)
    queue.every_minute()
    work(queue)
    assert batch(session, batch_id).state == ImportState.PREVIEW


def test_every_minute_does_what_is_due_once_however_many_workers_there_are(
    queue: Queue, session: Session, make_complaint: Any, clock: SimpleNamespace
) -> None:
    make_complaint(Status.AWAITING_COMPLETION)
    clock.now = MONDAY + timedelta(days=90)
    queue.every_minute()
    queue.every_minute()
    work(queue)
    session.rollback()
    actions = list(session.scalars(select(Entry.action).order_by(Entry.id)))
    assert actions.count(Action.LAPSE) == 1


def test_a_fault_is_logged_without_what_it_says(
    queue: Queue,
    batch_id: int,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("Sri Wahyuni melaporkan tetangganya")

    monkeypatch.setattr(tasks, "run_batch", broken)
    queue.run_batch(batch_id)
    work(queue)
    assert "type=ValueError at=" in caplog.text
    assert "Wahyuni" not in caplog.text


def test_progress_is_told_while_a_batch_is_written_and_forgotten_after(
    queue: Queue, batch_id: int, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def slow(*arguments: Any) -> None:
        arguments[-1](500, 10_000)
        seen.append(queue.progress(batch_id))

    monkeypatch.setattr(tasks, "run_batch", slow)
    assert queue.progress(batch_id) is None
    queue.run_batch(batch_id)
    work(queue)
    assert seen == [(500, 10_000)]
    assert queue.progress(batch_id) is None


def test_tests_and_scripts_can_have_tasks_done_at_once(
    app: Flask, session: Session, batch_id: int
) -> None:
    app.config["QUEUE_IMMEDIATE"] = True
    queue_of(app).run_batch(batch_id)
    assert batch(session, batch_id).state == ImportState.PREVIEW
    assert not Path(app.config["QUEUE"]).exists()


def test_every_application_has_one_queue(app: Flask, queue: Queue) -> None:
    assert queue_of(app) is queue
