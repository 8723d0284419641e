"""Reports for tests: a month with complaints, and the shortest way to each state by real verbs."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy.orm import Session

from portal.cases.files import Upload
from portal.cases.rendering import run_rendering
from portal.cases.report_approval import approve_report, return_report, submit_report
from portal.cases.report_archive import archive_report
from portal.cases.report_signature import attach_scan
from portal.cases.reports import create_report, keep_basis, write_report
from portal.cases.rules import Rules
from portal.models import Complaint, Report
from portal.queries.report_basis import gather_basis
from portal.reporting.compose import Composed
from portal.sop.office_time import ZONE
from portal.sop.vocabulary import Action, Status
from tests.stories import arrive, do

OCTOBER = date(2026, 10, 1)
URL = "https://pengaduan.magetan.example/verifikasi/K7MX-29QD-HRWT"


def some_pdf(paper: Composed) -> bytes:
    """Bytes that stand for the PDF of `paper`: others for another paper."""
    return some_pdf_named(paper.key)


def some_pdf_named(key: str) -> bytes:
    return b"%PDF-1.7 " + key.encode() + b"\n%%EOF\n"


@dataclass
class ReportStory:
    """A portal in which reports are made: who, when, where; each step is a real verb."""

    session: Session
    cast: SimpleNamespace
    rules: Rules
    folder: Path
    now: datetime

    def complaints(self, count: int = 3) -> list[Complaint]:
        """Complaints of October; the first is passed on, on time."""
        moment = datetime(2026, 10, 5, 9, 0, tzinfo=ZONE)
        found = [
            arrive(self.session, self.cast, self.rules, moment, Status.ARRIVED)
            for _ in range(count)
        ]
        if found:
            do(
                self.session,
                self.cast,
                self.folder,
                found[0],
                "nasional",
                Action.RECEIVE,
                moment.replace(minute=5),
            )
            self.forward(found[0], moment.replace(minute=10))
        return found

    def forward(self, complaint: Complaint, moment: datetime) -> None:
        do(
            self.session,
            self.cast,
            self.folder,
            complaint,
            "nasional",
            Action.FORWARD,
            moment,
        )

    def draft(self, month: date = OCTOBER, number: str = "065/10/403.113/2026") -> Report:
        """A report whose figures are computed and which has its number."""
        instansi = self.cast.actor(self.cast.instansi)
        report = create_report(self.session, instansi, month, self.now)
        self.compute(report)
        self.write(report, number=number)
        return report

    def compute(self, report: Report) -> str | None:
        basis = gather_basis(self.session, report.instansi_id, report.month, self.now)
        return keep_basis(self.session, report.id, basis, self.folder, self.now)

    def write(self, report: Report, **raw: str) -> None:
        instansi = self.cast.actor(self.cast.instansi)
        write_report(self.session, instansi, report.id, report.seq, raw, self.folder, self.now)

    def submit(self, report: Report) -> str:
        """Submit it and have its paper printed; the name of the rendering."""
        instansi = self.cast.actor(self.cast.instansi)
        paper = submit_report(
            self.session, instansi, report.id, report.seq, URL, self.folder, self.now
        )
        run_rendering(self.session, paper, some_pdf, self.folder, self.now)
        return paper

    def send_back(self, report: Report, note: str = "Perbaiki rekomendasi.") -> None:
        kepala = self.cast.actor(self.cast.kepala)
        return_report(self.session, kepala, report.id, report.seq, {"note": note}, self.now)

    def approve(self, report: Report, paper: str) -> None:
        kepala = self.cast.actor(self.cast.kepala)
        approve_report(self.session, kepala, report.id, report.seq, paper, self.folder, self.now)

    def approved(self, **options: Any) -> Report:
        report = self.draft(**options)
        self.approve(report, self.submit(report))
        return report

    def scan(self, report: Report, name: str = "pindaian.pdf", **options: Any) -> None:
        instansi = self.cast.actor(self.cast.instansi)
        upload = Upload(name, b"%PDF-1.4 pindaian " + report.number.encode())
        attach_scan(
            self.session,
            instansi,
            report.id,
            report.seq,
            upload,
            self.folder,
            self.now,
            **options,
        )

    def archived(self, **options: Any) -> Report:
        report = self.approved(**options)
        self.scan(report)
        instansi = self.cast.actor(self.cast.instansi)
        archive_report(self.session, instansi, report.id, report.seq, self.now)
        return report
