"""What the page of a complaint says: its lane, clocks, history and forms, ready to be drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.cases.case_papers import CASE_PAPERS, papers_for
from portal.cases.handover_message import handover_message, whatsapp_link
from portal.cases.rules import Rules
from portal.formats import label
from portal.language import gettext
from portal.models import Complaint
from portal.pages.clocks import ClockView, LaneStep, clock_views, lane
from portal.pages.forms import AGAINST, ActionForm, Attempt, action_form
from portal.pages.history import HistoryLine, file_link, history_line
from portal.pages.reporter import ReporterView, Screen
from portal.queries.complaint import CaseFile
from portal.queries.desk import first_action
from portal.queries.inbox import Contact, contacts_of
from portal.sop.office_time import ZONE
from portal.sop.procedure import DESKS, STEPS, CaseClass, Procedure, Role
from portal.sop.vocabulary import ABOUT_IDENTITY, CLOSED_SILENTLY, Action, Status
from portal.sop.workflow import State, desk_of


@dataclass(frozen=True, slots=True)
class Handover:
    """The message for the OPD's WhatsApp group, and whom to call."""

    message: str
    link: str
    contacts: Sequence[Contact]


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything that the complaint's fragment draws."""

    complaint: Complaint
    case_class: str
    status: str
    tags: Sequence[tuple[str, str]]
    reporter: ReporterView
    lane: Sequence[LaneStep]
    actors: Sequence[tuple[Role, str]]
    clocks: Sequence[ClockView]
    heading: str
    holder: str
    message: HistoryLine | None
    forms: Sequence[ActionForm]
    handover: Handover | None
    files: Sequence[tuple[str, str]]
    papers: Sequence[tuple[str, str]]
    history: Sequence[HistoryLine]


def make_panel(
    session: Session,
    actor: Actor,
    case: CaseFile,
    rules: Rules,
    now: datetime,
    attempt: Attempt | None = None,
    asked: str = "",
) -> Panel:
    """The panel of `case` for `actor`.

    `attempt` is a form to be shown again as it was typed; `asked` the kind of a clock to explain.
    """
    complaint, state = case.complaint, case.timeline.state
    holds = desk_of(state, case.procedure) is actor.role
    screen = Screen(session, actor, case, now)
    lines = [history_line(entry, case, rules, now, screen.clean) for entry in case.entries]
    return Panel(
        complaint=complaint,
        case_class=label(CaseClass(complaint.case_class).label),
        status=status_words(Status(complaint.status), silently=complaint.closed_silently),
        tags=[*marks(complaint), *_anonymised(complaint)],
        reporter=screen.view(),
        lane=lane(case, rules, now),
        actors=[(role, label(role.label)) for role in DESKS],
        clocks=clock_views(case, actor.role, rules, now, asked),
        heading=_heading(case),
        holder=holder_words(complaint, state, case.procedure),
        message=_message(case, lines) if holds else None,
        forms=_forms(session, actor, case, holds, screen, attempt),
        handover=_handover(session, actor, complaint, now),
        files=[
            file_link(complaint, file, screen.clean)
            for file in case.attachments
            if file.entry_seq <= 1
        ],
        papers=_papers(case),
        history=lines[::-1],
    )


def _papers(case: CaseFile) -> list[tuple[str, str]]:
    """What can be printed of the complaint, with where."""
    number = case.complaint.tracking_id
    return [
        (
            label(CASE_PAPERS[name].title),
            url_for("papers.case_paper", tracking_id=number, name=name),
        )
        for name in papers_for(case.entries)
    ]


def status_words(status: Status, *, silently: bool) -> str:
    """The status as the officer reads it; closed by silence is not closed by the citizen's word."""
    return label(CLOSED_SILENTLY if silently else status.label)


