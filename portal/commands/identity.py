"""`flask identity`: the keys by which reporters' identities are sealed."""

import click
from flask.cli import AppGroup

from portal.cases.identity_keys import check_keys, rotate_keys
from portal.commands import Refused, open_session
from portal.identity.vault import KeysUnusable

group = AppGroup("identity", help="Kunci penyegel identitas pelapor.")


@group.command("check", help="Periksa apakah kunci database ini ada; diam bila ya.")
def check() -> None:
    session = open_session()
    try:
        check_keys(session)
    except KeysUnusable as refusal:
        raise Refused(str(refusal)) from None


@group.command("rotate", help="Buat kunci baru dan segel ulang semua identitas dengannya.")
def rotate() -> None:
    session = open_session()
    try:
        resealed = rotate_keys(session)
    except KeysUnusable as refusal:
        raise Refused(str(refusal)) from None
    click.echo(f"{resealed} identitas disegel ulang. Simpan salinan berkas kunci yang baru.")
