"""Signing in and out, the first administrator, the choice of desk and language."""

import secrets
from collections.abc import Collection
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, session, url_for
from flask_login import current_user, login_user
from flask_wtf.csrf import CSRFError

from portal.access import Actor, Permission, requires
from portal.blueprints.held import Held, came_from_us, local_path
from portal.blueprints.second_factor import enrol_page
from portal.cases import second_factor, sessions
from portal.cases import sign_in as verbs
from portal.cases.accounts import LinkSpent, check_setup_link, create_first_administrator
from portal.cases.answers import Invalid
from portal.cases.throttle import TooManyAttempts
from portal.extensions import db, login_manager
from portal.formats import label
from portal.language import LANGUAGES, gettext
from portal.models import Account
from portal.pages.access_lines import access_lines
from portal.pages.plain_form import WHOLE, PlainForm
from portal.queries.access import news, own_events
from portal.sop.office_time import ZONE
from portal.sop.procedure import Role
from portal.sop.text import N_, Refusal
from portal.viewer import Viewer, desk_name
from portal.web import (
    caller,
    now,
    render,
    renew_session,
    sends_a_part,
    viewer,
    wants_fragment,
)

blueprint = Blueprint("auth", __name__)

# A request that the page makes by itself carries this header: it is no use of the session.
POLL = "Portal-Poll"
_SEEN_EVERY = 60
# How long after the password the second half of a sign-in may take, in seconds.
_HALF_LASTS = 600
# How many of his last sign-ins somebody sees on his own page.
_OWN_EVENTS = 8
_NEWS = N_(
    "Sejak Anda terakhir masuk, %(count)s hal di catatan akses Anda patut dilihat: tekan nama Anda "
    "di kanan atas."
)


@blueprint.get("/")
@requires(Permission.PUBLIC)
def start() -> Any:
    """To the desk, or to the sign-in page."""
    who = viewer()
    return redirect(home_of(who.actor) if who else url_for("auth.sign_in"), 303)


def home_of(actor: Actor | None) -> str:
    """The URL where somebody at a desk begins; without a desk, the page that says so."""
    if actor is None:
        return url_for("auth.choose_desk")
    if actor.role is Role.ADMINISTRATOR:
        return url_for("administrator.home")
    return url_for(f"{actor.role.value}.inbox")


# -- signing in and out ------------------------------------------------------------------------


