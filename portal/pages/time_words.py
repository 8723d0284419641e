"""How deadlines are said: time left, why a clock is due when it is, what a step took.

Spans are office time throughout; the deadline itself is always said too, as a day and an hour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from portal.formats import clock_time, office_span, short_date, weekday_date, when
from portal.language import gettext, ngettext
from portal.sop.clocks import Clock, ClockKind
from portal.sop.office_time import ZONE, Calendar, Duration, Span
from portal.sop.procedure import Procedures
from portal.sop.vocabulary import Status

SOON = timedelta(hours=2)
_OFFICE_DAY = timedelta(hours=7.5)
_ONE_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """`state` is a class of the style sheet: late, soon, ok, pause, none; the words say it too."""

    state: str
    words: str
    detail: str = ""


@lru_cache(maxsize=8)
def soon_until(now: datetime, calendar: Calendar) -> datetime:
    """Up to when a deadline is soon: today, or within two office hours.

    Kept: each row of a list asks for it.
    """
    midnight = datetime.combine(now.astimezone(ZONE).date() + _ONE_DAY, time(0), ZONE)
    return max(midnight, calendar.add_time(now, SOON))


def moment_words(moment: datetime, now: datetime) -> str:
    """ "hari ini 13.30", "Jum 20 Nov 11.31"; with the year once it is another one."""
    local, here = moment.astimezone(ZONE), now.astimezone(ZONE)
    if local.year == here.year:
        return when(local, here)
    return f"{short_date(local)} {clock_time(local)}"


def time_left(
    due: datetime | None, now: datetime, calendar: Calendar, status: Status | None = None
) -> TimeLeft:
    """The words for a desk's deadline; `status` where the citizen's turn changes what they mean."""
    if due is None:
        return TimeLeft("none", gettext("tanpa batas waktu"))
    if status is Status.AWAITING_COMPLETION:
        detail = gettext("gugur bila tidak dilengkapi sampai %(when)s", when=moment_words(due, now))
        return TimeLeft("pause", gettext("menunggu pelapor"), detail)
    if status is Status.AWAITING_FEEDBACK:
        detail = gettext("dianggap selesai %(when)s", when=moment_words(due, now))
        return TimeLeft("none", _left(due, now, calendar), detail)
    detail = gettext("batas %(when)s", when=moment_words(due, now))
    if now > due:
        return TimeLeft("late", _late(due, now, calendar), detail)
    state = "soon" if due < soon_until(now, calendar) else "ok"
    return TimeLeft(state, _left(due, now, calendar), detail)


def _late(due: datetime, now: datetime, calendar: Calendar) -> str:
    late = calendar.between(due, now)
    if late < timedelta(minutes=1):
        return gettext("baru saja lewat")
    return gettext("lewat %(span)s", span=office_span(late))


def _left(due: datetime, now: datetime, calendar: Calendar) -> str:
    if now > due:
        return gettext("segera")
    days = calendar.working_days_between(now, due)
    # More are longer than a day, whatever their hours; a list asks this for each row.
    left = calendar.between(now, due) if days < 4 else _OFFICE_DAY
    if left < _OFFICE_DAY or days == 0:
        return gettext("%(span)s lagi", span=office_span(left))
    if (due.astimezone(ZONE).date() - now.astimezone(ZONE).date()).days == 1:
        return gettext("besok, 1 hari kerja")
    return ngettext("%(num)s hari kerja lagi", "%(num)s hari kerja lagi", days)


def duration_words(duration: Duration) -> str:
    """ "15 menit", "1 jam kerja", "10 hari kerja"."""
    match duration.unit:
        case "m":
            return ngettext("%(num)s menit", "%(num)s menit", duration.amount)
        case "h":
            return ngettext("%(num)s jam kerja", "%(num)s jam kerja", duration.amount)
    return ngettext("%(num)s hari kerja", "%(num)s hari kerja", duration.amount)


def office_now(now: datetime, calendar: Calendar) -> str:
    """ "kantor tutup 1 jam 55 menit lagi", "kantor buka besok 07.30"."""
    opening = calendar.next_opening(now)
    closing = calendar.closes_at(now)
    if closing is not None and closing < opening:
        # by the clock on the wall: the break counts for no deadline, yet closing comes no later
        return gettext("kantor tutup %(span)s lagi", span=office_span(closing - now))
    return gettext("kantor buka %(when)s", when=when(opening, now))


# -- why a clock is due when it is ---------------------------------------------------------------

WhyRow = tuple[str, str, bool]


def why(clock: Clock, now: datetime, calendar: Calendar) -> list[WhyRow]:
    """Rows (when, what, whether it counted) from start to deadline; days alike are one row."""
    due = clock.due(calendar)
    if clock.calendar_days and due is not None:
        rows = _calendar_rows(clock, due)
    elif clock.duration.unit == "d" and not clock.pauses and due is not None:
        rows = _day_rows(clock.started, due, calendar)
    else:
        rows = _span_rows(clock.explain(due or now, calendar))
    return [*rows, (gettext("Batas"), _rule(clock), True)]


def _rule(clock: Clock) -> str:
    amount = duration_words(clock.duration)
    match clock.kind:
        case ClockKind.STEP:
            return gettext("%(amount)s (SOP baris %(row)s)", amount=amount, row=clock.step)
        case ClockKind.CLASS_LIMIT:
            return gettext("%(amount)s menurut klasifikasi (PermenPANRB 62/2018)", amount=amount)
        case ClockKind.OMBUDSMAN:
            return gettext("%(amount)s (SOP baris %(row)s)", amount=amount, row=5)
        case ClockKind.FEEDBACK:
            return gettext("%(amount)s (SOP baris %(row)s)", amount=amount, row=7)
        case ClockKind.COMPLETION:
            days = clock.duration.amount
            return gettext(
                "%(days)s hari kalender sejak diminta, lalu jam tutup kantor (UU 25/2009)",
                days=days,
            )


def _calendar_rows(clock: Clock, due: datetime) -> list[WhyRow]:
    """The days that the law counts, and the closed ones behind them until the office acts."""
    first = clock.started.astimezone(ZONE).date() + _ONE_DAY
    last = first + (clock.duration.amount - 1) * _ONE_DAY
    days = gettext("%(days)s hari kalender", days=clock.duration.amount)
    rows = [(f"{weekday_date(first)} – {weekday_date(last)}", days, True)]
    acts_on = due.astimezone(ZONE).date()
    if acts_on > last:
        closed = f"{weekday_date(last)} – {weekday_date(acts_on - _ONE_DAY)}"
        rows.append((closed, gettext("kantor tutup"), False))
    return rows


def _span_rows(spans: Sequence[Span]) -> list[WhyRow]:
    """Whole minutes in such a way that they add up to the whole minutes of the sum."""
    rows, total = [], timedelta()
    for span in spans:
        before, total = total, total + span.counted
        rows.append(_span_row(span, total // _MINUTE - before // _MINUTE))
    return rows


def _span_row(span: Span, minutes: int) -> WhyRow:
    start, end = span.start.astimezone(ZONE), span.end.astimezone(ZONE)
    begins, ends = f"{weekday_date(start.date())} {clock_time(start)}", clock_time(end)
    if start.date() != end.date():
        ends = f"{weekday_date(end.date())} {ends}"
    if span.reason:
        text = gettext("%(reason)s, tidak dihitung", reason=gettext(span.reason))
    else:
        text = gettext("%(span)s dihitung", span=office_span(minutes))
    return f"{begins} – {ends}", text, not span.reason


def _day_rows(started: datetime, due: datetime, calendar: Calendar) -> list[WhyRow]:
    """By days: the day of the event does not count, each working day after it is one."""
    first, last = started.astimezone(ZONE).date(), due.astimezone(ZONE).date()
    rows = [(weekday_date(first), gettext("hari kejadian, tidak dihitung"), False)]
    number, since, day = 0, first + _ONE_DAY, first + _ONE_DAY
    while day <= last:
        reason = _off(day, calendar)
        worked = number + (not reason)
        if day == last or _off(day + _ONE_DAY, calendar) != reason:
            days = (day - since).days + 1
            rows.append(_days_row(since, day, reason, worked, days))
            since = day + _ONE_DAY
        number, day = worked, day + _ONE_DAY
    return rows


def _off(day: date, calendar: Calendar) -> str:
    laid_out = calendar.day(day)
    return "" if laid_out.hours else laid_out.reason


def _days_row(since: date, until: date, reason: str, number: int, days: int) -> WhyRow:
    span = weekday_date(since)
    if since != until:
        span += f" – {weekday_date(until)}"
    if reason:
        return span, gettext("%(reason)s, tidak dihitung", reason=gettext(reason)), False
    if days == 1:
        return span, gettext("hari kerja ke-%(last)s", last=number), True
    first = number - days + 1
    words = gettext("hari kerja ke-%(first)s sampai ke-%(last)s", first=first, last=number)
    return span, words, True


# -- what a clock took ---------------------------------------------------------------------------


def measured_words(measured: Mapping[str, Any], procedures: Procedures) -> str:
    """ "Langkah 3 selesai dalam 1 hari 2 jam; standar 1 hari kerja, terlambat.".

    Empty for the limits that end by running out or by the citizen's word: they measure no desk.
    """
    spent = office_span(measured["minutes"])
    verdict = gettext("terlambat") if measured["late"] else gettext("tepat waktu")
    kind = ClockKind(measured["kind"])
    if kind is ClockKind.CLASS_LIMIT and measured["completed"]:
        return gettext(
            "Tindak lanjut selesai dalam %(span)s, %(verdict)s.", span=spent, verdict=verdict
        )
    if kind is not ClockKind.STEP:
        return ""
    step = measured["step"]
    if not measured["completed"]:
        return gettext("Langkah %(step)s berhenti setelah %(span)s.", step=step, span=spent)
    standards = procedures.at(datetime.fromisoformat(measured["started"])).standards
    return gettext(
        "Langkah %(step)s selesai dalam %(span)s; standar %(standard)s, %(verdict)s.",
        step=step,
        span=spent,
        standard=duration_words(standards[step]),
        verdict=verdict,
    )
