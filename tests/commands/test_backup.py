"""`flask backup`, `flask backup-key` and `flask restore`, each as it is typed on a server."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from portal import create_app
from portal.backup.age import seal
from portal.backup.archive import pack
from portal.backup.make import Made, back_up
from portal.backup.nightly import past_backups
from portal.cases.files import path_of
from portal.cases.ledger import verify_ledger
from portal.extensions import db
from portal.models import Attachment, Complaint
from tests.backup.conftest import SECRET, instance, key, made
from tests.conftest import MONDAY

__all__ = ["instance", "key", "made"]
PASSPHRASE = "kopi pahit di telaga"


def run(app: Flask, *arguments: str | Path, **options: Any) -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=list(map(str, arguments)), **options)


@pytest.fixture
def key_file(key: SimpleNamespace, made: Made) -> Path:
    """The key beside the backup, where it is looked for."""
    path = made.file.with_name("kunci-cadangan.age")
    path.write_text(f"{key.identity}\n")
    return path


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Flask]:
    """A portal on another computer, before its first start."""
    folder = tmp_path / "komputer-baru"
    folder.mkdir()
    app = create_app(folder)
    yield app
    with app.app_context():
        db.engine.dispose()


def files_in(folder: Path) -> dict[str, bytes]:
    """All that stands in an instance folder but what every start makes anew."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.parts[len(folder.parts)] not in ("static", "secret_key")
    }


# -- making --------------------------------------------------------------------------------------


def test_a_key_a_backup_and_a_restore_with_the_passphrase_alone(
    app: Flask,
    instance: Path,
    session: Session,
    empty: Flask,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "cadangan"
    folder.mkdir()
    result = run(app, "backup-key", folder, input=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert result.exit_code == 0
    app.config["BACKUP_RECIPIENT"] = result.output.strip().rpartition("RECIPIENT=")[2]
    again = run(app, "backup-key", folder)
    assert (again.exit_code, again.output.count("\n")) == (2, 1)
    assert "sudah ada" in again.output

    result = run(app, "backup", folder)
    file = folder / "portal-2026-11-23T0900.tar.gz.age"
    assert result.output == f"{file}: 2 catatan, 3 berkas, 0.0 MB\n"
    assert past_backups(session).made_at == MONDAY

    result = run(empty, "restore", file, input="kopi manis di telaga\n")
    assert (result.exit_code, "Frasa sandinya keliru" in result.output) == (2, True)
    monkeypatch.setenv("PORTAL_BACKUP_PASSPHRASE", PASSPHRASE)
    result = run(empty, "restore", file)
    assert result.exit_code == 0, result.output
    assert "dipulihkan: 2 catatan, 3 berkas." in result.output


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "PORTAL_BACKUP_RECIPIENT belum diisi"),
        ({"BACKUP_RECIPIENT": "age1" + "q" * 58}, "bukan kunci umum"),
        ({"SQLALCHEMY_DATABASE_URI": "postgresql:///portal"}, "hanya untuk database SQLite"),
    ],
)
def test_a_backup_that_cannot_be_made_is_one_sentence(
    app: Flask, instance: Path, tmp_path: Path, settings: dict[str, str], words: str
) -> None:
    app.config.update(settings)
    result = run(app, "backup", tmp_path)
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert words in result.output


def test_a_short_passphrase_makes_no_key(app: Flask, tmp_path: Path) -> None:
    result = run(app, "backup-key", tmp_path, input="magetan\nmagetan\n")
    assert result.exit_code == 2
    assert "paling sedikit 12 huruf" in result.output
    assert not (tmp_path / "kunci-cadangan.age").exists()


def test_what_was_damaged_before_is_told_and_the_exit_code_is_1(
    app: Flask, instance: Path, session: Session, tmp_path: Path, key: SimpleNamespace, empty: Flask
) -> None:
    attached = session.query(Attachment).first()
    assert attached is not None
    path_of(instance / "files", attached.sha256).unlink()
    app.config["BACKUP_RECIPIENT"] = key.recipient
    (tmp_path / "kunci").write_text(str(key.identity))
    result = run(app, "backup", tmp_path)
    told = f"Perhatian: berkas hilang: {attached.sha256}"
    assert result.exit_code == 1
    assert told in result.output
    (file,) = tmp_path.glob("*.age")
    result = run(empty, "restore", file, "--key", tmp_path / "kunci")
    assert result.exit_code == 1
    assert told in result.output
    assert (Path(empty.instance_path) / "portal.db").exists()


