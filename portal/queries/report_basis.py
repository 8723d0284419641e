"""What a report is made of: its figures and its register, read at one moment."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.cases.identity import names_of
from portal.cases.report_content import Basis
from portal.cases.rules import load_rules
from portal.cases.seals import newest_seal
from portal.models import Complaint, Entry
from portal.queries.report_data import load_histories
from portal.reporting.figures import CaseHistory, bounds, report_for
from portal.reporting.histories import Course
from portal.reporting.register import RegisterRow, register_row
from portal.sop.office_time import ZONE
from portal.sop.procedure import Role
from portal.sop.vocabulary import Status

_CHUNK = 500


def gather_basis(session: Session, instansi_id: int, month: date, now: datetime) -> Basis:
    """The figures and the register of an instansi's local `month`, as recorded until now.

    Reads only, in one transaction of its own, so that all of it is of one moment. The register
    lists what arrived in the month, as it stood at the month's end.
    """
    session.rollback()
    last_entry = session.scalar(select(func.max(Entry.id))) or 0
    reader = Actor(Role.ADMIN_INSTANSI, "", instansi_id=instansi_id)
    standing: dict[int, _Standing] = {}
    histories = _noting(load_histories(session, reader, month), month, standing)
    figures = report_for(histories, month, load_rules(session).calendar, now)
    register = tuple(_register(session, standing))
    seal = newest_seal(session)
    session.rollback()
    return Basis(figures, register, last_entry, now, seal)


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where a complaint stood at the month's end: its OPD, its status, when it ended."""

    opd: str
    status: Status
    ended_on: date | None


def _standing(history: CaseHistory, end: datetime) -> _Standing:
    course = Course(history)
    count = course.until(end)
    state = course.states[count - 1]
    return _Standing(
        opd=history.opds.get(state.opd_id or 0, ""),
        status=state.status,
        ended_on=_ended_on(course, count) if state.status.is_final else None,
    )


def _ended_on(course: Course, count: int) -> date:
    """The local day on which the complaint came to the state in which it ended."""
    ended = count - 1
    while ended and course.states[ended - 1].status is course.states[ended].status:
        ended -= 1
    return course.moments[ended].astimezone(ZONE).date()


def _noting(
    histories: Iterable[CaseHistory], month: date, standing: dict[int, _Standing]
) -> Iterator[CaseHistory]:
    """Pass the histories on, and note how those that arrived in the month stood at its end."""
    begin, end = bounds(month)
    for history in histories:
        if begin <= history.arrived_at < end:
            standing[history.id] = _standing(history, end)
        yield history


def _register(session: Session, standing: dict[int, _Standing]) -> Iterator[RegisterRow]:
    ids = list(standing)
    found: list[Complaint] = []
    for start in range(0, len(ids), _CHUNK):
        chunk = Complaint.id.in_(ids[start : start + _CHUNK])
        found += session.scalars(select(Complaint).where(chunk))
    names = names_of(session, found)
    for complaint in sorted(found, key=lambda one: (one.arrived_at, one.id)):
        stood = standing[complaint.id]
        yield register_row(
            complaint,
            names.get(complaint.id, ""),
            opd=stood.opd,
            status=stood.status,
            ended_on=stood.ended_on,
        )
