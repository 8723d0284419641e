"""`flask office-time`: when a deadline ends and how much office time lies between two moments."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

import click
from babel.dates import format_date
from flask.cli import AppGroup

from portal.cases.rules import load_rules
from portal.commands import Refused, has_database, iso, read_time
from portal.extensions import db
from portal.sop.office_time import ZONE, Calendar, Day, Duration

group = AppGroup("office-time", help="Jam dan hari kerja menurut kalender kantor.")
# Words that look like options ("-5d", "-") are answers here, right or wrong.
ANY_WORDS = {"ignore_unknown_options": True}
ONE_MINUTE = timedelta(minutes=1)
ONE_DAY = timedelta(days=1)


def calendar_in_force() -> Calendar:
    """The database's calendar; the one to start with where there is no database yet."""
    return load_rules(db.session()).calendar if has_database() else Calendar()


@group.command(
    "due",
    context_settings=ANY_WORDS,
    help="Cetak kapan DURATION (15m, 1h, 10d) sejak START habis. "
    "Dengan - dibaca dari masukan, satu START dan DURATION sebaris.",
)
@click.argument("words", nargs=-1, metavar="START DURATION | -")
@click.option("--explain", is_flag=True, help="Cetak juga hari demi hari apa yang dihitung.")
def due(words: tuple[str, ...], explain: bool) -> None:
    calendar = calendar_in_force()
    if words == ("-",) and not explain:
        _due_by_line(calendar, sys.stdin.buffer)
        return
    try:
        start, duration = _question(words)
        end = calendar.add(start, duration)
    except ValueError as error:
        raise Refused(str(error)) from None
    click.echo(iso(end))
    if explain:
        in_days = duration.unit == "d"
        lines = _days(calendar, start, end) if in_days else _spans(calendar, start, end)
        click.echo("\n".join(lines))


def _question(words: tuple[str, ...]) -> tuple[datetime, Duration]:
    if len(words) != 2:
        raise ValueError("Tulis waktu mulai dan lama waktu, misalnya 2026-03-13T09:00 10d.")
    return read_time(words[0]), Duration.parse(words[1])


def _due_by_line(calendar: Calendar, lines: Iterable[bytes]) -> None:
    failed = False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            start, duration = _question(tuple(line.decode(errors="replace").rsplit(maxsplit=1)))
            click.echo(iso(calendar.add(start, duration)))
        except ValueError as error:
            failed = True
            click.echo(f"Baris {number}: {error}", err=True)
    if failed:
        sys.exit(1)


def _days(calendar: Calendar, start: datetime, end: datetime) -> Iterator[str]:
    """Working days: which day counted as which, and why the others did not."""
    first, last = start.astimezone(ZONE).date(), end.date()
    yield f"{_named(first)}  hari kejadian, tidak dihitung"
    counted = 0
    for n in range(1, (last - first).days + 1):
        day = calendar.day(first + n * ONE_DAY)
        counted += day.hours is not None
        yield f"{_named(day.day)}  {_why(day, counted)}"


def _why(day: Day, counted: int) -> str:
    if day.hours is None:
        return f"libur: {day.reason}"
    hours = f"hari kerja ke-{counted} ({day.hours.opens:%H.%M}-{day.hours.closes:%H.%M})"
    return f"{hours}, {day.reason}" if day.reason else hours


def _spans(calendar: Calendar, start: datetime, end: datetime) -> Iterator[str]:
    """Minutes and hours: what of each stretch counted, and why the others did not."""
    for span in calendar.explain(start, end):
        what = span.reason or _hours(span.counted)
        until = f"{span.end:%H.%M}"
        if span.end.date() != span.start.date():
            until = f"{_named(span.end.date())} {until}"
        yield f"{_named(span.start.date())} {span.start:%H.%M} - {until}  {what}"


def _named(day: date) -> str:
    return str(format_date(day, "EEE d MMM y", locale="id"))


def _hours(amount: timedelta) -> str:
    hours, minutes = divmod(int(amount / ONE_MINUTE), 60)
    return " ".join(
        part for part in (f"{hours} jam" * bool(hours), f"{minutes} menit" * bool(minutes)) if part
    )


@group.command(
    "between", context_settings=ANY_WORDS, help="Cetak menit dan hari kerja dari A sampai B."
)
@click.argument("words", nargs=-1, metavar="A B")
@click.option("--json", "as_json", is_flag=True, help="Sebagai JSON.")
def between(words: tuple[str, ...], as_json: bool) -> None:
    try:
        if len(words) != 2:
            raise ValueError("Tulis dua waktu, misalnya 2026-03-13T09:00 2026-03-16T09:00.")
        a, b = map(read_time, words)
        calendar = calendar_in_force()
        minutes = int(calendar.between(a, b) / ONE_MINUTE)
        days = calendar.working_days_between(a, b)
    except ValueError as error:
        raise Refused(str(error)) from None
    if as_json:
        click.echo(json.dumps({"office_minutes": minutes, "working_days": days}))
    else:
        click.echo(f"{minutes} menit kerja, {days} hari kerja")
