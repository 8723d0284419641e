"""Brings the database to the newest migration; knows without Flask when there is nothing to do."""

import re
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from _setup import LOG, PYTHON, ROOT, CommandFailed, Stop, run, say

NEWER = (
    "Database ini dibuat oleh versi portal yang lebih baru; perbarui program ini (git pull) atau "
    "pulihkan cadangan database dari versi ini, lalu jalankan lagi."
)
DAMAGED = (
    "Database {path} rusak dan tidak dapat dibaca; jangan menghapusnya, pulihkan cadangan terakhir "
    "dengan `flask restore FILE --replace` (lihat docs/pemasangan.md, bagian Cadangan), lalu "
    "jalankan lagi."
)
REVISION = re.compile(r"^(down_)?revision\b[^=\n]*=(.*)$", re.MULTILINE)


def upgrade(url: str, env: Mapping[str, str]) -> None:
    """Run the missing migrations. `Stop` if the database is damaged or knows what we do not."""
    known, heads = _revisions()
    stored = _stored_revisions(url)
    if stored - known:
        raise Stop(NEWER)
    if stored == heads:
        return
    say("Menyiapkan database ...")
    try:
        run(PYTHON, "-m", "flask", "--app", "wsgi", "db", "upgrade", env=env)
    except CommandFailed as failed:
        if "Can't locate revision" in str(failed):
            raise Stop(NEWER) from None
        raise Stop(f"Database tidak dapat disiapkan; baca sebabnya di {LOG}.") from None


def _revisions() -> tuple[set[str], set[str]]:
    """All revisions under `migrations/versions`, and those that no other one follows."""
    named: dict[str, set[str]] = {"": set(), "down_": set()}
    for script in ROOT.glob("migrations/versions/*.py"):
        for down, value in REVISION.findall(script.read_text(encoding="utf-8")):
            named[down].update(re.findall(r"[\"']([^\"']+)[\"']", value))
    return named[""], named[""] - named["down_"]


_DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _stored_revisions(url: str) -> set[str]:
    """What an SQLite database says of itself; nothing for a new one or for another kind."""
    if not url.startswith("sqlite:///"):
        return set()
    path = Path(url.removeprefix("sqlite:///"))
    try:
        database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        rows = database.execute("SELECT version_num FROM alembic_version").fetchall()
        database.close()
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE:
            raise Stop(DAMAGED.format(path=path)) from None
        return set()
    return {revision for (revision,) in rows}
