"""What the portal does by itself: one pass that does whatever is due, each thing once.

It can be missed for days and run twice at once. Every complaint has a transaction of its own in
which its timer is computed anew from its history, so a second pass finds nothing left to do.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access import SYSTEM
from portal.cases.record import History, Note, append, read_history
from portal.cases.rules import Rules, load_rules
from portal.models import Complaint, writing
from portal.models.faults import passes
from portal.sop.clocks import Timer
from portal.sop.vocabulary import Action, Record
from portal.sop.workflow import decide, row_for

_BATCH = 200
log = logging.getLogger("portal")


@dataclass(frozen=True, slots=True)
class Tick:
    """One thing that was done: on which complaint, what, and when it was due."""

    tracking_id: str
    action: Action | Record
    due: datetime


def tick(session: Session, now: datetime) -> list[Tick]:
    """Do everything that is due at `now`; what was done, in the order of doing.

    A complaint that fails is logged, without what it says, and tried again by the next tick; it
    does not keep the others waiting. Where nothing can be stored for now, the pass ends with that
    error: the next one goes on.
    """
    done: list[Tick] = []
    last_id = 0
    while ids := _due_ids(session, now, last_id):
        for complaint_id in ids:
            try:
                done += _wake(session, complaint_id, now)
            except Exception as error:
                if passes(error):
                    raise
                log.error("tick complaint=%s type=%s", complaint_id, type(error).__name__)
        last_id = ids[-1]
    return done


def wake(session: Session, tracking_id: str, now: datetime) -> list[Tick]:
    """Do what is due on one complaint."""
    due = select(Complaint.id).where(Complaint.tracking_id == tracking_id, Complaint.wake_at <= now)
    complaint_id = session.scalar(due)
    return [] if complaint_id is None else _wake(session, complaint_id, now)


def _due_ids(session: Session, now: datetime, after_id: int) -> list[int]:
    query = (
        select(Complaint.id)
        .where(Complaint.wake_at <= now, Complaint.id > after_id)
        .order_by(Complaint.id)
        .limit(_BATCH)
    )
    return list(session.scalars(query))


def _wake(session: Session, complaint_id: int, now: datetime) -> list[Tick]:
    done: list[Tick] = []
    with writing(session):
        rules = load_rules(session)
        complaint = session.get_one(Complaint, complaint_id)
        while complaint.wake_at is not None and complaint.wake_at <= now:
            history = read_history(session, complaint, rules)
            timer = history.timeline.next_timer()
            if timer is None or timer.at > now:
                # the calendar moved the timer since it was noted
                complaint.wake_at = timer.at if timer else None
                break
            append(session, complaint, history, _note(timer, history, rules), SYSTEM, rules, now)
            done.append(Tick(complaint.tracking_id, timer.action, timer.at))
    return done


def _note(timer: Timer, history: History, rules: Rules) -> Note:
    """The entry for a timer, dated when it was due but never before the entry it follows."""
    at = max(timer.at, history.entries[-1].happened_at)
    state = history.timeline.state
    if isinstance(timer.action, Record):
        details = {"clock": timer.clock.value, "mark": timer.mark}
        return Note(timer.action, state.status, at, details)
    row = row_for(state, timer.action, SYSTEM.role, rules.procedures.at(at))
    decision = decide(row, state, {})
    return Note(timer.action, decision.target, at, {}, decision.completes)
