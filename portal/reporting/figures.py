"""The monthly report's figures: histories in, numbers out, each traced to its complaints.

The front of the room: what others need of the figures is named here.
"""

from collections.abc import Iterable
from datetime import date, datetime

from portal.reporting.counting import MonthTally, bounds, months_later
from portal.reporting.counting_rules import COUNTING_RULES
from portal.reporting.figures_data import (
    BREAKDOWNS,
    Count,
    CrossFootError,
    MonthFigures,
    OfficeFigures,
    ReportFigures,
    StepFigures,
    TrendPoint,
    ids_of,
    traced,
    trend_counts,
)
from portal.reporting.histories import CaseHistory, Course, HistoryEntry
from portal.reporting.snapshot import from_data, to_data
from portal.sop.office_time import Calendar

__all__ = [
    "BREAKDOWNS",
    "COUNTING_RULES",
    "CaseHistory",
    "Count",
    "CrossFootError",
    "HistoryEntry",
    "MonthFigures",
    "OfficeFigures",
    "ReportFigures",
    "StepFigures",
    "TrendPoint",
    "bounds",
    "figures_for",
    "from_data",
    "ids_of",
    "months_later",
    "report_for",
    "to_data",
    "traced",
    "trend_counts",
]


def figures_for(
    histories: Iterable[CaseHistory], month: date, calendar: Calendar, now: datetime
) -> MonthFigures:
    """The figures of the local month of `month`, over all complaints that could count in it."""
    tally = MonthTally(month, calendar, now)
    for history in histories:
        tally.add(Course(history))
    return tally.figures()


def report_for(
    histories: Iterable[CaseHistory], month: date, calendar: Calendar, now: datetime
) -> ReportFigures:
    """The figures of a report, in one pass over the histories: the month, the month before, the
    same month last year, and the twelve months up to it.
    """
    tallies = [MonthTally(months_later(month, n), calendar, now) for n in range(-12, 1)]
    for history in histories:
        course = Course(history)
        for tally in tallies:
            tally.add(course)
    months = [tally.figures() for tally in tallies]
    return ReportFigures(
        month=months[-1],
        previous=months[-2],
        last_year=months[0],
        trend=tuple(_trend_point(figures) for figures in months[1:]),
    )


def _trend_point(figures: MonthFigures) -> TrendPoint:
    return TrendPoint(
        figures.month,
        figures.arrived,
        figures.finished,
        figures.open_at_end,
        figures.measured,
        figures.share_on_time,
    )
