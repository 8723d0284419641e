"""`flask backup`, `flask backup-key`, `flask restore`: nothing lost, and nobody else reads it."""

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from portal import create_app
from portal.backup.age import new_key, read_key
from portal.backup.archive import DATABASE
from portal.backup.make import back_up, check_sound, working_folder
from portal.backup.nightly import note_made
from portal.backup.restore import (
    Checked,
    NotRestored,
    check,
    ensure_free,
    open_backup,
    put_in_place,
)
from portal.commands import Refused, open_session
from portal.config import BadSetting
from portal.extensions import db
from portal.sop.text import N_, Refusal
from portal.web import now

KEY = "kunci-cadangan.age"
_ENV = "PORTAL_BACKUP_PASSPHRASE"
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("backup", help="Buat cadangan bersandi di folder DIR; portal boleh sedang dipakai.")
@click.argument("folder", metavar="DIR", type=_FOLDER)
@with_appcontext
def make(folder: Path) -> None:
    session = open_session()
    with _refusing():
        recipient = current_app.config["BACKUP_RECIPIENT"]
        made = back_up(session, _instance(), folder, recipient, now())
    note_made(session, made, now())
    size = f"{made.size / 1_000_000:.1f} MB"
    click.echo(f"{made.file}: {made.entries} catatan, {made.files} berkas, {size}")
    _tell_flaws(made.flaws)


@click.command("backup-key", help=f"Buat kunci cadangan berfrasa sandi: DIR/{KEY}.")
@click.argument("folder", metavar="DIR", type=_FOLDER)
def key(folder: Path) -> None:
    path = folder / KEY
    if path.exists():
        raise Refused(f"{path} sudah ada; tanpa kunci itu cadangan lama tidak dapat dibuka.")
    with _refusing():
        recipient, content = new_key(_passphrase(confirm=True))
        with path.open("xb") as file:
            path.chmod(0o600)
            file.write(content)
            os.fsync(file.fileno())
    click.echo(
        f"Kunci {path} dibuat. Simpan salinannya di luar server, terpisah dari frasa sandinya."
    )
    click.echo("Tulis di config.env, lalu jalankan ulang portal:")
    click.echo(f"PORTAL_BACKUP_RECIPIENT={recipient}")


@click.command(
    "restore", help="Periksa cadangan FILE seluruhnya, lalu pulihkan. Hentikan portal dahulu."
)
@click.argument("file", type=_FILE)
@click.option(
    "--key", "key_file", type=_FILE, help=f"Berkas kunci (bawaan: {KEY} di samping FILE)."
)
@click.option("--dry-run", is_flag=True, help="Hanya periksa; tidak ada yang dipulihkan.")
@click.option("--replace", is_flag=True, help="Data yang ada dipindahkan ke samping.")
@with_appcontext
def restore(file: Path, key_file: Path | None, dry_run: bool, replace: bool) -> None:
    with _refusing():
        instance = _instance()
        if not dry_run:
            ensure_free(instance, replace=replace)
        aside = None
        key_file = key_file or file.with_name(KEY)
        if not key_file.exists():
            raise NotRestored(
                N_("%(path)s tidak ada; sebut berkas kuncinya dengan --key."), path=key_file
            )
        identity = read_key(key_file.read_bytes(), _passphrase)
        with working_folder(instance) as draft:
            sums = open_backup(file, identity, draft)
            checked = _check_migrated(draft, sums)
            if not dry_run:
                ensure_free(instance, replace=replace)  # it took a while to get here
                aside = put_in_place(draft, instance, now())
    _tell(file, checked, aside, dry_run=dry_run)


def _check_migrated(draft: Path, sums: dict[str, str]) -> Checked:
    """Check an unpacked backup by the portal as it is today, to whose tables it is brought first.

    The draft is an instance of its own, with its settings, and its keys if they are in it.
    """
    database, keys = draft / DATABASE, draft / "identity_keys"
    check_sound(database)
    _refuse_newer(database)
    try:
        app = create_app(
            draft,
            SQLALCHEMY_DATABASE_URI=f"sqlite:///{database}",
            IDENTITY_KEYS=keys if keys.exists() else current_app.config["IDENTITY_KEYS"],
        )
    except BadSetting as bad:
        raise Refused(f"Setelan di cadangan ini: {bad}") from None
    with app.app_context():
        upgrade()
        try:
            return check(db.session(), draft, sums)
        finally:
            db.session.remove()
            db.engine.dispose()


def _refuse_newer(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        stored = {name for (name,) in connection.execute("SELECT version_num FROM alembic_version")}
    scripts = ScriptDirectory(current_app.extensions["migrate"].directory)
    if not stored <= {script.revision for script in scripts.walk_revisions()}:
        raise NotRestored(
            N_("Cadangan ini dibuat oleh versi portal yang lebih baru; perbarui portal dahulu.")
        )


def _tell(file: Path, checked: Checked, aside: Path | None, *, dry_run: bool) -> None:
    done = "utuh" if dry_run else "dipulihkan"
    click.echo(f"{file.name} {done}: {checked.entries} catatan, {checked.files} berkas.")
    if checked.seal:
        click.echo(f"Segel terakhir: {checked.seal}")
    if aside:
        click.echo(f"Data sebelumnya ada di {aside}.")
    _tell_flaws(checked.flaws)


def _tell_flaws(flaws: tuple[str, ...]) -> None:
    for flaw in flaws:
        click.echo(f"Perhatian: {flaw}", err=True)
    if flaws:
        sys.exit(1)


def _passphrase(*, confirm: bool = False) -> str:
    given = os.environ.get(_ENV)
    return given or str(
        click.prompt("Frasa sandi", hide_input=True, confirmation_prompt=confirm, err=True)
    )


def _instance() -> Path:
    """The instance folder, whose database is the usual file in it. Raises Refusal."""
    instance = Path(current_app.instance_path)
    if current_app.config["SQLALCHEMY_DATABASE_URI"] != f"sqlite:///{instance / DATABASE}":
        raise NotRestored(
            N_(
                "Cadangan hanya untuk database SQLite di folder instance, bukan untuk "
                "DATABASE_URL; pakailah alat database itu sendiri."
            )
        )
    return instance


@contextmanager
def _refusing() -> Iterator[None]:
    """Whatever cannot be done becomes one sentence."""
    try:
        yield
    except Refusal as refusal:
        raise Refused(str(refusal)) from None
    except sqlite3.Error as error:
        raise Refused(f"Database di cadangan ini tidak dapat dibaca ({error}).") from None
    except OSError as error:
        raise Refused(
            f"{error.filename or 'Folder tujuan'} tidak dapat dipakai ({error.strerror})."
        ) from None
