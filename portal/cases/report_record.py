"""Writing one entry of a report's history, inside one transaction with what it changes.

The only place that sets a report's state. Every verb on a report goes through `changing`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access import Actor, reports_of
from portal.cases.answers import UnknownVersion
from portal.cases.ledger import NO_HASH
from portal.models import Report, ReportEntry, Setting, writing
from portal.sop.report_workflow import ReportAction, ReportState, apply_action
from portal.sop.text import N_, Refusal

LEDGER = "report_ledger"


class ReportNotFound(LookupError):
    """There is no such report for this actor."""


class ReportChanged(Refusal):
    """Others acted on the report since the form was made; `since` are their entries."""

    def __init__(self, since: Sequence[ReportEntry]) -> None:
        super().__init__(
            N_("Laporan ini berubah sejak halaman dibuka. Belum ada yang disimpan dari Anda.")
        )
        self.since = since


@dataclass
class Change:
    """A change under way: the report, and what its entry will say of it (`details`)."""

    report: Report
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def entry_seq(self) -> int:
        """The number that the entry will have."""
        return self.report.seq + 1


def find_report(session: Session, actor: Actor, report_id: int) -> Report:
    """Raises ReportNotFound."""
    query = select(Report).where(Report.id == report_id, reports_of(actor))
    report = session.scalar(query)
    if report is None:
        raise ReportNotFound(report_id)
    return report


def entries_of(session: Session, report: Report) -> Sequence[ReportEntry]:
    """The report's entries, oldest first."""
    query = select(ReportEntry).where(ReportEntry.report_id == report.id)
    return session.scalars(query.order_by(ReportEntry.seq)).all()


@contextmanager
def changing(
    session: Session,
    actor: Actor,
    report_id: int,
    seq: int,
    action: ReportAction,
    now: datetime,
) -> Iterator[Change]:
    """Change a report in one transaction, by a form that was made from its version `seq`.

    Raises ReportNotFound, UnknownVersion (a form of no version that ever was), ReportChanged (a
    stale one), ReportRefused (the table); nothing is written then, nor when the body raises.
    """
    with writing(session):
        report = find_report(session, actor, report_id)
        if not 0 < seq <= report.seq:
            raise UnknownVersion
        if report.seq != seq:
            raise ReportChanged(entries_of(session, report)[seq:])
        target = apply_action(ReportState(report.state), action, actor.role)
        change = Change(report)
        yield change
        add_entry(session, report, action, target, actor, change.details, now)


def add_entry(
    session: Session,
    report: Report,
    action: ReportAction,
    target: ReportState,
    actor: Actor,
    details: Mapping[str, Any],
    now: datetime,
) -> ReportEntry:
    """Chain an entry behind the report's last and bring the report to `target`."""
    last = session.scalar(
        select(ReportEntry.hash).where(
            ReportEntry.report_id == report.id, ReportEntry.seq == report.seq
        )
    )
    head = session.get(Setting, LEDGER) or Setting(
        name=LEDGER, value={"entries": 0, "last_hash": NO_HASH}
    )
    entry = ReportEntry(
        report_id=report.id,
        seq=report.seq + 1,
        action=action.value,
        source=ReportState(report.state) if report.seq else None,
        target=target,
        at=now,
        role=actor.role,
        account_id=actor.account_id,
        assignment_id=actor.assignment_id,
        actor_name=actor.name,
        details=dict(details),
        previous_hash=last or NO_HASH,
        ledger_hash=head.value["last_hash"],
    )
    entry.hash = entry.compute_hash()
    head.value = {"entries": head.value["entries"] + 1, "last_hash": entry.hash}
    report.seq, report.state = entry.seq, target
    session.add_all([head, entry])
    session.flush()
    return entry
