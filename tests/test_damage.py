"""A damaged database file: whoever meets it is told in a sentence what to do, and nothing else."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from portal import create_app
from portal.extensions import db

Damage = Callable[[bytes], bytes]


def garbage(content: bytes) -> bytes:
    return b"\xa5" * len(content)


def truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


def no_database(content: bytes) -> bytes:
    return b"PK\x03\x04 surat.docx"


@pytest.fixture(params=[garbage, truncated, no_database])
def damaged(request: pytest.FixtureRequest, template: Path, tmp_path: Path) -> Path:
    """An instance folder whose database was damaged while nobody used it."""
    damage: Damage = request.param
    instance = tmp_path / "instance"
    shutil.copytree(template, instance)
    for rest in instance.glob("portal.db-*"):
        rest.unlink()
    database = instance / "portal.db"
    database.write_bytes(damage(database.read_bytes()))
    return instance


@pytest.fixture
def broken(damaged: Path) -> Flask:
    return create_app(damaged)


@pytest.mark.parametrize("path", ["/", "/masuk", "/pejabat-penghubung/", "/tidak-ada"])
def test_pages_say_that_the_last_backup_is_to_be_restored(
    broken: Flask, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = broken.test_client().get(path, follow_redirects=True)
    assert answer.status_code == 500
    assert "Database portal rusak" in answer.text
    assert "pulihkan cadangan terakhir" in answer.text
    assert "type=DatabaseError" in caplog.text


@pytest.mark.parametrize(
    "command", [["ledger", "verify"], ["tick"], ["setup-link"], ["worker"], ["demo", "load"]]
)
def test_commands_say_it_on_one_line(broken: Flask, command: list[str]) -> None:
    result = broken.test_cli_runner().invoke(args=command)
    assert result.exit_code == 2
    assert result.output.startswith("Database rusak dan tidak dapat dibaca;")
    assert result.output.count("\n") == 1


def test_looking_at_it_changes_nothing(damaged: Path) -> None:
    database = damaged / "portal.db"
    before = database.read_bytes()
    app = create_app(damaged)
    app.test_client().get("/masuk")
    app.test_cli_runner().invoke(args=["tick"])
    with app.app_context():
        db.engine.dispose()
    assert database.read_bytes() == before
