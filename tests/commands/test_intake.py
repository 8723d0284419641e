import json
from pathlib import Path
from typing import Any

from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Complaint, Entry, ImportBatch
from portal.sop.procedure import Role
from tests.cases.exports import report, write_export


def import_lapor(app: Flask, *arguments: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=["import-lapor", *map(str, arguments)])


def as_data(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_json_counts_the_rows_and_reasons_the_rejections(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    path = write_export(tmp_path, report(1), report(2, status="Selesai"), report(3, day=""))
    assert as_data(import_lapor(app, path, "--json")) == {
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "rejected": [
            {
                "row": 6,
                "column": "Status Laporan",
                "reason": "Status “Selesai” belum dikenal; pilih artinya di halaman impor.",
            },
            {"row": 7, "column": "Tanggal Laporan Masuk", "reason": "Tanggal kosong."},
        ],
    }
    assert session.scalars(select(Complaint.tracking_id)).all() == ["9100001"]
    entry = session.scalars(select(Entry)).one()
    assert (entry.role, entry.actor_name, entry.account_id) == (
        Role.SYSTEM,
        "Sistem (impor)",
        None,
    )


def test_the_same_file_again_is_unchanged(app: Flask, session: Session, tmp_path: Path) -> None:
    path = write_export(tmp_path, report(1), report(2))
    import_lapor(app, path)
    again = as_data(import_lapor(app, path, "--json"))
    assert again == {"new": 0, "changed": 0, "unchanged": 2, "rejected": []}
    path = write_export(tmp_path, report(1, rating="4"), report(2))
    assert as_data(import_lapor(app, path, "--json"))["changed"] == 1
    assert len(session.scalars(select(ImportBatch)).all()) == 2


def test_a_dry_run_says_the_same_and_writes_nothing(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    path = write_export(tmp_path, report(1))
    assert as_data(import_lapor(app, path, "--dry-run", "--json"))["new"] == 1
    assert session.scalars(select(Complaint)).all() == []
    assert session.scalars(select(ImportBatch)).all() == []


def test_without_json_it_speaks_to_a_person(app: Flask, session: Session, tmp_path: Path) -> None:
    path = write_export(tmp_path, report(1, opd="PDAM Lawu Tirta"), report(2, day=""))
    assert import_lapor(app, path).output.splitlines() == [
        "1 baru, 0 berubah, 0 tidak berubah, 1 ditolak.",
        "Baris 6, Tanggal Laporan Masuk: Tanggal kosong.",
        "Belum dikenal, Instansi Terdisposisi: “PDAM Lawu Tirta” (1 baris)",
    ]


def test_a_file_that_cannot_be_read_gets_one_sentence_and_exit_code_1(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    letter = tmp_path / "surat.pdf"
    letter.write_bytes(b"%PDF-1.7")
    for path in (letter, tmp_path / "tidak-ada.xlsx"):
        result = import_lapor(app, path, "--json")
        assert (result.exit_code, result.stdout) == (1, "")
        assert len(result.stderr.splitlines()) == 1
    assert session.scalars(select(ImportBatch)).all() == []
