"""A monthly report while it is written."""

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from io import BytesIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from portal.cases.answers import Invalid
from portal.cases.registers import order_register
from portal.cases.report_content import draft_paper
from portal.cases.report_numbers import propose_number
from portal.cases.report_record import ReportChanged, ReportNotFound, entries_of
from portal.cases.reports import (
    ask_compute,
    create_addendum,
    create_report,
    keep_basis,
    uncomputed_reports,
    write_report,
)
from portal.models import Complaint, Rendering, Report
from portal.queries.archive import year_register
from portal.queries.report_basis import gather_basis
from portal.reporting.figures import from_data
from portal.reporting.workbooks import figures_workbook, register_workbook
from portal.sop.office_time import ZONE
from portal.sop.report_workflow import ReportRefused, ReportState
from portal.sop.text import Refusal
from portal.sop.vocabulary import Status
from tests.report_story import OCTOBER, ReportStory
from tests.stories import arrive


def test_a_month_has_one_report_however_often_it_is_begun(story: ReportStory) -> None:
    instansi = story.cast.actor(story.cast.instansi)
    first = create_report(story.session, instansi, OCTOBER, story.now)
    again = create_report(story.session, instansi, OCTOBER, story.now)
    assert first.id == again.id
    assert [entry.action for entry in entries_of(story.session, again)] == ["create"]


def test_a_month_to_come_has_no_report(story: ReportStory) -> None:
    instansi = story.cast.actor(story.cast.instansi)
    with pytest.raises(Refusal, match="belum mulai"):
        create_report(story.session, instansi, date(2026, 12, 1), story.now)


def test_the_worker_computes_what_was_begun_and_the_paper_is_ordered(story: ReportStory) -> None:
    complaints = story.complaints(3)
    instansi = story.cast.actor(story.cast.instansi)
    report = create_report(story.session, instansi, OCTOBER, story.now)
    assert uncomputed_reports(story.session, story.now) == [report.id]
    paper = story.compute(report)
    assert report.paper == paper
    assert not report.computing
    figures = from_data(report.basis["figures"])
    assert figures.month.arrived.ids == tuple(one.id for one in complaints)
    assert [row["tracking_id"] for row in report.basis["register"]] == [
        one.tracking_id for one in complaints
    ]


def test_what_was_computed_for_a_report_that_went_on_meanwhile_is_dropped(
    story: ReportStory,
) -> None:
    report = story.draft()
    story.submit(report)
    basis = gather_basis(story.session, report.instansi_id, report.month, story.now)
    with pytest.raises(ReportRefused):
        ask_compute(
            story.session,
            story.cast.actor(story.cast.instansi),
            report.id,
            report.seq,
            story.now,
        )
    assert keep_basis(story.session, report.id, basis, story.folder, story.now) is None


def test_texts_are_proposed_and_follow_the_figures_until_somebody_writes_his_own(
    story: ReportStory,
) -> None:
    report = story.draft()
    paper = draft_paper(story.session, report, story.rules, story.folder, story.now)
    proposed = paper.texts["problems"]
    story.write(
        report,
        number=report.number,
        text_problems="Lampu jalan di Maospati.",
        text_closing=paper.texts["closing"],
    )
    assert report.texts == {"problems": "Lampu jalan di Maospati."}
    story.write(report, number=report.number, text_problems="")
    again = draft_paper(story.session, report, story.rules, story.folder, story.now)
    assert again.texts["problems"] == proposed


def test_the_history_says_which_fields_were_changed(story: ReportStory) -> None:
    report = story.draft()
    story.write(report, number=report.number, dated="2026-11-24", text_closing="Sekian.")
    last = entries_of(story.session, report)[-1]
    assert (last.action, last.details) == ("write", {"changed": ["closing", "dated"]})


def test_a_number_is_taken_once_a_year_however_it_is_written(story: ReportStory) -> None:
    story.draft(number="065/10/403.113/2026")
    with pytest.raises(Invalid) as refused:
        story.draft(month=date(2026, 9, 1), number="065 / 10 / 403.113/2026")
    assert "sudah dipakai" in str(refused.value.errors["number"])


def test_the_same_number_may_be_used_in_another_year(story: ReportStory) -> None:
    story.draft(number="10")
    other = story.draft(month=date(2025, 12, 1), number="10")
    assert other.number == "10"


def test_whoever_writes_on_a_stale_page_learns_what_happened(story: ReportStory) -> None:
    report = story.draft()
    instansi = story.cast.actor(story.cast.instansi)
    with pytest.raises(ReportChanged) as changed:
        write_report(
            story.session, instansi, report.id, report.seq - 1, {}, story.folder, story.now
        )
    assert [entry.action for entry in changed.value.since] == ["write"]