@blueprint.route("/masuk", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def sign_in() -> Any:
    """The sign-in page; it hands on `next` (a local path) or a held form."""
    given = request.form if request.method == "POST" else request.args
    target = local_path(given.get("next", "")) or ""
    held = Held.unpack(request.form.get("held", ""))
    who = viewer()
    if request.method != "POST":
        return redirect(target or home_of(who.actor), 303) if who else _sign_in_page(target)
    username, password = request.form.get("username", ""), request.form.get("password", "")
    try:
        account = verbs.sign_in(db.session(), username, password, caller())
    except Refusal as refusal:
        form = PlainForm({"username": request.form.get("username", "")}, {WHOLE: refusal})
        return refused(_sign_in_page(target, held, form), refusal)
    if account.second_factor:
        session["half"] = [account.id, account.session_epoch, int(now().timestamp())]
        return _code_page(target, held)
    begin_session(account)
    return go_on(account, target, held)


@blueprint.route("/masuk/kode", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def sign_in_by_code() -> Any:
    """The second half of a sign-in: the telephone's code, or one on paper."""
    account_id, epoch, began = session.get("half", (0, 0, 0))
    if now().timestamp() - began > _HALF_LASTS:
        return redirect(url_for("auth.sign_in"), 303)
    target = local_path(request.form.get("next", "")) or ""
    held = Held.unpack(request.form.get("held", ""))
    if request.method != "POST":
        return _code_page()
    try:
        account = second_factor.sign_in_by_code(
            db.session(), account_id, epoch, request.form.get("code", ""), caller()
        )
    except Refusal as refusal:
        return refused(_code_page(target, held, PlainForm(errors={WHOLE: refusal})), refusal)
    begin_session(account)
    return go_on(account, target, held)


def _code_page(
    target: str = "", held: Held | None = None, form: PlainForm | None = None
) -> tuple[Any, int]:
    form = form or PlainForm()
    return render("auth/code.html", form.status, form=form, next=target, held=held)


def go_on(account: Account, target: str = "", held: Held | None = None) -> Any:
    """To what must be seen to first, to what was sent too late, to what was asked for: or home."""
    if held and account.lent_until:
        return _password_page(account, held=held)
    if held and session.get("must_enrol"):
        return enrol_page(account, held=held)
    if held:
        return resend_page(held)
    return redirect(target or _after_sign_in(account), 303)


def _after_sign_in(account: Account) -> str:
    viewer = _viewer_of(account)
    several = len(viewer.assignments) > 1
    return url_for("auth.choose_desk") if several else home_of(viewer.actor)


def refused(page: tuple[Any, int], refusal: Refusal) -> Any:
    """A page that says no; 429 when it is too early to try again."""
    if isinstance(refusal, TooManyAttempts):
        return page[0], 429, {"Retry-After": str(refusal.seconds)}
    return page


def _sign_in_page(
    target: str = "", held: Held | None = None, form: PlainForm | None = None
) -> tuple[Any, int]:
    form = form or PlainForm()
    return render("auth/sign_in.html", form.status, form=form, next=target, held=held)


def begin_session(account: Account) -> None:
    """Sign `account` in, in a session that keeps nothing of the one before but the language.

    Somebody whose session ended keeps his forms' token: those in other tabs can still be sent.
    """
    same = str(session.get("_user_id", "")).partition(".")[0] == str(account.id)
    _clear_session(keep=("language", "csrf_token") if same else ("language",))
    login_user(_viewer_of(account))
    moment = int(now().timestamp())
    needed = second_factor.is_needed(db.session(), account, now())
    limits = sessions.safety(db.session())
    session.update(
        id=secrets.token_hex(16),
        seen=moment,
        began=moment,
        proved=moment,
        idle_minutes=limits.idle_minutes,
        hours=limits.hours,
        must_enrol=needed and account.second_factor is None,
    )
    if count := news(db.session(), account.id):
        flash(gettext(_NEWS, count=count), "warn")


def _viewer_of(account: Account) -> Viewer:
    today = now().astimezone(ZONE).date()
    valid = [assignment for assignment in account.assignments if assignment.is_valid_on(today)]
    return Viewer(account, valid, None)


@blueprint.post("/keluar")
@requires(Permission.PUBLIC)
def sign_out() -> Any:
    """End the session, also for who has a copy of its cookie; the language stays."""
    if viewer() is not None and "id" in session:
        sessions.end_session(db.session(), session["id"], caller())
    return _out()


@blueprint.post("/keluar-semua")
@requires(Permission.SIGNED_IN)
def sign_out_everywhere() -> Any:
    """End every session of the viewer's account, this one too."""
    verbs.end_sessions(db.session(), current_user.account.id, caller())
    return _out()


def _out() -> Any:
    _clear_session(keep=("language",))
    return redirect(url_for("auth.sign_in"), 303)


def _clear_session(keep: Collection[str]) -> None:
    kept = {name: session[name] for name in keep if name in session}
    session.clear()
    session.update(kept)


@blueprint.route("/kata-sandi", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def change_password() -> Any:
    """A new password; at the first sign-in nothing else can be opened before."""
    who: Viewer = current_user
    form, held = PlainForm(), Held.unpack(request.form.get("held", ""))
    if request.method == "POST":
        try:
            account = verbs.change_password(db.session(), who.account.id, request.form, caller())
        except Invalid as invalid:
            form = PlainForm(errors=invalid.errors)
        except TooManyAttempts as refusal:
            form = PlainForm(errors={WHOLE: refusal})
        else:
            renew_session(account)
            flash(gettext("Kata sandi sudah diganti."), "ok")
            return go_on(account, held=held)
    return _password_page(who.account, form, held)


def _password_page(
    account: Account, form: PlainForm | None = None, held: Held | None = None
) -> tuple[Any, int]:
    form = form or PlainForm()
    return render(
        "auth/change_password.html",
        form.status,
        form=form,
        first=account.lent_until is not None,
        username=account.username,
        held=held,
    )


# -- desk and language -------------------------------------------------------------------------


@blueprint.route("/meja", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def choose_desk() -> Any:
    """The viewer's own page: his desks, his language, his password, the way out.

    With a held form the chosen desk begins at that form.
    """
    who: Viewer = current_user
    chosen, held = request.form.get("assignment", ""), Held.unpack(request.form.get("held", ""))
    for assignment in who.assignments:
        if str(assignment.id) == chosen:
            session["desk"] = assignment.id
            if held:
                return resend_page(held)
            return redirect(home_of(Viewer(who.account, [assignment], None).actor), 303)
    status = 422 if request.method == "POST" else 200
    desks = [(assignment, label(desk_name(assignment))) for assignment in who.assignments]
    return render(
        "auth/desks.html",
        status,
        viewer=who,
        desks=desks,
        refused=status == 422,
        held=held,
        events=access_lines(own_events(db.session(), who.account.id, _OWN_EVENTS)),
    )


@blueprint.post("/bahasa")
@requires(Permission.PUBLIC)
def set_language() -> Any:
    """Another language for this session; back to where it was asked for."""
    if request.form.get("language") in LANGUAGES:
        session["language"] = request.form["language"]
    return redirect(local_path(request.form.get("next", "")) or url_for("auth.start"), 303)


# -- the first administrator -------------------------------------------------------------------


@blueprint.route("/penyiapan/<token>", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def setup(token: str) -> Any:
    """The page behind the one-time link: who is the administrator?"""
    form = PlainForm()
    try:
        check_setup_link(db.session(), token, now())
        if request.method == "POST":
            account = create_first_administrator(db.session(), token, request.form, caller())
            begin_session(account)
            flash(gettext("Akun administrator sudah dibuat."), "ok")
            return redirect(url_for("administrator.home"), 303)
    except LinkSpent as refusal:
        return render("auth/setup.html", 410, form=PlainForm(errors={WHOLE: refusal}))
    except Invalid as invalid:
        typed = {name: request.form.get(name, "") for name in ("name", "username")}
        form = PlainForm(typed, invalid.errors)
    return render("auth/setup.html", form.status, form=form)


# -- the idle limit ----------------------------------------------------------------------------


@blueprint.route("/tetap-masuk", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def keep_alive() -> Any:
    """A sign of life from the page; whatever answers 204 has renewed the session."""
    return "", 204


@blueprint.app_context_processor
def _idle_limit() -> dict[str, Any]:
    """What the page needs in order to warn before the session ends."""
    if viewer() is None:
        return {"idle": None}
    minutes = session.get("idle_minutes", sessions.IDLE_MINUTES)
    return {"idle": {"minutes": minutes, "url": url_for("auth.keep_alive")}}


@blueprint.after_app_request
def _note_use(response: Response) -> Response:
    """Remember, to the minute, when a session was last used by somebody rather than by a page."""
    if request.endpoint == "static" or POLL in request.headers or "_user_id" not in session:
        return response
    moment = int(now().timestamp())
    old = moment - session.get("seen", 0) >= _SEEN_EVERY
    if old and not sessions.session_is_over(session, now()):
        session["seen"] = moment
    return response


# -- what comes too late -----------------------------------------------------------------------


@login_manager.unauthorized_handler  # type: ignore[untyped-decorator]
def _unauthorized() -> Any:
    """Nobody (any more) is signed in: nothing that was typed may be lost by it."""
    if wants_fragment():
        return render("auth/_ended.html", 401)
    if sends_a_part():
        return "", 401
    held = Held.of_request()
    if held is None:
        target = request.full_path.rstrip("?") if request.method != "POST" else ""
        return redirect(url_for("auth.sign_in", next=target or None), 303)
    page, _ = _sign_in_page(held=held)
    return page, 401


@blueprint.app_errorhandler(CSRFError)
def _stale_token(error: CSRFError) -> Any:
    """A form of an older session. One that is not from our own page is refused and dropped."""
    if request.endpoint == "auth.sign_in":
        stale = Refusal(N_("Halaman masuk ini terlalu lama terbuka. Coba sekali lagi."))
        form = PlainForm({"username": request.form.get("username", "")}, {WHOLE: stale})
        page, _ = _sign_in_page(local_path(request.form.get("next", "")) or "", form=form)
        return page, 400
    if sends_a_part():
        return "", 400 if viewer() else 401
    held = Held.of_request() if came_from_us() else None
    if held is None:
        return render("auth/stale.html", 400)
    if viewer() is None:
        return _unauthorized()
    page, _ = resend_page(held)
    # A fragment's place holds part of a page only: the whole page gives way to what was typed.
    return page, 422, {"HX-Retarget": "#main", "HX-Reswap": "innerHTML", "HX-Reselect": "#resend"}


def resend_page(held: Held) -> tuple[Any, int]:
    return render("auth/resend.html", held=held)
