"""Search at a desk: straight to a Tracking ID, or a list of what holds the words."""

from flask import make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission, requires
from portal.blueprints.desk_filter import filter_choices, kept_query, read_filter
from portal.blueprints.desk_here import Here, here
from portal.formats import sentence
from portal.pages.forms import printable
from portal.pages.rows import RowMaker
from portal.pages.time_words import soon_until
from portal.queries.complaint import is_visible
from portal.queries.rows import Cursor
from portal.queries.search import LONGEST, Found, as_tracking_id, check_query, search_complaints
from portal.sop.text import Refusal
from portal.web import now, render


@requires(Permission.SIGNED_IN)
def search() -> Response:
    """Complaints by Tracking ID or by words, newest first, whatever their status."""
    desk = here()
    words = request.args.get("q", "").strip()
    try:
        check_query(words)
    except Refusal as refusal:
        return _page(desk, words, Found([], None, None), sentence(refusal), 422)
    tracking_id = as_tracking_id(words)
    if tracking_id and is_visible(desk.session, desk.actor, tracking_id):
        return redirect(url_for(desk.endpoint("complaint"), tracking_id=tracking_id), 303)
    found = search_complaints(
        desk.session,
        desk.actor,
        words,
        list(read_filter().conditions(now(), soon_until(now(), desk.rules.calendar))),
        after=Cursor.parse(request.args.get("sesudah", "")),
        before=Cursor.parse(request.args.get("sebelum", "")),
    )
    return _page(desk, words, found)


def _page(desk: Here, words: str, found: Found, error: str = "", status: int = 200) -> Response:
    make = RowMaker(desk.role, desk.rules, now())
    page = render(
        "desk/search.html",
        status,
        desk=desk,
        words=printable(words),
        error=error,
        longest=LONGEST,
        narrowed=read_filter(),
        found=[make.found(row) for row in found.rows],
        next=_page_url(desk, sesudah=found.next) if found.next else None,
        prev=_page_url(desk, sebelum=found.prev) if found.prev else None,
        **filter_choices(desk),
    )
    return make_response(page)


def _page_url(desk: Here, **cursor: Cursor) -> str:
    """The same search at another place."""
    return url_for(desk.endpoint("search"), **kept_query("q"), **cursor)  # type: ignore[arg-type]
