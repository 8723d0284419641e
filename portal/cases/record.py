"""Writing one history entry and bringing the complaint's cached columns up to it.

The only place that sets a status: `append` is called by `act`, `tick` and the intake.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.cases.ledger import NO_HASH, Ledger
from portal.cases.rules import Rules
from portal.models import Complaint, Entry
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


def history_of(session: Session, complaint: Complaint) -> Sequence[Entry]:
    """The complaint's entries, oldest first."""
    return session.scalars(_HISTORY, {"complaint_id": complaint.id}).all()


_HISTORY = select(Entry).where(Entry.complaint_id == bindparam("complaint_id")).order_by(Entry.seq)


def timeline_of(entries: Sequence[Entry], rules: Rules) -> Timeline:
    return Timeline((entry.event for entry in entries), rules.procedures, rules.calendar)


def append(
    session: Session,
    complaint: Complaint,
    entries: Sequence[Entry],
    note: Note,
    actor: Actor,
    rules: Rules,
    now: datetime,
) -> Entry:
    """Add `note` to a complaint whose history is `entries`, inside the caller's transaction."""
    source = Status(complaint.status) if entries else None
    event = Event(note.action, source, note.target, note.at, note.details)
    before = timeline_of(entries, rules) if entries else None
    measured = before.measure(event, note.completes) if before else ()
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
    update_cache(complaint, timeline_of([*entries, entry], rules), rules)
    return entry


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
