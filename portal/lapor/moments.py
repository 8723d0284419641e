"""When a report arrived: the export's two cells, in any notation that offices use, as one time."""

import re
from datetime import UTC, date, datetime, time

from portal.lapor.words import one_line
from portal.sop.office_time import ZONE
from portal.sop.text import N_, Refusal

# LAPOR! began in 2011: an earlier day is a misread cell (Excel's day 0 is in 1899).
FIRST_DAY = date(2011, 1, 1)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january",
            "feb februari february peb pebruari",
            "mar maret march mrt",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "agu agustus aug august ags agt agust",
            "sep september sept",
            "okt oktober oct october",
            "nov november nop nopember",
            "des desember dec december",
        ),
        start=1,
    )
    for name in names.split()
}
# A time may follow the day in the same cell.
_NAMED = re.compile(r"(\d{1,2})[ -]([a-z]+)\.?,?[ -](\d{4})(?:[ ,t]+(\d.*))?", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ ,t]+(\d.*))?", re.IGNORECASE)
_DAY_FIRST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:[ ,t]+(\d.*))?", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?(?: ?wib)?", re.IGNORECASE)


def read_day(text: str) -> tuple[date, time | None]:
    """The day in `text`, and the time of day if one stands behind it in the same cell.

    Takes "3 Jan 2026" (Indonesian or English months, short or long), ISO 8601, dd/mm/yyyy and
    d-m-yyyy. Raises `Refusal`.
    """
    text = one_line(text)
    if not text:
        raise Refusal(N_("Tanggal kosong."))
    try:
        day, behind = _day(text)
    except ValueError as error:
        raise Refusal(N_("“%(day)s” bukan tanggal yang ada."), day=text) from error
    if day < FIRST_DAY:
        raise Refusal(N_("Tanggal %(day)s lebih awal daripada LAPOR! sendiri."), day=text)
    return day, read_clock(behind)


def _day(text: str) -> tuple[date, str]:
    if found := _NAMED.fullmatch(text):
        day, name, year, rest = found.groups("")
        return date(int(year), _MONTHS.get(name.casefold(), 0), int(day)), rest
    if found := _ISO.fullmatch(text):
        year, month, day, rest = found.groups("")
        return date(int(year), int(month), int(day)), rest
    if found := _DAY_FIRST.fullmatch(text):
        day, _, month, year, rest = found.groups("")
        return date(int(year), int(month), int(day)), rest
    raise Refusal(
        N_("Tanggal “%(day)s” tidak dikenali; tulis seperti 3 Jan 2026 atau 03/01/2026."), day=text
    )


def read_clock(text: str) -> time | None:
    """The time of day in `text`: "08:15", "08:15:00", "08.15", "08:15 WIB"; None for an empty one.

    Raises `Refusal`.
    """
    text = one_line(text)
    if not text:
        return None
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise Refusal(N_("Waktu “%(clock)s” tidak dikenali; tulis seperti 08:15."), clock=text)
    hour, minute, second = found.groups("0")
    try:
        return time(int(hour), int(minute), int(second))
    except ValueError as error:
        raise Refusal(N_("“%(clock)s” bukan waktu yang ada."), clock=text) from error


def arrival(day: date, clock: time, now: datetime) -> datetime:
    """That day and time in Jakarta, in UTC. Raises `Refusal` when it is after `now`."""
    arrived_at = datetime.combine(day, clock, ZONE).astimezone(UTC)
    if arrived_at > now:
        raise Refusal(N_("Tanggal %(day)s ada di masa depan."), day=f"{day:%d/%m/%Y}")
    return arrived_at
