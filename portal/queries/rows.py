"""Complaints as rows of a list: what a list shows of each, how it is narrowed, how it is paged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, literal, select, tuple_
from sqlalchemy.orm import Session

from portal.models import Complaint, Kecamatan, Opd, Unit
from portal.models.base import UtcDateTime
from portal.sop.procedure import CaseClass
from portal.sop.vocabulary import Status

LATE, SOON = "late", "soon"
ANONYMOUS, CONFIDENTIAL, OPEN_NAME = "anonymous", "confidential", "open"
COLUMNS = (
    Complaint.id,
    Complaint.tracking_id,
    Complaint.title,
    Complaint.status,
    Complaint.case_class,
    Complaint.kecamatan,
    Complaint.arrived_at,
    Complaint.due_at,
    Complaint.disposed_at,
    Complaint.sent_back,
    Complaint.anonymous,
    Complaint.confidential,
    Complaint.setwapres,
    Complaint.escalated,
    Complaint.acknowledged,
    Complaint.reported,
    Complaint.closed_silently,
    Complaint.seq,
    Complaint.opd_id,
    Opd.name.label("opd_name"),
    Unit.name.label("unit_name"),
)
ComplaintRow = Row[Any]


def with_offices(query: Select[Any]) -> Select[Any]:
    """`query` over complaints with the names of the offices that COLUMNS shows."""
    return query.outerjoin(Opd, Opd.id == Complaint.opd_id).outerjoin(
        Unit, Unit.id == Complaint.unit_id
    )


@dataclass(frozen=True, slots=True)
class Filter:
    """How a list is narrowed; empty fields narrow nothing."""

    kecamatan: str = ""
    opd_id: int | None = None
    time: str = ""
    case_class: str = ""
    privacy: str = ""
    status: str = ""

    @property
    def is_empty(self) -> bool:
        return self == Filter()

    def conditions(self, now: datetime, soon_until: datetime) -> Iterable[ColumnElement[bool]]:
        if self.kecamatan:
            yield Complaint.kecamatan == self.kecamatan
        if self.opd_id is not None:
            yield Complaint.opd_id == self.opd_id
        if self.time == LATE:
            yield Complaint.due_at < now
        if self.time == SOON:
            yield Complaint.due_at.between(now, soon_until)
        if self.case_class in set(CaseClass):
            yield Complaint.case_class == self.case_class
        if self.status in set(Status):
            yield Complaint.status == self.status
        if self.privacy == ANONYMOUS:
            yield Complaint.anonymous.is_(True)
        if self.privacy == CONFIDENTIAL:
            yield Complaint.confidential.is_(True)
        if self.privacy == OPEN_NAME:
            yield ~Complaint.anonymous & ~Complaint.confidential


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list ordered by a time and an id: the page begins behind it."""

    at: datetime
    id: int

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        """Read what `str` wrote; None for anything else, which means the first page."""
        at, _, number = text.rpartition("_")
        if not number.isdecimal() or len(number) > 15:
            return None
        try:
            moment = datetime.fromisoformat(at)
            return cls(moment.astimezone(UTC), int(number)) if moment.tzinfo else None
        except (ValueError, OverflowError):  # no date, or one that UTC does not have
            return None

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.id}"

    def _place(self) -> ColumnElement[Any]:
        return tuple_(literal(self.at, UtcDateTime()), literal(self.id))

    def after(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        return tuple_(column, Complaint.id) > self._place()

    def before(self, column: ColumnElement[Any]) -> ColumnElement[bool]:
        return tuple_(column, Complaint.id) < self._place()


def filter_choices(session: Session) -> tuple[Sequence[str], Sequence[tuple[int, str]]]:
    """The kecamatan and the OPD (id, name) that a list can be narrowed to, by name."""
    found = session.execute(_CHOICES).all()
    return [name for id, name in found if not id], [(id, name) for id, name in found if id]


_CHOICES = (
    select(literal(0).label("id"), Kecamatan.name.label("name"))
    .union_all(select(Opd.id, Opd.name))
    .order_by("name")
)