# -- restoring -----------------------------------------------------------------------------------


def test_on_another_computer_everything_is_there_again(
    made: Made, key_file: Path, instance: Path, empty: Flask
) -> None:
    before = files_in(instance)
    result = run(empty, "restore", made.file)
    assert result.exit_code == 0, result.output
    folder = Path(empty.instance_path)
    after = files_in(folder)
    assert after.keys() == before.keys() - {"portal.db-wal", "portal.db-shm"}
    for name in before.keys() - {"portal.db", "portal.db-wal", "portal.db-shm"}:
        assert after[name] == before[name]
    with empty.app_context():
        assert verify_ledger(db.session()).broken is None
        assert SECRET in [one.body for one in db.session().query(Complaint)]
    assert run(empty, "archive", "verify").output == "utuh: 1 laporan, 6 catatan, 2 berkas\n"
    assert (folder / "portal.db").stat().st_mode & 0o077 == 0


def test_a_dry_run_checks_all_and_changes_nothing(
    made: Made, key_file: Path, app: Flask, instance: Path
) -> None:
    before = files_in(instance)
    result = run(app, "restore", made.file, "--dry-run")
    assert result.exit_code == 0
    assert (
        f"{made.file.name} utuh: 2 catatan, 3 berkas.\nSegel terakhir: 2026-11-23 " in result.output
    )
    assert files_in(instance) == before


def test_data_that_is_there_is_replaced_only_when_asked_and_lies_aside(
    made: Made, key_file: Path, empty: Flask
) -> None:
    folder = Path(empty.instance_path)
    (folder / "config.env").write_text("PORTAL_PROXIES=3\n")
    assert run(empty, "restore", made.file).exit_code == 0
    (folder / "portal.db-wal").write_bytes(b"catatan database lain")
    (folder / "queue.db").write_bytes(b"antrean lama")
    before = files_in(folder)
    result = run(empty, "restore", made.file)
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert "sudah berisi data; dengan --replace" in result.output
    assert files_in(folder) == before

    result = run(empty, "restore", made.file, "--replace")
    assert result.exit_code == 0, result.output
    aside = Path(result.output.rpartition("Data sebelumnya ada di ")[2].strip().rstrip("."))
    moved = {"portal.db-wal", "queue.db"}
    assert files_in(aside) == {name: before[name] for name in before if name != "config.env"}
    after = {name for name in files_in(folder) if not name.startswith(aside.name)}
    assert after == before.keys() - moved
    assert (folder / "config.env").read_text() == "PORTAL_PROXIES=3\n"


def test_keys_that_lie_apart_from_the_backup_stay_where_they_are(
    made: Made,
    key: SimpleNamespace,
    key_file: Path,
    instance: Path,
    session: Session,
    empty: Flask,
) -> None:
    (instance / "identity_keys").rename(instance.with_name("identity_keys"))
    apart = back_up(session, instance, made.file.parent, key.recipient, MONDAY + timedelta(days=1))
    assert "Berkas kunci identitas" in apart.flaws[0]
    result = run(empty, "restore", apart.file)
    assert (result.exit_code, "Perhatian: Berkas kunci identitas" in result.output) == (1, True)
    keys = Path(empty.instance_path) / "identity_keys"
    shutil.copy(instance.with_name("identity_keys"), keys)
    before = keys.read_bytes()
    result = run(empty, "restore", apart.file, "--replace")
    assert result.exit_code == 0, result.output
    assert keys.read_bytes() == before


Spoil = Callable[[Path], None]


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1000])


