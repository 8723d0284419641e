"""Small disks for tests, which can be filled and locked."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

BLOCK = 4096


class SmallDisk:
    """A file system of its own at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._filler = path / "filler"

    def fill(self, *, but: int = 0) -> None:
        """Take all the room, and give back so many bytes (whole blocks)."""
        with self._filler.open("wb", buffering=0) as file:
            try:
                while file.write(bytes(BLOCK)) == BLOCK:
                    pass
            except OSError:
                pass
            file.truncate(file.tell() // BLOCK * BLOCK - but)

    def make_room(self) -> None:
        self._filler.unlink()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Whoever opens a file meanwhile cannot write to it."""
        mount("--bind", str(self.path), str(self.path))
        try:
            mount("-o", "remount,bind,ro", str(self.path))
            yield
        finally:
            subprocess.run(["umount", "-l", self.path], check=True)


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


@contextmanager
def small_disk(path: Path, mib: int) -> Iterator[SmallDisk]:
    """A disk of `mib` at the new folder `path`; needs root, as the continuous tests have it."""
    path.mkdir()
    try:
        mount("-t", "tmpfs", "-o", f"size={mib}m", "tmpfs", str(path))
    except subprocess.CalledProcessError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("only root can mount a small disk")
    try:
        yield SmallDisk(path)
    finally:
        subprocess.run(["umount", "-l", path], check=True)
