"""How the database is written to: one writer at a time, whole or not at all, times aware."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.models import Kecamatan, SpecialDay, writing
from portal.models.base import UtcDateTime
from portal.sop.office_time import ZONE


def test_sqlite_is_durable_strict_and_patient(session: Session) -> None:
    pragmas = {
        name: session.scalar(text(f"PRAGMA {name}"))
        for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
    }
    full, on = 2, 1
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": on,
        "secure_delete": on,
        "busy_timeout": 10_000,
    }


def test_a_write_that_fails_leaves_nothing(session: Session) -> None:
    def fail() -> None:
        with writing(session):
            session.add(Kecamatan(name="Kecamatan Baru"))
            session.flush()
            raise RuntimeError("batal")

    with pytest.raises(RuntimeError, match="batal"):
        fail()
    assert session.scalar(select(Kecamatan).where(Kecamatan.name == "Kecamatan Baru")) is None


def test_a_write_inside_a_write_is_refused_since_it_would_lose_the_outer_one(
    session: Session,
) -> None:
    with pytest.raises(RuntimeError, match="under way"), writing(session), writing(session):
        pass
    with writing(session):
        session.add(Kecamatan(name="Kecamatan Lain"))
    assert session.scalar(select(Kecamatan).where(Kecamatan.name == "Kecamatan Lain")) is not None


def test_a_second_writer_waits_from_the_beginning_of_its_transaction(session: Session) -> None:
    engine = session.get_bind()
    with writing(session), engine.engine.connect() as other:
        other.exec_driver_sql("PRAGMA busy_timeout=1")
        other.rollback()
        with pytest.raises(Exception, match="locked"):
            other.execution_options(writes=True).execute(select(SpecialDay))


def test_times_are_stored_in_utc_and_come_back_aware() -> None:
    stored = UtcDateTime()
    local = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
    assert stored.process_bind_param(local, None) == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # type: ignore[arg-type]
    naive = datetime(2026, 11, 23, 2, 0)  # noqa: DTZ001 - what SQLite gives back
    assert stored.process_result_value(naive, None) == local  # type: ignore[arg-type]
    assert stored.process_result_value(None, None) is None  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="needs a zone"):
        stored.process_bind_param(naive, None)  # type: ignore[arg-type]
