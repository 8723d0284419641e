"""The year's register of complaints as a paper."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access import Actor, visible_to
from portal.cases.rendering import ordered
from portal.cases.report_content import signer_of, signer_on
from portal.cases.report_settings import paper_settings
from portal.models import Complaint, Rendering
from portal.reporting.compose import RegisterPaper, compose_register
from portal.reporting.register import RegisterRow
from portal.sop.office_time import ZONE


def order_register(
    session: Session,
    actor: Actor,
    year: int,
    months: Mapping[date, Sequence[RegisterRow]],
    folder: Path,
    now: datetime,
) -> Rendering:
    """The buku register of a year as the lines are now; printed once for each state of them.

    Raises MissingFont.
    """
    settings = paper_settings(session, folder)
    changed = session.scalar(select(func.max(Complaint.changed_at)).where(visible_to(actor)))
    signer = signer_on(session, actor.instansi_id or 0, now.astimezone(ZONE).date())
    paper = RegisterPaper(
        settings=settings,
        year=year,
        months=list(months.items()),
        data_at=changed or now,
        signer=signer_of(signer, settings) if signer else None,
    )
    return ordered(session, compose_register(paper), now)
