"""The table of transitions against the specification, row by row, and against itself."""

from datetime import datetime

import pytest

from portal.sop.asks import ASKS
from portal.sop.office_time import ZONE
from portal.sop.procedure import STEPS, CaseClass, Procedure, Role
from portal.sop.vocabulary import Action, Record, Status
from portal.sop.workflow import (
    TRANSITIONS,
    Decision,
    Event,
    NotAllowedNow,
    NotYours,
    State,
    available,
    decide,
    desk_of,
    row_for,
    rows_for,
    state_of,
)

SOP = Procedure()
MOMENT = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)

# The specification, written out a second time: action | roles | from | to | completes.
SPECIFICATION = """\
receive | admin_nasional | arrived | received | 1
request_completion | admin_nasional | received returned | awaiting_completion |
request_completion | admin_instansi | with_instansi | awaiting_completion |
record_completion | admin_nasional admin_instansi | awaiting_completion | \
received returned with_instansi |
lapse | system | awaiting_completion | not_followed_up | 2 3
dismiss | admin_nasional | received returned | not_followed_up | 2
dismiss | admin_instansi | with_instansi | not_followed_up | 3
forward | admin_nasional | received returned | with_instansi | 2
transfer | admin_nasional | received returned | transferred | 2
verify | admin_instansi | with_instansi | verified | 3
send_back | admin_instansi | with_instansi verified | returned | 3
dispose | admin_instansi | verified | with_liaison | 4
refuse_opd | pejabat_penghubung | with_liaison | verified |
acknowledge | pejabat_penghubung | with_liaison | |
hand_over | pejabat_penghubung | with_liaison | with_unit | 5
refuse_unit | unit_kerja | with_unit | with_liaison |
record_progress | unit_kerja pejabat_penghubung | with_unit | |
finish_follow_up | unit_kerja | with_unit | |
answer | unit_kerja pejabat_penghubung | with_unit | answered | 6
return_answer | admin_instansi | answered | with_unit |
register | admin_instansi | answered | awaiting_feedback | 7
record_feedback | admin_instansi | awaiting_feedback closed | closed with_unit |
close_silent | system | awaiting_feedback | closed |
escalate | system | with_liaison with_unit | |
correct | admin_instansi | * | |
disclose | pejabat_penghubung | with_liaison | |
disclose | unit_kerja | with_unit | |
anonymise | admin_instansi system | closed not_followed_up transferred | |
"""


def specified() -> list[tuple[str, ...]]:
    lines = SPECIFICATION.strip().splitlines()
    return [tuple(cell.strip() for cell in line.split("|")) for line in lines]


def allowed(action: Action, status: Status, role: Role) -> bool:
    """Whether the specification lets `role` do `action` in `status`."""
    return any(
        action == name and role in roles.split() and (status in sources.split() or sources == "*")
        for name, roles, sources, _, _ in specified()
    )


def state_in(status: Status) -> State:
    resume_to = Status.RECEIVED if status is Status.AWAITING_COMPLETION else None
    return State(status, resume_to=resume_to, unit_id=1, opd_id=1)


def decide_for(
    state: State,
    action: Action,
    role: Role,
    procedure: Procedure,
    details: dict[str, object] | None = None,
) -> Decision:
    return decide(row_for(state, action, role, procedure), state, details or {})


def test_the_table_says_what_the_specification_says() -> None:
    written = [
        (
            row.action.value,
            " ".join(row.roles),
            "*" if len(row.sources) == len(Status) else " ".join(row.sources),
            " ".join(row.to),
            " ".join(map(str, row.completes)),
        )
        for row in TRANSITIONS
    ]
    assert written == specified()


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("action", list(Action))
def test_every_action_is_allowed_or_refused_in_every_status_for_every_actor(
    action: Action, status: Status
) -> None:
    state = state_in(status)
    for role in Role:
        offered_now = action in offered(state, role)
        assert offered_now is allowed(action, status, role)
        if offered_now:
            decision = decide_for(state, action, role, SOP, {"satisfied": True})
            row = row_for(state, action, role, SOP)
            assert decision.target in (*row.to, status)
            continue
        with pytest.raises((NotAllowedNow, NotYours)) as refusal:
            decide_for(state, action, role, SOP)
        desk = desk_of(state, SOP)
        assert action.label in str(refusal.value)
        assert desk is None or desk.label in str(refusal.value)


