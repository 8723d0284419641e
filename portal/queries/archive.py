"""What is asked of the archive of monthly reports, and of the year's register of complaints."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from portal.access import Actor, reports_of, visible_to
from portal.cases.identity import names_of
from portal.cases.report_content import snapshot_of
from portal.models import Complaint, Entry, FileKind, Opd, Report, ReportFile
from portal.reporting.register import RegisterRow, register_row
from portal.sop.office_time import ZONE
from portal.sop.report_workflow import SEALED
from portal.sop.vocabulary import FINAL, Status


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; what is empty is not asked. `words` must all be there."""

    words: str = ""
    number: str = ""
    year: int | None = None
    month: int | None = None


@dataclass(frozen=True, slots=True)
class ArchiveLine:
    """An approved report with the newest file of each kind."""

    report: Report
    files: dict[FileKind, ReportFile]


def search_archive(session: Session, actor: Actor, search: Search) -> list[ArchiveLine]:
    """The approved reports that fit, newest month first."""
    query = _sealed(actor)
    for word in search.words.casefold().split():
        query = query.where(Report.words.contains(word, autoescape=True))
    if search.number:
        query = query.where(Report.number.icontains(search.number, autoescape=True))
    reports = [
        report
        for report in session.scalars(query)
        if search.year in (None, report.month.year) and search.month in (None, report.month.month)
    ]
    return _lines(session, reports)


def year_lines(session: Session, actor: Actor, year: int) -> list[ArchiveLine]:
    """The approved reports on the months of a year, oldest first."""
    return search_archive(session, actor, Search(year=year))[::-1]


def archive_years(session: Session, actor: Actor) -> list[int]:
    """The years with an approved report or a complaint, newest first."""
    months = session.scalars(select(Report.month).where(reports_of(actor)))
    first, last = session.execute(
        select(func.min(Complaint.arrived_at), func.max(Complaint.arrived_at)).where(
            visible_to(actor)
        )
    ).one()
    years = {month.year for month in months}
    if first is not None:
        years |= set(range(_local(first).year, _local(last).year + 1))
    return sorted(years, reverse=True)


def _sealed(actor: Actor) -> Select[tuple[Report]]:
    return (
        select(Report)
        .where(reports_of(actor), Report.state.in_(SEALED))
        .order_by(Report.month.desc(), Report.addendum_no.desc())
    )


def _lines(session: Session, reports: Sequence[Report]) -> list[ArchiveLine]:
    files: dict[int, dict[FileKind, ReportFile]] = {report.id: {} for report in reports}
    query = select(ReportFile).where(ReportFile.report_id.in_(files)).order_by(ReportFile.id)
    for file in session.scalars(query):
        files[file.report_id][FileKind(file.kind)] = file
    return [ArchiveLine(report, files[report.id]) for report in reports]


# -- the year's register -------------------------------------------------------------------------


def year_register(session: Session, actor: Actor, year: int) -> dict[date, list[RegisterRow]]:
    """The complaints that arrived in each month of a year, as they stand now."""
    begin, end = (datetime(one, 1, 1, tzinfo=ZONE) for one in (year, year + 1))
    complaints = session.scalars(
        select(Complaint)
        .where(visible_to(actor), Complaint.arrived_at >= begin, Complaint.arrived_at < end)
        .options(selectinload(Complaint.opd).load_only(Opd.name))
        .order_by(Complaint.arrived_at, Complaint.id)
    ).all()
    ended = _ended(session, actor, begin, end)
    names = names_of(session, complaints)
    months: dict[date, list[RegisterRow]] = {date(year, n, 1): [] for n in range(1, 13)}
    for complaint in complaints:
        row = register_row(
            complaint,
            names.get(complaint.id, ""),
            opd=complaint.opd.name if complaint.opd else "",
            status=Status(complaint.status),
            ended_on=ended.get(complaint.id),
        )
        months[_local(complaint.arrived_at).replace(day=1)].append(row)
    return months


def _ended(session: Session, actor: Actor, begin: datetime, end: datetime) -> dict[int, date]:
    """The local day on which each complaint of the year ended that has."""
    query = (
        select(Entry.complaint_id, func.max(Entry.happened_at))
        .join(Complaint, Complaint.id == Entry.complaint_id)
        .where(
            visible_to(actor),
            Complaint.arrived_at >= begin,
            Complaint.arrived_at < end,
            Complaint.status.in_(FINAL),
            Entry.target.in_(FINAL),
            Entry.source.is_distinct_from(Entry.target),
        )
        .group_by(Entry.complaint_id)
    )
    return {
        complaint_id: _local(moment) for complaint_id, moment in session.execute(query).tuples()
    }


def _local(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


# -- what the public may ask ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CheckedReport:
    """What anybody may know of an approved report; `sha256` is that of the approved file."""

    month: date
    addendum_no: int
    state: str
    approved_at: datetime
    signer: str
    position: str
    sha256: str


def checked_report(session: Session, code: str) -> CheckedReport | None:
    """The approved report with this check code."""
    query = select(Report).where(Report.code == code, Report.state.in_(SEALED))
    report = session.scalar(query)
    return _checked(session, report) if report else None


def _checked(session: Session, report: Report) -> CheckedReport:
    signer = snapshot_of(session, report)["paper"]["signer"]
    sha256 = session.scalars(
        select(ReportFile.sha256).where(
            ReportFile.report_id == report.id, ReportFile.kind == FileKind.ORIGINAL
        )
    ).one()
    assert report.approved_at is not None  # noqa: S101 - it is sealed
    return CheckedReport(
        month=report.month,
        addendum_no=report.addendum_no,
        state=report.state,
        approved_at=report.approved_at,
        signer=signer["name"],
        position=f"{signer['acting']} {signer['position']}".strip(),
        sha256=sha256,
    )


class KnownFiles:
    """The approved and signed files, as `reporting.verify` looks them up."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_sha256(self, digests: Iterable[str]) -> dict[str, CheckedReport]:
        found = self._session.execute(self._files().where(ReportFile.sha256.in_(list(digests))))
        return {sha256: _checked(self._session, report) for sha256, report in found.tuples()}

    def by_identity(self, identities: Iterable[str]) -> CheckedReport | None:
        query = self._files().where(ReportFile.identity.in_(list(identities)))
        found = self._session.execute(query.limit(1)).tuples().first()
        return _checked(self._session, found[1]) if found else None

    def _files(self) -> Select[tuple[str, Report]]:
        return (
            select(ReportFile.sha256, Report)
            .join(Report, Report.id == ReportFile.report_id)
            .where(ReportFile.kind.in_((FileKind.ORIGINAL, FileKind.SIGNED)))
            .order_by(ReportFile.id)
        )
