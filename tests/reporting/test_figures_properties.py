"""Every figure of random histories, computed twice by different means, is the same."""

import json
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.reporting.figures import (
    CaseHistory,
    MonthFigures,
    StepFigures,
    figures_for,
    from_data,
    ids_of,
    months_later,
    report_for,
    to_data,
    traced,
)
from portal.sop.office_time import ZONE
from tests.reporting.histories import CALENDAR, LATER, random_history, until
from tests.reporting.slow_figures import slow_figures

MONTHS = st.sampled_from([months_later(date(2025, 9, 1), n) for n in range(10)])
NOW = st.sampled_from([LATER, datetime(2026, 1, 15, 12, tzinfo=ZONE)])


@st.composite
def histories(draw: st.DrawFn) -> list[CaseHistory]:
    told = draw(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 24)), max_size=12))
    return [random_history(id, seed, length) for id, (seed, length) in enumerate(told, start=1)]


def numbers_of(figures: MonthFigures) -> dict[str, Any]:
    found: dict[str, Any] = {"recorded_late_entries": figures.recorded_late_entries}
    for step in figures.steps:
        found |= step_numbers_of(f"steps.{step.no}", step)
    for office in figures.offices:
        found[f"offices.{office.id}.oldest_open_days"] = office.oldest_open_days
        for step in office.steps:
            found |= step_numbers_of(f"offices.{office.id}.steps.{step.no}", step)
    return found


def step_numbers_of(path: str, step: StepFigures) -> dict[str, Any]:
    names = ("late_passages", "on_time_passages", "median_minutes", "p90_minutes", "share_on_time")
    return {f"{path}.{name}": getattr(step, name) for name in names}


def compare(told: list[CaseHistory], month: date, now: datetime) -> MonthFigures:
    figures = figures_for(told, month, CALENDAR, now)
    ids, numbers = slow_figures(told, month, CALENDAR, now)
    counted = {path: set(count.ids) for path, count in traced(figures).items() if count.n}
    assert counted == ids
    # an OPD without anything to count is left out of the report
    assert {office.id for office in figures.offices} == {
        int(path.split(".")[1]) for path in ids if path.startswith("offices.")
    }
    said = numbers_of(figures)
    assert said == {path: value for path, value in numbers.items() if path in said}
    assert not [path for path in numbers if path not in said and numbers[path]]
    return figures


@settings(max_examples=200, deadline=None)
@given(histories(), MONTHS, NOW)
@example([], date(2026, 1, 1), LATER)
def test_a_slow_computation_by_other_means_finds_the_same_figures(
    told: list[CaseHistory], month: date, now: datetime
) -> None:
    compare(until(told, now), month, now)


@pytest.mark.parametrize("seed", range(3))
def test_so_it_does_over_many_complaints(seed: int) -> None:
    told = [random_history(id, seed * 1000 + id, id % 25) for id in range(1, 301)]
    for n in range(10):
        figures = compare(told, months_later(date(2025, 9, 1), n), LATER)
        figures.cross_foots()
        assert figures.handled.n > 0


@settings(max_examples=100, deadline=None)
@given(histories(), MONTHS)
def test_every_month_cross_foots_and_opens_as_the_one_before_ended(
    told: list[CaseHistory], month: date
) -> None:
    report = report_for(told, month, CALENDAR, LATER)
    report.cross_foots()
    assert report.month.opening == report.previous.open_at_end
    came = report.month.opening.n + report.month.arrived.n + report.month.reopened.n
    gone = report.month.finished.n + report.month.not_followed_up.n + report.month.transferred.n
    assert came == gone + report.month.open_at_end.n


@settings(max_examples=100, deadline=None)
@given(histories(), MONTHS)
def test_a_figure_names_each_of_its_complaints_once_in_order(
    told: list[CaseHistory], month: date
) -> None:
    figures = figures_for(told, month, CALENDAR, LATER)
    known = {history.id for history in told}
    for path, count in traced(figures).items():
        assert list(count.ids) == sorted(set(count.ids))
        assert set(count.ids) <= known
        assert ids_of(figures, path) == count.ids
        assert count.n == len(count.ids)


@settings(max_examples=50, deadline=None)
@given(histories(), MONTHS)
def test_the_order_of_the_histories_does_not_matter(told: list[CaseHistory], month: date) -> None:
    there = figures_for(told, month, CALENDAR, LATER)
    assert figures_for(reversed(told), month, CALENDAR, LATER) == there


@settings(max_examples=50, deadline=None)
@given(histories(), MONTHS)
def test_a_report_comes_back_from_its_data_as_it_was(told: list[CaseHistory], month: date) -> None:
    report = report_for(told, month, CALENDAR, LATER)
    text = json.dumps(to_data(report), sort_keys=True)
    assert from_data(json.loads(text)) == report
    assert json.dumps(to_data(from_data(json.loads(text))), sort_keys=True) == text
