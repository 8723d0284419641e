"""The portal's commands: `flask --app wsgi ...`."""

from flask import Flask

from portal.commands import (
    backup,
    breach,
    demo,
    identity,
    intake,
    ledger,
    office_time,
    report,
    retention,
    setup,
    sop,
    tick,
    worker,
)


def init_app(app: Flask) -> None:
    for command in (
        sop.group,
        office_time.group,
        ledger.group,
        identity.group,
        tick.command,
        worker.command,
        setup.command,
        demo.group,
        report.command,
        report.archive,
        breach.command,
        retention.command,
        backup.make,
        backup.key,
        backup.restore,
    ):
        app.cli.add_command(command)
    intake.register(app)
