"""Opening a reporter's identity: who has it open, and for how long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.access import Actor
from portal.cases.identity import Told, is_protected, shown_to, told
from portal.cases.record import history_of
from portal.identity.scan import hide
from portal.models import Attachment, Complaint, Entry
from portal.sop.vocabulary import Action

OPEN_FOR = timedelta(minutes=30)


def open_until(entries: Sequence[Entry], actor: Actor, now: datetime) -> datetime | None:
    """Until when `actor` has the identity open that he opened last; None when it is closed.

    It is open for the account that gave the reason, at the desk where it gave it.
    """
    if actor.assignment_id is None:
        return None
    for entry in reversed(entries):
        if entry.action == Action.DISCLOSE and entry.assignment_id == actor.assignment_id:
            until = entry.recorded_at + OPEN_FOR
            return until if now < until else None
    return None


@dataclass(frozen=True, slots=True)
class Sight:
    """Who complained and how, `whole`, and what of it one desk may know now."""

    whole: Told
    shown: Told

    @property
    def is_closed(self) -> bool:
        """Whether there is something that this desk does not know."""
        return self.shown != self.whole

    def clean(self, complaint: Complaint, text: str) -> str:
        """What somebody wrote of `complaint`, without the reporter where this desk does not know
        him.
        """
        if not (is_protected(complaint) and self.is_closed):
            return text
        return hide(text, self.whole.who, complaint.tracking_id)


def file_name(session: Session, actor: Actor, file: Attachment, now: datetime) -> str:
    """The name of `file` as this desk may know it: one that came while the reporter needed no
    protection may name him. Raises KeysUnusable and Tampered.
    """
    complaint = session.get_one(Complaint, file.complaint_id)
    if not is_protected(complaint):
        return file.name
    entries = history_of(session, complaint)
    return sight_of(session, actor, complaint, entries, now).clean(complaint, file.name)


def sight_of(
    session: Session, actor: Actor, complaint: Complaint, entries: Sequence[Entry], now: datetime
) -> Sight:
    """Raises KeysUnusable and Tampered."""
    whole = told(session, complaint)
    opened = open_until(entries, actor, now) is not None
    return Sight(whole, shown_to(actor, complaint, whole, opened=opened))
