"""`flask import-lapor`: take in an export without a browser."""

import json
from pathlib import Path
from typing import IO, Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from portal.cases.import_lapor import import_file
from portal.cases.intake_plan import Plan
from portal.cases.rules import load_rules
from portal.commands import open_session
from portal.lapor.sheet import UnreadableFile
from portal.web import now


class Unreadable(click.ClickException):
    """The file as a whole cannot be imported: the sentence on stderr, exit code 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, file=file, err=True)


@click.command("import-lapor", help="Impor FILE, ekspor LAPOR! (.xlsx atau .csv).")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Hanya tunjukkan apa yang akan terjadi.")
@click.option("--json", "as_json", is_flag=True, help="Sebagai JSON.")
@with_appcontext
def command(file: Path, dry_run: bool, as_json: bool) -> None:
    session = open_session()
    rules = load_rules(session)
    try:
        folder = Path(current_app.config["FILES"])
        plan = import_file(session, file, rules, folder, now(), dry_run=dry_run)
    except UnreadableFile as error:
        raise Unreadable(str(error)) from None
    click.echo(json.dumps(_data(plan), ensure_ascii=False, indent=2) if as_json else _text(plan))


def _data(plan: Plan) -> dict[str, Any]:
    return {
        **plan.counts,
        "rejected": [
            {"row": row.row, "column": row.column, "reason": row.reason} for row in plan.rejected
        ],
    }


def _text(plan: Plan) -> str:
    counts = plan.counts
    lines = [
        f"{counts['new']} baru, {counts['changed']} berubah, {counts['unchanged']} tidak berubah, "
        f"{counts['rejected']} ditolak."
    ]
    lines += [f"Baris {row.row}, {row.column}: {row.reason}" for row in plan.rejected]
    lines += [
        f"Belum dikenal, {word.kind.heading}: “{word.text}” ({word.rows} baris)"
        for word in plan.unknown
    ]
    return "\n".join(lines)


def register(app: Flask) -> None:
    app.cli.add_command(command)
