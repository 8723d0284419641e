"""How long sessions last, who needs a second factor, and the log of accounts and sessions."""

from typing import Any

from flask import flash, redirect, request, url_for

from portal.access import Permission, fresh, requires
from portal.blueprints.administrator.home import blueprint, whole_form
from portal.cases import sessions as verbs
from portal.cases.answers import Invalid
from portal.extensions import db
from portal.language import gettext
from portal.pages.access_lines import access_lines
from portal.pages.plain_form import PlainForm
from portal.queries import access
from portal.web import asked_id, caller, now, render


@blueprint.get("/keamanan/")
@requires(Permission.ADMINISTER)
def safety() -> Any:
    """The settings, and the newest lines of the log."""
    held = verbs.safety(db.session())
    values = {
        "idle_minutes": str(held.idle_minutes),
        "session_hours": str(held.hours),
        "second_factor": "1" if held.second_factor else "",
    }
    return _page(PlainForm(values))


@blueprint.post("/keamanan/")
@requires(Permission.ADMINISTER)
@fresh
def set_safety() -> Any:
    """Keep the settings."""
    try:
        verbs.set_safety(db.session(), whole_form("idle_minutes", "session_hours"), caller())
    except Invalid as invalid:
        return _page(PlainForm(request.form, invalid.errors))
    flash(gettext("Setelan keamanan disimpan; berlaku sejak masuk berikutnya."), "ok")
    return redirect(url_for("administrator.safety"), 303)


def _page(form: PlainForm) -> Any:
    failures = access.failures(db.session(), now())
    return render("administrator/safety.html", form.status, form=form, failures=failures)


@blueprint.get("/keamanan/catatan")
@requires(Permission.ADMINISTER)
def events() -> Any:
    """The log, newest first: all of it, or an account's (`akun`); from a line on (`sebelum`)."""
    account_id, before = asked_id("akun"), asked_id("sebelum")
    found = access.events(db.session(), account_id, before)
    names = access.account_names(db.session())
    shown = found[: access.PAGE]
    last = shown[-1].id if len(found) > access.PAGE else None
    return render(
        "administrator/events.html",
        events=access_lines(shown, names),
        names=names,
        whose=names.get(account_id, ""),
        more=last and url_for("administrator.events", akun=account_id or None, sebelum=last),
    )
