"""The figures as tables for the screen."""

from datetime import date
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.pages.report_tables import NO_NUMBER, Cell, Table, counted, figure_tables
from portal.reporting.figures import ReportFigures, months_later, report_for
from tests.reporting.histories import CALENDAR, LATER, random_history
from tests.reporting.papers import report_figures
from tests.reporting.slow_figures import slow_figures


@pytest.fixture(scope="module")
def figures() -> ReportFigures:
    return report_figures(120)


def tables(app: Flask, figures: ReportFigures) -> dict[str, Table]:
    with app.test_request_context():
        return {table.title: table for table in figure_tables(7, figures)}


def lead(cell: Cell) -> tuple[str, str]:
    """The path and the month in a cell's link."""
    parts = urlsplit(cell.url)
    path = unquote(parts.path.partition("/angka/")[2])
    return path, parse_qs(parts.query).get("bulan", [""])[0]


def test_every_number_but_nought_is_a_link(app: Flask, figures: ReportFigures) -> None:
    cells = [
        cell for table in tables(app, figures).values() for _, row in table.rows for cell in row
    ]
    assert {cell.text for cell in cells if not cell.url} <= {"0", NO_NUMBER}
    assert len([cell for cell in cells if cell.url]) > 120


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 24)), max_size=12),
    st.sampled_from([months_later(date(2025, 10, 1), n) for n in range(8)]),
)
def test_over_random_histories_a_link_leads_to_what_a_slow_computation_counts(
    app: Flask, told: list[tuple[int, int]], month: date
) -> None:
    histories = [random_history(id, *seed) for id, seed in enumerate(told, 1)]
    report = report_for(histories, month, CALENDAR, LATER)
    slow = {
        day: slow_figures(histories, day, CALENDAR, LATER)[0]
        for day in (months_later(month, n) for n in range(-12, 1))
    }
    with app.test_request_context():
        for table in figure_tables(7, report):
            for _, cells in table.rows:
                for cell in cells:
                    if not cell.url:
                        assert cell.text in ("0", NO_NUMBER)
                        continue
                    found = counted(report, *lead(cell))
                    assert set(found.ids) == slow[found.month][lead(cell)[0]]
                    if cell.text.isdecimal():
                        assert len(found.ids) == int(cell.text)


def test_what_no_figure_is_called_leads_nowhere(app: Flask, figures: ReportFigures) -> None:
    with app.test_request_context():
        assert counted(figures, "arrived", "2026-08").month == date(2026, 8, 1)
        for path, month in (
            ("arrived", "2027-01"),
            ("opening", "2026-08"),
            ("month", ""),
            ("arrived", "kemarin"),
        ):
            with pytest.raises(KeyError):
                counted(figures, path, month)


def test_the_tables_say_everything_that_the_report_counts(
    app: Flask, figures: ReportFigures
) -> None:
    found = tables(app, figures)
    assert [name for name, _ in found["Langkah SOP"].rows] == [
        "1 Terima",
        "2 Verifikasi",
        "3 Identifikasi",
        "4 Disposisi",
        "5 Teruskan",
        "6 Tanggapan",
        "7 Catat",
    ]
    office = figures.month.offices[0]
    row = dict(found["Tren 12 bulan"].rows)
    assert len(row) == 12
    offices = dict(found["Kinerja OPD"].rows)
    assert offices[office.name][0].text == str(office.received.n)
    assert offices[office.name][7].text == f"{office.oldest_open_days} hari kerja"
    assert [name for name, _ in found["Nilai pelapor"].rows] == ["5", "4", "3", "2", "1"]


def test_a_month_without_complaints_has_noughts_and_dashes_and_no_links(app: Flask) -> None:
    found = tables(app, report_figures(0))
    cells = [cell for table in found.values() for _, cells in table.rows for cell in cells]
    assert {cell.text for cell in cells} <= {"0", "–"}
    assert not any(cell.url for cell in cells)
