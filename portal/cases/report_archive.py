"""Archiving a report, and whether the archive is still what was put into it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.cases.files import FileDamaged, read_kept
from portal.cases.ledger import NO_HASH
from portal.cases.report_files import latest_file
from portal.cases.report_record import LEDGER, changing
from portal.models import FileKind, Report, ReportEntry, ReportFile, ReportSnapshot, Setting
from portal.models.report import data_hash
from portal.sop.report_workflow import ReportAction, ReportRefused, ReportState
from portal.sop.text import N_


def archive_report(session: Session, actor: Actor, report_id: int, seq: int, now: datetime) -> None:
    """Put an approved and signed report into the archive.

    Raises ReportRefused while there is neither a scan nor a signed file; and what `changing`
    raises.
    """
    with changing(session, actor, report_id, seq, ReportAction.ARCHIVE, now) as change:
        signed = (
            latest_file(session, change.report, kind) for kind in (FileKind.SIGNED, FileKind.SCAN)
        )
        if not any(signed):
            raise ReportRefused(
                N_(
                    "Laporan belum bertanda tangan. Unggah dahulu pindaian tanda tangan basah "
                    "atau PDF bertanda tangan elektronik."
                )
            )


@dataclass(frozen=True, slots=True)
class ArchiveVerdict:
    """How much was read, and a sentence for everything that is not as it should be."""

    reports: int
    entries: int
    files: int
    problems: tuple[str, ...]


def verify_archive(session: Session, folder: Path) -> ArchiveVerdict:
    """Check the chain of the reports' histories, what was submitted, and every kept file."""
    reports = session.scalars(select(Report).order_by(Report.id)).all()
    entries = session.scalars(select(ReportEntry).order_by(ReportEntry.id)).all()
    files = session.scalars(select(ReportFile).order_by(ReportFile.id)).all()
    names = {report.id: _named(report) for report in reports}
    problems = [
        *_chain_problems(session, entries, names),
        *_report_problems(reports, entries, names),
        *_snapshot_problems(session),
        *_file_problems(files, entries, names, folder),
    ]
    return ArchiveVerdict(len(reports), len(entries), len(files), tuple(problems))


def _named(report: Report) -> str:
    addendum = f" adendum {report.addendum_no}" if report.addendum_no else ""
    return f"laporan {report.month:%Y-%m}{addendum}"


def _chain_problems(
    session: Session, entries: Sequence[ReportEntry], names: dict[int, str]
) -> Iterator[str]:
    ledger, last = NO_HASH, dict[int, tuple[int, str]]()
    for entry in entries:
        seq, previous = last.get(entry.report_id, (0, NO_HASH))
        name = f"{names.get(entry.report_id, f'laporan id {entry.report_id}')}, catatan {entry.seq}"
        if entry.hash != entry.compute_hash():
            yield f"{name}: isinya tidak sesuai dengan sidik (hash) yang tersimpan"
        elif (entry.seq, entry.previous_hash) != (seq + 1, previous):
            yield f"{name}: tidak menyambung pada catatan laporan itu sebelumnya"
        elif entry.ledger_hash != ledger:
            yield f"{name}: tidak menyambung pada catatan laporan sebelumnya"
        ledger = entry.hash
        last[entry.report_id] = (entry.seq, entry.hash)
    head = session.get(Setting, LEDGER)
    counted = head.value if head else {"entries": 0, "last_hash": NO_HASH}
    if counted != {"entries": len(entries), "last_hash": ledger}:
        yield f"buku laporan mencatat {counted['entries']} catatan, yang ada {len(entries)}"


def _report_problems(
    reports: Sequence[Report], entries: Sequence[ReportEntry], names: dict[int, str]
) -> Iterator[str]:
    by_report: dict[int, list[ReportEntry]] = {report.id: [] for report in reports}
    for entry in entries:
        by_report.setdefault(entry.report_id, []).append(entry)
    for report in reports:
        own, name = by_report[report.id], names[report.id]
        if len(own) != report.seq:
            yield f"{name}: tercatat {report.seq} catatan, yang ada {len(own)}"
        elif own[-1].target != report.state:
            yield f"{name}: keadaannya diubah tanpa catatan"
        elif ReportState(report.state).is_sealed and not _says_what_was_approved(report, own):
            yield f"{name}: nomor, tanggal, atau isinya bukan yang disetujui"


def _says_what_was_approved(report: Report, entries: list[ReportEntry]) -> bool:
    said = next((one.details for one in entries if one.verb is ReportAction.APPROVE), {})
    return said == said | {
        "month": report.month.isoformat(),
        "addendum_no": report.addendum_no,
        "code": report.code,
        "number": report.number,
        "dated": report.dated.isoformat() if report.dated else "",
        "last_entry": report.last_entry,
        "snapshot": report.snapshot,
    }


def _snapshot_problems(session: Session) -> Iterator[str]:
    query = select(ReportSnapshot).execution_options(yield_per=10)
    for snapshot in session.scalars(query):
        if data_hash(snapshot.content) != snapshot.hash:
            yield f"isi yang diajukan {snapshot.hash[:12]}: tidak sesuai dengan sidiknya"


def _file_problems(
    files: Sequence[ReportFile], entries: Sequence[ReportEntry], names: dict[int, str], folder: Path
) -> Iterator[str]:
    said = {(one.report_id, one.seq): one.details.get("sha256") for one in entries}
    for file in files:
        name = f"{names.get(file.report_id, '?')}, berkas {file.name}"
        if said.get((file.report_id, file.entry_seq)) != file.sha256:
            yield f"{name}: bukan yang dicatat riwayatnya"
        try:
            read_kept(folder, file.sha256)
        except FileDamaged:
            yield f"{name}: hilang atau berubah di penyimpanan"
    kept = {(file.report_id, file.entry_seq) for file in files}
    for (report_id, seq), sha256 in said.items():
        if sha256 and (report_id, seq) not in kept:
            yield f"{names.get(report_id, '?')}, catatan {seq}: berkasnya tidak terdaftar lagi"