def test_every_action_has_a_row_and_every_question_an_action() -> None:
    assert {row.action for row in TRANSITIONS} == set(Action)
    assert set(ASKS) <= {action.value for action in Action}
    assert all(rows_for(action) for action in Action)


def test_every_action_and_record_has_its_words() -> None:
    assert all(action.label and action.done for action in Action)
    assert all(record.done for record in Record)
    assert all(bool(status.clock) is not status.is_final for status in Status)
    assert {row.action for row in TRANSITIONS if row.asks} == {Action(name) for name in ASKS}
    assert len({action.slug for action in Action}) == len(Action)


def test_every_open_status_lies_at_a_desk_that_can_move_it_on() -> None:
    for status in Status:
        state = state_in(status)
        desk = desk_of(state, SOP)
        moves = [row for row in available(state, desk, SOP) if row.to] if desk else []
        assert bool(moves) is not status.is_final


def test_a_refusal_names_the_desk_and_what_it_may_do() -> None:
    state = state_in(Status.WITH_UNIT)
    with pytest.raises(NotYours, match=r"bukan tugas Admin Instansi.*meja Unit Kerja.*tanggapan"):
        decide_for(state, Action.ANSWER, Role.ADMIN_INSTANSI, SOP)
    with pytest.raises(NotAllowedNow, match="tidak dapat dilakukan sekarang"):
        decide_for(state, Action.DISPOSE, Role.ADMIN_INSTANSI, SOP)
    with pytest.raises(NotAllowedNow, match="sudah berakhir"):
        decide_for(state_in(Status.TRANSFERRED), Action.FORWARD, Role.ADMIN_NASIONAL, SOP)


def test_completion_returns_to_the_desk_that_asked() -> None:
    for origin in (Status.RECEIVED, Status.RETURNED, Status.WITH_INSTANSI):
        state = State(Status.AWAITING_COMPLETION, resume_to=origin)
        decision = decide_for(state, Action.RECORD_COMPLETION, Role.ADMIN_NASIONAL, SOP)
        assert decision.target is origin
        assert desk_of(state, SOP) is SOP.actors[origin.step or 0]


def test_lapse_completes_the_step_that_the_complaint_came_from() -> None:
    for origin, step in ((Status.RETURNED, 2), (Status.WITH_INSTANSI, 3)):
        state = State(Status.AWAITING_COMPLETION, resume_to=origin)
        assert decide_for(state, Action.LAPSE, Role.SYSTEM, SOP).completes == step


def test_sending_back_completes_step_3_only_where_step_3_was_under_way() -> None:
    for status, completes in ((Status.WITH_INSTANSI, 3), (Status.VERIFIED, None)):
        decision = decide_for(State(status), Action.SEND_BACK, Role.ADMIN_INSTANSI, SOP)
        assert decision.completes == completes


def test_feedback_closes_or_reopens_by_the_citizens_word() -> None:
    for satisfied, target in ((True, Status.CLOSED), (False, Status.WITH_UNIT)):
        state = State(Status.AWAITING_FEEDBACK)
        decision = decide_for(
            state, Action.RECORD_FEEDBACK, Role.ADMIN_INSTANSI, SOP, {"satisfied": satisfied}
        )
        assert decision.target is target


def test_what_is_done_once_is_not_offered_again() -> None:
    finished = State(Status.WITH_UNIT, reported=True)
    assert Action.FINISH_FOLLOW_UP not in offered(finished, Role.UNIT_KERJA)
    received = State(Status.WITH_LIAISON, acknowledged=True)
    assert Action.ACKNOWLEDGE not in offered(received, Role.PEJABAT_PENGHUBUNG)
    assert Action.REFUSE_UNIT not in offered(finished, Role.UNIT_KERJA)
    escalated = State(Status.WITH_UNIT, escalated=True)
    assert Action.ESCALATE not in offered(escalated, Role.SYSTEM)


def offered(state: State, role: Role) -> set[Action]:
    return {row.action for row in available(state, role, SOP)}


def test_a_version_that_gives_a_step_to_another_actor_moves_its_actions() -> None:
    moved = Procedure(actors={**SOP.actors, 7: Role.PEJABAT_PENGHUBUNG})
    state = State(Status.ANSWERED)
    assert desk_of(state, moved) is Role.PEJABAT_PENGHUBUNG
    assert decide_for(state, Action.REGISTER, Role.PEJABAT_PENGHUBUNG, moved).completes == 7
    with pytest.raises(NotYours):
        decide_for(state, Action.REGISTER, Role.ADMIN_INSTANSI, moved)


