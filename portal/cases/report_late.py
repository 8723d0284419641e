"""What was recorded after a month's figures were made and would have been counted in them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Complaint, Entry, Report
from portal.reporting.figures import bounds
from portal.sop.vocabulary import Record


def later_entries(session: Session, report: Report) -> Sequence[tuple[Entry, Complaint]]:
    """The entries behind the report's last that concern its month, in the order of recording.

    That is what happened before the month's end, and complaints that had arrived by then.
    """
    _, end = bounds(report.month)
    arrived_then = (Entry.action == Record.ARRIVE) & (Complaint.arrived_at < end)
    query = (
        select(Entry, Complaint)
        .join(Complaint, Complaint.id == Entry.complaint_id)
        .where(
            Entry.id > (report.last_entry or 0),
            Complaint.instansi_id == report.instansi_id,
            (Entry.happened_at < end) | arrived_then,
        )
    )
    return session.execute(query.order_by(Entry.id)).tuples().all()
