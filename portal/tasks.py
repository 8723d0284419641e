"""The task worker: what runs beside the requests, by a queue in a file of its own.

The database says what is left to do, the queue only when: a worker that is killed loses no work,
because unfinished imports are looked for at its start and every minute.
"""

import logging
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from flask import Flask
from huey import SqliteHuey, crontab
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.cases.import_lapor import COMMAND_LINE, STALE, run_batch, unfinished_batches
from portal.cases.rules import load_rules
from portal.cases.tick import tick
from portal.extensions import db
from portal.models import Assignment, ImportBatch
from portal.viewer import actor_of

log = logging.getLogger("portal.worker")
_HEALTH_SECONDS = 10


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
        self.every_minute = self.periodic_task(crontab(), name="every_minute")(self._every_minute)
        self.on_startup("resume")(self.resume)

    def progress(self, batch_id: int) -> tuple[int, int] | None:
        """How many rows of how many are written; None before the first of them."""
        told: tuple[int, int] | None = self.get(_progress_key(batch_id), peek=True)
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

    def _every_minute(self) -> None:
        with _at_work(self._app, "tick") as (session, now):
            tick(session, now)
        self.resume(STALE)

    def resume(self, silent_for: timedelta = timedelta()) -> None:
        """Go on with the imports of which nothing was heard for `silent_for`."""
        with _at_work(self._app, "resume") as (session, now):
            for batch_id in unfinished_batches(session, now - silent_for):
                self._run_batch(batch_id)


def _progress_key(batch_id: int) -> str:
    return f"import-{batch_id}"


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
