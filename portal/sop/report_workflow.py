"""The life of a monthly report: a table of transitions, and one function that applies it.

Whoever is to approve a report does not make it: the Admin Instansi prepares and submits, the
Kepala Dinas approves or returns. What was approved is corrected by an addendum, which is a report
of its own that goes the same way.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from portal.sop.office_time import ZONE
from portal.sop.procedure import Role
from portal.sop.text import N_, Refusal


class ReportState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    ARCHIVED = "archived"

    @property
    def label(self) -> str:
        return _STATE_LABELS[self]

    @property
    def is_open(self) -> bool:
        """Whether the report is still being written: figures and texts may change."""
        return self in OPEN

    @property
    def is_sealed(self) -> bool:
        """Whether it was approved: from then on nothing of it changes."""
        return self in SEALED


_STATE_LABELS = {
    ReportState.DRAFT: N_("Draf"),
    ReportState.SUBMITTED: N_("Diajukan"),
    ReportState.RETURNED: N_("Dikembalikan"),
    ReportState.APPROVED: N_("Disetujui"),
    ReportState.ARCHIVED: N_("Diarsipkan"),
}
OPEN = (ReportState.DRAFT, ReportState.RETURNED)
SEALED = (ReportState.APPROVED, ReportState.ARCHIVED)


class ReportAction(StrEnum):
    CREATE = "create"
    COMPUTE = "compute"
    WRITE = "write"
    SUBMIT = "submit"
    RETURN = "return"
    APPROVE = "approve"
    SIGN = "sign"
    ATTACH_SIGNED = "attach_signed"
    ATTACH_SCAN = "attach_scan"
    ARCHIVE = "archive"

    @property
    def label(self) -> str:
        return _ACTION_WORDS[self][0]

    @property
    def done(self) -> str:
        """The history's word for it: what was done."""
        return _ACTION_WORDS[self][1]


_ACTION_WORDS = {
    ReportAction.CREATE: (N_("Buat laporan"), N_("Laporan dibuat")),
    ReportAction.COMPUTE: (N_("Hitung ulang"), N_("Angka dihitung")),
    ReportAction.WRITE: (N_("Simpan isian"), N_("Isian diubah")),
    ReportAction.SUBMIT: (N_("Ajukan ke Kepala Dinas"), N_("Diajukan ke Kepala Dinas")),
    ReportAction.RETURN: (N_("Kembalikan"), N_("Dikembalikan untuk diperbaiki")),
    ReportAction.APPROVE: (N_("Setujui"), N_("Disetujui")),
    ReportAction.SIGN: (
        N_("Tanda tangani secara elektronik"),
        N_("Ditandatangani secara elektronik"),
    ),
    ReportAction.ATTACH_SIGNED: (
        N_("Unggah PDF yang ditandatangani di luar portal"),
        N_("PDF bertanda tangan elektronik diunggah"),
    ),
    ReportAction.ATTACH_SCAN: (
        N_("Unggah pindaian tanda tangan basah"),
        N_("Pindaian tanda tangan basah diunggah"),
    ),
    ReportAction.ARCHIVE: (N_("Arsipkan"), N_("Diarsipkan")),
}


@dataclass(frozen=True, slots=True)
class ReportTransition:
    """A row: who may do it, from which states, and where it leads (None: it stays)."""

    action: ReportAction
    roles: tuple[Role, ...]
    sources: tuple[ReportState, ...]
    target: ReportState | None = None


_AI, _KD = Role.ADMIN_INSTANSI, Role.KEPALA_DINAS

REPORT_TRANSITIONS: tuple[ReportTransition, ...] = (
    ReportTransition(ReportAction.COMPUTE, (_AI,), OPEN),
    ReportTransition(ReportAction.WRITE, (_AI,), OPEN),
    ReportTransition(ReportAction.SUBMIT, (_AI,), OPEN, ReportState.SUBMITTED),
    ReportTransition(ReportAction.RETURN, (_KD,), (ReportState.SUBMITTED,), ReportState.RETURNED),
    ReportTransition(ReportAction.APPROVE, (_KD,), (ReportState.SUBMITTED,), ReportState.APPROVED),
    ReportTransition(ReportAction.SIGN, (_KD,), SEALED),
    ReportTransition(ReportAction.ATTACH_SIGNED, (_KD, _AI), SEALED),
    ReportTransition(ReportAction.ATTACH_SCAN, (_AI, _KD), SEALED),
    ReportTransition(ReportAction.ARCHIVE, (_AI,), (ReportState.APPROVED,), ReportState.ARCHIVED),
)


class ReportRefused(Refusal):
    """The table does not allow it: another desk's, or not in this state."""


class MonthNotOver(Refusal):
    """A month that is not over can be looked at as a draft, never submitted."""


def available_actions(state: ReportState, role: Role) -> tuple[ReportAction, ...]:
    """What `role` may do to a report in `state`, in the table's order."""
    return tuple(
        row.action for row in REPORT_TRANSITIONS if state in row.sources and role in row.roles
    )


def apply_action(state: ReportState, action: ReportAction, role: Role) -> ReportState:
    """The state that `action` by `role` leads to. Raises ReportRefused, in a sentence."""
    rows = [row for row in REPORT_TRANSITIONS if row.action is action]
    for row in rows:
        if state in row.sources and role in row.roles:
            return row.target or state
    if any(state in row.sources for row in rows):
        raise ReportRefused(
            N_("“%(action)s” bukan tugas %(role)s, melainkan tugas %(desk)s."),
            action=action.label,
            role=role.label,
            desk=tuple(one.label for row in rows for one in row.roles),
        )
    raise ReportRefused(
        N_("“%(action)s” tidak dapat dilakukan sekarang: laporan ini %(state)s."),
        action=action.label,
        state=state.label,
    )


def is_over(month: date, now: datetime) -> bool:
    """Whether the local `month` (its first day) is over at `now`."""
    today = now.astimezone(ZONE).date()
    return (today.year, today.month) > (month.year, month.month)


def check_over(month: date, now: datetime) -> None:
    """Raises MonthNotOver while the month runs."""
    if not is_over(month, now):
        raise MonthNotOver(
            N_("Bulan ini belum berakhir: laporannya hanya dapat dilihat sebagai draf.")
        )
