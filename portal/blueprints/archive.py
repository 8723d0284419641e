"""The archive of approved reports: finding one, the year's register, a year for the shelf."""

from datetime import date
from itertools import chain
from typing import Any

from flask import Blueprint, abort, current_app, make_response, request, send_file
from werkzeug.wrappers import Response

from portal.access import Permission, requires
from portal.blueprints.papers import paper_response
from portal.cases.registers import order_register
from portal.cases.report_bundle import Item, write_bundle
from portal.cases.report_files import file_stem
from portal.cases.sightings import saw_list
from portal.extensions import db
from portal.formats import month_name
from portal.language import gettext
from portal.models import FileKind
from portal.pages.report_view import FILE_TITLES, report_title, state_tag
from portal.queries.archive import (
    ArchiveLine,
    Search,
    archive_years,
    search_archive,
    year_lines,
    year_register,
)
from portal.queries.reports import frozen_paper
from portal.reporting.register import RegisterRow, named_in
from portal.reporting.workbooks import figures_workbook, register_workbook
from portal.tasks import queue_of
from portal.web import actor, now, render

blueprint = Blueprint("archive", __name__, url_prefix="/arsip")
YEAR = "int(min=2000,max=2100)"
_LIMIT = 200
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/")
@requires(Permission.READ_REPORTS)
def index() -> Any:
    """The approved reports, narrowed by year, month, number and words."""
    session = db.session()
    args = request.args
    search = Search(
        words=args.get("q", "").strip()[:_LIMIT],
        number=args.get("nomor", "").strip()[:_LIMIT],
        year=args.get("tahun", type=int),
        month=args.get("bulan", type=int),
    )
    return render(
        "reports/archive.html",
        search=search,
        lines=search_archive(session, actor(), search),
        years=archive_years(session, actor()),
        months=[(n, month_name(date(2000, n, 1)).split()[0]) for n in range(1, 13)],
        year_options=[(year, str(year)) for year in archive_years(session, actor())],
        kinds=list(FileKind),
        file_titles=FILE_TITLES,
        title_of=report_title,
        tag_of=state_tag,
    )


@blueprint.get(f"/buku-register-<{YEAR}:year>.xlsx")
@requires(Permission.READ_REPORTS)
def register_xlsx(year: int) -> Response:
    """The year's register of complaints as a workbook."""
    name = f"buku-register-{year}.xlsx"
    months = _seen_register(year, name)
    response = make_response(register_workbook(year, months))
    response.headers["Content-Type"] = _XLSX
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def _seen_register(year: int, name: str) -> dict[date, list[RegisterRow]]:
    """The year's register, given to the viewer in the file `name`."""
    session = db.session()
    months = year_register(session, actor(), year)
    saw_list(session, actor(), name, named_in(chain(*months.values())), now())
    return months


@blueprint.get(f"/buku-register-<{YEAR}:year>.pdf")
@requires(Permission.READ_REPORTS)
def register_pdf(year: int) -> Response:
    """The year's register as a paper, which the worker prints."""
    session, name = db.session(), f"buku-register-{year}.pdf"
    months = _seen_register(year, name)
    rendering = order_register(session, actor(), year, months, current_app.config["FILES"], now())
    if rendering.finished_at is None:
        queue_of(current_app._get_current_object()).print_paper(rendering.hash)  # type: ignore[attr-defined]
    return paper_response(rendering, name)


@blueprint.get(f"/<{YEAR}:year>.zip")
@requires(Permission.READ_REPORTS)
def bundle(year: int) -> Response:
    """Every file of a year's reports with the hashes, for the shelf without a network."""
    lines = year_lines(db.session(), actor(), year)
    name = f"arsip-laporan-{year}.zip"
    months = _seen_register(year, name)
    if not lines and not any(months.values()):
        abort(404)
    items = [item for line in lines for item in _items(line)]
    register = register_workbook(year, months)
    title = gettext("Buku register %(year)s", year=year)
    items.append(Item.of(f"buku-register-{year}.xlsx", title, register))
    page, _ = render("reports/shelf.html", year=year, items=items, made_at=now())
    file = write_bundle(items, page, current_app.config["FILES"])
    return send_file(file, "application/zip", as_attachment=True, download_name=name)


def _items(line: ArchiveLine) -> list[Item]:
    """A report's files, and its figures as a workbook."""
    title, stem = report_title(line.report), file_stem(line.report)
    items = [
        Item(
            f"{line.report.month:%Y-%m}/{file.name}",
            f"{title}: {gettext(FILE_TITLES[kind])}",
            file.sha256,
            file.size,
        )
        for kind, file in line.files.items()
    ]
    workbook = figures_workbook(frozen_paper(db.session(), line.report))
    name = f"{line.report.month:%Y-%m}/{stem}-angka.xlsx"
    return [*items, Item.of(name, f"{title}: {gettext('Angka')}", workbook)]
