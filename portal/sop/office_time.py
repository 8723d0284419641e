"""Office time: when the office is open, and the two ways in which the SOP counts by it.

Minutes and hours run while the office is open; N working days end at the closing time of the N-th
working day after the day of the event. Every datetime that goes in is aware, whatever its zone;
every one that comes out is in `ZONE`. Amounts of office time are timedeltas.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate, pairwise
from operator import attrgetter, itemgetter
from typing import Self
from zoneinfo import ZoneInfo

from portal.sop.calendar_data import (
    DEFAULT_RAMADAN,
    DEFAULT_WEEKS,
    DayOverride,
    Hours,
    WeekHours,
    days_off,
    has_estimates,
)
from portal.sop.text import N_

__all__ = [
    "DEFAULT_RAMADAN",
    "DEFAULT_WEEKS",
    "UNIT_LABELS",
    "ZONE",
    "Calendar",
    "Day",
    "DayOverride",
    "Duration",
    "Hours",
    "Pause",
    "Span",
    "WeekHours",
    "due_with_pauses",
]

ZONE = ZoneInfo("Asia/Jakarta")
FIRST_YEAR, LAST_YEAR = 2000, 2077  # beyond it the moon's feasts are not in the library
FRIDAY, SATURDAY = 4, 5  # as date.weekday() numbers them
ONE_DAY = timedelta(days=1)
NOTHING = timedelta()
FOREVER = datetime.max.replace(tzinfo=ZONE)

NIGHT = N_("Malam")
BREAK = N_("Istirahat")
WEEKEND = N_("Akhir pekan")
DAY_OFF = N_("Libur")
RAMADAN = N_("Ramadan")
PAUSE = N_("Jeda: menunggu pelapor")
UNIT_LABELS = {"m": "%(amount)d menit", "h": "%(amount)d jam kerja", "d": "%(amount)d hari kerja"}
BAD_DURATION = N_("Lama waktu ditulis seperti 15m (menit), 1h (jam kerja), atau 10d (hari kerja).")
BAD_PAUSE = N_("Jeda tidak dapat berakhir sebelum dimulai.")
NO_HOURS = N_("Kalender memerlukan jam kerja.")
NO_ZONE = N_("Waktu harus disertai zona waktu, misalnya 2026-03-13T09:00+07:00.")
NOT_BACKWARDS = N_("Lama waktu tidak boleh negatif.")
OUT_OF_REACH = N_("Kalender kerja hanya mencakup tahun 2000 sampai 2077.")

Pause = tuple[datetime, datetime | None]  # from, to; None while it lasts
Stretch = tuple[datetime, datetime]  # a run of office time


@dataclass(frozen=True, slots=True)
class Duration:
    """An amount of minutes (`m`) or hours (`h`) of office time, or of working days (`d`).

    ValueError for a negative amount or another unit.
    """

    amount: int
    unit: str

    def __post_init__(self) -> None:
        if self.amount < 0 or self.unit not in UNIT_LABELS:
            raise ValueError(BAD_DURATION)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `15m`, `1h` or `10d`; ValueError with a sentence for anything else."""
        match = re.fullmatch(r"([0-9]{1,6})([mhd])", text.strip())
        if match is None:
            raise ValueError(BAD_DURATION)
        return cls(int(match[1]), match[2])

    @property
    def label(self) -> str:
        """The amount in words, in Indonesian."""
        return UNIT_LABELS[self.unit] % {"amount": self.amount}

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


@dataclass(frozen=True, slots=True)
class Day:
    """A day's office hours, and why they are none (a day off's name) or other than usual."""

    day: date
    hours: Hours | None
    reason: str

    def stretches(self) -> list[Stretch]:
        """The day's runs of office time: before and after the break; none on a day off."""
        runs = self.hours.runs() if self.hours else []
        return [
            (datetime.combine(self.day, begins, ZONE), datetime.combine(self.day, ends, ZONE))
            for begins, ends in runs
        ]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a deadline's way: what of it counted, or the reason why none of it did."""

    start: datetime
    end: datetime
    counted: timedelta
    reason: str


