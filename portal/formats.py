"""How times, spans and labels are written on screen: by Babel, in WIB, relative and absolute."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask

from portal.language import gettext, language, ngettext
from portal.sop.office_time import ZONE
from portal.sop.text import N_, Refusal, worded


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        full_time=full_time,
        short_time=short_time,
        clock_time=clock_time,
        full_date=full_date,
        short_date=short_date,
        month_name=month_name,
        whole_number=whole_number,
        office_span=office_span,
        sentence=sentence,
        label=label,
    )


def full_time(moment: datetime) -> str:
    """Such as "Senin, 23 November 2026 14.05 WIB"."""
    return f"{full_date(moment)} {clock_time(moment)} WIB"


def short_time(moment: datetime) -> str:
    """Such as "23 Nov 14.05"; the year is left to the full form."""
    return f"{_date(_day(moment), 'd MMM')} {clock_time(moment)}"


def clock_time(moment: datetime) -> str:
    """Such as "14.05"."""
    local = moment.astimezone(ZONE)
    return f"{local.hour:02}.{local.minute:02}"


def full_date(day: date | datetime) -> str:
    """Such as "Senin, 23 November 2026"."""
    return _date(_day(day), "EEEE, d MMMM y")


def short_date(day: date | datetime) -> str:
    """Such as "23 Nov 2026"."""
    return _date(_day(day), "d MMM y")


def month_name(month: date) -> str:
    """Such as "November 2026"."""
    return _date(month, "MMMM y")


def day_word(day: date, today: date) -> str:
    """Such as "hari ini", "besok", "kemarin", or the weekday and date."""
    distance = (day - today).days
    if distance in _NEAR:
        return gettext(_NEAR[distance])
    return _date(day, "EEEE") if 1 < distance < 7 else weekday_date(day)


_NEAR = {-1: N_("kemarin"), 0: N_("hari ini"), 1: N_("besok")}


def weekday_date(day: date) -> str:
    """Such as "Sen 23 Nov"."""
    return _date(day, "EEE d MMM")


def when(moment: datetime, now: datetime) -> str:
    """Such as "hari ini 14.05", "besok 16.00", "Kam 26 Nov 16.00": relative day, absolute time."""
    local, today = moment.astimezone(ZONE), now.astimezone(ZONE).date()
    return f"{day_word(local.date(), today)} {clock_time(local)}"


def whole_number(number: int) -> str:
    """Such as "12.500"."""
    return format_decimal(number, locale=language())


def office_span(minutes: int | timedelta, hours_a_day: float = 7.5) -> str:
    """Office minutes (or a timedelta of office time) in words: "2 hari 3 jam", "25 menit".

    A day is the calendar's average working day, 37.5 hours in five days.
    """
    if isinstance(minutes, timedelta):
        minutes = int(minutes.total_seconds() // 60)
    per_day = int(hours_a_day * 60)
    days, rest = divmod(minutes, per_day)
    hours, minutes = divmod(rest, 60)
    parts = []
    if days:
        parts.append(ngettext("%(num)s hari", "%(num)s hari", days))
    if hours:
        parts.append(ngettext("%(num)s jam", "%(num)s jam", hours))
    if minutes and not days:
        parts.append(ngettext("%(num)s menit", "%(num)s menit", minutes))
    return " ".join(parts) or gettext("kurang dari 1 menit")


def sentence(refusal: Refusal) -> str:
    """A refusal in the reader's language; params that are labels are translated first."""
    return gettext(refusal.message, **worded(refusal.params, gettext))


def label(text: str) -> str:
    """A domain label in the reader's language (the catalogue has no entry for "")."""
    return gettext(text) if text else ""


def _day(day: date | datetime) -> date:
    return day.astimezone(ZONE).date() if isinstance(day, datetime) else day


def _date(day: date, pattern: str) -> str:
    return _written(day, pattern, language())


@lru_cache(maxsize=1024)
def _written(day: date, pattern: str, locale: str) -> str:
    """Kept: a list says few days, many times."""
    return format_date(day, pattern, locale=locale)
