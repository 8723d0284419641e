"""The SOP's numbers by version, and the switch for our notes on its citations."""

from typing import Any

from flask import flash, redirect, request, url_for

from portal.access import Permission, requires
from portal.blueprints.administrator.home import blueprint, switch, today, whole_form
from portal.cases import sop_versions as verbs
from portal.cases.answers import Invalid
from portal.extensions import db
from portal.formats import label
from portal.language import gettext
from portal.pages.plain_form import PlainForm
from portal.pages.time_words import duration_words
from portal.sop.procedure import POSSIBLE_ACTORS, STEPS, CaseClass, Procedure
from portal.web import now, render


@blueprint.get("/sop/")
@requires(Permission.ADMINISTER)
def sop() -> Any:
    """The versions: in force, to come, past."""
    return _page()


@blueprint.route("/sop/versi-baru", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def new_version() -> Any:
    """The next version; the form begins with the one in force."""
    form = PlainForm(verbs.version_form(verbs.version_in_force(db.session(), now())))
    if request.method == "POST":
        try:
            verbs.save_version(db.session(), whole_form("ombudsman_warnings"), now())
        except Invalid as invalid:
            form = PlainForm(request.form, invalid.errors)
        else:
            flash(gettext("Versi SOP disimpan."), "ok")
            return redirect(url_for("administrator.sop"), 303)
    return render(
        "administrator/sop_version.html",
        form.status,
        form=form,
        steps=STEPS,
        classes=CaseClass,
        actors={
            step: [(role.value, label(role.label)) for role in roles]
            for step, roles in POSSIBLE_ACTORS.items()
        },
        units=[("m", gettext("menit")), ("h", gettext("jam kerja")), ("d", gettext("hari kerja"))],
    )


@blueprint.post("/sop/cabut")
@requires(Permission.ADMINISTER)
def withdraw_version() -> Any:
    """Take back a version that is to come."""
    try:
        verbs.withdraw_version(db.session(), request.form, now())
    except Invalid as invalid:
        return _page(PlainForm(request.form, invalid.errors))
    flash(gettext("Versi SOP dicabut."), "ok")
    return redirect(url_for("administrator.sop"), 303)


@blueprint.post("/sop/catatan")
@requires(Permission.ADMINISTER)
def set_errata() -> Any:
    """Whether the SOP page shows our notes on its citations."""
    verbs.set_show_errata(db.session(), switch("show"))
    flash(gettext("Pilihan disimpan."), "ok")
    return redirect(url_for("administrator.sop"), 303)


def _page(form: PlainForm | None = None) -> Any:
    form = form or PlainForm()
    issued = Procedure()
    versions = [*reversed(verbs.stored_versions(db.session())), issued]
    return render(
        "administrator/sop.html",
        form.status,
        form=form,
        versions=versions,
        in_force=verbs.version_in_force(db.session(), now()),
        steps=STEPS,
        classes=CaseClass,
        errata=verbs.shows_errata(db.session()),
        today=today(),
        duration=duration_words,
    )