class Calendar:
    """The working calendar: the library's days off, the administrator's own days, the hours.

    Immutable; a year is laid out when first asked for. `weeks` are the office hours, each from its
    date until the next one's (the first also before its date); `ramadan` holds the first and last
    day of each Ramadan; of two `overrides` for a day the later counts. A weekend day declared
    working has the hours of Monday to Thursday. Raises ValueError without `weeks`, for naive
    datetimes, and outside the years 2000 to 2077.
    """

    def __init__(
        self,
        weeks: Sequence[WeekHours] = DEFAULT_WEEKS,
        ramadan: Sequence[tuple[date, date]] = DEFAULT_RAMADAN,
        overrides: Sequence[DayOverride] = (),
    ) -> None:
        if not weeks:
            raise ValueError(NO_HOURS)
        self._weeks = sorted(weeks, key=attrgetter("valid_from"))
        self._ramadan = tuple(ramadan)
        self._overrides = {override.day: override for override in overrides}
        self._years: dict[int, _Year] = {}

    def day(self, d: date) -> Day:
        """The day's hours and why they are none or shorter."""
        return self._year(d.year).days[(d - date(d.year, 1, 1)).days]

    def is_working_day(self, d: date) -> bool:
        return self.day(d).hours is not None

    @staticmethod
    def is_provisional(year: int) -> bool:
        """Whether the year's days off may still move: feasts estimated, or no cuti bersama yet."""
        return has_estimates(year)

    def add(self, start: datetime, duration: Duration) -> datetime:
        """When `duration` from `start` is used up: by office time, or by working days."""
        if duration.unit == "d":
            return self.add_working_days(start, duration.amount)
        minutes = duration.amount * (60 if duration.unit == "h" else 1)
        return self.add_time(start, timedelta(minutes=minutes))

    def add_time(self, start: datetime, amount: timedelta) -> datetime:
        """When `amount` of office time from `start` is used up.

        At closing time (or a break's beginning) rather than at the next opening; nothing added
        gives `start`. ValueError for a negative amount.
        """
        local = _local(start)
        if amount < NOTHING:
            raise ValueError(NOT_BACKWARDS)
        if not amount:
            return local
        year = self._year(local.year)
        amount += year.worked_until(local)
        while amount > year.worked[-1]:
            amount -= year.worked[-1]
            year = self._year(year.number + 1)
        index = bisect_left(year.worked, amount) - 1
        return year.stretches[index][0] + amount - year.worked[index]

    def add_working_days(self, start: datetime, n: int) -> datetime:
        """Closing time of the `n`-th working day after the local day of `start`.

        No days added gives `start`. ValueError for a negative number.
        """
        local = _local(start)
        if n < 0:
            raise ValueError(NOT_BACKWARDS)
        if n == 0:
            return local
        year = self._year(local.year)
        n += year.working_days_through(local)
        while n > len(year.closings):
            n -= len(year.closings)
            year = self._year(year.number + 1)
        return year.closings[n - 1]

    def between(self, a: datetime, b: datetime) -> timedelta:
        """Office time from `a` to `b`; negative when `b` is before `a`."""
        a, b = _local(a), _local(b)
        if b < a:
            return -self.between(b, a)
        years = (self._year(number).worked[-1] for number in range(a.year, b.year))
        until_b = self._year(b.year).worked_until(b)
        return sum(years, until_b) - self._year(a.year).worked_until(a)

    def working_days_between(self, a: datetime, b: datetime) -> int:
        """Working days from `a` to `b`: the day of `a` does not count, the day of `b` does.

        Negative when `b` is on an earlier day than `a`.
        """
        a, b = _local(a), _local(b)
        if b < a:
            return -self.working_days_between(b, a)
        years = (len(self._year(number).closings) for number in range(a.year, b.year))
        until_b = self._year(b.year).working_days_through(b)
        return sum(years, until_b) - self._year(a.year).working_days_through(a)

    def closes_at(self, now: datetime) -> datetime | None:
        """Today's closing time; None on a day off and after it."""
        local = _local(now)
        stretches = self.day(local.date()).stretches()
        return stretches[-1][1] if stretches and local <= stretches[-1][1] else None

    def next_opening(self, now: datetime) -> datetime:
        """The next time that an office day begins, at `now` or later."""
        local = _local(now)
        day = local.date()
        while not (stretches := self.day(day).stretches()) or stretches[0][0] < local:
            day += ONE_DAY
        return stretches[0][0]

    def explain(self, start: datetime, end: datetime, pauses: Sequence[Pause] = ()) -> list[Span]:
        """What counted from `start` to `end` and what did not, and why, without a gap.

        A night, a break, a weekend or a row of equal days off is one span; the evening before a
        day off and the morning after it belong to it. A pause is one span whatever lies in it.
        """
        at, end = _local(start), _local(end)
        spans: list[Span] = []
        for begins, ends in _in_order(pauses, at):
            begins, ends = min(begins, end), min(ends, end)
            spans += self._spans(at, begins)
            if begins < ends:
                spans.append(Span(begins, ends, NOTHING, PAUSE))
            at = ends
        return spans + self._spans(at, end)

    def _spans(self, start: datetime, end: datetime) -> list[Span]:
        days = range((end.date() - start.date()).days + 1)
        marks = [mark for n in days for mark in self._marks(start.date() + n * ONE_DAY)]
        spans: list[Span] = []
        for (begins, reason), (ends, _) in pairwise([*marks, (end, "")]):
            begins, ends = max(begins, start), min(ends, end)
            if begins >= ends:
                continue
            if spans and spans[-1].reason == reason:
                begins = spans.pop().start
            spans.append(Span(begins, ends, NOTHING if reason else ends - begins, reason))
        return spans

    def _marks(self, d: date) -> Iterator[tuple[datetime, str]]:
        """The day's turning points, each with the reason from there on ("" for office time)."""
        day = self.day(d)
        stretches = day.stretches()
        yield _midnight(d), self._night(d - ONE_DAY) if stretches else day.reason
        for index, (begins, ends) in enumerate(stretches, 1):
            yield begins, ""
            yield ends, BREAK if index < len(stretches) else self._night(d + ONE_DAY)

    def _night(self, neighbour: date) -> str:
        """What to call a night beside `neighbour`: a day off takes it over."""
        day = self.day(neighbour)
        return NIGHT if day.hours else day.reason

    def _year(self, number: int) -> "_Year":
        if number not in self._years:
            if not FIRST_YEAR <= number <= LAST_YEAR:
                raise ValueError(OUT_OF_REACH)
            first = date(number, 1, 1)
            length = (date(number + 1, 1, 1) - first).days
            days = [self._lay_out(first + n * ONE_DAY) for n in range(length)]
            self._years[number] = _Year.of(number, days)
        return self._years[number]

    def _lay_out(self, d: date) -> Day:
        reason = self._why_closed(d)
        if reason:
            return Day(d, None, reason)
        week = self._weeks[max(bisect_right(self._weeks, d, key=attrgetter("valid_from")) - 1, 0)]
        friday = d.weekday() == FRIDAY
        if any(first <= d <= last for first, last in self._ramadan):
            return Day(d, week.ramadan_fri if friday else week.ramadan_mon_thu, RAMADAN)
        return Day(d, week.fri if friday else week.mon_thu, "")

    def _why_closed(self, d: date) -> str:
        """The reason for the day off; empty when the office works."""
        override = self._overrides.get(d)
        if override:
            return "" if override.working else override.name or DAY_OFF
        return days_off(d.year).get(d, WEEKEND if d.weekday() >= SATURDAY else "")


