"""For how long reporters are kept: what the administrator sets, and what it will do tonight."""

from typing import Any

from flask import flash, redirect, request, url_for

from portal.access import Permission, fresh, requires
from portal.blueprints.privacy.base import SHOWN, blueprint
from portal.cases.answers import Invalid
from portal.cases.retention import MOST_YEARS, due, retention, set_retention
from portal.extensions import db
from portal.language import gettext
from portal.pages.plain_form import PlainForm
from portal.sop.procedure import CaseClass
from portal.web import caller, now, render


@blueprint.get("/masa-simpan")
@requires(Permission.ADMINISTER)
def keeping() -> Any:
    """For how many years reporters are kept, and whose are over."""
    kept = retention(db.session())
    years = {one.value: str(kept.years.get(one, 0)) for one in CaseClass}
    return _keeping_page(PlainForm(years | {"log_years": str(kept.log_years)}))


@blueprint.post("/masa-simpan")
@requires(Permission.ADMINISTER)
@fresh
def set_keeping() -> Any:
    """Keep the years; nothing is anonymised before the night."""
    try:
        set_retention(db.session(), request.form, caller())
    except Invalid as invalid:
        return _keeping_page(PlainForm(request.form, invalid.errors))
    flash(gettext("Masa simpan disimpan; dikerjakan mulai malam nanti."), "ok")
    return redirect(url_for("privacy.keeping"), 303)


def _keeping_page(form: PlainForm) -> Any:
    return render(
        "privacy/keeping.html",
        form.status,
        form=form,
        classes=list(CaseClass),
        most=MOST_YEARS,
        due=due(db.session(), now()),
        shown=SHOWN,
    )
