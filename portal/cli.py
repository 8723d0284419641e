"""The portal's commands: `flask --app wsgi ...`."""

from flask import Flask

from portal.commands import ledger, office_time, sop, tick


def init_app(app: Flask) -> None:
    for command in (
        sop.group,
        office_time.group,
        ledger.group,
        tick.command,
    ):
        app.cli.add_command(command)