@dataclass(frozen=True, slots=True)
class _Year:
    """A year laid out for counting: `worked` is the office time before each of the `stretches`
    and, last, of the whole year; `closings` has an entry for every working day."""

    number: int
    days: Sequence[Day]
    stretches: Sequence[Stretch]
    worked: Sequence[timedelta]
    closings: Sequence[datetime]

    @classmethod
    def of(cls, number: int, days: Sequence[Day]) -> Self:
        by_day = [stretches for day in days if (stretches := day.stretches())]
        stretches = [stretch for stretches in by_day for stretch in stretches]
        lengths = (ends - begins for begins, ends in stretches)
        return cls(
            number=number,
            days=days,
            stretches=stretches,
            worked=list(accumulate(lengths, initial=NOTHING)),
            closings=[stretches[-1][1] for stretches in by_day],
        )

    def worked_until(self, moment: datetime) -> timedelta:
        begun = bisect_left(self.stretches, moment, key=itemgetter(0))
        if begun == 0:
            return NOTHING
        begins, ends = self.stretches[begun - 1]
        return self.worked[begun - 1] + min(moment, ends) - begins

    def working_days_through(self, moment: datetime) -> int:
        return bisect_left(self.closings, _midnight(moment.date() + ONE_DAY))


def due_with_pauses(
    calendar: Calendar, start: datetime, duration: Duration, pauses: Sequence[Pause]
) -> datetime | None:
    """When a clock that stood still during `pauses` runs out; None while one of them lasts.

    The office time that was left when a pause began goes on at its end, working days too. A pause
    from the due time on changes nothing. ValueError for a pause that ends before it begins.
    """
    due = calendar.add(start, duration)
    for begins, ends in _in_order(pauses, start):
        if begins >= due:
            break
        if ends == FOREVER:
            return None
        due = calendar.add_time(ends, calendar.between(begins, due))
    return due


def _in_order(pauses: Iterable[Pause], since: datetime) -> Iterator[Stretch]:
    """The pauses by time, without overlaps and without what lies before `since`."""
    since = _local(since)
    bounds = ((_local(begins), _local(ends) if ends else FOREVER) for begins, ends in pauses)
    for begins, ends in sorted(bounds):
        if ends < begins:
            raise ValueError(BAD_PAUSE)
        begins = max(begins, since)
        if begins < ends:
            yield begins, ends
            since = ends


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(NO_ZONE)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(OUT_OF_REACH)
    return moment.astimezone(ZONE)


def _midnight(d: date) -> datetime:
    return datetime.combine(d, time.min, ZONE)
