"""What the Kepala Dinas reads of identities that were opened."""

from typing import Any

from flask import Blueprint

from portal.access import Permission, requires
from portal.extensions import db
from portal.queries.disclosures import disclosures
from portal.web import actor, asked_id, now, render

blueprint = Blueprint("disclosures", __name__, url_prefix="/identitas-dibuka")


@blueprint.get("/")
@requires(Permission.READ_DISCLOSURES)
def index() -> Any:
    """A page of them, newest first."""
    before = asked_id("sesudah") or None
    rows, after = disclosures(db.session(), actor(), now(), before)
    return render("desk/disclosures.html", rows=rows, after=after)
