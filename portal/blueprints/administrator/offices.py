"""OPD with their spellings, units with the kinds of complaint that they take."""

from typing import Any

from flask import abort, flash, redirect, request, url_for

from portal.access import Permission, requires
from portal.blueprints.administrator.home import ID, blueprint, switch, today, whole_form
from portal.cases import organisation as verbs
from portal.cases.answers import Invalid
from portal.extensions import db
from portal.language import gettext
from portal.models import Opd, Unit
from portal.pages.plain_form import WHOLE, PlainForm
from portal.queries.administration import find_opd, find_unit
from portal.queries.administration import offices as all_offices
from portal.web import render


@blueprint.route("/opd/", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def offices() -> Any:
    """Every OPD, and the form for one more."""
    form = PlainForm()
    if request.method == "POST":
        try:
            added = verbs.add_opd(db.session(), request.form)
        except Invalid as invalid:
            form = PlainForm(request.form, invalid.errors)
        else:
            return _done(added.id, gettext("OPD ditambahkan."))
    rows = all_offices(db.session(), today())
    return render("administrator/offices.html", form.status, rows=rows, form=form)


@blueprint.route(f"/opd/<{ID}:opd_id>", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def opd(opd_id: int) -> Any:
    """One OPD; POST renames it."""
    _find(opd_id)
    if request.method != "POST":
        return _page(opd_id)
    try:
        verbs.rename_opd(db.session(), opd_id, request.form)
    except Invalid as invalid:
        return _page(opd_id, name=PlainForm(request.form, invalid.errors))
    return _done(opd_id, gettext("Nama OPD diganti; nama lama tetap dikenali."))


@blueprint.post(f"/opd/<{ID}:opd_id>/aktif")
@requires(Permission.ADMINISTER)
def set_opd_active(opd_id: int) -> Any:
    """Whether complaints may be disposed to the OPD (`active`)."""
    _find(opd_id)
    active = switch("active")
    verbs.set_opd_active(db.session(), opd_id, active)
    return _done(opd_id, gettext("OPD diaktifkan.") if active else gettext("OPD dinonaktifkan."))


@blueprint.post(f"/opd/<{ID}:opd_id>/ejaan")
@requires(Permission.ADMINISTER)
def add_spelling(opd_id: int) -> Any:
    """One more way in which exports write the OPD."""
    _find(opd_id)
    try:
        verbs.add_spelling(db.session(), opd_id, request.form)
    except Invalid as invalid:
        return _page(opd_id, spelling=PlainForm(request.form, invalid.errors))
    return _done(opd_id, gettext("Ejaan ditambahkan."))


@blueprint.post(f"/opd/<{ID}:opd_id>/ejaan/hapus")
@requires(Permission.ADMINISTER)
def remove_spelling(opd_id: int) -> Any:
    """Forget a spelling (`normal`)."""
    _find(opd_id)
    normal = whole_form("normal")["normal"]
    try:
        verbs.remove_spelling(db.session(), opd_id, normal)
    except verbs.OwnName as refusal:
        return _page(opd_id, spelling=PlainForm(errors={WHOLE: refusal}))
    return _done(opd_id, gettext("Ejaan dihapus."))


@blueprint.post(f"/opd/<{ID}:opd_id>/unit")
@requires(Permission.ADMINISTER)
def add_unit(opd_id: int) -> Any:
    """One more unit of the OPD."""
    _find(opd_id)
    try:
        verbs.add_unit(db.session(), opd_id, whole_form("kinds"))
    except Invalid as invalid:
        return _page(opd_id, unit=PlainForm(request.form, invalid.errors))
    return _done(opd_id, gettext("Unit kerja ditambahkan."))


@blueprint.route(f"/unit/<{ID}:unit_id>", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def unit(unit_id: int) -> Any:
    """A unit's name and the kinds of complaint that it takes."""
    found = _find_unit(unit_id)
    form = PlainForm({"name": found.name, "kinds": found.kinds})
    if request.method == "POST":
        try:
            edited = verbs.edit_unit(db.session(), unit_id, whole_form("kinds"))
        except Invalid as invalid:
            form, found = PlainForm(request.form, invalid.errors), _find_unit(unit_id)
        else:
            return _done(edited.opd_id, gettext("Unit kerja disimpan."))
    return render("administrator/unit.html", form.status, unit=found, form=form)


@blueprint.post(f"/unit/<{ID}:unit_id>/aktif")
@requires(Permission.ADMINISTER)
def set_unit_active(unit_id: int) -> Any:
    """Whether complaints may be handed to the unit (`active`)."""
    opd_id = _find_unit(unit_id).opd_id
    active = switch("active")
    verbs.set_unit_active(db.session(), unit_id, active)
    done = gettext("Unit kerja diaktifkan.") if active else gettext("Unit kerja dinonaktifkan.")
    return _done(opd_id, done)


def _page(opd_id: int, **forms: PlainForm) -> Any:
    """The OPD's page with the one form of it that was refused, if any."""
    found = _find(opd_id)
    name = forms.get("name", PlainForm({"name": found.name}))
    spelling, unit = forms.get("spelling", PlainForm()), forms.get("unit", PlainForm())
    status = max(name.status, spelling.status, unit.status)
    return render(
        "administrator/opd.html", status, opd=found, name=name, spelling=spelling, unit=unit
    )


def _find(opd_id: int) -> Opd:
    return find_opd(db.session(), opd_id) or abort(404)


def _find_unit(unit_id: int) -> Unit:
    return find_unit(db.session(), unit_id) or abort(404)


def _done(opd_id: int, message: str) -> Any:
    flash(message, "ok")
    return redirect(url_for("administrator.opd", opd_id=opd_id), 303)
