"""Exports made on the spot for the tests of the intake."""

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from portal.cases.import_lapor import import_file
from portal.cases.intake_plan import Plan
from portal.cases.rules import load_rules
from tests.conftest import MONDAY
from tests.lapor.conftest import lines
from tests.make_lapor_export import write_csv


def write_export(folder: Path, *reports: dict[str, Any]) -> Path:
    """A .csv of `reports`, each told by what differs from an unverified one of 3 November 2026."""
    path = folder / "ekspor.csv"
    write_csv(path, lines(*reports))
    return path


def take_in(
    session: Session,
    folder: Path,
    *reports: dict[str, Any],
    now: Any = MONDAY,
    dry_run: bool = False,
) -> Plan:
    """Import `reports` by the command's verb."""
    path = write_export(folder, *reports)
    rules = load_rules(session)
    return import_file(session, path, rules, folder, now, dry_run=dry_run)


def report(number: int, **cells: Any) -> dict[str, Any]:
    """A report by the last digits of its Tracking ID; columns by the short names below."""
    columns = {_COLUMNS[name]: value for name, value in cells.items()}
    return {"Tracking ID": str(9_100_000 + number), **columns}


_COLUMNS = {
    "day": "Tanggal Laporan Masuk",
    "clock": "Waktu Laporan Masuk",
    "name": "Nama Pelapor",
    "kind": "Klasifikasi Laporan",
    "category": "Kategori",
    "kelurahan": "Kelurahan",
    "title": "Judul Laporan",
    "body": "Isi Laporan Awal",
    "final": "Isi Laporan Akhir",
    "privacy": "Tipe Laporan (Anonim/Rahasia)",
    "instansi": "Instansi Induk",
    "opd": "Instansi Terdisposisi",
    "status": "Status Laporan",
    "reason": "Alasan Tunda/Arsip",
    "rating": "Rating",
}
