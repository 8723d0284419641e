"""What the measurements stand on: an instance of their own, exports, complaints by the thousand."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy.orm import Session

from portal import create_app
from portal.extensions import db

ROOT = Path(__file__).resolve().parent.parent
# Five lines of preamble and the header stand above the reports in what the maker writes.
FIRST_ROW = 6


def make_export(path: Path, rows: int, month: str = "2025", seed: int = 1) -> None:
    """An invented LAPOR! export of `rows` reports of that month or year."""
    options = ["--rows", str(rows), "--month", month, "--seed", str(seed)]
    command = [sys.executable, "-m", "tests.make_lapor_export", path, *options]
    subprocess.run(command, cwd=ROOT, check=True)


def make_instance(folder: Path) -> None:
    """A new instance with every table and no complaint."""
    folder.mkdir()
    with create_app(folder).app_context():
        upgrade()
        db.engine.dispose()


@contextmanager
def open_instance(folder: Path) -> Iterator[Session]:
    """A session on an instance that `make_instance` made."""
    with create_app(folder).app_context():
        yield db.session()
        db.engine.dispose()
