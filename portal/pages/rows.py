"""The rows of an inbox or of found complaints, in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import quote

from flask import url_for

from portal.cases.handover_message import whatsapp_link
from portal.cases.rules import Rules
from portal.formats import label, office_span
from portal.language import gettext
from portal.pages.panel import marks, message_for, status_words
from portal.pages.time_words import TimeLeft, duration_words, moment_words, time_left
from portal.queries.desk import ELSEWHERE, OWN, first_action
from portal.queries.inbox import Call, Contact, SectionPage
from portal.queries.rows import Cursor
from portal.sop.asks import ASKS
from portal.sop.office_time import ZONE
from portal.sop.procedure import CaseClass, Procedure, Role
from portal.sop.text import N_
from portal.sop.vocabulary import Action, Status

# What is done from the list itself: what asks nothing, and what one set of answers suits.
BULK = (Action.RECEIVE, Action.ACKNOWLEDGE, Action.FORWARD, Action.REGISTER)
_TO_DO = {
    Status.ARRIVED: N_("Perlu diterima"),
    Status.RECEIVED: N_("Perlu diverifikasi dan diteruskan"),
    Status.RETURNED: N_("Dikembalikan: cari instansi yang berwenang"),
    Status.WITH_INSTANSI: N_("Perlu diverifikasi"),
    Status.VERIFIED: N_("Siap didisposisi"),
    Status.WITH_LIAISON: N_("Perlu diteruskan ke unit kerja"),
    Status.WITH_UNIT: N_("Perlu ditindaklanjuti dan ditanggapi"),
    Status.ANSWERED: N_("Perlu dicatat dan diumumkan"),
}
# What a row's button says, where the action's own name is too long for it.
_SHORT_ACTION = {
    Action.FORWARD: N_("Teruskan"),
    Action.TRANSFER: N_("Alihkan"),
    Action.DISPOSE: N_("Disposisi"),
    Action.HAND_OVER: N_("Teruskan"),
    Action.FINISH_FOLLOW_UP: N_("Tindak lanjut"),
    Action.REGISTER: N_("Catat"),
    Action.RECORD_FEEDBACK: N_("Catat balasan"),
}
_SHORT_CLASS = {
    CaseClass.INFORMATION: N_("Permintaan Informasi"),
    CaseClass.ASPIRATION: N_("Aspirasi"),
    CaseClass.COMPLAINT: N_("Pengaduan"),
    CaseClass.SUPERVISORY: N_("Berkadar pengawasan"),
}


@dataclass(frozen=True, slots=True)
class RowView:
    """One row. `action` is the one thing to do and `verb` its short name; `direct`: it is done
    from here; `pick`: what ticks it for doing the same to several.
    """

    tracking_id: str
    title: str
    url: str
    meta: str
    left: TimeLeft
    tags: list[tuple[str, str]]
    action: Action | None = None
    verb: str = ""
    direct: bool = False
    pick: str = ""


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section. `bulk`: the action for several of its rows at once, None where there is none;
    `bulk_asks`: it asks for answers first.
    """

    key: str
    title: str
    note: str
    count: str
    rows: Sequence[RowView]
    bulk: Action | None
    bulk_name: str
    bulk_asks: bool
    is_own: bool
    next: Cursor | None

    @property
    def extent(self) -> str:
        """How much it holds, and what the SOP says of it."""
        return " · ".join(filter(None, (self.count, self.note)))


@dataclass(frozen=True, slots=True)
class CallView:
    """A hand-over without tanda terima: how long ago, whom to call, what to send."""

    row: RowView
    contacts: Sequence[Contact]
    message: str
    link: str


