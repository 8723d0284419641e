"""Taking a reporter out of a complaint for good: what the figures and the chain need stays.

His identity and the salt of the commitment to it are destroyed. Every text is masked: of an entry
of the history the commitment to its words stays in the chain, its salt goes, and the entry that
tells of the masking vouches for what it says now.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from portal.cases.identity import UNSEALED, WORDS, identity_of
from portal.cases.rendering import discard_papers, drop_unnamed
from portal.identity.scan import hide
from portal.models import Attachment, Complaint, Entry, Report, SentForm
from portal.sop.office_time import ZONE
from portal.sop.report_workflow import SEALED
from portal.sop.text import N_
from portal.sop.vocabulary import Action, Record
from portal.sop.workflow import NotAllowedNow

# What comes with these is the citizen's, or (the Ombudsman's file) printed with his name and made
# anew where it is missing.
_NOT_KEPT = frozenset({Record.ARRIVE, Action.RECORD_COMPLETION, Action.ESCALATE})


def anonymise(
    session: Session, complaint: Complaint, entries: Sequence[Entry], reason: str
) -> dict[str, Any]:
    """Take out who complained, inside the caller's write; what the entry of it says.

    `masked`: by number of the entry what it says now (`Entry.content_hash`); `removed`: the hashes
    of files whose bytes `destroy` removes. Raises NotAllowedNow while a report that may name him
    is being written, KeysUnusable and Tampered.
    """
    _ensure_reported(session, complaint, entries)
    who, number = identity_of(session, complaint), complaint.tracking_id

    def clean(text: str) -> str:
        return hide(text, who, number)

    for name in (*WORDS, *UNSEALED, "lapor_reason"):
        setattr(complaint, name, clean(getattr(complaint, name)))
    complaint.lapor = _cleaned(complaint.lapor, clean)
    removed = _remove_files(session, complaint, entries, clean)
    masked = dict(_masked(entries, clean))
    session.execute(delete(SentForm).where(SentForm.complaint_id == complaint.id))
    if complaint.reporter is not None:
        session.delete(complaint.reporter)
        session.flush()
        set_committed_value(complaint, "reporter", None)
    return {"reason": clean(reason), "masked": masked, "removed": removed}


def _ensure_reported(session: Session, complaint: Complaint, entries: Sequence[Entry]) -> None:
    first, last = complaint.arrived_at, entries[-1].happened_at
    under_way = select(Report.month).where(
        Report.instansi_id == complaint.instansi_id,
        Report.month.between(month_of(first), month_of(last)),
        Report.state.not_in(SEALED),
    )
    month = session.scalar(under_way.order_by(Report.month).limit(1))
    if month is not None:
        raise NotAllowedNow(
            N_(
                "Laporan bulanan %(month)s sedang disusun dan memuat pengaduan ini. Tunggu sampai "
                "laporan itu disetujui."
            ),
            month=f"{month:%m-%Y}",
        )


def month_of(moment: datetime) -> date:
    """The first day of the local month."""
    return moment.astimezone(ZONE).date().replace(day=1)


def _masked(entries: Iterable[Entry], clean: Callable[[str], str]) -> Iterable[tuple[str, str]]:
    for entry in entries:
        words = _cleaned(entry.words, clean)
        if words != entry.words:
            entry.words, entry.salt = words, None
            yield str(entry.seq), entry.content_hash()


def _cleaned(value: Any, clean: Callable[[str], str]) -> Any:
    """`value` with every text in it cleaned, but the hash of a file."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(one, clean) for one in value]
    if isinstance(value, dict):
        return {
            name: one if name == "sha256" else _cleaned(one, clean) for name, one in value.items()
        }
    return value


def _remove_files(
    session: Session,
    complaint: Complaint,
    entries: Sequence[Entry],
    clean: Callable[[str], str],
) -> list[str]:
    """Forget what came from the citizen, and papers that name him; the others keep their bytes."""
    removed = []
    query = select(Attachment).where(Attachment.complaint_id == complaint.id)
    for file in session.scalars(query).all():
        if entries[file.entry_seq - 1].verb in _NOT_KEPT:
            removed.append(file.sha256)
            session.delete(file)
        else:
            file.name = clean(file.name)
    return sorted(set(removed))


def destroy(session: Session, removed: Iterable[str], folder: Path) -> None:
    """Remove the bytes of what was forgotten, and the papers, which may name him.

    They are printed anew when somebody asks for them. Cut short, it is done by the next night's.
    In transactions beside the caller's, who keeps what he has read.
    """
    with Session(session.get_bind()) as own:
        drop_unnamed(own, removed, folder)
        discard_papers(own, folder)


def destroy_all(session: Session, folder: Path) -> None:
    """`destroy` for every complaint that was ever anonymised."""
    told = session.scalars(select(Entry.kept).where(Entry.action == Action.ANONYMISE))
    if found := told.all():
        destroy(session, {sha256 for kept in found for sha256 in kept["removed"]}, folder)
