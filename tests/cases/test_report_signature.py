"""Signing an approved report, in ink or electronically."""

from datetime import date

import pytest

from portal.cases.files import FileDamaged, Upload, path_of
from portal.cases.rendering import run_rendering
from portal.cases.report_approval import submit_report
from portal.cases.report_files import latest_file, read_file
from portal.cases.report_record import entries_of
from portal.cases.report_signature import (
    Doubtful,
    KeyFile,
    attach_scan,
    attach_signed,
    doubts_about,
    sign_report,
)
from portal.models import FileKind, Report
from portal.reporting.revisions import NotSigned
from portal.reporting.signature import Signature
from portal.reporting.signing import NotTheApprovedFile
from portal.reporting.signing_key import WrongPassphrase
from portal.reporting.verify import identity
from portal.sop.report_workflow import ReportRefused
from portal.sop.text import Refusal
from tests.report_story import URL, ReportStory
from tests.reporting import pki

SECRET = "embun-pagi-sarangan"


@pytest.fixture
def approved(story: ReportStory) -> Report:
    """An approved report whose bytes are a real PDF with a place for the signature."""
    report = story.draft()
    instansi = story.cast.actor(story.cast.instansi)
    paper = submit_report(
        story.session, instansi, report.id, report.seq, URL, story.folder, story.now
    )
    run_rendering(story.session, paper, lambda *_: pki.paper(), story.folder, story.now)
    story.approve(report, paper)
    return report


@pytest.fixture
def key() -> KeyFile:
    return KeyFile(pki.head_of_office().p12(SECRET), SECRET)


def sign(story: ReportStory, report: Report, key: KeyFile) -> tuple[Signature, ...]:
    kepala = story.cast.actor(story.cast.kepala)
    return sign_report(story.session, kepala, report.id, report.seq, key, story.folder, story.now)


def file_of(story: ReportStory, report: Report, kind: FileKind) -> bytes:
    file = latest_file(story.session, report, kind)
    assert file is not None
    return read_file(story.folder, file)


def test_the_head_signs_by_his_own_key_and_the_approved_bytes_stay_beneath(
    story: ReportStory, approved: Report, key: KeyFile
) -> None:
    (signature,) = sign(story, approved, key)
    original = file_of(story, approved, FileKind.ORIGINAL)
    signed = file_of(story, approved, FileKind.SIGNED)
    assert signed.startswith(original)
    assert len(signed) > len(original)
    entry = entries_of(story.session, approved)[-1]
    assert entry.action == "sign"
    assert Signature.from_data(entry.details["signatures"][0]) == signature
    assert approved.state == "approved"


def test_the_passphrase_is_kept_nowhere(
    story: ReportStory, approved: Report, key: KeyFile, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        sign(story, approved, key)
    assert SECRET not in repr(key)
    assert SECRET not in caplog.text
    dump = "\n".join(story.session.connection().connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert SECRET not in dump
    for file in story.folder.rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes()


def test_a_wrong_passphrase_is_told_and_nothing_is_written(
    story: ReportStory, approved: Report, key: KeyFile
) -> None:
    entries = len(entries_of(story.session, approved))
    with pytest.raises(WrongPassphrase):
        sign(story, approved, KeyFile(key.content, "keliru"))
    assert len(entries_of(story.session, approved)) == entries
    assert latest_file(story.session, approved, FileKind.SIGNED) is None


def test_only_the_named_signer_signs(story: ReportStory, approved: Report, key: KeyFile) -> None:
    instansi = story.cast.actor(story.cast.instansi)
    with pytest.raises(ReportRefused):
        sign_report(
            story.session, instansi, approved.id, approved.seq, key, story.folder, story.now
        )


def test_nothing_is_signed_before_it_is_approved(story: ReportStory, key: KeyFile) -> None:
    report = story.draft()
    story.submit(report)
    with pytest.raises(ReportRefused, match="Diajukan"):
        sign(story, report, key)


def test_a_file_that_was_signed_elsewhere_is_kept_as_it_came(
    story: ReportStory, approved: Report, key: KeyFile
) -> None:
    sign(story, approved, key)
    elsewhere = file_of(story, approved, FileKind.SIGNED)
    instansi = story.cast.actor(story.cast.instansi)
    upload = Upload("laporan-bsre.pdf", elsewhere)
    attach_signed(
        story.session,
        instansi,
        approved.id,
        approved.seq,
        upload,
        story.folder,
        story.now,
    )
    assert file_of(story, approved, FileKind.SIGNED) == elsewhere
    assert entries_of(story.session, approved)[-1].action == "attach_signed"


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda original: original, NotSigned),
        (lambda original: original.replace(b"%PDF-1.7", b"%PDF-1.6"), NotTheApprovedFile),
        (lambda original: b"%PDF-1.7 lain", NotTheApprovedFile),
        (lambda original: b"bukan PDF", Refusal),
    ],
)
def test_a_file_that_is_not_the_approved_one_with_signatures_is_refused(
    story: ReportStory, approved: Report, spoil: object, error: type[Refusal]
) -> None:
    original = file_of(story, approved, FileKind.ORIGINAL)
    instansi = story.cast.actor(story.cast.instansi)
    upload = Upload("laporan.pdf", spoil(original))  # type: ignore[operator]
    with pytest.raises(error):
        attach_signed(
            story.session,
            instansi,
            approved.id,
            approved.seq,
            upload,
            story.folder,
            story.now,
        )
    assert latest_file(story.session, approved, FileKind.SIGNED) is None


