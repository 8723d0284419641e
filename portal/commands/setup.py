"""`flask setup-link`: the one-time link by which an office makes its first administrator."""

import click
from flask.cli import with_appcontext

from portal.cases.accounts import create_setup_link
from portal.commands import open_session
from portal.web import now


@click.command("setup-link", help="Cetak tautan sekali pakai untuk membuat administrator pertama.")
@click.option(
    "--base-url",
    envvar="PORTAL_URL",
    default="http://127.0.0.1:8000",
    help="Alamat portal bagi peramban (bawaan: PORTAL_URL).",
)
@with_appcontext
def command(base_url: str) -> None:
    token = create_setup_link(open_session(), now())
    if token is not None:
        click.echo("Buat administrator pertama lewat tautan sekali pakai ini:")
        click.echo(f"{base_url.rstrip('/')}/penyiapan/{token}")
