"""What an export would do to the portal: new, changed, unchanged and rejected rows.

LAPOR! owns the text of a complaint, its LAPOR! status and reason, its rating and whether its
reporter stays unknown (`OWNED`). A row is changed when one of these differs from what LAPOR! said
the last time (`Complaint.lapor`), not from what an officer made of it since: a correction outlives
the next import. Its status at LAPOR! is noted and shown; the desk is the portal's own affair.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from portal.cases.identity import is_protected
from portal.cases.intake_words import WordKind, Words, load_words
from portal.identity.person import Identity
from portal.identity.scan import hide
from portal.lapor.rows import LaporRow, Reading, Rejection
from portal.models import Complaint
from portal.models.base import chunks
from portal.sop.procedure import CaseClass
from portal.sop.text import N_
from portal.sop.vocabulary import Status

TITLE_LIMIT = 100
OWNED = (
    "title",
    "body",
    "lapor_status",
    "lapor_reason",
    "rating",
    "anonymous",
    "confidential",
)
# Of a complaint without its reporter LAPOR! may still change these: what it says of him stays out.
IMPERSONAL = ("lapor_status", "rating")
# Of these an officer's word may stand in the column, hence LAPOR!'s own is kept beside it.
SHARED = ("title", "body", "rating")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A report that the portal does not have yet, and where it enters."""

    row: LaporRow
    status: Status
    case_class: CaseClass
    instansi_id: int
    opd_id: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """What LAPOR! says differently of a complaint: `changes` by column, (old, new)."""

    row: LaporRow

    complaint_id: int
    seq: int
    status: Status
    said: Mapping[str, Any]
    changes: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Unknown:
    """A word that nobody has explained yet, as first written, and in how many new rows it is."""

    kind: WordKind
    text: str
    rows: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done; rows in the order of the export."""

    new: list[Arrival]
    changed: list[Change]
    unchanged: int
    rejected: list[Rejection]
    unknown: list[Unknown]

    @property
    def counts(self) -> dict[str, int]:
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "unchanged": self.unchanged,
            "rejected": len(self.rejected),
        }

    @property
    def hides_somebody(self) -> bool:
        """Whether a reporter who could be known is to stay unknown from now on."""
        return any(
            is_protected(one.row) and one.changes.keys() & {"anonymous", "confidential"}
            for one in self.changed
        )


def make_plan(session: Session, reading: Reading) -> Plan:
    """Compare what was read with what is stored; writes nothing.

    A new row of unknown class or status is rejected until somebody explains the word. One with
    an unknown OPD enters at the Admin Instansi (step 3), as the SOP has it for any OPD that is
    not known here.
    """
    words = load_words(session)
    stored = _stored(session, [row.tracking_id for row in reading.rows])
    fresh = [row for row in reading.rows if row.tracking_id not in stored]
    outcomes = [_arrival(row, words) for row in fresh]
    refused = [outcome for outcome in outcomes if isinstance(outcome, Rejection)]
    known = [row for row in reading.rows if row.tracking_id in stored]
    changes = [_change(row, stored[row.tracking_id]) for row in known]
    changed = [change for change in changes if change.changes]
    return Plan(
        new=[outcome for outcome in outcomes if isinstance(outcome, Arrival)],
        changed=changed,
        unchanged=len(known) - len(changed),
        rejected=sorted([*reading.rejected, *refused], key=attrgetter("row")),
        unknown=_unknown_words(fresh, words),
    )


def _stored(session: Session, tracking_ids: list[str]) -> dict[str, Row[Any]]:
    """What is stored of these complaints, by Tracking ID."""
    columns = [getattr(Complaint, name) for name in OWNED]
    query = select(
        *(Complaint.id, Complaint.tracking_id, Complaint.seq, Complaint.status),
        *(Complaint.lapor, Complaint.anonymised),
    ).add_columns(*columns)
    return {
        row.tracking_id: row
        for some in chunks(tracking_ids)
        for row in session.execute(query.where(Complaint.tracking_id.in_(some)))
    }


def _arrival(row: LaporRow, words: Words) -> Arrival | Rejection:
    case_class = words.classes.get(WordKind.CLASS.key(row.kind_text))
    if case_class is None:
        return Rejection(row.row, WordKind.CLASS.heading, _UNKNOWN_CLASS, {"word": row.kind_text})
    entrance = words.entrances.get(WordKind.STATUS.key(row.status_text))
    if entrance is None:
        word = {"word": row.status_text}
        return Rejection(row.row, WordKind.STATUS.heading, _UNKNOWN_STATUS, word)
    opd_id = words.opds.get(WordKind.OPD.key(row.opd_text))
    instansi_id = words.instansi_of(row.instansi)
    return Arrival(row, entrance.status(opd_id), case_class, instansi_id, opd_id)


_UNKNOWN_CLASS = N_("Klasifikasi “%(word)s” belum dikenal; pilih artinya di halaman impor.")
_UNKNOWN_STATUS = N_("Status “%(word)s” belum dikenal; pilih artinya di halaman impor.")


def _unknown_words(rows: Iterable[LaporRow], words: Words) -> list[Unknown]:
    """The words of `rows` that nobody has explained, in the order of their first appearance."""
    count: Counter[tuple[WordKind, str]] = Counter()
    texts: dict[tuple[WordKind, str], str] = {}
    for row in rows:
        for kind, known, text in (
            (WordKind.OPD, words.opds, row.opd_text),
            (WordKind.CLASS, words.classes, row.kind_text),
            (WordKind.STATUS, words.entrances, row.status_text),
        ):
            key = kind.key(text)
            if key not in known and (key or kind is not WordKind.OPD):
                count[kind, key] += 1
                texts.setdefault((kind, key), text)
    return [Unknown(kind, texts[kind, key], rows) for (kind, key), rows in count.items()]


def owned_values(row: LaporRow) -> dict[str, Any]:
    """What LAPOR! says of its own columns, as everybody may read it."""
    texts = {**written_words(row), "lapor_reason": row.reason}
    return {
        **without_reporter(row, texts),
        "lapor_status": row.status_text,
        "rating": row.rating,
        "anonymous": row.anonymous,
        "confidential": row.confidential,
    }


def without_reporter(row: LaporRow, texts: Mapping[str, str]) -> Mapping[str, str]:
    """`texts` of `row`, without whom it is from if that is to stay unknown."""
    if not is_protected(row):
        return texts
    who = Identity(row.reporter_name)
    return {name: hide(text, who, row.tracking_id) for name, text in texts.items()}


def written_words(row: LaporRow) -> dict[str, str]:
    """Title and body as written. Of two texts the final one is what the desks answer."""
    body = row.body_final or row.body
    return {"title": row.title or _shortened(body), "body": body or row.title}


def _shortened(text: str) -> str:
    """The beginning of a report that came without a title."""
    line = " ".join(text[: 2 * TITLE_LIMIT].split())
    return line if len(line) <= TITLE_LIMIT else f"{line[: TITLE_LIMIT - 1].rstrip()}…"


def _change(row: LaporRow, stored: Row[Any]) -> Change:
    """How `row` differs from what LAPOR! said last, or from what somebody typed in for it."""
    said = {name: stored.lapor.get(name, getattr(stored, name)) for name in OWNED}
    changes = {
        name: (said[name], value)
        for name, value in owned_values(row).items()
        if said[name] != value and (name in IMPERSONAL or not stored.anonymised)
    }
    return Change(row, stored.id, stored.seq, Status(stored.status), said, changes)
