"""Papers made by the task worker: asked for in a request, printed beside it, kept by their inputs.

What is asked for twice is printed once. A rendering that was cut short is done again: printing
changes nothing but the row that says where its bytes lie. What nobody looks at is discarded.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, undefer

from portal.cases.files import path_of, read_kept, store
from portal.models import Attachment, ImportBatch, Rendering, Report, ReportFile, writing
from portal.models.faults import passes
from portal.reporting.compose import Composed
from portal.reporting.paper import settings_data, settings_from
from portal.sop.text import N_, Refusal

STALE = timedelta(minutes=10)
KEPT_FOR = timedelta(days=1)
_FAILED = N_("Naskah gagal disusun. Coba lagi; bila terulang, beri tahu administrator.")


def order_rendering(session: Session, paper: Composed, now: datetime) -> Rendering:
    """Have `paper` printed, unless it is there or under way; inside the caller's transaction.

    One that failed before is tried again.
    """
    row = session.get(Rendering, paper.key)
    if row is None or row.error:
        row = session.merge(
            Rendering(
                hash=paper.key,
                inputs=_data(paper),
                requested_at=now,
                beat_at=now,
                finished_at=None,
                error={},
            )
        )
    return row


def ordered(session: Session, paper: Composed, now: datetime) -> Rendering:
    """The rendering of `paper`, ordered in a transaction of its own if it is not there yet."""
    row = session.get(Rendering, paper.key)
    if row is not None and not row.error:
        return row
    with writing(session):
        return order_rendering(session, paper, now)


def _data(paper: Composed) -> dict[str, Any]:
    """`paper` as JSON values; the emblem is in its documents already."""
    return {
        "title": paper.title,
        "settings": settings_data(paper.settings),
        "made_at": paper.made_at.isoformat(),
        "documents": list(paper.documents),
    }


def _paper(data: dict[str, Any]) -> Composed:
    return Composed(
        title=data["title"],
        settings=settings_from(data["settings"]),
        made_at=datetime.fromisoformat(data["made_at"]),
        documents=data["documents"],
    )


def unfinished_renderings(session: Session, before: datetime) -> list[str]:
    """The papers that should be under way, but of which nothing was heard since `before`."""
    query = select(Rendering.hash).where(
        Rendering.finished_at.is_(None), Rendering.beat_at <= before
    )
    return list(session.scalars(query.order_by(Rendering.requested_at)))


def run_rendering(
    session: Session,
    rendering: str,
    render: Callable[[Composed], bytes],
    folder: Path,
    now: datetime,
) -> None:
    """Print what the rendering asks for by `render`, unless it is done.

    Whatever goes wrong is noted before it is raised, for it would go wrong again at every restart;
    but not what passes, as a full disk does: then it is done later. A Refusal is the officer's to
    read and is not raised.
    """
    with writing(session):
        row = session.get(Rendering, rendering, options=[undefer(Rendering.inputs)])
        if row is None or row.finished_at is not None:
            return
        row.beat_at = now
        paper = _paper(row.inputs)
    try:
        content = render(paper)
    except Refusal as refusal:
        _finish(session, rendering, now, error=refusal)
    except OperationalError:
        raise
    except Exception as error:
        if not passes(error):
            _finish(session, rendering, now, error=Refusal(_FAILED))
        raise
    else:
        sha256 = store(folder, content)
        if not _finish(session, rendering, now, sha256=sha256, size=len(content)):
            drop_unnamed(session, [sha256], folder)


def _finish(
    session: Session,
    rendering: str,
    now: datetime,
    *,
    sha256: str | None = None,
    size: int | None = None,
    error: Refusal | None = None,
) -> bool:
    """Note how it went; False for one that was discarded meanwhile."""
    with writing(session):
        row = session.get(Rendering, rendering)
        if row is None:
            return False
        row.finished_at, row.sha256, row.size = now, sha256, size
        row.error = {"message": error.message, "params": error.params} if error else {}
        row.inputs = {}
    return True


def read_rendering(folder: Path, row: Rendering) -> bytes:
    """The bytes of a finished rendering. Raises FileDamaged."""
    return read_kept(folder, row.sha256 or "")


def discard_superseded(session: Session, folder: Path, now: datetime) -> int:
    """Remove what was printed `KEPT_FOR` ago or earlier and no report shows; how many papers.

    That is a draft as it was before, and the papers of complaints and the registers, which are
    printed anew when they are asked for. Bytes that something else names stay: an approved paper
    is a file of its report.
    """
    return _discard(session, folder, Rendering.finished_at <= now - KEPT_FOR)


def discard_papers(session: Session, folder: Path) -> None:
    """Remove every paper that no report shows, also what waits to be printed: it names somebody who
    is to be forgotten or to stay unknown. Whoever waits for it orders it anew.
    """
    _discard(session, folder, true())


def _discard(session: Session, folder: Path, which: ColumnElement[bool]) -> int:
    shown = select(Report.paper).where(Report.paper.is_not(None))
    superseded = select(Rendering).where(which, Rendering.hash.not_in(shown))
    if session.scalar(superseded.limit(1)) is None:
        return 0
    with writing(session):
        found = session.scalars(superseded).all()
        hashes = [row.sha256 for row in found if row.sha256]
        for row in found:
            session.delete(row)
    drop_unnamed(session, hashes, folder)
    return len(found)


def drop_unnamed(session: Session, hashes: Iterable[str], folder: Path) -> None:
    """Remove the bytes under `hashes`, whose rows are gone, but for those that something names.

    In a transaction of its own: once no row says that they are there, and while nothing is about
    to be named.
    """
    with writing(session):
        for sha256 in hashes:
            if not _is_named(session, sha256):
                path_of(folder, sha256).unlink(missing_ok=True)


def _is_named(session: Session, sha256: str) -> bool:
    """Whether a row of any kind still says that bytes lie under `sha256`."""
    columns = (Attachment.sha256, ImportBatch.sha256, Rendering.sha256, ReportFile.sha256)
    return any(session.scalar(select(one).where(one == sha256).limit(1)) for one in columns)
