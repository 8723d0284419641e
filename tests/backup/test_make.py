"""Making a backup: all that cannot be made anew is in it, sealed, whole or not at all."""

import os
import sqlite3
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.backup import make
from portal.backup.make import Made, NotMade, UnderWay, back_up, backups, working_folder
from portal.backup.restore import open_backup
from portal.cases.files import path_of
from portal.cases.ledger import verify_ledger
from portal.cases.seals import seal_line, seals
from portal.models import Attachment
from tests.backup.conftest import SECRET
from tests.conftest import MONDAY


@pytest.fixture
def draft(made: Made, key: SimpleNamespace, tmp_path: Path) -> Path:
    """What is in the backup, unpacked."""
    folder = tmp_path / "isi"
    folder.mkdir()
    open_backup(made.file, key.identity, folder)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_its_name_says_when_and_only_its_owner_reads_it(made: Made) -> None:
    assert made.file.name == "portal-2026-11-23T0900.tar.gz.age"
    assert made.file.stat().st_mode & 0o777 == 0o600
    assert made.size == made.file.stat().st_size
    assert (made.entries, made.files, made.flaws) == (2, 3, ())
    assert backups(made.file.parent) == {MONDAY: made.file}


def test_it_holds_files_settings_keys_and_seals_and_nothing_that_is_made_anew(
    draft: Path, instance: Path, session: Session
) -> None:
    there, here = contents(instance), contents(draft)
    files = {name: content for name, content in there.items() if name.startswith("files/")}
    assert files.items() <= here.items()
    assert here["config.env"] == there["config.env"]
    assert here["identity_keys"] == there["identity_keys"]
    assert here["segel.txt"].decode().splitlines() == [seal_line(one) for one in seals(session)]
    assert here.keys() == {
        *files, "portal.db", "config.env", "identity_keys", "segel.txt", "SHA256SUMS",
    }  # fmt: skip


def test_the_copy_of_the_database_is_row_for_row_the_same(draft: Path, instance: Path) -> None:
    def dump(database: Path) -> list[str]:
        connection = sqlite3.connect(database)
        rows = list(connection.iterdump())
        connection.close()
        return rows

    assert dump(draft / "portal.db") == dump(instance / "portal.db")


def test_nothing_of_it_lies_anywhere_in_clear(made: Made, instance: Path) -> None:
    identity_key = (instance / "identity_keys").read_bytes().split()[1]
    for word in (SECRET.encode(), b"Hari Basuki", identity_key, b"PORTAL_PROXIES"):
        assert word not in made.file.read_bytes()
    assert not (instance / "cadangan.tmp").exists()
    assert list(made.file.parent.iterdir()) == [made.file]


