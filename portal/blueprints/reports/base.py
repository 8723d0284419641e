"""The blueprint, and what each of its views needs."""

from pathlib import Path

from flask import Blueprint, Flask, abort, current_app, redirect, url_for
from werkzeug.wrappers import Response

from portal.cases.report_record import ReportNotFound
from portal.cases.rules import load_rules
from portal.extensions import db
from portal.queries.reports import ReportCase, open_report
from portal.tasks import Queue, queue_of
from portal.web import actor, now

blueprint = Blueprint("reports", __name__, url_prefix="/laporan")
# Ids in URLs stay within what every database takes.
ID = "int(max=999999999)"


def folder() -> Path:
    """Where the files lie."""
    return Path(current_app.config["FILES"])


def queue() -> Queue:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return queue_of(app)


def opened(report_id: int) -> ReportCase:
    """The report, or 404."""
    session = db.session()
    try:
        return open_report(session, actor(), report_id, load_rules(session), folder(), now())
    except ReportNotFound:
        abort(404)


def to_report(report_id: int) -> Response:
    return redirect(url_for("reports.show", report_id=report_id), 303)
