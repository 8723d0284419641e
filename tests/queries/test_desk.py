"""Which statuses are whose work, and what is done first in each."""

from dataclasses import replace

import pytest

from portal.queries.desk import ELSEWHERE, OWN, QUIET, first_action, own_sections, sections
from portal.sop.procedure import DESKS, Procedure, Role
from portal.sop.vocabulary import Action, Status
from portal.sop.workflow import State, available, desk_of

PROCEDURE = Procedure()


def parts(role: Role, manner: str, procedure: Procedure = PROCEDURE) -> list[Status]:
    return [part.status for part in sections(role, procedure) if part.manner == manner]


def test_each_open_status_is_the_work_of_the_desk_that_holds_it() -> None:
    for role in DESKS:
        for status in parts(role, OWN):
            assert desk_of(State(status), PROCEDURE) is role
    everybodys = [status for role in DESKS for status in parts(role, OWN)]
    assert sorted(everybodys) == sorted(status for status in Status if status.step)


def test_work_stands_in_the_order_of_the_sop() -> None:
    assert parts(Role.ADMIN_INSTANSI, OWN) == [
        Status.WITH_INSTANSI,
        Status.VERIFIED,
        Status.ANSWERED,
    ]


def test_what_waits_for_the_citizen_stands_last_at_the_desk_that_asked() -> None:
    last = sections(Role.ADMIN_NASIONAL, PROCEDURE)[-1]
    assert (last.status, last.asked_at) == (
        Status.AWAITING_COMPLETION,
        (Status.RECEIVED, Status.RETURNED),
    )
    assert parts(Role.ADMIN_INSTANSI, QUIET) == [
        Status.AWAITING_COMPLETION,
        Status.AWAITING_FEEDBACK,
    ]
    assert parts(Role.UNIT_KERJA, QUIET) == []


def test_who_handed_a_complaint_on_watches_where_it_lies() -> None:
    assert parts(Role.ADMIN_INSTANSI, ELSEWHERE) == [Status.WITH_LIAISON, Status.WITH_UNIT]
    assert parts(Role.PEJABAT_PENGHUBUNG, ELSEWHERE) == [Status.WITH_UNIT]


def test_the_kepala_dinas_has_no_work_and_sees_every_open_status() -> None:
    assert own_sections(Role.KEPALA_DINAS, PROCEDURE) == ()
    assert parts(Role.KEPALA_DINAS, ELSEWHERE) == [
        status for status in Status if not status.is_final
    ]


def test_a_version_of_the_sop_that_gives_a_step_to_another_desk_moves_its_work() -> None:
    actors = {**PROCEDURE.actors, 7: Role.PEJABAT_PENGHUBUNG}
    moved = replace(PROCEDURE, actors=actors)
    assert Status.ANSWERED in parts(Role.PEJABAT_PENGHUBUNG, OWN, moved)
    assert Status.ANSWERED not in parts(Role.ADMIN_INSTANSI, OWN, moved)


@pytest.mark.parametrize("status", [status for status in Status if not status.is_final])
def test_what_is_done_first_is_something_that_the_desk_may_do(status: Status) -> None:
    resume_to = Status.RECEIVED if status is Status.AWAITING_COMPLETION else None
    for acknowledged in (False, True):
        for reported in (False, True):
            state = State(status, resume_to=resume_to, acknowledged=acknowledged, reported=reported)
            desk = desk_of(state, PROCEDURE)
            assert desk is not None
            action = first_action(status, acknowledged=acknowledged, reported=reported)
            assert action in [row.action for row in available(state, desk, PROCEDURE)]


def test_nothing_is_first_once_it_has_ended() -> None:
    assert first_action(Status.CLOSED, acknowledged=True, reported=True) is None


def test_a_liaison_first_gives_the_receipt_and_a_unit_that_reported_answers() -> None:
    assert first_action(Status.WITH_LIAISON, acknowledged=False, reported=False) is (
        Action.ACKNOWLEDGE
    )
    assert first_action(Status.WITH_LIAISON, acknowledged=True, reported=False) is Action.HAND_OVER
    assert first_action(Status.WITH_UNIT, acknowledged=True, reported=True) is Action.ANSWER