class RowMaker:
    """Puts the rows of a list at the desk of `role` into words.

    What is the same in many of them is worked out once: where they lead, the words of labels.
    """

    def __init__(self, role: Role, rules: Rules, now: datetime) -> None:
        self._role, self._rules = role, rules
        self._now = now.astimezone(ZONE)  # once, not in each word of each row
        self._base = url_for(f"{role.value}.complaint", tracking_id=_ANY).removesuffix(_ANY)
        self._label, self._short_name = cache(label), cache(short_name)

    def section(self, page: SectionPage, procedure: Procedure) -> SectionView:
        section = page.section
        own = section.manner == OWN
        rows = [self.row(row, act=section.manner != ELSEWHERE) for row in page.rows]
        bulk = next((row.action for row in rows if row.pick), None)
        title = _TO_DO.get(section.status) if own else None
        return SectionView(
            key=section.status.value,
            title=label(title or section.status.label),
            note=_note(section.status, procedure) if own else "",
            count=f"{len(rows)}+" if page.next else str(len(rows)),
            rows=rows,
            bulk=bulk,
            bulk_name=short_name(bulk) if bulk else "",
            bulk_asks=bulk is not None and bool(ASKS.get(bulk)),
            is_own=own,
            next=page.next,
        )

    def found(self, row: Any) -> RowView:
        """A row of the search: it also says where the complaint stands."""
        view = self.row(row, act=False)
        status = status_words(Status(row.status), silently=row.closed_silently)
        return replace(view, meta=f"{status} · {view.meta}")

    def call(self, call: Call) -> CallView:
        """A hand-over to call about."""
        row = call.row
        message = message_for(row, row.opd_name)
        waited = office_span(self._rules.calendar.between(row.disposed_at, self._now))
        since = gettext("sejak %(when)s", when=moment_words(row.disposed_at, self._now))
        view = RowView(
            tracking_id=row.tracking_id,
            title=row.title,
            url=self._url(row),
            meta=row.opd_name,
            left=TimeLeft("late", waited, since),
            tags=marks(row),
        )
        return CallView(view, call.contacts, message, whatsapp_link(message))

    def row(self, row: Any, *, act: bool) -> RowView:
        """A row; with `act`, the work is this desk's."""
        status = Status(row.status)
        action = (
            first_action(status, acknowledged=row.acknowledged, reported=row.reported)
            if act
            else None
        )
        return RowView(
            tracking_id=row.tracking_id,
            title=row.title,
            url=self._url(row),
            meta=self._meta(row),
            left=self._left(row, status),
            tags=marks(row),
            action=action,
            verb=self._short_name(action) if action else "",
            direct=action is not None and not ASKS.get(action),
            pick=f"{row.tracking_id}:{row.seq}" if action in BULK else "",
        )

    def _url(self, row: Any) -> str:
        return self._base + quote(row.tracking_id, safe="")

    def _left(self, row: Any, status: Status) -> TimeLeft:
        if status.is_final:
            return TimeLeft("none", gettext("berakhir"))
        return time_left(row.due_at, self._now, self._rules.calendar, status)

    def _meta(self, row: Any) -> str:
        """Who has it, where it is about, of what class, and when it came."""
        came = gettext("masuk %(when)s", when=moment_words(row.arrived_at, self._now))
        office = row.unit_name if self._role is Role.PEJABAT_PENGHUBUNG else _office(row)
        case_class = self._label(_SHORT_CLASS[CaseClass(row.case_class)])
        parts = (office, row.kecamatan, case_class, came)
        return " · ".join(part for part in parts if part)


# Stands for a Tracking ID where the router is asked for the part of a URL before it.
_ANY = "0"


def short_name(action: Action) -> str:
    """The action's name, short enough for a button in a row."""
    return label(_SHORT_ACTION.get(action, action.label))


def _note(status: Status, procedure: Procedure) -> str:
    """ "langkah 3 · standar 1 hari kerja"."""
    if status.step is None:
        return ""
    if status is Status.WITH_UNIT:
        return gettext("langkah %(no)s · batas menurut klasifikasi", no=status.step)
    standard = duration_words(procedure.standards[status.step])
    return gettext("langkah %(no)s · standar %(standard)s", no=status.step, standard=standard)


def _office(row: Any) -> str:
    return ", ".join(name for name in (row.opd_name, row.unit_name) if name)
