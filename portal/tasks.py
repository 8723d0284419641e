"""The task worker: what runs beside the requests, by a queue in a file of its own.

The database says what is left to do, the queue only when: a worker that is killed loses no work,
because unfinished imports are looked for at its start and every minute.
"""

import logging
import signal
import sqlite3
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from huey import SqliteHuey, crontab
from huey.api import Task
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.backup.nightly import is_due, nightly, past_backups
from portal.backup.retention import Keep
from portal.cases.case_papers import keep_dossier, missing_dossiers
from portal.cases.import_lapor import COMMAND_LINE, STALE, run_batch, unfinished_batches
from portal.cases.incoming import sweep
from portal.cases.rendering import STALE as PAPER_STALE
from portal.cases.rendering import discard_superseded, run_rendering, unfinished_renderings
from portal.cases.reports import keep_basis, note_failure, uncomputed_reports
from portal.cases.retention import apply_retention, is_night_due, retention
from portal.cases.rules import load_rules
from portal.cases.tick import tick
from portal.extensions import db
from portal.models import Assignment, ImportBatch, Report
from portal.models.faults import passes
from portal.queries.report_basis import gather_basis
from portal.reporting.compose import Composed
from portal.reporting.parts import print_paper
from portal.sop.text import N_, Refusal
from portal.viewer import actor_of

log = logging.getLogger("portal.worker")
_HEALTH_SECONDS = 10
_A_MINUTES_WORK = 200
_NOT_COMPUTED = N_("Angka gagal dihitung. Coba lagi; bila terulang, beri tahu administrator.")


class Queue(SqliteHuey):  # type: ignore[misc]
    """The queue of one application, with the tasks that run in its context."""

    def __init__(self, app: Flask) -> None:
        super().__init__(
            "portal",
            filename=str(app.config["QUEUE"]),
            results=False,
            immediate=app.config.get("QUEUE_IMMEDIATE", False),
        )
        self._app = app
        self.run_batch = self.task(name="run_batch")(self._run_batch)
        self.compute_report = self.task(name="compute_report")(self._compute_report)
        self.print_paper = self.task(name="print_paper")(self._print_paper)
        self.every_minute = self.periodic_task(crontab(), name="every_minute")(self._every_minute)
        self.on_startup("resume")(self.resume)

    # A disk without room must not stop what the queue is only told of: `resume` finds it.

    def enqueue(self, task: Task) -> None:
        with _as_far_as_there_is_room("enqueue"):
            super().enqueue(task)

    def dequeue(self) -> Task | None:
        task: Task | None = None
        with _as_far_as_there_is_room("dequeue"):
            task = super().dequeue()
        return task

    def put(self, key: str, data: object) -> None:
        with _as_far_as_there_is_room("put"):
            super().put(key, data)

    def delete(self, key: str) -> None:
        with _as_far_as_there_is_room("delete"):
            super().delete(key)

    def progress(self, work: int | str) -> tuple[int, int] | None:
        """How far a batch (rows, of how many) or a paper (by its hash) is; None before that."""
        told: tuple[int, int] | None = self.get(_progress_key(work), peek=True)
        return told

    def _run_batch(self, batch_id: int) -> None:
        with _at_work(self._app, "run_batch") as (session, now):
            batch = session.get_one(ImportBatch, batch_id)
            run_batch(
                session,
                batch_id,
                _actor(session, batch),
                load_rules(session),
                self._app.config["FILES"],
                now,
                lambda done, total: self.put(_progress_key(batch_id), (done, total)),
            )
        self.delete(_progress_key(batch_id))

    def _compute_report(self, report_id: int) -> None:
        paper = None
        with _at_work(self._app, "compute_report") as (session, now):
            report = session.get_one(Report, report_id)
            if not report.computing:
                return
            try:
                basis = gather_basis(session, report.instansi_id, report.month, now)
                paper = keep_basis(session, report_id, basis, self._app.config["FILES"], now)
            except Exception as error:
                if passes(error):
                    raise
                told = error if isinstance(error, Refusal) else Refusal(_NOT_COMPUTED)
                note_failure(session, report_id, told, now)
                raise
        if paper:
            self._print_paper(paper)

    def _print_paper(self, rendering: str) -> None:
        """Print a paper by its hash; one that is there already is left alone."""
        folder, key = self._app.config["FILES"], _progress_key(rendering)

        def render(paper: Composed) -> bytes:
            return print_paper(paper, lambda *told: self.put(key, told))

        with _at_work(self._app, "print_paper") as (session, now):
            run_rendering(session, rendering, render, folder, now)
        self.delete(key)

    def _every_minute(self) -> None:
        with _at_work(self._app, "tick") as (session, now):
            tick(session, now)
        with _at_work(self._app, "sweep") as (session, now):
            sweep(session, self._app.config["FILES"], now)
        with _at_work(self._app, "keep_dossiers") as (session, now):
            rules, folder = load_rules(session), self._app.config["FILES"]
            for complaint_id, seq in missing_dossiers(session):
                keep_dossier(session, complaint_id, seq, print_paper, rules, folder, now)
        with _at_work(self._app, "discard_superseded") as (session, now):
            discard_superseded(session, self._app.config["FILES"], now)
        with _at_work(self._app, "retention") as (session, now):
            if is_night_due(retention(session), now):
                apply_retention(session, self._app.config["FILES"], now, _A_MINUTES_WORK)
        self._back_up()
        self.resume(STALE)

    def _back_up(self) -> None:
        config = self._app.config
        with _at_work(self._app, "backup") as (session, now):
            folder = config["BACKUP_DIR"]
            if folder and is_due(past_backups(session), config["BACKUP_TIME"], now):
                instance, keep = Path(self._app.instance_path), Keep(*config["BACKUP_KEEP"])
                nightly(session, instance, folder, config["BACKUP_RECIPIENT"], keep, now)

    def resume(self, silent_for: timedelta = timedelta()) -> None:
        """Go on with whatever is unfinished and of which nothing was heard for `silent_for`."""
        with _at_work(self._app, "resume") as (session, now):
            for batch_id in unfinished_batches(session, now - silent_for):
                self._run_batch(batch_id)
            silent_for = silent_for and PAPER_STALE
            for report_id in uncomputed_reports(session, now - silent_for):
                self._compute_report(report_id)
            for rendering in unfinished_renderings(session, now - silent_for):
                self._print_paper(rendering)


