"""THE table: which action leads from which status to which, by whom; and what a history amounts to.

Buttons, permissions, clocks, the history's words, the SOP page, the test matrix and the diagram in
the docs all come from `TRANSITIONS`. `decide` applies a row; nothing else names a new status.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from portal.sop.asks import ASKS, Ask
from portal.sop.procedure import STEPS, CaseClass, Procedure, Role
from portal.sop.text import N_, Refusal
from portal.sop.vocabulary import Action, Record, Status


@dataclass(frozen=True, slots=True)
class Transition:
    """One row. `to` empty: the status stays; several: the answers or the past decide which.

    `completes`: the SOP steps that the action completes, of those under way in its source status.
    """

    action: Action
    roles: tuple[Role, ...]
    sources: tuple[Status, ...]
    to: tuple[Status, ...] = ()
    completes: tuple[int, ...] = ()

    @property
    def asks(self) -> tuple[Ask, ...]:
        return ASKS.get(self.action.value, ())


_AN, _AI, _PP, _UK, _SYS = (
    Role.ADMIN_NASIONAL,
    Role.ADMIN_INSTANSI,
    Role.PEJABAT_PENGHUBUNG,
    Role.UNIT_KERJA,
    Role.SYSTEM,
)
_S = Status

# Where the specification names two desks for one action (minta kelengkapan, arsipkan), each has it
# at its own desk only, hence two rows: what lies with one is not the other's to archive.
TRANSITIONS = (
    Transition(Action.RECEIVE, (_AN,), (_S.ARRIVED,), (_S.RECEIVED,), (1,)),
    Transition(
        Action.REQUEST_COMPLETION, (_AN,), (_S.RECEIVED, _S.RETURNED), (_S.AWAITING_COMPLETION,)
    ),
    Transition(Action.REQUEST_COMPLETION, (_AI,), (_S.WITH_INSTANSI,), (_S.AWAITING_COMPLETION,)),
    Transition(
        Action.RECORD_COMPLETION,
        (_AN, _AI),
        (_S.AWAITING_COMPLETION,),
        (_S.RECEIVED, _S.RETURNED, _S.WITH_INSTANSI),
    ),
    Transition(Action.LAPSE, (_SYS,), (_S.AWAITING_COMPLETION,), (_S.NOT_FOLLOWED_UP,), (2, 3)),
    Transition(Action.DISMISS, (_AN,), (_S.RECEIVED, _S.RETURNED), (_S.NOT_FOLLOWED_UP,), (2,)),
    Transition(Action.DISMISS, (_AI,), (_S.WITH_INSTANSI,), (_S.NOT_FOLLOWED_UP,), (3,)),
    Transition(Action.FORWARD, (_AN,), (_S.RECEIVED, _S.RETURNED), (_S.WITH_INSTANSI,), (2,)),
    Transition(Action.TRANSFER, (_AN,), (_S.RECEIVED, _S.RETURNED), (_S.TRANSFERRED,), (2,)),
    Transition(Action.VERIFY, (_AI,), (_S.WITH_INSTANSI,), (_S.VERIFIED,), (3,)),
    Transition(Action.SEND_BACK, (_AI,), (_S.WITH_INSTANSI, _S.VERIFIED), (_S.RETURNED,), (3,)),
    Transition(Action.DISPOSE, (_AI,), (_S.VERIFIED,), (_S.WITH_LIAISON,), (4,)),
    Transition(Action.REFUSE_OPD, (_PP,), (_S.WITH_LIAISON,), (_S.VERIFIED,)),
    Transition(Action.ACKNOWLEDGE, (_PP,), (_S.WITH_LIAISON,)),
    Transition(Action.HAND_OVER, (_PP,), (_S.WITH_LIAISON,), (_S.WITH_UNIT,), (5,)),
    Transition(Action.REFUSE_UNIT, (_UK,), (_S.WITH_UNIT,), (_S.WITH_LIAISON,)),
    Transition(Action.RECORD_PROGRESS, (_UK, _PP), (_S.WITH_UNIT,)),
    Transition(Action.FINISH_FOLLOW_UP, (_UK,), (_S.WITH_UNIT,)),
    Transition(Action.ANSWER, (_UK, _PP), (_S.WITH_UNIT,), (_S.ANSWERED,), (6,)),
    Transition(Action.RETURN_ANSWER, (_AI,), (_S.ANSWERED,), (_S.WITH_UNIT,)),
    Transition(Action.REGISTER, (_AI,), (_S.ANSWERED,), (_S.AWAITING_FEEDBACK,), (7,)),
    Transition(
        Action.RECORD_FEEDBACK,
        (_AI,),
        (_S.AWAITING_FEEDBACK, _S.CLOSED),
        (_S.CLOSED, _S.WITH_UNIT),
    ),
    Transition(Action.CLOSE_SILENT, (_SYS,), (_S.AWAITING_FEEDBACK,), (_S.CLOSED,)),
    Transition(Action.ESCALATE, (_SYS,), (_S.WITH_LIAISON, _S.WITH_UNIT)),
    Transition(Action.CORRECT, (_AI,), tuple(_S)),
    # The desk that holds the complaint, and no other: the Admin Instansi knows the reporter anyway.
    Transition(Action.DISCLOSE, (_PP,), (_S.WITH_LIAISON,)),
    Transition(Action.DISCLOSE, (_UK,), (_S.WITH_UNIT,)),
    # At the reporter's request, or by the portal when the years are over that it is kept.
    Transition(Action.ANONYMISE, (_AI, _SYS), tuple(one for one in _S if one.is_final)),
)


@dataclass(frozen=True, slots=True)
class Event:
    """What the rules need of one history entry. `details` holds the answers given with it."""

    action: Action | Record
    source: Status | None
    target: Status
    at: datetime
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class State:
    """Where a complaint stands, as its history says. The ids are the storage's, opaque here."""

    status: Status
    resume_to: Status | None = None
    instansi_id: int | None = None
    opd_id: int | None = None
    unit_id: int | None = None
    disposed_at: datetime | None = None
    reported: bool = False
    acknowledged: bool = False
    escalated: bool = False
    sent_back: int = 0
    case_class: CaseClass = CaseClass.COMPLAINT
    closed_silently: bool = False
    anonymised: bool = False

    @property
    def step(self) -> int | None:
        """The step under way, also while the complaint waits for the citizen's completion."""
        return (self.resume_to or self.status).step


