"""Entries older than the commitments give up their texts, stay whole, and can be masked too."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, select, text

from portal import create_app
from portal.access import SYSTEM
from portal.cases.anonymise import anonymise
from portal.cases.ledger import verify_ledger
from portal.cases.record import Note, append, history_of, read_history
from portal.cases.rules import load_rules
from portal.extensions import db
from portal.models import Complaint, Entry, writing
from portal.models.history import HASHED, entry_hash
from portal.sop.vocabulary import Action, Status
from tests.conftest import MONDAY

CHANGES = {
    "title": {"old": "Laporan", "new": "Laporan Siti"},
    "rating": {"old": None, "new": 4},
}
ENTRIES: list[tuple[str, dict[str, Any]]] = [
    ("arrive", {"instansi": 1, "case_class": "complaint", "lapor_reason": "Tunggu Siti."}),
    ("lapor_change", {"changes": CHANGES}),
    ("dismiss", {"reason": "other", "note": "Siti Namarahasia, 0812-3456-7890"}),
]


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Flask]:
    """A portal as it was: texts among the details that the hashes are over."""
    app = create_app(tmp_path / "old")
    with app.app_context():
        upgrade(revision="0010")
        with db.engine.begin() as connection:
            _fill(connection)
        yield app
        db.session.remove()
        db.engine.dispose()


def _fill(connection: Connection) -> None:
    moment = "2026-11-23 02:00:00.000000"
    columns: dict[str, Any] = {
        **dict.fromkeys(("arrived_at", "changed_at"), moment),
        **dict.fromkeys(("kind", "category", "source", "kecamatan", "kelurahan"), ""),
        **dict.fromkeys(("lapor_opd", "lapor_status", "lapor_reason"), ""),
        **dict.fromkeys(("anonymous", "confidential", "setwapres", "reported"), 0),
        **dict.fromkeys(("acknowledged", "escalated", "closed_silently", "sent_back"), 0),
        **{"instansi_id": 1, "status": "not_followed_up", "case_class": "complaint"},
        **{"tracking_id": "1", "title": "Laporan", "body": "Parkir", "lapor": "{}", "seq": 3},
    }
    _insert(connection, "complaint", columns)
    previous = "0" * 64
    for seq, (action, details) in enumerate(ENTRIES, 1):
        entry: dict[str, Any] = {
            **dict.fromkeys(("source", "completes", "account_id", "assignment_id")),
            **dict.fromkeys(("happened_at", "recorded_at"), MONDAY),
            **dict.fromkeys(("previous_hash", "ledger_hash"), previous),
            **{"complaint_id": 1, "seq": seq, "action": action, "recorded_late": False},
            **{"target": "not_followed_up", "role": "system", "actor_name": "Sistem"},
            **{"details": details, "measured": []},
        }
        assert set(entry) == set(HASHED)
        previous = entry["hash"] = entry_hash(entry)
        stored = dict.fromkeys(("happened_at", "recorded_at"), moment)
        texts = {name: json.dumps(entry[name]) for name in ("details", "measured")}
        _insert(connection, "entry", entry | stored | texts)
    day = {"day": "2026-11-23", "entries": len(ENTRIES), "last_hash": previous}
    _insert(connection, "ledger_day", day)


def _insert(connection: Connection, table: str, row: dict[str, Any]) -> None:
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)  # noqa: S608


def test_the_old_history_stays_whole_and_says_the_same(old: Flask) -> None:
    upgrade()
    session = db.session()
    assert verify_ledger(session).broken is None
    entries = history_of(session, session.get_one(Complaint, 1))
    assert [entry.details for entry in entries] == [details for _, details in ENTRIES]
    assert "Siti" not in str([entry.kept for entry in entries])
    assert [entry.kept for entry in entries][1:] == [
        {"changes": {"rating": CHANGES["rating"]}},
        {"reason": "other"},
    ]


@pytest.mark.parametrize("change", ["words = '{}'", """words = '{"note": "Yang lain."}'"""])
def test_an_old_text_cannot_be_changed_unseen(old: Flask, change: str) -> None:
    upgrade()
    with writing(db.session()):
        db.session.execute(text(f"UPDATE entry SET {change} WHERE seq = 3"))  # noqa: S608
    broken = verify_ledger(db.session()).broken
    assert broken is not None
    assert broken.seq == 3


@pytest.mark.parametrize(
    "change", ["words = '{}'", "target = 'closed'", "details = '{}'", "actor_name = 'Lain'"]
)
def test_an_old_entry_is_masked_and_vouched_for_anew(old: Flask, change: str) -> None:
    upgrade()
    session = db.session()
    with writing(session):
        complaint = session.get_one(Complaint, 1)
        rules = load_rules(session)
        before = read_history(session, complaint, rules)
        details = anonymise(session, complaint, before.entries, "Diminta.")
        note = Note(Action.ANONYMISE, Status.NOT_FOLLOWED_UP, MONDAY, details)
        append(session, complaint, before, note, SYSTEM, rules, MONDAY)
    assert verify_ledger(session).broken is None
    told = session.scalars(select(Entry.words).order_by(Entry.id)).all()
    assert "812" not in str(told)
    session.rollback()
    session.execute(text("DROP TRIGGER entry_no_update"))
    session.execute(text(f"UPDATE entry SET {change} WHERE seq = 3"))  # noqa: S608
    broken = verify_ledger(session).broken
    assert broken is not None
    assert broken.seq == 3


def test_the_way_back_gives_the_texts_back(old: Flask) -> None:
    upgrade()
    db.session.remove()
    downgrade(revision="0010")
    with db.engine.connect() as connection:
        rows = connection.execute(text("SELECT details FROM entry ORDER BY seq")).scalars().all()
    assert [json.loads(row) for row in rows] == [details for _, details in ENTRIES]
