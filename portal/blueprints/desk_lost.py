"""Somebody who is signed in may not pass here: was it his once, or is it another desk of his?"""

from collections.abc import Iterable

from flask import current_app, request

from portal.access import may
from portal.formats import label, short_date
from portal.language import gettext
from portal.models import Assignment
from portal.sop.office_time import ZONE
from portal.sop.procedure import Role
from portal.viewer import actor_of, desk_name
from portal.web import now, viewer


def desks_that_may() -> list[tuple[Assignment, str]]:
    """The viewer's other desks at which this request would pass, with their names."""
    who = viewer()
    return [(one, label(desk_name(one))) for one in _passing(who.assignments if who else ())]


def what_ended() -> str:
    """That the viewer's time at the desk of this request is over; empty when it never was his."""
    who = viewer()
    today = now().astimezone(ZONE).date()
    passing = _passing(who.account.assignments if who else ())
    over = [one for one in passing if one.valid_to and one.valid_to < today]
    if not over:
        return ""
    last = max(over, key=lambda one: one.valid_to or today)
    return gettext(
        "Masa tugas Anda di meja %(desk)s berakhir pada %(day)s. Bila seharusnya berlanjut, "
        "hubungi administrator portal.",
        desk=label(desk_name(last)),
        day=short_date(last.valid_to or today),
    )


def _passing(assignments: Iterable[Assignment]) -> list[Assignment]:
    """Those of `assignments` that the view asks for."""
    if request.blueprint in {*Role}:  # a desk's blueprint bears its name
        return [one for one in assignments if one.role == request.blueprint]
    view = current_app.view_functions.get(request.endpoint or "")
    asked = getattr(view, "permission", None)
    return [one for one in assignments if asked and may(actor_of(one.account, one), asked)]
