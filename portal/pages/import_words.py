"""What a word of an export can be explained as, in the reader's language."""

from sqlalchemy.orm import Session

from portal.cases.intake_words import CLASSES, NOT_OURS, Entrance, WordKind
from portal.language import gettext
from portal.queries.imports import active_opd


def word_meanings(session: Session) -> dict[str, list[tuple[str, str]]]:
    """Pairs for a select, by the kind of word."""
    opds = [(str(opd_id), name) for opd_id, name in active_opd(session)]
    return {
        WordKind.OPD: [(NOT_OURS, gettext("Bukan OPD kami")), *opds],
        WordKind.CLASS: [(one.value, gettext(words)) for one, words in CLASSES.items()],
        WordKind.STATUS: [(one.value, gettext(one.label)) for one in Entrance],
    }
