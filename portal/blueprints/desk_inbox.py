"""The inbox of a desk: what must be done now, and how long there is; it refreshes itself."""

import hashlib
from datetime import datetime, time, timedelta
from typing import Any

from flask import Response, make_response, request, session, url_for

from portal.access import Permission, requires
from portal.blueprints.desk_filter import filter_choices, kept_query, read_filter
from portal.blueprints.desk_here import Here, here
from portal.cases.enter import ENTERED_AT
from portal.formats import full_date
from portal.pages.rows import RowMaker
from portal.pages.time_words import duration_words, office_now, soon_until
from portal.queries.desk import Section, sections
from portal.queries.inbox import (
    Call,
    SectionPage,
    calls,
    inbox_pages,
    section_page,
)
from portal.queries.rows import Cursor, Filter
from portal.queries.waiting import waiting_for
from portal.sop.office_time import ZONE
from portal.sop.procedure import DESKS, Role
from portal.web import now, render, version, wants_fragment

FILTERING = "saring"
# How far the words of a list that refreshes itself may be behind: see `_list_tag`.
FRESH = timedelta(minutes=5)


@requires(Permission.SIGNED_IN)
def inbox() -> Response:
    """The whole inbox, or with `bagian` one section of it, page by page."""
    desk = here()
    if not wants_fragment():
        return make_response(render("desk/inbox.html", **page_context(desk)))
    tag = _list_tag(desk)
    response = (
        Response(status=304) if request.if_none_match.contains_weak(tag) else list_answer(desk)
    )
    response.set_etag(tag)
    return response


def list_answer(desk: Here, status: int = 200, **more: Any) -> Response:
    """The list alone, for htmx, with the count in the page's head."""
    context = list_context(desk, work=work_of(desk), **more)
    return make_response(render("desk/_list.html", status, **context))


def work_of(desk: Here) -> str:
    """How much of its own work lies at the desk, in words; empty at one that does none."""
    if desk.role not in DESKS:
        return ""
    return waiting_for(desk.session, desk.actor, desk.procedure).work


def page_context(desk: Here, **more: Any) -> dict[str, Any]:
    """What the inbox's page draws: its list, and the filter around it."""
    context = list_context(desk)
    # Most visits narrow nothing: what the filter offers comes when it is asked for.
    filtering = FILTERING in request.args or not context["narrowed"].is_empty
    return {
        **context,
        **(filter_choices(desk) if filtering else {}),
        "filtering": filtering,
        "filter_url": list_url(desk, **{FILTERING: 1}),
        "can_enter": desk.role in ENTERED_AT,
        **more,
    }


def list_context(desk: Here, **more: Any) -> dict[str, Any]:
    """What the list draws: every section or one of them, as the URL says."""
    etag = _list_tag(desk)  # before the rows: it may be older than they are, not newer
    moment, narrowed, chosen = now(), read_filter(), _chosen_section(desk)
    after = Cursor.parse(request.args.get("sesudah", ""))
    pages = _pages(desk, narrowed, chosen, after)
    to_call = _calls(desk) if chosen is None and narrowed.is_empty else []
    make = RowMaker(desk.role, desk.rules, moment)
    return {
        "desk": desk,
        "moment": moment,
        "day": full_date(moment),
        "office": office_now(moment, desk.rules.calendar),
        "url": list_url(desk),
        "query": kept_query("bagian", "sesudah"),
        "etag": etag,
        "chosen": chosen,
        "paged": after is not None,
        "narrowed": narrowed,
        "sections": [make.section(page, desk.procedure) for page in pages],
        "next_url": lambda part: list_url(desk, bagian=part.key, sesudah=part.next),
        "receipt_within": duration_words(desk.procedure.acknowledgement),
        "calls": [make.call(call) for call in to_call],
        **more,
    }


def _pages(
    desk: Here, narrowed: Filter, chosen: Section | None, after: Cursor | None
) -> list[SectionPage]:
    conditions = list(narrowed.conditions(now(), soon_until(now(), desk.rules.calendar)))
    if chosen is None:
        return inbox_pages(desk.session, desk.actor, desk.procedure, conditions)
    return [section_page(desk.session, desk.actor, chosen, after, conditions)]


def _calls(desk: Here) -> list[Call]:
    if desk.role is not Role.ADMIN_INSTANSI:
        return []
    return calls(desk.session, desk.actor, desk.rules, desk.procedure, now())


def _list_tag(desk: Here) -> str:
    """The list's ETag, which needs no list.

    It changes with any entry in the portal, with the rules, and every five minutes of office time:
    the words ("25 menit lagi") may be so far behind, the deadline beside them never is. At night
    and over a weekend, when no office time passes, only the day changes it.
    """
    moment = now()
    day = moment.astimezone(ZONE).date()
    worked = desk.rules.calendar.between(datetime.combine(day, time(0), ZONE), moment)
    parts = (
        version(),
        desk.actor,
        request.query_string,
        session.get("language"),
        day,
        worked // FRESH,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:20]


def _chosen_section(desk: Here) -> Section | None:
    wanted = request.args.get("bagian", "")
    parts = sections(desk.role, desk.procedure)
    return next((part for part in parts if part.status.value == wanted), None)


def list_url(desk: Here, **changes: object) -> str:
    """This list's URL, with `changes` to its query."""
    query = {**kept_query("bagian", "sesudah"), **changes}
    return url_for(desk.endpoint("inbox"), **query)  # type: ignore[arg-type]
