"""`flask retention`: whose years are over, and taking them out without waiting for the night."""

import click
from flask import current_app
from flask.cli import with_appcontext

from portal.cases.retention import apply_retention, due
from portal.commands import aligned, iso, open_session
from portal.web import now


@click.command("retention", help="Hapus identitas pelapor yang masa simpannya sudah berakhir.")
@click.option("--dry-run", is_flag=True, help="Hanya tunjukkan; tidak ada yang dihapus.")
@with_appcontext
def command(dry_run: bool) -> None:
    session = open_session()
    found = due(session, now())
    if dry_run:
        rows = [(f"#{one.tracking_id}", one.case_class.label, iso(one.ended)) for one in found]
        click.echo(aligned(("Pengaduan", "Klasifikasi", "Berakhir"), rows))
        click.echo(f"{len(found)} pengaduan akan dihapus identitasnya.")
        return
    done = apply_retention(session, current_app.config["FILES"], now(), len(found) + 1)
    click.echo(f"{len(done)} pengaduan dihapus identitasnya.")
