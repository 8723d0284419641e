"""Who saw whose data, in words, and the list of those to whom a breach must be told."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from portal.cases.identity import identity_of
from portal.formats import clock_time, short_date
from portal.identity.person import FIELDS, LABELS
from portal.language import gettext, ngettext
from portal.models import Saw
from portal.queries.sightings import Exposure, Line, Opened
from portal.reporting.workbooks import table_workbook
from portal.sop.text import N_

_WORDS = {
    Saw.COMPLAINT: N_("Membuka pengaduan, tanpa identitas pelapor"),
    Saw.IDENTITY: N_("Membuka pengaduan dengan identitas pelapor"),
    Saw.COPY: N_("Membuat salinan data pribadi pelapor"),
}
_HEAD = ("Tracking ID", N_("Masuk"), N_("Pertama dibuka"), N_("Terakhir dibuka"), N_("Kali"))
_WIDTHS = (14, 20, 20, 20, 8)


def line_words(line: Line) -> str:
    """What was seen."""
    if line.what == Saw.LIST:
        persons = ngettext("%(num)s pelapor", "%(num)s pelapor", line.persons)
        return gettext("Daftar %(name)s: %(persons)s", name=line.note, persons=persons)
    return gettext(_WORDS[Saw(line.what)])


def shown_words(opened: Opened) -> str:
    """Whether the reporter was seen."""
    return gettext("terlihat") if opened.identity else gettext("tidak terlihat")


def exposure_workbook(session: Session, exposure: Exposure, *, contacts: bool) -> bytes:
    """A workbook of `exposure`, a line for each complaint, then for each list; with `contacts`
    who is to be told, from the sealed identities. Raises KeysUnusable and Tampered.
    """
    known = [gettext(LABELS[name]) for name in FIELDS] if contacts else []
    head = [*map(gettext, _HEAD), gettext("Identitas"), *known]
    widths = [*_WIDTHS, 16, *(24 for _ in known)]
    return table_workbook(
        gettext("Data yang dibuka"), head, widths, _rows(session, exposure, contacts=contacts)
    )


def _rows(session: Session, exposure: Exposure, *, contacts: bool) -> Iterator[Sequence[Any]]:
    for one in exposure.complaints:
        complaint = one.complaint
        times = map(_moment, (complaint.arrived_at, one.first, one.last))
        who = identity_of(session, complaint) if contacts else None
        told = [getattr(who, name) for name in FIELDS] if who else []
        yield (complaint.tracking_id, *times, one.times, shown_words(one), *told)
    for given in exposure.lists:
        persons = ngettext("%(num)s pelapor", "%(num)s pelapor", given.persons)
        yield (given.name, "", _moment(given.at), "", None, persons)


def _moment(moment: datetime) -> str:
    return f"{short_date(moment)} {clock_time(moment)}"
