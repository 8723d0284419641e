"""The portal's commands, one file a group. They parse, call a verb or a rule, and print."""

import textwrap
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import click
from sqlalchemy import inspect
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from portal.extensions import db
from portal.models import Setting
from portal.models.faults import Ailment, ailment_of
from portal.sop.office_time import ZONE

BAD_TIME = (
    "Waktu tidak terbaca; tulis menurut ISO 8601, misalnya 2026-03-13T09:00 (WIB) atau "
    "2026-03-13T09:00+07:00."
)
NO_DATABASE = "Database belum disiapkan; jalankan bin/serve, atau flask --app wsgi db upgrade."

_AILMENTS: dict[Ailment | None, str] = {
    Ailment.DAMAGED: (
        "Database rusak dan tidak dapat dibaca; jangan menghapusnya, hentikan portal dan pulihkan "
        "cadangan terakhir dengan `flask restore FILE --replace` (lihat docs/pemasangan.md, bagian "
        "Cadangan)."
    ),
    Ailment.READ_ONLY: (
        "Database tidak dapat dibuka: folder instance tidak dapat ditulisi (lihat "
        "docs/pemasangan.md, bagian Penyimpanan penuh atau terkunci)."
    ),
}


class Refused(click.ClickException):
    """A command that cannot be done as asked: one Indonesian sentence on stderr, exit code 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, file=file, err=True)


def has_database() -> bool:
    """Whether there is a database with tables; looking for an SQLite file does not make one."""
    file = db.engine.url.database if db.engine.dialect.name == "sqlite" else None
    if file and not Path(file).exists():
        return False
    return inspect(db.engine).has_table(Setting.__tablename__)


def open_session() -> Session:
    """A session on the database. Raises Refused where there is none yet, or an ailing one."""
    try:
        if not has_database():
            raise Refused(NO_DATABASE)
    except DatabaseError as error:
        ailment = ailment_of(error)
        if ailment not in _AILMENTS:
            raise
        raise Refused(_AILMENTS[ailment]) from None
    return db.session()


def read_time(text: str) -> datetime:
    """An ISO 8601 time, of WIB when it names no zone. Raises ValueError with a sentence."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(BAD_TIME) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def iso(moment: datetime) -> str:
    """ISO 8601 to the second, with the offset of WIB."""
    return moment.astimezone(ZONE).isoformat(timespec="seconds")


def aligned(headings: Sequence[str], rows: Sequence[Sequence[str]], widest: int = 30) -> str:
    """`rows` under their headings in aligned columns of at most `widest` characters."""
    lines = [_wrapped(cells, widest) for cells in (headings, *rows)]
    widths = [max(len(part) for line in lines for part in line[n]) for n in range(len(headings))]
    rule = "  ".join("-" * width for width in widths)
    head, *body = (_side_by_side(line, widths) for line in lines)
    return "\n".join([head, rule, *body])


def _wrapped(cells: Sequence[str], widest: int) -> list[list[str]]:
    return [textwrap.wrap(cell, widest) or [""] for cell in cells]


def _side_by_side(line: list[list[str]], widths: list[int]) -> str:
    height = max(len(parts) for parts in line)
    cells = [
        [part.ljust(width) for part in parts + [""] * (height - len(parts))]
        for parts, width in zip(line, widths, strict=True)
    ]
    return "\n".join("  ".join(parts).rstrip() for parts in zip(*cells, strict=True))
