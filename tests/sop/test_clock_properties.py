"""What must hold of the clocks in whatever order officers act, wait and remark."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.sop.clocks import ClockKind, Timeline
from portal.sop.office_time import ZONE, Calendar
from portal.sop.procedure import DESKS, Procedures, Role
from portal.sop.vocabulary import Action, Record, Status
from portal.sop.workflow import Event, Transition, available, decide, state_of

CALENDAR = Calendar()
PROCEDURES = Procedures()
START = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
ENDS = {Action.DISMISS, Action.TRANSFER, Action.LAPSE, Action.CLOSE_SILENT}
REMARKS = {Action.RECORD_PROGRESS, Action.ACKNOWLEDGE, Action.CORRECT, Action.DISCLOSE}
ROLES = (*DESKS, Role.SYSTEM)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """A complaint's way through the desks: any allowed action, any wait between two."""
    entry = draw(st.sampled_from([Status.ARRIVED, Status.WITH_INSTANSI, Status.WITH_LIAISON]))
    events = [Event(Record.ARRIVE, None, entry, START, {"opd": 1})]
    for _ in range(draw(st.integers(1, 14))):
        state = state_of(events)
        at = events[-1].at + timedelta(minutes=draw(st.integers(0, 6 * 24 * 60)))
        rows = [
            row
            for role in ROLES
            for row in available(state, role, PROCEDURES.at(at))
            if row.action not in ENDS
        ]
        if not rows:
            break
        events.append(happen(draw(st.sampled_from(rows)), events, at, draw(st.booleans())))
    return events


def happen(row: Transition, events: list[Event], at: datetime, satisfied: bool) -> Event:
    details: dict[str, object] = {"opd": 1, "unit": 1, "published_on": f"{at:%Y-%m-%d}"}
    details["satisfied"] = satisfied
    state = state_of(events)
    return Event(row.action, state.status, decide(row, state, details).target, at, details)


def timeline(events: list[Event]) -> Timeline:
    return Timeline(events, PROCEDURES, CALENDAR)


def worked(events: list[Event], started: datetime, ended: datetime) -> timedelta:
    """The slow way: office time entry by entry, without what was spent waiting for the citizen."""
    total = timedelta()
    for event, following in zip(events, [*events[1:], None], strict=True):
        begin = max(event.at, started)
        end = min(following.at, ended) if following else ended
        if begin < end and event.target is not Status.AWAITING_COMPLETION:
            total += CALENDAR.between(begin, end)
    return total


@settings(max_examples=300, deadline=None)
@given(histories(), st.integers(0, 5 * 24 * 60))
def test_every_clock_has_counted_the_office_time_outside_its_pauses(
    events: list[Event], wait: int
) -> None:
    now = events[-1].at + timedelta(minutes=wait)
    for clock in timeline(events).clocks:
        if clock.kind not in (ClockKind.COMPLETION, ClockKind.FEEDBACK):
            assert clock.spent(now, CALENDAR) == worked(events, clock.started, now)


@settings(max_examples=300, deadline=None)
@given(histories())
def test_a_pause_takes_nothing_of_what_was_left(events: list[Event]) -> None:
    for clock in timeline(events).clocks:
        due = clock.due(CALENDAR)
        if clock.kind is not ClockKind.STEP or not clock.pauses or due is None:
            continue
        unpaused = CALENDAR.add(clock.started, clock.duration)
        if clock.pauses[0][0] < unpaused:
            whole = CALENDAR.between(clock.started, unpaused)
            assert worked(events, clock.started, due) == whole


@settings(max_examples=300, deadline=None)
@given(histories())
def test_what_moves_no_complaint_starts_stops_and_pauses_no_clock(events: list[Event]) -> None:
    for length in range(2, len(events) + 1):
        if events[length - 1].action in REMARKS:
            assert timeline(events[:length]).clocks == timeline(events[: length - 1]).clocks


@settings(max_examples=300, deadline=None)
@given(histories())
def test_the_step_that_runs_is_the_step_of_the_status(events: list[Event]) -> None:
    read = timeline(events)
    clock = read.clock(ClockKind.STEP)
    if clock is not None:
        assert clock.step == read.state.step
    elif read.state.step is not None:
        assert (read.state.status, read.state.reported) == (Status.WITH_UNIT, False)


@settings(max_examples=300, deadline=None)
@given(histories())
def test_the_sixty_days_begin_once_and_are_not_reset_by_returns(events: list[Event]) -> None:
    rounds = {Action.REGISTER, Action.RECORD_FEEDBACK, Action.ESCALATE}
    started: datetime | None = None
    for length in range(1, len(events) + 1):
        clock = timeline(events[:length]).clock(ClockKind.OMBUDSMAN)
        if events[length - 1].action in rounds or clock is None:
            started = clock.started if clock else None
            continue
        assert started in (None, clock.started)
        started = clock.started


@settings(max_examples=300, deadline=None)
@given(histories())
def test_a_measurement_ends_its_clock_and_counts_its_office_minutes(events: list[Event]) -> None:
    for length in range(2, len(events) + 1):
        past, event = events[: length - 1], events[length - 1]
        for one in timeline(past).measure(event, None):
            if one.kind in (ClockKind.COMPLETION, ClockKind.FEEDBACK):
                continue
            office_time = worked(events[:length], one.started, event.at)
            assert one.minutes == int(office_time.total_seconds() // 60)
