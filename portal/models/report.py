"""The monthly reports: what is being written, what was submitted, what was approved.

Entries, snapshots and files are append-only, and what an approved report says of itself is fixed:
database triggers, which a migration makes, refuse anything else.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.base import Base
from portal.models.organisation import Instansi
from portal.sop.procedure import Role
from portal.sop.report_workflow import ReportAction, ReportState


class Report(Base):
    """A month's report (`addendum_no` 0) or an addendum to it.

    `texts` holds what officers wrote instead of the proposals, `basis` what was computed last:
    figures, register and (of an addendum) the changes; `last_entry` is the history entry up to
    which that counts. `snapshot` is the version submitted last, `paper` the rendering that the
    page shows. `seq` is the number of the last entry: the version that a form was made from.
    """

    __tablename__ = "report"
    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    month: Mapped[date]
    addendum_no: Mapped[int] = mapped_column(default=0)
    state: Mapped[ReportState] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(20), unique=True)
    number: Mapped[str] = mapped_column(String(100), default="")
    number_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    dated: Mapped[date | None]
    texts: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    basis: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, deferred=True)
    last_entry: Mapped[int | None]
    computed_at: Mapped[datetime | None]
    computing: Mapped[bool] = mapped_column(default=False)
    beat_at: Mapped[datetime | None]
    error: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    paper: Mapped[str | None] = mapped_column(String(64))
    snapshot: Mapped[str | None] = mapped_column(ForeignKey("report_snapshot.hash"))
    words: Mapped[str] = mapped_column(default="", deferred=True)
    seq: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    instansi: Mapped[Instansi] = relationship()

    __table_args__ = (UniqueConstraint("instansi_id", "month", "addendum_no"),)


class ReportEntry(Base):
    """What happened to a report. `previous_hash` is that of the report's entry before,
    `ledger_hash` that of the report entry recorded before it in the whole portal.
    """

    __tablename__ = "report_entry"
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    seq: Mapped[int]
    action: Mapped[str] = mapped_column(String(20))
    source: Mapped[ReportState | None] = mapped_column(String(20))
    target: Mapped[ReportState] = mapped_column(String(20))
    at: Mapped[datetime]
    role: Mapped[Role] = mapped_column(String(30))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    actor_name: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous_hash: Mapped[str] = mapped_column(String(64))
    ledger_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (UniqueConstraint("report_id", "seq"),)

    @property
    def verb(self) -> ReportAction:
        return ReportAction(self.action)

    def compute_hash(self) -> str:
        """What `hash` must be for what the entry says."""
        return data_hash({name: getattr(self, name) for name in _HASHED})


_HASHED = (
    "report_id",
    "seq",
    "action",
    "source",
    "target",
    "at",
    "role",
    "account_id",
    "assignment_id",
    "actor_name",
    "details",
    "previous_hash",
    "ledger_hash",
)


class ReportSnapshot(Base):
    """Everything that a submitted report prints, under the hash of it (`data_hash`)."""

    __tablename__ = "report_snapshot"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime]


class FileKind(StrEnum):
    ORIGINAL = "original"
    SIGNED = "signed"
    SCAN = "scan"


class ReportFile(Base):
    """A file of an approved report; its bytes lie in the instance folder under their SHA-256.

    `identity` is the permanent half of a PDF's /ID, by which an altered copy is recognised.
    """

    __tablename__ = "report_file"
    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    entry_seq: Mapped[int]
    kind: Mapped[FileKind] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    identity: Mapped[str] = mapped_column(String(128), default="", index=True)
    added_at: Mapped[datetime]


class Rendering(Base):
    """A PDF made, or to be made, of a composed paper; its name is the hash of what decides it.

    `inputs` is the paper (`cases.rendering`), emptied when the PDF is there, in the instance
    folder under `sha256`; `error` holds the msgid and params of why it could not be made;
    `beat_at` is when it was last worked at.
    """

    __tablename__ = "rendering"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    requested_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]
    error: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def data_hash(data: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over the canonical JSON of `data`; times in UTC."""
    return hashlib.sha256(_canonical(data).encode()).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(value)


_canonical = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain
).encode
