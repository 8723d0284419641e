"""`flask demo`: a portal full of invented complaints, to look at and to try."""

import click
from flask import current_app
from flask.cli import AppGroup

from portal.commands import Refused, aligned, open_session
from portal.demo.load import load
from portal.sop.text import Refusal
from portal.web import now

group = AppGroup("demo", help="Contoh untuk dicoba: akun dan pengaduan karangan.")


@group.command("load", help="Isi portal yang masih kosong, sekali saja; cetak akun-akunnya.")
def load_command() -> None:
    session = open_session()
    try:
        lines = load(session, current_app.config["FILES"], now())
    except Refusal as refusal:
        raise Refused(str(refusal)) from None
    rows = [(line.desk, line.name, line.username, line.password) for line in lines]
    click.echo("Akun demo (semua nama dan pengaduan karangan):\n")
    click.echo(aligned(("Meja", "Nama", "Nama pengguna", "Kata sandi"), rows, 60))
