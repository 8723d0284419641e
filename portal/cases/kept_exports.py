"""Exports that wait to be imported: sealed on the disk, read from memory, gone when done.

An export names every reporter, also those that asked for secrecy.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.identity.vault import Tampered, Vault
from portal.lapor.sheet import UnreadableFile
from portal.sop.text import N_

_GONE = N_("Berkas ini tidak lagi tersimpan. Unggah lagi.")


def keep_export(vault: Vault, folder: Path, batch_id: int, content: bytes) -> None:
    """Seal `content` in `folder` for the import `batch_id`. Raises KeysUnusable."""
    key = vault.current
    path = _path(folder, batch_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(b"%d\n" % key.number + key.seal(content, _place(batch_id)))
        file.flush()
        os.fsync(file.fileno())  # the batch that names it must not outlive it


@contextmanager
def open_export(vault: Vault, folder: Path, batch_id: int) -> Iterator[Path]:
    """Where what was kept can be read meanwhile. Raises UnreadableFile, KeysUnusable."""
    try:
        number, _, sealed = _path(folder, batch_id).read_bytes().partition(b"\n")
        content = vault.key(int(number)).open(sealed, _place(batch_id))
    except (FileNotFoundError, ValueError, Tampered):
        raise UnreadableFile(_GONE) from None
    with in_memory(content) as path:
        yield path


def drop_export(folder: Path, batch_id: int) -> None:
    _path(folder, batch_id).unlink(missing_ok=True)


@contextmanager
def in_memory(content: bytes) -> Iterator[Path]:
    """A file of `content` that never touches a disk."""
    number = os.memfd_create("ekspor")
    with os.fdopen(number, "wb") as file:
        file.write(content)
        file.flush()
        yield Path(f"/proc/self/fd/{number}")


def _path(folder: Path, batch_id: int) -> Path:
    return folder / "imports" / str(batch_id)


def _place(batch_id: int) -> str:
    return f"import/{batch_id}"
