"""Addresses of a complaint that no desk owns: the link in messages, and its files."""

from io import BytesIO
from pathlib import Path

from flask import Blueprint, abort, current_app, redirect, send_file, url_for
from werkzeug.wrappers import Response

from portal.access import Actor, Permission, requires
from portal.blueprints.desks import READERS
from portal.cases.disclosure import file_name
from portal.cases.files import read_kept
from portal.cases.sightings import saw_paper
from portal.extensions import db
from portal.queries.complaint import attachment_for, is_visible
from portal.viewer import actor_of
from portal.web import now, viewer

complaints = Blueprint("complaints", __name__, url_prefix="/pengaduan")
# Whatever a file holds, opened in the browser it may do nothing.
_SANDBOX = "sandbox; default-src 'none'"


@complaints.get("/<tracking_id>")
@requires(Permission.SIGNED_IN)
def show(tracking_id: str) -> Response:
    """Go to the complaint's page at the viewer's desk that sees it, the chosen one first."""
    for actor in seats():
        if is_visible(db.session(), actor, tracking_id):
            address = url_for(f"{actor.role.value}.complaint", tracking_id=tracking_id)
            return redirect(address, 303)
    abort(404)


@complaints.get("/<tracking_id>/lampiran/<int(max=999999999):attachment_id>")
@requires(Permission.SIGNED_IN)
def attachment(tracking_id: str, attachment_id: int) -> Response:
    """Download a file of a complaint that one of the viewer's desks sees."""
    for actor in seats():
        found = attachment_for(db.session(), actor, tracking_id, attachment_id)
        if found is not None:
            saw_paper(db.session(), actor, tracking_id, now())
            content = read_kept(Path(current_app.config["FILES"]), found.sha256)
            name = file_name(db.session(), actor, found, now())
            response = send_file(
                BytesIO(content), found.media_type, as_attachment=True, download_name=name
            )
            response.headers["Content-Security-Policy"] = _SANDBOX
            return response
    abort(404)


def seats() -> list[Actor]:
    """The viewer at each of the reading desks that he holds, at the chosen one first."""
    who = viewer()
    if who is None:
        return []
    mine = sorted(who.assignments, key=lambda one: one is not who.assignment)
    return [actor_of(who.account, one) for one in mine if one.role in READERS]
