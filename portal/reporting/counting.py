"""Counting: one pass over the histories fills the figures of any number of months.

What each figure means stands in `figures_data.py`; here each rule is written once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from portal.reporting.figures_data import (
    BREAKDOWNS,
    OFFICE_STEPS,
    Count,
    MonthFigures,
    OfficeFigures,
    StepFigures,
)
from portal.reporting.histories import CaseHistory, Course, HistoryEntry
from portal.sop.clocks import ClockKind
from portal.sop.office_time import ZONE, Calendar
from portal.sop.procedure import STEPS
from portal.sop.vocabulary import Action, Record, Status
from portal.sop.workflow import State

RATINGS = (1, 2, 3, 4, 5)
# What brings a complaint to an OPD, when it lies with one afterwards.
_GIVES = frozenset({Record.ARRIVE, Action.DISPOSE, Action.RECORD_FEEDBACK})
_AT_OPD = frozenset({Status.WITH_LIAISON, Status.WITH_UNIT})
# How a closed complaint came to be closed, by the last of these entries.
_FINISHED: Mapping[Action | Record, str] = {
    Action.RECORD_FEEDBACK: "finished_by_word",
    Action.CLOSE_SILENT: "finished_silently",
    Record.ARRIVE: "finished_at_lapor",
}
_ENDED = {Status.NOT_FOLLOWED_UP: "not_followed_up", Status.TRANSFERRED: "transferred"}
_Ids = defaultdict[str, set[int]]


def bounds(month: date) -> tuple[datetime, datetime]:
    """When the local month of `month` begins, and when the next one does (UTC)."""
    first = month.replace(day=1)
    return _midnight(first), _midnight(months_later(first, 1))


def months_later(month: date, n: int) -> date:
    """The first day of the month `n` months after (before, when negative) that of `month`."""
    years, index = divmod(month.year * 12 + month.month - 1 + n, 12)
    return date(years, index + 1, 1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), ZONE).astimezone(UTC)


def nearest_rank(ordered: list[int], percent: int) -> int | None:
    """The least of `ordered` (ascending) that `percent` of them do not exceed; None of none."""
    rank = -(-len(ordered) * percent // 100)
    return ordered[rank - 1] if ordered else None


@dataclass
class _StepTally:
    on_time: list[int] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    not_measured: list[int] = field(default_factory=list)
    minutes: list[int] = field(default_factory=list)

    def passed(self, id: int, measured: Mapping[str, Any]) -> None:
        (self.late if measured["late"] else self.on_time).append(id)
        self.minutes.append(measured["minutes"])

    def figures(self, no: int) -> StepFigures:
        ordered = sorted(self.minutes)
        return StepFigures(
            no=no,
            on_time=Count.of(self.on_time),
            late=Count.of(self.late),
            not_measured=Count.of(self.not_measured),
            on_time_passages=len(self.on_time),
            late_passages=len(self.late),
            median_minutes=nearest_rank(ordered, 50),
            p90_minutes=nearest_rank(ordered, 90),
        )


@dataclass
class _OfficeTally:
    name: str
    ids: _Ids = field(default_factory=lambda: defaultdict(set))
    steps: defaultdict[int, _StepTally] = field(default_factory=lambda: defaultdict(_StepTally))
    given: list[datetime] = field(default_factory=list)

    def figures(self, id: int, until: datetime, calendar: Calendar) -> OfficeFigures:
        oldest = min(self.given, default=None)
        return OfficeFigures(
            id=id,
            name=self.name,
            received=Count.of(self.ids["received"]),
            open=Count.of(self.ids["open"]),
            answered=Count.of(self.ids["answered"]),
            sent_back=Count.of(self.ids["sent_back"]),
            without_receipt=Count.of(self.ids["without_receipt"]),
            oldest_open_days=calendar.working_days_between(oldest, until) if oldest else None,
            steps=tuple(self.steps[no].figures(no) for no in OFFICE_STEPS),
        )


class MonthTally:
    """Counts one month; `add` every complaint once, then ask for the `figures`.

    `now` (aware) bounds a month that is not over yet.
    """

    def __init__(self, month: date, calendar: Calendar, now: datetime) -> None:
        self._month = month.replace(day=1)
        self._begin, self._end = bounds(month)
        self._until = min(self._end - timedelta(microseconds=1), now)
        self._calendar = calendar
        self._ids: _Ids = defaultdict(set)
        self._by: dict[str, _Ids] = {kind: defaultdict(set) for kind in BREAKDOWNS}
        self._steps: defaultdict[int, _StepTally] = defaultdict(_StepTally)
        self._offices: dict[int, _OfficeTally] = {}
        self._ratings: dict[int, int] = {}
        self._late_entries = 0

    def add(self, course: Course) -> None:
        first, last = course.until(self._begin), course.until(self._end)
        if last == 0 or (first == last and course.states[last - 1].status.is_final):
            return
        self._count_flow(course, first, last)
        for index in range(first, last):
            self._count_entry(course, index)
        self._count_office_at_end(course, last)

    def figures(self) -> MonthFigures:
        ids = self._ids
        offices = (
            tally.figures(id, self._until, self._calendar) for id, tally in self._offices.items()
        )
        return MonthFigures(
            month=self._month,
            opening=Count.of(ids["opening"]),
            arrived=Count.of(ids["arrived"]),
            reopened=Count.of(ids["reopened"]),
            finished_by_word=Count.of(ids["finished_by_word"]),
            finished_silently=Count.of(ids["finished_silently"]),
            finished_at_lapor=Count.of(ids["finished_at_lapor"]),
            not_followed_up=Count.of(ids["not_followed_up"]),
            transferred=Count.of(ids["transferred"]),
            open_at_end=Count.of(ids["open_at_end"]),
            escalated=Count.of(ids["escalated"]),
            by={kind: _counts(parts) for kind, parts in self._by.items()},
            steps=tuple(self._steps[step.no].figures(step.no) for step in STEPS),
            offices=tuple(sorted(offices, key=lambda office: (office.name, office.id))),
            ratings={
                rating: Count.of(id for id, given in self._ratings.items() if given == rating)
                for rating in RATINGS
            },
            unsatisfied=Count.of(ids["unsatisfied"]),
            recorded_late=Count.of(ids["recorded_late"]),
            recorded_late_entries=self._late_entries,
            disclosures=Count.of(ids["disclosures"]),
        )

    # -- where it came from and where it stood ------------------------------------------------

    def _count_flow(self, course: Course, first: int, last: int) -> None:
        origin = _origin(course.states, first, last)
        if origin is None:
            return
        id, state = course.history.id, course.states[last - 1]
        self._ids[origin].add(id)
        self._ids[_destination(course, last)].add(id)
        self._by["status"][state.status].add(id)
        if origin == "arrived":
            for kind, key in _breakdown(course, last).items():
                self._by[kind][key].add(id)

    def _count_office_at_end(self, course: Course, last: int) -> None:
        state, entries = course.states[last - 1], course.history.entries
        if state.status not in _AT_OPD or state.opd_id is None:
            return
        given = max(n for n in range(last) if _gives(entries[n], course.states[n]))
        office = self._office(course.history, state.opd_id)
        office.ids["open"].add(course.history.id)
        office.given.append(course.moments[given])
        # what an import brought later was not handed over here yet
        here = entries[given].happened_at < self._end
        if here and state.status is Status.WITH_LIAISON and not state.acknowledged:
            office.ids["without_receipt"].add(course.history.id)

    # -- what happened --------------------------------------------------------------------------

    def _count_entry(self, course: Course, index: int) -> None:
        history, entry, state = course.history, course.history.entries[index], course.states[index]
        for name in _tells(entry):
            self._ids[name].add(history.id)
        self._late_entries += entry.recorded_late
        rating = _rating(entry, history)
        if rating is not None:
            self._ratings[history.id] = rating
        self._count_skipped(history, entry)
        if state.opd_id is not None and _gives(entry, state):
            self._office(history, state.opd_id).ids["received"].add(history.id)
        if index:
            self._count_work(history, entry, course.states[index - 1], state)

    def _count_skipped(self, history: CaseHistory, entry: HistoryEntry) -> None:
        opd_id = entry.details.get("opd")
        for no in entry.details.get("skipped", ()):
            self._steps[no].not_measured.append(history.id)
            if no in OFFICE_STEPS and opd_id is not None:
                self._office(history, opd_id).steps[no].not_measured.append(history.id)

    def _count_work(
        self, history: CaseHistory, entry: HistoryEntry, before: State, state: State
    ) -> None:
        passages = [one for one in entry.measured if _is_passage(one)]
        for passage in passages:
            self._steps[passage["step"]].passed(history.id, passage)
        if before.opd_id is None:
            return
        for name in _tells_of_office(entry, before, state):
            self._office(history, before.opd_id).ids[name].add(history.id)
        for passage in passages:
            if passage["step"] in OFFICE_STEPS:
                steps = self._office(history, before.opd_id).steps
                steps[passage["step"]].passed(history.id, passage)

    def _office(self, history: CaseHistory, id: int) -> _OfficeTally:
        return self._offices.setdefault(id, _OfficeTally(history.opds[id]))


def _counts(parts: Mapping[str, Iterable[int]]) -> dict[str, Count]:
    return {str(key): Count.of(parts[key]) for key in sorted(parts)}


def _origin(states: Sequence[State], first: int, last: int) -> str | None:
    """Why the flow counts a complaint whose entries `first` to `last` are the month's, if it does.

    None: it had ended before and only remarks were added.
    """
    if first == 0:
        return "arrived"
    if not states[first - 1].status.is_final:
        return "opening"
    reopened = any(not state.status.is_final for state in states[first:last])
    return "reopened" if reopened else None


def _destination(course: Course, last: int) -> str:
    status = course.states[last - 1].status
    if status is not Status.CLOSED:
        return _ENDED.get(status, "open_at_end")
    entries = course.history.entries[:last]
    return next(_FINISHED[one.action] for one in reversed(entries) if one.action in _FINISHED)


def _breakdown(course: Course, last: int) -> dict[str, str]:
    history, state = course.history, course.states[last - 1]
    opd_id = course.opd_until(last)
    opd = history.opds[opd_id] if opd_id is not None else ""
    unit = f"{opd} – {history.units[state.unit_id]}" if state.unit_id is not None else ""
    return {
        "class": course.class_until(last).value,
        "category": history.category,
        "opd": opd,
        "unit": unit,
        "kecamatan": history.kecamatan,
        "source": history.source,
    }


def _is_passage(measured: Mapping[str, Any]) -> bool:
    """Whether a measured clock is a step's, ended by completing the step."""
    return bool(measured["kind"] == ClockKind.STEP and measured["completed"])


