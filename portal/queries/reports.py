"""What the pages of the monthly reports show."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from portal.access import Actor, reports_of, visible_to
from portal.cases.report_content import (
    TEXT_PARTS,
    corrected_by,
    draft_paper,
    snapshot_of,
)
from portal.cases.report_late import later_entries
from portal.cases.report_record import entries_of, find_report
from portal.cases.rules import Rules
from portal.models import (
    Complaint,
    Entry,
    Rendering,
    Report,
    ReportEntry,
    ReportFile,
    ReportSnapshot,
)
from portal.reporting.figure_words import Difference, differences
from portal.reporting.figures import ReportFigures, from_data, months_later
from portal.reporting.report_paper import ReportPaper, report_from
from portal.sop.office_time import ZONE
from portal.sop.report_workflow import ReportAction, ReportState, available_actions

_MOST = 500


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A month in the list: its report if there is one, and its addenda."""

    month: date
    report: Report | None
    addenda: Sequence[Report]


def month_lines(session: Session, actor: Actor, now: datetime) -> list[MonthLine]:
    """Every month that has a report or could have one, newest first.

    That is from the first complaint's arrival (but twelve months back at most) to this month.
    """
    reports = session.scalars(select(Report).where(reports_of(actor)).order_by(Report.addendum_no))
    by_month: dict[date, list[Report]] = {}
    for report in reports:
        by_month.setdefault(report.month, []).append(report)
    months = {*by_month, *_open_months(session, actor, now)}
    return [
        MonthLine(month, next(iter(by_month.get(month, [])), None), by_month.get(month, [])[1:])
        for month in sorted(months, reverse=True)
    ]


def _open_months(session: Session, actor: Actor, now: datetime) -> Iterator[date]:
    this = now.astimezone(ZONE).date().replace(day=1)
    first = session.scalar(select(func.min(Complaint.arrived_at)).where(visible_to(actor)))
    begin = first.astimezone(ZONE).date().replace(day=1) if first else this
    month = max(begin, months_later(this, -12))
    while month <= this:
        yield month
        month = months_later(month, 1)


@dataclass(frozen=True, slots=True)
class TextChange:
    """A text that is not what it was in the version submitted before."""

    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class VersionChanges:
    """What a submitted report says otherwise than the version before it, submitted `at`.

    `before` is the number of the entry that submitted that version.
    """

    before: int
    at: datetime
    figures: Sequence[Difference]
    texts: Sequence[TextChange]

    def __bool__(self) -> bool:
        return bool(self.figures or self.texts)


@dataclass(frozen=True)
class ReportCase:
    """A report with everything that its page needs; `paper` is None before it was computed."""

    report: Report
    entries: Sequence[ReportEntry]
    actions: tuple[ReportAction, ...]
    paper: ReportPaper | None
    rendering: Rendering | None
    files: Sequence[ReportFile]
    family: Sequence[Report]
    corrects: Report | None
    changes: VersionChanges | None
    later: Sequence[tuple[Entry, Complaint]]

    @property
    def state(self) -> ReportState:
        return ReportState(self.report.state)


def open_report(
    session: Session, actor: Actor, report_id: int, rules: Rules, folder: Path, now: datetime
) -> ReportCase:
    """A report as `actor` sees it. Raises ReportNotFound."""
    report = find_report(session, actor, report_id)
    state, entries = ReportState(report.state), entries_of(session, report)
    return ReportCase(
        report=report,
        entries=entries,
        actions=available_actions(state, actor.role),
        paper=paper_shown(session, report, rules, folder, now),
        rendering=session.get(Rendering, report.paper) if report.paper else None,
        files=session.scalars(
            select(ReportFile).where(ReportFile.report_id == report.id).order_by(ReportFile.id)
        ).all(),
        family=session.scalars(
            select(Report)
            .where(Report.month == report.month, Report.instansi_id == report.instansi_id)
            .order_by(Report.addendum_no)
        ).all(),
        corrects=corrected_by(session, report),
        changes=_changes(session, report, entries) if state is ReportState.SUBMITTED else None,
        later=later_entries(session, report)[:_MOST] if report.last_entry is not None else [],
    )


def paper_shown(
    session: Session, report: Report, rules: Rules, folder: Path, now: datetime
) -> ReportPaper | None:
    """What the report says: while it is written as it stands, from its submission on as frozen."""
    if not ReportState(report.state).is_open:
        return frozen_paper(session, report)
    if report.last_entry is None:
        return None
    return draft_paper(session, report, rules, folder, now)


def frozen_paper(session: Session, report: Report) -> ReportPaper:
    """What a submitted report says, but for the emblem."""
    return report_from(snapshot_of(session, report)["paper"])


def _changes(
    session: Session, report: Report, entries: Sequence[ReportEntry]
) -> VersionChanges | None:
    """What is new since the version that the Kepala Dinas had before, if he had one."""
    submitted = [entry for entry in entries if entry.verb is ReportAction.SUBMIT]
    if len(submitted) < 2:
        return None
    before, after = (
        session.get_one(ReportSnapshot, entry.details["snapshot"]).content["paper"]
        for entry in submitted[-2:]
    )
    old, new = (from_data(paper["figures"]).month for paper in (before, after))
    last = submitted[-2]
    return VersionChanges(
        last.seq, last.at, differences(old, new), list(_text_changes(before, after))
    )


def figures_of_version(session: Session, report: Report, seq: int) -> ReportFigures | None:
    """The figures that entry `seq` submitted; None when it submitted none."""
    query = select(ReportEntry).where(
        ReportEntry.report_id == report.id,
        ReportEntry.seq == seq,
        ReportEntry.action == ReportAction.SUBMIT,
    )
    entry = session.scalar(query)
    if entry is None:
        return None
    content = session.get_one(ReportSnapshot, entry.details["snapshot"]).content
    return from_data(content["paper"]["figures"])


def _text_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[TextChange]:
    for key, title in TEXT_PARTS:
        old, new = before["texts"].get(key, ""), after["texts"].get(key, "")
        if old != new:
            yield TextChange(title, old, new)


def report_file(session: Session, actor: Actor, report_id: int, file_id: int) -> ReportFile | None:
    """A file of a report that `actor` may see."""
    query = (
        select(ReportFile)
        .join(Report, Report.id == ReportFile.report_id)
        .where(ReportFile.id == file_id, Report.id == report_id, reports_of(actor))
    )
    return session.scalar(query)


def counted_complaints(session: Session, actor: Actor, ids: Sequence[int]) -> list[Row[Any]]:
    """The complaints that a figure counts and `actor` may see, in the order of their arrival."""
    found: list[Row[Any]] = []
    for start in range(0, len(ids), _MOST):
        query = select(
            Complaint.id,
            Complaint.tracking_id,
            Complaint.title,
            Complaint.arrived_at,
            Complaint.status,
            Complaint.closed_silently,
        ).where(Complaint.id.in_(ids[start : start + _MOST]), visible_to(actor))
        found += session.execute(query).all()
    return sorted(found, key=lambda row: (row.arrived_at, row.id))
