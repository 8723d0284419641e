"""The worker as a process of its own, ended gently and not."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.cases.import_lapor import confirm_batch, receive_file
from portal.cases.ledger import verify_ledger
from portal.models import Complaint, ImportBatch, ImportState
from portal.tasks import queue_of
from tests.cases.exports import report, write_export
from tests.conftest import MONDAY

ROOT = Path(__file__).parents[1]
ROWS = 3000
Start = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def start(app: Flask) -> Iterator[Start]:
    """Starts a worker on the test's instance; all of them are gone afterwards."""
    workers: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PORTAL_INSTANCE": app.instance_path}
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
        workers.append(subprocess.Popen(command, cwd=ROOT, env=environment))
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()
        worker.wait()
    queue_of(app).storage.close()


def until(reached: Callable[[], object]) -> None:
    """Wait for what another process does; the limit only ends a test that hangs."""
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_worker_that_is_killed_is_made_up_for_by_the_next_and_that_one_stops_gently(
    app: Flask, session: Session, cast: SimpleNamespace, tmp_path: Path, start: Start
) -> None:
    content = write_export(tmp_path, *(report(number) for number in range(ROWS))).read_bytes()
    actor, files = cast.actor(cast.nasional), app.config["FILES"]
    batch_id = receive_file(session, actor, "ekspor.csv", content, files, MONDAY).id

    def batch() -> ImportBatch:
        session.rollback()
        return session.get_one(ImportBatch, batch_id)

    first = start()
    until(lambda: batch().state == ImportState.PREVIEW)
    confirm_batch(session, batch_id, batch().preview["counts"], MONDAY)
    queue_of(app).run_batch(batch_id)
    until(lambda: queue_of(app).progress(batch_id) or batch().state == ImportState.DONE)
    first.send_signal(signal.SIGKILL)
    first.wait()
    session.rollback()
    stored = session.scalar(select(func.count(Complaint.id)))
    assert (batch().state, stored) in [(ImportState.IMPORTING, 0), (ImportState.DONE, ROWS)]

    second = start()
    until(lambda: batch().state == ImportState.DONE)
    assert session.scalar(select(func.count(Complaint.id))) == ROWS
    assert verify_ledger(session).broken is None
    second.send_signal(signal.SIGTERM)
    assert second.wait() == 0
