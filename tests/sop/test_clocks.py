"""Which clock runs, when it is due, what is measured, and what the portal has to do by itself."""

from datetime import datetime, timedelta

import pytest

from portal.sop.clocks import Clock, ClockKind, Measurement, Timeline
from portal.sop.office_time import ZONE, Calendar, Duration
from portal.sop.procedure import CaseClass, Procedure, Procedures, Role
from portal.sop.vocabulary import Action, Record, Status
from portal.sop.workflow import Event, decide, row_for, state_of

CALENDAR = Calendar()
PROCEDURES = Procedures()
A, S = Action, Status


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


class Story:
    """A history that grows by the table's own rules."""

    def __init__(self, status: Status, when: str, **details: object) -> None:
        self.events = [Event(Record.ARRIVE, None, status, at(when), details)]
        self.measured: tuple[Measurement, ...] = ()
        self.procedures = PROCEDURES

    def then(self, action: Action, role: Role, when: str, **details: object) -> "Story":
        state = state_of(self.events)
        row = row_for(state, action, role, self.procedures.at(at(when)))
        decision = decide(row, state, details)
        event = Event(action, state.status, decision.target, at(when), details)
        self.measured = self.timeline.measure(event, decision.completes)
        self.events.append(event)
        return self

    def reminded(self, clock: ClockKind, mark: int, when: str) -> "Story":
        status = state_of(self.events).status
        details = {"clock": clock.value, "mark": mark}
        self.events.append(Event(Record.REMIND, status, status, at(when), details))
        return self

    @property
    def timeline(self) -> Timeline:
        return Timeline(self.events, self.procedures, CALENDAR)

    def due(self, kind: ClockKind) -> datetime | None:
        clock = self.timeline.clock(kind)
        assert clock is not None
        return clock.due(CALENDAR)

    def kinds(self) -> list[ClockKind]:
        return [clock.kind for clock in self.timeline.acting_clocks()]


def at_liaison(when: str = "2026-11-23T09:00", **details: object) -> Story:
    return Story(S.WITH_LIAISON, when, opd=1, **details)


def at_unit(when: str = "2026-11-23T09:00", **details: object) -> Story:
    return at_liaison(when, **details).then(A.HAND_OVER, Role.PEJABAT_PENGHUBUNG, when, unit=1)


def test_an_empty_history_has_no_timeline() -> None:
    with pytest.raises(ValueError, match="arrival"):
        Timeline([], PROCEDURES, CALENDAR)


def test_each_step_has_the_sops_standard_from_the_moment_it_begins() -> None:
    story = Story(S.ARRIVED, "2026-11-23T09:00")
    assert story.due(ClockKind.STEP) == at("2026-11-23T09:15")
    story.then(A.RECEIVE, Role.ADMIN_NASIONAL, "2026-11-23T09:10")
    assert story.due(ClockKind.STEP) == at("2026-11-24T16:00")
    story.then(A.FORWARD, Role.ADMIN_NASIONAL, "2026-11-23T10:00", instansi=1)
    assert story.due(ClockKind.STEP) == at("2026-11-24T16:00")
    story.then(A.VERIFY, Role.ADMIN_INSTANSI, "2026-11-24T11:30", case_class="complaint")
    assert story.due(ClockKind.STEP) == at("2026-11-24T13:30")
    story.then(A.DISPOSE, Role.ADMIN_INSTANSI, "2026-11-24T13:10", opd=1)
    assert story.due(ClockKind.STEP) == at("2026-11-25T16:00")


def test_a_step_is_measured_in_office_minutes_and_late_only_after_its_due_time() -> None:
    story = Story(S.ARRIVED, "2026-11-23T11:50")
    story.then(A.RECEIVE, Role.ADMIN_NASIONAL, "2026-11-23T13:05")
    (step,) = story.measured
    assert (step.step, step.minutes, step.late, step.completed) == (1, 15, False, True)
    late = Story(S.ARRIVED, "2026-11-23T11:50")
    late.then(A.RECEIVE, Role.ADMIN_NASIONAL, "2026-11-23T13:06")
    assert (late.measured[0].minutes, late.measured[0].late) == (16, True)
    assert late.measured[0].as_data() == {
        "kind": "step",
        "step": 1,
        "started": "2026-11-23T11:50:00+07:00",
        "ended": "2026-11-23T13:06:00+07:00",
        "minutes": 16,
        "due": "2026-11-23T13:05:00+07:00",
        "late": True,
        "completed": True,
    }


