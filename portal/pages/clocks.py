"""The seven steps across the actors, and the running clocks with their reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.cases.rules import Rules
from portal.formats import label, office_span
from portal.language import gettext
from portal.models import Entry
from portal.pages.time_words import TimeLeft, WhyRow, duration_words, moment_words, time_left, why
from portal.queries.complaint import CaseFile
from portal.sop.clocks import Clock, ClockKind
from portal.sop.procedure import STEPS, Role
from portal.sop.vocabulary import Status


@dataclass(frozen=True, slots=True)
class LaneStep:
    """A step as the lane draws it; `state` is one of the macro's words."""

    no: int
    short: str
    standard: str
    actor: Role
    symbol: str
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class ClockView:
    """A running clock: its time left, and the rows that say why it is due then."""

    name: str
    left: TimeLeft
    question: str
    rows: Sequence[WhyRow]


def lane(case: CaseFile, rules: Rules, now: datetime) -> list[LaneStep]:
    state, procedure = case.timeline.state, case.procedure
    skipped = {no for entry in case.entries for no in entry.details.get("skipped", ())}
    passed = _passages(case.entries)
    reached = state.step or (8 if state.status in _THROUGH else 0)
    steps = []
    for step in STEPS:
        if step.no == state.step:
            look, text = _now(case, rules, now)
        elif step.no in passed and (step.no < reached or not reached):
            look = "late" if passed[step.no]["late"] else "done"
            text = office_span(passed[step.no]["minutes"])
        elif step.no in skipped and (step.no < reached or not reached):
            look, text = "skipped", gettext("di LAPOR!, tidak diukur")
        else:
            look, text = "todo", ""
        steps.append(
            LaneStep(
                no=step.no,
                short=label(step.short),
                standard=duration_words(procedure.standards[step.no]),
                actor=procedure.actors[step.no],
                symbol=step.symbol,
                state=look,
                text=text,
            )
        )
    return steps


_THROUGH = (Status.AWAITING_FEEDBACK, Status.CLOSED)


def _passages(entries: Sequence[Entry]) -> dict[int, Mapping[str, Any]]:
    """The last completed measurement of each step."""
    return {
        measured["step"]: measured
        for entry in entries
        for measured in entry.measured
        if measured["kind"] == ClockKind.STEP and measured["completed"]
    }


def _now(case: CaseFile, rules: Rules, now: datetime) -> tuple[str, str]:
    state = case.timeline.state
    clock = case.timeline.desk_clock()
    left = time_left(
        clock.due(rules.calendar) if clock else None, now, rules.calendar, state.status
    )
    return "now late" if left.state == "late" else "now", left.words


def clock_views(case: CaseFile, rules: Rules, now: datetime) -> list[ClockView]:
    """The running clocks, the desk's own first."""
    own = case.timeline.desk_clock()
    clocks = sorted(case.timeline.acting_clocks(), key=lambda clock: clock is not own)
    return [_clock(clock, case, rules, now) for clock in clocks]


def _clock(clock: Clock, case: CaseFile, rules: Rules, now: datetime) -> ClockView:
    due = clock.due(rules.calendar)
    name = label(clock.kind.label)
    rows = why(clock, now, rules.calendar)
    if due is None:
        words = gettext("berhenti selama menunggu pelapor")
        left = TimeLeft("pause", words, gettext("sisa waktunya utuh"))
        return ClockView(name, left, gettext("Apa yang sudah dihitung?"), rows)
    status = case.timeline.state.status
    question = gettext("Mengapa %(when)s?", when=moment_words(due, now))
    return ClockView(name, time_left(due, now, rules.calendar, status), question, rows)