def change(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def empty_it(file: Path) -> None:
    file.write_bytes(b"")


def other_key(file: Path) -> None:
    seal([b"x"], file.open("wb"), "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p")


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.parametrize("spoil", [cut, change, empty_it, other_key])
def test_a_backup_that_is_not_what_was_made_changes_nothing(
    made: Made, key_file: Path, app: Flask, instance: Path, spoil: Spoil
) -> None:
    spoil(made.file)
    before = files_in(instance)
    result = run(app, "restore", made.file, "--replace")
    assert result.output == (
        "Cadangan ini tidak dapat dibuka: kuncinya lain, atau berkasnya terpotong atau berubah. "
        "Tidak ada yang dipulihkan.\n"
    )
    assert result.exit_code == 2
    assert files_in(instance) == before


def test_a_key_that_is_missing_or_none_is_one_sentence(made: Made, empty: Flask) -> None:
    result = run(empty, "restore", made.file)
    assert (result.exit_code, "sebut berkas kuncinya dengan --key" in result.output) == (2, True)
    result = run(empty, "restore", made.file, "--key", made.file, input="x\n")
    assert (result.exit_code, "berkas kuncinya rusak" in result.output) == (2, True)


Forge = Callable[..., Path]


@pytest.fixture
def forge(instance: Path, made: Made, key: SimpleNamespace, key_file: Path) -> Forge:
    """A well sealed backup of the instance after SQL was run on a copy of its database."""

    def make(*statements: str, seals: str = "", config: str = "") -> Path:
        copy = instance.with_name("salinan.db")
        database = sqlite3.connect(copy)
        with closing(sqlite3.connect(instance / "portal.db")) as source:
            source.backup(database)
        for statement in statements:
            database.execute(statement)
        database.commit()
        database.close()
        others = {"segel.txt": seals, "config.env": config}
        for name, content in others.items():
            instance.with_name(name).write_text(content)
        members = [("portal.db", copy), *((name, instance.with_name(name)) for name in others)]
        with made.file.open("wb") as file:
            seal(pack(members, {}), file, key.recipient)
        return made.file

    return make


@pytest.mark.parametrize(
    ("statements", "more", "words"),
    [
        (["UPDATE alembic_version SET version_num = '9999'"], {}, "versi portal yang lebih baru"),
        (
            ["DROP TRIGGER entry_no_update", "UPDATE entry SET actor_name = 'X' WHERE id = 2"],
            {},
            "Riwayat di cadangan ini terputus (isinya tidak sesuai",
        ),
        ([], {"seals": f"2026-11-23 2 {'0' * 64}\n"}, "tidak cocok dengan segelnya"),
        ([], {"config": "SETELAN_APA=1\n"}, "Setelan di cadangan ini: Tidak ada setelan"),
    ],
)
def test_a_history_that_is_newer_or_not_whole_is_refused(
    forge: Forge, empty: Flask, statements: list[str], more: dict[str, str], words: str
) -> None:
    result = run(empty, "restore", forge(*statements, **more))
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert words in result.output
    assert files_in(Path(empty.instance_path)) == {}


def test_a_database_that_is_none_is_refused(
    made: Made, key: SimpleNamespace, key_file: Path, empty: Flask, tmp_path: Path
) -> None:
    (tmp_path / "x").write_bytes(b"PK\x03\x04 surat.docx" * 100)
    with made.file.open("wb") as file:
        seal(
            pack([("portal.db", tmp_path / "x"), ("segel.txt", tmp_path / "x")], {}),
            file,
            key.recipient,
        )
    result = run(empty, "restore", made.file)
    assert (result.exit_code, result.output.count("\n")) == (2, 1)
    assert "tidak dapat dibaca" in result.output
    assert files_in(Path(empty.instance_path)) == {}


def test_a_database_address_in_its_settings_is_not_followed(
    forge: Forge, empty: Flask, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "lain.db"
    result = run(empty, "restore", forge(config=f"DATABASE_URL=sqlite:///{elsewhere}\n"))
    assert result.exit_code == 1  # its files are not in it
    assert not elsewhere.exists()
    assert (Path(empty.instance_path) / "portal.db").exists()


def test_one_of_an_older_version_is_brought_up_to_date(
    made: Made, key: SimpleNamespace, key_file: Path, empty: Flask, tmp_path: Path
) -> None:
    old = tmp_path / "versi-lama"
    old.mkdir()
    app = create_app(old)
    with app.app_context():
        upgrade(revision="0003")
        db.engine.dispose()
    (old / "segel.txt").touch()
    with made.file.open("wb") as file:
        members = [(name, old / name) for name in ("portal.db", "segel.txt")]
        seal(pack(members, {}), file, key.recipient)
    result = run(empty, "restore", made.file)
    assert result.exit_code == 0, result.output
    assert run(empty, "archive", "verify").output == "utuh: 0 laporan, 0 catatan, 0 berkas\n"
