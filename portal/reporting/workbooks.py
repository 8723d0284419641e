"""Figures and registers as workbooks (.xlsx). Whatever was written by somebody is text, never a
formula: Excel must run nothing that a citizen typed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, Any

from portal.reporting.figure_words import figure_words
from portal.reporting.figures import MonthFigures, traced
from portal.reporting.register import RegisterRow
from portal.reporting.report_paper import ReportPaper
from portal.reporting.words import month_name
from portal.sop.office_time import ZONE

if TYPE_CHECKING:
    import xlsxwriter  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

_REGISTER_HEAD = (
    *("No", "Tracking ID", "Masuk", "Pelapor", "Judul", "Klasifikasi", "Kategori"),
    *("Kecamatan", "OPD", "Status", "Berakhir"),
)
_REGISTER_WIDTHS = (5, 13, 17, 22, 50, 26, 26, 16, 34, 26, 12)
_STEP_HEAD = (
    *("Langkah", "Kegiatan", "Standar", "Selesai dikerjakan (kali)", "Tepat waktu (kali)"),
    *("Terlambat (kali)", "Tidak diukur (pengaduan)", "Median (menit kerja)"),
    *("Persentil 90 (menit kerja)", "Tepat waktu"),
)


def figures_workbook(paper: ReportPaper) -> bytes:
    """A report's figures, steps, trend and register, a sheet each."""
    output = BytesIO()
    with _workbook(output) as book:
        styles = _Styles(book)
        _figures_sheet(book, styles, paper)
        _steps_sheet(book, styles, paper)
        _trend_sheet(book, styles, paper)
        _register_sheet(book, styles, "Register", paper.register)
    return output.getvalue()


def register_workbook(year: int, months: Mapping[date, Sequence[RegisterRow]]) -> bytes:
    """The register of a year, a sheet for each month that has complaints."""
    output = BytesIO()
    with _workbook(output) as book:
        styles = _Styles(book)
        filled = {month: rows for month, rows in months.items() if rows}
        for month, rows in filled.items():
            _register_sheet(book, styles, month_name(month), rows)
        if not filled:
            _register_sheet(book, styles, str(year), [])
    return output.getvalue()


def table_workbook(
    name: str, head: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[Any]]
) -> bytes:
    """One sheet of texts and numbers under its head."""
    output = BytesIO()
    with _workbook(output) as book:
        styles = _Styles(book)
        sheet = _sheet(book, styles, name, head, widths)
        for number, cells in enumerate(rows, 1):
            _write(sheet, number, cells, styles)
    return output.getvalue()


def _workbook(output: BytesIO) -> "xlsxwriter.Workbook":
    import xlsxwriter

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    return xlsxwriter.Workbook(output, options)


class _Styles:
    def __init__(self, book: "xlsxwriter.Workbook") -> None:
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.time = book.add_format({"num_format": "dd-mm-yyyy hh:mm", "valign": "top"})
        self.day = book.add_format({"num_format": "dd-mm-yyyy", "valign": "top"})
        self.share = book.add_format({"num_format": "0.0%", "valign": "top"})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})


def _sheet(
    book: "xlsxwriter.Workbook",
    styles: _Styles,
    name: str,
    head: Sequence[str],
    widths: Sequence[int],
) -> "Worksheet":
    sheet = book.add_worksheet(name)
    for column, (title, width) in enumerate(zip(head, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, styles.head)
    sheet.freeze_panes(1, 0)
    return sheet


def _write(sheet: "Worksheet", row: int, cells: Iterable[Any], styles: _Styles) -> None:
    """A row: numbers as numbers, everything else as text; None stays empty."""
    for column, value in enumerate(cells):
        if isinstance(value, str):
            sheet.write_string(row, column, value, styles.text)
        elif isinstance(value, float):
            sheet.write_number(row, column, value, styles.share)
        elif value is not None:
            sheet.write_number(row, column, value)


def _figures_sheet(book: "xlsxwriter.Workbook", styles: _Styles, paper: ReportPaper) -> None:
    figures = paper.figures
    months = (figures.month, figures.previous, figures.last_year)
    head = ("Angka", *(month_name(one.month) for one in months))
    sheet = _sheet(book, styles, "Angka", head, (60, 18, 18, 18))
    counts = [traced(one) for one in months]
    for row, (path, words) in enumerate(_named(months), 1):
        cells = [one[path].n if path in one else 0 for one in counts]
        _write(sheet, row, [words, *cells], styles)


def _named(months: Sequence[MonthFigures]) -> Iterable[tuple[str, str]]:
    """Every figure of any of the months by its path, in words."""
    words: dict[str, str] = {}
    for month in months:
        for path in traced(month):
            words.setdefault(path, ": ".join(figure_words(month, path)))
    return words.items()


def _steps_sheet(book: "xlsxwriter.Workbook", styles: _Styles, paper: ReportPaper) -> None:
    widths = (9, 60, 12, *(16 for _ in _STEP_HEAD[3:]))
    sheet = _sheet(book, styles, "Langkah SOP", _STEP_HEAD, widths)
    for row, (step, figures) in enumerate(
        zip(paper.sheet.steps, paper.figures.month.steps, strict=True), 1
    ):
        cells = (
            *(step.no, step.activity, step.standard_text, figures.done_passages),
            *(figures.on_time_passages, figures.late_passages, figures.not_measured.n),
            *(figures.median_minutes, figures.p90_minutes, figures.share_on_time),
        )
        _write(sheet, row, cells, styles)


def _trend_sheet(book: "xlsxwriter.Workbook", styles: _Styles, paper: ReportPaper) -> None:
    head = ("Bulan", "Masuk", "Selesai", "Belum selesai pada akhir bulan", "Tepat waktu")
    sheet = _sheet(book, styles, "Tren", head, (18, 12, 12, 30, 14))
    for row, point in enumerate(paper.figures.trend, 1):
        counts = (point.arrived.n, point.finished.n, point.open_at_end.n)
        _write(sheet, row, (month_name(point.month), *counts, point.share_on_time), styles)


def _register_sheet(
    book: "xlsxwriter.Workbook", styles: _Styles, name: str, rows: Sequence[RegisterRow]
) -> None:
    sheet = _sheet(book, styles, name, _REGISTER_HEAD, _REGISTER_WIDTHS)
    for number, line in enumerate(rows, 1):
        texts = (
            *(line.reporter, line.title, line.case_class, line.category),
            *(line.kecamatan, line.opd, line.status),
        )
        _write(sheet, number, (number, line.tracking_id, None, *texts), styles)
        arrived = line.arrived_at.astimezone(ZONE).replace(tzinfo=None)
        sheet.write_datetime(number, 2, arrived, styles.time)
        if line.ended_on is not None:
            sheet.write_datetime(number, 10, line.ended_on, styles.day)
