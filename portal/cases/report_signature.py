"""The two ways of signing an approved report: in ink, as a scan of it; and electronically."""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.cases.files import Upload, check_upload
from portal.cases.report_approval import check_signer
from portal.cases.report_content import snapshot_of
from portal.cases.report_files import PDF, add_file, latest_file, read_file
from portal.cases.report_record import Change, changing, find_report
from portal.cases.report_settings import signing_settings
from portal.models import FileKind, Report, ReportFile
from portal.reporting.paper import Signer
from portal.reporting.signature import Signature
from portal.reporting.signing import SignedPdf, check_external, sign_pdf
from portal.reporting.stamp import StampContent
from portal.reporting.verify import identity
from portal.sop.report_workflow import ReportAction, ReportRefused, ReportState, apply_action
from portal.sop.text import N_, Refusal

_MONTHS = (
    *("januari", "februari", "maret", "april", "mei", "juni", "juli"),
    *("agustus", "september", "oktober", "november", "desember"),
)
_LEAST_SIGNS = 6  # a shorter number stands in many names by chance


class Doubtful(Refusal):
    """The scan looks as if it were of another report; an officer may say that it is not."""

    def __init__(self, reason: Refusal, upload: Upload) -> None:
        super().__init__(reason.message, **reason.params)
        self.upload = upload


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A PKCS#12 file and its passphrase; neither is kept, and its text shows neither."""

    content: bytes
    passphrase: str

    def __repr__(self) -> str:
        return "KeyFile(…)"


def sign_report(
    session: Session,
    actor: Actor,
    report_id: int,
    seq: int,
    key: KeyFile,
    folder: Path,
    now: datetime,
) -> tuple[Signature, ...]:
    """Sign the approved file by the signer's own key; the signatures made, with their remarks.

    Raises the Refusals of `signing`, FileDamaged, ReportRefused for anybody but the signer, and
    what `changing` raises. The signing itself holds no lock.
    """
    report = find_report(session, actor, report_id)
    apply_action(ReportState(report.state), ReportAction.SIGN, actor.role)
    check_signer(snapshot_of(session, report), actor)
    settings = signing_settings(session)
    signed = sign_pdf(
        _original(session, report, folder),
        key.content,
        key.passphrase,
        _stamp(session, report),
        now=now,
        tsa_url=settings.tsa_url or None,
        long_term=settings.long_term,
        roots=settings.root_certificates,
    )
    with changing(session, actor, report_id, seq, ReportAction.SIGN, now) as change:
        _keep_signed(session, change, signed, folder, now)
    return signed.signatures


def _stamp(session: Session, report: Report) -> StampContent:
    paper = snapshot_of(session, report)["paper"]
    signer = Signer(**paper["signer"])
    return StampContent(
        code=report.code,
        url=paper["marks"]["check_url"],
        name=signer.signed_name,
        nip=signer.nip,
        position=" ".join(signer.posts),
    )


def attach_signed(
    session: Session,
    actor: Actor,
    report_id: int,
    seq: int,
    upload: Upload,
    folder: Path,
    now: datetime,
) -> tuple[Signature, ...]:
    """Keep a PDF that was signed elsewhere (BSrE): the approved bytes, then only signatures.

    Raises the Refusals of `check_external` and `check_upload`, FileDamaged, and what `changing`
    raises.
    """
    report = find_report(session, actor, report_id)
    apply_action(ReportState(report.state), ReportAction.ATTACH_SIGNED, actor.role)
    check_upload(upload)
    roots = signing_settings(session).root_certificates
    approved = _original(session, report, folder)
    signed = check_external(approved, upload.content, now=now, roots=roots)
    with changing(session, actor, report_id, seq, ReportAction.ATTACH_SIGNED, now) as change:
        _keep_signed(session, change, signed, folder, now)
    return signed.signatures


def _original(session: Session, report: Report, folder: Path) -> bytes:
    file = latest_file(session, report, FileKind.ORIGINAL)
    if file is None:
        raise ReportRefused(N_("Laporan ini belum disetujui."))
    return read_file(folder, file)


