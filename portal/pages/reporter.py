"""The reporter on a complaint's page: what this desk may know of him, and what it may open."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.cases.disclosure import Sight, open_until, sight_of
from portal.cases.identity import fellow_complaints, is_protected
from portal.formats import clock_time, label
from portal.identity.person import FIELDS, LABELS, NOBODY
from portal.identity.scan import find_traces
from portal.language import gettext
from portal.queries.complaint import CaseFile
from portal.sop.procedure import Role
from portal.sop.vocabulary import Status

# Before an OPD reads a complaint.
_BEFORE_OPD = frozenset(
    {
        Status.ARRIVED,
        Status.RECEIVED,
        Status.AWAITING_COMPLETION,
        Status.RETURNED,
        Status.WITH_INSTANSI,
        Status.VERIFIED,
    }
)


@dataclass(frozen=True, slots=True)
class ReporterView:
    """`title` and `body`: the complaint's words as this desk may read them.

    `known`: label and value of each field; `instead`: what stands there when none is shown.
    `open_until`: the time of day to which this desk has the identity open. `fellows`: the same
    reporter's other complaints, asked for where they are shown. `warning`: what the text tells to
    whoever gets it next.
    """

    title: str
    body: str
    known: Sequence[tuple[str, str]]
    instead: str
    is_closed: bool
    open_until: str
    fellows: Callable[[], Sequence[tuple[str, str]]]
    warning: str

    @property
    def is_secret(self) -> bool:
        """Whether the page shows what no browser should keep."""
        return bool(self.open_until)

    @property
    def is_shown(self) -> bool:
        """Whether the page tells who complained."""
        return bool(self.known) or self.is_secret


class Screen:
    """What one desk sees of one complaint's reporter, and its words without what it does not."""

    def __init__(self, session: Session, actor: Actor, case: CaseFile, now: datetime) -> None:
        self._complaint = case.complaint
        self._actor = actor
        self._sight = sight_of(session, actor, case.complaint, case.entries, now)
        self._session = session
        self._until = open_until(case.entries, actor, now)

    @property
    def is_closed(self) -> bool:
        return self._sight.is_closed

    def clean(self, text: str) -> str:
        """What officers wrote, without the reporter where this desk does not know him."""
        return self._sight.clean(self._complaint, text)

    def view(self) -> ReporterView:
        shown = self._sight.shown
        return ReporterView(
            title=shown.title,
            body=shown.body,
            known=[
                (label(LABELS[name]), value)
                for name in FIELDS
                if (value := getattr(shown.who, name))
            ],
            instead=_instead(self._sight),
            is_closed=self._sight.is_closed,
            open_until=clock_time(self._until) if self._until else "",
            fellows=self._fellows,
            warning=self._warning(),
        )

    def _fellows(self) -> list[tuple[str, str]]:
        if self._actor.role is not Role.ADMIN_INSTANSI:
            return []
        numbers = fellow_complaints(self._session, self._actor, self._complaint)
        return [(f"#{no}", url_for("complaints.show", tracking_id=no)) for no in numbers]

    def _warning(self) -> str:
        """What an OPD would read in the complaint itself, for those who can still correct it."""
        complaint = self._complaint
        if complaint.status not in _BEFORE_OPD or is_protected(complaint):
            return ""
        found = find_traces(f"{complaint.title}\n{complaint.body}", NOBODY)
        if not found:
            return ""
        what = ", ".join(dict.fromkeys(label(one.trace.label) for one in found))
        return gettext(
            "Isi laporan memuat %(what)s, dan OPD akan membacanya. Koreksi dahulu bila OPD tidak "
            "memerlukannya.",
            what=what,
        )


def _instead(sight: Sight) -> str:
    if sight.shown.who:
        return ""
    return gettext("Dirahasiakan") if sight.whole.who else gettext("tidak diketahui")