def test_a_closed_complaint_names_who_may_still_hear_the_citizen() -> None:
    with pytest.raises(NotYours, match="melainkan tugas Admin Instansi"):
        decide_for(State(Status.CLOSED), Action.RECORD_FEEDBACK, Role.UNIT_KERJA, SOP)


def test_corrections_stay_with_the_admin_instansi_whatever_a_version_moves() -> None:
    moved = Procedure(actors={**SOP.actors, 7: Role.PEJABAT_PENGHUBUNG})
    rows = available(State(Status.ANSWERED), Role.ADMIN_INSTANSI, moved)
    assert [row.action for row in rows] == [Action.CORRECT]


def test_a_history_must_begin_with_an_arrival() -> None:
    with pytest.raises(ValueError, match="arrival"):
        state_of([])
    with pytest.raises(ValueError, match="arrival"):
        state_of([Event(Action.RECEIVE, Status.ARRIVED, Status.RECEIVED, MOMENT)])


def test_the_steps_are_the_sops_seven_with_its_standards() -> None:
    assert [(step.no, str(step.standard)) for step in STEPS] == [
        (1, "15m"),
        (2, "1d"),
        (3, "1d"),
        (4, "1h"),
        (5, "1d"),
        (6, "1h"),
        (7, "1h"),
    ]


def test_replaying_a_history_follows_the_complaint_from_desk_to_desk() -> None:
    def event(
        action: Action | Record, source: Status | None, target: Status, **details: object
    ) -> Event:
        return Event(action, source, target, MOMENT, details)

    s, a = Status, Action
    story = [
        event(Record.ARRIVE, None, s.ARRIVED, instansi=1, case_class="aspiration"),
        event(a.RECEIVE, s.ARRIVED, s.RECEIVED),
        event(a.FORWARD, s.RECEIVED, s.WITH_INSTANSI, instansi=1),
        event(a.REQUEST_COMPLETION, s.WITH_INSTANSI, s.AWAITING_COMPLETION),
        event(a.RECORD_COMPLETION, s.AWAITING_COMPLETION, s.WITH_INSTANSI),
        event(a.VERIFY, s.WITH_INSTANSI, s.VERIFIED, case_class="supervisory"),
        event(a.DISPOSE, s.VERIFIED, s.WITH_LIAISON, opd=7),
        event(a.REFUSE_OPD, s.WITH_LIAISON, s.VERIFIED),
        event(a.DISPOSE, s.VERIFIED, s.WITH_LIAISON, opd=8),
        event(a.ACKNOWLEDGE, s.WITH_LIAISON, s.WITH_LIAISON),
        event(a.HAND_OVER, s.WITH_LIAISON, s.WITH_UNIT, unit=80),
        event(a.REFUSE_UNIT, s.WITH_UNIT, s.WITH_LIAISON),
        event(a.HAND_OVER, s.WITH_LIAISON, s.WITH_UNIT, unit=81),
        event(a.ESCALATE, s.WITH_UNIT, s.WITH_UNIT),
        event(a.FINISH_FOLLOW_UP, s.WITH_UNIT, s.WITH_UNIT),
        event(a.ANSWER, s.WITH_UNIT, s.ANSWERED),
        event(a.RETURN_ANSWER, s.ANSWERED, s.WITH_UNIT),
        event(a.ANSWER, s.WITH_UNIT, s.ANSWERED),
        event(a.REGISTER, s.ANSWERED, s.AWAITING_FEEDBACK, published_on="2026-11-23"),
        event(a.CLOSE_SILENT, s.AWAITING_FEEDBACK, s.CLOSED),
    ]
    state = state_of(story)
    assert state == State(
        status=s.CLOSED,
        instansi_id=1,
        opd_id=8,
        unit_id=81,
        disposed_at=MOMENT,
        reported=True,
        acknowledged=True,
        escalated=True,
        sent_back=3,
        case_class=CaseClass.SUPERVISORY,
        closed_silently=True,
    )
    reopened = state_of([*story, event(a.RECORD_FEEDBACK, s.CLOSED, s.WITH_UNIT, satisfied=False)])
    assert (reopened.status, reopened.reported, reopened.unit_id) == (s.WITH_UNIT, False, 81)
    assert not reopened.closed_silently
