"""What stood in clear before reporters were sealed is sealed, and nothing of it stays behind."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, select, text

from portal import create_app
from portal.cases.identity import told
from portal.cases.identity_keys import check_keys
from portal.extensions import db
from portal.identity.person import Identity
from portal.models import Complaint, ImportBatch, Reporter

TIME = "2026-11-23 02:00:00.000000"
SECRET = "Saya Siti Namarahasia, 081234567890."


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Flask]:
    """A portal as it was: reporters in columns of the complaint, exports among the files."""
    app = create_app(tmp_path / "old")
    with app.app_context():
        upgrade(revision="0006")
        with db.engine.begin() as connection:
            _fill(connection, Path(app.config["FILES"]))
        assert not Path(app.config["IDENTITY_KEYS"]).exists()
        yield app
        db.session.remove()
        db.engine.dispose()


def _fill(connection: Connection, files: Path) -> None:
    usual: dict[str, Any] = {
        **dict.fromkeys(("arrived_at", "changed_at"), TIME),
        **dict.fromkeys(("kind", "category", "source", "kecamatan", "kelurahan"), ""),
        **dict.fromkeys(("lapor_opd", "lapor_status", "lapor_reason"), ""),
        **dict.fromkeys(("setwapres", "reported", "acknowledged", "escalated"), 0),
        **dict.fromkeys(("closed_silently", "sent_back", "seq"), 0),
        **{"instansi_id": 1, "status": "arrived", "case_class": "complaint"},
    }
    for number, body, anonymous, confidential, name, contact in (
        ("1", SECRET, 0, 1, "Siti Namarahasia", "0812-3456-7890"),
        ("2", "Lampu mati.", 0, 0, "Joko Susilo", "joko@contoh.id"),
        ("3", "Jalan rusak.", 1, 0, "Anonim", ""),
        ("4", "Parkir liar.", 0, 0, "", "IG @tuti"),
        ("5", "Sampah.", 0, 0, "", ""),
    ):
        words = {"title": "Laporan Siti", "body": body}
        lapor = json.dumps({**words, "rating": None})
        who = {"reporter_name": name, "reporter_contact": contact}
        privacy = {"anonymous": anonymous, "confidential": confidential}
        row = {**usual, **words, **who, **privacy, "tracking_id": number, "lapor": lapor}
        _insert(connection, "complaint", row)
    _insert(
        connection,
        "attachment",
        {
            **{"complaint_id": 1, "entry_seq": 1, "name": "KTP Siti.pdf", "size": 1},
            **{"media_type": "application/pdf", "sha256": "aa", "added_at": TIME},
        },
    )
    for sha256, state in (("bb", "preview"), ("aa", "done")):
        path = files / sha256 / sha256
        path.parent.mkdir(parents=True)
        path.write_text(SECRET if sha256 == "bb" else "a file that is attached too")
        times = {"created_at": TIME, "beat_at": TIME}
        batch = {"filename": "x.csv", "sha256": sha256, "state": state}
        _insert(connection, "import_batch", {**batch, **times, "preview": "{}", "error": "{}"})


def _insert(connection: Connection, table: str, row: dict[str, Any]) -> None:
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)  # noqa: S608


def test_every_reporter_is_sealed_with_his_contact_as_what_it_is(old: Flask) -> None:
    upgrade()
    session = db.session()
    check_keys(session)
    complaints = session.scalars(select(Complaint).order_by(Complaint.id)).all()
    assert [told(session, one).who for one in complaints] == [
        Identity("Siti Namarahasia", phone="0812-3456-7890"),
        Identity("Joko Susilo", email="joko@contoh.id"),
        Identity("Anonim"),
        Identity(address="IG @tuti"),
        Identity(),
    ]
    assert [one.complaint_id for one in session.scalars(select(Reporter))] == [1, 2, 3, 4]


def test_a_protected_complaint_loses_its_reporter_and_a_plain_one_keeps_its_words(
    old: Flask,
) -> None:
    upgrade()
    session = db.session()
    secret, plain = session.scalars(select(Complaint).order_by(Complaint.id).limit(2))
    hidden = "Saya [dirahasiakan], [dirahasiakan]."
    assert (secret.title, secret.body) == ("Laporan [dirahasiakan]", hidden)
    assert secret.lapor == {"title": secret.title, "body": hidden, "rating": None}
    assert told(session, secret).body == SECRET
    assert (plain.title, plain.body) == ("Laporan Siti", "Lampu mati.")
    assert session.scalar(text("SELECT name FROM attachment")) == "KTP [dirahasiakan].pdf"


def test_no_byte_of_it_stays_behind(old: Flask) -> None:
    upgrade()
    folder = Path(old.instance_path)
    for path in (path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        for secret in (b"Namarahasia", b"3456-7890", b"081234567890", b"joko@", b"@tuti"):
            assert secret not in content, path


def test_exports_go_and_one_that_waited_is_to_be_uploaded_again(old: Flask) -> None:
    upgrade()
    files = Path(old.config["FILES"])
    assert [path.name for path in files.rglob("*") if path.is_file()] == ["aa"]
    states = db.session().scalars(select(ImportBatch.state).order_by(ImportBatch.id)).all()
    assert states == ["failed", "done"]
    batch = db.session().get_one(ImportBatch, 1)
    assert "Unggah lagi" in batch.error["message"]


def test_it_is_not_undone(old: Flask, caplog: pytest.LogCaptureFixture) -> None:
    upgrade()
    with pytest.raises(SystemExit):
        downgrade(revision="0006")
    assert "restore a backup" in caplog.text
