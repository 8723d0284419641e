"""What the pages of the intake show: past imports, one import, what there is to choose from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access import Actor, imports_of
from portal.cases.intake_words import NOT_OURS, WordKind
from portal.models import Account, ImportBatch, ImportState, LaporWord, Opd, OpdSpelling
from portal.sop.text import N_, Refusal

PAST = 30
SHOWN_REJECTIONS = 500
RUNNING = (ImportState.READING, ImportState.IMPORTING)


_LABELS = {
    ImportState.READING: N_("Sedang dibaca"),
    ImportState.PREVIEW: N_("Menunggu konfirmasi"),
    ImportState.IMPORTING: N_("Sedang diimpor"),
    ImportState.DONE: N_("Selesai diimpor"),
    ImportState.FAILED: N_("Gagal"),
}


def as_refusal(stored: Mapping[str, Any]) -> Refusal:
    """The sentence that was kept as `message` and `params`."""
    return Refusal(stored["message"], **stored["params"])


@dataclass(frozen=True, slots=True)
class BatchView:
    """One import: `by` is the officer's name, "" for the command line; `preview` as stored."""

    id: int
    filename: str
    state: ImportState
    created_at: datetime
    beat_at: datetime
    finished_at: datetime | None
    preview: dict[str, Any]
    error: dict[str, Any]
    by: str

    @property
    def running(self) -> bool:
        return self.state in RUNNING

    @property
    def label(self) -> str:
        """Its state in words (a msgid)."""
        if self.state == ImportState.PREVIEW and not self.brings and not self.unknown:
            return N_("Tidak ada yang baru")
        return _LABELS[self.state]

    @property
    def unknown(self) -> list[dict[str, Any]]:
        """The words that nobody has explained: kind, text, rows."""
        unknown: list[dict[str, Any]] = self.preview.get("unknown", [])
        return unknown

    @property
    def counts(self) -> dict[str, int]:
        """New, changed, unchanged and rejected rows; empty before the file was read."""
        counts: dict[str, int] = self.preview.get("counts", {})
        return counts

    @property
    def brings(self) -> int:
        """How many rows would be written."""
        return self.counts.get("new", 0) + self.counts.get("changed", 0)

    @property
    def rejected(self) -> list[tuple[int, str, Refusal]]:
        """Row, column and reason of the first rejected rows: twenty thousand help nobody."""
        rows = self.preview.get("rejected", [])[:SHOWN_REJECTIONS]
        return [(row["row"], row["column"], as_refusal(row)) for row in rows]

    @property
    def failure(self) -> Refusal | None:
        """What the officer must know about the last step, if anything."""
        return as_refusal(self.error) if self.error else None


def past_imports(session: Session, actor: Actor) -> list[BatchView]:
    """The latest imports that the actor may see, newest first."""
    query = _BATCHES.where(imports_of(actor)).order_by(ImportBatch.id.desc()).limit(PAST)
    return [_view(batch, name) for batch, name in session.execute(query)]


def find_import(session: Session, actor: Actor, batch_id: int) -> BatchView | None:
    query = _BATCHES.where(ImportBatch.id == batch_id, imports_of(actor))
    found = session.execute(query).one_or_none()
    return _view(*found) if found else None


_BATCHES = select(ImportBatch, Account.name).outerjoin(
    Account, Account.id == ImportBatch.account_id
)


def _view(batch: ImportBatch, name: str | None) -> BatchView:
    return BatchView(
        id=batch.id,
        filename=batch.filename,
        state=ImportState(batch.state),
        created_at=batch.created_at,
        beat_at=batch.beat_at,
        finished_at=batch.finished_at,
        preview=batch.preview,
        error=batch.error,
        by=name or "",
    )


@dataclass(frozen=True, slots=True)
class RememberedWord:
    """A word of the exports that somebody explained: as it is compared, as shown, its meaning."""

    kind: WordKind
    key: str
    text: str
    meaning: str


def remembered_words(session: Session) -> list[RememberedWord]:
    """What officers explained, but for the spellings of our own OPD, by kind and word."""
    foreign = select(OpdSpelling).where(OpdSpelling.opd_id.is_(None)).order_by(OpdSpelling.text)
    words = select(LaporWord).order_by(LaporWord.kind, LaporWord.word)
    return [
        *(
            RememberedWord(WordKind(one.kind), one.word, one.word, one.value)
            for one in session.scalars(words)
        ),
        *(
            RememberedWord(WordKind.OPD, one.normal, one.text, NOT_OURS)
            for one in session.scalars(foreign)
        ),
    ]


def active_opd(session: Session) -> list[tuple[int, str]]:
    """The OPD that a spelling can stand for, by name."""
    query = select(Opd.id, Opd.name).where(Opd.active).order_by(Opd.name)
    return list(session.execute(query).tuples())
