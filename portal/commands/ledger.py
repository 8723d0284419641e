"""`flask ledger`: is the history still what was recorded?"""

import sys

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from portal.cases.ledger import Break, verify_ledger
from portal.commands import open_session
from portal.models import Complaint

group = AppGroup("ledger", help="Riwayat yang hanya dapat ditambah.")


@group.command("verify", help="Periksa rantai sidik seluruh riwayat; keluar 1 bila terputus.")
def verify() -> None:
    session = open_session()
    verdict = verify_ledger(session)
    if verdict.broken:
        click.echo(f"RUSAK: {_named(session, verdict.broken)}")
        sys.exit(1)
    click.echo(f"utuh: {verdict.entries} catatan")


def _named(session: Session, broken: Break) -> str:
    if broken.complaint_id is None:
        return broken.reason
    complaint = session.get(Complaint, broken.complaint_id)
    name = f"#{complaint.tracking_id}" if complaint else f"dengan id {broken.complaint_id}"
    return f"pengaduan {name}, catatan {broken.seq}: {broken.reason}"