def test_what_is_written_meanwhile_does_not_wait_and_is_not_half_in_it(
    session: Session,
    instance: Path,
    tmp_path: Path,
    key: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another writes after the database was copied and before the files are read."""
    packing = make.pack

    def write_first(*arguments: object) -> object:
        other = sqlite3.connect(instance / "portal.db", timeout=1)
        with other:
            other.execute("INSERT INTO setting (name, value) VALUES ('sesudahnya', '1')")
        other.close()
        path_of(instance / "files", "ff" * 32).parent.mkdir()
        path_of(instance / "files", "ff" * 32).write_bytes(b"sesudahnya")
        return packing(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(make, "pack", write_first)
    made = back_up(session, instance, tmp_path, key.recipient, MONDAY)
    draft = tmp_path / "isi"
    draft.mkdir()
    open_backup(made.file, key.identity, draft)
    copy = sqlite3.connect(draft / "portal.db")
    assert copy.execute("SELECT * FROM setting WHERE name = 'sesudahnya'").fetchall() == []
    copy.close()


def test_damage_that_was_there_before_is_named_and_the_rest_is_saved(
    instance: Path, session: Session, tmp_path: Path, key: SimpleNamespace
) -> None:
    attached = session.query(Attachment).first()
    assert attached is not None
    path_of(instance / "files", attached.sha256).unlink()
    other = next(path for path in (instance / "files").rglob("*") if path.is_file())
    other.write_bytes(b"rusak")
    session.execute(text("DROP TRIGGER entry_no_update"))
    session.execute(text("UPDATE entry SET actor_name = 'Orang Lain' WHERE id = 2"))
    session.commit()
    made = back_up(session, instance, tmp_path, key.recipient, MONDAY)
    assert set(made.flaws) == {
        "riwayat terputus: isinya tidak sesuai dengan sidik (hash) yang tersimpan",
        f"berkas berubah: files/{other.parent.name}/{other.name}",
        f"berkas hilang: {attached.sha256}",
    }


def test_without_a_recipient_there_is_none(
    session: Session, instance: Path, tmp_path: Path
) -> None:
    with pytest.raises(NotMade, match="PORTAL_BACKUP_RECIPIENT belum diisi"):
        back_up(session, instance, tmp_path, "", MONDAY)


def test_a_damaged_database_takes_no_good_backup_away(
    instance: Path, session: Session, made: Made, key: SimpleNamespace
) -> None:
    before = made.file.read_bytes()
    session.get_bind().engine.dispose()  # type: ignore[union-attr]
    session.close()
    for log in ("-wal", "-shm"):
        (instance / f"portal.db{log}").unlink(missing_ok=True)
    with (instance / "portal.db").open("r+b") as database:
        database.seek(4096 * 3)
        database.write(b"\xa5" * 4096 * 20)
    with pytest.raises(NotMade, match="malformed"):
        back_up(session, instance, made.file.parent, key.recipient, MONDAY)
    assert contents(made.file.parent) == {made.file.name: before}


@pytest.mark.parametrize("where", ["tidak ada", "berkas"])
def test_a_folder_that_cannot_be_used_is_told_and_nothing_stays_in_clear(
    session: Session, instance: Path, tmp_path: Path, key: SimpleNamespace, where: str
) -> None:
    (tmp_path / "berkas").touch()
    with pytest.raises(NotMade, match=r"^Cadangan tidak dapat dibuat \((No such|Not a)"):
        back_up(session, instance, tmp_path / where, key.recipient, MONDAY)
    assert not (instance / "cadangan.tmp").exists()


def test_one_that_fails_half_way_leaves_nothing(
    session: Session,
    instance: Path,
    tmp_path: Path,
    key: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fill_up(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fill_up)
    folder = tmp_path / "cadangan"
    folder.mkdir()
    with pytest.raises(NotMade, match="No space left on device"):
        back_up(session, instance, folder, key.recipient, MONDAY)
    assert list(folder.iterdir()) == []
    assert not (instance / "cadangan.tmp").exists()


def test_what_a_killed_one_left_is_cleared_by_the_next(
    instance: Path, tmp_path: Path, key: SimpleNamespace, session: Session
) -> None:
    (instance / "cadangan.tmp").mkdir()
    (instance / "cadangan.tmp" / "portal.db").write_bytes(b"setengah")
    folder = tmp_path / "cadangan"
    folder.mkdir()
    (folder / ".portal.part").write_bytes(b"setengah")
    made = back_up(session, instance, folder, key.recipient, MONDAY + timedelta(days=1))
    assert list(folder.iterdir()) == [made.file]
    assert not (instance / "cadangan.tmp").exists()
    assert made.entries == verify_ledger(session).entries


def test_two_at_once_are_not_made(
    session: Session, instance: Path, tmp_path: Path, key: SimpleNamespace
) -> None:
    with working_folder(instance), pytest.raises(UnderWay):
        back_up(session, instance, tmp_path, key.recipient, MONDAY)
    assert back_up(session, instance, tmp_path, key.recipient, MONDAY).flaws == ()
