"""The months and their reports; beginning one."""

from datetime import date
from typing import Any

from flask import abort, request

from portal.access import Permission, may, requires
from portal.blueprints.reports.base import blueprint, queue, to_report
from portal.cases.reports import create_report
from portal.extensions import db
from portal.pages.report_view import state_tag
from portal.queries.reports import month_lines
from portal.sop.report_workflow import is_over
from portal.sop.text import Refusal
from portal.web import actor, now, render


@blueprint.get("/")
@requires(Permission.READ_REPORTS)
def index() -> Any:
    """Every month that has a report or could have one."""
    return _index()


def _index(status: int = 200, error: Refusal | None = None) -> Any:
    return render(
        "reports/index.html",
        status,
        lines=month_lines(db.session(), actor(), now()),
        error=error,
        is_over=lambda month: is_over(month, now()),
        state_tag=state_tag,
        may_write=may(actor(), Permission.WRITE_REPORTS),
    )


@blueprint.post("/")
@requires(Permission.WRITE_REPORTS)
def begin() -> Any:
    """Begin the report of a month (`bulan`, such as 2026-09), or go to the one there is."""
    try:
        month = date.fromisoformat(f"{request.form.get('bulan', '')}-01")
    except ValueError:
        abort(400)
    try:
        report = create_report(db.session(), actor(), month, now())
    except Refusal as refusal:
        return _index(422, refusal)
    if report.computing:
        queue().compute_report(report.id)
    return to_report(report.id)
