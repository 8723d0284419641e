"""What is written in or about a monthly report is read for what tells who somebody is."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from portal.cases.answers import Invalid
from portal.cases.outgoing import confirmation, warning
from portal.cases.report_settings import letterhead
from portal.identity.person import NOBODY, phone_key
from portal.identity.scan import Found, Trace, find_traces


def check_report_texts(session: Session, texts: Mapping[str, str], confirmed: str) -> None:
    """Raise Invalid with a TellsIdentity for each of `texts`, by field, that gives a NIK, a
    telephone number or an e-mail address, unless `confirmed` is for these very texts.

    No names: a report is about many. What stands in the letterhead is the office's own.
    """
    confirm = confirmation(texts)
    if confirmed == confirm:
        return
    office = letterhead(session)
    own = {_said(office, one) for one in find_traces(office, NOBODY)}
    found = {
        name: [one for one in find_traces(text, NOBODY) if _said(text, one) not in own]
        for name, text in texts.items()
    }
    errors = {name: warning(pieces, confirm) for name, pieces in found.items() if pieces}
    if errors:
        raise Invalid(errors)


def _said(text: str, found: Found) -> str:
    """The piece, alike in whatever spelling."""
    piece = text[found.start : found.end]
    return phone_key(piece) if found.trace is Trace.PHONE else piece.casefold()
