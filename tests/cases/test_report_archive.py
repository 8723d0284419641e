"""The archive: what goes in, and that whoever changes it behind the portal's back is found out."""

import pytest
from sqlalchemy import text

from portal.cases.files import path_of
from portal.cases.report_archive import ArchiveVerdict, archive_report, verify_archive
from portal.cases.report_files import latest_file
from portal.models import FileKind, Report, ReportEntry
from portal.sop.report_workflow import ReportRefused, ReportState
from tests.report_story import ReportStory


def verify(story: ReportStory) -> ArchiveVerdict:
    story.session.rollback()
    story.session.expire_all()
    return verify_archive(story.session, story.folder)


def test_an_unsigned_report_is_not_archived(story: ReportStory) -> None:
    report = story.approved()
    instansi = story.cast.actor(story.cast.instansi)
    with pytest.raises(ReportRefused, match="belum bertanda tangan"):
        archive_report(story.session, instansi, report.id, report.seq, story.now)
    assert report.state == ReportState.APPROVED


def test_a_report_with_its_scan_is_archived(story: ReportStory) -> None:
    assert story.archived().state == ReportState.ARCHIVED


def test_an_untouched_archive_is_whole(story: ReportStory) -> None:
    story.archived()
    assert verify(story) == ArchiveVerdict(1, 6, 2, ())


def test_an_empty_archive_is_whole(story: ReportStory) -> None:
    assert verify(story) == ArchiveVerdict(0, 0, 0, ())


def test_every_verb_keeps_the_archive_whole(story: ReportStory) -> None:
    report = story.draft()
    story.submit(report)
    story.send_back(report)
    story.approve(report, story.submit(report))
    story.scan(report)
    assert verify(story).problems == ()


@pytest.fixture
def archived(story: ReportStory) -> Report:
    return story.archived()


def tamper(story: ReportStory, *statements: str, **params: str) -> None:
    """Run SQL as somebody with the database file would, its triggers dropped."""
    triggers = story.session.scalars(
        text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'report%'")
    ).all()
    for name in triggers:
        story.session.execute(text(f"DROP TRIGGER {name}"))
    story.session.execute(text("PRAGMA foreign_keys=OFF"))
    for statement in statements:
        story.session.execute(text(statement), params)
    story.session.commit()


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE report_entry SET actor_name = 'x' WHERE seq = 3", "catatan 3: isinya"),
        ("UPDATE report_entry SET details = '{}' WHERE seq = 5", "catatan 5: isinya"),
        ("DELETE FROM report_entry WHERE seq = 2", "tidak menyambung"),
        ("DELETE FROM report_entry WHERE seq = 6", "buku laporan mencatat 6 catatan"),
        ("DELETE FROM report_entry WHERE seq = 6", "tercatat 6 catatan, yang ada 5"),
        ("UPDATE report SET state = 'approved'", "keadaannya diubah tanpa catatan"),
        ("UPDATE report SET number = '1'", "bukan yang disetujui"),
        ("UPDATE report SET dated = '2026-11-01'", "bukan yang disetujui"),
        ("UPDATE report SET code = 'x'", "bukan yang disetujui"),
        ("UPDATE report_snapshot SET content = '{}'", "tidak sesuai dengan sidiknya"),
        ("DELETE FROM report_file WHERE kind = 'scan'", "berkasnya tidak terdaftar lagi"),
        ("UPDATE report_file SET sha256 = 'x'", "bukan yang dicatat riwayatnya"),
    ],
)
def test_what_was_changed_behind_the_portals_back_is_named(
    story: ReportStory, archived: Report, statement: str, found: str
) -> None:
    tamper(story, statement)
    assert found in "\n".join(verify(story).problems)


def test_a_rewritten_entry_with_a_new_hash_breaks_what_follows(
    story: ReportStory, archived: Report
) -> None:
    entry = story.session.get_one(ReportEntry, 2)
    entry.actor_name = "Orang lain"
    forged = entry.compute_hash()
    story.session.rollback()
    tamper(
        story,
        "UPDATE report_entry SET actor_name = 'Orang lain' WHERE seq = 2",
        "UPDATE report_entry SET hash = :forged WHERE seq = 2",
        forged=forged,
    )
    assert "catatan 3: tidak menyambung" in "\n".join(verify(story).problems)


@pytest.mark.parametrize("spoil", ["delete", "change"])
def test_a_file_that_is_gone_or_changed_on_disk_is_named(
    story: ReportStory, archived: Report, spoil: str
) -> None:
    file = latest_file(story.session, archived, FileKind.SCAN)
    assert file is not None
    path = path_of(story.folder, file.sha256)
    path.unlink() if spoil == "delete" else path.write_bytes(b"lain")
    (problem,) = verify(story).problems
    assert problem == (
        "laporan 2026-10, berkas laporan-2026-10-pindaian.pdf: hilang atau berubah di penyimpanan"
    )
