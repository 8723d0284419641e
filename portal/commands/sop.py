"""`flask sop`: the SOP as the portal runs it, for reading and for other programs."""

import json
from collections.abc import Iterable
from typing import Any

import click
from flask.cli import AppGroup

from portal.commands import aligned
from portal.sop.procedure import SHEET, Procedure, Role, Step
from portal.sop.vocabulary import Action, Status
from portal.sop.workflow import State, desk_of, rows_for

group = AppGroup("sop", help="SOP 065/403.113/2021.")


@group.command("table", help="Cetak langkah, status, dan tabel tindakan.")
@click.option("--json", "as_json", is_flag=True, help="Sebagai JSON.")
def table(as_json: bool) -> None:
    data = {
        "steps": [step_data(step) for step in SHEET.steps],
        "statuses": [status_data(status) for status in Status],
        "transitions": [transition_data(action) for action in Action],
    }
    click.echo(json.dumps(data, ensure_ascii=False, indent=2) if as_json else _readable(data))


def step_data(step: Step) -> dict[str, Any]:
    """A row of the SOP in its own words, under its own column heads."""
    return {
        "no": step.no,
        "kegiatan": step.activity,
        "actor": step.actor.value,
        "standard": step.standard_text,
        "kelengkapan": step.requirements,
        "output": step.output,
        "keterangan": step.note,
    }


def status_data(status: Status) -> dict[str, Any]:
    waits_since = Status.RECEIVED if status is Status.AWAITING_COMPLETION else None
    desk = desk_of(State(status, resume_to=waits_since), Procedure())
    return {
        "code": status.value,
        "label": status.label,
        "desk": desk.value if desk else None,
        "clock": status.clock,
    }


def transition_data(action: Action) -> dict[str, Any]:
    """The rows of an action as one; `to` is empty when the status stays."""
    rows = rows_for(action)
    return {
        "action": action.value,
        "label": action.label,
        "actor": _once(role for row in rows for role in row.roles),
        "from": _once(status for row in rows for status in row.sources),
        "to": _once(status for row in rows for status in row.to),
        "completes": _once(step for row in rows for step in row.completes),
        "asks": [ask.name for ask in rows[0].asks],
        "fields": [
            {"name": ask.name, "label": ask.label, "required": ask.required} for ask in rows[0].asks
        ],
    }


def _once(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


def _readable(data: dict[str, Any]) -> str:
    steps = [
        (
            str(step["no"]),
            step["kegiatan"],
            Role(step["actor"]).label,
            step["standard"],
            step["kelengkapan"],
            step["output"],
            step["keterangan"],
        )
        for step in data["steps"]
    ]
    statuses = [
        (status["code"], status["label"], _desk(status), status["clock"] or "-")
        for status in data["statuses"]
    ]
    transitions = [
        (
            row["action"],
            row["label"],
            ", ".join(Role(role).label for role in row["actor"]),
            _sources(row),
            ", ".join(row["to"]) or "(tetap)",
            " / ".join(map(str, row["completes"])) or "-",
            ", ".join(row["asks"]) or "-",
        )
        for row in data["transitions"]
    ]
    return "\n\n".join(
        [
            f"{SHEET.name} (SOP {SHEET.number})",
            aligned(
                ("No", "Kegiatan", "Pelaksana", "Waktu", "Kelengkapan", "Output", "Keterangan"),
                steps,
                22,
            ),
            aligned(("Status", "Sebutan", "Meja", "Jam yang berjalan"), statuses, 44),
            aligned(
                ("Tindakan", "Sebutan", "Pelaku", "Dari", "Menjadi", "Langkah", "Isian"),
                transitions,
                24,
            ),
        ]
    )


def _desk(status: dict[str, Any]) -> str:
    return Role(status["desk"]).label if status["desk"] else "-"


def _sources(row: dict[str, Any]) -> str:
    return "(semua)" if len(row["from"]) == len(Status) else ", ".join(row["from"])
