"""What every request needs: who asks, when it is, what the page is made with, who may pass."""

import secrets
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

from flask import (
    Flask,
    Response,
    current_app,
    g,
    get_flashed_messages,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import current_user
from markupsafe import Markup
from werkzeug.exceptions import Forbidden

from portal import formats
from portal.access import Actor, Permission, may
from portal.assets import asset_name
from portal.cases.files import MAX_BYTES
from portal.cases.rules import Rules, Version, load_rules, read_version
from portal.cases.sessions import session_is_over
from portal.config import MIB
from portal.demo import is_demo
from portal.extensions import db, login_manager
from portal.language import language
from portal.models import Account, Caller
from portal.navigation import navigation, who_is
from portal.sop.office_time import ZONE
from portal.sop.procedure import Procedure
from portal.viewer import Viewer, load_viewer, session_id
from portal.wire import compress_answer, validate_page

Item = TypeVar("Item")
_CSP = (
    "default-src 'none'; script-src 'self'{cdn}; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; {frames}form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_FRAMED = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
# A year; said where everybody passes each day, and not again on every page.
_HTTPS_ONLY = "max-age=31536000"


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_finish)
    app.context_processor(_page_context)
    formats.init_app(app)
    login_manager.login_view = "auth.sign_in"
    login_manager.login_message = None
    login_manager.user_loader(_load_viewer)


def now() -> datetime:
    """The time of this request, UTC; the same for all of it (tests set `NOW`)."""
    if "now" not in g:
        given = current_app.config.get("NOW")
        g.now = given() if given else datetime.now(UTC)
    moment: datetime = g.now
    return moment


def version() -> Version:
    """Of what this request's page is made; asked once, before what it shows is read."""
    if "version" not in g:
        g.version = read_version(db.session())
    found: Version = g.version
    return found


def rules() -> Rules:
    """The rules in force as this request began, or under which it acted (`acted_under`)."""
    if "rules" not in g:
        g.rules = load_rules(db.session(), version().revision)
    found: Rules = g.rules
    return found


def acted_under(found: Rules) -> None:
    """What the request shows is read after an act: by the rules of that, of a later version."""
    g.rules = found
    g.pop("version", None)


def procedure() -> Procedure:
    """The version of the SOP in force at this request."""
    return rules().procedures.at(now())


def viewer() -> Viewer | None:
    """Who is signed in, or None."""
    who = current_user._get_current_object()  # asked often: past the proxy once
    return who if who.is_authenticated else None


def actor() -> Actor:
    """Who acts; only behind a permission that asks for somebody at a desk."""
    who = viewer()
    if who is None or who.actor is None:
        raise Forbidden()
    return who.actor


def caller() -> Caller:
    """Who asks, from where and when, as the log has it."""
    who = viewer()
    return Caller(who.account.id if who else None, request.remote_addr or "", now())


def renew_session(account: Account) -> None:
    """Keep the viewer signed in after a change that ended the other sessions of his account."""
    session["_user_id"] = session_id(account)


def wants_fragment() -> bool:
    """Whether htmx asks for a part of the page rather than the whole."""
    return (
        request.headers.get("HX-Request") == "true"
        and request.headers.get("HX-History-Restore-Request") != "true"
    )


def sends_a_part() -> bool:
    """Whether a file comes part by part: what sends it reads statuses and sentences, no pages."""
    return "Tus-Resumable" in request.headers


def asked_id(name: str) -> int:
    """An id in the address; 0 for none, and for what cannot be one."""
    number = request.args.get(name, 0, type=int)
    return number if 0 <= number < 10**9 else 0


def form_key() -> str:
    """What the forms of this request's page are known by, so that each acts once."""
    if "form_key" not in g:
        g.form_key = secrets.token_urlsafe(16)
    key: str = g.form_key
    return key


def frame_own_papers() -> None:
    """Let the page of this request show papers of ours in a frame (see `framed`)."""
    g.frame_source = "frame-src 'self'; "


def framed(response: Response) -> Response:
    """Let pages of ours, and no others, show this answer in a frame."""
    response.headers["Content-Security-Policy"] = _FRAMED
    return response


def _load_viewer(signed_in_as: str) -> Viewer | None:
    if session_is_over(session, now()):
        return None
    today = now().astimezone(ZONE).date()
    name, desk = session.get("id", ""), session.get("desk")
    return load_viewer(db.session(), signed_in_as, name, desk, today)


def _begin() -> Response | None:
    g.request_id = uuid.uuid4().hex[:12]
    if request.endpoint is None:
        return None
    view = current_app.view_functions[request.endpoint]
    permission: Permission | None = getattr(view, "permission", None)
    if permission is None:
        raise Forbidden()
    if permission is Permission.PUBLIC:
        return None
    who = viewer()
    if who is None:
        return login_manager.unauthorized()  # type: ignore[no-any-return]
    first = _first(who)
    if first and request.endpoint not in {first, *_AT_ANY_TIME}:
        return redirect(url_for(first), 303)  # type: ignore[return-value]
    if permission is not Permission.SIGNED_IN and not may(who.actor, permission):
        raise Forbidden()
    return None


def _first(who: Viewer) -> str:
    """The page that must be seen to before all others, if there is one."""
    if who.account.lent_until:
        return "auth.change_password"
    return "second_factor.home" if session.get("must_enrol") else ""


_AT_ANY_TIME = frozenset({"auth.sign_out", "auth.set_language", "auth.keep_alive"})


def _finish(response: Response) -> Response:
    """The headers that an answer needs where it is going, and no more: each costs the line."""
    headers = response.headers
    kept = response.cache_control.immutable
    if not kept and request.method in ("GET", "HEAD"):  # nobody keeps the others
        headers.setdefault("Cache-Control", "private, no-cache")
        response.vary.add("HX-Request")
    if not kept and not wants_fragment():
        validate_page(request, response, session.get("csrf_token", ""))
    if response.status_code == 304:
        return response
    if not kept:
        headers["X-Content-Type-Options"] = "nosniff"
    if not kept and not wants_fragment():
        headers.setdefault("Content-Security-Policy", _policy())
        headers["Referrer-Policy"] = "same-origin"
        if request.is_secure:
            headers["Strict-Transport-Security"] = _HTTPS_ONLY
    if response.status_code >= 400:
        headers["X-Request-Id"] = g.get("request_id", "")
    compress_answer(request, response)
    return response


def _policy() -> str:
    cdn = " https://cdn.jsdelivr.net" if _htmx_by_cdn() else ""
    return _CSP.format(cdn=cdn, frames=g.get("frame_source", ""))


def _page_context() -> dict[str, Any]:
    who = viewer()
    return {
        "lang": language(),
        "nav": Lazy(lambda: navigation(who.actor if who else None, request.endpoint, procedure)),
        "who": who_is(who),
        "flashes": Lazy(lambda: get_flashed_messages(with_categories=True)),
        "demo": _holds_demo(),
        "cdn": _htmx_by_cdn(),
        "static_url": static_url,
        "file_limit": MAX_BYTES // MIB,
        "form_key": form_key,
    }


def _holds_demo() -> bool:
    """Whether the page must say that all of it is invented; asked once a process."""
    config = current_app.config
    if "HOLDS_DEMO" not in config:
        config["HOLDS_DEMO"] = is_demo(db.session())
    holds: bool = config["HOLDS_DEMO"]
    return holds


class Lazy(Generic[Item]):
    """A list for the whole page's frame, made only if the frame is: a fragment has none."""

    def __init__(self, make: Callable[[], Sequence[Item]]) -> None:
        self._make = make

    @cached_property
    def _items(self) -> Sequence[Item]:
        return self._make()

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)

    def __bool__(self) -> bool:
        return bool(self._items)


def _htmx_by_cdn() -> bool:
    return bool(current_app.config["HTMX_SOURCE"] == "cdn")


def static_url(filename: str) -> str:
    """The address of a file of portal/static as it is in this version."""
    return url_for("static", filename=asset_name(filename))


def render(template: str, status: int = 200, **context: Any) -> tuple[str | Markup, int]:
    """A page or fragment with its status."""
    return render_template(template, **context), status
