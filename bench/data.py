"""What the measurements stand on: an instance of their own, exports, complaints by the thousand."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from flask_migrate import upgrade
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import create_app
from portal.cases.import_lapor import import_file
from portal.cases.rules import load_rules
from portal.extensions import db
from portal.lapor.sheet import MAX_ROWS
from portal.models import Account, Assignment, Complaint, Instansi, writing
from portal.sop.procedure import Role

ROOT = Path(__file__).resolve().parent.parent
# Five lines of preamble and the header stand above the reports in what the maker writes.
FIRST_ROW = 6


def make_export(
    path: Path, rows: int, seed: int = 1, open_share: float = 0.3, month: str = "2025"
) -> None:
    """An invented LAPOR! export of `rows` reports of a month or year, .xlsx or .csv."""
    options = ["--rows", str(rows), "--month", month, "--seed", str(seed)]
    options += ["--open-share", str(open_share)]
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


def fill(session: Session, folder: Path, complaints: int, open_share: float) -> None:
    """Import so many complaints, as many exports as that takes; some Tracking IDs may repeat."""
    rules, now = load_rules(session), datetime.now(UTC)
    seed = 0
    while (missing := complaints - _stored(session)) > 0:
        seed += _SEEDS_APART
        export = folder / "export.csv"
        make_export(export, min(missing, MAX_ROWS), seed, open_share)
        import_file(session, export, rules, folder / "files", now, dry_run=False)


# The maker begins a seed's Tracking IDs a hundred thousand above the last seed's.
_SEEDS_APART = 5


def _stored(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count(Complaint.id))) or 0


def add_officer(session: Session, role: Role) -> Account:
    """An account with the one assignment `role`, of our own government."""
    now = datetime.now(UTC)
    account = Account(
        username=role.value,
        name="Wahyu Hidayat",
        password_hash="!",  # noqa: S106 - nobody signs in with it
        created_at=now,
    )
    with writing(session):
        instansi = session.scalars(select(Instansi.id)).first()
        session.add(account)
        session.add(
            Assignment(
                account=account, role=role, instansi_id=instansi, valid_from=date(2025, 1, 1)
            )
        )
    return account