@pytest.mark.parametrize("who", ["nasional", "penghubung", "administrator"])
def test_other_desks_find_no_reports(story: ReportStory, who: str) -> None:
    report = story.draft()
    actor = story.cast.actor(story.cast.accounts[who])
    with pytest.raises(ReportNotFound):
        ask_compute(story.session, actor, report.id, report.seq, story.now)


def test_another_instansi_finds_none_either(story: ReportStory) -> None:
    report = story.draft()
    actor = replace(story.cast.actor(story.cast.instansi), instansi_id=99)
    with pytest.raises(ReportNotFound):
        ask_compute(story.session, actor, report.id, report.seq, story.now)


def test_the_head_of_office_does_not_write_reports(story: ReportStory) -> None:
    report = story.draft()
    kepala = story.cast.actor(story.cast.kepala)
    with pytest.raises(ReportRefused, match="bukan tugas Kepala Dinas"):
        write_report(story.session, kepala, report.id, report.seq, {}, story.folder, story.now)


def test_an_addendum_needs_an_approved_report_and_there_is_one_at_a_time(
    story: ReportStory,
) -> None:
    instansi = story.cast.actor(story.cast.instansi)
    report = story.draft()
    with pytest.raises(ReportRefused, match="belum disetujui"):
        create_addendum(story.session, instansi, report.id, story.now)
    story.approve(report, story.submit(report))
    first = create_addendum(story.session, instansi, report.id, story.now)
    again = create_addendum(story.session, instansi, report.id, story.now)
    assert (first.id, first.addendum_no, first.state) == (again.id, 1, ReportState.DRAFT)
    assert first.code != report.code


def test_an_addendum_says_which_figures_it_corrects(story: ReportStory) -> None:
    story.complaints(2)
    instansi = story.cast.actor(story.cast.instansi)
    report = story.approved()
    arrived_then = datetime(2026, 10, 30, 10, 0, tzinfo=ZONE)
    arrive(story.session, story.cast, story.rules, arrived_then)
    addendum = create_addendum(story.session, instansi, report.id, story.now)
    story.compute(addendum)
    story.write(addendum, number="11", text_reason="Satu pengaduan terlambat diimpor.")
    paper = draft_paper(story.session, addendum, story.rules, story.folder, story.now)
    assert paper.addendum is not None
    assert paper.addendum.of_number == report.number
    assert paper.addendum.reason == "Satu pengaduan terlambat diimpor."
    changes = {change.label: (change.before, change.after) for change in paper.addendum.changes}
    assert changes["Masuk"] == ("2", "3")
    assert "Sisa bulan lalu" not in changes


def test_a_report_of_a_month_without_complaints_is_one_too(story: ReportStory) -> None:
    report = story.approved()
    assert isinstance(report, Report)
    assert report.state == ReportState.APPROVED


def test_a_proposed_number_is_the_next_that_no_report_has(story: ReportStory) -> None:
    story.draft(month=date(2026, 9, 1), number="065/2/403.113/2026")
    report = story.draft(number="")
    day = date(2026, 11, 23)
    assert propose_number(story.session, report, day) == "065/3/403.113/2026"
    assert propose_number(story.session, report, date(2027, 1, 4)) == "065/1/403.113/2027"


def test_a_confidential_reporter_stands_in_no_report_and_no_register(
    story: ReportStory, make_complaint: Callable[..., Complaint]
) -> None:
    complaint = make_complaint(
        Status.WITH_LIAISON,
        confidential=True,
        reporter_name="Sri Wahyuningsih",
        title="Keluhan Sri Wahyuningsih tentang lampu",
        body="Saya, Sri Wahyuningsih, melapor.",
    )
    instansi, november = story.cast.actor(story.cast.instansi), date(2026, 11, 1)
    report = story.draft(month=november)
    months = year_register(story.session, instansi, 2026)
    order_register(story.session, instansi, 2026, months, story.folder, story.now)
    printed = [
        "".join(row.inputs["documents"])
        for row in story.session.scalars(select(Rendering).options(undefer(Rendering.inputs)))
    ]
    assert len(printed) >= 2
    for text in (*printed, json.dumps(report.basis)):
        assert complaint.tracking_id in text
        assert "Wahyuningsih" not in text
    paper = draft_paper(story.session, report, story.rules, story.folder, story.now)
    for book in (figures_workbook(paper), register_workbook(2026, months)):
        with zipfile.ZipFile(BytesIO(book)) as parts:
            assert not [name for name in parts.namelist() if b"Wahyuningsih" in parts.read(name)]
