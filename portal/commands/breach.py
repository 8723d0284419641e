"""`flask breach`: whose data an account has opened since a day."""

from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from portal.access import SYSTEM
from portal.commands import Refused, aligned, iso, open_session
from portal.models import Account
from portal.pages.sighting_lines import exposure_workbook, shown_words
from portal.queries.sightings import opened_since


@click.command("breach", help="Daftar data yang dibuka akun ACCOUNT, bila akun itu disalahgunakan.")
@click.argument("account")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Sejak tanggal (WIB)."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Simpan juga sebagai .xlsx, tanpa identitas pelapor.",
)
@with_appcontext
def command(account: str, since: datetime, out: Path | None) -> None:
    session = open_session()
    found = session.scalars(select(Account).where(Account.username == account)).one_or_none()
    if found is None:
        raise Refused(f"Tidak ada akun bernama {account}.")
    exposure = opened_since(session, SYSTEM, found.id, since.date())
    rows = [
        (f"#{one.complaint.tracking_id}", shown_words(one), iso(one.first), iso(one.last))
        for one in exposure.complaints
    ]
    rows += [
        (given.name, f"{given.persons} pelapor", iso(given.at), "") for given in exposure.lists
    ]
    click.echo(aligned(("Pengaduan", "Identitas", "Pertama", "Terakhir"), rows))
    click.echo(f"{len(exposure.complaints)} pengaduan, {len(exposure.lists)} daftar.")
    if out is not None:
        try:
            out.write_bytes(exposure_workbook(session, exposure, contacts=False))
        except OSError as error:
            raise Refused(f"{out} tidak dapat ditulis ({error.strerror}).") from None
