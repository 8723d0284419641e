"""Who opened a reporter's identity, when, of which complaint, and what for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session

from portal.access import Actor, visible_to
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
    session: Session, actor: Actor, before: int | None = None
) -> tuple[Sequence[Disclosure], int | None]:
    """A page of the disclosures that `actor` answers for, newest first; where the next begins.

    `before`: the id of the last one of the page before.
    """
    # The literal lets the index of disclosures serve.
    query = (
        select(
            Entry.id,
            Entry.recorded_at,
            Entry.actor_name,
            Complaint.tracking_id,
            Complaint.title,
            Entry.words["reason"].as_string(),
        )
        .join(Complaint, Complaint.id == Entry.complaint_id)
        .where(Entry.action == literal_column(f"'{Action.DISCLOSE.value}'"), visible_to(actor))
        .order_by(Entry.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        query = query.where(Entry.id < before)
    rows = [Disclosure(*row) for row in session.execute(query)]
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None
