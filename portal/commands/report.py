"""`flask report` prints a month's report without a browser; `flask archive` checks what is kept."""

import re
import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.report_archive import verify_archive
from portal.cases.report_content import basis_paper, draft_paper
from portal.cases.report_files import latest_file, read_file
from portal.cases.rules import load_rules
from portal.commands import Refused, open_session
from portal.models import FileKind, Instansi, Report
from portal.queries.report_basis import gather_basis
from portal.queries.reports import frozen_paper
from portal.reporting.compose import compose_report
from portal.reporting.paper import Marks
from portal.reporting.parts import print_paper
from portal.sop.office_time import ZONE
from portal.sop.report_workflow import ReportState
from portal.sop.text import Refusal
from portal.web import now

archive = AppGroup("archive", help="Arsip laporan bulanan.")


@click.command("report", help="Cetak laporan bulan MONTH (misalnya 2026-09) ke --out.")
@click.argument("month")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Berkas PDF."
)
@with_appcontext
def command(month: str, out: Path) -> None:
    session = open_session()
    folder: Path = current_app.config["FILES"]
    try:
        content, words = _paper(session, _read_month(month, now()), folder, now())
        out.write_bytes(content)
    except Refusal as refusal:
        raise Refused(str(refusal)) from None
    except OSError as error:
        raise Refused(f"{out} tidak dapat ditulis ({error.strerror}).") from None
    click.echo(f"{out}: {words}, {len(content) // 1024} KB")


def _read_month(text: str, moment: datetime) -> date:
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", text):
        raise Refused("Bulan tidak terbaca; tulis misalnya 2026-09.")
    month = date.fromisoformat(f"{text}-01")
    if month > moment.astimezone(ZONE).date():
        raise Refused("Bulan itu belum mulai.")
    return month


def _paper(session: Session, month: date, folder: Path, moment: datetime) -> tuple[bytes, str]:
    """The approved bytes if the month's report is approved, else a draft; nothing is stored."""
    instansi_id = session.scalars(select(Instansi.id).order_by(Instansi.id).limit(1)).one()
    report = session.scalar(
        select(Report).where(
            Report.instansi_id == instansi_id, Report.month == month, Report.addendum_no == 0
        )
    )
    if report is None:
        report = Report(
            instansi_id=instansi_id,
            month=month,
            addendum_no=0,
            state=ReportState.DRAFT,
            number="",
            texts={},
        )
    state = ReportState(report.state)
    if state.is_sealed:
        file = latest_file(session, report, FileKind.ORIGINAL)
        if file is not None:
            return read_file(folder, file), f"disetujui, nomor {report.number}"
    if state is ReportState.SUBMITTED:
        paper = replace(frozen_paper(session, report), marks=Marks(draft=True))
    else:
        basis = basis_paper(gather_basis(session, instansi_id, month, moment))
        paper = draft_paper(session, report, load_rules(session), folder, moment, basis)
    return print_paper(compose_report(paper)), "draf"


@archive.command("verify", help="Periksa riwayat laporan dan setiap berkas; keluar 1 bila rusak.")
def verify() -> None:
    verdict = verify_archive(open_session(), current_app.config["FILES"])
    for problem in verdict.problems:
        click.echo(f"RUSAK: {problem}")
    if verdict.problems:
        sys.exit(1)
    click.echo(
        f"utuh: {verdict.reports} laporan, {verdict.entries} catatan, {verdict.files} berkas"
    )
