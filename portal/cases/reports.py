"""A monthly report while it is written: made, computed, its texts. See `report_approval`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.cases.answers import TEXT_LIMIT
from portal.cases.fields import Fields
from portal.cases.outgoing import CONFIRM
from portal.cases.rendering import order_rendering
from portal.cases.report_content import (
    REASON,
    TEXT_PARTS,
    Basis,
    basis_data,
    draft_paper,
)
from portal.cases.report_numbers import NUMBER_TAKEN, is_number_taken, number_key
from portal.cases.report_record import add_entry, changing, find_report
from portal.cases.report_warning import check_report_texts
from portal.cases.rules import load_rules
from portal.models import (
    Report,
    writing,
)
from portal.reporting.check_code import new_code
from portal.reporting.compose import compose_report
from portal.reporting.figures import from_data
from portal.reporting.narrative import proposed_texts
from portal.reporting.report_paper import ReportPaper
from portal.sop.office_time import ZONE
from portal.sop.report_workflow import (
    ReportAction,
    ReportRefused,
    ReportState,
)
from portal.sop.text import N_, Refusal

# -- making and computing ------------------------------------------------------------------------


def create_report(session: Session, actor: Actor, month: date, now: datetime) -> Report:
    """The report of the local `month` (its first day), begun if there is none; to be computed.

    Raises Refusal for a month to come.
    """
    if month > now.astimezone(ZONE).date():
        raise Refusal(N_("Bulan itu belum mulai."))
    with writing(session):
        report = _of_month(session, actor, month, 0)
        if report is None:
            report = _begin(session, actor, month, 0, now)
    return report


def create_addendum(session: Session, actor: Actor, report_id: int, now: datetime) -> Report:
    """The next addendum to an approved report, or the one that is being written.

    Raises ReportNotFound, or ReportRefused while the report is not approved.
    """
    with writing(session):
        month = find_report(session, actor, report_id).month
        latest = session.scalars(
            select(Report)
            .where(Report.instansi_id == actor.instansi_id, Report.month == month)
            .order_by(Report.addendum_no.desc())
            .limit(1)
        ).one()
        if ReportState(latest.state).is_sealed:
            return _begin(session, actor, month, latest.addendum_no + 1, now)
        if latest.addendum_no == 0:
            raise ReportRefused(
                N_("Laporan ini belum disetujui: perbaiki laporannya, tidak perlu adendum.")
            )
    return latest


def _of_month(session: Session, actor: Actor, month: date, addendum_no: int) -> Report | None:
    query = select(Report).where(
        Report.instansi_id == actor.instansi_id,
        Report.month == month,
        Report.addendum_no == addendum_no,
    )
    return session.scalar(query)


def _begin(session: Session, actor: Actor, month: date, addendum_no: int, now: datetime) -> Report:
    report = Report(
        instansi_id=actor.instansi_id,
        month=month,
        addendum_no=addendum_no,
        state=ReportState.DRAFT,
        code=new_code(),
        computing=True,
        beat_at=now,
        seq=0,
        created_at=now,
    )
    session.add(report)
    session.flush()
    details = {"month": month.isoformat(), "addendum_no": addendum_no, "code": report.code}
    state, action = ReportState.DRAFT, ReportAction.CREATE
    add_entry(session, report, action, state, actor, details, now)
    return report


def ask_compute(session: Session, actor: Actor, report_id: int, seq: int, now: datetime) -> None:
    """Have the figures computed anew by the worker. Raises what `changing` raises."""
    with changing(session, actor, report_id, seq, ReportAction.COMPUTE, now) as change:
        change.report.computing, change.report.beat_at = True, now
        change.report.error = {}


def uncomputed_reports(session: Session, before: datetime) -> list[int]:
    """The reports to be computed, of which nothing was heard since `before`."""
    query = select(Report.id).where(Report.computing, Report.beat_at <= before)
    return list(session.scalars(query.order_by(Report.id)))


def keep_basis(
    session: Session, report_id: int, basis: Basis, folder: Path, now: datetime
) -> str | None:
    """Keep what the worker computed and order the draft's paper; its hash.

    None, with nothing kept, when the report went on meanwhile.
    """
    with writing(session):
        report = session.get_one(Report, report_id)
        if not report.computing or not ReportState(report.state).is_open:
            report.computing = False
            return None
        report.basis = basis_data(basis)
        report.last_entry, report.computed_at = basis.last_entry, basis.at
        report.computing, report.error = False, {}
        return _order_draft(session, report, folder, now)


def note_failure(session: Session, report_id: int, refusal: Refusal, now: datetime) -> None:
    """Note that the figures could not be computed, and why."""
    with writing(session):
        report = session.get_one(Report, report_id)
        report.computing, report.beat_at = False, now
        report.error = {"message": refusal.message, "params": refusal.params}


def _order_draft(session: Session, report: Report, folder: Path, now: datetime) -> str:
    paper = draft_paper(session, report, load_rules(session), folder, now)
    return order_paper(session, report, paper, now)


def order_paper(session: Session, report: Report, paper: ReportPaper, now: datetime) -> str:
    """Have `paper` printed as what the report's page shows; the hash of the rendering."""
    report.paper = order_rendering(session, compose_report(paper), now).hash
    return report.paper


