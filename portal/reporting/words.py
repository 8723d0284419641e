"""How numbers, times and texts are written on paper: Indonesian whatever the screen's language."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from portal.sop.office_time import ZONE

_LOCALE = "id"
_MINUTES_A_DAY = 450  # the calendar's average: 37.5 hours in five days
_ITEM = re.compile(r"\s*(?:(?P<number>\d+[.)])|[-•])\s+(?P<text>.*)")


def number(value: int | None) -> str:
    """Such as "1.500"; a dash for what there is not."""
    return "–" if value is None else format_decimal(value, locale=_LOCALE)


def signed(value: int) -> str:
    """A difference with its sign, such as "+12" or "–3"."""
    return f"{'+' if value > 0 else '–' if value < 0 else ''}{number(abs(value))}"


def percent(share: float | None) -> str:
    """A share from 0 to 1 such as "87,5%" or "9,0%"; a dash where nothing was measured.

    One decimal always, so that a column can be compared; none and all are "0%" and "100%".
    """
    if share is None:
        return "–"
    return f"{format_decimal(share * 100, '0' if share in (0, 1) else '0.0', locale=_LOCALE)}%"


def office_span(minutes: int | None) -> str:
    """Office minutes in words: "2 hari 3 jam", "25 menit"; a dash for None."""
    if minutes is None:
        return "–"
    days, rest = divmod(minutes, _MINUTES_A_DAY)
    hours, rest = divmod(rest, 60)
    parts = [f"{days} hari" * bool(days), f"{hours} jam" * bool(hours)]
    if not days:
        parts.append(f"{rest} menit" * bool(rest))
    return " ".join(filter(None, parts)) or "kurang dari 1 menit"


def month_name(month: date) -> str:
    """Such as "September 2026"."""
    return format_date(month, "MMMM y", locale=_LOCALE)


def short_month(month: date) -> str:
    """Such as "Sep 26", for a chart's axis."""
    return format_date(month, "MMM yy", locale=_LOCALE)


def plain_date(day: date | datetime | None) -> str:
    """Such as "5 Oktober 2026"; room for ink where there is no day yet."""
    return format_date(_day(day), "d MMMM y", locale=_LOCALE) if day else "." * 26


def full_date(day: date | datetime) -> str:
    """Such as "Senin, 5 Oktober 2026"."""
    return format_date(_day(day), "EEEE, d MMMM y", locale=_LOCALE)


def short_date(day: date | datetime) -> str:
    """Such as "05-10-2026", for a column."""
    return format_date(_day(day), "dd-MM-y", locale=_LOCALE)


def full_time(moment: datetime) -> str:
    """Such as "Senin, 5 Oktober 2026 14.05 WIB"."""
    local = moment.astimezone(ZONE)
    return format_datetime(local, "EEEE, d MMMM y HH.mm", locale=_LOCALE) + " WIB"


def short_time(moment: datetime) -> str:
    """Such as "05-10-2026 14.05"."""
    return format_datetime(moment.astimezone(ZONE), "dd-MM-y HH.mm", locale=_LOCALE)


def listing(names: Sequence[str]) -> str:
    """ "Kesehatan", "Kesehatan dan Perhubungan", "Kesehatan, Perhubungan, dan Sosial"."""
    if len(names) < 3:
        return " dan ".join(names)
    return f"{', '.join(names[:-1])}, dan {names[-1]}"


def blocks(text: str) -> list[tuple[str, list[str]]]:
    """A text as its writer meant it: ("p" | "ol" | "ul", lines); a blank line ends a paragraph.

    Lines that begin with "1." or "-" are the items of a list.
    """
    lines = [line.strip() for line in text.splitlines()]
    found: list[tuple[str, list[str]]] = []
    for kind, group in groupby(lines, _kind):
        if kind == "p":
            found.append(("p", list(group)))
        elif kind:
            found.append((kind, [_without_mark(line) for line in group]))
    return found


def _kind(line: str) -> str:
    item = _ITEM.fullmatch(line)
    if item is None:
        return "p" if line else ""
    return "ol" if item["number"] else "ul"


def _without_mark(line: str) -> str:
    item = _ITEM.fullmatch(line)
    return item["text"] if item else line


def _day(day: date | datetime) -> date:
    return day.astimezone(ZONE).date() if isinstance(day, datetime) else day
