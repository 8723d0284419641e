"""The inbox: what lies at a desk, least time left first, and whom to call about what was handed on.

Every list is a LIMITed subquery along an index that begins with the status, so its cost does not
grow with the number of complaints.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, bindparam, literal, select, union_all
from sqlalchemy.orm import Session

from portal.access import Actor, visible_at
from portal.cases.rules import Rules
from portal.models import Account, Assignment, Complaint
from portal.queries.desk import PAGE, Section, own_sections, sections
from portal.queries.rows import COLUMNS, ComplaintRow, Cursor, with_offices
from portal.sop.office_time import ZONE
from portal.sop.procedure import Procedure, Role
from portal.sop.vocabulary import Status

CALLS = 20


@dataclass(frozen=True, slots=True)
class SectionPage:
    """Rows of one section; `next` is where its next page begins, None on the last."""

    section: Section
    rows: Sequence[ComplaintRow]
    next: Cursor | None


@dataclass(frozen=True, slots=True)
class Contact:
    """A liaison to call."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Call:
    """A hand-over without tanda terima for longer than the SOP's version allows."""

    row: ComplaintRow
    contacts: list[Contact] = field(default_factory=list)


def inbox_pages(
    session: Session,
    actor: Actor,
    procedure: Procedure,
    conditions: Sequence[ColumnElement[bool]] = (),
) -> list[SectionPage]:
    """The first page of every section that has complaints; one query."""
    parts = sections(actor.role, procedure)
    found = _rows(session, actor, [(part, part.first_page) for part in parts], conditions)
    pages = (_page(part, found[i], part.first_page) for i, part in enumerate(parts))
    return [page for page in pages if page.rows]


def section_page(
    session: Session,
    actor: Actor,
    section: Section,
    after: Cursor | None,
    conditions: Sequence[ColumnElement[bool]] = (),
) -> SectionPage:
    """A page of one section, behind `after`; what comes and goes meanwhile shifts nothing."""
    behind = [after.after(Complaint.due_at.expression)] if after else []
    found = _rows(session, actor, [(section, PAGE)], [*conditions, *behind])
    return _page(section, found[0], PAGE)


def next_in_line(
    session: Session, actor: Actor, procedure: Procedure, but: int
) -> ComplaintRow | None:
    """The own work with the least time left, other than the complaint with the id `but`."""
    parts = own_sections(actor.role, procedure)
    found = _rows(session, actor, [(part, 1) for part in parts])
    rows = [row for page in found for row in page if row.id != but]
    return min(rows, key=_least_time_left, default=None)


def calls(
    session: Session, actor: Actor, rules: Rules, procedure: Procedure, now: datetime
) -> list[Call]:
    """Hand-overs to call about, the longest without tanda terima first; one query."""
    given = {"office": actor.office, "now": now, "today": now.astimezone(ZONE).date()}
    found: dict[int, Call] = {}
    for row in session.execute(_unanswered(actor.role), given):
        overdue = rules.calendar.add(row.disposed_at, procedure.acknowledgement)
        if overdue > now:
            break
        call = found.setdefault(row.id, Call(row))
        if row.name is not None:
            call.contacts.append(Contact(row.name, row.phone))
    return list(found.values())


@cache
def _unanswered(role: Role) -> Select[Any]:
    """Hand-overs without tanda terima before `now`, a row for each liaison in office `today`."""
    oldest = (
        select(Complaint.id)
        .where(
            Complaint.status == Status.WITH_LIAISON,
            ~Complaint.acknowledged,
            Complaint.disposed_at < bindparam("now"),
            visible_at(role),
        )
        .order_by(Complaint.disposed_at)
        .limit(CALLS)
        .subquery()
    )
    in_office = _valid_liaison(bindparam("today", type_=Date))
    return (
        with_offices(select(*COLUMNS, Account.name, Account.phone))
        .join(oldest, oldest.c.id == Complaint.id)
        .outerjoin(Assignment, and_(Assignment.opd_id == Complaint.opd_id, *in_office))
        .outerjoin(Account, (Account.id == Assignment.account_id) & Account.active)
        .order_by(Complaint.disposed_at, Complaint.id, Account.name)
    )


def contacts_of(session: Session, opd_id: int, today: date) -> list[Contact]:
    """The liaisons of an OPD on `today`."""
    query = (
        select(Account.name, Account.phone)
        .join(Assignment, Assignment.account_id == Account.id)
        .where(Account.active, Assignment.opd_id == opd_id, *_valid_liaison(today))
        .order_by(Account.name)
    )
    return [Contact(name, phone) for name, phone in session.execute(query)]


def _valid_liaison(today: date | ColumnElement[date]) -> Iterable[ColumnElement[bool]]:
    yield Assignment.role == Role.PEJABAT_PENGHUBUNG
    yield Assignment.valid_from <= today
    yield Assignment.valid_to.is_(None) | (Assignment.valid_to >= today)


def _rows(
    session: Session,
    actor: Actor,
    wanted: Sequence[tuple[Section, int]],
    conditions: Sequence[ColumnElement[bool]] = (),
) -> list[list[ComplaintRow]]:
    """For each wanted (section, how many) its rows and one more; one query."""
    if not wanted:
        return []
    make = _lists if conditions else _usual_lists
    query = make(actor.role, tuple(wanted), tuple(conditions))
    found: list[list[ComplaintRow]] = [[] for _ in wanted]
    for row in session.execute(query, {"office": actor.office}):
        found[row.number].append(row)
    return [sorted(rows, key=_least_time_left) for rows in found]


def _lists(
    role: Role,
    wanted: Sequence[tuple[Section, int]],
    conditions: Sequence[ColumnElement[bool]],
) -> Select[Any]:
    lists = []
    for number, (section, size) in enumerate(wanted):
        query = ids_in(role, section).where(*conditions)
        limited = query.order_by(Complaint.due_at, Complaint.id).limit(size + 1).subquery()
        lists.append(select(limited.c.id, literal(number).label("number")))
    ids = union_all(*lists).subquery()
    return with_offices(select(ids.c.number, *COLUMNS).join(ids, ids.c.id == Complaint.id))


# To put such a statement together takes longer than to run it.
_usual_lists = lru_cache(_lists)


def _least_time_left(row: ComplaintRow) -> tuple[datetime, int]:
    """The order of every list; each status that lies at a desk sets a deadline."""
    return row.due_at, row.id


def ids_in(role: Role, section: Section) -> Select[Any]:
    """The complaints of a section at a desk of `role`, its office left open."""
    query = select(Complaint.id).where(Complaint.status == section.status, visible_at(role))
    return query.where(Complaint.resume_to.in_(section.asked_at)) if section.asked_at else query


def _page(section: Section, rows: Sequence[ComplaintRow], size: int) -> SectionPage:
    shown = rows[:size]
    more = len(rows) > size
    return SectionPage(section, shown, Cursor(shown[-1].due_at, shown[-1].id) if more else None)
