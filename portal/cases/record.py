"""Writing one history entry and bringing the complaint's cached columns up to it.

The only place that sets a status: `append` is called by `act`, `tick` and the intake.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.cases.ledger import NO_HASH, Ledger
from portal.cases.rules import Rules
from portal.models import Attachment, Complaint, Entry
from portal.sop.clocks import Timeline
from portal.sop.vocabulary import Action, Record, Status
from portal.sop.workflow import Event


@dataclass(frozen=True, slots=True)
class Note:
    """An entry to be written: what was done, where it leads, when it happened, the answers."""

    action: Action | Record
    target: Status
    at: datetime
    details: Mapping[str, Any]
    completes: int | None = None


@dataclass(frozen=True, slots=True)
class History:
    """A complaint's entries, oldest first, what they amount to, the files that came with them."""

    entries: Sequence[Entry]
    timeline: Timeline
    files: Sequence[Attachment]


def read_history(session: Session, complaint: Complaint, rules: Rules) -> History:
    """The complaint's, in one query."""
    found = session.execute(_HISTORY_WITH_FILES, {"complaint_id": complaint.id}).all()
    entries = list(dict.fromkeys(entry for entry, _ in found))
    files = [file for _, file in found if file is not None]
    return History(entries, timeline_of(entries, rules), files)


def history_of(session: Session, complaint: Complaint) -> Sequence[Entry]:
    """The complaint's entries, oldest first."""
    return session.scalars(_HISTORY, {"complaint_id": complaint.id}).all()


_HISTORY = select(Entry).where(Entry.complaint_id == bindparam("complaint_id")).order_by(Entry.seq)


_HISTORY_WITH_FILES = (
    select(Entry, Attachment)
    .outerjoin(
        Attachment,
        and_(Attachment.complaint_id == Entry.complaint_id, Attachment.entry_seq == Entry.seq),
    )
    .where(Entry.complaint_id == bindparam("complaint_id"))
    .order_by(Entry.seq, Attachment.id)
)


def timeline_of(entries: Sequence[Entry], rules: Rules) -> Timeline:
    return Timeline((entry.event for entry in entries), rules.procedures, rules.calendar)


def append(
    session: Session,
    complaint: Complaint,
    history: History | None,
    note: Note,
    actor: Actor,
    rules: Rules,
    now: datetime,
) -> History:
    """Add `note` to a complaint's history (None: its first), inside the caller's transaction.

    The history with the entry behind it.
    """
    entries = history.entries if history else ()
    source = Status(complaint.status) if entries else None
    event = Event(note.action, source, note.target, note.at, note.details)
    measured = history.timeline.measure(event, note.completes) if history else ()
    entry = Entry(
        complaint_id=complaint.id,
        seq=len(entries) + 1,
        action=note.action.value,
        source=source,
        target=note.target,
        completes=note.completes,
        happened_at=note.at,
        recorded_at=now,
        recorded_late=now > rules.calendar.add_working_days(note.at, 1),
        role=actor.role,
        account_id=actor.account_id,
        assignment_id=actor.assignment_id,
        actor_name=actor.name,
        details=dict(note.details),
        measured=[measurement.as_data() for measurement in measured],
    )
    Ledger(session, now).add(entry, entries[-1].hash if entries else NO_HASH)
    complaint.seq = entry.seq
    complaint.changed_at = now
    timeline = history.timeline.then(entry.event) if history else timeline_of([entry], rules)
    update_cache(complaint, timeline, rules)
    return History([*entries, entry], timeline, history.files if history else ())


def cached_values(timeline: Timeline, rules: Rules) -> dict[str, Any]:
    """What the complaint's row repeats of its history, by column name."""
    state = timeline.state
    clock = timeline.desk_clock()
    timer = timeline.next_timer()
    return {
        "status": state.status,
        "resume_to": state.resume_to,
        "case_class": state.case_class,
        "reported": state.reported,
        "acknowledged": state.acknowledged,
        "escalated": state.escalated,
        "closed_silently": state.closed_silently,
        "anonymised": state.anonymised,
        "sent_back": state.sent_back,
        "opd_id": state.opd_id,
        "unit_id": state.unit_id,
        "disposed_at": state.disposed_at,
        "due_at": clock.due(rules.calendar) if clock else None,
        "wake_at": timer.at if timer else None,
    }


def update_cache(complaint: Complaint, timeline: Timeline, rules: Rules) -> None:
    for column, value in cached_values(timeline, rules).items():
        setattr(complaint, column, value)
    if timeline.state.instansi_id is not None:
        complaint.instansi_id = timeline.state.instansi_id
