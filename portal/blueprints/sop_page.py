"""The SOP sheet as issued, with the numbers in force where a later version changed them."""

from flask import Blueprint, make_response
from werkzeug.wrappers import Response

from portal.access import Permission, requires
from portal.cases.rules import load_rules
from portal.cases.sop_versions import shows_errata
from portal.extensions import db
from portal.sop.procedure import DESKS, sheet_in_force
from portal.web import now, render

sop = Blueprint("sop", __name__, url_prefix="/sop")
# The column heads of the SOP's own table.
_HEADS = ("Admin Nasional", "Admin Instansi", "Pejabat Penghubung OPD", "Unit Kerja Terkait di OPD")


@sop.get("/")
@requires(Permission.SIGNED_IN)
def sheet() -> Response:
    """The sheet, for everybody who is signed in."""
    session = db.session()
    procedure = load_rules(session).procedures.at(now())
    page = render(
        "sop/sheet.html",
        sop=sheet_in_force(procedure),
        actors=list(zip(DESKS, _HEADS, strict=True)),
        errata=shows_errata(session),
        version=procedure.name,
    )
    return make_response(page)
