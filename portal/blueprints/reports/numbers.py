"""What a number of a report counts: the complaints, one by one."""

from typing import Any

from flask import abort, request

from portal.access import Permission, requires
from portal.blueprints.reports.base import ID, blueprint, opened
from portal.extensions import db
from portal.pages.panel import status_words
from portal.pages.report_tables import counted
from portal.pages.report_view import report_title
from portal.queries.reports import ReportCase, counted_complaints, figures_of_version
from portal.reporting.figures import ReportFigures
from portal.sop.vocabulary import Status
from portal.web import actor, asked_id, render


@blueprint.get(f"/<{ID}:report_id>/angka/<path:path>")
@requires(Permission.READ_REPORTS)
def figure(report_id: int, path: str) -> Any:
    """The complaints that the figure at `path` counts, as they stand now."""
    case = opened(report_id)
    month = request.args.get("bulan", "")
    figures = _figures(case, asked_id("versi") or None)
    if figures is None:
        abort(404)
    try:
        found = counted(figures, path, month)
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


def _figures(case: ReportCase, version: int | None) -> ReportFigures | None:
    """Those that the page shows, or those of the version that entry `version` submitted."""
    if version is not None:
        return figures_of_version(db.session(), case.report, version)
    return case.paper.figures if case.paper else None