def _keep_signed(
    session: Session, change: Change, signed: SignedPdf, folder: Path, now: datetime
) -> None:
    seq = change.entry_seq
    file = add_file(session, change.report, FileKind.SIGNED, signed.content, PDF, seq, folder, now)
    change.details |= {
        "sha256": file.sha256,
        "size": file.size,
        "signatures": [signature.to_data() for signature in signed.signatures],
    }


def attach_scan(
    session: Session,
    actor: Actor,
    report_id: int,
    seq: int,
    upload: Upload,
    folder: Path,
    now: datetime,
    *,
    sure: bool = False,
) -> None:
    """Keep the scan of the paper signed in ink, beside the approved file.

    Raises Refusal for what is no PDF, JPEG or PNG, and Doubtful when it looks like another
    report's and nobody is `sure`; and what `changing` raises.
    """
    media_type = check_upload(upload)
    with changing(session, actor, report_id, seq, ReportAction.ATTACH_SCAN, now) as change:
        doubts = doubts_about(session, change.report, upload)
        if doubts and not sure:
            raise Doubtful(doubts[0], upload)
        file = add_file(
            session,
            change.report,
            FileKind.SCAN,
            upload.content,
            media_type,
            change.entry_seq,
            folder,
            now,
        )
        change.details |= {"sha256": file.sha256, "size": file.size, "doubtful": bool(doubts)}


def doubts_about(session: Session, report: Report, upload: Upload) -> list[Refusal]:
    """Why a scan may be of another report: what its name says, whose file it is already."""
    found = []
    owner = _other_owner(session, report, upload.content)
    if owner is not None:
        found.append(
            Refusal(
                N_("Berkas ini milik laporan nomor %(number)s. Benarkah ini pindaian laporan ini?"),
                number=owner.number,
            )
        )
    if (number := _other_number(session, report, upload.name)) is not None:
        found.append(
            Refusal(
                N_(
                    "Nama berkas “%(name)s” menyebut nomor laporan lain (%(number)s). Benarkah ini "
                    "pindaian laporan ini?"
                ),
                name=upload.name,
                number=number,
            )
        )
    if not _name_fits(report, upload.name):
        found.append(
            Refusal(
                N_(
                    "Nama berkas “%(name)s” menyebut bulan atau tahun lain. Benarkah ini pindaian "
                    "laporan ini?"
                ),
                name=upload.name,
            )
        )
    return found


def _other_owner(session: Session, report: Report, content: bytes) -> Report | None:
    """Another report that this very file, or an altered copy of one of its files, belongs to."""
    same = ReportFile.sha256 == sha256(content).hexdigest()
    if known := identity(content):
        same |= ReportFile.identity == known
    query = select(Report).join(ReportFile, ReportFile.report_id == Report.id)
    return session.scalars(query.where(same, Report.id != report.id).limit(1)).one_or_none()


def _other_number(session: Session, report: Report, name: str) -> str | None:
    """The number of another report that a file's name mentions, when it is not ours too."""
    said = _signs(name)
    if _signs(report.number) in said:
        return None
    query = select(Report.number).where(
        Report.instansi_id == report.instansi_id, Report.id != report.id, Report.number != ""
    )
    numbers = session.scalars(query).all()
    named = (one for one in numbers if len(_signs(one)) >= _LEAST_SIGNS and _signs(one) in said)
    return next(named, None)


def _signs(text: str) -> str:
    """Letters and figures alone: how a number is written in a file's name is anybody's choice."""
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def _name_fits(report: Report, name: str) -> bool:
    """Whether the months and years that a file's name mentions are the report's, or it has none."""
    words = re.findall(r"[a-z]+|\d+", name.casefold())
    months = {_MONTHS.index(word) + 1 for word in words if word in _MONTHS}
    years = {int(word) for word in words if re.fullmatch(r"20\d\d", word)}
    for year, month in re.findall(r"(20\d\d)[-_. ]?(0[1-9]|1[0-2])(?!\d)", name):
        months.add(int(month))
        years.add(int(year))
    written = report.dated.year if report.dated else report.month.year
    return (not months or report.month.month in months) and (
        not years or bool(years & {report.month.year, written})
    )
