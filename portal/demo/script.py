"""Which complaint gets which story, and what is done to it when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal.demo.entries import ENTRIES, Typed
from portal.demo.moments import Moments
from portal.demo.stories import FLOW, STORIES, Act, Owner, Story, Usual, When
from portal.sop.vocabulary import Action, Status

_ORDER = list(dict.fromkeys(step.source for step in FLOW))


@dataclass(frozen=True, slots=True)
class Report:
    """A report of the exports: the status in which it enters, when, and whose it is."""

    tracking_id: str
    enters: Status
    imported: datetime
    owner: Owner


@dataclass(frozen=True, slots=True)
class Cue:
    """Something that is to be done to a complaint at a moment."""

    at: datetime
    tracking_id: str
    act: Act


def write_script(reports: Iterable[Report], moments: Moments) -> list[Cue]:
    """Every cue until now for the reports. A story that none of them fits is left out."""
    free = list(reports)
    cues: list[Cue] = []
    for story in STORIES:
        for n in range(story.times):
            if cast := _cast(story, n, free, moments):
                report, told = cast
                free.remove(report)
                cues += told
    ours = [report for report in free if report.owner is Owner.OURS and report.enters in _ORDER]
    for n, report in enumerate(ours):
        cues += [cue for cue in _usual(report, n, moments) if cue.at <= moments.now]
    return cues


@dataclass(frozen=True, slots=True)
class Arrival:
    """A complaint that is entered by hand at a moment; its cues call it `name`."""

    at: datetime
    name: str
    typed: Typed


def write_entries(moments: Moments) -> tuple[list[Arrival], list[Cue]]:
    """What is entered by hand, and what is done to it then."""
    arrivals: list[Arrival] = []
    cues: list[Cue] = []
    for n, typed in enumerate(ENTRIES):
        name, at = f"entry-{n}", _moment(typed.when, 0, moments)
        arrivals.append(Arrival(at, name, typed))
        acts = [Cue(_moment(act.when, 0, moments), name, act) for act in typed.acts]
        cues += _in_order(acts, at)
    return arrivals, cues


def _cast(
    story: Story, n: int, free: Iterable[Report], moments: Moments
) -> tuple[Report, list[Cue]] | None:
    """The report that enters furthest and latest of those that fit, with its cues."""
    told = [(report, _told(story, n, report, moments)) for report in free if _suits(story, report)]
    fitting = [(report, cues) for report, cues in told if not cues or report.imported <= cues[0].at]
    return max(fitting, key=lambda one: _rank(one[0]), default=None)


def _rank(report: Report) -> tuple[int, datetime, str]:
    step = _ORDER.index(report.enters) if report.enters in _ORDER else 0
    return step, report.imported, report.tracking_id


def _suits(story: Story, report: Report) -> bool:
    if report.owner not in story.owners:
        return False
    if report.enters is story.begins:
        return True
    both_flow = report.enters in _ORDER and story.begins in _ORDER
    return (
        both_flow and bool(story.acts) and _ORDER.index(report.enters) < _ORDER.index(story.begins)
    )


def _told(story: Story, n: int, report: Report, moments: Moments) -> list[Cue]:
    """The `n`-th telling: the usual way to where the story begins, then its acts."""
    times = [_moment(act.when, n, moments) for act in story.acts]
    if not times:
        return []
    way = list(_way(report.enters, story.begins))
    before = moments.ago(times[0]) + 1
    acts = [Act(step.action, (before + way[-1].day - step.day, step.clock)) for step in way]
    cues = [Cue(_moment(act.when, n, moments), report.tracking_id, act) for act in acts]
    cues += [Cue(at, report.tracking_id, act) for at, act in zip(times, story.acts, strict=True)]
    return _in_order(cues, cues[0].at)


def _way(enters: Status, begins: Status) -> Iterator[Usual]:
    """The usual steps from one status to another; none where they are the same."""
    if enters is begins:
        return
    for step in FLOW:
        if _ORDER.index(enters) <= _ORDER.index(step.source) < _ORDER.index(begins):
            yield step


def _usual(report: Report, n: int, moments: Moments) -> list[Cue]:
    """The usual course to the end, quicker or slower; every third citizen answers."""
    imported = moments.ago(report.imported)
    steps = [step for step in FLOW if _ORDER.index(step.source) >= _ORDER.index(report.enters)]
    cues = []
    for step in steps:
        slower = n % 6 if step.day >= 5 else 0
        ago = imported + steps[0].day - step.day - slower
        if ago >= 0:
            at = moments.on(ago, step.clock) + timedelta(minutes=7 * (n % 8))
            cues.append(Cue(at, report.tracking_id, Act(step.action, (ago, step.clock))))
    if len(cues) == len(steps) and n % 3 == 0 and ago >= 3:
        at = moments.on(ago - 3, "08.45")
        cues.append(Cue(at, report.tracking_id, Act(Action.RECORD_FEEDBACK, (ago - 3, "08.45"))))
    return _in_order(cues, report.imported)


def _moment(when: When, n: int, moments: Moments) -> datetime:
    """`when`, for the `n`-th telling a few minutes off, and never ahead of now."""
    if isinstance(when, int):
        return moments.recent(when + 2 * n)
    return min(moments.on(*when) + timedelta(minutes=7 * n), moments.now)


def _in_order(cues: list[Cue], earliest: datetime) -> list[Cue]:
    """The cues with none before the one that precedes it."""
    ordered = []
    for cue in cues:
        earliest = max(earliest, cue.at)
        ordered.append(replace(cue, at=earliest))
    return ordered
