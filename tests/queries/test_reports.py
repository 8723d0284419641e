"""What the pages of the reports show."""

from datetime import date, datetime

import pytest

from portal.access import Actor
from portal.cases.report_record import ReportNotFound
from portal.cases.reports import ask_compute, create_addendum, create_report
from portal.models import Complaint, Entry, Report, writing
from portal.queries.report_basis import gather_basis
from portal.queries.reports import (
    ReportCase,
    counted_complaints,
    frozen_paper,
    month_lines,
    open_report,
    report_file,
)
from portal.queries.waiting import waiting_for
from portal.sop.office_time import ZONE
from portal.sop.procedure import Procedure
from portal.sop.report_workflow import ReportAction
from portal.sop.vocabulary import Action, Status
from tests.report_story import OCTOBER, ReportStory
from tests.stories import arrive, do


def opened(story: ReportStory, report: Report, who: str = "kepala") -> ReportCase:
    actor = story.cast.actor(story.cast.accounts[who])
    return open_report(story.session, actor, report.id, story.rules, story.folder, story.now)


def october(day: int) -> datetime:
    return datetime(2026, 10, day, 9, 0, tzinfo=ZONE)


def test_the_basis_of_a_report_holds_the_seal_of_the_history_that_it_counts(
    story: ReportStory,
) -> None:
    assert gather_basis(story.session, story.cast.own_id, OCTOBER, story.now).seal is None
    story.complaints(2)
    basis = gather_basis(story.session, story.cast.own_id, OCTOBER, story.now)
    assert basis.seal is not None
    last = story.session.get_one(Entry, basis.last_entry)
    assert (basis.seal.entries, basis.seal.last_hash) == (4, last.hash)


def test_every_month_since_the_first_complaint_is_listed_newest_first(story: ReportStory) -> None:
    arrive(story.session, story.cast, story.rules, datetime(2026, 8, 20, 9, 0, tzinfo=ZONE))
    story.draft()
    lines = month_lines(story.session, story.cast.actor(story.cast.instansi), story.now)
    assert [line.month for line in lines] == [date(2026, n, 1) for n in (11, 10, 9, 8)]
    assert [line.report is not None for line in lines] == [False, True, False, False]


def test_an_old_report_stays_listed_and_addenda_stand_beside_it(story: ReportStory) -> None:
    report = story.approved(month=date(2024, 3, 1), number="3")
    create_addendum(story.session, story.cast.actor(story.cast.instansi), report.id, story.now)
    last = month_lines(story.session, story.cast.actor(story.cast.kepala), story.now)[-1]
    assert last.month == date(2024, 3, 1)
    assert [one.addendum_no for one in last.addenda] == [1]


def test_what_waits_for_a_desk_is_counted_in_its_head(story: ReportStory) -> None:
    instansi, kepala = (
        story.cast.actor(account) for account in (story.cast.instansi, story.cast.kepala)
    )

    def reports_for(actor: Actor) -> str:
        return waiting_for(story.session, actor, Procedure()).reports

    def counted() -> tuple[str, str]:
        return reports_for(instansi), reports_for(kepala)

    report = story.draft()
    assert counted() == ("", "")
    story.submit(report)
    assert counted() == ("", "1")
    story.send_back(report)
    assert counted() == ("1", "")
    story.approve(report, story.submit(report))
    assert counted() == ("", "")


def test_other_desks_see_no_report(story: ReportStory) -> None:
    report = story.draft()
    with pytest.raises(ReportNotFound):
        opened(story, report, "penghubung")
    penghubung = story.cast.actor(story.cast.penghubung)
    assert month_lines(story.session, penghubung, story.now)[0].report is None


def test_a_draft_shows_what_it_would_print_now_and_a_submitted_report_what_was_frozen(
    story: ReportStory,
) -> None:
    story.complaints(2)
    report = story.draft()
    story.write(report, number="7", text_closing="Sekian.")
    case = opened(story, report, "instansi")
    assert case.paper is not None
    assert (case.paper.texts["closing"], case.paper.marks.draft) == ("Sekian.", True)
    assert ReportAction.SUBMIT in case.actions
    story.submit(report)
    arrive(story.session, story.cast, story.rules, october(20))
    frozen = opened(story, report).paper
    assert frozen is not None
    assert frozen.figures.month.arrived.n == 2
    assert frozen == frozen_paper(story.session, report)


def test_before_anything_was_computed_there_is_nothing_to_show(story: ReportStory) -> None:
    instansi = story.cast.actor(story.cast.instansi)
    report = create_report(story.session, instansi, OCTOBER, story.now)
    case = opened(story, report, "instansi")
    assert (case.paper, case.rendering, list(case.later)) == (None, None, [])