def marks(row: Any) -> list[tuple[str, str]]:
    """The tags of a complaint (or of its row in a list): text and kind."""
    found = []
    if row.escalated:
        found.append((gettext("Ombudsman"), "late"))
    if row.confidential:
        found.append((gettext("Rahasia"), "rahasia"))
    if row.anonymous:
        found.append((gettext("Anonim"), "anonim"))
    if row.setwapres:
        found.append((gettext("Setwapres"), "neutral"))
    if row.sent_back:
        found.append((gettext("dikembalikan %(n)s×", n=row.sent_back), "back"))
    return found


def _anonymised(complaint: Complaint) -> list[tuple[str, str]]:
    return [(gettext("Identitas dihapus"), "neutral")] if complaint.anonymised else []


def holder_words(complaint: Complaint, state: State, procedure: Procedure) -> str:
    """Who holds it: the desk, and which OPD or unit; empty once it has ended."""
    desk = desk_of(state, procedure)
    if desk is None:
        return ""
    place = {Role.PEJABAT_PENGHUBUNG: complaint.opd, Role.UNIT_KERJA: complaint.unit}.get(desk)
    return " ".join([label(desk.label), place.name if place else ""]).strip()


def _heading(case: CaseFile) -> str:
    """What is to be done now: "Langkah 4: Disposisi"; before step 6 begins, the follow-up."""
    state = case.timeline.state
    if state.status in (Status.AWAITING_COMPLETION, Status.AWAITING_FEEDBACK):
        return label(state.status.label)
    if state.step is None:
        return gettext("Berakhir")
    if state.step == 6 and not state.reported:
        return gettext("Tindak lanjut")
    step = STEPS[state.step - 1]
    return gettext("Langkah %(no)s: %(name)s", no=step.no, name=label(step.short))


# -- forms ---------------------------------------------------------------------------------------


def _forms(
    session: Session,
    actor: Actor,
    case: CaseFile,
    holds: bool,
    screen: Screen,
    attempt: Attempt | None,
) -> list[ActionForm]:
    """The possible actions: what asks nothing, then what the desk usually does, open; the rest."""
    state = case.timeline.state
    usual = (
        first_action(state.status, acknowledged=True, reported=state.reported) if holds else None
    )
    order = sorted(
        (row for row in case.rows if row.action is not Action.DISCLOSE or screen.is_closed),
        key=lambda row: (
            bool(row.asks),
            row.action is not usual,
            row.action in AGAINST,
            row.action is Action.CORRECT,
            row.action in ABOUT_IDENTITY,
        ),
    )
    return [
        action_form(
            session,
            actor.role,
            case,
            row,
            attempt if attempt and attempt.form.action is row.action else None,
            is_usual=row.action is usual,
        )
        for row in order
    ]


def _message(case: CaseFile, lines: Sequence[HistoryLine]) -> HistoryLine | None:
    """The words that came with the complaint to this desk: instruction, note or reason."""
    for entry, line in zip(reversed(case.entries), reversed(lines), strict=True):
        if entry.source != entry.target:
            return line if line.text and isinstance(entry.verb, Action) else None
    return None


def _handover(
    session: Session, actor: Actor, complaint: Complaint, now: datetime
) -> Handover | None:
    """What tells the OPD, for the desk that handed it over, until the OPD gives its receipt."""
    waiting = complaint.status == Status.WITH_LIAISON and not complaint.acknowledged
    if actor.role is not Role.ADMIN_INSTANSI or not waiting or complaint.opd is None:
        return None
    message = message_for(complaint, complaint.opd.name)
    contacts = contacts_of(session, complaint.opd.id, now.astimezone(ZONE).date())
    return Handover(message, whatsapp_link(message), contacts)


def message_for(row: Any, opd_name: str) -> str:
    """The hand-over message for a complaint or its row in a list."""
    return handover_message(
        tracking_id=row.tracking_id,
        case_class=CaseClass(row.case_class),
        opd=opd_name,
        due=row.due_at,
        link=url_for("complaints.show", tracking_id=row.tracking_id, _external=True),
        confidential=row.confidential,
    )
