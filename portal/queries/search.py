"""Searching what one may see: by words in the title, the text or the category, newest first.

The reporter is never searched: who asks for a name learns nothing from what is found.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from portal.access import Actor, visible_to
from portal.lapor.columns import LONGEST_ID, IdTooLong, bare_id
from portal.models import Complaint
from portal.queries.desk import PAGE
from portal.queries.rows import COLUMNS, ComplaintRow, Cursor, with_offices
from portal.sop.text import N_, Refusal

LONGEST = 200
_WORDS = 6
_TRACKING_ID = re.compile(r"#?\s*([0-9]{3,30}|[Mm]-[0-9]{4}-[0-9]{1,8})")


def check_query(text: str) -> None:
    """Raise Refusal for what is too long to search for, and for a number too long to be an ID."""
    digits = bare_id(text)
    if digits.isdecimal() and len(digits) > LONGEST_ID:
        raise IdTooLong(digits)
    if len(text) > LONGEST:
        raise Refusal(
            N_("Yang dicari %(length)s huruf; paling banyak %(limit)s. Tulis beberapa kata saja."),
            length=len(text),
            limit=LONGEST,
        )


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found; `next` and `prev` are the places that its neighbours begin at."""

    rows: Sequence[ComplaintRow]
    next: Cursor | None
    prev: Cursor | None


def as_tracking_id(text: str) -> str:
    """The Tracking ID that `text` is ("#9155064", "9155064", "m-2026-0001"), else empty."""
    match = _TRACKING_ID.fullmatch(text.strip())
    return match[1].upper() if match else ""


def search_complaints(
    session: Session,
    actor: Actor,
    text: str,
    conditions: Sequence[ColumnElement[bool]] = (),
    *,
    after: Cursor | None = None,
    before: Cursor | None = None,
) -> Found:
    """A page of the complaints that hold every word of `text` (its first six), newest first."""
    query = select(Complaint.id).where(visible_to(actor), *conditions, *map(_holds, _split(text)))
    order = (Complaint.arrived_at, Complaint.id)
    arrived = Complaint.arrived_at.expression
    if before is not None:
        query = query.where(before.after(arrived)).order_by(*order)
    else:
        query = query.order_by(*(column.desc() for column in order))
        if after is not None:
            query = query.where(after.before(arrived))
    ids = query.limit(PAGE + 1).subquery()
    shown = with_offices(select(*COLUMNS).join(ids, ids.c.id == Complaint.id))
    rows = session.execute(shown.order_by(*(column.desc() for column in order))).all()
    more = len(rows) > PAGE
    if before is not None:
        rows = rows[-PAGE:]
        return _found(rows, has_next=True, has_prev=more)
    return _found(rows[:PAGE], has_next=more, has_prev=after is not None)


def _found(rows: Sequence[ComplaintRow], *, has_next: bool, has_prev: bool) -> Found:
    places = [Cursor(row.arrived_at, row.id) for row in rows]
    return Found(
        rows,
        next=places[-1] if places and has_next else None,
        prev=places[0] if places and has_prev else None,
    )


def _split(text: str) -> list[str]:
    return text.split()[:_WORDS]


def _holds(word: str) -> ColumnElement[bool]:
    return or_(
        Complaint.title.icontains(word, autoescape=True),
        Complaint.body.icontains(word, autoescape=True),
        Complaint.category.icontains(word, autoescape=True),
    )
