"""A line of the register of complaints: the appendix of the report, and the year's book."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from portal.models import Complaint
from portal.reporting.protection import UNNAMED, shown_reporter, shown_title
from portal.sop.procedure import CaseClass
from portal.sop.vocabulary import Status


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One complaint, in words as printed. `ended_on`: the local day on which it ended, or None."""

    tracking_id: str
    arrived_at: datetime
    reporter: str
    title: str
    case_class: str
    category: str
    kecamatan: str
    opd: str
    status: str
    ended_on: date | None = None


def named_in(rows: Iterable[RegisterRow]) -> int:
    """How many lines name their reporter."""
    return sum(row.reporter not in UNNAMED for row in rows)


def register_row(
    complaint: Complaint,
    reporter: str,
    *,
    opd: str,
    status: Status,
    ended_on: date | None = None,
) -> RegisterRow:
    """The line of `complaint` as it stood in `status` at the OPD named `opd` ("" for none).

    `reporter` is his name, "" when unknown or not to be known.
    """
    return RegisterRow(
        tracking_id=complaint.tracking_id,
        arrived_at=complaint.arrived_at,
        reporter=shown_reporter(
            reporter,
            anonymous=complaint.anonymous,
            confidential=complaint.confidential,
        ),
        title=shown_title(complaint.title, confidential=complaint.confidential),
        case_class=CaseClass(complaint.case_class).label,
        category=complaint.category,
        kecamatan=complaint.kecamatan,
        opd=opd,
        status=status.label,
        ended_on=ended_on,
    )
