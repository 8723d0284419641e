"""Putting a backup back: unpacked aside and checked whole before anything takes its place."""

import fcntl
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from portal.backup.age import unseal
from portal.backup.archive import BESIDE, DATABASE, FILES, SEALS, unpack
from portal.backup.make import file_flaws, read_history
from portal.cases.seals import broken_seal, newest_seal, read_seals, seal_line
from portal.sop.office_time import ZONE
from portal.sop.text import N_, Refusal

_PACKED = "archive.tar.gz"
_CONFIG, _KEYS = BESIDE
# SQLite's own files beside a database hold what is not in it yet: never for another database.
_LOGS = ("-wal", "-shm")
_QUEUE = "queue.db"
_DATA = (DATABASE, FILES)
_REPLACED = (*_DATA, _KEYS, _QUEUE, *(name + log for name in (DATABASE, _QUEUE) for log in _LOGS))
# SQLite's lock that every connection to a database in WAL mode holds in its -shm file.
_CONNECTED = 128


class NotRestored(Refusal):
    """Why a backup was not put back; the instance is as it was."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a backup holds; `flaws`: files that it has damaged or not at all, keys that lack."""

    entries: int
    files: int
    seal: str
    flaws: tuple[str, ...]


def open_backup(file: Path, identity: Any, draft: Path) -> dict[str, str]:
    """Unpack a backup into the folder `draft`; the hashes of what is in it, each checked.

    Nothing is parsed before all of the file proved to be what was sealed. Raises Unopenable,
    Altered, OSError.
    """
    packed = draft / _PACKED
    with file.open("rb") as source, packed.open("xb") as target:
        packed.chmod(0o600)
        unseal(source, target, identity)
    sums = unpack(packed, draft)
    packed.unlink()
    return sums


def check(session: Session, draft: Path, sums: dict[str, str]) -> Checked:
    """Check the history of an unpacked backup, its chain and its seals. Raises NotRestored."""
    verdict, unchecked = read_history(session)
    if verdict.broken:
        why = verdict.broken.reason
        raise NotRestored(N_("Riwayat di cadangan ini terputus (%(why)s)."), why=why)
    if broken_seal(session, read_seals((draft / SEALS).read_text("ascii").splitlines())):
        raise NotRestored(N_("Riwayat di cadangan ini tidak cocok dengan segelnya."))
    newest = newest_seal(session)
    return Checked(
        entries=verdict.entries,
        files=sum(name.startswith(FILES) for name in sums),
        seal=seal_line(newest) if newest else "",
        flaws=(*unchecked, *file_flaws(session, sums)),
    )


def ensure_free(instance: Path, *, replace: bool) -> None:
    """Raise NotRestored while the portal runs, or where there is data that may not be replaced."""
    for name in (DATABASE, _QUEUE):
        if _in_use(instance / f"{name}-shm"):
            raise NotRestored(N_("Portal masih berjalan; hentikan dahulu, lalu pulihkan."))
    if not replace and any(_is_there(instance / name) for name in _DATA):
        raise NotRestored(
            N_(
                "Folder %(folder)s sudah berisi data; dengan --replace data itu dipindahkan ke "
                "samping, lalu cadangan dipulihkan."
            ),
            folder=instance,
        )


def _in_use(index: Path) -> bool:
    try:
        with index.open("r+b") as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _CONNECTED)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _is_there(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.exists()


def put_in_place(draft: Path, instance: Path, now: datetime) -> Path | None:
    """Move the checked `draft` into the instance; where what was there now lies, if anything was.

    Settings that the instance has stay, and its keys if the backup has none. The database comes
    last: until then there is none.
    """
    os.sync()
    aside = instance / now.astimezone(ZONE).strftime("sebelum-dipulihkan-%Y-%m-%dT%H%M%S")
    for name in _REPLACED:
        kept = name == _KEYS and not (draft / name).exists()
        if _is_there(instance / name) and not kept:
            aside.mkdir(mode=0o700, exist_ok=True)
            (instance / name).rename(aside / name)
    for name in (FILES, _KEYS, _CONFIG, DATABASE):
        if (draft / name).exists() and not (name == _CONFIG and (instance / name).exists()):
            if (instance / name).is_dir():
                (instance / name).rmdir()  # an empty files/
            (draft / name).rename(instance / name)
    os.sync()
    return aside if aside.exists() else None
