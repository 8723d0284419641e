"""The append-only history: one entry per action, chained by SHA-256.

UPDATE and DELETE are refused by database triggers, which a migration makes. Only what somebody
wrote in his own words may be masked, once: the chain holds a salted commitment to it.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base
from portal.sop.asks import WRITTEN
from portal.sop.procedure import Role
from portal.sop.vocabulary import Action, Record, Status
from portal.sop.workflow import Event

_RECORDS = frozenset(Record)
# The name under which an entry's `kept` details hold the commitment to its words.
_VOUCHED = "words"
_LAPOR_TEXTS = frozenset({"title", "body", "lapor_reason"})


class Entry(Base):
    """What happened to one complaint. `happened_at` counts for the clocks, `recorded_at` is now.

    `kept`: the answers that rules and figures read; `words`: what somebody wrote, vouched for with
    `salt` until it is masked; `details`: both. `measured`: what the clocks took that this entry
    ended (`Measurement.as_data`). `previous_hash` is that of the complaint's entry before,
    `ledger_hash` that of the entry recorded before it in the whole portal.
    """

    __tablename__ = "entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    seq: Mapped[int]
    action: Mapped[str] = mapped_column(String(30))
    source: Mapped[Status | None] = mapped_column(String(30))
    target: Mapped[Status] = mapped_column(String(30))
    completes: Mapped[int | None]
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_late: Mapped[bool] = mapped_column(default=False)
    role: Mapped[Role] = mapped_column(String(30))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    actor_name: Mapped[str]
    kept: Mapped[dict[str, Any]] = mapped_column("details", JSON)
    words: Mapped[dict[str, Any]] = mapped_column(JSON)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    measured: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    previous_hash: Mapped[str] = mapped_column(String(64))
    ledger_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        UniqueConstraint("complaint_id", "seq"),
        Index(
            "ix_entry_disclosed",
            "id",
            sqlite_where=text("action = 'disclose'"),
            postgresql_where=text("action = 'disclose'"),
        ),
    )

    def __init__(self, *, details: Mapping[str, Any], **columns: Any) -> None:
        kept, words, salt = apart(columns["action"], details)
        super().__init__(**columns | {"kept": kept, "words": words, "salt": salt})

    @property
    def details(self) -> dict[str, Any]:
        """The answers given, all of them."""
        said = {name: value for name, value in self.kept.items() if name != _VOUCHED}
        if "changes" in said and "changes" in self.words:
            return {**said, "changes": {**self.words["changes"], **said["changes"]}}
        return {**said, **self.words}

    @property
    def verb(self) -> Action | Record:
        return Record(self.action) if self.action in _RECORDS else Action(self.action)

    @property
    def event(self) -> Event:
        """What the rules need of this entry."""
        return Event(
            self.verb,
            Status(self.source) if self.source else None,
            Status(self.target),
            self.happened_at,
            self.details,
        )

    @property
    def is_uncommitted(self) -> bool:
        """Whether it is older than the commitments: its hash is over its words themselves."""
        return bool(self.words) and _VOUCHED not in self.kept

    def compute_hash(self) -> str:
        """What `hash` must be for what the entry says."""
        return self._hash_with(self.details if self.is_uncommitted else self.kept)

    def content_hash(self) -> str:
        """SHA-256 (hex) over all that the entry says, by which a masked one is vouched for."""
        return self._hash_with(self.details)

    def vouches(self) -> bool:
        """Whether its words are those that it was recorded with."""
        told = commitment(self.salt or b"", self.words) if self.words else None
        return self.is_uncommitted or self.kept.get(_VOUCHED) == told

    def _hash_with(self, details: Mapping[str, Any]) -> str:
        return entry_hash({name: getattr(self, name) for name in HASHED} | {"details": details})


HASHED = (
    "complaint_id",
    "seq",
    "action",
    "source",
    "target",
    "completes",
    "happened_at",
    "recorded_at",
    "recorded_late",
    "role",
    "account_id",
    "assignment_id",
    "actor_name",
    "details",
    "measured",
    "previous_hash",
    "ledger_hash",
)


def apart(
    action: str, details: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any], bytes | None]:
    """An entry's answers as they are stored: those kept for good, the words, the salt of these."""
    written = WRITTEN.get(action, frozenset())
    kept = {name: value for name, value in details.items() if name not in written}
    words = {name: value for name, value in details.items() if name in written}
    if "changes" in kept:
        changes = kept["changes"]
        texts = {name: changes[name] for name in changes if name in _LAPOR_TEXTS}
        kept["changes"] = {name: changes[name] for name in changes if name not in texts}
        words |= {"changes": texts} if texts else {}
    if not words:
        return kept, {}, None
    salt = os.urandom(16)
    return {**kept, _VOUCHED: commitment(salt, words)}, words, salt


def commitment(salt: bytes, words: Mapping[str, Any]) -> str:
    """SHA-256 (hex) by which the chain vouches for `words` without saying them."""
    return hashlib.sha256(salt + _canonical(words).encode()).hexdigest()


def entry_hash(values: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over the canonical JSON of an entry's `HASHED` values, as they are stored."""
    canonical = _canonical({name: values[name] for name in HASHED})
    return hashlib.sha256(canonical.encode()).hexdigest()


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


_canonical = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_iso
).encode


class LedgerDay(Base):
    """The head of the chain at the end of a local day, and how many entries that day has."""

    __tablename__ = "ledger_day"
    day: Mapped[date] = mapped_column(primary_key=True)
    entries: Mapped[int]
    last_hash: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True, slots=True)
class Seal:
    """What the history was at the end of a local day (or until now, of the day that runs).

    `entries` stand in it in all, the last of them hashed `last_hash`. Kept or printed outside the
    portal, it finds out even a history whose every hash was computed anew.
    """

    day: date
    entries: int
    last_hash: str
