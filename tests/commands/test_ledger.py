"""`flask ledger verify`: whoever changes the history behind the portal's back is found out."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal import create_app
from portal.cases.rules import Rules
from portal.models import Complaint, Entry, LedgerDay
from portal.sop.office_time import ZONE
from portal.sop.vocabulary import Action
from tests.conftest import MONDAY
from tests.stories import arrive, do

COPIED = ", ".join(
    f'"{column.name}"' for column in Entry.__table__.columns if column.name not in ("id", "seq")
)


def verify(app: Flask) -> Result:
    return app.test_cli_runner().invoke(args=["ledger", "verify"])


@pytest.fixture
def two(
    session: Session,
    cast: SimpleNamespace,
    rules: Rules,
    clock: SimpleNamespace,
    tmp_path: Path,
) -> SimpleNamespace:
    """Two complaints, A and B, whose entries were recorded A1 B1 A2 B2 A3 A4."""
    a = arrive(session, cast, rules, clock.now, tracking_id="9000001")
    b = arrive(session, cast, rules, clock.now, tracking_id="9000002")

    def play(complaint: Complaint, action: Action) -> None:
        do(session, cast, tmp_path, complaint, "nasional", action, clock.now)

    play(a, Action.RECEIVE)
    play(b, Action.RECEIVE)
    play(a, Action.REQUEST_COMPLETION)
    play(a, Action.RECORD_COMPLETION)
    return SimpleNamespace(a=a.id, b=b.id)


@pytest.fixture
def tamper(session: Session, two: SimpleNamespace) -> Callable[..., None]:
    """Run SQL as somebody with the database file would, its triggers dropped."""

    def run(*statements: str, **params: Any) -> None:
        for statement in (
            "DROP TRIGGER IF EXISTS entry_no_update",
            "DROP TRIGGER IF EXISTS entry_words_no_update",
            "DROP TRIGGER IF EXISTS entry_no_delete",
            *statements,
        ):
            session.execute(text(statement), {"a": two.a, "b": two.b, **params})
        session.commit()

    return run


Tamper = Callable[..., None]


def test_an_untouched_history_is_intact_and_counted(app: Flask, two: SimpleNamespace) -> None:
    result = verify(app)
    assert result.output == "utuh: 6 catatan\n"
    assert result.exit_code == 0


def test_an_empty_history_is_intact(app: Flask) -> None:
    assert verify(app).output == "utuh: 0 catatan\n"


@pytest.mark.parametrize("statement", ["UPDATE entry SET actor_name = 'x'", "DELETE FROM entry"])
def test_the_database_itself_refuses_to_change_the_history(
    session: Session, two: SimpleNamespace, statement: str
) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))


@pytest.mark.parametrize(
    "change",
    [
        "actor_name = 'Orang lain'",
        "happened_at = '2026-11-20 02:00:00.000000'",
        "details = '{}'",
        "words = '{}'",
        """words = '{"missing": "Yang lain."}'""",
        "salt = x'00'",
        "salt = NULL",
        "measured = '[1]'",
        "recorded_late = 1",
        "role = 'unit_kerja'",
        "hash = printf('%064d', 7)",
    ],
)
def test_a_changed_entry_is_named(app: Flask, tamper: Tamper, change: str) -> None:
    tamper(f"UPDATE entry SET {change} WHERE complaint_id = :a AND seq = 3")  # noqa: S608
    result = verify(app)
    assert result.output.startswith("RUSAK: pengaduan #9000001, catatan 3: isinya tidak sesuai")
    assert result.exit_code == 1


@pytest.mark.parametrize("change", ["details = '{\"missing'", "happened_at = 'kemarin'"])
def test_an_entry_that_cannot_be_read_any_more_is_named(
    app: Flask, tamper: Tamper, change: str
) -> None:
    tamper(f"UPDATE entry SET {change} WHERE complaint_id = :a AND seq = 2")  # noqa: S608
    result = verify(app)
    assert result.output == "RUSAK: pengaduan #9000001, catatan 2: isinya tidak dapat dibaca\n"
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("complaint", "number", "seq"), [("a", 9000001, 2), ("b", 9000002, 1), ("a", 9000001, 4)]
)
def test_a_deleted_entry_is_named_in_the_middle_or_at_the_end(
    app: Flask, tamper: Tamper, complaint: str, number: int, seq: int
) -> None:
    tamper(f"DELETE FROM entry WHERE complaint_id = :{complaint} AND seq = {seq}")  # noqa: S608
    result = verify(app)
    assert result.output == (
        f"RUSAK: pengaduan #{number}, catatan {seq}: catatan ini hilang dari riwayat\n"
    )
    assert result.exit_code == 1


def test_a_deleted_last_entry_is_found_though_the_complaint_was_counted_down(
    app: Flask, tamper: Tamper
) -> None:
    tamper(
        "DELETE FROM entry WHERE complaint_id = :a AND seq = 4",
        "UPDATE complaint SET seq = 3, status = 'awaiting_completion' WHERE id = :a",
    )
    result = verify(app)
    assert result.output == (
        "RUSAK: pengaduan #9000001, catatan 3: "
        "buku hari 2026-11-23 mencatat 6 catatan, yang ada 5\n"
    )
    assert result.exit_code == 1


def test_a_status_that_was_changed_without_an_entry_is_named(app: Flask, tamper: Tamper) -> None:
    tamper("UPDATE complaint SET status = 'closed' WHERE id = :b")
    assert "#9000002, catatan 2: status pengaduan diubah" in verify(app).output


def test_a_deleted_last_entry_is_found_though_the_day_was_rewritten(
    app: Flask, tamper: Tamper
) -> None:
    tamper(
        "DELETE FROM entry WHERE complaint_id = :a AND seq = 4",
        "UPDATE ledger_day SET entries = 5, last_hash ="
        " (SELECT hash FROM entry WHERE complaint_id = :a AND seq = 3)",
    )
    assert "#9000001, catatan 4: catatan ini hilang" in verify(app).output


def test_a_deleted_history_is_found_though_nothing_is_left_of_it(
    app: Flask, tamper: Tamper
) -> None:
    tamper("PRAGMA foreign_keys=OFF", "DELETE FROM entry", "UPDATE complaint SET seq = 0")
    result = verify(app)
    assert result.output == "RUSAK: buku hari 2026-11-23 mencatat 6 catatan, yang ada 0\n"
    assert result.exit_code == 1


def test_an_inserted_entry_is_named(app: Flask, session: Session, tamper: Tamper) -> None:
    tamper(
        f"INSERT INTO entry (seq, {COPIED}) SELECT 5, {COPIED} "  # noqa: S608
        "FROM entry WHERE complaint_id = :a AND seq = 4"
    )
    assert "#9000001, catatan 5: isinya tidak sesuai" in verify(app).output


def test_an_inserted_entry_that_chains_well_is_named(
    app: Flask, session: Session, two: SimpleNamespace
) -> None:
    append_by_hand(session, two.a)
    result = verify(app)
    assert result.output == (
        "RUSAK: pengaduan #9000001, catatan 5: catatan ini tidak ditambahkan oleh portal\n"
    )


def test_an_inserted_entry_is_named_though_its_complaint_was_counted_up(
    app: Flask, session: Session, two: SimpleNamespace
) -> None:
    append_by_hand(session, two.a)
    session.get_one(Complaint, two.a).seq = 5
    session.commit()
    assert "#9000001, catatan 5: buku hari 2026-11-23 mencatat 6 catatan, yang ada 7" in (
        verify(app).output
    )


def append_by_hand(session: Session, complaint_id: int) -> None:
    """A well-made entry behind the last one, of the complaint that has the last one."""
    last = session.query(Entry).order_by(Entry.id.desc()).limit(1).one()
    values = {name: getattr(last, name) for name in Entry.__table__.columns.keys()}  # noqa: SIM118
    del values["id"]
    forged = Entry(**values | {"seq": last.seq + 1, "actor_name": "Tidak pernah ada"})
    forged.previous_hash = forged.ledger_hash = last.hash
    forged.hash = forged.compute_hash()
    session.add(forged)
    session.commit()


@pytest.mark.parametrize(
    ("one", "other"),
    [(("a", 2), ("a", 3)), (("a", 2), ("b", 2)), (("a", 1), ("b", 1)), (("a", 3), ("a", 4))],
)
def test_entries_in_another_order_are_found(
    app: Flask, tamper: Tamper, one: tuple[str, int], other: tuple[str, int]
) -> None:
    place = "SELECT id FROM entry WHERE complaint_id = :{} AND seq = {}"
    tamper(
        "CREATE TABLE places AS SELECT "
        f"({place.format(*one)}) AS one, ({place.format(*other)}) AS other"
    )
    tamper(
        "UPDATE entry SET id = -1 WHERE id = (SELECT one FROM places)",
        "UPDATE entry SET id = (SELECT one FROM places) WHERE id = (SELECT other FROM places)",
        "UPDATE entry SET id = (SELECT other FROM places) WHERE id = -1",
    )
    result = verify(app)
    assert result.output.startswith("RUSAK: pengaduan #900000")
    assert result.exit_code == 1


def test_entries_that_swapped_their_words_are_found(app: Flask, tamper: Tamper) -> None:
    tamper(
        "UPDATE entry SET details = (SELECT details FROM entry WHERE complaint_id = :a AND seq = 4)"
        " WHERE complaint_id = :a AND seq = 3"
    )
    assert "#9000001, catatan 3: isinya tidak sesuai" in verify(app).output


def test_a_lost_day_is_found(app: Flask, tamper: Tamper) -> None:
    tamper("DELETE FROM ledger_day")
    result = verify(app)
    assert result.output == (
        "RUSAK: pengaduan #9000001, catatan 4: hari 2026-11-23 tidak ada di buku hari\n"
    )


def seal(app: Flask, folder: Path) -> Path:
    """Today's seals in a file, as an office would keep them."""
    file = folder / "segel.txt"
    file.write_text(app.test_cli_runner().invoke(args=["ledger", "seal"]).output)
    return file