def test_while_the_citizen_is_asked_the_step_stands_still_and_goes_on_with_what_was_left() -> None:
    story = Story(S.ARRIVED, "2026-11-23T08:00")
    story.then(A.RECEIVE, Role.ADMIN_NASIONAL, "2026-11-23T08:10")
    before = story.due(ClockKind.STEP)
    story.then(A.REQUEST_COMPLETION, Role.ADMIN_NASIONAL, "2026-11-23T09:10", missing="foto")
    assert story.due(ClockKind.STEP) is None
    assert story.kinds() == [ClockKind.STEP, ClockKind.COMPLETION]
    story.then(A.RECORD_COMPLETION, Role.ADMIN_NASIONAL, "2026-12-01T09:10", text="foto")
    assert before == at("2026-11-24T16:00")
    assert story.due(ClockKind.STEP) == at("2026-12-02T16:00")
    story.then(A.FORWARD, Role.ADMIN_NASIONAL, "2026-12-01T10:10", instansi=1)
    assert (story.measured[0].minutes, story.measured[0].late) == (120, False)


def test_a_step_that_was_late_before_the_pause_stays_late() -> None:
    story = Story(S.RECEIVED, "2026-11-23T08:00")
    story.then(A.REQUEST_COMPLETION, Role.ADMIN_NASIONAL, "2026-11-25T08:30", missing="foto")
    assert story.due(ClockKind.STEP) == at("2026-11-24T16:00")
    story.then(A.LAPSE, Role.SYSTEM, "2026-12-28T16:00")
    step = next(one for one in story.measured if one.kind is ClockKind.STEP)
    assert (step.step, step.completed, step.late) == (2, True, True)


def test_two_pauses_add_up() -> None:
    story = Story(S.RECEIVED, "2026-11-23T08:00")
    for day in (24, 26):
        asked, answered = f"2026-11-{day}T09:00", f"2026-11-{day + 1}T09:00"
        story.then(A.REQUEST_COMPLETION, Role.ADMIN_NASIONAL, asked, missing="foto")
        story.then(A.RECORD_COMPLETION, Role.ADMIN_NASIONAL, answered, text="foto")
    clock = story.timeline.clock(ClockKind.STEP)
    assert clock is not None
    worked = clock.spent(at("2026-11-27T10:00"), CALENDAR)
    assert worked == CALENDAR.between(at("2026-11-23T08:00"), at("2026-11-24T09:00")) + (
        CALENDAR.between(at("2026-11-25T09:00"), at("2026-11-26T09:00")) + timedelta(hours=1)
    )
    assert clock.spent(at("2026-11-22T08:00"), CALENDAR) == timedelta()


def test_a_remark_a_progress_entry_and_a_correction_restart_nothing() -> None:
    story = at_unit()
    clocks = story.timeline.clocks
    story.then(A.RECORD_PROGRESS, Role.UNIT_KERJA, "2026-11-24T09:00", text="di lokasi")
    story.then(A.CORRECT, Role.ADMIN_INSTANSI, "2026-11-24T10:00", field="title", value="x")
    assert story.timeline.clocks == clocks
    assert story.measured == ()


def test_a_complaint_that_comes_back_gets_the_steps_full_time_anew() -> None:
    story = at_liaison("2026-11-23T09:00")
    story.then(A.REFUSE_OPD, Role.PEJABAT_PENGHUBUNG, "2026-11-24T09:00", reason="bukan kami")
    passage = next(one for one in story.measured if one.kind is ClockKind.STEP)
    assert (passage.step, passage.completed, passage.minutes) == (5, False, 450)
    assert [one.completed for one in story.measured if one.kind is ClockKind.CLASS_LIMIT] == [False]
    assert story.due(ClockKind.STEP) == at("2026-11-24T10:00")
    story.then(A.SEND_BACK, Role.ADMIN_INSTANSI, "2026-11-24T09:30", reason="bukan kami")
    step = story.timeline.clock(ClockKind.STEP)
    assert step is not None
    assert (step.step, step.started) == (2, at("2026-11-24T09:30"))


@pytest.mark.parametrize(
    ("case_class", "due"),
    [
        ("information", "2026-11-30T16:00"),
        ("aspiration", "2026-11-30T16:00"),
        ("complaint", "2026-12-11T16:30"),
        ("supervisory", "2027-02-22T15:00"),
    ],
)
def test_the_class_limit_runs_from_the_day_the_opd_has_it(case_class: str, due: str) -> None:
    assert at_liaison(case_class=case_class).due(ClockKind.CLASS_LIMIT) == at(due)


