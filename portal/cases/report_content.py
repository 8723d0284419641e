"""What a report prints, made of its basis, its texts and the settings of the day."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.cases.report_settings import emblem_hash, paper_settings
from portal.cases.rules import Rules
from portal.models import Assignment, Report, ReportSnapshot, Seal
from portal.reporting.figure_words import differences
from portal.reporting.figures import ReportFigures, from_data, months_later
from portal.reporting.narrative import PARTS, proposed_texts
from portal.reporting.paper import Letter, Marks, PaperSettings, Signer
from portal.reporting.qr import qr_svg
from portal.reporting.register import RegisterRow
from portal.reporting.report_paper import (
    Addendum,
    Change,
    ReportPaper,
    report_data,
    report_from,
)
from portal.sop.office_time import ZONE
from portal.sop.procedure import Role, sheet_in_force
from portal.sop.report_workflow import SEALED
from portal.sop.text import N_, Refusal

REASON = "reason"
TEXT_PARTS = tuple((part.key, part.title) for part in PARTS)


@dataclass(frozen=True, slots=True)
class Basis:
    """What was computed: `last_entry` is the history entry up to which it counts, `seal` the
    head of the history then.
    """

    figures: ReportFigures
    register: tuple[RegisterRow, ...]
    last_entry: int
    at: datetime
    seal: Seal | None = None


class NoSigner(Refusal):
    """Nobody sits at the Kepala Dinas's desk on the day of the letter."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Belum ada yang bertugas sebagai Kepala Dinas pada tanggal surat. Minta "
                "administrator menambahkan penugasannya, lalu ajukan lagi."
            )
        )


def basis_paper(basis: Basis) -> ReportPaper:
    """`basis` as a paper with nothing else in it yet."""
    return ReportPaper(
        settings=PaperSettings(),
        figures=basis.figures,
        texts={},
        letter=Letter(),
        signer=Signer("", ""),
        register=basis.register,
        data_at=basis.at,
        seal=basis.seal,
    )


def basis_data(basis: Basis) -> dict[str, Any]:
    """`basis` as the report's row keeps it."""
    return report_data(basis_paper(basis))


def signer_on(session: Session, instansi_id: int, day: date) -> Assignment | None:
    """Who signs as Kepala Dinas on `day`: an acting head before the one he stands in for."""
    query = (
        select(Assignment)
        .where(
            Assignment.role == Role.KEPALA_DINAS,
            Assignment.instansi_id == instansi_id,
        )
        .options(joinedload(Assignment.account))
    )
    valid = [one for one in session.scalars(query) if one.is_valid_on(day) and one.account.active]
    return max(valid, key=lambda one: (bool(one.acting), one.valid_from), default=None)


def signer_of(assignment: Assignment | None, settings: PaperSettings) -> Signer:
    """The signature block of an assignment; with nobody there, room for ink."""
    position = f"Kepala {settings.office}"
    if assignment is None:
        return Signer(position, "")
    account = assignment.account
    return Signer(
        position=assignment.position or position,
        name=account.name,
        rank=account.rank,
        nip=account.nip,
        acting=assignment.acting,
        on_behalf_of=assignment.on_behalf_of,
    )


def texts_of(report: Report, figures: ReportFigures) -> dict[str, str]:
    """The texts as they stand: what officers wrote, else what the figures propose."""
    return proposed_texts(figures) | {
        key: text for key, text in report.texts.items() if key != REASON
    }


def draft_paper(
    session: Session,
    report: Report,
    rules: Rules,
    folder: Path,
    now: datetime,
    basis: ReportPaper | None = None,
) -> ReportPaper:
    """The report as it would be submitted now, marked as a draft, on `basis` or its own."""
    basis = basis or report_from(report.basis)
    settings = paper_settings(session, folder)
    day = report.dated or now.astimezone(ZONE).date()
    end_of_month = datetime.combine(months_later(report.month, 1), datetime.min.time(), ZONE)
    procedure = rules.procedures.at(end_of_month - timedelta(seconds=1))
    return replace(
        basis,
        settings=settings,
        texts=texts_of(report, basis.figures),
        letter=Letter(number=report.number, day=report.dated),
        signer=signer_of(signer_on(session, report.instansi_id, day), settings),
        marks=Marks(draft=True),
        sheet=sheet_in_force(procedure),
        addendum=_addendum(session, report, basis.figures),
    )


def final_paper(draft: ReportPaper, day: date, check_url: str) -> ReportPaper:
    """The paper to be approved: dated, with its check page, no longer marked as a draft."""
    return replace(
        draft,
        letter=replace(draft.letter, day=day),
        marks=Marks(check_url=check_url, qr=qr_svg(check_url)),
    )


def _addendum(session: Session, report: Report, figures: ReportFigures) -> Addendum | None:
    base = corrected_by(session, report)
    if base is None:
        return None
    old = from_data(snapshot_of(session, base)["paper"]["figures"])
    changes = tuple(
        Change(": ".join(one.words), str(one.before), str(one.after), one.path)
        for one in differences(old.month, figures.month)
        if one.before != one.after
    )
    return Addendum(base.number, base.dated or date.min, report.texts.get(REASON, ""), changes)


def corrected_by(session: Session, report: Report) -> Report | None:
    """The approved report, or addendum, that an addendum corrects; None for a report."""
    if report.addendum_no == 0:
        return None
    query = select(Report).where(
        Report.instansi_id == report.instansi_id,
        Report.month == report.month,
        Report.addendum_no < report.addendum_no,
        Report.state.in_(SEALED),
    )
    return session.scalars(query.order_by(Report.addendum_no.desc()).limit(1)).one()


def snapshot_of(session: Session, report: Report) -> dict[str, Any]:
    """What was submitted last: `paper`, `emblem` and what identifies the report."""
    content = session.get_one(ReportSnapshot, report.snapshot).content
    return content


def paper_content(session: Session, paper: ReportPaper) -> dict[str, Any]:
    """`paper` as JSON values, its emblem by hash."""
    emblem = emblem_hash(session) if paper.settings.emblem else None
    return {"paper": report_data(paper), "emblem": emblem}
