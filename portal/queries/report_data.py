"""The histories that a month's figures are made of, read as a stream."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from portal.access import Actor, visible_to
from portal.models import Complaint, Entry, Opd, Unit
from portal.reporting.figures import CaseHistory, HistoryEntry, bounds, months_later
from portal.sop.vocabulary import FINAL, Action, Record, Status

_COLUMNS = (
    Complaint.id,
    Complaint.tracking_id,
    Complaint.arrived_at,
    Complaint.category,
    Complaint.kecamatan,
    Complaint.source,
    Complaint.lapor["rating"].as_integer().label("lapor_rating"),
    Entry.action,
    Entry.source.label("source_status"),
    Entry.target,
    Entry.happened_at,
    Entry.recorded_at,
    Entry.recorded_late,
    Entry.kept,
    Entry.measured,
)
_BATCH = 1000
_VERBS: Mapping[str, Action | Record] = {verb.value: verb for verb in (*Action, *Record)}


def load_histories(session: Session, actor: Actor, month: date) -> Iterator[CaseHistory]:
    """The complaints, as `actor` may see them, that could count in a report on `month`.

    That is in the month itself or one of the twelve before: whatever arrived before the month's
    end and has not ended, or has changed since these thirteen months began. Each comes with its
    whole history, also what happened or was recorded later. Three queries; read as they come.
    """
    since, _ = bounds(months_later(month, -12))
    _, end = bounds(month)
    opds = dict(session.execute(select(Opd.id, Opd.name)).tuples().all())
    units = dict(session.execute(select(Unit.id, Unit.name)).tuples().all())
    query = (
        select(*_COLUMNS)
        .join(Entry, Entry.complaint_id == Complaint.id)
        .where(
            visible_to(actor),
            Complaint.arrived_at < end,
            or_(Complaint.changed_at >= since, Complaint.status.not_in(FINAL)),
        )
        .order_by(Complaint.id, Entry.seq)
    )
    rows = session.execute(query, execution_options={"yield_per": _BATCH})
    for _, entries in groupby(rows, attrgetter("id")):
        yield _history(list(entries), opds, units)


def _history(
    rows: list[Row[Any]], opds: Mapping[int, str], units: Mapping[int, str]
) -> CaseHistory:
    first = rows[0]
    entries = [
        HistoryEntry(
            action=_VERBS[row.action],
            source=Status(row.source_status) if row.source_status else None,
            target=Status(row.target),
            happened_at=row.happened_at,
            recorded_at=row.recorded_at,
            recorded_late=row.recorded_late,
            details=row.kept,
            measured=row.measured,
        )
        for row in rows
    ]
    return CaseHistory(
        id=first.id,
        tracking_id=first.tracking_id,
        arrived_at=first.arrived_at,
        category=first.category,
        kecamatan=first.kecamatan,
        source=first.source,
        lapor_rating=_first_rating(first.lapor_rating, entries),
        opds=opds,
        units=units,
        entries=entries,
    )


def _first_rating(now: int | None, entries: Iterable[HistoryEntry]) -> int | None:
    """What the citizen's rating, `now` at LAPOR!, was before LAPOR! first said something else."""
    for entry in entries:
        if entry.action is Record.LAPOR_CHANGE and "rating" in entry.details["changes"]:
            old: int | None = entry.details["changes"]["rating"]["old"]
            return old
    return now