def test_the_class_limit_goes_on_at_the_unit_and_ends_with_the_follow_up() -> None:
    story = at_unit()
    clock = story.timeline.desk_clock()
    assert clock is not None
    assert (clock.kind, clock.started) == (ClockKind.CLASS_LIMIT, at("2026-11-23T09:00"))
    story.then(A.FINISH_FOLLOW_UP, Role.UNIT_KERJA, "2026-11-24T09:00", report="selesai")
    assert [(one.kind, one.completed) for one in story.measured] == [(ClockKind.CLASS_LIMIT, True)]
    assert story.due(ClockKind.STEP) == at("2026-11-24T10:00")


def test_a_new_opd_gets_its_own_class_limit_but_the_sixty_days_run_on() -> None:
    story = at_liaison("2026-11-23T09:00")
    story.then(A.REFUSE_OPD, Role.PEJABAT_PENGHUBUNG, "2026-11-30T09:00", reason="bukan kami")
    assert ClockKind.OMBUDSMAN not in story.kinds()
    story.then(A.DISPOSE, Role.ADMIN_INSTANSI, "2026-11-30T09:30", opd=2)
    class_limit, ombudsman = (
        story.timeline.clock(kind) for kind in (ClockKind.CLASS_LIMIT, ClockKind.OMBUDSMAN)
    )
    assert class_limit is not None
    assert ombudsman is not None
    assert class_limit.started == at("2026-11-30T09:30")
    assert ombudsman.started == at("2026-11-23T09:00")


def test_a_corrected_class_changes_the_limit_and_not_its_beginning() -> None:
    story = at_unit(case_class="information")
    story.then(A.CORRECT, Role.ADMIN_INSTANSI, "2026-11-24T09:00", case_class="complaint")
    clock = story.timeline.clock(ClockKind.CLASS_LIMIT)
    assert clock is not None
    assert (clock.started, clock.duration) == (at("2026-11-23T09:00"), Duration(14, "d"))


def test_an_answer_given_at_once_takes_step_6_no_time() -> None:
    story = at_unit()
    story.then(A.ANSWER, Role.UNIT_KERJA, "2026-11-24T09:00", answer="a", report="r")
    step = next(one for one in story.measured if one.kind is ClockKind.STEP)
    assert (step.step, step.minutes, step.late, step.completed) == (6, 0, False, True)


def test_an_answer_sent_back_gets_a_fresh_hour_and_no_second_class_limit() -> None:
    story = at_unit()
    story.then(A.ANSWER, Role.UNIT_KERJA, "2026-11-24T09:00", answer="a", report="r")
    story.then(A.RETURN_ANSWER, Role.ADMIN_INSTANSI, "2026-11-24T09:30", reason="kurang")
    assert story.kinds() == [ClockKind.OMBUDSMAN, ClockKind.STEP]
    assert story.due(ClockKind.STEP) == at("2026-11-24T10:30")


def test_ten_days_of_silence_count_from_the_day_the_answer_was_published() -> None:
    story = at_unit("2026-03-12T09:00")
    story.then(A.ANSWER, Role.UNIT_KERJA, "2026-03-12T10:00", answer="a", report="r")
    story.then(A.REGISTER, Role.ADMIN_INSTANSI, "2026-03-16T09:00", published_on="2026-03-13")
    assert story.due(ClockKind.FEEDBACK) == at("2026-04-06T16:00")
    timer = story.timeline.next_timer()
    assert timer is not None
    assert (timer.action, timer.at) == (A.CLOSE_SILENT, at("2026-04-06T16:00"))
    kinds = [(one.kind, one.completed) for one in story.measured]
    assert kinds == [(ClockKind.OMBUDSMAN, True), (ClockKind.STEP, True)]


def test_an_unsatisfied_citizen_opens_a_round_with_new_limits() -> None:
    story = at_unit("2026-11-02T09:00")
    story.then(A.ANSWER, Role.UNIT_KERJA, "2026-11-03T09:00", answer="a", report="r")
    story.then(A.REGISTER, Role.ADMIN_INSTANSI, "2026-11-03T09:30", published_on="2026-11-03")
    story.then(A.RECORD_FEEDBACK, Role.ADMIN_INSTANSI, "2026-11-09T09:00", satisfied=False)
    assert story.kinds() == [ClockKind.CLASS_LIMIT, ClockKind.OMBUDSMAN]
    assert {clock.started for clock in story.timeline.clocks} == {at("2026-11-09T09:00")}