class NotAllowedNow(Refusal):
    """The complaint stands where the table does not allow this action."""


class NotYours(Refusal):
    """The action is another desk's."""


def desk_of(state: State, procedure: Procedure) -> Role | None:
    """Who holds the complaint; None once it has ended.

    While the citizen is asked, the desk that asked keeps it: that desk hears of the answer.
    """
    if state.step is not None:
        return procedure.actors[state.step]
    return Role.ADMIN_INSTANSI if state.status is Status.AWAITING_FEEDBACK else None


def _performers(row: Transition, source: Status, procedure: Procedure) -> tuple[Role, ...]:
    """The row's roles, with the actor whom this version of the SOP gives the step instead."""
    if row.action is Action.CORRECT:
        return row.roles
    usual = _USUAL_ACTORS.get(source.step or 0)
    return tuple(
        procedure.actors[source.step] if source.step and role == usual else role
        for role in row.roles
    )


_USUAL_ACTORS = {step.no: step.actor for step in STEPS}


def rows_for(action: Action) -> tuple[Transition, ...]:
    return tuple(row for row in TRANSITIONS if row.action is action)


def available(state: State, role: Role, procedure: Procedure) -> tuple[Transition, ...]:
    """The rows that `role` may apply now, in the table's order."""
    return tuple(
        row
        for row in TRANSITIONS
        if state.status in row.sources
        and role in _performers(row, state.status, procedure)
        and not _spent(row.action, state)
    )


def _spent(action: Action, state: State) -> bool:
    """Whether an action that is done once (in this round) has been done, or is too late."""
    return (
        # nobody is left whom it concerns, and nothing may bring him back
        state.anonymised
        or (action is Action.FINISH_FOLLOW_UP and state.reported)
        or (action is Action.ACKNOWLEDGE and state.acknowledged)
        or (action is Action.ESCALATE and state.escalated)
        # a unit that has finished is not the wrong unit; a second hand-over would restart its limit
        or (action is Action.REFUSE_UNIT and state.reported)
    )


@dataclass(frozen=True, slots=True)
class Decision:
    """What an allowed action does: the status it leads to and the SOP step it completes."""

    target: Status
    completes: int | None


def row_for(state: State, action: Action, role: Role, procedure: Procedure) -> Transition:
    """The row that lets `role` do `action` now.

    Raises NotYours when another desk may do it now, NotAllowedNow when nobody may.
    """
    for row in available(state, role, procedure):
        if row.action is action:
            return row
    raise _refusal(state, action, role, procedure)


def decide(row: Transition, state: State, details: Mapping[str, object]) -> Decision:
    """Apply a row to a complaint in `state`; `details` are the answers to what the row asks."""
    completes = state.step if state.step in row.completes else None
    return Decision(_target(row, state, details), completes)


def _target(row: Transition, state: State, details: Mapping[str, object]) -> Status:
    if not row.to:
        return state.status
    if row.action is Action.RECORD_COMPLETION:
        return state.resume_to or Status.RECEIVED
    if row.action is Action.RECORD_FEEDBACK:
        return Status.CLOSED if details.get("satisfied") else Status.WITH_UNIT
    return row.to[0]


