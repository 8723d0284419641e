"""The rules in force: the working calendar and the versions of the SOP, read from the settings."""

from dataclasses import dataclass
from datetime import time
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.models import LedgerDay, OfficeHours, Ramadan, Setting, SopVersion, SpecialDay
from portal.sop.office_time import (
    DEFAULT_RAMADAN,
    DEFAULT_WEEKS,
    Calendar,
    DayOverride,
    Duration,
    Hours,
    WeekHours,
)
from portal.sop.procedure import CaseClass, Procedure, Procedures, Role

_REVISION = "rules_revision"
_PERIODS = ("mon_thu", "fri", "ramadan_mon_thu", "ramadan_fri")
_EDGES = ("opens", "closes", "break_from", "break_to")


@dataclass(frozen=True, slots=True)
class Rules:
    """What every decision needs beside the complaint itself."""

    calendar: Calendar
    procedures: Procedures


class Version(NamedTuple):
    """What a page is made from: `head` changes with any entry, `revision` with the rules."""

    head: str
    revision: int


_HEAD = select(LedgerDay.last_hash).order_by(LedgerDay.day.desc()).limit(1)
_RULES = select(Setting.value).where(Setting.name == _REVISION)
# For a statement that asks for more besides; None while the rules are as they came.
RULES_REVISION = _RULES.scalar_subquery()
_VERSION = select(_HEAD.scalar_subquery(), RULES_REVISION)


def read_version(session: Session) -> Version:
    """The head of the ledger and the revision of the rules: one row, however many complaints.

    Another desk's work changes it too; that costs a list which turns out the same.
    """
    head, revision = session.execute(_VERSION).one()
    return Version(head or "", revision or 0)


_cache: WeakKeyDictionary[Engine, tuple[int, Rules]] = WeakKeyDictionary()


def load_rules(session: Session, revision: int | None = None) -> Rules:
    """The rules in force; read anew only after `rules_changed`.

    One small query otherwise; none where the caller has just read the `revision`.
    """
    if revision is None:
        revision = _revision(session)
    engine = session.get_bind().engine
    cached = _cache.get(engine)
    if cached is None or cached[0] != revision:
        cached = (revision, Rules(read_calendar(session), _read_procedures(session)))
        _cache[engine] = cached
    return cached[1]


def rules_changed(session: Session) -> None:
    """Call in the transaction that changes office hours, days off or an SOP version."""
    session.merge(Setting(name=_REVISION, value=_revision(session) + 1))
    session.flush()


def _revision(session: Session) -> int:
    return session.scalar(_RULES) or 0


def read_calendar(session: Session) -> Calendar:
    """The calendar as the settings have it in this session, saved or not."""
    weeks = [*DEFAULT_WEEKS, *map(week_hours, session.scalars(select(OfficeHours)))]
    entered = [(one.first_day, one.last_day) for one in session.scalars(select(Ramadan))]
    years = {first.year for first, _ in entered}
    ramadan = [span for span in DEFAULT_RAMADAN if span[0].year not in years] + entered
    overrides = [
        DayOverride(special.day, special.name, special.working)
        for special in session.scalars(select(SpecialDay))
    ]
    return Calendar(weeks, sorted(ramadan), overrides)


def week_hours(row: OfficeHours) -> WeekHours:
    """A stored row of office hours, `{"fri": {"opens": "07:30", ...}, ...}`, for the rules."""
    periods = {
        name: Hours(**{edge: time.fromisoformat(row.hours[name][edge]) for edge in _EDGES})
        for name in _PERIODS
    }
    return WeekHours(row.valid_from, **periods)


def week_hours_data(week: WeekHours) -> dict[str, dict[str, str]]:
    """`week` as `OfficeHours.hours` keeps it; the inverse of `week_hours`."""
    return {
        name: {edge: f"{getattr(getattr(week, name), edge):%H:%M}" for edge in _EDGES}
        for name in _PERIODS
    }


def _read_procedures(session: Session) -> Procedures:
    stored = [procedure(row) for row in session.scalars(select(SopVersion)) if row.settings]
    return Procedures((Procedure(), *stored))


def procedure(row: SopVersion) -> Procedure:
    """A stored version of the SOP as the rules need it."""
    settings = row.settings
    return Procedure(
        valid_from=row.valid_from,
        name=row.name,
        standards={int(no): Duration.parse(text) for no, text in settings["standards"].items()},
        actors={int(no): Role(text) for no, text in settings["actors"].items()},
        class_days={CaseClass(name): days for name, days in settings["class_days"].items()},
        ombudsman_days=settings["ombudsman_days"],
        ombudsman_warnings=tuple(settings["ombudsman_warnings"]),
        feedback_days=settings["feedback_days"],
        reminder_days=settings["reminder_days"],
        lapse_calendar_days=settings["lapse_calendar_days"],
        acknowledgement=Duration.parse(settings["acknowledgement"]),
    )


def procedure_data(version: Procedure) -> dict[str, Any]:
    """`version` as `SopVersion.settings` keeps it; the inverse of `procedure`."""
    return {
        "standards": {str(no): str(duration) for no, duration in version.standards.items()},
        "actors": {str(no): role.value for no, role in version.actors.items()},
        "class_days": {name.value: days for name, days in version.class_days.items()},
        "ombudsman_days": version.ombudsman_days,
        "ombudsman_warnings": list(version.ombudsman_warnings),
        "feedback_days": version.feedback_days,
        "reminder_days": version.reminder_days,
        "lapse_calendar_days": version.lapse_calendar_days,
        "acknowledgement": str(version.acknowledgement),
    }