def test_an_ended_complaint_has_no_clock_and_no_timer() -> None:
    story = Story(S.RECEIVED, "2026-11-23T09:00")
    story.then(A.TRANSFER, Role.ADMIN_NASIONAL, "2026-11-23T10:00", instansi_name="BBPJN")
    assert story.timeline.clocks == ()
    assert story.timeline.desk_clock() is None
    assert story.timeline.next_timer() is None


def test_the_ombudsman_is_warned_of_at_30_45_55_and_59_days_and_told_at_60_once() -> None:
    story = at_liaison("2026-01-05T09:00")
    seen = []
    for _ in range(5):
        timer = story.timeline.next_timer()
        assert timer is not None
        seen.append((timer.action, timer.mark, timer.at.date().isoformat()))
        if timer.action is Record.REMIND:
            story.reminded(timer.clock, timer.mark, timer.at.isoformat()[:16])
        else:
            story.then(Action(timer.action), Role.SYSTEM, timer.at.isoformat()[:16])
    working = [
        day.isoformat()
        for day in (at("2026-01-05T00:00").date() + timedelta(days=n) for n in range(1, 120))
        if CALENDAR.is_working_day(day)
    ]
    assert seen == [
        (Record.REMIND, 30, working[29]),
        (Record.REMIND, 45, working[44]),
        (Record.REMIND, 55, working[54]),
        (Record.REMIND, 59, working[58]),
        (A.ESCALATE, 0, working[59]),
    ]
    assert story.timeline.next_timer() is None
    story.then(A.REFUSE_OPD, Role.PEJABAT_PENGHUBUNG, "2026-06-02T09:00", reason="x")
    story.then(A.DISPOSE, Role.ADMIN_INSTANSI, "2026-06-02T10:00", opd=2)
    assert story.timeline.clock(ClockKind.OMBUDSMAN) is None


def test_completion_is_reminded_of_after_ten_working_days_and_lapses_after_thirty_days() -> None:
    story = Story(S.AWAITING_COMPLETION, "2026-11-20T10:00")
    first = story.timeline.next_timer()
    assert first is not None
    assert (first.action, first.at) == (Record.REMIND, at("2026-12-04T16:30"))
    story.reminded(ClockKind.COMPLETION, 10, "2026-12-04T16:30")
    second = story.timeline.next_timer()
    assert second is not None
    # the thirtieth day, 20 December, is a Sunday: the portal acts when the office is open
    assert (second.action, second.at) == (A.LAPSE, at("2026-12-21T16:00"))


def test_a_complaint_that_arrives_incomplete_waits_with_step_2_standing_still() -> None:
    story = Story(S.AWAITING_COMPLETION, "2026-11-20T10:00")
    assert story.due(ClockKind.STEP) is None
    desk_clock = story.timeline.desk_clock()
    assert desk_clock is not None
    assert desk_clock.kind is ClockKind.COMPLETION
    story.then(A.RECORD_COMPLETION, Role.ADMIN_NASIONAL, "2026-11-24T10:00", text="lengkap")
    assert story.timeline.state.status is S.RECEIVED
    assert ClockKind.COMPLETION not in story.kinds()
    completion = next(one for one in story.measured if one.kind is ClockKind.COMPLETION)
    assert completion.completed


def test_a_new_version_of_the_sop_measures_only_what_begins_under_it() -> None:
    quicker = Procedure(
        valid_from=at("2026-12-01T00:00").date(),
        standards={**Procedure().standards, 2: Duration(1, "h")},
        class_days={**Procedure().class_days, CaseClass.COMPLAINT: 7},
    )
    both = Procedures((Procedure(), quicker))
    old = Story(S.RECEIVED, "2026-11-30T15:30")
    old.procedures = both
    assert old.due(ClockKind.STEP) == at("2026-12-01T16:00")
    new = Story(S.RECEIVED, "2026-12-01T08:00")
    new.procedures = both
    assert new.due(ClockKind.STEP) == at("2026-12-01T09:00")
    assert both.at(at("2020-01-01T00:00")).valid_from == Procedure().valid_from


def test_a_clock_explains_what_counted_and_what_did_not() -> None:
    clock = Clock(
        ClockKind.STEP,
        at("2026-11-23T15:30"),
        Duration(1, "h"),
        4,
        ((at("2026-11-23T15:40"), at("2026-11-24T08:00")),),
    )
    due = clock.due(CALENDAR)
    assert due == at("2026-11-24T08:50")
    spans = clock.explain(at("2026-11-24T08:50"), CALENDAR)
    assert sum((span.counted for span in spans), timedelta()) == timedelta(hours=1)
    assert any("Jeda" in span.reason for span in spans)
    assert clock.kind.label == "Standar waktu SOP"
