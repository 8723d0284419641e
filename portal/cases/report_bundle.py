"""A year of reports as one ZIP for the offline shelf: every file, their hashes, an index."""

import hashlib
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from portal.cases.files import read_kept

MANIFEST = "MANIFES.sha256"
INDEX = "index.html"
_IN_MEMORY = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Item:
    """A file of the bundle; `content` None: its bytes lie in the file folder under `sha256`."""

    name: str
    title: str
    sha256: str
    size: int
    content: bytes | None = None

    @classmethod
    def of(cls, name: str, title: str, content: bytes) -> "Item":
        return cls(name, title, hashlib.sha256(content).hexdigest(), len(content), content)


def write_bundle(items: Sequence[Item], index: str, folder: Path) -> IO[bytes]:
    """The ZIP, at its beginning. `index` is the page that lists the items. Raises FileDamaged.

    The manifest is in the form that `sha256sum --check` reads.
    """
    output = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the caller closes it
    try:
        _fill(output, (*items, Item.of(INDEX, "", index.encode())), folder)
    except BaseException:
        output.close()
        raise
    output.seek(0)
    return output


def _fill(output: IO[bytes], items: Sequence[Item], folder: Path) -> None:
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as bundle:
        for item in items:
            content = item.content
            bundle.writestr(
                item.name, read_kept(folder, item.sha256) if content is None else content
            )
        bundle.writestr(MANIFEST, _manifest(items))


def _manifest(items: Iterable[Item]) -> str:
    return "".join(f"{item.sha256}  {item.name}\n" for item in items)
