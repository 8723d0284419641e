"""The seven steps across the actors, and the running clocks with their reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import url_for

from portal.cases.record import timeline_of
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
    """A running clock: its time left, and the rows that say why it is due then.

    They are there for the desk's own clock, and for one that is asked about; `url` asks.
    """

    kind: ClockKind
    name: str
    left: TimeLeft
    question: str
    rows: Sequence[WhyRow]
    url: str


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


def changed_steps(
    steps: Sequence[LaneStep], case: CaseFile, seq: int, rules: Rules, now: datetime
) -> list[LaneStep]:
    """Of `steps`, the lane as it is now, those that looked otherwise after the entry `seq`."""
    entries = case.entries[: max(seq, 1)]
    before = replace(case, entries=entries, timeline=timeline_of(entries, rules))
    shown = lane(before, rules, now)
    return [step for step in steps if step not in shown]


def clock_views(
    case: CaseFile, role: Role, rules: Rules, now: datetime, asked: str = ""
) -> list[ClockView]:
    """The running clocks for a desk of `role`, the holder's first; `asked` is one's kind."""
    own = case.timeline.desk_clock()
    views = []
    for clock in sorted(case.timeline.acting_clocks(), key=lambda clock: clock is not own):
        left, question = _time_left(clock, case, rules, now)
        explained = clock is own or clock.kind == asked
        views.append(
            ClockView(
                kind=clock.kind,
                name=label(clock.kind.label),
                left=left,
                question=question,
                rows=why(clock, now, rules.calendar) if explained else (),
                url=url_for(
                    f"{role.value}.complaint",
                    tracking_id=case.complaint.tracking_id,
                    mengapa=clock.kind.value,
                ),
            )
        )
    return views


def _time_left(clock: Clock, case: CaseFile, rules: Rules, now: datetime) -> tuple[TimeLeft, str]:
    """How long there is, and what may be asked about it."""
    due = clock.due(rules.calendar)
    if due is None:
        words = gettext("berhenti selama menunggu pelapor")
        left = TimeLeft("pause", words, gettext("sisa waktunya utuh"))
        return left, gettext("Apa yang sudah dihitung?")
    left = time_left(due, now, rules.calendar, case.timeline.state.status)
    return left, gettext("Mengapa %(when)s?", when=moment_words(due, now))
