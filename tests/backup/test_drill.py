"""The drill: officers at work, a backup, the disk lost, restored: nothing acknowledged is gone."""

import hashlib
import html
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from bench.demo import serving
from portal.cases.rules import Rules
from portal.cases.sign_in import hash_password
from portal.extensions import db
from portal.models import writing
from tests.blueprints.pages import PASSWORD
from tests.stories import arrive

ROOT = Path(__file__).parents[2]
COMPLAINTS, OFFICERS = 120, 4
ACTIONS = {
    "receive": ("terima", {}),
    "request_completion": ("minta-kelengkapan", {"missing": "Foto?"}),
}


def until(reached: Callable[[], object]) -> None:
    deadline = time.monotonic() + 120
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.05)


class Officer(threading.Thread):
    """Acts on one complaint after another until told to stop; `said` is what was acknowledged."""

    def __init__(self, address: str, numbers: list[str], stop: threading.Event) -> None:
        super().__init__()
        self.said: list[tuple[str, str]] = []
        self._address, self._numbers, self._stopped = address, numbers, stop
        self._browser = build_opener(HTTPCookieProcessor())
        self.fault: Exception | None = None
        self._send("/masuk", self._page("/masuk"), username="nasional", password=PASSWORD)

    def run(self) -> None:
        try:
            self._work()
        except Exception as fault:
            self.fault = fault

    def _work(self) -> None:
        for number in self._numbers:
            path = f"/admin-nasional/pengaduan/{number}"
            for action, (slug, answers) in ACTIONS.items():
                if self._stopped.is_set():
                    return
                self._send(f"{path}/{slug}", self._page(path), **answers)
                self.said.append((number, action))

    def _page(self, path: str) -> str:
        with self._browser.open(self._address + path) as answer:
            return str(answer.read().decode())

    def _send(self, path: str, page: str, **fields: str) -> None:
        """Send a form with the page's hidden fields; raises unless it was taken (303, then 200)."""
        hidden = {
            name: html.unescape(found[1])
            for name in ("csrf_token", "key", "seq")
            if (found := re.search(rf'name="{name}" value="([^"]*)"', page))
        }
        with self._browser.open(self._address + path, urlencode(hidden | fields).encode()):
            pass


@pytest.fixture
def ready(
    instance: Path, app: Flask, session: Session, cast: SimpleNamespace, rules: Rules
) -> SimpleNamespace:
    """The portal's folder with many complaints that arrived just now, and their numbers."""
    with writing(session):
        cast.nasional.password_hash = hash_password(PASSWORD)
    now = datetime.now(UTC)
    numbers = [arrive(session, cast, rules, now).tracking_id for _ in range(COMPLAINTS)]
    session.close()
    db.engine.dispose()  # only the servers have it open now
    return SimpleNamespace(folder=instance, numbers=numbers)


def work_while(
    address: str, numbers: list[str], work: Callable[[], "subprocess.CompletedProcess[str]"]
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Do `work` in the middle of a busy time; what was acknowledged before it, and in all."""
    stopped = threading.Event()
    officers = [Officer(address, numbers[at::OFFICERS], stopped) for at in range(OFFICERS)]
    for officer in officers:
        officer.start()
    until(lambda: all(officer.fault or len(officer.said) > 3 for officer in officers))
    said = [one for officer in officers for one in list(officer.said)]
    done = work()
    stopped.set()
    for officer in officers:
        officer.join()
    assert [officer.fault for officer in officers] == [None] * OFFICERS
    later = [one for officer in officers for one in officer.said]
    assert (done.returncode, done.stderr) == (0, "")
    assert len(later) > len(said), "nobody worked meanwhile"
    return said, later


def history(database: Path) -> list[tuple[str, str, str]]:
    """Tracking ID, action and hash of every entry, in the order of recording."""
    query = """SELECT tracking_id, action, hash FROM entry JOIN complaint
               ON complaint.id = complaint_id ORDER BY entry.id"""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


def test_what_was_acknowledged_before_the_backup_began_is_there_after_the_disk_is_lost(
    ready: SimpleNamespace,
    key: SimpleNamespace,
    tmp_path: Path,
) -> None:
    backups = tmp_path / "cadangan"
    backups.mkdir()
    (backups / "kunci-cadangan.age").write_text(f"{key.identity}\n")
    environment = {
        **os.environ,
        "PORTAL_INSTANCE": str(ready.folder),
        "PORTAL_BACKUP_RECIPIENT": key.recipient,
    }

    def flask(*arguments: object) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *map(str, arguments)]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)

    with serving(ready.folder, environment) as address:
        said, later = work_while(address, ready.numbers, lambda: flask("backup", backups))
        (file,) = backups.glob("portal-*")
        refused = flask("restore", file, "--replace")
    assert (refused.returncode, "Portal masih berjalan" in refused.stderr) == (2, True)
    live, before = history(ready.folder / "portal.db"), stored(ready.folder)
    shutil.rmtree(ready.folder)
    ready.folder.mkdir()

    restored = flask("restore", file)
    assert (restored.returncode, restored.stderr) == (0, "")
    found = history(ready.folder / "portal.db")
    assert found == live[: len(found)]
    assert {(number, action) for number, action, _ in found} >= set(said)
    assert {(number, action) for number, action, _ in live} >= set(later)
    files = stored(ready.folder)
    assert f"{len(found)} catatan, {len(files)} berkas" in restored.stdout
    assert all(hashlib.sha256(content).hexdigest() == name for name, content in files.items())
    assert attached(ready.folder) <= files.keys()
    assert attached(ready.folder) <= before.keys()
    assert flask("ledger", "verify").stdout == f"utuh: {len(found)} catatan\n"
    assert flask("archive", "verify").returncode == 0


def stored(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes() for path in (folder / "files").rglob("*") if path.is_file()
    }


def attached(folder: Path) -> set[str]:
    """The hashes that the database names: attachments and files of reports."""
    query = "SELECT sha256 FROM attachment UNION SELECT sha256 FROM report_file"
    with closing(sqlite3.connect(folder / "portal.db")) as connection:
        return {sha256 for (sha256,) in connection.execute(query)}
