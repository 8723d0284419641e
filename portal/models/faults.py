"""What ails the storage, told by the error: the database's, or that of a file beside it."""

import errno
import sqlite3
from enum import Enum, auto


class Ailment(Enum):
    """Why nothing can be stored. All but DAMAGED pass: the same succeeds later."""

    DAMAGED = auto()
    FULL = auto()
    READ_ONLY = auto()
    BUSY = auto()


_OF_SQLITE = {
    sqlite3.SQLITE_CORRUPT: Ailment.DAMAGED,
    sqlite3.SQLITE_NOTADB: Ailment.DAMAGED,
    sqlite3.SQLITE_FULL: Ailment.FULL,
    sqlite3.SQLITE_READONLY: Ailment.READ_ONLY,
    # In a folder that cannot be written even a reader cannot open a database with a journal.
    sqlite3.SQLITE_CANTOPEN: Ailment.READ_ONLY,
    sqlite3.SQLITE_BUSY: Ailment.BUSY,
}
_OF_POSTGRES = {
    "53100": Ailment.FULL,  # disk_full
    "25006": Ailment.READ_ONLY,  # read_only_sql_transaction
}
_OF_FILES = {
    errno.ENOSPC: Ailment.FULL,
    errno.EDQUOT: Ailment.FULL,
    errno.EROFS: Ailment.READ_ONLY,
    errno.EACCES: Ailment.READ_ONLY,
}


def ailment_of(error: BaseException) -> Ailment | None:
    """What an error says of the storage; None for one that says nothing of it."""
    if isinstance(error, OSError):
        return _OF_FILES.get(error.errno or 0)
    cause = getattr(error, "orig", error)
    if isinstance(cause, sqlite3.Error):
        # No code at all: the driver's own complaint, about a program rather than a disk.
        return _OF_SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    return _OF_POSTGRES.get(getattr(cause, "sqlstate", None) or "")


def passes(error: BaseException) -> bool:
    """Whether the same may succeed later, when there is room or quiet."""
    return ailment_of(error) in (Ailment.FULL, Ailment.READ_ONLY, Ailment.BUSY)
