"""What a desk's work is: its statuses in the order of the work, and what to do first in each."""

from collections.abc import Iterator
from dataclasses import dataclass

from portal.sop.procedure import Procedure, Role
from portal.sop.vocabulary import Action, Status

OWN, QUIET, ELSEWHERE = "own", "quiet", "elsewhere"
ASKING = (Status.RECEIVED, Status.RETURNED, Status.WITH_INSTANSI)
PAGE = 50
_OPEN = tuple(status for status in Status if not status.is_final)
# Who looks after complaints that lie with others: the one who handed them on.
_WATCHED = {
    Role.ADMIN_INSTANSI: (Status.WITH_LIAISON, Status.WITH_UNIT),
    Role.PEJABAT_PENGHUBUNG: (Status.WITH_UNIT,),
    Role.KEPALA_DINAS: _OPEN,
}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an inbox: `manner` is OWN work, QUIET (the citizen's turn) or lies ELSEWHERE."""

    status: Status
    manner: str
    asked_at: tuple[Status, ...] = ()

    @property
    def first_page(self) -> int:
        """How many rows the whole inbox shows of it."""
        return PAGE if self.manner == OWN else 10


def sections(role: Role, procedure: Procedure) -> tuple[Section, ...]:
    """The parts of the inbox of `role`: its own work in the SOP's order, then what it watches at
    others, then what waits for the citizen; that stays with the desk that asked.
    """
    return (*own_sections(role, procedure), *_watched(role, procedure), *_waiting(role, procedure))


def own_sections(role: Role, procedure: Procedure) -> tuple[Section, ...]:
    return tuple(Section(status, OWN) for status in _OPEN if _is_at(status, role, procedure))


def _waiting(role: Role, procedure: Procedure) -> Iterator[Section]:
    asked_at = tuple(status for status in ASKING if _is_at(status, role, procedure))
    if asked_at:
        yield Section(Status.AWAITING_COMPLETION, QUIET, asked_at)
    if role is Role.ADMIN_INSTANSI:
        yield Section(Status.AWAITING_FEEDBACK, QUIET)


def _watched(role: Role, procedure: Procedure) -> Iterator[Section]:
    for status in _WATCHED.get(role, ()):
        if not _is_at(status, role, procedure):
            yield Section(status, ELSEWHERE)


def _is_at(status: Status, role: Role, procedure: Procedure) -> bool:
    return status.step is not None and procedure.actors[status.step] is role


def first_action(status: Status, *, acknowledged: bool, reported: bool) -> Action | None:
    """What the desk that holds the complaint does first in the usual case; None once it ended."""
    match status:
        case Status.WITH_LIAISON if not acknowledged:
            return Action.ACKNOWLEDGE
        case Status.WITH_UNIT if reported:
            return Action.ANSWER
    return _USUAL.get(status)


_USUAL = {
    Status.ARRIVED: Action.RECEIVE,
    Status.RECEIVED: Action.FORWARD,
    Status.AWAITING_COMPLETION: Action.RECORD_COMPLETION,
    # it came back because it is not ours
    Status.RETURNED: Action.TRANSFER,
    Status.WITH_INSTANSI: Action.VERIFY,
    Status.VERIFIED: Action.DISPOSE,
    Status.WITH_LIAISON: Action.HAND_OVER,
    Status.WITH_UNIT: Action.FINISH_FOLLOW_UP,
    Status.ANSWERED: Action.REGISTER,
    Status.AWAITING_FEEDBACK: Action.RECORD_FEEDBACK,
}
