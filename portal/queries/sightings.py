"""Who saw whose data: the log, page by page, and all that one account opened since a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select, union_all
from sqlalchemy.orm import Session

from portal.access import Actor, answerable
from portal.models import Complaint, Entry, ImportBatch, ImportState, Saw, Sighting
from portal.queries.desk import PAGE
from portal.sop.office_time import ZONE
from portal.sop.procedure import Role
from portal.sop.vocabulary import Action, Record


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log; `tracking_id` is empty for a list."""

    id: int
    at: datetime
    actor_name: str
    what: Saw
    persons: int
    note: str
    tracking_id: str


def sightings(
    session: Session, actor: Actor, account_id: int, tracking_id: str, before: int
) -> tuple[Sequence[Line], int | None]:
    """A page of the log as far as `actor` answers for it, newest first; where the next begins.

    Of one account, of one complaint, and before one line; 0 and "": of all, from the newest on.
    """
    query = (
        select(
            *(Sighting.id, Sighting.at, Sighting.actor_name, Sighting.what),
            *(Sighting.persons, Sighting.note, func.coalesce(Complaint.tracking_id, "")),
        )
        .outerjoin(Complaint, Complaint.id == Sighting.complaint_id)
        .where(answerable(actor, Sighting))
        .order_by(Sighting.id.desc())
    )
    if account_id:
        query = query.where(Sighting.account_id == account_id)
    if tracking_id:
        query = query.where(Complaint.tracking_id == tracking_id)
    if before:
        query = query.where(Sighting.id < before)
    lines = [Line(*row) for row in session.execute(query.limit(PAGE + 1)).tuples()]
    return lines[:PAGE], lines[PAGE - 1].id if len(lines) > PAGE else None


@dataclass(frozen=True, slots=True)
class ManyOpened:
    """An account that opened more complaints on one local day than anybody's work asks for."""

    account_id: int
    name: str
    day: date
    complaints: int


def many_opened(session: Session, since: date, most: int) -> list[ManyOpened]:
    """Who opened more than `most` complaints on a day from `since` on, the last day first."""
    complaints = func.count(Sighting.complaint_id.distinct())
    query = (
        select(Sighting.account_id, func.max(Sighting.actor_name), Sighting.day, complaints)
        .where(Sighting.day >= since)
        .group_by(Sighting.account_id, Sighting.day)
        .having(complaints > most)
        .order_by(Sighting.day.desc(), Sighting.account_id)
    )
    return [ManyOpened(*row) for row in session.execute(query).tuples()]


@dataclass(frozen=True, slots=True)
class Opened:
    """A complaint that an account opened, or did something to: first and last when; whether it was
    shown the reporter; in how many lines of the log and entries of the history that stands.
    """

    complaint: Complaint
    first: datetime
    last: datetime
    identity: bool
    times: int


@dataclass(frozen=True, slots=True)
class OpenedList:
    """A list of so many persons that an account was given, or brought in."""

    name: str
    at: datetime
    persons: int


@dataclass(frozen=True, slots=True)
class Exposure:
    """Whose data an account has opened, as far as the reader answers for it."""

    complaints: Sequence[Opened]
    lists: Sequence[OpenedList]


def opened_since(session: Session, actor: Actor, account_id: int, since: date) -> Exposure:
    """What the account opened from the local day `since` on: the ground of the notice that UU
    27/2022 art. 46 asks for.

    Besides the log that is what the history says the account did: nobody acts on a complaint that
    he does not see.
    """
    begin = datetime(since.year, since.month, since.day, tzinfo=ZONE)
    seen = union_all(_seen(account_id, since), _done(account_id, begin)).subquery()
    columns = (
        func.min(seen.c.at),
        func.max(seen.c.at),
        func.max(seen.c.identity),
        func.count(),
    )
    query = (
        select(Complaint, *columns)
        .join(seen, seen.c.complaint_id == Complaint.id)
        .where(answerable(actor, Complaint))
        .group_by(Complaint.id)
        .order_by(Complaint.arrived_at, Complaint.id)
    )
    complaints = [
        Opened(complaint, first, last, bool(identity), times)
        for complaint, first, last, identity, times in session.execute(query)
    ]
    return Exposure(complaints, _lists(session, actor, account_id, begin))


def _seen(account_id: int, since: date) -> Select[tuple[Any, ...]]:
    return select(
        Sighting.complaint_id.label("complaint_id"),
        Sighting.at.label("at"),
        case((Sighting.what == Saw.COMPLAINT, 0), else_=1).label("identity"),
    ).where(
        Sighting.account_id == account_id,
        Sighting.day >= since,
        Sighting.complaint_id.is_not(None),
    )


def _done(account_id: int, begin: datetime) -> Select[tuple[Any, ...]]:
    """Whoever acted had the page open, which names the reporter where he may be named.

    What an import brought is no complaint that was opened; its file is a list.
    """
    imported = and_(
        Entry.action.in_((Record.ARRIVE, Record.LAPOR_CHANGE)),
        Entry.kept["import"].as_integer().is_not(None),
    )
    shown = or_(
        Entry.action == Action.DISCLOSE,
        Entry.role == Role.ADMIN_INSTANSI,
        ~or_(Complaint.anonymous, Complaint.confidential),
    )
    return (
        select(Entry.complaint_id, Entry.recorded_at, case((shown, 1), else_=0))
        .join(Complaint, Complaint.id == Entry.complaint_id)
        .where(Entry.account_id == account_id, Entry.recorded_at >= begin, ~imported)
    )


def _lists(
    session: Session, actor: Actor, account_id: int, begin: datetime
) -> Sequence[OpenedList]:
    given = select(Sighting.note, Sighting.at, Sighting.persons).where(
        Sighting.account_id == account_id,
        Sighting.at >= begin,
        Sighting.what == Saw.LIST,
        answerable(actor, Sighting),
    )
    found = [OpenedList(*row) for row in session.execute(given.order_by(Sighting.id)).tuples()]
    batches = select(ImportBatch).where(
        ImportBatch.account_id == account_id,
        ImportBatch.created_at >= begin,
        ImportBatch.state == ImportState.DONE,
    )
    for batch in session.scalars(batches.order_by(ImportBatch.id)):
        counts = batch.preview["counts"]
        rows = sum(counts[name] for name in ("new", "changed", "unchanged"))
        found.append(OpenedList(batch.filename, batch.created_at, rows))
    return sorted(found, key=lambda one: one.at)
