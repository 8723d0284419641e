"""`flask worker`: the task worker, until it is told to stop."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from portal.commands import open_session
from portal.tasks import run_worker


@click.command("worker", help="Jalankan pekerja latar belakang: jatuh tempo dan impor besar.")
@with_appcontext
def command() -> None:
    open_session()
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    run_worker(app)
