"""The figures as tables for the screen."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask import Flask

from portal.pages.report_tables import Table, figure_tables
from portal.reporting.figures import ReportFigures, ids_of
from tests.reporting.papers import report_figures


@pytest.fixture(scope="module")
def figures() -> ReportFigures:
    return report_figures(120)


def tables(app: Flask, figures: ReportFigures) -> dict[str, Table]:
    with app.test_request_context():
        return {table.title: table for table in figure_tables(7, figures)}


def test_every_number_above_nought_links_to_what_it_counts(
    app: Flask, figures: ReportFigures
) -> None:
    months = {"": figures.month, "sebelumnya": figures.previous, "tahun-lalu": figures.last_year}
    linked = 0
    for table in tables(app, figures).values():
        for _, cells in table.rows:
            for cell in cells:
                if cell.url:
                    parts = urlsplit(cell.url)
                    path = unquote(parts.path.partition("/angka/")[2])
                    month = parse_qs(parts.query).get("bulan", [""])[0]
                    assert len(ids_of(months[month], path)) == int(cell.text)
                    linked += 1
    assert linked > 60


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
