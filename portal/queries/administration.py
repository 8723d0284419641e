"""What the administrator may ask: accounts, offices, the calendar; never a complaint's text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from portal.models import (
    Account,
    Assignment,
    Complaint,
    Instansi,
    OfficeHours,
    Opd,
    SpecialDay,
    Unit,
)
from portal.sop.calendar_data import days_off
from portal.sop.procedure import Role
from portal.sop.vocabulary import FINAL

SOON = timedelta(days=14)
_SHOWN_DAYS = 400


def _with_desks() -> ORMOption:
    return selectinload(Account.assignments).options(
        joinedload(Assignment.opd), joinedload(Assignment.unit), joinedload(Assignment.instansi)
    )


def accounts(session: Session, words: str = "") -> Sequence[Account]:
    """Every account with its desks, by name; with `words`, those whose name contains them all."""
    conditions = [
        or_(
            Account.name.icontains(word, autoescape=True),
            Account.username.icontains(word, autoescape=True),
        )
        for word in words.split()
    ]
    query = select(Account).where(*conditions).order_by(Account.name, Account.id)
    return session.scalars(query.options(_with_desks())).all()


def find_account(session: Session, account_id: int) -> Account | None:
    return session.get(Account, account_id, options=[_with_desks()])


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """An OPD with how many units it has, people who answer for it today, and open complaints."""

    opd: Opd
    units: int
    liaisons: int
    open_complaints: int


def offices(session: Session, today: date) -> list[OfficeRow]:
    """Every OPD by name, those in use first; four queries whatever their number."""
    units = _counted(
        session,
        select(Unit.opd_id, func.count()).where(Unit.active).group_by(Unit.opd_id),
    )
    liaisons = _counted(
        session,
        _seated(select(Assignment.opd_id, func.count()), today)
        .where(Assignment.role == Role.PEJABAT_PENGHUBUNG)
        .group_by(Assignment.opd_id),
    )
    complaints = _counted(
        session,
        select(Complaint.opd_id, func.count())
        .where(Complaint.status.not_in(FINAL))
        .group_by(Complaint.opd_id),
    )
    return [
        OfficeRow(opd, units.get(opd.id, 0), liaisons.get(opd.id, 0), complaints.get(opd.id, 0))
        for opd in session.scalars(select(Opd).order_by(Opd.active.desc(), Opd.name))
    ]


def _counted(session: Session, query: Select[Any]) -> dict[int | None, int]:
    return dict(session.execute(query).tuples().all())


def _seated(query: Select[Any], today: date) -> Select[Any]:
    """Of a query of assignments those at whose desk somebody sits today."""
    lasts = or_(Assignment.valid_to.is_(None), Assignment.valid_to >= today)
    return query.join(Assignment.account).where(
        Account.active, Assignment.valid_from <= today, lasts
    )


def find_opd(session: Session, opd_id: int) -> Opd | None:
    return session.get(Opd, opd_id, options=[selectinload(Opd.units), selectinload(Opd.spellings)])


def find_unit(session: Session, unit_id: int) -> Unit | None:
    return session.get(Unit, unit_id, options=[joinedload(Unit.opd)])


def scope_offers(session: Session) -> Mapping[str, list[tuple[int, str]]]:
    """What an assignment's scope may be, by the form's field: pairs (id, name)."""
    units = session.scalars(
        select(Unit)
        .join(Unit.opd)
        .where(Unit.active, Opd.active)
        .order_by(Opd.name, Unit.name)
        .options(joinedload(Unit.opd))
    )
    opds = session.scalars(select(Opd).where(Opd.active).order_by(Opd.name))
    instansi = session.scalars(select(Instansi).order_by(Instansi.id))
    return {
        "instansi": [(one.id, one.name) for one in instansi],
        "opd": [(one.id, one.name) for one in opds],
        "unit": [(one.id, f"{one.opd.name}: {one.name}") for one in units],
    }


@dataclass(frozen=True, slots=True)
class OffDay:
    """A day that is not as its weekday: declared by the administrator, or (`special` None) by
    the library; `working` for one that was cancelled."""

    day: date
    name: str
    working: bool
    special: SpecialDay | None


def off_days(session: Session, today: date) -> list[OffDay]:
    """Days off from today on for a good year, and all that the administrator declared."""
    until = today + timedelta(days=_SHOWN_DAYS)
    known = {
        day: OffDay(day, name, False, None)
        for year in range(today.year, until.year + 1)
        for day, name in days_off(year).items()
        if today <= day <= until
    }
    for special in session.scalars(select(SpecialDay)):
        known[special.day] = OffDay(special.day, special.name, special.working, special)
    return sorted(known.values(), key=lambda one: one.day)


def office_hours(session: Session) -> Sequence[OfficeHours]:
    """The office hours that the administrator set, the newest first."""
    return session.scalars(select(OfficeHours).order_by(OfficeHours.valid_from.desc())).all()


@dataclass(frozen=True, slots=True)
class Overview:
    """What the administrator should see to."""

    accounts: int
    opd: int
    units: int
    opd_without_liaison: Sequence[str]
    units_without_officer: Sequence[str]
    new_passwords: int
    ending: Sequence[Assignment]


def overview(session: Session, today: date) -> Overview:
    rows = [row for row in offices(session, today) if row.opd.active]
    staffed = set(session.scalars(_seated(select(Assignment.unit_id), today)))
    units = session.scalars(
        select(Unit).join(Unit.opd).where(Unit.active, Opd.active).order_by(Opd.name, Unit.name)
    ).all()
    lent = select(func.count(Account.id)).where(Account.active, Account.lent_until.is_not(None))
    ending = (
        _seated(select(Assignment), today)
        .where(Assignment.valid_to <= today + SOON)
        .order_by(Assignment.valid_to, Assignment.id)
        .options(
            joinedload(Assignment.account), joinedload(Assignment.opd), joinedload(Assignment.unit)
        )
    )
    return Overview(
        accounts=session.scalar(select(func.count(Account.id)).where(Account.active)) or 0,
        opd=len(rows),
        units=len(units),
        opd_without_liaison=[row.opd.name for row in rows if not row.liaisons],
        units_without_officer=[unit.name for unit in units if unit.id not in staffed],
        new_passwords=session.scalar(lent) or 0,
        ending=session.scalars(ending).all(),
    )