def _refusal(state: State, action: Action, role: Role, procedure: Procedure) -> Refusal:
    desk = desk_of(state, procedure)
    performers = [
        performer
        for row in rows_for(action)
        if state.status in row.sources and not _spent(action, state)
        for performer in _performers(row, state.status, procedure)
    ]
    if desk is None and performers:
        return NotYours(
            N_("“%(action)s” bukan tugas %(role)s, melainkan tugas %(desk)s (%(status)s)."),
            action=action.label,
            role=role.label,
            desk=performers[0].label,
            status=state.status.label,
        )
    if desk is None:
        return NotAllowedNow(
            N_("“%(action)s” tidak dapat dilakukan: pengaduan ini sudah berakhir (%(status)s)."),
            action=action.label,
            status=state.status.label,
        )
    steps = tuple(row.action.label for row in available(state, desk, procedure))
    if performers:
        return NotYours(
            N_(
                "“%(action)s” bukan tugas %(role)s. Pengaduan ini sekarang di meja %(desk)s "
                "(%(status)s), yang dapat: %(steps)s."
            ),
            action=action.label,
            role=role.label,
            desk=desk.label,
            status=state.status.label,
            steps=steps,
        )
    return NotAllowedNow(
        N_(
            "“%(action)s” tidak dapat dilakukan sekarang. Pengaduan ini di meja %(desk)s "
            "(%(status)s), yang dapat: %(steps)s."
        ),
        action=action.label,
        desk=desk.label,
        status=state.status.label,
        steps=steps,
    )


_SENT_BACK = frozenset(
    {Action.SEND_BACK, Action.REFUSE_OPD, Action.REFUSE_UNIT, Action.RETURN_ANSWER}
)


def advance(state: State | None, event: Event) -> State:
    """The state after `event`; `state` is None before the first, which must be an arrival."""
    if state is None:
        if event.action is not Record.ARRIVE:
            raise ValueError("a history begins with an arrival")
        resume_to = Status.RECEIVED if event.target is Status.AWAITING_COMPLETION else None
        state = State(event.target, resume_to=resume_to)
    return replace(state, status=event.target, **_changes(state, event))


def _changes(state: State, event: Event) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if event.details.get("case_class"):
        changes["case_class"] = CaseClass(str(event.details["case_class"]))
    if event.action in _SENT_BACK:
        changes["sent_back"] = state.sent_back + 1
    match event.action:
        case Record.ARRIVE | Action.FORWARD:
            changes["instansi_id"] = event.details.get("instansi")
            if event.target is Status.WITH_LIAISON:
                changes |= _disposed(event)
        case Action.REQUEST_COMPLETION:
            changes["resume_to"] = event.source
        case Action.RECORD_COMPLETION | Action.LAPSE:
            changes["resume_to"] = None
        case Action.SEND_BACK | Action.REFUSE_OPD:
            changes |= {"opd_id": None, "unit_id": None, "disposed_at": None}
        case Action.DISPOSE:
            changes |= _disposed(event)
        case Action.ACKNOWLEDGE:
            changes["acknowledged"] = True
        case Action.HAND_OVER:
            unit = event.details.get("unit")
            changes |= {"acknowledged": True, "reported": False, "unit_id": unit}
        case Action.REFUSE_UNIT:
            changes["unit_id"] = None
        case Action.FINISH_FOLLOW_UP | Action.ANSWER:
            changes["reported"] = True
        case Action.RECORD_FEEDBACK:
            changes["closed_silently"] = False
            if event.target is Status.WITH_UNIT:
                changes |= {"reported": False, **_reopened_at(event)}
        case Action.CLOSE_SILENT:
            changes["closed_silently"] = True
        case Action.ESCALATE:
            changes["escalated"] = True
        case Action.ANONYMISE:
            changes["anonymised"] = True
        case _:
            pass
    return changes


def _disposed(event: Event) -> dict[str, Any]:
    return {
        "opd_id": event.details.get("opd"),
        "unit_id": None,
        "disposed_at": event.at,
        "acknowledged": False,
        "reported": False,
    }


def _reopened_at(event: Event) -> dict[str, Any]:
    """The unit that takes it up again, where the complaint had none here."""
    if event.details.get("unit") is None:
        return {}
    return {
        "opd_id": event.details.get("opd"),
        "unit_id": event.details["unit"],
        "disposed_at": event.at,
    }


def state_of(events: Iterable[Event]) -> State:
    """Replay a history (oldest first, at least its arrival) into where the complaint stands."""
    state: State | None = None
    for event in events:
        state = advance(state, event)
    if state is None:
        raise ValueError("a history begins with an arrival")
    return state
