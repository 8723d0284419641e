"""A complaint: what the citizen said, where it stands (a cache of its history), its files."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.base import Base
from portal.models.organisation import Instansi, Opd, Unit
from portal.sop.procedure import CaseClass
from portal.sop.vocabulary import Status

if TYPE_CHECKING:
    from portal.models.reporter import Reporter


class Complaint(Base):
    """What LAPOR! or the entry form gave, and below it what `cases.record` derives from history.

    Of an anonymous or confidential complaint nothing here tells who its reporter is
    (`cases.identity`).

    `seq` is the number of the last history entry: the version that a form was made from.
    `lapor`: what LAPOR! last said of what it owns, to tell its changes from officers' corrections.
    `due_at`: the desk's deadline; `wake_at`: when the portal has something to do by itself.
    """

    __tablename__ = "complaint"
    id: Mapped[int] = mapped_column(primary_key=True)
    tracking_id: Mapped[str] = mapped_column(String(30), unique=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    arrived_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40), default="")
    category: Mapped[str] = mapped_column(String(200), default="")
    title: Mapped[str] = mapped_column(String(500))
    body: Mapped[str]
    anonymous: Mapped[bool] = mapped_column(default=False)
    confidential: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(60), default="")
    kecamatan: Mapped[str] = mapped_column(String(100), default="")
    kelurahan: Mapped[str] = mapped_column(String(100), default="")
    setwapres: Mapped[bool] = mapped_column(default=False)
    rating: Mapped[int | None]
    lapor_opd: Mapped[str] = mapped_column(String(200), default="")
    lapor_status: Mapped[str] = mapped_column(String(100), default="")
    lapor_reason: Mapped[str] = mapped_column(default="")
    lapor: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    status: Mapped[Status] = mapped_column(String(30))
    resume_to: Mapped[Status | None] = mapped_column(String(30))
    case_class: Mapped[CaseClass] = mapped_column(String(20))
    reported: Mapped[bool] = mapped_column(default=False)
    acknowledged: Mapped[bool] = mapped_column(default=False)
    escalated: Mapped[bool] = mapped_column(default=False)
    closed_silently: Mapped[bool] = mapped_column(default=False)
    anonymised: Mapped[bool] = mapped_column(default=False, server_default=false())
    sent_back: Mapped[int] = mapped_column(default=0)
    opd_id: Mapped[int | None] = mapped_column(ForeignKey("opd.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    disposed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    wake_at: Mapped[datetime | None] = mapped_column(index=True)
    seq: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]

    instansi: Mapped[Instansi] = relationship()
    opd: Mapped[Opd | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
    reporter: Mapped["Reporter | None"] = relationship(back_populates="complaint")

    __table_args__ = (
        # The last two are there to be read: what is another's is passed over without its row.
        Index("ix_complaint_desk", "status", "due_at", "id", "instansi_id", "resume_to"),
        Index("ix_complaint_opd_desk", "opd_id", "status", "due_at", "id"),
        Index("ix_complaint_unit_desk", "unit_id", "status", "due_at", "id"),
        Index("ix_complaint_arrived", "arrived_at", "id"),
        Index("ix_complaint_receipt", "status", "acknowledged", "disposed_at"),
    )


class Attachment(Base):
    """A file of a complaint; its bytes lie in the instance folder under their SHA-256."""

    __tablename__ = "attachment"
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    entry_seq: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime]


class IncomingFile(Base):
    """A file on its way in, part by part; `cases.incoming` keeps the bytes that have come so far.

    `described`: what the sender's Upload-Metadata said, verbatim. What has `expires_at` behind it
    is as good as gone: the tick removes it.
    """

    __tablename__ = "incoming_file"
    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int]
    described: Mapped[str] = mapped_column(String(1000))
    expires_at: Mapped[datetime] = mapped_column(index=True)


class SentForm(Base):
    """A form that has acted: the same key sent again finds its entry instead of acting twice.

    `digest` is of what it said, so that a key sent again with other words is not taken for it.
    """

    __tablename__ = "sent_form"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
    entry_seq: Mapped[int]
    at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64), server_default="")
