"""The filter of a desk's lists: read from the URL, and offered as a form."""

from typing import Any

from flask import request

from portal.blueprints.desk_here import Here
from portal.formats import label
from portal.queries.rows import ANONYMOUS, CONFIDENTIAL, LATE, OPEN_NAME, SOON, Filter
from portal.queries.rows import filter_choices as offices_and_places
from portal.sop.procedure import CaseClass, Role
from portal.sop.text import N_
from portal.sop.vocabulary import Status

_TIMES = ((LATE, N_("Lewat batas")), (SOON, N_("Segera jatuh tempo")))
_PRIVACY = (
    (ANONYMOUS, N_("Anonim")),
    (CONFIDENTIAL, N_("Rahasia")),
    (OPEN_NAME, N_("Nama terbuka")),
)
_NAMES = ("waktu", "opd", "kecamatan", "klasifikasi", "privasi", "status")
# An OPD chooses among itself alone.
_WIDE = (Role.ADMIN_INSTANSI, Role.KEPALA_DINAS)


def kept_query(*more: str) -> dict[str, str]:
    """What of this request's query goes on in its links: the filter and `more`, nothing else."""
    return {name: request.args[name] for name in (*_NAMES, *more) if request.args.get(name)}


def read_filter() -> Filter:
    """What the URL narrows to; what it says badly narrows nothing."""
    given = request.args
    opd = given.get("opd", "")
    return Filter(
        kecamatan=given.get("kecamatan", ""),
        opd_id=int(opd) if opd.isdecimal() and len(opd) < 10 else None,
        time=given.get("waktu", ""),
        case_class=given.get("klasifikasi", ""),
        privacy=given.get("privasi", ""),
        status=given.get("status", ""),
    )


def filter_choices(desk: Here) -> dict[str, Any]:
    """What the filter's form offers."""
    places, offices = offices_and_places(desk.session)
    return {
        "places": [(name, name) for name in places],
        "offices": offices if desk.role in _WIDE else [],
        "times": [(key, label(text)) for key, text in _TIMES],
        "classes": [(one.value, label(one.label)) for one in CaseClass],
        "privacies": [(key, label(text)) for key, text in _PRIVACY],
        "statuses": [(one.value, label(one.label)) for one in Status],
    }
