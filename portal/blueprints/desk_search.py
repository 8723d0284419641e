"""Search at a desk: straight to a Tracking ID, or a list of what holds the words."""

from flask import make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission, requires
from portal.blueprints.desk_filter import filter_choices, kept_query, read_filter
from portal.blueprints.desk_here import Here, here
from portal.pages.rows import found_view
from portal.pages.time_words import soon_until
from portal.queries.complaint import is_visible
from portal.queries.rows import Cursor
from portal.queries.search import as_tracking_id, search_complaints
from portal.web import now, render

_LIMIT = 200


@requires(Permission.SIGNED_IN)
def search() -> Response:
    """Complaints by Tracking ID or by words, newest first, whatever their status."""
    desk = here()
    words = request.args.get("q", "").strip()[:_LIMIT]
    tracking_id = as_tracking_id(words)
    if tracking_id and is_visible(desk.session, desk.actor, tracking_id):
        return redirect(url_for(desk.endpoint("complaint"), tracking_id=tracking_id), 303)
    narrowed = read_filter()
    found = search_complaints(
        desk.session,
        desk.actor,
        words,
        list(narrowed.conditions(now(), soon_until(now(), desk.rules.calendar))),
        after=Cursor.parse(request.args.get("sesudah", "")),
        before=Cursor.parse(request.args.get("sebelum", "")),
    )
    page = render(
        "desk/search.html",
        desk=desk,
        words=words,
        narrowed=narrowed,
        rows=[found_view(row, desk.role, desk.rules, now()) for row in found.rows],
        next=_page_url(desk, sesudah=found.next) if found.next else None,
        prev=_page_url(desk, sebelum=found.prev) if found.prev else None,
        **filter_choices(desk),
    )
    return make_response(page)


def _page_url(desk: Here, **cursor: Cursor) -> str:
    """The same search at another place."""
    return url_for(desk.endpoint("search"), **kept_query("q"), **cursor)  # type: ignore[arg-type]
