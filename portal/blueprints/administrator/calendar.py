"""Days off, Ramadan, office hours: each change first shows which deadlines it moves."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for

from portal.access import Permission, requires
from portal.blueprints.administrator.home import blueprint, today
from portal.cases import calendar_changes as verbs
from portal.cases.answers import Invalid
from portal.cases.rules import week_hours
from portal.extensions import db
from portal.formats import clock_time, full_date, label, short_date
from portal.language import gettext, ngettext
from portal.pages.plain_form import PlainForm
from portal.queries.administration import off_days, office_hours
from portal.sop.clocks import Clock
from portal.sop.office_time import DEFAULT_WEEKS, WeekHours
from portal.web import now, render

SHOWN = 20


@blueprint.get("/kalender/")
@requires(Permission.ADMINISTER)
def calendar() -> Any:
    """The days off to come, Ramadan, the office hours, and the forms that change them."""
    return _page()


@blueprint.post("/kalender/hari")
@requires(Permission.ADMINISTER)
def declare_day() -> Any:
    """A day off, or one that was cancelled."""
    return _change(lambda: verbs.read_day(request.form, now()), lambda form: _page(day=form))


@blueprint.post("/kalender/hari/hapus")
@requires(Permission.ADMINISTER)
def forget_day() -> Any:
    """A declared day is again what the national calendar says of it."""
    return _change(
        lambda: verbs.read_forgotten_day(request.form, now()), lambda form: _page(day=form)
    )


@blueprint.post("/kalender/ramadan")
@requires(Permission.ADMINISTER)
def set_ramadan() -> Any:
    """A year's Ramadan."""
    known = verbs.ramadan_periods(db.session())
    return _change(
        lambda: verbs.read_ramadan(request.form, known, now()), lambda form: _page(ramadan=form)
    )


@blueprint.route("/kalender/jam-kerja", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def set_hours() -> Any:
    """Office hours from a date on; the form begins with those in force."""
    if request.method == "POST":
        return _change(lambda: verbs.read_hours(request.form, now()), _hours_page)
    in_force = next((week for week in _weeks() if week.valid_from <= today()), DEFAULT_WEEKS[0])
    return _hours_page(PlainForm(verbs.hours_form(in_force)))


@blueprint.post("/kalender/jam-kerja/cabut")
@requires(Permission.ADMINISTER)
def withdraw_hours() -> Any:
    """Office hours that were to come do not."""
    return _change(
        lambda: verbs.read_withdrawn_hours(request.form, now()), lambda form: _page(hours=form)
    )


def _change(read: Callable[[], verbs.Change], refused: Callable[[PlainForm], Any]) -> Any:
    """Show what the change in the form moves; with `confirm`, save it."""
    try:
        change = read()
    except Invalid as invalid:
        return refused(PlainForm(request.form, invalid.errors))
    if "confirm" in request.form:
        moved = verbs.save(db.session(), change)
        flash(
            ngettext(
                "Kalender disimpan; %(num)s batas waktu bergeser.",
                "Kalender disimpan; %(num)s batas waktu bergeser.",
                moved,
            ),
            "ok",
        )
        return redirect(url_for("administrator.calendar"), 303)
    moves = verbs.preview(db.session(), change)
    return render(
        "administrator/calendar_preview.html",
        title=_describe(change),
        fields=[(name, text) for name, text in request.form.items() if name != "csrf_token"],
        count=len(moves),
        moves=[_said(move) for move in moves[:SHOWN]],
    )


def _describe(change: verbs.Change) -> str:
    match change:
        case verbs.DeclareDay(day=day, name=name, working=True):
            return gettext("%(day)s menjadi hari kerja: %(name)s", day=full_date(day), name=name)
        case verbs.DeclareDay(day=day, name=name):
            return gettext("%(day)s menjadi hari libur: %(name)s", day=full_date(day), name=name)
        case verbs.ForgetDay(day=day):
            return gettext("%(day)s kembali menurut kalender nasional", day=full_date(day))
        case verbs.SetRamadan(first_day=first, last_day=last):
            return gettext(
                "Ramadan dari %(first)s sampai %(last)s",
                first=full_date(first),
                last=full_date(last),
            )
        case verbs.SetHours(week=week):
            return gettext("Jam kerja baru sejak %(day)s", day=full_date(week.valid_from))
        case verbs.WithdrawHours(valid_from=day):
            return gettext("Jam kerja baru sejak %(day)s dicabut", day=full_date(day))


def _said(move: verbs.Move) -> dict[str, Any]:
    """A move in words; `late`: the new deadline has passed already."""
    times = {
        name: f"{short_date(moment)} {clock_time(moment)}"
        for name, moment in (("old", move.old), ("new", move.new))
    }
    late = move.new < now() <= move.old
    return {
        "tracking_id": move.tracking_id,
        "clock": _clock_name(move.clock),
        "late": late,
        **times,
    }


def _clock_name(clock: Clock) -> str:
    name = label(clock.kind.label)
    return gettext("%(clock)s, langkah %(no)s", clock=name, no=clock.step) if clock.step else name


def _page(**forms: PlainForm) -> Any:
    """The calendar's page with the one form of it that was refused, if any."""
    day, ramadan, hours = (forms.get(name, PlainForm()) for name in ("day", "ramadan", "hours"))
    return render(
        "administrator/calendar.html",
        max(form.status for form in (day, ramadan, hours)),
        day=day,
        ramadan=ramadan,
        hours=hours,
        days=off_days(db.session(), today()),
        periods=verbs.ramadan_periods(db.session()),
        weeks=_weeks(),
        names=verbs.PERIODS,
        today=today(),
    )


def _hours_page(form: PlainForm) -> Any:
    periods, edges = verbs.PERIODS, verbs.EDGES
    return render("administrator/hours.html", form.status, form=form, periods=periods, edges=edges)


def _weeks() -> list[WeekHours]:
    """The office hours, the newest first; those that the portal began with come last."""
    return [*map(week_hours, office_hours(db.session())), *DEFAULT_WEEKS]
