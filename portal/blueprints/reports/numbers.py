"""What a number of a report counts: the complaints, one by one."""

from typing import Any

from flask import abort, request

from portal.access import Permission, requires
from portal.blueprints.reports.base import ID, blueprint, opened
from portal.extensions import db
from portal.pages.panel import status_words
from portal.pages.report_tables import counted
from portal.pages.report_view import report_title
from portal.queries.reports import counted_complaints
from portal.sop.vocabulary import Status
from portal.web import actor, render


@blueprint.get(f"/<{ID}:report_id>/angka/<path:path>")
@requires(Permission.READ_REPORTS)
def figure(report_id: int, path: str) -> Any:
    """The complaints that the figure at `path` counts, as they stand now."""
    case = opened(report_id)
    month = request.args.get("bulan", "")
    if case.paper is None:
        abort(404)
    try:
        found = counted(case.paper.figures, path, month)
    except KeyError:
        abort(404)
    rows = counted_complaints(db.session(), actor(), found.ids)
    return render(
        "reports/figure.html",
        report=case.report,
        title=report_title(case.report),
        words=found.words,
        month=found.month,
        count=len(found.ids),
        rows=rows,
        status_words=lambda row: status_words(Status(row.status), silently=row.closed_silently),
    )
