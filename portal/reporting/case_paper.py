"""What the papers of one complaint print: its data and its history, in words, Indonesian always.

Of an anonymous or confidential complaint every text has been through `hide`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.identity.person import Identity
from portal.identity.scan import hide
from portal.models import Attachment, Complaint, Entry
from portal.reporting.entry_words import Voice, entry_facts, entry_texts, entry_title
from portal.reporting.protection import shown_reporter
from portal.reporting.words import office_span, plain_date
from portal.sop.clocks import ClockKind, Timeline
from portal.sop.office_time import Calendar
from portal.sop.procedure import CaseClass, Procedures
from portal.sop.text import N_, Refusal
from portal.sop.vocabulary import Action, Record, Status

_PAPER = Voice(str, plain_date)


class NotDisposed(Refusal):
    """There is no disposition to print yet."""


class NotAnswered(Refusal):
    """There is no answer to print yet."""


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """An entry of the history. `said`: what was written, with its label; `facts`: the rest."""

    seq: int
    verb: Action | Record
    at: datetime
    recorded_at: datetime
    late: bool
    done: str
    by: str
    said: tuple[tuple[str, str], ...]
    facts: tuple[str, ...]
    hash: str


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A file of the complaint, by its name and the SHA-256 of its bytes."""

    name: str
    kilobytes: int
    sha256: str
    entry: int


@dataclass(frozen=True)
class CasePaper:
    """A complaint on paper. `limits`: the deadlines that its last disposition began."""

    tracking_id: str
    arrived_at: datetime
    title: str
    body: str
    reporter: str
    confidential: bool
    case_class: str
    category: str
    source: str
    place: str
    opd: str
    unit: str
    status: str
    events: tuple[CaseEvent, ...]
    files: tuple[CaseFile, ...]
    limits: tuple[tuple[str, datetime], ...]

    def of(self, *verbs: Action | Record) -> tuple[CaseEvent, ...]:
        """The events of these kinds, oldest first."""
        return tuple(event for event in self.events if event.verb in verbs)

    @property
    def disposition(self) -> CaseEvent:
        """The last one. Raises NotDisposed."""
        events = self.of(Action.DISPOSE)
        if not events:
            raise NotDisposed(
                N_("Pengaduan #%(id)s belum didisposisi ke OPD di portal."), id=self.tracking_id
            )
        return events[-1]

    @property
    def answer(self) -> CaseEvent:
        """The last one. Raises NotAnswered."""
        events = self.of(Action.ANSWER)
        if not events:
            raise NotAnswered(
                N_("Pengaduan #%(id)s belum ditanggapi di portal."), id=self.tracking_id
            )
        return events[-1]


def case_paper(
    complaint: Complaint,
    who: Identity,
    entries: Sequence[Entry],
    attachments: Sequence[Attachment],
    procedures: Procedures,
    calendar: Calendar,
) -> CasePaper:
    """`complaint`, which is from `who`, with its whole history (oldest first) and its files."""
    protected = complaint.anonymous or complaint.confidential

    def clean(text: str) -> str:
        return hide(text, who, complaint.tracking_id) if protected else text

    return CasePaper(
        tracking_id=complaint.tracking_id,
        arrived_at=complaint.arrived_at,
        title=complaint.title,
        body=complaint.body,
        reporter=shown_reporter(
            who.name,
            anonymous=complaint.anonymous,
            confidential=complaint.confidential,
        ),
        confidential=complaint.confidential,
        case_class=CaseClass(complaint.case_class).label,
        category=complaint.category,
        source=complaint.source,
        place=", ".join(filter(None, (complaint.kelurahan, complaint.kecamatan))),
        opd=complaint.opd.name if complaint.opd else "",
        unit=complaint.unit.name if complaint.unit else "",
        status=Status(complaint.status).label,
        events=tuple(_event(entry, clean) for entry in entries),
        files=tuple(
            CaseFile(clean(each.name), max(each.size // 1024, 1), each.sha256, each.entry_seq)
            for each in attachments
        ),
        limits=_limits(entries, procedures, calendar),
    )


def _limits(
    entries: Sequence[Entry], procedures: Procedures, calendar: Calendar
) -> tuple[tuple[str, datetime], ...]:
    """The deadlines as they were set by the last disposition."""
    disposed = [no for no, entry in enumerate(entries, 1) if entry.action == Action.DISPOSE]
    if not disposed:
        return ()
    events = [entry.event for entry in entries[: disposed[-1]]]
    clocks = Timeline(events, procedures, calendar).clocks
    wanted = {
        ClockKind.STEP: "Diteruskan ke unit kerja",
        ClockKind.CLASS_LIMIT: "Tindak lanjut menurut klasifikasi",
        ClockKind.OMBUDSMAN: "Diteruskan ke Ombudsman RI bila tidak ditanggapi",
    }
    limits = [
        (wanted[clock.kind], due)
        for clock in clocks
        if clock.kind in wanted and (due := clock.due(calendar))
    ]
    return tuple(sorted(limits, key=lambda limit: limit[1]))


def _event(entry: Entry, clean: Callable[[str], str]) -> CaseEvent:
    facts = (*entry_facts(entry, _PAPER), *filter(None, map(_measured, entry.measured)))
    return CaseEvent(
        seq=entry.seq,
        verb=entry.verb,
        at=entry.happened_at,
        recorded_at=entry.recorded_at,
        late=entry.recorded_late,
        done=entry_title(entry, _PAPER),
        by=entry.actor_name,
        said=tuple((label, clean(text)) for label, text in entry_texts(entry, _PAPER)),
        facts=tuple(map(clean, facts)),
        hash=entry.hash,
    )


def _measured(data: Mapping[str, Any]) -> str:
    """ "Langkah 3 selesai dalam 2 jam kerja, tepat waktu."; empty for what measures no desk."""
    spent, verdict = office_span(data["minutes"]), "terlambat" if data["late"] else "tepat waktu"
    match ClockKind(data["kind"]):
        case ClockKind.STEP if data["completed"]:
            return f"Langkah {data['step']} selesai dalam {spent} kerja, {verdict}."
        case ClockKind.STEP:
            return f"Langkah {data['step']} berhenti setelah {spent} kerja."
        case ClockKind.CLASS_LIMIT if data["completed"]:
            return f"Tindak lanjut selesai dalam {spent} kerja, {verdict}."
    return ""
