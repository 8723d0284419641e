"""The papers of one complaint: disposition sheet, card, letter of answer, the Ombudsman's file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.access import Actor, visible_to
from portal.cases.act import NotFound
from portal.cases.files import DOSSIER, store
from portal.cases.identity import identity_of
from portal.cases.record import history_of
from portal.cases.rendering import ordered
from portal.cases.report_content import signer_of, signer_on
from portal.cases.report_settings import paper_settings
from portal.cases.rules import Rules
from portal.models import Attachment, Complaint, Entry, Rendering, writing
from portal.reporting.case_paper import case_paper
from portal.reporting.compose import (
    CaseSheet,
    Composed,
    compose_answer,
    compose_card,
    compose_disposition,
    compose_dossier,
)
from portal.sop.office_time import ZONE
from portal.sop.text import N_
from portal.sop.vocabulary import Action


@dataclass(frozen=True, slots=True)
class CasePaperKind:
    """A paper: its name, how it is composed, and the action that there must have been for it."""

    title: str
    compose: Callable[[CaseSheet], Composed]
    needs: Action | None = None


# By the paper's name in URLs.
CASE_PAPERS: Mapping[str, CasePaperKind] = {
    "kartu": CasePaperKind(N_("Kartu pengaduan"), compose_card),
    "lembar-disposisi": CasePaperKind(N_("Lembar disposisi"), compose_disposition, Action.DISPOSE),
    "surat-tanggapan": CasePaperKind(N_("Surat tanggapan"), compose_answer, Action.ANSWER),
    "berkas-ombudsman": CasePaperKind(
        N_("Berkas untuk Ombudsman RI"), compose_dossier, Action.ESCALATE
    ),
}


def papers_for(entries: Sequence[Entry]) -> list[str]:
    """The papers that a complaint with this history has, by their names in URLs."""
    done = {entry.verb for entry in entries}
    return [name for name, kind in CASE_PAPERS.items() if kind.needs is None or kind.needs in done]


def order_case_paper(
    session: Session,
    actor: Actor,
    tracking_id: str,
    name: str,
    rules: Rules,
    folder: Path,
    now: datetime,
) -> Rendering:
    """A paper of a complaint as it is now; printed once for each state of it.

    Raises NotFound for a complaint that `actor` does not see or a paper that it does not have,
    and MissingFont.
    """
    complaint = session.scalar(
        select(Complaint).where(Complaint.tracking_id == tracking_id, visible_to(actor))
    )
    entries = history_of(session, complaint) if complaint else ()
    if complaint is None or name not in papers_for(entries):
        raise NotFound(tracking_id)
    sheet = _sheet(session, complaint, entries, rules, folder, now)
    return ordered(session, CASE_PAPERS[name].compose(sheet), now)


def _sheet(
    session: Session,
    complaint: Complaint,
    entries: Sequence[Entry],
    rules: Rules,
    folder: Path,
    now: datetime,
) -> CaseSheet:
    files = select(Attachment).where(Attachment.complaint_id == complaint.id)
    settings = paper_settings(session, folder)
    signer = signer_on(session, complaint.instansi_id, now.astimezone(ZONE).date())
    return CaseSheet(
        settings=settings,
        case=case_paper(
            complaint,
            identity_of(session, complaint),
            entries,
            session.scalars(files.order_by(Attachment.id)).all(),
            rules.procedures,
            rules.calendar,
        ),
        data_at=complaint.changed_at.astimezone(UTC),
        signer=signer_of(signer, settings) if signer else None,
    )


# -- what `escalate` makes -----------------------------------------------------------------------


def missing_dossiers(session: Session) -> list[tuple[int, int]]:
    """The complaints passed on to the Ombudsman whose file is not kept yet, with that entry."""
    query = select(Entry.complaint_id, Entry.seq).where(
        Entry.action == Action.ESCALATE, ~_kept(Entry.complaint_id, Entry.seq)
    )
    return list(session.execute(query.order_by(Entry.id)).tuples())


def _kept(complaint_id: Any, seq: Any) -> ColumnElement[bool]:
    """Whether the file that an escalation makes is kept with its entry."""
    return (
        select(Attachment.id)
        .where(
            Attachment.complaint_id == complaint_id,
            Attachment.entry_seq == seq,
            Attachment.name.startswith(DOSSIER),
        )
        .exists()
    )


def keep_dossier(
    session: Session,
    complaint_id: int,
    seq: int,
    render: Callable[[Composed], bytes],
    rules: Rules,
    folder: Path,
    now: datetime,
) -> None:
    """Keep the Ombudsman's file of a complaint as it was when it was passed on, once."""
    complaint = session.get_one(Complaint, complaint_id)
    entries = history_of(session, complaint)[:seq]
    content = render(compose_dossier(_sheet(session, complaint, entries, rules, folder, now)))
    with writing(session):
        if session.scalar(select(_kept(complaint_id, seq))):
            return
        session.add(
            Attachment(
                complaint_id=complaint_id,
                entry_seq=seq,
                name=f"{DOSSIER}{complaint.tracking_id}.pdf",
                media_type="application/pdf",
                size=len(content),
                sha256=store(folder, content),
                added_at=now,
            )
        )
