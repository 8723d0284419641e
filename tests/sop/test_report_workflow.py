"""The table of a report's life: who may do what, in which state, and where it leads."""

from datetime import date, datetime

import pytest

from portal.sop.office_time import ZONE
from portal.sop.procedure import Role
from portal.sop.report_workflow import (
    REPORT_TRANSITIONS,
    MonthNotOver,
    ReportAction,
    ReportRefused,
    ReportState,
    apply_action,
    available_actions,
    check_over,
    is_over,
)

S, A = ReportState, ReportAction
WRITING = {A.COMPUTE: None, A.WRITE: None, A.SUBMIT: S.SUBMITTED}
# What each desk may do in each state, and where that leads (None: it stays).
ALLOWED: dict[tuple[ReportState, Role], dict[ReportAction, ReportState | None]] = {
    (S.DRAFT, Role.ADMIN_INSTANSI): WRITING,
    (S.RETURNED, Role.ADMIN_INSTANSI): WRITING,
    (S.SUBMITTED, Role.KEPALA_DINAS): {A.RETURN: S.RETURNED, A.APPROVE: S.APPROVED},
    (S.APPROVED, Role.ADMIN_INSTANSI): {
        A.ATTACH_SIGNED: None,
        A.ATTACH_SCAN: None,
        A.ARCHIVE: S.ARCHIVED,
    },
    (S.APPROVED, Role.KEPALA_DINAS): {A.SIGN: None, A.ATTACH_SIGNED: None, A.ATTACH_SCAN: None},
    (S.ARCHIVED, Role.ADMIN_INSTANSI): {A.ATTACH_SIGNED: None, A.ATTACH_SCAN: None},
    (S.ARCHIVED, Role.KEPALA_DINAS): {A.SIGN: None, A.ATTACH_SIGNED: None, A.ATTACH_SCAN: None},
}


@pytest.mark.parametrize("state", S)
@pytest.mark.parametrize("role", Role)
def test_every_desk_may_in_every_state_what_the_table_says_and_nothing_else(
    state: ReportState, role: Role
) -> None:
    allowed = ALLOWED.get((state, role), {})
    assert set(available_actions(state, role)) == set(allowed)
    for action in A:
        if action in allowed:
            assert apply_action(state, action, role) is (allowed[action] or state)
        else:
            with pytest.raises(ReportRefused):
                apply_action(state, action, role)


def test_whoever_makes_a_report_does_not_approve_it() -> None:
    approvers = {
        role for row in REPORT_TRANSITIONS if row.action is A.APPROVE for role in row.roles
    }
    submitters = {
        role for row in REPORT_TRANSITIONS if row.action is A.SUBMIT for role in row.roles
    }
    assert not approvers & submitters


def test_no_way_leads_out_of_an_approved_report() -> None:
    for row in REPORT_TRANSITIONS:
        if any(source.is_sealed for source in row.sources):
            assert row.target is None or row.target.is_sealed


def test_a_refusal_names_whose_task_it_is() -> None:
    with pytest.raises(ReportRefused, match="melainkan tugas Kepala Dinas"):
        apply_action(S.SUBMITTED, A.APPROVE, Role.ADMIN_INSTANSI)


def test_a_refusal_names_the_state_that_stands_in_the_way() -> None:
    with pytest.raises(ReportRefused, match="laporan ini Disetujui"):
        apply_action(S.APPROVED, A.SUBMIT, Role.ADMIN_INSTANSI)


def test_every_state_and_action_has_its_words() -> None:
    assert all(state.label for state in S)
    assert all(action.label and action.done for action in A)


@pytest.mark.parametrize(
    ("moment", "over"),
    [
        (datetime(2026, 9, 30, 23, 59, tzinfo=ZONE), False),
        (datetime(2026, 10, 1, 0, 0, tzinfo=ZONE), True),
        (datetime(2027, 1, 1, 0, 0, tzinfo=ZONE), True),
        (datetime(2026, 8, 31, 23, 0, tzinfo=ZONE), False),
    ],
)
def test_a_month_is_over_when_the_next_begins_in_jakarta(moment: datetime, over: bool) -> None:
    assert is_over(date(2026, 9, 1), moment) is over


def test_only_a_month_that_is_over_passes_the_check() -> None:
    check_over(date(2026, 9, 1), datetime(2026, 10, 1, tzinfo=ZONE))
    with pytest.raises(MonthNotOver):
        check_over(date(2026, 9, 1), datetime(2026, 9, 30, tzinfo=ZONE))
