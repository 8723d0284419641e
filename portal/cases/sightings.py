"""Writing the log of who saw whose data: before it is shown, once a day each."""

import logging
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Select, bindparam, case, exists, func, insert, literal, select
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.cases.identity import is_protected
from portal.models import Complaint, Saw, Sighting, writing
from portal.models.faults import passes
from portal.sop.office_time import ZONE

log = logging.getLogger("portal")

# For a statement that asks for a complaint: 1 when `viewer` saw its reporter on `day`, 0 when only
# the complaint, None when neither.
SEEN_TODAY = (
    select(func.max(case((Sighting.what == Saw.IDENTITY, 1), else_=0)))
    .where(
        Sighting.account_id == bindparam("viewer"),
        Sighting.day == bindparam("day"),
        Sighting.complaint_id == Complaint.id,
        Sighting.what.in_((Saw.COMPLAINT, Saw.IDENTITY)),
    )
    .scalar_subquery()
)


def saw_complaint(
    session: Session, actor: Actor, complaint: Complaint, now: datetime, *, identity: bool
) -> None:
    """Note that `actor` is shown a complaint, with its reporter (`identity`) or without."""
    what = Saw.IDENTITY if identity else Saw.COMPLAINT
    _note(session, actor, what, now, complaint=complaint)


def saw_paper(session: Session, actor: Actor, tracking_id: str, now: datetime) -> None:
    """The same of a complaint on paper or of its file; they name a reporter who needs no
    protection."""
    found = select(Complaint).where(Complaint.tracking_id == tracking_id)
    complaint = session.scalars(found).one()
    named = not is_protected(complaint) and complaint.reporter is not None
    saw_complaint(session, actor, complaint, now, identity=named)


def copied(
    session: Session, actor: Actor, complaint: Complaint, reason: str, now: datetime
) -> None:
    """Note that `actor` made a copy of all that there is of a complaint's reporter, what for."""
    _note(session, actor, Saw.COPY, now, complaint=complaint, name=reason)


def saw_list(session: Session, actor: Actor, name: str, persons: int, now: datetime) -> None:
    """Note that `actor` is given the list `name` with the names of so many reporters, if any."""
    if persons:
        _note(session, actor, Saw.LIST, now, name=name, persons=persons)


def _note(
    session: Session,
    actor: Actor,
    what: Saw,
    now: datetime,
    *,
    complaint: Complaint | None = None,
    name: str = "",
    persons: int = 1,
) -> None:
    """Add a line unless the day has it, in a transaction of its own beside the reader's.

    On a storage that takes nothing the line goes to the application's log, and the page is shown:
    it is needed most when something ails the server.
    """
    values = {
        "day": now.astimezone(ZONE).date(),
        "at": now,
        "account_id": actor.account_id,
        "actor_name": actor.name,
        "what": what,
        "instansi_id": complaint.instansi_id if complaint else actor.instansi_id,
        "complaint_id": complaint.id if complaint else None,
        "persons": persons,
        "note": name,
    }
    try:
        with Session(session.get_bind()) as own, writing(own):
            own.execute(insert(Sighting).from_select(list(values), _unless_there(values)))
    except Exception as error:
        if not passes(error):
            raise
        seen = complaint.tracking_id if complaint else name
        log.warning("sighting not kept account=%s what=%s of=%s", actor.account_id, what, seen)


def _unless_there(values: Mapping[str, object]) -> Select[tuple[object, ...]]:
    once = ("account_id", "day", "what", "note")
    same = [getattr(Sighting, name) == values[name] for name in once]
    same.append(Sighting.complaint_id.is_not_distinct_from(values["complaint_id"]))
    columns = Sighting.__table__.c
    return select(*(literal(value, columns[name].type) for name, value in values.items())).where(
        ~exists().where(*same)
    )
