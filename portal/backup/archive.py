"""The archive that is sealed: a gzipped tar, its last member the hashes of all others.

`age -d cadangan.age | tar xz` and `sha256sum -c SHA256SUMS` open and check it without the portal.
"""

import gzip
import hashlib
import os
import re
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from portal.sop.text import N_, Refusal

DATABASE, FILES, SEALS, SUMS = "portal.db", "files", "segel.txt", "SHA256SUMS"
# Beside database and files: settings, and the keys that seal identities. Keys that are set to lie
# outside the instance folder are never in a backup.
BESIDE = ("config.env", "identity_keys")
_KEPT = re.compile(r"files/([0-9a-f]{2})/\1[0-9a-f]{62}")
_SINGLE = (DATABASE, SEALS, SUMS, *BESIDE)
_BLOCK = 1024 * 1024
# The bulk is PDF and JPEG, which no level makes smaller; a database shrinks at any.
_LEVEL = 1


class Altered(Refusal):
    """What was unpacked is not what was packed."""

    def __init__(self) -> None:
        super().__init__(
            N_("Isi cadangan ini tidak cocok dengan daftar sidiknya. Tidak ada yang dipulihkan.")
        )


def kept_files(files: Path) -> Iterator[tuple[str, Path]]:
    """The files in the folder `files` with their names in the archive, but no drafts."""
    for folder in sorted(files.iterdir()) if files.exists() else ():
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            name = f"{FILES}/{folder.name}/{path.name}"
            if _KEPT.fullmatch(name):
                yield name, path


def pack(members: Iterable[tuple[str, Path]], sums: dict[str, str]) -> Iterator[bytes]:
    """The archive of `members`, piece by piece; `sums` gets each one's SHA-256 by its name.

    A file that is gone by its turn is left out: the portal discards what nothing names.
    """
    squeeze = zlib.compressobj(_LEVEL, wbits=31)
    for block in _tar(members, sums):
        yield squeeze.compress(block)
    yield squeeze.flush()


def _tar(members: Iterable[tuple[str, Path]], sums: dict[str, str]) -> Iterator[bytes]:
    for name, path in members:
        try:
            file = path.open("rb")
        except FileNotFoundError:
            continue
        with file:
            size = os.fstat(file.fileno()).st_size
            yield _head(name, size)
            sha256 = hashlib.sha256()
            for block in _blocks(file):
                sha256.update(block)
                yield block
            if file.tell() != size:
                raise OSError(f"{path} changed while it was read")
            yield _padding(size)
        sums[name] = sha256.hexdigest()
    content = _listed(sums)
    yield _head(SUMS, len(content)) + content + _padding(len(content))
    yield bytes(2 * tarfile.BLOCKSIZE)


def _head(name: str, size: int) -> bytes:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member.tobuf()


def _padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block


def _listed(sums: dict[str, str]) -> bytes:
    """The hashes as `sha256sum` writes them."""
    return "".join(f"{sha256}  {name}\n" for name, sha256 in sums.items()).encode()


# What is no archive, is cut short or says a name twice; numbers that no file can have.
_UNREADABLE = (
    *(tarfile.TarError, zlib.error, gzip.BadGzipFile, EOFError, FileExistsError),
    *(ValueError, OverflowError),
)


def unpack(packed: Path, folder: Path) -> dict[str, str]:
    """Unpack into `folder`, and check all against the hashes; them by name. Raises Altered."""
    sums: dict[str, str] = {}
    try:
        with tarfile.open(packed, "r:gz") as archive:
            while member := archive.next():
                archive.members.clear()  # type: ignore[attr-defined]  # all, else
                content = archive.extractfile(member) if member.isreg() else None
                if content is None or not (member.name in _SINGLE or _KEPT.fullmatch(member.name)):
                    raise Altered
                sums[member.name] = _write(content, folder / member.name)
    except _UNREADABLE:
        raise Altered from None
    if sums.pop(SUMS, None) is None or DATABASE not in sums or SEALS not in sums:
        raise Altered
    if (folder / SUMS).read_bytes() != _listed(sums):
        raise Altered
    return sums


def _write(content: IO[bytes], path: Path) -> str:
    """Write a new file; its SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    sha256 = hashlib.sha256()
    with path.open("xb") as file:
        path.chmod(0o600)
        for block in _blocks(content):
            sha256.update(block)
            file.write(block)
    return sha256.hexdigest()


def damaged(sums: dict[str, str]) -> list[str]:
    """The files that lie under a hash that is not theirs: damaged before they were packed."""
    return [name for name, sha256 in sums.items() if _KEPT.fullmatch(name) and sha256 not in name]
