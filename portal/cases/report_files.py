"""The files of an approved report: adding one, and reading one only if it is still what it was."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.files import read_kept, store
from portal.models import FileKind, Report, ReportFile
from portal.reporting.verify import identity

PDF = "application/pdf"
_ENDINGS = {PDF: "pdf", "image/jpeg": "jpg", "image/png": "png"}
_SUFFIXES = {FileKind.ORIGINAL: "", FileKind.SIGNED: "-bertanda-tangan", FileKind.SCAN: "-pindaian"}


def add_file(
    session: Session,
    report: Report,
    kind: FileKind,
    content: bytes,
    media_type: str,
    entry_seq: int,
    folder: Path,
    now: datetime,
) -> ReportFile:
    """Keep `content` as a file of the report that its entry `entry_seq` brings."""
    file = ReportFile(
        report_id=report.id,
        entry_seq=entry_seq,
        kind=kind,
        name=f"{file_stem(report)}{_SUFFIXES[kind]}.{_ENDINGS[media_type]}",
        media_type=media_type,
        size=len(content),
        sha256=store(folder, content),
        identity=(identity(content) or "")[:128] if media_type == PDF else "",
        added_at=now,
    )
    session.add(file)
    return file


def file_stem(report: Report) -> str:
    """The name that a report's files bear, such as "laporan-2026-09-adendum-1"."""
    addendum = f"-adendum-{report.addendum_no}" if report.addendum_no else ""
    return f"laporan-{report.month:%Y-%m}{addendum}"


def read_file(folder: Path, file: ReportFile) -> bytes:
    """The bytes of a file. Raises FileDamaged."""
    return read_kept(folder, file.sha256)


def latest_file(session: Session, report: Report, kind: FileKind) -> ReportFile | None:
    """The file of `kind` that counts: the newest."""
    query = select(ReportFile).where(ReportFile.report_id == report.id, ReportFile.kind == kind)
    return session.scalars(query.order_by(ReportFile.id.desc()).limit(1)).one_or_none()
