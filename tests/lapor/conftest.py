"""Exports made on the spot, and what the reader says to them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from portal.lapor.rows import LaporRow, Reading, Rejection, read_export
from tests.make_lapor_export import HEADER, write_csv, write_xlsx

NOW = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
PREAMBLE = [["Rekap Laporan SP4N-LAPOR!"], ["Nama Instansi", "Pemerintah Kabupaten Magetan"], []]
FIRST_ROW = len(PREAMBLE) + 2  # the header stands between
REPORT = dict.fromkeys(HEADER, "") | {
    "Tracking ID": "9000001",
    "Tanggal Laporan Masuk": "3 Nov 2026",
    "Waktu Laporan Masuk": "08:15",
    "Nama Pelapor": "Sri Wahyuni",
    "Klasifikasi Laporan": "Pengaduan",
    "Judul Laporan": "PJU mati",
    "Isi Laporan Awal": "Lampu di depan balai desa mati.",
    "Instansi Terdisposisi": "Dinas Perhubungan",
    "Status Laporan": "Belum Terverifikasi",
}

Read = Callable[..., Reading]


def lines(*reports: dict[str, Any], header: list[str] = HEADER) -> list[list[Any]]:
    """An export of `reports`, each told by what differs from `REPORT`."""
    return [
        *PREAMBLE,
        header,
        *([(REPORT | report)[name] for name in header] for report in reports),
    ]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads `reports` from a .csv."""

    def read(*reports: dict[str, Any], header: list[str] = HEADER) -> Reading:
        path = tmp_path / "ekspor.csv"
        write_csv(path, lines(*reports, header=header))
        return read_export(path, NOW)

    return read


@pytest.fixture
def read_workbook(tmp_path: Path) -> Read:
    """Reads `reports` from an .xlsx, where numbers, dates and times are real ones."""

    def read(*reports: dict[str, Any]) -> Reading:
        path = tmp_path / "ekspor.xlsx"
        write_xlsx(path, lines(*reports))
        return read_export(path, NOW)

    return read


@pytest.fixture
def accepted(read: Read) -> Callable[[dict[str, Any]], LaporRow]:
    """The one report of an export, which must be taken."""

    def accepted(report: dict[str, Any]) -> LaporRow:
        reading = read(report)
        assert reading.rejected == []
        return reading.rows[0]

    return accepted


@pytest.fixture
def rejected(read: Read) -> Callable[[dict[str, Any]], Rejection]:
    """Why the one report of an export is not taken."""

    def rejected(report: dict[str, Any]) -> Rejection:
        reading = read(report)
        assert reading.rows == []
        return reading.rejected[0]

    return rejected
