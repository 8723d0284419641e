"""Workbooks: numbers as numbers, and nothing that somebody typed is ever a formula."""

from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest

from portal.reporting.figures import traced
from portal.reporting.register import RegisterRow
from portal.reporting.workbooks import figures_workbook, register_workbook
from portal.sop.office_time import ZONE
from tests.reporting.papers import report_paper

FORMULA = '=HYPERLINK("http://jahat.example","klik")'


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(content))


def row(**values: str) -> RegisterRow:
    return RegisterRow(
        **{
            "tracking_id": "9500001",
            "arrived_at": datetime(2026, 10, 5, 9, 30, tzinfo=ZONE),
            "reporter": "Anonim",
            "title": "Lampu mati",
            "case_class": "Aspirasi",
            "category": "",
            "kecamatan": "Barat",
            "opd": "Dinas Perhubungan",
            "status": "Selesai",
            "ended_on": date(2026, 10, 9),
            **values,
        }
    )


def test_a_report_has_a_sheet_each_for_figures_steps_trend_and_register() -> None:
    paper = report_paper(30)
    book = opened(figures_workbook(paper))
    assert book.sheetnames == ["Angka", "Langkah SOP", "Tren", "Register"]
    figures = {cells[0].value: cells[1].value for cells in book["Angka"].iter_rows(min_row=2)}
    month = paper.figures.month
    assert figures["Masuk"] == month.arrived.n
    assert figures["Langkah 3: Terlambat"] == traced(month)["steps.3.late"].n
    assert book["Langkah SOP"].max_row == 8
    assert book["Tren"].max_row == 13
    assert book["Register"].max_row == 1 + len(paper.register)


def test_a_month_without_complaints_makes_a_workbook_too() -> None:
    book = opened(figures_workbook(report_paper(0)))
    assert book["Register"].max_row == 1


@pytest.mark.parametrize("field", ["title", "reporter", "category", "opd", "kecamatan"])
@pytest.mark.parametrize(
    "text", [FORMULA, "=1+1", "+1+1", "-2", "@SUM(A1)", "\t=1+1", "{=1+1}", "http://a.example"]
)
def test_what_a_citizen_typed_is_text_and_never_a_formula_or_a_link(field: str, text: str) -> None:
    book = opened(register_workbook(2026, {date(2026, 10, 1): [row(**{field: text})]}))
    cells = next(iter(book["Oktober 2026"].iter_rows(min_row=2)))
    found = [cell for cell in cells if cell.value == text]
    assert found
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in found)


def test_times_are_local_times_of_the_office() -> None:
    book = opened(register_workbook(2026, {date(2026, 10, 1): [row()]}))
    cells = next(iter(book["Oktober 2026"].iter_rows(min_row=2)))
    assert cells[2].value == datetime(2026, 10, 5, 9, 30)  # noqa: DTZ001 - Excel knows no zones
    assert cells[10].value == datetime(2026, 10, 9)  # noqa: DTZ001


def test_a_year_has_a_sheet_for_each_month_with_complaints() -> None:
    months = {date(2026, n, 1): [row()] if n in (3, 10) else [] for n in range(1, 13)}
    assert opened(register_workbook(2026, months)).sheetnames == ["Maret 2026", "Oktober 2026"]
    assert opened(register_workbook(2025, {})).sheetnames == ["2025"]
