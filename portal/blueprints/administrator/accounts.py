"""Accounts and the desks that they may sit at."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, request, url_for

from portal.access import Permission, fresh, requires
from portal.blueprints.administrator.home import ID, blueprint, switch, today, whole_form
from portal.cases import accounts as verbs
from portal.cases import second_factor, sign_in
from portal.cases.answers import Invalid
from portal.extensions import db
from portal.formats import label
from portal.language import gettext
from portal.models import Account, Assignment
from portal.pages.plain_form import WHOLE, PlainForm
from portal.queries.administration import accounts as all_accounts
from portal.queries.administration import find_account, scope_offers
from portal.sop.procedure import Role
from portal.sop.text import Refusal
from portal.viewer import desk_name
from portal.web import caller, render, renew_session, viewer

# The fields that may be empty, of an account and of an assignment.
OPTIONAL = ("nip", "rank", "phone")
TERMS = ("position", "valid_from", "valid_to", "acting", "on_behalf_of")


@blueprint.get("/akun/")
@requires(Permission.ADMINISTER)
def accounts() -> Any:
    """Every account with the desks that it has today; `q` narrows by name."""
    words = request.args.get("q", "")[:100]
    rows = [
        (
            account,
            [label(desk_name(one)) for one in account.assignments if one.is_valid_on(today())],
        )
        for account in all_accounts(db.session(), words)
    ]
    return render("administrator/accounts.html", rows=rows, words=words)


@blueprint.route("/akun/baru", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
@fresh
def new_account() -> Any:
    """A new account; its initial password is shown in the answer and nowhere else."""
    form = PlainForm()
    if request.method == "POST":
        try:
            account, password = verbs.create_account(db.session(), whole_form(*OPTIONAL), caller())
        except Invalid as invalid:
            form = PlainForm(request.form, invalid.errors)
        else:
            return _show_password(account, password, 201)
    return render("administrator/account_new.html", form.status, form=form)


@blueprint.route(f"/akun/<{ID}:account_id>", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
@fresh
def account(account_id: int) -> Any:
    """One account: who it is, its desks, its password."""
    found = _find(account_id)
    if request.method != "POST":
        return _page(found, _person(found))
    try:
        verbs.edit_account(db.session(), account_id, whole_form(*OPTIONAL), caller())
    except Invalid as invalid:
        return _page(_find(account_id), PlainForm(request.form, invalid.errors))
    return _done(account_id, gettext("Data akun disimpan."))


@blueprint.post(f"/akun/<{ID}:account_id>/kata-sandi")
@requires(Permission.ADMINISTER)
@fresh
def reset_password(account_id: int) -> Any:
    """A new initial password, shown once; a reload makes yet another."""
    _find(account_id)
    changed, password = verbs.reset_password(db.session(), account_id, caller())
    _renew_own(changed)
    return _show_password(changed, password, 200)


@blueprint.post(f"/akun/<{ID}:account_id>/aktif")
@requires(Permission.ADMINISTER)
@fresh
def set_active(account_id: int) -> Any:
    """Deactivate an account (`active` 0) or activate it again (1)."""
    _find(account_id)
    active = switch("active")
    done = gettext("Akun diaktifkan.") if active else gettext("Akun dinonaktifkan.")
    return _try(
        account_id,
        lambda: verbs.set_active(db.session(), account_id, active, caller()),
        done,
    )


@blueprint.post(f"/akun/<{ID}:account_id>/dua-langkah")
@requires(Permission.ADMINISTER)
@fresh
def remove_factor(account_id: int) -> Any:
    """Forget the second factor of who has lost it."""
    _find(account_id)
    done = gettext("Verifikasi dua langkah akun ini dihapus.")
    return _try(account_id, lambda: second_factor.remove(db.session(), account_id, caller()), done)


@blueprint.post(f"/akun/<{ID}:account_id>/keluarkan")
@requires(Permission.ADMINISTER)
@fresh
def end_sessions(account_id: int) -> Any:
    """Sign the account out everywhere."""
    _find(account_id)
    done = gettext("Semua sesi akun ini diakhiri.")
    return _try(account_id, lambda: sign_in.end_sessions(db.session(), account_id, caller()), done)


@blueprint.route(f"/akun/<{ID}:account_id>/penugasan/<role>", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
@fresh
def new_assignment(account_id: int, role: str) -> Any:
    """The form for one more desk; what it asks depends on the role."""
    found = _find(account_id)
    if role not in verbs.ROLES:
        abort(404)
    form = PlainForm({"valid_from": today().isoformat()})
    if request.method == "POST":
        raw = {**whole_form(*TERMS), "role": role}
        try:
            made = verbs.add_assignment(db.session(), account_id, raw, caller())
        except Invalid as invalid:
            form, found = PlainForm(raw, invalid.errors), _find(account_id)
        else:
            _renew_own(made.account)
            return _done(account_id, gettext("Penugasan ditambahkan."))
    scope = verbs.SCOPES.get(Role(role), ("", None))[0]
    return render(
        "administrator/assignment_new.html",
        form.status,
        form=form,
        account=found,
        role=Role(role),
        scope=scope,
        offers=scope_offers(db.session()).get(scope, []),
        acting=verbs.ACTING,
    )


@blueprint.get(f"/akun/<{ID}:account_id>/penugasan")
@requires(Permission.ADMINISTER)
def choose_role(account_id: int) -> Any:
    """From the choice of a role (`role`) to its form."""
    role = request.args.get("role", "")
    if role not in verbs.ROLES:
        abort(404)
    return redirect(url_for("administrator.new_assignment", account_id=account_id, role=role), 303)


@blueprint.post(f"/akun/<{ID}:account_id>/penugasan/<{ID}:assignment_id>/akhiri")
@requires(Permission.ADMINISTER)
@fresh
def end_assignment(account_id: int, assignment_id: int) -> Any:
    """Let a desk of the account end with a day (`valid_to`)."""
    if assignment_id not in {one.id for one in _find(account_id).assignments}:
        abort(404)
    form = whole_form("valid_to")
    return _try(
        account_id,
        lambda: verbs.end_assignment(db.session(), assignment_id, form, caller()).account,
        gettext("Penugasan diakhiri."),
        assignment_id,
    )


def _try(account_id: int, change: Callable[[], Account], done: str, assignment_id: int = 0) -> Any:
    """Do `change`; a refusal comes back on the account's page, at the assignment if it is its."""
    try:
        changed = change()
    except Invalid as invalid:
        ending = PlainForm(request.form, invalid.errors)
        return _page(_find(account_id), None, ending, assignment_id)
    except Refusal as refusal:
        ending = PlainForm(request.form, {WHOLE: refusal})
        return _page(_find(account_id), None, ending, assignment_id)
    _renew_own(changed)
    return _done(account_id, done)


