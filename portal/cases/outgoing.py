"""What an officer is about to send is read for what tells who somebody is, and he is warned."""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from portal.access import Actor
from portal.cases.answers import Invalid
from portal.cases.disclosure import Sight
from portal.cases.identity import is_protected
from portal.identity.scan import Found, find_traces
from portal.models import Complaint
from portal.sop.asks import WRITTEN_KINDS, Ask
from portal.sop.text import N_, Refusal
from portal.sop.vocabulary import Action

# The field by which the officer says that he has read the warning.
CONFIRM = "send_anyway"
log = logging.getLogger("portal")


class TellsIdentity(Refusal):
    """A text tells who somebody is. `confirm`: what `CONFIRM` must say for it to be sent anyway.

    Empty where it must not be sent: the full name or the number of a protected reporter in an
    answer, which anybody may read.
    """

    def __init__(self, message: str, confirm: str, **params: object) -> None:
        super().__init__(message, **params)
        self.confirm = confirm


_WARNING = N_("Memuat %(what)s. Hapus bila tidak perlu, atau centang “Kirim tetap” di bawah.")
_NEVER = N_(
    "Memuat %(what)s. Pelapor ini dirahasiakan dan tanggapan dibaca umum: hapus, lalu kirim lagi."
)


def check_outgoing(
    actor: Actor,
    complaint: Complaint,
    sight: Sight,
    action: Action,
    asks: Sequence[Ask],
    details: Mapping[str, Any],
    confirmed: str,
) -> None:
    """Raise Invalid with a TellsIdentity for each answer that tells who somebody is.

    `confirmed` lets pass what the officer was warned of, and nothing that he has written since.
    """
    texts = {
        ask.name: str(details[ask.name])
        for ask in asks
        if ask.kind in WRITTEN_KINDS and ask.name in details
    }
    confirm = confirmation(texts)
    errors: dict[str, Refusal] = {}
    for name, text in texts.items():
        found = find_traces(text, sight.whole.who)
        if not found:
            continue
        if is_protected(complaint) and sight.is_closed and any(one.own for one in found):
            # Whoever tries names to see which of them is refused leaves a trace.
            log.warning(
                "identity written complaint=%s account=%s",
                complaint.tracking_id,
                actor.account_id,
            )
        if action is Action.ANSWER and is_protected(complaint) and any(one.own for one in found):
            errors[name] = TellsIdentity(_NEVER, "", what=_kinds(found))
        elif confirmed != confirm:
            errors[name] = warning(found, confirm)
    if errors:
        raise Invalid(errors)


def confirmation(texts: Mapping[str, str]) -> str:
    """What `CONFIRM` must say for `texts`, by field, to be sent all the same."""
    return hashlib.sha256(repr(dict(texts)).encode()).hexdigest()[:16]


def warning(found: Sequence[Found], confirm: str) -> TellsIdentity:
    return TellsIdentity(_WARNING, confirm, what=_kinds(found))


def _kinds(found: Sequence[Found]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.trace.label for one in found))
