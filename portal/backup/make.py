"""Making a backup while the portal is in use."""

import fcntl
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from portal.backup import age
from portal.backup.archive import BESIDE, DATABASE, FILES, SEALS, damaged, kept_files, pack
from portal.cases.ledger import Verdict, verify_ledger
from portal.cases.seals import seal_line, seals
from portal.identity.vault import KeysUnusable
from portal.models import Attachment, Entry, ImportBatch, ReportFile
from portal.models.base import prepare_engine
from portal.sop.office_time import ZONE
from portal.sop.text import N_, Refusal

_NAME = "portal-%Y-%m-%dT%H%M.tar.gz.age"
_NAMED = re.compile(r"portal-\d{4}-\d\d-\d\dT\d{4}\.tar\.gz\.age")
# One name for all: what a killed backup left is written over by the next.
_PART = ".portal.part"
_WORK = "cadangan.tmp"


class NotMade(Refusal):
    """Why there is no backup, or not this one; nothing half is left behind."""


class UnderWay(NotMade):
    """Another backup or restore is at work on this instance."""

    def __init__(self) -> None:
        super().__init__(N_("Cadangan lain sedang dibuat atau dipulihkan; tunggu sampai selesai."))


@dataclass(frozen=True, slots=True)
class Made:
    """A backup: where it is, its bytes, what is in it, and what was damaged when it was made.

    `flaws` are sentences; what could be read is in the backup all the same.
    """

    file: Path
    size: int
    entries: int
    files: int
    flaws: tuple[str, ...]


def back_up(session: Session, instance: Path, folder: Path, recipient: str, now: datetime) -> Made:
    """Put the portal as it is now into a new file in `folder`, sealed for `recipient`.

    The database is copied first: a file is stored before the entry that names it. The copy is
    checked with the keys that `session` has. Raises NotMade, BadKey.
    """
    if not recipient:
        raise NotMade(
            N_(
                "PORTAL_BACKUP_RECIPIENT belum diisi; buat kuncinya dengan `flask backup-key`, "
                "lalu tulis kunci umumnya di config.env."
            )
        )
    target = folder / now.astimezone(ZONE).strftime(_NAME)
    part = target.with_name(_PART)
    try:
        with working_folder(instance) as work:
            _copy_database(instance / DATABASE, work / DATABASE)
            with _opened(work / DATABASE, session) as copy:
                return _sealed(copy, instance, work, part, target, recipient)
    except (OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise NotMade(N_("Cadangan tidak dapat dibuat (%(why)s)."), why=why) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _sealed(
    session: Session, instance: Path, work: Path, part: Path, target: Path, recipient: str
) -> Made:
    (work / SEALS).write_text("".join(f"{seal_line(seal)}\n" for seal in seals(session)))
    beside = [(name, instance / name) for name in BESIDE]
    single = [(DATABASE, work / DATABASE), (SEALS, work / SEALS), *beside]
    sums: dict[str, str] = {}
    with part.open("wb") as file:
        part.chmod(0o600)
        members = (one for several in (single, kept_files(instance / FILES)) for one in several)
        age.seal(pack(members, sums), file, recipient)
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)
    _sync(target.parent)
    verdict, unchecked = read_history(session)
    history = [f"riwayat terputus: {verdict.broken.reason}"] if verdict.broken else unchecked
    return Made(
        file=target,
        size=target.stat().st_size,
        entries=verdict.entries,
        files=sum(name.startswith(FILES) for name in sums),
        flaws=(*history, *file_flaws(session, sums)),
    )


def read_history(session: Session) -> tuple[Verdict, list[str]]:
    """What the ledger's check says; and why the reporters were not checked, if they were not."""
    try:
        return verify_ledger(session), []
    except KeysUnusable as refusal:  # the last of its checks
        return Verdict(session.scalar(select(func.count(Entry.id))) or 0, None), [str(refusal)]


def file_flaws(session: Session, sums: dict[str, str]) -> list[str]:
    """What is wrong with the files of a backup: damaged, or named by its database but missing."""
    flaws = [f"berkas berubah: {name}" for name in damaged(sums)]
    for column in (Attachment.sha256, ImportBatch.sha256, ReportFile.sha256):
        for sha256 in session.scalars(select(column).execution_options(yield_per=1000)):
            if f"{FILES}/{sha256[:2]}/{sha256}" not in sums:
                flaws.append(f"berkas hilang: {sha256}")
    return flaws


def backups(folder: Path) -> dict[datetime, Path]:
    """The backups in `folder` by the time that their names tell, to the minute."""
    return {
        datetime.strptime(path.name, _NAME).replace(tzinfo=ZONE): path
        for path in folder.iterdir()
        if _NAMED.fullmatch(path.name)
    }


def _copy_database(database: Path, copy: Path) -> None:
    """One consistent state of an SQLite database in use. Raises sqlite3.Error.

    All pages are copied in one step: readers and writers go on, and none of theirs starts it anew.
    """
    copy.touch(0o600)
    source = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
    with closing(source), closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    check_sound(copy)


def check_sound(database: Path) -> None:
    """Raise sqlite3.DatabaseError unless every page of a database can be read."""
    with closing(sqlite3.connect(database)) as connection:
        if connection.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
            raise sqlite3.DatabaseError("database disk image is malformed")


@contextmanager
def _opened(database: Path, like: Session) -> Iterator[Session]:
    """A session on a copy of the database of the session `like`."""
    engine = create_engine(f"sqlite:///{database}", hide_parameters=True)
    engine.update_execution_options(**like.get_bind().get_execution_options())
    prepare_engine(engine)
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


@contextmanager
def working_folder(instance: Path) -> Iterator[Path]:
    """An empty folder in the instance for what must not lie elsewhere in clear; for one at a time.

    What a killed one left is removed by the next. Raises UnderWay.
    """
    work = instance / _WORK
    handle = os.open(instance, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(mode=0o700)
        try:
            yield work
        finally:
            shutil.rmtree(work)
    except BlockingIOError:
        raise UnderWay from None
    finally:
        os.close(handle)


def _sync(folder: Path) -> None:
    """Make a rename in `folder` outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