def test_the_head_sees_what_changed_since_the_version_that_he_sent_back(
    story: ReportStory,
) -> None:
    story.complaints(2)
    report = story.draft()
    story.submit(report)
    assert opened(story, report).changes is None
    story.send_back(report)
    assert opened(story, report).changes is None
    arrive(story.session, story.cast, story.rules, october(20))
    instansi = story.cast.actor(story.cast.instansi)
    ask_compute(story.session, instansi, report.id, report.seq, story.now)
    story.compute(report)
    story.write(report, number=report.number, text_closing="Demikian.")
    story.submit(report)
    changes = opened(story, report).changes
    assert changes
    arrived = next(one for one in changes.figures if one.path == "arrived")
    assert (arrived.before, arrived.after) == (2, 3)
    closing = next(one for one in changes.texts if one.title == "Penutup")
    assert closing.after == "Demikian."


def test_what_was_recorded_after_the_figures_and_concerns_the_month_is_listed(
    story: ReportStory,
) -> None:
    first, second, *_ = story.complaints(3)
    report = story.approved()
    late = arrive(story.session, story.cast, story.rules, october(28))
    arrive(story.session, story.cast, story.rules, story.now)
    do(
        story.session,
        story.cast,
        story.folder,
        second,
        "nasional",
        Action.RECEIVE,
        story.now,
    )
    found = [complaint.id for _, complaint in opened(story, report).later]
    assert found == [late.id]
    assert first.id not in found


def test_a_complaint_that_arrived_then_but_was_imported_now_is_listed_too(
    story: ReportStory,
) -> None:
    report = story.approved()
    complaint = arrive(story.session, story.cast, story.rules, story.now, Status.CLOSED)
    assert opened(story, report).later == []
    with writing(story.session):
        story.session.get_one(Complaint, complaint.id).arrived_at = october(3)
    assert [one.id for _, one in opened(story, report).later] == [complaint.id]


def test_a_number_opens_exactly_the_complaints_that_it_counts(story: ReportStory) -> None:
    complaints = story.complaints(3)
    kepala = story.cast.actor(story.cast.kepala)
    rows = counted_complaints(story.session, kepala, [complaints[2].id, complaints[0].id])
    assert [row.id for row in rows] == [complaints[0].id, complaints[2].id]
    assert counted_complaints(story.session, story.cast.actor(story.cast.unit), [1, 2]) == []
    assert counted_complaints(story.session, kepala, []) == []


def test_a_file_is_found_under_its_own_report_only(story: ReportStory) -> None:
    report = story.approved()
    other = story.approved(month=date(2026, 9, 1), number="9")
    kepala = story.cast.actor(story.cast.kepala)
    file = opened(story, report).files[0]
    assert report_file(story.session, kepala, report.id, file.id) is file
    assert report_file(story.session, kepala, other.id, file.id) is None
    unit = story.cast.actor(story.cast.unit)
    assert report_file(story.session, unit, report.id, file.id) is None


def test_the_register_of_a_month_says_how_its_complaints_stood_at_the_months_end(
    story: ReportStory,
) -> None:
    first, second, *_ = story.complaints(3)
    do(
        story.session,
        story.cast,
        story.folder,
        first,
        "instansi",
        Action.VERIFY,
        october(30),
    )
    do(
        story.session,
        story.cast,
        story.folder,
        first,
        "instansi",
        Action.DISPOSE,
        datetime(2026, 11, 2, 9, 0, tzinfo=ZONE),
    )
    do(story.session, story.cast, story.folder, second, "nasional", Action.RECEIVE, october(6))
    do(story.session, story.cast, story.folder, second, "nasional", Action.DISMISS, october(9))
    basis = gather_basis(story.session, story.cast.own_id, OCTOBER, story.now)
    stood = {row.tracking_id: row for row in basis.register}
    assert stood[first.tracking_id].status == "Terverifikasi, menunggu disposisi"
    assert stood[first.tracking_id].opd == ""
    assert stood[second.tracking_id].status == "Tidak ditindaklanjuti"
    assert stood[second.tracking_id].ended_on == date(2026, 10, 9)


def test_a_confidential_reporter_stands_in_no_register(story: ReportStory) -> None:
    arrive(
        story.session,
        story.cast,
        story.rules,
        october(5),
        confidential=True,
        reporter_name="Sri Wahyuningsih",
    )
    arrive(
        story.session,
        story.cast,
        story.rules,
        october(6),
        anonymous=True,
        reporter_name="Tutik Handayani",
    )
    basis = gather_basis(story.session, story.cast.own_id, OCTOBER, story.now)
    assert [row.reporter for row in basis.register] == ["Dirahasiakan", "Anonim"]
