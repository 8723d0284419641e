"""`flask tick`: do by hand what the task worker does every minute."""

import json
from datetime import datetime

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from portal.cases.tick import tick
from portal.commands import Refused, iso, open_session, read_time
from portal.demo import is_demo
from portal.web import now


@click.command("tick", help="Kerjakan semua yang jatuh tempo: gugur, Ombudsman, dianggap selesai.")
@click.option("--json", "as_json", is_flag=True, help="Sebagai JSON.")
@click.option("--now", "given", metavar="ISO", help="Seakan-akan sekarang waktu ini (hanya demo).")
@with_appcontext
def command(as_json: bool, given: str | None) -> None:
    session = open_session()
    done = tick(session, _read_now(session, given))
    data = [
        {"tracking_id": one.tracking_id, "action": one.action.value, "due": iso(one.due)}
        for one in done
    ]
    if as_json:
        click.echo(json.dumps(data, indent=2))
    else:
        lines = [f"#{one['tracking_id']}  {one['action']}  {one['due']}" for one in data]
        click.echo("\n".join(lines) or "Tidak ada yang jatuh tempo.")


def _read_now(session: Session, given: str | None) -> datetime:
    if given is None:
        return now()
    if not (current_app.config["DEMO"] or is_demo(session)):
        raise Refused("--now hanya untuk portal demo; riwayat sungguhan memakai waktu sungguhan.")
    try:
        return read_time(given)
    except ValueError as error:
        raise Refused(str(error)) from None
