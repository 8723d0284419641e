"""The viewer's second factor: a telephone that makes codes, and codes on paper."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, request, session, url_for
from flask_login import current_user

from portal.access import Permission, fresh, requires
from portal.blueprints.held import Held
from portal.cases import second_factor as verbs
from portal.cases.answers import Invalid
from portal.extensions import db
from portal.language import gettext
from portal.models import Account
from portal.pages.plain_form import PlainForm
from portal.reporting.qr import qr_svg
from portal.web import caller, render, renew_session

blueprint = Blueprint("second_factor", __name__, url_prefix="/dua-langkah")


@blueprint.route("/", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
@fresh
def home() -> Any:
    """What there is; without a second factor, the page that begins one (`code`)."""
    account: Account = current_user.account
    if account.second_factor:
        needed = verbs.is_needed(db.session(), account, caller().at)
        return render("auth/second_factor.html", account=account, needed=needed)
    if request.method != "POST":
        return enrol_page(account)
    held, kept = Held.unpack(request.form.get("held", "")), session.get("telephone")
    if kept is None or "code" not in request.form:  # the password was asked, a code grows old
        return enrol_page(account, held=held)
    try:
        codes = verbs.enrol(db.session(), account.id, kept, request.form.get("code", ""), caller())
    except Invalid as invalid:
        return enrol_page(account, PlainForm(errors=invalid.errors), held)
    del session["telephone"]
    session["must_enrol"] = False
    renew_session(account)
    return _codes_page(codes, held)


def enrol_page(
    account: Account, form: PlainForm | None = None, held: Held | None = None
) -> tuple[Any, int]:
    """The page with the secret; it stays the same until a first code came, or the session ends."""
    form = form or PlainForm()
    if "telephone" not in session:
        session["telephone"] = verbs.new_secret(db.session(), account.id)
    address, words = verbs.secret_words(db.session(), account, session["telephone"])
    page, status = render(
        "auth/enrol.html",
        form.status,
        form=form,
        qr=qr_svg(address),
        words=words,
        must=session.get("must_enrol", False),
        held=held,
    )
    return page, status


def _codes_page(codes: list[str], held: Held | None = None) -> Any:
    page, _ = render("auth/recovery_codes.html", codes=codes, held=held)
    return page, 200, {"Cache-Control": "no-store"}


@blueprint.post("/kode-cadangan")
@requires(Permission.SIGNED_IN)
@fresh
def renew_codes() -> Any:
    """Ten new recovery codes, shown once."""
    if current_user.account.second_factor is None:
        abort(422)
    return _codes_page(verbs.renew_codes(db.session(), current_user.account.id, caller()))


@blueprint.post("/matikan")
@requires(Permission.SIGNED_IN)
@fresh
def remove() -> Any:
    """Sign in by the password alone again, unless a desk of the viewer's needs more."""
    account: Account = current_user.account
    if verbs.is_needed(db.session(), account, caller().at):
        abort(422)
    renew_session(verbs.remove(db.session(), account.id, caller()))
    flash(gettext("Verifikasi dua langkah dimatikan."), "ok")
    return redirect(url_for("auth.choose_desk"), 303)
