"""A report before the Kepala Dinas: frozen when it is submitted, returned, or approved as shown."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from portal.access import Actor
from portal.cases.answers import TEXT_LIMIT
from portal.cases.fields import Fields
from portal.cases.outgoing import CONFIRM
from portal.cases.rendering import read_rendering
from portal.cases.report_content import (
    REASON,
    NoSigner,
    draft_paper,
    final_paper,
    paper_content,
    signer_on,
    snapshot_of,
)
from portal.cases.report_files import PDF, add_file
from portal.cases.report_late import later_entries
from portal.cases.report_numbers import NUMBER_TAKEN, is_number_taken, number_key
from portal.cases.report_record import changing
from portal.cases.report_warning import check_report_texts
from portal.cases.reports import order_paper
from portal.cases.rules import load_rules
from portal.models import (
    FileKind,
    Rendering,
    Report,
    ReportSnapshot,
)
from portal.models.report import data_hash
from portal.reporting.figures import from_data
from portal.reporting.words import month_name
from portal.sop.office_time import ZONE
from portal.sop.report_workflow import (
    ReportAction,
    ReportRefused,
    check_over,
)
from portal.sop.text import N_, Refusal


class NotReady(Refusal):
    """Something is still to be done before the report can go on."""


class FiguresOutdated(Refusal):
    """The month has changed since its figures were computed."""


def submit_report(
    session: Session,
    actor: Actor,
    report_id: int,
    seq: int,
    check_url: str,
    folder: Path,
    now: datetime,
) -> str:
    """Freeze the report as it is and lay it before the Kepala Dinas; the hash of its paper.

    `check_url` is the address of its check page. Raises MonthNotOver, NotReady, FiguresOutdated,
    CrossFootError, NoSigner, and what `changing` raises.
    """
    with changing(session, actor, report_id, seq, ReportAction.SUBMIT, now) as change:
        report = change.report
        _check_ready(session, report, now)
        day = report.dated or now.astimezone(ZONE).date()
        signer = signer_on(session, report.instansi_id, day)
        if signer is None:
            raise NoSigner
        # The number counts in the year of the letter, which is certain only now.
        key = number_key(report, report.number, day.year)
        if is_number_taken(session, report, key):
            raise NotReady(NUMBER_TAKEN)
        report.dated, report.number_key = day, key
        paper = final_paper(
            draft_paper(session, report, load_rules(session), folder, now), day, check_url
        )
        paper.figures.cross_foots()
        content = {
            **paper_content(session, paper),
            "report": {
                "month": report.month.isoformat(),
                "addendum_no": report.addendum_no,
                "code": report.code,
                "number": report.number,
                "dated": day.isoformat(),
                "last_entry": report.last_entry,
                "signer": signer.id,
            },
        }
        report.snapshot = _keep_snapshot(session, content, now)
        change.details |= {"snapshot": report.snapshot, **content["report"]}
        return order_paper(session, report, paper, now)


def _keep_snapshot(session: Session, content: dict[str, Any], now: datetime) -> str:
    """Keep what was submitted under its hash, which is returned."""
    name = data_hash(content)
    if session.get(ReportSnapshot, name) is None:
        session.add(ReportSnapshot(hash=name, content=content, at=now))
        session.flush()
    return name


def _check_ready(session: Session, report: Report, now: datetime) -> None:
    check_over(report.month, now)
    if report.computing or report.last_entry is None:
        raise NotReady(N_("Angkanya masih dihitung. Tunggu sebentar, lalu ajukan lagi."))
    if not report.number:
        raise NotReady(N_("Isi dahulu nomor suratnya, lalu simpan."))
    if report.addendum_no and not report.texts.get(REASON):
        raise NotReady(N_("Tulis dahulu alasan adendum ini, lalu simpan."))
    if newer := later_entries(session, report):
        raise FiguresOutdated(
            N_(
                "Sejak dihitung ada %(n)s catatan baru yang menyangkut bulan ini. Hitung ulang "
                "dahulu, periksa angkanya, lalu ajukan."
            ),
            n=len(newer),
        )


def return_report(
    session: Session,
    actor: Actor,
    report_id: int,
    seq: int,
    raw: Mapping[str, str],
    now: datetime,
) -> None:
    """Send a submitted report back, with what is to be changed in `note`.

    Raises Invalid, also for a note that tells who somebody is, and the rest.
    """
    fields = Fields(raw)
    text = fields.text("note", limit=TEXT_LIMIT)
    fields.check()
    with changing(session, actor, report_id, seq, ReportAction.RETURN, now) as change:
        check_report_texts(session, {"note": text}, raw.get(CONFIRM, ""))
        change.details |= {"note": text, "snapshot": change.report.snapshot}


def approve_report(
    session: Session,
    actor: Actor,
    report_id: int,
    seq: int,
    paper: str,
    folder: Path,
    now: datetime,
) -> None:
    """Approve the rendering `paper`: the one that was shown, and no other.

    Raises NotReady (not printed yet, or another than shown), ReportRefused when the report names
    another signer, CrossFootError, and what `changing` raises.
    """
    with changing(session, actor, report_id, seq, ReportAction.APPROVE, now) as change:
        report = change.report
        content = snapshot_of(session, report)
        check_signer(content, actor)
        from_data(content["paper"]["figures"]).cross_foots()
        printed = _printed(session, report, paper, folder)
        file = add_file(
            session, report, FileKind.ORIGINAL, printed, PDF, change.entry_seq, folder, now
        )
        texts = content["paper"]["texts"].values()
        report.words = "\n".join([month_name(report.month), report.number, *texts]).casefold()
        report.approved_at = now
        report.basis = {}
        change.details |= {
            "sha256": file.sha256,
            "size": file.size,
            "snapshot": report.snapshot,
            **content["report"],
        }


def check_signer(content: Mapping[str, Any], actor: Actor) -> None:
    """Raises ReportRefused unless the report that says `content` is for `actor` to sign."""
    if content["report"]["signer"] != actor.assignment_id:
        raise ReportRefused(
            N_(
                "Laporan ini disiapkan untuk ditandatangani %(name)s. Kembalikan dengan catatan "
                "agar diajukan lagi atas nama Anda, atau buat adendum bila sudah disetujui."
            ),
            name=content["paper"]["signer"]["name"],
        )


def _printed(session: Session, report: Report, paper: str, folder: Path) -> bytes:
    printed = session.get(Rendering, report.paper)
    if printed is None or printed.sha256 is None or printed.hash != paper:
        raise NotReady(N_("Naskahnya belum selesai disusun. Tunggu sampai terlihat, lalu setujui."))
    return read_rendering(folder, printed)
