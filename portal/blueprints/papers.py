"""Papers that the worker prints: shown when they are there, their progress until then."""

from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, abort, current_app, make_response, request, send_file
from werkzeug.wrappers import Response

from portal.access import Permission, requires
from portal.blueprints.complaints import seats
from portal.cases.act import NotFound
from portal.cases.case_papers import order_case_paper
from portal.cases.files import FileDamaged
from portal.cases.import_lapor import STALE
from portal.cases.rendering import read_rendering
from portal.cases.rules import load_rules
from portal.cases.sightings import saw_paper
from portal.extensions import db
from portal.formats import sentence
from portal.language import gettext
from portal.models import Rendering
from portal.queries.imports import as_refusal
from portal.tasks import Queue, queue_of
from portal.web import framed, now, render

blueprint = Blueprint("papers", __name__, url_prefix="/pengaduan")
RELOAD_SECONDS = 1
PDF_VIEW = "navpanes=0&view=FitH"  # for the viewers of browsers: no thumbnails, full width


def paper_response(rendering: Rendering, name: str) -> Response:
    """The PDF of a rendering, or a page that says how far it is and asks again by itself.

    Either may stand in a frame of ours; nothing typed around it is lost meanwhile.
    """
    if rendering.sha256 is not None:
        content = read_rendering(Path(current_app.config["FILES"]), rendering)
        return framed(send_file(BytesIO(content), "application/pdf", download_name=name))
    error = as_refusal(rendering.error) if rendering.error else None
    page = render(
        "reports/printing.html",
        500 if error else 202,
        error=error,
        progress=_queue().progress(rendering.hash),
        silent=now() - rendering.beat_at > STALE,
    )
    response = framed(make_response(page))
    if error is None:
        response.headers["Refresh"] = f"{RELOAD_SECONDS}; url={_again()}"
    return response


def _again() -> str:
    """This address with another query: one that differs by nothing is not loaded again where it
    ends in a "#" part, as it does in the frame of a report's page.
    """
    arguments = request.args.to_dict() | {"ke": request.args.get("ke", 0, type=int) + 1}
    return f"{request.path}?{urlencode(arguments)}#{PDF_VIEW}"


@blueprint.get("/<tracking_id>/cetak/<name>.pdf")
@requires(Permission.READ_COMPLAINTS)
def case_paper(tracking_id: str, name: str) -> Response:
    """A paper of a complaint that one of the viewer's desks sees."""
    session = db.session()
    rules, folder = load_rules(session), current_app.config["FILES"]
    for actor in seats():
        with suppress(NotFound):
            rendering = order_case_paper(session, actor, tracking_id, name, rules, folder, now())
            if rendering.finished_at is None:
                _queue().print_paper(rendering.hash)
            saw_paper(session, actor, tracking_id, now())
            return paper_response(rendering, f"{name}-{tracking_id}.pdf")
    abort(404)


def _queue() -> Queue:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return queue_of(app)


def init_app(app: Flask) -> None:
    app.register_error_handler(FileDamaged, _damaged)


def _damaged(error: FileDamaged) -> Any:
    return render(
        "error.html", 500, code=500, title=gettext("Berkas rusak"), advice=sentence(error)
    )
