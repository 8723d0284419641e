"""A report's papers: as it would be printed now, and as it is kept."""

from io import BytesIO
from typing import Any

from flask import abort, make_response, request, send_file
from werkzeug.wrappers import Response

from portal.access import Permission, requires
from portal.blueprints.papers import paper_response
from portal.blueprints.reports.base import ID, blueprint, folder, opened
from portal.cases.report_files import file_stem, read_file
from portal.cases.sightings import saw_list
from portal.extensions import db
from portal.queries.reports import frozen_paper, report_file
from portal.reporting.register import named_in
from portal.reporting.report_paper import ReportPaper
from portal.reporting.workbooks import figures_workbook
from portal.web import actor, framed, now

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get(f"/<{ID}:report_id>/naskah.pdf")
@requires(Permission.READ_REPORTS)
def paper(report_id: int) -> Response:
    """The paper that the page shows; while it is being printed, how far that is."""
    case = opened(report_id)
    if case.rendering is None:
        abort(404)
    name = f"{file_stem(case.report)}.pdf"
    if case.paper is not None and case.rendering.sha256 is not None:
        _saw_register(case.paper, name)
    return paper_response(case.rendering, name)


def _saw_register(report: ReportPaper, name: str) -> None:
    """The viewer is given the register of `report` in the file `name`."""
    saw_list(db.session(), actor(), name, named_in(report.register), now())


@blueprint.get(f"/<{ID}:report_id>/berkas/<{ID}:file_id>")
@requires(Permission.READ_REPORTS)
def file(report_id: int, file_id: int) -> Response:
    """A kept file, if its bytes are still those that were kept."""
    found = report_file(db.session(), actor(), report_id, file_id)
    if found is None:
        abort(404)
    _saw_register(frozen_paper(db.session(), opened(report_id).report), found.name)
    response = send_file(
        BytesIO(read_file(folder(), found)),
        found.media_type,
        as_attachment="unduh" in request.args,
        download_name=found.name,
    )
    return framed(response)


@blueprint.get(f"/<{ID}:report_id>/angka.xlsx")
@requires(Permission.READ_REPORTS)
def figures(report_id: int) -> Any:
    """The figures and the register as a workbook."""
    case = opened(report_id)
    if case.paper is None:
        abort(404)
    name = f"{file_stem(case.report)}.xlsx"
    _saw_register(case.paper, name)
    response = make_response(figures_workbook(case.paper))
    response.headers["Content-Type"] = XLSX
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response