def _page(
    account: Account,
    form: PlainForm | None,
    ending: PlainForm | None = None,
    assignment_id: int = 0,
) -> Any:
    form, ending = form or _person(account), ending or PlainForm()
    return render(
        "administrator/account.html",
        max(form.status, ending.status),
        account=account,
        form=form,
        ending=ending,
        ending_id=assignment_id,
        desks=[_desk(one) for one in account.assignments],
        roles=[(role.value, label(role.label)) for role in verbs.ROLES],
        today=today(),
    )


def _desk(assignment: Assignment) -> tuple[Assignment, str, str]:
    """An assignment, its name, and whether it is to come, running or over."""
    if assignment.is_valid_on(today()):
        return assignment, label(desk_name(assignment)), "running"
    state = "coming" if assignment.valid_from > today() else "over"
    return assignment, label(desk_name(assignment)), state


def _person(account: Account) -> PlainForm:
    names = ("name", "username", "nip", "rank", "phone")
    return PlainForm({name: getattr(account, name) for name in names})


def _show_password(account: Account, password: str, status: int) -> Any:
    page, _ = render("administrator/password.html", account=account, password=password)
    return page, status, {"Cache-Control": "no-store"}


def _find(account_id: int) -> Account:
    return find_account(db.session(), account_id) or abort(404)


def _done(account_id: int, message: str) -> Any:
    flash(message, "ok")
    return redirect(url_for("administrator.account", account_id=account_id), 303)


def _renew_own(account: Account) -> None:
    """A change to the administrator's own account ends his other sessions, not this one."""
    who = viewer()
    if who is not None and who.account.id == account.id and account.active:
        renew_session(account)
