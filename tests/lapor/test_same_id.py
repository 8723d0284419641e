from pathlib import Path

import pytest

from portal.lapor.rows import read_export
from tests.lapor.conftest import FIRST_ROW, NOW, Read, lines
from tests.make_lapor_export import HEADER, write_csv


def test_equal_rows_with_one_tracking_id_count_once(read: Read) -> None:
    reading = read({"Tracking ID": "1"}, {"Tracking ID": "2"}, {"Tracking ID": "1"})

    assert [(report.row, report.tracking_id) for report in reading.rows] == [
        (FIRST_ROW, "1"),
        (FIRST_ROW + 1, "2"),
    ]
    assert (reading.rejected, reading.repeated) == ([], 1)


def test_rows_are_equal_when_they_say_the_same_in_another_notation(read: Read) -> None:
    reading = read(
        {"Tracking ID": "1", "Judul Laporan": 'Lampu "mati"'},
        {
            "Tracking ID": "#1",
            "Judul Laporan": "Lampu &quot;mati&quot;",
            "Tanggal Laporan Masuk": "2026-11-03",
            "Waktu Laporan Masuk": "08.15 WIB",
        },
    )

    assert (len(reading.rows), reading.rejected, reading.repeated) == (1, [], 1)


def test_differing_rows_with_one_tracking_id_are_all_rejected_and_name_each_other(
    read: Read,
) -> None:
    reading = read(
        {"Tracking ID": "1"},
        {"Tracking ID": "2"},
        {"Tracking ID": "#1", "Rating": "2"},
        {"Tracking ID": "1"},
    )

    assert [report.tracking_id for report in reading.rows] == ["2"]
    assert [(rejection.row, rejection.column) for rejection in reading.rejected] == [
        (FIRST_ROW, "Tracking ID"),
        (FIRST_ROW + 2, "Tracking ID"),
        (FIRST_ROW + 3, "Tracking ID"),
    ]
    assert reading.rejected[0].reason == (
        f"Tracking ID 1 ada juga di baris {FIRST_ROW + 2}, {FIRST_ROW + 3} dengan isi yang berbeda."
    )
    assert reading.repeated == 0


def test_a_row_with_a_fault_pulls_its_namesake_down_with_it(read: Read) -> None:
    reading = read({"Tracking ID": "1"}, {"Tracking ID": "1", "Tanggal Laporan Masuk": ""})

    assert reading.rows == []
    assert [rejection.row for rejection in reading.rejected] == [FIRST_ROW, FIRST_ROW + 1]
    assert {rejection.column for rejection in reading.rejected} == {"Tracking ID"}


def test_rows_that_all_have_a_fault_are_rejected_each_for_its_own(read: Read) -> None:
    reading = read(
        {"Tracking ID": "1", "Rating": "9"}, {"Tracking ID": "1", "Tanggal Laporan Masuk": ""}
    )

    assert [rejection.column for rejection in reading.rejected] == [
        "Rating",
        "Tanggal Laporan Masuk",
    ]


def test_a_reason_names_a_few_rows_when_hundreds_share_an_id(read: Read) -> None:
    reading = read(*({"Tracking ID": "1", "Judul Laporan": f"Judul {n}"} for n in range(300)))

    assert len(reading.rejected) == 300
    assert reading.rejected[0].reason == (
        "Tracking ID 1 ada juga di baris 6, 7, 8, 9, 10, … dengan isi yang berbeda."
    )


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {"Tracking ID": " \u00a0"},
        {"Tracking ID": "Total", "Tanggal Laporan Masuk": "40"},
        {"Tracking ID": "JUMLAH"},
        {"Tracking ID": "Grand Total:", "Rating": "4,2"},
        {"Nama Pelapor": "Jumlah laporan", "Klasifikasi Laporan": "1.250"},
        {"Tracking ID": "40", "Nama Pelapor": "Total"},
    ],
)
def test_blank_rows_and_total_rows_are_passed_over(tmp_path: Path, cells: dict[str, str]) -> None:
    path = tmp_path / "ekspor.csv"
    blank = dict.fromkeys(HEADER, "")
    write_csv(path, lines({"Tracking ID": "1"}, blank | cells, {"Tracking ID": "2"}))

    reading = read_export(path, NOW)

    assert [(report.row, report.tracking_id) for report in reading.rows] == [
        (FIRST_ROW, "1"),
        (FIRST_ROW + 2, "2"),
    ]
    assert reading.rejected == []


def test_a_report_about_a_total_is_not_a_total_row(read: Read) -> None:
    reading = read({"Tracking ID": "", "Judul Laporan": "Total tagihan keliru"})

    assert [rejection.reason for rejection in reading.rejected] == ["Tracking ID kosong."]
