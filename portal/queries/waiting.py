"""What waits for a desk, as the page's head counts it: its own work, and monthly reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from portal.access import Actor, reports_at
from portal.models import Report
from portal.queries.desk import Section, own_sections
from portal.queries.inbox import ids_in
from portal.sop.procedure import Procedure, Role
from portal.sop.report_workflow import ReportState

COUNTED = 99
_REPORTS = {
    Role.KEPALA_DINAS: ReportState.SUBMITTED,
    Role.ADMIN_INSTANSI: ReportState.RETURNED,
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """`work`: "0" to "99", or "99+"; `reports`, to be approved or sent back: "" for none."""

    work: str
    reports: str


def waiting_for(session: Session, actor: Actor, procedure: Procedure) -> Waiting:
    """What waits for `actor`; one query, whatever the number of complaints."""
    statement = _counts(actor.role, own_sections(actor.role, procedure))
    work, reports = session.execute(statement, {"office": actor.office}).one()
    return Waiting(str(work) if work <= COUNTED else f"{COUNTED}+", str(reports or ""))


@lru_cache
def _counts(role: Role, parts: Sequence[Section]) -> Select[Any]:
    limited = [select(ids_in(role, part).limit(COUNTED + 1).subquery().c.id) for part in parts]
    work = (
        select(func.count()).select_from(union_all(*limited).subquery()).scalar_subquery()
        if limited
        else literal(0)
    )
    reports = select(func.count(Report.id)).where(
        reports_at(role), Report.state == _REPORTS.get(role)
    )
    return select(work, reports.scalar_subquery())
