"""The worker's backups: when, how many stay, and what is told of those that fail."""

from datetime import datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.backup.make import NotMade, backups
from portal.backup.nightly import Past, is_due, nightly, past_backups
from portal.backup.retention import Keep
from portal.cases.files import path_of
from portal.models import Attachment
from portal.sop.office_time import ZONE
from portal.tasks import queue_of
from tests.conftest import MONDAY

ONE = time(1, 0)
KEEP = Keep(2, 1, 1)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("made", "failed", "now", "due"),
    [
        (None, None, at(23, 0, 30), True),  # the first is made as soon as it is set up
        (at(22, 1), None, at(23, 0, 59), False),
        (at(22, 1), None, at(23, 1, 0), True),
        (at(22, 1), None, at(25, 15), True),  # the server was off at night
        (at(23, 1), None, at(23, 1, 1), False),
        (at(23, 9), None, at(24, 0, 59), False),  # by hand
        (at(22, 1), at(23, 1), at(23, 1, 59), False),
        (at(22, 1), at(23, 1), at(23, 2, 1), True),
        (at(30, 1), at(30, 2), at(23, 9), True),  # the clock was ahead
        (None, at(23, 1), at(23, 1, 30), False),
    ],
)
def test_it_is_due_once_a_night_and_an_hour_after_a_failure(
    made: datetime | None, failed: datetime | None, now: datetime, due: bool
) -> None:
    assert is_due(Past(made_at=made, failed_at=failed), ONE, now) is due


@given(
    start=st.integers(0, 24 * 60 - 1),
    at=st.times().map(lambda moment: moment.replace(second=0, microsecond=0, fold=0)),
    nights=st.integers(2, 5),
)
def test_a_worker_that_looks_every_minute_makes_one_each_night(
    start: int, at: time, nights: int
) -> None:
    past, made = Past(), 0
    begin = MONDAY.replace(hour=0) + timedelta(minutes=start)
    for minute in range(nights * 24 * 60):
        now = begin + timedelta(minutes=minute)
        if is_due(past, at, now):
            past, made = Past(made_at=now), made + 1
    passed = (begin.hour, begin.minute) == (at.hour, at.minute)  # begun at the very minute
    assert made == nights + (not passed)


def test_every_night_one_is_made_and_only_some_stay(
    instance: Path, session: Session, tmp_path: Path, key: SimpleNamespace
) -> None:
    for day in range(4):
        now = MONDAY + timedelta(days=day)
        nightly(session, instance, tmp_path, key.recipient, KEEP, now)
    assert sorted(backups(tmp_path)) == [MONDAY + timedelta(days=day) for day in (2, 3)]
    past = past_backups(session)
    assert (past.made_at, past.flaws, past.failure) == (MONDAY + timedelta(days=3), 0, None)
    assert past.size == max(backups(tmp_path).items())[1].stat().st_size


def test_after_one_with_flaws_none_is_removed(
    instance: Path, session: Session, tmp_path: Path, key: SimpleNamespace
) -> None:
    nightly(session, instance, tmp_path, key.recipient, Keep(1, 0, 0), MONDAY)
    attached = session.query(Attachment).first()
    assert attached is not None
    path_of(instance / "files", attached.sha256).unlink()
    later = MONDAY + timedelta(days=1)
    nightly(session, instance, tmp_path, key.recipient, Keep(1, 0, 0), later)
    assert backups(tmp_path).keys() == {MONDAY, later}
    assert past_backups(session).flaws == 1


def test_a_failure_is_noted_beside_the_last_that_came_about(
    instance: Path, session: Session, tmp_path: Path, key: SimpleNamespace
) -> None:
    nightly(session, instance, tmp_path, key.recipient, KEEP, MONDAY)
    with pytest.raises(NotMade):
        nightly(
            session, instance, tmp_path / "usb", key.recipient, KEEP, MONDAY + timedelta(days=1)
        )
    past = past_backups(session)
    assert (past.made_at, past.failed_at) == (MONDAY, MONDAY + timedelta(days=1))
    assert str(past.failure) == "Cadangan tidak dapat dibuat (No such file or directory)."


@pytest.fixture
def every_minute(app: Flask, instance: Path, tmp_path: Path, key: SimpleNamespace) -> object:
    """What the worker does each minute, with backups set up."""
    app.config["BACKUP_DIR"] = tmp_path / "cadangan"
    app.config["BACKUP_RECIPIENT"] = key.recipient
    queue = queue_of(app)
    yield lambda: queue.every_minute.call_local()
    queue.storage.close()


def test_the_worker_makes_it_and_goes_on_when_it_cannot(
    every_minute: object,
    session: Session,
    tmp_path: Path,
    clock: SimpleNamespace,
    caplog: pytest.LogCaptureFixture,
) -> None:
    every_minute()  # type: ignore[operator]
    session.rollback()
    assert past_backups(session).failed_at == MONDAY
    assert "fault task=backup type=NotMade" in caplog.text
    (tmp_path / "cadangan").mkdir()
    for minutes in (30, 61, 90):
        clock.now = MONDAY + timedelta(minutes=minutes)
        every_minute()  # type: ignore[operator]
    assert backups(tmp_path / "cadangan").keys() == {MONDAY + timedelta(minutes=61)}
    session.rollback()
    assert past_backups(session).failure is None


@pytest.mark.parametrize(("days", "old"), [(0, False), (2, False), (3, True), (-1, True)])
def test_it_is_old_after_two_days(days: int, old: bool) -> None:
    assert Past(made_at=MONDAY).is_old(MONDAY + timedelta(days=days)) is old