# -- writing -------------------------------------------------------------------------------------


def write_report(
    session: Session,
    actor: Actor,
    report_id: int,
    seq: int,
    raw: Mapping[str, str],
    folder: Path,
    now: datetime,
) -> str | None:
    """Keep `number`, `dated` and the texts (`text_<part>`, an addendum's `text_reason`).

    A text left as proposed, or emptied, follows the figures. The draft's paper is ordered; its
    hash, None before anything was computed. Raises Invalid, also for a new text that tells who
    somebody is (`check_report_texts`; `CONFIRM` in `raw` lets it pass), and what `changing` raises.
    """
    fields = Fields(raw)
    with changing(session, actor, report_id, seq, ReportAction.WRITE, now) as change:
        report = change.report
        written = _Written(
            fields.line("number", required=False, limit=100),
            fields.day("dated") if fields.raw("dated").strip() else None,
            _read_texts(report, fields),
        )
        key = _key_of(session, report, written, fields)
        fields.check()
        new = {
            f"text_{key}": text
            for key, text in written.texts.items()
            if text != report.texts.get(key)
        }
        check_report_texts(session, new, raw.get(CONFIRM, ""))
        change.details["changed"] = _changed(report, written)
        report.number, report.number_key = written.number, key
        report.dated, report.texts = written.dated, written.texts
        return _order_draft(session, report, folder, now) if report.last_entry is not None else None


@dataclass(frozen=True, slots=True)
class _Written:
    """What the form says."""

    number: str
    dated: date | None
    texts: dict[str, str]


def _key_of(session: Session, report: Report, written: _Written, fields: Fields) -> str | None:
    if not written.number:
        return None
    key = number_key(report, written.number, (written.dated or report.month).year)
    if is_number_taken(session, report, key):
        fields.refuse("number", NUMBER_TAKEN)
    return key


def _changed(report: Report, written: _Written) -> list[str]:
    """The names of what is not as it was."""
    before = {"number": report.number, "dated": report.dated, **report.texts}
    after = {"number": written.number, "dated": written.dated, **written.texts}
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def _read_texts(report: Report, fields: Fields) -> dict[str, str]:
    proposed = proposed_texts(from_data(report.basis["figures"])) if report.basis else {}
    keys = [key for key, _ in TEXT_PARTS]
    if report.addendum_no:
        keys.append(REASON)
    texts = {key: fields.text(f"text_{key}", required=False, limit=TEXT_LIMIT) for key in keys}
    return {key: text for key, text in texts.items() if text and text != proposed.get(key)}