def compare(app: Flask, file: Path) -> Result:
    return app.test_cli_runner().invoke(args=["ledger", "verify", "--seal", str(file)])


def test_a_seal_has_a_line_for_each_day_with_all_that_was_recorded_until_then(
    app: Flask,
    session: Session,
    cast: SimpleNamespace,
    two: SimpleNamespace,
    clock: SimpleNamespace,
    tmp_path: Path,
) -> None:
    complaint = session.get_one(Complaint, two.b)
    clock.now += timedelta(days=1)
    do(session, cast, tmp_path, complaint, "nasional", Action.REQUEST_COMPLETION, clock.now)
    hashes = list(session.scalars(select(Entry.hash).order_by(Entry.id)))
    assert seal(app, tmp_path).read_text() == (
        f"2026-11-23 6 {hashes[5]}\n2026-11-24 7 {hashes[6]}\n"
    )


def test_a_history_that_went_on_still_fits_its_seal(
    app: Flask, session: Session, cast: SimpleNamespace, two: SimpleNamespace, tmp_path: Path
) -> None:
    file = seal(app, tmp_path)
    complaint = session.get_one(Complaint, two.b)
    do(session, cast, tmp_path, complaint, "nasional", Action.REQUEST_COMPLETION, MONDAY)
    assert compare(app, file).output == "utuh: 7 catatan, 1 segel cocok\n"


