"""Which clock runs on a complaint, since when, until when, and what the portal does by itself.

Everything here is computed from the complaint's history (`Event`s, oldest first), the versions of
the SOP and the working calendar; nothing is remembered elsewhere. A remark, a progress entry or a
corrected field therefore cannot restart a clock: no rule below names them.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from portal.sop.office_time import ZONE, Calendar, Duration, Span, due_with_pauses
from portal.sop.procedure import Procedures
from portal.sop.text import N_
from portal.sop.vocabulary import Action, Record, Status
from portal.sop.workflow import Event, State, advance


class ClockKind(StrEnum):
    STEP = "step"
    CLASS_LIMIT = "class_limit"
    OMBUDSMAN = "ombudsman"
    FEEDBACK = "feedback"
    COMPLETION = "completion"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    ClockKind.STEP: N_("Standar waktu SOP"),
    ClockKind.CLASS_LIMIT: N_("Batas tindak lanjut menurut klasifikasi"),
    ClockKind.OMBUDSMAN: N_("Batas sebelum diteruskan ke Ombudsman RI"),
    ClockKind.FEEDBACK: N_("Batas tanggapan balik pelapor"),
    ClockKind.COMPLETION: N_("Batas kelengkapan dari pelapor"),
}
# While these last the clock counts on unseen: returns between OPDs do not reset it, yet only a
# complaint that an OPD holds is reported late to the Ombudsman.
_OMBUDSMAN_AT = frozenset({Status.WITH_LIAISON, Status.WITH_UNIT})

Pause = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class Clock:
    """A limit that runs: `duration` of office time from `started`, standing still in `pauses`.

    `calendar_days` replaces `duration` for the one limit that the law counts in calendar days.
    """

    kind: ClockKind
    started: datetime
    duration: Duration
    step: int | None = None
    pauses: tuple[Pause, ...] = ()
    calendar_days: bool = False

    def due(self, calendar: Calendar) -> datetime | None:
        """When the limit ends (aware), or None while it stands still with time left."""
        if self.calendar_days:
            return _calendar_days_due(self.started, self.duration.amount, calendar)
        return due_with_pauses(calendar, self.started, self.duration, self.pauses)

    def spent(self, at: datetime, calendar: Calendar) -> timedelta:
        """Office time counted until `at`, pauses left out."""
        paused = sum(
            (
                calendar.between(begin, min(end or at, at))
                for begin, end in self.pauses
                if begin < at
            ),
            timedelta(),
        )
        return calendar.between(self.started, at) - paused if at > self.started else timedelta()

    def explain(self, until: datetime, calendar: Calendar) -> list[Span]:
        """What counted and what did not from the start to `until`, and why."""
        return calendar.explain(self.started, until, self.pauses)


def _calendar_days_due(start: datetime, days: int, calendar: Calendar) -> datetime:
    """Closing time of the last day, or of the next working day when the office is closed then."""
    last = start.astimezone(ZONE).date() + timedelta(days=days)
    before = datetime.combine(last - timedelta(days=1), time(12), ZONE)
    return calendar.add_working_days(before, 1)


@dataclass(frozen=True, slots=True)
class Measurement:
    """How long a clock took when an entry ended it. `minutes`: office minutes, rounded down."""

    kind: ClockKind
    step: int | None
    started: datetime
    ended: datetime
    minutes: int
    due: datetime | None
    late: bool
    completed: bool

    def as_data(self) -> dict[str, object]:
        return {
            "kind": self.kind.value,
            "step": self.step,
            "started": self.started.isoformat(),
            "ended": self.ended.isoformat(),
            "minutes": self.minutes,
            "due": self.due.isoformat() if self.due else None,
            "late": self.late,
            "completed": self.completed,
        }


@dataclass(frozen=True, slots=True)
class Timer:
    """Something the portal does by itself at `at`; `mark` tells the reminders apart."""

    at: datetime
    action: Action | Record
    clock: ClockKind
    mark: int = 0


_ENDS: dict[Action | Record, ClockKind] = {
    Action.REFUSE_OPD: ClockKind.CLASS_LIMIT,
    Action.FINISH_FOLLOW_UP: ClockKind.CLASS_LIMIT,
    Action.ANSWER: ClockKind.CLASS_LIMIT,
    Action.REGISTER: ClockKind.OMBUDSMAN,
    Action.ESCALATE: ClockKind.OMBUDSMAN,
    Action.RECORD_FEEDBACK: ClockKind.FEEDBACK,
}

# Which of the limits' ends is what the limit asks for: an OPD that refuses has followed up nothing.
_COMPLETED_BY = {
    ClockKind.CLASS_LIMIT: (Action.FINISH_FOLLOW_UP, Action.ANSWER),
    ClockKind.OMBUDSMAN: (Action.REGISTER,),
    ClockKind.FEEDBACK: (Action.RECORD_FEEDBACK,),
    ClockKind.COMPLETION: (Action.RECORD_COMPLETION,),
}


class Timeline:
    """A complaint's history read once: its state, its running clocks, the reminders given.

    Raises ValueError for an empty history.
    """

    def __init__(self, events: Iterable[Event], procedures: Procedures, calendar: Calendar) -> None:
        self._procedures = procedures
        self._calendar = calendar
        self._reminded: frozenset[tuple[ClockKind, datetime, int]] = frozenset()
        self.clocks: tuple[Clock, ...] = ()
        state: State | None = None
        for event in events:
            state = self._follow(state, event)
        if state is None:
            raise ValueError("a history begins with an arrival")

    def then(self, event: Event) -> "Timeline":
        """The timeline of the same history with `event` behind it; this one stays as it is."""
        later = copy(self)
        later._follow(self.state, event)
        return later

    def _follow(self, before: State | None, event: Event) -> State:
        self.state = advance(before, event)
        self.clocks = self._after(event, before, self.state)
        if event.action is Record.REMIND:
            self._reminded |= {self._reminder(event)}
        return self.state

    def clock(self, kind: ClockKind) -> Clock | None:
        return next((clock for clock in self.clocks if clock.kind is kind), None)

    def desk_clock(self) -> Clock | None:
        """The clock that the officer at the desk works against."""
        if self.state.status is Status.AWAITING_COMPLETION:
            return self.clock(ClockKind.COMPLETION)
        order = (ClockKind.STEP, ClockKind.CLASS_LIMIT, ClockKind.FEEDBACK)
        return next((clock for kind in order if (clock := self.clock(kind))), None)

    def acting_clocks(self) -> tuple[Clock, ...]:
        """The clocks that the table of statuses names for the present one: shown, acted upon."""
        return tuple(
            clock
            for clock in self.clocks
            if clock.kind is not ClockKind.OMBUDSMAN or self.state.status in _OMBUDSMAN_AT
        )

    def measure(self, event: Event, completes: int | None) -> tuple[Measurement, ...]:
        """What the clocks took that `event`, not yet in the history, ends.

        `completes` is the SOP step that it completes, if any. A step that was begun and
        completed at once (an answer with its report) took no time.
        """
        after = self._after(event, self.state, advance(self.state, event))
        running = {(clock.kind, clock.started, clock.step) for clock in after}
        ended = [
            clock for clock in self.clocks if (clock.kind, clock.started, clock.step) not in running
        ]
        if completes is not None and not any(clock.step == completes for clock in ended):
            standard = self._procedures.at(event.at).standards[completes]
            ended.append(Clock(ClockKind.STEP, event.at, standard, completes))
        return tuple(self._measured(clock, event, completes) for clock in ended)

    def _measured(self, clock: Clock, event: Event, completes: int | None) -> Measurement:
        due = clock.due(self._calendar)
        if clock.kind is ClockKind.STEP:
            completed = clock.step == completes
        else:
            completed = event.action in _COMPLETED_BY[clock.kind]
        return Measurement(
            kind=clock.kind,
            step=clock.step,
            started=clock.started,
            ended=event.at,
            minutes=int(clock.spent(event.at, self._calendar).total_seconds() // 60),
            due=due,
            late=due is not None and event.at > due,
            completed=completed,
        )

    # -- what happens by itself -------------------------------------------------------------

    def next_timer(self) -> Timer | None:
        """The earliest thing that the portal has still to do by itself; None when there is none."""
        return min(self._timers(), key=lambda timer: timer.at, default=None)

    def _timers(self) -> Iterable[Timer]:
        for clock in self.acting_clocks():
            procedure = self._procedures.at(clock.started)
            due = clock.due(self._calendar)
            match clock.kind:
                case ClockKind.COMPLETION:
                    yield from self._reminders(clock, (procedure.reminder_days,))
                    yield from _timer(clock, due, Action.LAPSE)
                case ClockKind.OMBUDSMAN:
                    yield from self._reminders(clock, procedure.ombudsman_warnings)
                    yield from _timer(clock, due, Action.ESCALATE)
                case ClockKind.FEEDBACK:
                    yield from _timer(clock, due, Action.CLOSE_SILENT)

    def _reminders(self, clock: Clock, marks: Sequence[int]) -> Iterable[Timer]:
        for mark in marks:
            if (clock.kind, clock.started, mark) in self._reminded:
                continue
            at = due_with_pauses(self._calendar, clock.started, Duration(mark, "d"), clock.pauses)
            yield from _timer(clock, at, Record.REMIND, mark)

    def _reminder(self, event: Event) -> tuple[ClockKind, datetime, int]:
        kind, mark = ClockKind(str(event.details["clock"])), int(str(event.details["mark"]))
        started = next(clock.started for clock in self.clocks if clock.kind is kind)
        return kind, started, mark

    # -- which clocks run -------------------------------------------------------------------

    def _after(self, event: Event, before: State | None, state: State) -> tuple[Clock, ...]:
        if state.status.is_final:
            return ()
        ended = {_ENDS.get(event.action)}
        if before is not None and before.step != state.step:
            ended.add(ClockKind.STEP)
        clocks = [clock for clock in self.clocks if clock.kind not in ended]
        clocks += self._started(event, before, state)
        if state.status is Status.AWAITING_COMPLETION and event.source is not state.status:
            return (*_paused(clocks, event.at), self._completion_clock(event.at))
        if event.action is Action.RECORD_COMPLETION:
            return _resumed(clocks, event.at)
        if event.details.get("case_class"):
            return tuple(self._with_class(clock, state) for clock in clocks)
        return tuple(clocks)

    def _started(self, event: Event, before: State | None, state: State) -> Iterable[Clock]:
        procedure = self._procedures.at(event.at)
        step_begins = state.step is not None and (before is None or before.step != state.step)
        if state.step == 6:  # SOP row 6 measures from the finished follow-up to the answer
            step_begins = state.reported and (
                step_begins or event.action is Action.FINISH_FOLLOW_UP
            )
        if step_begins and state.step is not None:
            yield Clock(ClockKind.STEP, event.at, procedure.standards[state.step], state.step)
        if self._class_limit_begins(event, before, state):
            days = procedure.class_days[state.case_class]
            yield Clock(ClockKind.CLASS_LIMIT, event.at, Duration(days, "d"))
        at_opd = state.status in _OMBUDSMAN_AT
        if at_opd and not state.escalated and self.clock(ClockKind.OMBUDSMAN) is None:
            days = procedure.ombudsman_days
            yield Clock(ClockKind.OMBUDSMAN, event.at, Duration(days, "d"))
        if event.action is Action.REGISTER:
            days = procedure.feedback_days
            yield Clock(ClockKind.FEEDBACK, _published(event), Duration(days, "d"))

    def _class_limit_begins(self, event: Event, before: State | None, state: State) -> bool:
        """From the day the OPD has it, and anew in a round that the citizen's word opens."""
        if state.status not in _OMBUDSMAN_AT or self.clock(ClockKind.CLASS_LIMIT):
            return False
        entered = before is None or before.status is not state.status
        return entered and not state.reported

    def _with_class(self, clock: Clock, state: State) -> Clock:
        if clock.kind is not ClockKind.CLASS_LIMIT:
            return clock
        days = self._procedures.at(clock.started).class_days[state.case_class]
        return replace(clock, duration=Duration(days, "d"))

    def _completion_clock(self, at: datetime) -> Clock:
        days = self._procedures.at(at).lapse_calendar_days
        return Clock(ClockKind.COMPLETION, at, Duration(days, "d"), calendar_days=True)


def _timer(
    clock: Clock, at: datetime | None, action: Action | Record, mark: int = 0
) -> tuple[Timer, ...]:
    """None for a clock that stands still."""
    return (Timer(at, action, clock.kind, mark),) if at else ()


def _paused(clocks: Iterable[Clock], at: datetime) -> tuple[Clock, ...]:
    return tuple(replace(clock, pauses=(*clock.pauses, (at, None))) for clock in clocks)


def _resumed(clocks: Iterable[Clock], at: datetime) -> tuple[Clock, ...]:
    return tuple(
        replace(clock, pauses=(*clock.pauses[:-1], (clock.pauses[-1][0], at)))
        for clock in clocks
        if clock.kind is not ClockKind.COMPLETION
    )


def _published(event: Event) -> datetime:
    """The day on which the answer stood on lapor.go.id, as an instant of that local day."""
    day = date.fromisoformat(str(event.details["published_on"]))
    return datetime.combine(day, time(0), ZONE)