def _progress_key(work: int | str) -> str:
    return f"progress-{work}"


def queue_of(app: Flask) -> Queue:
    """The queue of `app`, opened at its first use; `QUEUE_IMMEDIATE` does tasks at once."""
    if "queue" not in app.extensions:
        app.extensions["queue"] = Queue(app)
    queue: Queue = app.extensions["queue"]
    return queue


def run_worker(app: Flask) -> None:
    """Do tasks until SIGTERM, SIGINT or SIGHUP; the one in hand is finished first."""
    consumer = queue_of(app).create_consumer(workers=1, max_delay=1.0)
    stopping = threading.Event()
    consumer.start()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    while not stopping.wait(_HEALTH_SECONDS):
        consumer.check_worker_health()
    consumer.stop(graceful=True)


@contextmanager
def _as_far_as_there_is_room(what: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        if not passes(error):
            raise
        log.warning("queue %s failed: %s", what, error)


@contextmanager
def _at_work(app: Flask, task: str) -> Iterator[tuple[Session, datetime]]:
    """A session and the time for one task; what goes wrong is logged without personal data."""
    given: Callable[[], datetime] | None = app.config.get("NOW")
    with app.app_context():
        try:
            yield db.session(), given() if given else datetime.now(UTC)
        except Exception as error:
            # The message may hold what a citizen wrote: the type and the place are enough.
            log.error("fault task=%s type=%s at=%s", task, type(error).__name__, _place(error))


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}"


def _actor(session: Session, batch: ImportBatch) -> Actor:
    """Who brought the batch in, at the desk where he sat then."""
    if batch.assignment_id is None:
        return COMMAND_LINE
    assignment = session.get_one(Assignment, batch.assignment_id)
    return actor_of(assignment.account, assignment)
