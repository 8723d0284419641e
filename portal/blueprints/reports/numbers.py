"""What a number of a report counts: the complaints, one by one."""

from typing import Any

from flask import abort, request

from portal.access import Permission, requires
from portal.blueprints.reports.base import ID, blueprint, opened
from portal.extensions import db
from portal.formats import label
from portal.pages.panel import status_words
from portal.pages.report_tables import MONTHS, counted_ids
from portal.pages.report_view import report_title
from portal.queries.reports import counted_complaints
from portal.reporting.figure_words import figure_words
from portal.sop.vocabulary import Status
from portal.web import actor, render


@blueprint.get(f"/<{ID}:report_id>/angka/<path:path>")
@requires(Permission.READ_REPORTS)
def figure(report_id: int, path: str) -> Any:
    """The complaints that the figure at `path` counts, as they stand now."""
    case = opened(report_id)
    month = request.args.get("bulan", "")
    if case.paper is None or month not in MONTHS:
        abort(404)
    try:
        ids = counted_ids(case.paper.figures, path, month)
    except KeyError:
        abort(404)
    figures = getattr(case.paper.figures, MONTHS[month])
    rows = counted_complaints(db.session(), actor(), ids)
    return render(
        "reports/figure.html",
        report=case.report,
        title=report_title(case.report),
        words=[label(word) for word in figure_words(figures, path)],
        month=figures.month,
        count=len(ids),
        rows=rows,
        status_words=lambda row: status_words(Status(row.status), silently=row.closed_silently),
    )
