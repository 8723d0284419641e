"""The exports in tests/data, read by hand or by other means and compared."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from portal.lapor.rows import Reading, read_export

DATA = Path(__file__).parents[1] / "data"
NOW = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def messy_workbook() -> Reading:
    return read_export(DATA / "lapor-2026-11-berantakan.xlsx", NOW)


@pytest.fixture(scope="module")
def messy_csv() -> Reading:
    return read_export(DATA / "lapor-2026-11-berantakan.csv", NOW)


def test_of_the_messy_workbook_exactly_three_rows_are_rejected(messy_workbook: Reading) -> None:
    told = [
        (rejection.row, rejection.column, rejection.reason) for rejection in messy_workbook.rejected
    ]

    other = "Tracking ID 9255886 ada juga di baris {} dengan isi yang berbeda."
    assert told == [
        (23, "Tracking ID", other.format(49)),
        (25, "Tanggal Laporan Masuk", "Tanggal kosong."),
        (49, "Tracking ID", other.format(23)),
    ]


def test_of_the_messy_workbook_every_other_report_is_there_once(messy_workbook: Reading) -> None:
    # Rows 7 to 88 but the blank one, the three rejected, and row 48, which is row 34 again.
    expected = set(range(7, 89)) - {27, 23, 25, 49, 48}

    assert {report.row for report in messy_workbook.rows} == expected
    assert messy_workbook.repeated == 1


def test_of_the_messy_csv_exactly_three_rows_are_rejected(messy_csv: Reading) -> None:
    told = [(rejection.row, rejection.column, rejection.reason) for rejection in messy_csv.rejected]

    other = "Tracking ID 9355102 ada juga di baris {} dengan isi yang berbeda."
    assert told == [
        (12, "Tracking ID", other.format(44)),
        (43, "Tanggal Laporan Masuk", "Tanggal kosong."),
        (44, "Tracking ID", other.format(12)),
    ]


def test_of_the_messy_csv_every_other_report_is_there_once(messy_csv: Reading) -> None:
    # Rows 7 to 48 but the blank one, the three rejected, and row 28, which is row 20 again.
    expected = set(range(7, 49)) - {17, 12, 43, 44, 28}

    assert {report.row for report in messy_csv.rows} == expected
    assert messy_csv.repeated == 1


def test_the_messy_csv_gives_the_text_that_was_meant(messy_csv: Reading) -> None:
    by_id = {report.tracking_id: report for report in messy_csv.rows}

    assert by_id["9355170"].body == 'Jalan "rusak" & gelap <b>mohon</b> diperbaiki \U0001f64f'
    assert by_id["9355144"].reporter_name == "O'Brien <script>alert(1)</script>"
    assert by_id["9355422"].title == '=HYPERLINK("http://contoh.invalid","klik")'
    assert by_id["9355672"].title == "-1+1"
    assert by_id["9355781"].title == "+62 nomor palsu"
    assert by_id["9355395"].title == "@SUM(A1:A9)"
    assert len(by_id["9355772"].body) == 9000
    assert by_id["9355051"].kind_text == "Whistleblowing"
    assert (by_id["9355051"].anonymous, by_id["9355051"].confidential) == (True, True)


@pytest.mark.parametrize(
    ("tracking_id", "arrived_at"),
    [
        ("9355010", datetime(2026, 11, 1, 5, 10, tzinfo=UTC)),  # 01/11/2026, 12.10
        ("9355051", datetime(2026, 11, 1, 11, 57, tzinfo=UTC)),  # 2026-11-01, 18:57:00
        ("9355074", datetime(2026, 11, 3, 4, 42, tzinfo=UTC)),  # "03 Nov 2026 ", 11:42 WIB
        ("9355170", datetime(2026, 11, 6, 2, 45, tzinfo=UTC)),  # 6-11-2026, 09:45
        ("9355213", datetime(2026, 11, 6, 21, 1, tzinfo=UTC)),  # 7 Nov 2026, 04:01
    ],
)
def test_the_messy_csv_gives_the_times_that_were_meant(
    messy_csv: Reading, tracking_id: str, arrived_at: datetime
) -> None:
    assert {report.tracking_id: report.arrived_at for report in messy_csv.rows}[
        tracking_id
    ] == arrived_at


@pytest.mark.parametrize("month", ["2026-07", "2026-08", "2026-09", "2026-10"])
def test_a_good_export_is_read_as_openpyxl_reads_it(month: str) -> None:
    path = DATA / f"lapor-{month}.xlsx"
    sheet = openpyxl.load_workbook(path).worksheets[0]
    header, *reports = list(sheet.values)[5:]
    written = [dict(zip(header, report, strict=True)) for report in reports]

    reading = read_export(path, NOW)

    assert (reading.rejected, reading.repeated) == ([], 0)
    assert [report.row for report in reading.rows] == list(range(7, 7 + len(written)))
    for heading, field in (
        ("Tracking ID", "tracking_id"),
        ("Nama Pelapor", "reporter_name"),
        ("Judul Laporan", "title"),
        ("Isi Laporan Awal", "body"),
        ("Status Laporan", "status_text"),
        ("Instansi Terdisposisi", "opd_text"),
        ("Klasifikasi Laporan", "kind_text"),
        ("Kecamatan", "kecamatan"),
    ):
        assert [getattr(report, field) for report in reading.rows] == [
            row[heading] for row in written
        ]
    assert Counter(report.rating for report in reading.rows) == Counter(
        row["Rating"] for row in written
    )
    assert [
        (report.anonymous, report.confidential, report.setwapres) for report in reading.rows
    ] == [
        (
            "Anonim" in (row["Tipe Laporan (Anonim/Rahasia)"] or ""),
            "Rahasia" in (row["Tipe Laporan (Anonim/Rahasia)"] or ""),
            bool(row["Laporan yang Masuk melalui Kanal Aduan Setwapres"]),
        )
        for row in written
    ]
    jakarta = timedelta(hours=7)
    assert [f"{report.arrived_at + jakarta:%-d %b %Y %H:%M}" for report in reading.rows] == [
        f"{row['Tanggal Laporan Masuk']} {row['Waktu Laporan Masuk']}" for row in written
    ]
