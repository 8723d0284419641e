"""`flask setup-link`: the one-time link by which an office makes an administrator."""

import click
from flask import current_app
from flask.cli import with_appcontext

from portal.cases.accounts import create_setup_link
from portal.commands import open_session
from portal.demo import is_demo
from portal.web import now


@click.command("setup-link", help="Cetak tautan sekali pakai untuk membuat administrator.")
@click.option(
    "--base-url",
    envvar="PORTAL_URL",
    default="http://127.0.0.1:8000",
    help="Alamat portal bagi peramban (bawaan: PORTAL_URL).",
)
@click.option(
    "--rescue",
    is_flag=True,
    help="Juga bila sudah ada administrator: untuk kantor yang administratornya tidak dapat masuk.",
)
@with_appcontext
def command(base_url: str, rescue: bool) -> None:
    session = open_session()
    if is_demo(session) and not current_app.config["DEMO"]:
        click.echo(
            "Perhatian: portal ini berisi data demo; kata sandinya diketahui umum. "
            "Untuk dipakai sungguhan, mulailah dengan folder instance yang kosong.",
            err=True,
        )
    token = create_setup_link(session, now(), rescue=rescue)
    if token is not None:
        which = "baru" if rescue else "pertama"
        click.echo(f"Buat administrator {which} lewat tautan sekali pakai ini:")
        click.echo(f"{base_url.rstrip('/')}/penyiapan/{token}")
