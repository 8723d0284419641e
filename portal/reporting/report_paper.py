"""Everything that one monthly report prints, as plain data that can be kept and printed again."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from portal.models import Seal
from portal.reporting.figures import ReportFigures, from_data, to_data
from portal.reporting.paper import (
    Letter,
    Marks,
    PaperSettings,
    Signer,
    settings_data,
    settings_from,
)
from portal.reporting.register import RegisterRow
from portal.sop.procedure import SHEET, Role, Sheet


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that an addendum corrects, in words; `path` is where it stands in the figures."""

    label: str
    before: str
    after: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Addendum:
    """What makes a report an addendum: the letter that it corrects, why, and what changed."""

    of_number: str
    of_day: date
    reason: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class ReportPaper:
    """A monthly report. `texts` by the keys of `narrative.PARTS`; `sheet` the SOP as in force;
    `data_at` when the figures were made, `seal` the head of the history then.
    """

    settings: PaperSettings
    figures: ReportFigures
    texts: Mapping[str, str]
    letter: Letter
    signer: Signer
    register: Sequence[RegisterRow]
    data_at: datetime
    marks: Marks = field(default_factory=Marks)
    sheet: Sheet = SHEET
    addendum: Addendum | None = None
    seal: Seal | None = None


def report_data(paper: ReportPaper) -> dict[str, Any]:
    """`paper` as JSON values; the emblem's bytes are left out."""
    return {
        "settings": settings_data(paper.settings),
        "figures": to_data(paper.figures),
        "texts": dict(paper.texts),
        "letter": _plain(paper.letter),
        "signer": _plain(paper.signer),
        "register": [_plain(row) for row in paper.register],
        "data_at": paper.data_at.isoformat(),
        "marks": _plain(paper.marks),
        "steps": {
            str(step.no): [step.actor.value, step.standard_text] for step in paper.sheet.steps
        },
        "addendum": _plain(paper.addendum) if paper.addendum else None,
        "seal": _plain(paper.seal) if paper.seal else None,
    }


def report_from(data: Mapping[str, Any], emblem: bytes | None = None) -> ReportPaper:
    """The paper that `report_data` gave `data` of."""
    addendum, seal = data["addendum"], data.get("seal")
    return ReportPaper(
        settings=settings_from(data["settings"], emblem),
        figures=from_data(data["figures"]),
        texts=data["texts"],
        letter=Letter(**_timed(data["letter"], day=date)),
        signer=Signer(**data["signer"]),
        register=[
            RegisterRow(**_timed(row, arrived_at=datetime, ended_on=date))
            for row in data["register"]
        ],
        data_at=datetime.fromisoformat(data["data_at"]),
        marks=Marks(**data["marks"]),
        sheet=_sheet(data["steps"]),
        addendum=_addendum(addendum) if addendum else None,
        seal=Seal(**_timed(seal, day=date)) if seal else None,
    )


def _sheet(steps: Mapping[str, Sequence[str]]) -> Sheet:
    in_force = (
        replace(step, actor=Role(steps[str(step.no)][0]), standard_text=steps[str(step.no)][1])
        for step in SHEET.steps
    )
    return replace(SHEET, steps=tuple(in_force))


def _addendum(data: Mapping[str, Any]) -> Addendum:
    changes = tuple(Change(**change) for change in data["changes"])
    return Addendum(**{**_timed(data, of_day=date), "changes": changes})


def _plain(thing: Any) -> dict[str, Any]:
    """A dataclass as JSON values, days and moments in ISO 8601."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(thing).items()
    }


def _timed(data: Mapping[str, Any], **kinds: type[date]) -> dict[str, Any]:
    """`data` with the named values read from ISO 8601."""
    return {
        name: kinds[name].fromisoformat(value) if name in kinds and value else value
        for name, value in data.items()
    }
