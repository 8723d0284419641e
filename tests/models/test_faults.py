"""What ails the storage is told by the error's own code."""

import errno
import sqlite3
from pathlib import Path

import psycopg.errors
import pytest
from sqlalchemy.exc import DBAPIError

from portal.models.faults import Ailment, ailment_of, passes


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError()
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "ailment"),
    [
        (sqlite_error(sqlite3.SQLITE_CORRUPT_INDEX), Ailment.DAMAGED),
        (sqlite_error(sqlite3.SQLITE_NOTADB), Ailment.DAMAGED),
        (sqlite_error(sqlite3.SQLITE_FULL), Ailment.FULL),
        (sqlite_error(sqlite3.SQLITE_READONLY_DIRECTORY), Ailment.READ_ONLY),
        (sqlite_error(sqlite3.SQLITE_CANTOPEN), Ailment.READ_ONLY),
        (sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT), Ailment.BUSY),
        (sqlite_error(sqlite3.SQLITE_CONSTRAINT_UNIQUE), None),
        (psycopg.errors.DiskFull(), Ailment.FULL),
        (psycopg.errors.ReadOnlySqlTransaction(), Ailment.READ_ONLY),
        (psycopg.errors.UniqueViolation(), None),
        (OSError(errno.ENOSPC, ""), Ailment.FULL),
        (OSError(errno.EDQUOT, ""), Ailment.FULL),
        (OSError(errno.EROFS, ""), Ailment.READ_ONLY),
        (PermissionError(errno.EACCES, ""), Ailment.READ_ONLY),
        (FileNotFoundError(errno.ENOENT, ""), None),
        (OSError("without a number"), None),
        (ValueError(), None),
    ],
)
def test_an_ailment_is_told_by_the_code_and_all_but_damage_pass(
    error: Exception, ailment: Ailment | None
) -> None:
    assert ailment_of(error) is ailment
    assert passes(error) is (ailment in (Ailment.FULL, Ailment.READ_ONLY, Ailment.BUSY))
    if not isinstance(error, OSError):
        assert ailment_of(DBAPIError("INSERT", {}, error)) is ailment


def test_what_python_says_of_its_own_use_of_a_database_is_no_ailment(tmp_path: Path) -> None:
    closed = sqlite3.connect(tmp_path / "a.db")
    closed.close()
    with pytest.raises(sqlite3.ProgrammingError) as raised:
        closed.execute("SELECT 1")
    assert ailment_of(raised.value) is None


def test_a_database_in_use_by_another_is_busy(tmp_path: Path) -> None:
    first, second = (sqlite3.connect(tmp_path / "a.db", timeout=0) for _ in range(2))
    first.execute("BEGIN EXCLUSIVE")
    with pytest.raises(sqlite3.OperationalError) as raised:
        second.execute("BEGIN IMMEDIATE")
    assert ailment_of(raised.value) is Ailment.BUSY
    first.close()
    second.close()
