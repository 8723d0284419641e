"""The administrator's verbs on the working calendar, each with the deadlines that it moves.

Open deadlines are reckoned anew with the calendar as it will be, in the same transaction; what the
history has measured stays, for no entry is touched. A day off may be declared late, for days when
the office was shut by something that nobody could enter before; whatever would make a day longer
than it was (a cancelled day off, other hours, another Ramadan) begins today at the earliest.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from operator import attrgetter

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.cases.fields import Fields
from portal.cases.record import timeline_of, update_cache
from portal.cases.rules import Rules, load_rules, read_calendar, rules_changed, week_hours_data
from portal.models import Complaint, Entry, OfficeHours, Ramadan, SpecialDay, writing
from portal.sop.clocks import Clock, Timeline
from portal.sop.office_time import DEFAULT_RAMADAN, ZONE, Calendar, Hours, WeekHours
from portal.sop.text import N_
from portal.sop.vocabulary import FINAL

PERIODS: Mapping[str, str] = {
    "mon_thu": N_("Senin sampai Kamis"),
    "fri": N_("Jumat"),
    "ramadan_mon_thu": N_("Ramadan, Senin sampai Kamis"),
    "ramadan_fri": N_("Ramadan, Jumat"),
}
EDGES: Mapping[str, str] = {
    "opens": N_("Buka"),
    "break_from": N_("Mulai istirahat"),
    "break_to": N_("Selesai istirahat"),
    "closes": N_("Tutup"),
}
_NOT_PAST = N_("Paling awal hari ini: yang sudah lewat tidak diubah.")
_BATCH = 500
_COMPLAINT_ID = attrgetter("complaint_id")


@dataclass(frozen=True, slots=True)
class DeclareDay:
    """A day off, or (`working`) a day on which the office works after all."""

    day: date
    name: str
    working: bool

    def apply(self, session: Session) -> None:
        session.merge(SpecialDay(day=self.day, name=self.name, working=self.working))


@dataclass(frozen=True, slots=True)
class ForgetDay:
    """The day is again what the library says of it."""

    day: date

    def apply(self, session: Session) -> None:
        session.execute(delete(SpecialDay).where(SpecialDay.day == self.day))


@dataclass(frozen=True, slots=True)
class SetHours:
    """Other office hours from a date on."""

    week: WeekHours

    def apply(self, session: Session) -> None:
        hours = week_hours_data(self.week)
        session.merge(OfficeHours(valid_from=self.week.valid_from, hours=hours))


@dataclass(frozen=True, slots=True)
class WithdrawHours:
    """Office hours that were to come do not."""

    valid_from: date

    def apply(self, session: Session) -> None:
        session.execute(delete(OfficeHours).where(OfficeHours.valid_from == self.valid_from))


@dataclass(frozen=True, slots=True)
class SetRamadan:
    """A year's Ramadan, instead of the one that was foreseen."""

    first_day: date
    last_day: date

    def apply(self, session: Session) -> None:
        year = self.first_day.year
        same_year = Ramadan.first_day.between(date(year, 1, 1), date(year, 12, 31))
        session.execute(delete(Ramadan).where(same_year))
        session.add(Ramadan(first_day=self.first_day, last_day=self.last_day))


# Each is written by its `apply`, inside the caller's transaction.
Change = DeclareDay | ForgetDay | SetHours | WithdrawHours | SetRamadan


@dataclass(frozen=True, slots=True)
class Move:
    """A deadline that moves: whose, which clock's, from when to when."""

    tracking_id: str
    clock: Clock
    old: datetime
    new: datetime


def preview(session: Session, change: Change) -> list[Move]:
    """The open deadlines that `change` would move, earliest first; nothing is written."""
    rules = load_rules(session)
    future = Rules(_calendar_with(session, change), rules.procedures)
    moves = [
        move
        for complaint, timeline in _open_complaints(session, future)
        for move in _moves(complaint, timeline, rules.calendar, future.calendar)
    ]
    return sorted(moves, key=attrgetter("old", "tracking_id"))


def save(session: Session, change: Change) -> int:
    """Write `change` and move the open deadlines with it, in one transaction; how many moved."""
    moved = 0
    with writing(session):
        old = load_rules(session)
        change.apply(session)
        rules_changed(session)
        rules = Rules(read_calendar(session), old.procedures)
        for complaint, timeline in _open_complaints(session, rules):
            moved += len(_moves(complaint, timeline, old.calendar, rules.calendar))
            update_cache(complaint, timeline, rules)
    return moved


class _Undo(Exception):
    """Ends a trial."""


def _calendar_with(session: Session, change: Change) -> Calendar:
    with suppress(_Undo), writing(session):
        change.apply(session)
        calendar = read_calendar(session)
        raise _Undo
    return calendar


def _open_complaints(session: Session, rules: Rules) -> Iterator[tuple[Complaint, Timeline]]:
    """Every complaint that has not ended, with its history read by `rules`; in batches."""
    after = 0
    while complaints := _open_after(session, after):
        after = complaints[-1].id
        entries = session.scalars(
            select(Entry)
            .where(Entry.complaint_id.in_([complaint.id for complaint in complaints]))
            .order_by(Entry.complaint_id, Entry.seq)
        )
        histories = {key: list(group) for key, group in groupby(entries, _COMPLAINT_ID)}
        for complaint in complaints:
            yield complaint, timeline_of(histories[complaint.id], rules)


