"""The desks: one blueprint for each actor of the SOP, made from the table by one function."""

from flask import Blueprint

from portal.blueprints import desk_bulk, desk_complaint, desk_entry, desk_inbox, desk_search
from portal.blueprints.desk_here import sit_down
from portal.cases.enter import ENTERED_AT
from portal.sop.procedure import DESKS, Role

READERS = (*DESKS, Role.KEPALA_DINAS)


def make_desk(role: Role) -> Blueprint:
    """The blueprint of an actor, at `/admin-nasional/` and the like.

    The four desks of the SOP work; the Kepala Dinas reads. Whoever holds a valid assignment of
    `role` may sit here, whichever desk he chose; everybody else gets 403.
    """
    desk = Blueprint(role.value, __name__, url_prefix=f"/{role.value.replace('_', '-')}")
    desk.before_request(lambda: sit_down(role))
    desk.add_url_rule("/", "inbox", desk_inbox.inbox)
    desk.add_url_rule("/cari", "search", desk_search.search)
    desk.add_url_rule("/pengaduan/<tracking_id>", "complaint", desk_complaint.show)
    if role in DESKS:
        to_act = "/pengaduan/<tracking_id>/<slug>"
        desk.add_url_rule(to_act, "act", desk_complaint.act_on, methods=["POST"])
        desk.add_url_rule("/massal/<slug>", "bulk", desk_bulk.bulk, methods=["GET", "POST"])
    if role in ENTERED_AT:
        desk.add_url_rule("/catat", "enter", desk_entry.enter_by_hand, methods=["GET", "POST"])
    return desk
