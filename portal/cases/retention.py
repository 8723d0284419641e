"""How long reporters are kept: the years that the office sets, and what they bring about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from portal.access import SYSTEM
from portal.cases.access_log import note
from portal.cases.anonymise import anonymise, destroy_all, month_of
from portal.cases.fields import Fields
from portal.cases.record import Note, append, read_history
from portal.cases.rules import load_rules
from portal.models import Access, Caller, Complaint, Entry, Report, Setting, Sighting, writing
from portal.models.base import empty_wal
from portal.sop.office_time import ZONE
from portal.sop.procedure import CaseClass
from portal.sop.report_workflow import SEALED
from portal.sop.text import N_
from portal.sop.vocabulary import FINAL, Action
from portal.sop.workflow import NotAllowedNow, decide, row_for

_SETTING = "retention"
_MORNING = 5
MOST_YEARS = 30
LOG_YEARS = 5
REASON = N_("Masa simpan identitas sudah berakhir.")


@dataclass(frozen=True, slots=True)
class Retention:
    """For how many years after a complaint ended its reporter is kept, by class; a class that is
    not named keeps him. `log_years`: of the log of who saw what. `done_on`: the last day on which
    nothing was left to do.
    """

    years: Mapping[CaseClass, int] = field(default_factory=dict)
    log_years: int = LOG_YEARS
    done_on: date | None = None


def retention(session: Session) -> Retention:
    """What is set; until then nothing ends."""
    stored = session.get(Setting, _SETTING)
    values = stored.value if stored else {}
    done_on = values.get("done_on")
    return Retention(
        {CaseClass(name): years for name, years in values.get("years", {}).items()},
        values.get("log_years", LOG_YEARS),
        date.fromisoformat(done_on) if done_on else None,
    )


def _keep(session: Session, kept: Retention) -> None:
    values = {
        "years": {one.value: years for one, years in kept.years.items()},
        "log_years": kept.log_years,
        "done_on": kept.done_on.isoformat() if kept.done_on else None,
    }
    session.merge(Setting(name=_SETTING, value=values))


def set_retention(session: Session, raw: Mapping[str, str], by: Caller) -> None:
    """Set years (0 to 30; 0: for good) for each class by its name, and `log_years` (1 to 30).

    Raises Invalid.
    """
    fields = Fields(raw)
    years = {one: fields.number(one.value, 0, MOST_YEARS) for one in CaseClass}
    log_years = fields.number("log_years", 1, MOST_YEARS)
    fields.check()
    with writing(session):
        _keep(session, Retention({one: n for one, n in years.items() if n}, log_years))
        note(session, Access.RETENTION_SET, by)


@dataclass(frozen=True, slots=True)
class Due:
    """A complaint whose reporter has been kept long enough; `ended`: when it ended."""

    id: int
    tracking_id: str
    case_class: CaseClass
    ended: datetime


def due(session: Session, now: datetime) -> list[Due]:
    """The complaints whose years are over, the longest ended first.

    None that is under way, and none of which a month, from its arrival to its end, has a report
    that is not approved; the month of its end must have one.
    """
    kept = retention(session)
    last_days = {one: _years_before(now, years) for one, years in kept.years.items()}
    if not last_days:
        return []
    approved, under_way = _reports(session)
    return [
        Due(row.id, row.tracking_id, CaseClass(row.case_class), row.ended)
        for row in session.execute(_ended(max(last_days.values())))
        if row.case_class in last_days
        and _day(row.ended) < last_days[CaseClass(row.case_class)]
        and (row.instansi_id, month_of(row.ended)) in approved
        and not any(
            instansi_id == row.instansi_id
            and month_of(row.arrived_at) <= month <= month_of(row.ended)
            for instansi_id, month in under_way
        )
    ]


def _years_before(now: datetime, years: int) -> date:
    """The local day so many years ago; of 29 February the 28th."""
    today = _day(now)
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)


def _day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def _ended(before: date) -> Select[tuple[Any, ...]]:
    """Complaints that have ended, with when they did last, at the end of `before` at the latest."""
    ended = func.max(Entry.happened_at).label("ended")
    latest = datetime(before.year, before.month, before.day, tzinfo=ZONE)
    return (
        select(
            *(Complaint.id, Complaint.tracking_id, Complaint.case_class),
            *(Complaint.instansi_id, Complaint.arrived_at, ended),
        )
        .join(Entry, Entry.complaint_id == Complaint.id)
        .where(
            Complaint.status.in_(FINAL),
            ~Complaint.anonymised,
            Complaint.arrived_at < latest,
            Entry.target.in_(FINAL),
            Entry.source.is_distinct_from(Entry.target),
        )
        .group_by(Complaint.id)
        .having(ended < latest)
        .order_by(ended, Complaint.id)
    )


def _reports(session: Session) -> tuple[set[tuple[int, date]], set[tuple[int, date]]]:
    """The months, by instansi, that have an approved report, and those that have one under way."""
    rows = session.execute(select(Report.instansi_id, Report.month, Report.state)).tuples().all()
    approved = {(instansi_id, month) for instansi_id, month, state in rows if state in SEALED}
    under_way = {(instansi_id, month) for instansi_id, month, state in rows if state not in SEALED}
    return approved, under_way


def apply_retention(session: Session, folder: Path, now: datetime, limit: int) -> list[str]:
    """Anonymise what is due, at most `limit` complaints, each in a transaction of its own, and
    forget what the log keeps no longer; the Tracking IDs.

    What changed meanwhile so that it may not be anonymised is left for another day.
    """
    done = [one.tracking_id for one in due(session, now)[:limit] if _anonymise(session, one, now)]
    destroy_all(session, folder)
    with writing(session):
        kept = retention(session)
        over = _years_before(now, kept.log_years)
        session.execute(delete(Sighting).where(Sighting.day < over))
        if len(done) < limit:
            _keep(session, Retention(kept.years, kept.log_years, _day(now)))
    empty_wal(session)
    return done


def _anonymise(session: Session, one: Due, now: datetime) -> bool:
    with writing(session):
        rules, complaint = load_rules(session), session.get_one(Complaint, one.id)
        history = read_history(session, complaint, rules)
        entries, state = history.entries, history.timeline.state
        try:
            row = row_for(state, Action.ANONYMISE, SYSTEM.role, rules.procedures.at(now))
            details = anonymise(session, complaint, entries, REASON)
        except NotAllowedNow:
            return False
        at = max(now, entries[-1].happened_at)
        entry = Note(Action.ANONYMISE, decide(row, state, details).target, at, details)
        append(session, complaint, history, entry, SYSTEM, rules, now)
    return True


def is_night_due(kept: Retention, now: datetime) -> bool:
    """Whether this night's work is not done yet: between midnight and five in the morning."""
    return now.astimezone(ZONE).hour < _MORNING and kept.done_on != _day(now)
