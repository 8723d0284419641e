"""What the working calendar is made from: office hours, Ramadan, days off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cache

from portal.sop.text import N_

BAD_HOURS = N_("Jam kerja harus berurutan: buka, mulai istirahat, selesai istirahat, tutup.")


@dataclass(frozen=True, slots=True)
class Hours:
    """One day's office hours in local time; without a break, `break_from` equals `break_to`.

    ValueError when they are out of order.
    """

    opens: time
    closes: time
    break_from: time
    break_to: time

    def __post_init__(self) -> None:
        with_break = self.opens < self.break_from < self.break_to < self.closes
        without = self.opens <= self.break_from == self.break_to <= self.closes > self.opens
        if not (with_break or without):
            raise ValueError(BAD_HOURS)

    def runs(self) -> list[tuple[time, time]]:
        """The runs of office time before and after the break."""
        if self.break_from == self.break_to:
            return [(self.opens, self.closes)]
        return [(self.opens, self.break_from), (self.break_to, self.closes)]


@dataclass(frozen=True, slots=True)
class WeekHours:
    """The office hours of a week, in force from a date on."""

    valid_from: date
    mon_thu: Hours
    fri: Hours
    ramadan_mon_thu: Hours
    ramadan_fri: Hours


@dataclass(frozen=True, slots=True)
class DayOverride:
    """An administrator's word on one day, over the library's: a day off, or none after all."""

    day: date
    name: str
    working: bool


# Perpres 21/2023: 37.5 hours a week, 32.5 in Ramadan.
DEFAULT_WEEKS = (
    WeekHours(
        valid_from=date(2023, 4, 12),
        mon_thu=Hours(time(7, 30), time(16), time(12), time(13)),
        fri=Hours(time(7, 30), time(16, 30), time(11, 30), time(13)),
        ramadan_mon_thu=Hours(time(8), time(15), time(12), time(12, 30)),
        ramadan_fri=Hours(time(8), time(15, 30), time(11, 30), time(12, 30)),
    ),
)
DEFAULT_RAMADAN = (
    (date(2025, 3, 1), date(2025, 3, 30)),
    (date(2026, 2, 19), date(2026, 3, 20)),
    (date(2027, 2, 8), date(2027, 3, 9)),  # an estimate
)


def days_off(year: int) -> Mapping[date, str]:
    """National holidays and cuti bersama of the year, each with its Indonesian name."""
    return _library(year, "public", "government")


def has_estimates(year: int) -> bool:
    """Whether days off may still move: a feast is estimated, or cuti bersama is not decreed."""
    estimated = any("(perkiraan)" in name for name in days_off(year).values())
    return estimated or not _library(year, "government")


@cache
def _library(year: int, *categories: str) -> Mapping[date, str]:
    import holidays  # takes 0.2 s and 15 MB, so only a process that reckons with time loads it

    return dict(holidays.country_holidays("ID", categories=categories, language="id", years=year))