def _gives(entry: HistoryEntry, state: State) -> bool:
    """Whether an OPD was given the complaint by `entry`, which led to `state`."""
    return entry.action in _GIVES and state.status in _AT_OPD


def _tells(entry: HistoryEntry) -> Iterable[str]:
    """The figures that an entry by itself makes its complaint count in."""
    if entry.recorded_late:
        yield "recorded_late"
    if entry.action is Action.ESCALATE:
        yield "escalated"
    if entry.action is Action.DISCLOSE:
        yield "disclosures"
    if entry.action is Action.RECORD_FEEDBACK and not entry.details["satisfied"]:
        yield "unsatisfied"


def _tells_of_office(entry: HistoryEntry, before: State, state: State) -> Iterable[str]:
    """The figures of the OPD that had a complaint that an entry makes it count in."""
    if entry.action is Action.ANSWER:
        yield "answered"
    if state.sent_back > before.sent_back:
        yield "sent_back"


def _rating(entry: HistoryEntry, history: CaseHistory) -> int | None:
    """The citizen's rating that the entry brought, if any."""
    match entry.action:
        case Record.ARRIVE:
            return history.lapor_rating
        case Record.LAPOR_CHANGE:
            change = entry.details["changes"].get("rating")
            return change["new"] if change else None
        case _:
            return entry.details.get("rating")
