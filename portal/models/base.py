"""The declarative base, aware times, and the one way to begin a write."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Any, ClassVar

from sqlalchemy import DateTime, MetaData, event
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime}


def prepare_engine(engine: Engine) -> None:
    """Let one write transaction run at a time, from its beginning; make SQLite durable, strict.

    With one writer at a time "the first wins, the second learns what happened" holds on both
    databases alike, and the ledger has one order.
    """
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
        return

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes", False):
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(1)")


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy begins; the driver must not
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",  # what is replaced must not lie on in the file
            "busy_timeout=10000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


CHUNK = 500


def chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    """`items` in lists of at most `CHUNK`: databases limit the variables of a statement."""
    rest = iter(items)
    while some := list(islice(rest, CHUNK)):
        yield some


@contextmanager
def writing(session: Session, *, keep: bool = False) -> Iterator[None]:
    """One write transaction, begun before anything is read in it; committed, or undone whole.

    What the session had read before is forgotten: it belonged to an older snapshot. With `keep`,
    what was read and written in it stays as it is then; else it is read again where it is used.
    Raises RuntimeError inside another one, whose work would be lost.
    """
    if session.info.get("writing"):
        raise RuntimeError("a write transaction is under way")
    session.rollback()
    session.info["writing"] = True
    session.expire_on_commit = not keep
    try:
        session.connection(execution_options={"writes": True})
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["writing"] = False


def empty_wal(session: Session) -> None:
    """Bring SQLite's write-ahead log into the database and empty it.

    What was overwritten lies in it until then, or until it is overwritten there. Readers who do
    not let go within the busy timeout leave it for the next time.
    """
    engine = session.get_bind().engine
    session.rollback()
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