def test_a_history_whose_every_hash_was_computed_anew_no_longer_fits_its_seal(
    app: Flask, session: Session, tamper: Tamper, tmp_path: Path
) -> None:
    file = seal(app, tmp_path)
    tamper("UPDATE entry SET actor_name = 'Orang lain' WHERE id = (SELECT MIN(id) FROM entry)")
    rechain(session)
    assert verify(app).output == "utuh: 6 catatan\n"
    result = compare(app, file)
    assert result.exit_code == 1
    assert result.output.startswith("RUSAK: riwayat sampai hari 2026-11-23 (6 catatan)")


def test_a_history_whose_end_was_cut_off_well_no_longer_fits_its_seal(
    app: Flask, session: Session, tamper: Tamper, tmp_path: Path
) -> None:
    file = seal(app, tmp_path)
    tamper(
        "DELETE FROM entry WHERE complaint_id = :a AND seq = 4",
        "UPDATE complaint SET seq = 3, status = 'awaiting_completion' WHERE id = :a",
    )
    rechain(session)
    assert verify(app).output == "utuh: 5 catatan\n"
    assert compare(app, file).exit_code == 1


def rechain(session: Session) -> None:
    """Compute every hash anew, as somebody who knows the portal could."""
    last, days = "0" * 64, defaultdict[date, list[str]](list)
    of_complaint: dict[int, str] = {}
    for entry in session.scalars(select(Entry).order_by(Entry.id)):
        entry.previous_hash = of_complaint.get(entry.complaint_id, "0" * 64)
        entry.ledger_hash = last
        entry.hash = last = of_complaint[entry.complaint_id] = entry.compute_hash()
        days[entry.recorded_at.astimezone(ZONE).date()].append(last)
    for day, hashes in days.items():
        head = session.get_one(LedgerDay, day)
        head.entries, head.last_hash = len(hashes), hashes[-1]
    session.commit()


@pytest.mark.parametrize("line", ["halo", "2026-11-23 6 abc", f"2026-11-23 0 {'a' * 64}"])
def test_a_file_that_is_no_seal_gets_a_sentence(app: Flask, tmp_path: Path, line: str) -> None:
    file = tmp_path / "segel.txt"
    file.write_text(f"\n{line}\n")
    result = compare(app, file)
    assert result.exit_code == 2
    assert result.stderr == "Baris 2 bukan segel riwayat.\n"


def test_a_portal_without_a_database_gets_a_sentence(tmp_path: Path) -> None:
    result = verify(create_app(tmp_path))
    assert result.exit_code == 2
    assert result.stderr.startswith("Database belum disiapkan")