def test_a_scan_is_kept_beside_the_approved_file(story: ReportStory) -> None:
    report = story.approved()
    story.scan(report)
    assert file_of(story, report, FileKind.SCAN).startswith(b"%PDF-1.4 pindaian")
    entry = entries_of(story.session, report)[-1]
    assert (entry.action, entry.details["doubtful"]) == ("attach_scan", False)


@pytest.mark.parametrize(
    ("name", "content"),
    [("pindaian.jpg", b"\xff\xd8\xff isi"), ("pindaian.png", b"\x89PNG\r\n\x1a\n isi")],
)
def test_a_scan_may_be_a_picture(story: ReportStory, name: str, content: bytes) -> None:
    report = story.approved()
    instansi = story.cast.actor(story.cast.instansi)
    attach_scan(
        story.session,
        instansi,
        report.id,
        report.seq,
        Upload(name, content),
        story.folder,
        story.now,
    )
    file = latest_file(story.session, report, FileKind.SCAN)
    assert file is not None
    assert file.name == f"laporan-2026-10-pindaian.{name[-3:]}"


def test_a_scan_that_is_no_picture_is_refused(story: ReportStory) -> None:
    report = story.approved()
    instansi = story.cast.actor(story.cast.instansi)
    upload = Upload("pindaian.docx", b"PK\x03\x04")
    with pytest.raises(Refusal, match="bukan PDF, JPEG, atau PNG"):
        attach_scan(story.session, instansi, report.id, report.seq, upload, story.folder, story.now)


@pytest.mark.parametrize(
    "name",
    [
        "laporan september 2026.pdf",
        "Laporan_Agustus.pdf",
        "2026-09 laporan.pdf",
        "scan 202609.pdf",
        "laporan oktober 2025.pdf",
    ],
)
def test_a_scan_whose_name_speaks_of_another_month_is_asked_about(
    story: ReportStory, name: str
) -> None:
    report = story.approved()
    with pytest.raises(Doubtful, match="Benarkah ini pindaian laporan ini"):
        story.scan(report, name)
    assert latest_file(story.session, report, FileKind.SCAN) is None
    story.scan(report, name, sure=True)
    assert entries_of(story.session, report)[-1].details["doubtful"] is True


@pytest.mark.parametrize(
    "name",
    [
        "laporan oktober 2026.pdf",
        "scan0001.pdf",
        "IMG_20261103_0915.jpg",
        "2026-10.pdf",
        "pindaian 12.pdf",
        "Laporan Oktober ttd 24 November 2026.pdf",
    ],
)
def test_a_scan_whose_name_fits_or_says_nothing_is_not(story: ReportStory, name: str) -> None:
    report = story.approved()
    assert doubts_about(story.session, report, Upload(name, b"%PDF-1.4 x")) == []


@pytest.mark.parametrize(
    ("name", "asks"),
    [
        ("065-9-403.113-2026.pdf", True),
        ("Surat 065_9_403_113_2026 ttd.pdf", True),
        ("065-10-403.113-2026.pdf", False),
        ("scan 9.pdf", False),
    ],
)
def test_a_scan_whose_name_bears_the_number_of_another_report_is_asked_about(
    story: ReportStory, name: str, asks: bool
) -> None:
    story.draft(month=date(2026, 9, 1), number="065/9/403.113/2026")
    story.draft(month=date(2026, 8, 1), number="9")
    report = story.approved()
    doubts = doubts_about(story.session, report, Upload(name, b"%PDF-1.4 x"))
    assert bool(doubts) is asks
    assert all("065/9/403.113/2026" in str(doubt) for doubt in doubts)


def test_a_file_of_another_report_is_asked_about(story: ReportStory) -> None:
    other = story.approved(month=date(2026, 9, 1), number="065/9/403.113/2026")
    report = story.approved()
    stray = Upload("pindaian.pdf", file_of(story, other, FileKind.ORIGINAL))
    (doubt,) = doubts_about(story.session, report, stray)
    assert "065/9/403.113/2026" in str(doubt)


def test_a_copy_of_another_reports_paper_is_recognised_by_what_stays_of_it(
    story: ReportStory, approved: Report
) -> None:
    other = story.approved(month=date(2026, 9, 1), number="065/9/403.113/2026")
    resaved = file_of(story, approved, FileKind.ORIGINAL) + b"\n% disimpan ulang"
    assert identity(resaved)
    (doubt,) = doubts_about(story.session, other, Upload("pindaian.pdf", resaved))
    assert approved.number in str(doubt)


def test_a_kept_file_that_was_changed_on_disk_is_not_given_out(story: ReportStory) -> None:
    report = story.approved()
    file = latest_file(story.session, report, FileKind.ORIGINAL)
    assert file is not None
    path_of(story.folder, file.sha256).write_bytes(b"%PDF-1.7 lain")
    with pytest.raises(FileDamaged):
        read_file(story.folder, file)
