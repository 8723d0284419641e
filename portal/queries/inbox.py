"""The inbox: what lies at a desk, least time left first, and whom to call about what was handed on.

Every list is a LIMITed subquery along an index that begins with the status, so its cost does not
grow with the number of complaints.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from portal.access import Actor, visible_to
from portal.cases.rules import Rules
from portal.models import Account, Assignment, Complaint, LedgerDay, Setting
from portal.queries.desk import PAGE, Section, own_sections, sections
from portal.queries.rows import COLUMNS, ComplaintRow, Cursor, with_offices
from portal.sop.office_time import ZONE
from portal.sop.procedure import Procedure, Role
from portal.sop.vocabulary import Status

COUNTED = 99
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
    found = _rows(session, actor, [(part, part.first_page, None) for part in parts], conditions)
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
    found = _rows(session, actor, [(section, PAGE, after)], conditions)
    return _page(section, found[0], PAGE)


def inbox_count(session: Session, actor: Actor, procedure: Procedure) -> str:
    """How much own work lies at the desk, for the navigation: "0" to "99", or "99+"."""
    parts = own_sections(actor.role, procedure)
    if not parts:
        return "0"
    limited = [select(_ids(actor, part).limit(COUNTED + 1).subquery().c.id) for part in parts]
    number = session.scalar(select(func.count()).select_from(union_all(*limited).subquery())) or 0
    return str(number) if number <= COUNTED else f"{COUNTED}+"


def next_in_line(
    session: Session, actor: Actor, procedure: Procedure, but: int
) -> ComplaintRow | None:
    """The own work with the least time left, other than the complaint with the id `but`."""
    parts = own_sections(actor.role, procedure)
    found = _rows(session, actor, [(part, 1, None) for part in parts], (Complaint.id != but,))
    rows = [row for page in found for row in page]
    return min(rows, key=_least_time_left, default=None)


def calls(
    session: Session, actor: Actor, rules: Rules, procedure: Procedure, now: datetime
) -> list[Call]:
    """Hand-overs to call about, the longest without tanda terima first; one query."""
    unanswered = (
        select(Complaint.id)
        .where(
            Complaint.status == Status.WITH_LIAISON,
            ~Complaint.acknowledged,
            Complaint.disposed_at < now,
            visible_to(actor),
        )
        .order_by(Complaint.disposed_at)
        .limit(CALLS)
        .subquery()
    )
    query = (
        with_offices(select(*COLUMNS, Account.name, Account.phone))
        .join(unanswered, unanswered.c.id == Complaint.id)
        .outerjoin(Assignment, _liaison_of_opd(now.astimezone(ZONE).date()))
        .outerjoin(Account, (Account.id == Assignment.account_id) & Account.active)
        .order_by(Complaint.disposed_at, Complaint.id, Account.name)
    )
    found: dict[int, Call] = {}
    for row in session.execute(query):
        overdue = rules.calendar.add(row.disposed_at, procedure.acknowledgement)
        if overdue > now:
            break
        call = found.setdefault(row.id, Call(row))
        if row.name is not None:
            call.contacts.append(Contact(row.name, row.phone))
    return list(found.values())


def contacts_of(session: Session, opd_id: int, today: date) -> list[Contact]:
    """The liaisons of an OPD on `today`."""
    query = (
        select(Account.name, Account.phone)
        .join(Assignment, Assignment.account_id == Account.id)
        .where(Account.active, Assignment.opd_id == opd_id, *_valid_liaison(today))
        .order_by(Account.name)
    )
    return [Contact(name, phone) for name, phone in session.execute(query)]


def _liaison_of_opd(today: date) -> ColumnElement[bool]:
    condition = Assignment.opd_id == Complaint.opd_id
    for part in _valid_liaison(today):
        condition = condition & part
    return condition


def _valid_liaison(today: date) -> Iterable[ColumnElement[bool]]:
    yield Assignment.role == Role.PEJABAT_PENGHUBUNG
    yield Assignment.valid_from <= today
    yield Assignment.valid_to.is_(None) | (Assignment.valid_to >= today)


def list_version(session: Session) -> str:
    """A word that changes whenever anything happens to any complaint or to the rules.

    The head of the ledger and the revision of the rules: one row, whatever the number of
    complaints. Another desk's work changes it too; that costs a list which turns out the same.
    """
    head = select(LedgerDay.last_hash).order_by(LedgerDay.day.desc()).limit(1)
    revision = select(Setting.value).where(Setting.name == "rules_revision")
    found = session.execute(select(head.scalar_subquery(), revision.scalar_subquery())).one()
    return f"{found[0]}.{found[1]}"


def _rows(
    session: Session,
    actor: Actor,
    wanted: Sequence[tuple[Section, int, Cursor | None]],
    conditions: Sequence[ColumnElement[bool]],
) -> list[list[ComplaintRow]]:
    """For each wanted (section, how many, behind which place) its rows and one more; one query."""
    lists = []
    for number, (section, size, after) in enumerate(wanted):
        query = _ids(actor, section).where(*conditions)
        if after is not None:
            query = query.where(after.after(Complaint.due_at.expression))
        limited = query.order_by(Complaint.due_at, Complaint.id).limit(size + 1).subquery()
        lists.append(select(limited.c.id, literal(number).label("number")))
    if not lists:
        return []
    ids = union_all(*lists).subquery()
    query = with_offices(select(ids.c.number, *COLUMNS).join(ids, ids.c.id == Complaint.id))
    found: list[list[ComplaintRow]] = [[] for _ in wanted]
    for row in session.execute(query):
        found[row.number].append(row)
    return [sorted(rows, key=_least_time_left) for rows in found]


def _least_time_left(row: ComplaintRow) -> tuple[datetime, int]:
    """The order of every list; each status that lies at a desk sets a deadline."""
    return row.due_at, row.id


def _ids(actor: Actor, section: Section) -> Select[Any]:
    query = select(Complaint.id).where(Complaint.status == section.status, visible_to(actor))
    return query.where(Complaint.resume_to.in_(section.asked_at)) if section.asked_at else query


def _page(section: Section, rows: Sequence[ComplaintRow], size: int) -> SectionPage:
    shown = rows[:size]
    more = len(rows) > size
    return SectionPage(section, shown, Cursor(shown[-1].due_at, shown[-1].id) if more else None)
