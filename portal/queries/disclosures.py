"""Who opened a reporter's identity, when, of which complaint, and what for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session, joinedload

from portal.access import Actor, visible_to
from portal.cases.disclosure import sight_of
from portal.models import Complaint, Entry
from portal.queries.desk import PAGE
from portal.sop.vocabulary import Action


@dataclass(frozen=True, slots=True)
class Disclosure:
    id: int
    at: datetime
    by: str
    tracking_id: str
    title: str
    reason: str


def disclosures(
    session: Session, actor: Actor, now: datetime, before: int | None = None
) -> tuple[Sequence[Disclosure], int | None]:
    """A page of the disclosures that `actor` answers for, newest first; where the next begins.

    A reason is told without a reporter whom `actor` is not to know. `before`: the id of the last
    one of the page before. Raises KeysUnusable and Tampered.
    """
    # The literal lets the index of disclosures serve.
    query = (
        select(
            Entry.id,
            Entry.recorded_at,
            Entry.actor_name,
            Complaint,
            Entry.words["reason"].as_string(),
        )
        .options(joinedload(Complaint.reporter))
        .join(Complaint, Complaint.id == Entry.complaint_id)
        .where(Entry.action == literal_column(f"'{Action.DISCLOSE.value}'"), visible_to(actor))
        .order_by(Entry.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        query = query.where(Entry.id < before)
    found = session.execute(query).all()
    rows = [
        Disclosure(
            number,
            at,
            by,
            complaint.tracking_id,
            complaint.title,
            sight_of(session, actor, complaint, (), now).clean(complaint, reason),
        )
        for number, at, by, complaint, reason in found[:PAGE]
    ]
    return rows, rows[-1].id if len(found) > PAGE else None
