"""A report before the Kepala Dinas: frozen, returned, approved; the first who acts wins."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.cases.answers import Invalid
from portal.cases.calendar_changes import DeclareDay, save
from portal.cases.report_approval import (
    FiguresOutdated,
    NotReady,
    approve_report,
    submit_report,
)
from portal.cases.report_content import NoSigner, snapshot_of
from portal.cases.report_files import latest_file, read_file
from portal.cases.report_record import ReportChanged, entries_of
from portal.cases.reports import ask_compute, create_addendum
from portal.cases.sop_versions import save_version, version_form, version_in_force
from portal.models import Assignment, FileKind, Rendering, Report, ReportSnapshot, writing
from portal.models.report import data_hash
from portal.reporting.figures import CrossFootError
from portal.sop.office_time import ZONE
from portal.sop.procedure import Role
from portal.sop.report_workflow import MonthNotOver, ReportRefused, ReportState
from tests.report_story import URL, ReportStory
from tests.stories import arrive


def test_what_is_submitted_is_frozen_whole(story: ReportStory) -> None:
    story.complaints(2)
    report = story.draft()
    story.submit(report)
    content = snapshot_of(story.session, report)
    assert report.state == ReportState.SUBMITTED
    assert content["report"]["number"] == report.number
    assert content["paper"]["marks"]["check_url"] == URL
    assert content["paper"]["signer"]["name"] == "Hendra Gunawan"
    assert len(content["paper"]["register"]) == 2
    assert content["paper"]["texts"]["problems"]
    assert data_hash(content) == report.snapshot


def test_the_head_approves_the_very_bytes_that_he_was_shown(story: ReportStory) -> None:
    report = story.draft()
    shown = story.submit(report)
    story.approve(report, shown)
    assert report.state == ReportState.APPROVED
    assert report.approved_at == story.now
    file = latest_file(story.session, report, FileKind.ORIGINAL)
    assert file is not None
    assert file.sha256 == story.session.get_one(Rendering, shown).sha256
    assert file.name == "laporan-2026-10.pdf"
    assert read_file(story.folder, file).startswith(b"%PDF-")
    said = entries_of(story.session, report)[-1].details
    assert said["sha256"] == file.sha256
    assert said["snapshot"] == report.snapshot


def test_bytes_that_he_was_not_shown_are_not_approved(story: ReportStory) -> None:
    report = story.draft()
    story.submit(report)
    with pytest.raises(NotReady, match="belum selesai disusun"):
        story.approve(report, "0" * 64)
    assert report.state == ReportState.SUBMITTED


def test_a_month_that_is_not_over_cannot_be_submitted(story: ReportStory) -> None:
    report = story.draft(month=date(2026, 11, 1))
    with pytest.raises(MonthNotOver, match="hanya dapat dilihat sebagai draf"):
        story.submit(report)
    assert report.state == ReportState.DRAFT


def test_a_report_without_a_number_cannot_be_submitted(story: ReportStory) -> None:
    report = story.draft(number="")
    with pytest.raises(NotReady, match="nomor surat"):
        story.submit(report)


def test_figures_that_have_changed_since_are_computed_anew_first(story: ReportStory) -> None:
    report = story.draft()
    arrive(story.session, story.cast, story.rules, datetime(2026, 10, 20, 9, 0, tzinfo=ZONE))
    with pytest.raises(FiguresOutdated, match="1 catatan baru"):
        story.submit(report)
    instansi = story.cast.actor(story.cast.instansi)
    ask_compute(story.session, instansi, report.id, report.seq, story.now)
    story.compute(report)
    story.submit(report)
    assert report.state == ReportState.SUBMITTED


def test_what_happens_in_the_next_month_does_not_outdate_the_figures(story: ReportStory) -> None:
    report = story.draft()
    arrive(story.session, story.cast, story.rules, story.now)
    story.submit(report)
    assert report.state == ReportState.SUBMITTED


def test_figures_that_do_not_add_up_are_not_submitted(
    story: ReportStory, monkeypatch: pytest.MonkeyPatch
) -> None:
    story.complaints(1)
    report = story.draft()
    basis = dict(report.basis)
    figures = dict(basis["figures"])
    figures["month"] = figures["month"] | {"open_at_end": []}
    report.basis = basis | {"figures": figures}
    story.session.commit()
    with pytest.raises(CrossFootError, match="tidak seimbang"):
        story.submit(report)


def test_without_a_head_of_office_there_is_nobody_to_sign(story: ReportStory) -> None:
    report = story.draft()
    with writing(story.session):
        story.cast.kepala.assignments[0].valid_to = date(2026, 10, 31)
    with pytest.raises(NoSigner, match="Kepala Dinas"):
        story.submit(report)


@pytest.fixture
def plh(story: ReportStory) -> Assignment:
    """Somebody who acts as head of office."""
    with writing(story.session):
        acting = Assignment(
            account_id=story.cast.nasional.id,
            role=Role.KEPALA_DINAS,
            instansi_id=story.cast.own_id,
            acting="Plh.",
            position="Kepala Dinas Komunikasi dan Informatika",
            valid_from=date(2026, 11, 20),
            valid_to=date(2026, 11, 27),
        )
        story.session.add(acting)
    return acting


def test_an_acting_head_signs_while_he_acts(story: ReportStory, plh: Assignment) -> None:
    report = story.draft()
    shown = story.submit(report)
    signer = snapshot_of(story.session, report)["paper"]["signer"]
    assert (signer["acting"], signer["name"]) == ("Plh.", "Ratna Sari")
    with pytest.raises(ReportRefused, match="ditandatangani Ratna Sari"):
        story.approve(report, shown)
    actor = replace(
        story.cast.actor(story.cast.kepala), account_id=plh.account_id, assignment_id=plh.id
    )
    approve_report(story.session, actor, report.id, report.seq, shown, story.folder, story.now)
    assert report.state == ReportState.APPROVED


def test_of_two_who_approve_at_once_the_second_learns_what_happened(story: ReportStory) -> None:
    report = story.draft()
    shown = story.submit(report)
    kepala, seq = story.cast.actor(story.cast.kepala), report.seq
    story.approve(report, shown)
    with pytest.raises(ReportChanged) as changed:
        approve_report(story.session, kepala, report.id, seq, shown, story.folder, story.now)
    (entry,) = changed.value.since
    assert (entry.action, entry.actor_name) == ("approve", "Hendra Gunawan, Kepala Dinas")


def test_a_returned_report_is_written_again_and_comes_back_as_another_version(
    story: ReportStory,
) -> None:
    report = story.draft()
    story.submit(report)
    first = report.snapshot
    story.send_back(report, "Perbaiki rekomendasi.")
    assert report.state == ReportState.RETURNED
    story.write(report, number=report.number, text_recommendations="Tambah petugas.")
    story.submit(report)
    assert report.snapshot != first
    kept = story.session.get(ReportSnapshot, first)
    assert kept is not None
    assert data_hash(kept.content) == first


def test_a_report_is_returned_with_a_note_only(story: ReportStory) -> None:
    report = story.draft()
    story.submit(report)
    with pytest.raises(Invalid):
        story.send_back(report, "  ")
    assert report.state == ReportState.SUBMITTED


def test_the_same_report_submitted_again_unchanged_is_not_printed_again(
    story: ReportStory,
) -> None:
    report = story.draft()
    first = story.submit(report)
    paper = report.paper
    story.send_back(report)
    assert story.submit(report) == first
    assert report.paper == paper


Change = Callable[[ReportStory], None]


def another_holiday(story: ReportStory) -> None:
    save(story.session, DeclareDay(date(2026, 10, 14), "Hari jadi", False))


def another_version(story: ReportStory) -> None:
    raw = version_form(version_in_force(story.session, story.now))
    raw |= {"valid_from": "2026-11-24", "name": "Revisi", "standard_3": "2"}
    save_version(story.session, raw, story.now)


def another_title(story: ReportStory) -> None:
    with writing(story.session):
        story.session.execute(text("UPDATE complaint SET title = 'Judul lain', category = 'x'"))


@pytest.mark.parametrize("change", [another_holiday, another_version, another_title])
def test_what_changes_after_approval_changes_no_approved_report(
    story: ReportStory, change: Change
) -> None:
    story.complaints(3)
    report = story.approved()
    content = snapshot_of(story.session, report)
    file = latest_file(story.session, report, FileKind.ORIGINAL)
    assert file is not None
    before = read_file(story.folder, file)
    change(story)
    story.session.expire_all()
    assert snapshot_of(story.session, report) == content
    assert data_hash(content) == report.snapshot
    again = latest_file(story.session, report, FileKind.ORIGINAL)
    assert again is not None
    assert read_file(story.folder, again) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE report_entry SET actor_name = 'orang lain'",
        "DELETE FROM report_entry",
        "INSERT OR REPLACE INTO report_entry SELECT * FROM report_entry",
        "UPDATE report_snapshot SET content = '{}'",
        "DELETE FROM report_snapshot",
        "INSERT OR REPLACE INTO report_snapshot SELECT * FROM report_snapshot",
        "UPDATE report_file SET sha256 = 'x'",
        "DELETE FROM report_file",
        "UPDATE report SET number = '1'",
        "UPDATE report SET state = 'draft'",
        "UPDATE report SET approved_at = NULL",
        "DELETE FROM report",
    ],
)
def test_the_database_refuses_to_change_what_was_approved(
    story: ReportStory, statement: str
) -> None:
    story.approved()
    with pytest.raises(IntegrityError, match="append-only"):
        story.session.execute(text(statement))
    story.session.rollback()


def test_nothing_is_written_when_a_submission_is_refused(
    story: ReportStory, session: Session, cast: SimpleNamespace
) -> None:
    report = story.draft(number="")
    entries = len(entries_of(session, report))
    instansi = cast.actor(cast.instansi)
    with pytest.raises(NotReady):
        submit_report(session, instansi, report.id, report.seq, URL, story.folder, story.now)
    assert session.get_one(Report, report.id).snapshot is None
    assert len(entries_of(session, report)) == entries


def test_while_figures_are_computed_nothing_is_submitted(story: ReportStory) -> None:
    report = story.draft()
    instansi = story.cast.actor(story.cast.instansi)
    ask_compute(story.session, instansi, report.id, report.seq, story.now)
    with pytest.raises(NotReady, match="masih dihitung"):
        story.submit(report)


def test_an_addendum_says_why(story: ReportStory) -> None:
    instansi = story.cast.actor(story.cast.instansi)
    report = story.approved()
    addendum = create_addendum(story.session, instansi, report.id, story.now)
    story.compute(addendum)
    story.write(addendum, number="11")
    with pytest.raises(NotReady, match="alasan adendum"):
        story.submit(addendum)
    story.write(addendum, number="11", text_reason="Satu pengaduan terlambat diimpor.")
    story.approve(addendum, story.submit(addendum))
    assert addendum.state == ReportState.APPROVED
    assert snapshot_of(story.session, addendum)["paper"]["addendum"]["of_number"] == report.number


def test_a_number_counts_in_the_year_of_the_letter(story: ReportStory) -> None:
    story.approved(number="10")
    report = story.draft(month=date(2025, 12, 1), number="10")
    with pytest.raises(NotReady, match="sudah dipakai"):
        story.submit(report)
