"""Papers made by the task worker: asked for in a request, printed beside it, kept by their inputs.

What is asked for twice is printed once. A rendering that was cut short is done again: printing
changes nothing but the row that says where its bytes lie.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, undefer

from portal.cases.files import read_kept, store
from portal.models import Rendering, writing
from portal.sop.text import N_, Refusal

Progress = Callable[[int, int], None]
STALE = timedelta(minutes=10)
_FAILED = N_("Naskah gagal disusun. Coba lagi; bila terulang, beri tahu administrator.")


@dataclass(frozen=True, slots=True)
class Order:
    """A paper to be printed: its kind and data (JSON values), and the hash of all that decides
    its bytes.
    """

    kind: str
    inputs: Mapping[str, Any]
    hash: str


def order_rendering(session: Session, order: Order, now: datetime) -> bool:
    """Have a paper printed, inside the caller's transaction; False when it is there or under way.

    One that failed before is tried again.
    """
    row = session.get(Rendering, order.hash)
    if row is not None and not row.error:
        return False
    session.merge(
        Rendering(
            hash=order.hash,
            kind=order.kind,
            inputs=dict(order.inputs),
            requested_at=now,
            beat_at=now,
            finished_at=None,
            error={},
        )
    )
    return True


def unfinished_renderings(session: Session, before: datetime) -> list[str]:
    """The papers that should be under way, but of which nothing was heard since `before`."""
    query = select(Rendering.hash).where(
        Rendering.finished_at.is_(None), Rendering.beat_at <= before
    )
    return list(session.scalars(query.order_by(Rendering.requested_at)))


def run_rendering(
    session: Session,
    rendering: str,
    render: Callable[[str, Mapping[str, Any]], bytes],
    folder: Path,
    now: datetime,
) -> None:
    """Print what the rendering asks for by `render` (kind, inputs), unless it is done.

    Whatever goes wrong but a busy database is noted before it is raised: it would go wrong again
    at every restart. A Refusal is the officer's to read and is not raised.
    """
    with writing(session):
        row = session.get(Rendering, rendering, options=[undefer(Rendering.inputs)])
        if row is None or row.finished_at is not None:
            return
        row.beat_at = now
        kind, inputs = row.kind, row.inputs
    try:
        content = render(kind, inputs)
    except Refusal as refusal:
        _finish(session, rendering, now, error=refusal)
    except OperationalError:
        raise
    except Exception:
        _finish(session, rendering, now, error=Refusal(_FAILED))
        raise
    else:
        _finish(session, rendering, now, sha256=store(folder, content), size=len(content))


def _finish(
    session: Session,
    rendering: str,
    now: datetime,
    *,
    sha256: str | None = None,
    size: int | None = None,
    error: Refusal | None = None,
) -> None:
    with writing(session):
        row = session.get_one(Rendering, rendering)
        row.finished_at, row.sha256, row.size = now, sha256, size
        row.error = {"message": error.message, "params": error.params} if error else {}
        row.inputs = {}


def read_rendering(folder: Path, row: Rendering) -> bytes:
    """The bytes of a finished rendering. Raises FileDamaged."""
    return read_kept(folder, row.sha256 or "")