def _open_after(session: Session, after: int) -> Sequence[Complaint]:
    return session.scalars(
        select(Complaint)
        .where(Complaint.status.not_in(FINAL), Complaint.id > after)
        .order_by(Complaint.id)
        .limit(_BATCH)
    ).all()


def _moves(complaint: Complaint, timeline: Timeline, old: Calendar, new: Calendar) -> list[Move]:
    dues = ((clock, clock.due(old), clock.due(new)) for clock in timeline.acting_clocks())
    return [
        Move(complaint.tracking_id, clock, before, after)
        for clock, before, after in dues
        if before is not None and after is not None and before != after
    ]


# -- reading the forms -------------------------------------------------------------------------


def read_day(raw: Mapping[str, str], now: datetime) -> DeclareDay:
    """A day off or a cancelled one: `day`, `name`, `kind` ("off" or "working"). Raises Invalid."""
    fields = Fields(raw)
    day = fields.day("day")
    name = fields.line("name", limit=120)
    working = fields.choice("kind", ("off", "working")) == "working"
    if working and day < _today(now):
        fields.refuse("day", _NOT_PAST)
    fields.check()
    return DeclareDay(day, name, working)


def read_forgotten_day(raw: Mapping[str, str], now: datetime) -> ForgetDay:
    """A declared `day` to take back, as long as it is not past. Raises Invalid."""
    fields = Fields(raw)
    day = fields.day("day")
    if day < _today(now):
        fields.refuse("day", _NOT_PAST)
    fields.check()
    return ForgetDay(day)


def read_hours(raw: Mapping[str, str], now: datetime) -> SetHours:
    """Office hours: `valid_from`, and `<period>_<edge>` as HH:MM. Raises Invalid.

    A period that does not work is refused at its `<period>_opens`.
    """
    fields = Fields(raw)
    valid_from = fields.day("valid_from")
    if valid_from < _today(now):
        fields.refuse("valid_from", _NOT_PAST)
    read = {period: _read_period(fields, period) for period in PERIODS}
    fields.check()
    periods = {period: hours for period, hours in read.items() if hours is not None}
    return SetHours(WeekHours(valid_from, **periods))


def ramadan_periods(session: Session) -> list[tuple[date, date]]:
    """First and last day of every Ramadan that the calendar knows, oldest first."""
    periods = {first.year: (first, last) for first, last in DEFAULT_RAMADAN}
    stored = session.scalars(select(Ramadan))
    periods |= {row.first_day.year: (row.first_day, row.last_day) for row in stored}
    return sorted(periods.values())


def hours_form(week: WeekHours) -> dict[str, str]:
    """`week` as the form of `read_hours` has it, without the date."""
    return {
        f"{period}_{edge}": clock
        for period, edges in week_hours_data(week).items()
        for edge, clock in edges.items()
    }


def read_withdrawn_hours(raw: Mapping[str, str], now: datetime) -> WithdrawHours:
    """Office hours of a `valid_from` that is still to come. Raises Invalid."""
    fields = Fields(raw)
    valid_from = fields.day("valid_from")
    if valid_from <= _today(now):
        fields.refuse("valid_from", N_("Yang sudah berlaku tidak dapat dicabut."))
    fields.check()
    return WithdrawHours(valid_from)


def read_ramadan(
    raw: Mapping[str, str], known: Collection[tuple[date, date]], now: datetime
) -> SetRamadan:
    """A Ramadan from `first_day` to `last_day`, inclusive. Raises Invalid.

    One of those `known` that has begun may still change its end.
    """
    fields = Fields(raw)
    first, last = fields.day("first_day"), fields.day("last_day")
    today = _today(now)
    if (last - first).days + 1 not in (29, 30):
        fields.refuse("last_day", N_("Ramadan berlangsung 29 atau 30 hari."))
    begun = any(first == begins for begins, _ in known)
    if first < today and not begun:
        fields.refuse("first_day", _NOT_PAST)
    if last < today:
        fields.refuse("last_day", _NOT_PAST)
    fields.check()
    return SetRamadan(first, last)


def _read_period(fields: Fields, period: str) -> Hours | None:
    opens, break_from, break_to, closes = (
        _read_clock(fields, f"{period}_{edge}") for edge in EDGES
    )
    if opens is None or break_from is None or break_to is None or closes is None:
        return None
    try:
        return Hours(opens=opens, closes=closes, break_from=break_from, break_to=break_to)
    except ValueError as problem:
        fields.refuse(f"{period}_opens", str(problem))
    return None


def _read_clock(fields: Fields, name: str) -> time | None:
    text = fields.line(name).replace(".", ":")
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        fields.refuse(name, N_("Tulis jam seperti 07.30."))
    return None


def _today(now: datetime) -> date:
    return now.astimezone(ZONE).date()
