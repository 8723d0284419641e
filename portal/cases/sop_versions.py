"""The administrator's verbs on the SOP's numbers: versions with a date of effect, and the errata.

A version takes effect tomorrow at the earliest, and one in force is never changed: a clock is
measured by the version of the day on which it started, so no clock that runs is touched.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.fields import Fields
from portal.cases.rules import load_rules, procedure, procedure_data, rules_changed
from portal.models import Setting, SopVersion, writing
from portal.sop.office_time import UNIT_LABELS, ZONE, Duration
from portal.sop.procedure import POSSIBLE_ACTORS, STEPS, CaseClass, Procedure, Role
from portal.sop.text import N_

MOST_DAYS = 365
_SHOW_ERRATA = "show_errata"


def save_version(session: Session, raw: Mapping[str, str], now: datetime) -> Procedure:
    """Add a version, or replace the coming one of the same `valid_from`. Raises Invalid.

    `name`; for each step N `standard_N` with `standard_N_unit` and `actor_N`; `class_<name>`,
    `ombudsman_days`, `ombudsman_warnings` ("30, 45"), `feedback_days`, `reminder_days`,
    `lapse_calendar_days`; `acknowledgement` with `acknowledgement_unit`.
    """
    fields = Fields(raw)
    version = _read_version(fields, _tomorrow(now))
    fields.check()
    with writing(session):
        session.merge(
            SopVersion(
                valid_from=version.valid_from,
                name=version.name,
                settings=procedure_data(version),
            )
        )
        rules_changed(session)
    return version


def withdraw_version(session: Session, raw: Mapping[str, str], now: datetime) -> None:
    """Take back the version of a `valid_from` that is still to come. Raises Invalid."""
    fields = Fields(raw)
    valid_from = fields.day("valid_from")
    if valid_from < _tomorrow(now):
        fields.refuse(
            "valid_from", N_("Versi yang sudah berlaku tidak dapat dicabut; buat versi baru.")
        )
    fields.check()
    with writing(session):
        version = session.get(SopVersion, valid_from)
        if version is not None:
            session.delete(version)
            rules_changed(session)


def version_form(version: Procedure) -> dict[str, str]:
    """`version` as the form of `save_version` has it, to begin the next one with."""
    form = {
        "name": version.name,
        "ombudsman_days": str(version.ombudsman_days),
        "ombudsman_warnings": ", ".join(map(str, version.ombudsman_warnings)),
        "feedback_days": str(version.feedback_days),
        "reminder_days": str(version.reminder_days),
        "lapse_calendar_days": str(version.lapse_calendar_days),
        **_duration_form("acknowledgement", version.acknowledgement),
    }
    for step in STEPS:
        form |= _duration_form(f"standard_{step.no}", version.standards[step.no])
        form[f"actor_{step.no}"] = version.actors[step.no].value
    for case_class in CaseClass:
        form[f"class_{case_class}"] = str(version.class_days[case_class])
    return form


def stored_versions(session: Session) -> list[Procedure]:
    """The versions that the administrator made, oldest first; the SOP as issued is not one."""
    rows = session.scalars(select(SopVersion).order_by(SopVersion.valid_from))
    return [procedure(row) for row in rows]


def version_in_force(session: Session, now: datetime) -> Procedure:
    return load_rules(session).procedures.at(now)


def shows_errata(session: Session) -> bool:
    """Whether our notes on the SOP's citations are shown (setting `show_errata`; yes at first)."""
    setting = session.get(Setting, _SHOW_ERRATA)
    return setting is None or bool(setting.value)


def set_show_errata(session: Session, show: bool) -> None:
    with writing(session):
        session.merge(Setting(name=_SHOW_ERRATA, value=show))


def _read_version(fields: Fields, earliest: date) -> Procedure:
    valid_from = fields.day("valid_from")
    if valid_from < earliest:
        fields.refuse("valid_from", N_("Paling awal besok: yang sedang berjalan tidak diubah."))
    ombudsman_days = _days(fields, "ombudsman_days")
    lapse = _days(fields, "lapse_calendar_days")
    reminder = _days(fields, "reminder_days")
    if reminder >= lapse:
        fields.refuse("reminder_days", N_("Pengingat harus sebelum batas kelengkapan."))
    return replace(
        Procedure(),
        valid_from=valid_from,
        name=fields.line("name", limit=120),
        standards={step.no: _duration(fields, f"standard_{step.no}") for step in STEPS},
        actors={step.no: _actor(fields, step.no) for step in STEPS},
        class_days={name: _days(fields, f"class_{name}") for name in CaseClass},
        ombudsman_days=ombudsman_days,
        ombudsman_warnings=_warnings(fields, ombudsman_days),
        feedback_days=_days(fields, "feedback_days"),
        reminder_days=reminder,
        lapse_calendar_days=lapse,
        acknowledgement=_duration(fields, "acknowledgement"),
    )


def _days(fields: Fields, name: str) -> int:
    return fields.number(name, 1, MOST_DAYS)


def _duration(fields: Fields, name: str) -> Duration:
    unit = fields.choice(f"{name}_unit", UNIT_LABELS)
    return Duration(fields.number(name, 1, 999), unit or "d")


def _duration_form(name: str, duration: Duration) -> dict[str, str]:
    return {name: str(duration.amount), f"{name}_unit": duration.unit}


def _actor(fields: Fields, step: int) -> Role:
    possible = POSSIBLE_ACTORS[step]
    return Role(fields.choice(f"actor_{step}", possible) or possible[0])


def _warnings(fields: Fields, ombudsman_days: int) -> tuple[int, ...]:
    text = fields.line("ombudsman_warnings", required=False)
    parts = [part.strip() for part in text.split(",") if part.strip()]
    days = [int(part) for part in parts if part.isdecimal() and len(part) < 5]
    if len(days) < len(parts) or not all(0 < day < ombudsman_days for day in days):
        fields.refuse(
            "ombudsman_warnings",
            N_("Tulis angka di bawah batasnya, dipisah koma, misalnya 30, 45, 55."),
        )
    return tuple(sorted(set(days)))


def _tomorrow(now: datetime) -> date:
    return now.astimezone(ZONE).date() + timedelta(days=1)
