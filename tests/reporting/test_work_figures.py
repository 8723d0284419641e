"""How the steps were kept and what each OPD did, told by single complaints."""

from typing import Any

import pytest

from portal.reporting.counting import nearest_rank
from portal.sop.vocabulary import Action, Status
from tests.reporting.histories import Teller, answered, at, at_liaison, at_unit, figures

A, S = Action, Status

# -- steps -------------------------------------------------------------------------------------


def test_a_step_counts_in_the_month_in_which_it_was_completed() -> None:
    told = Teller(1, S.ARRIVED, at("2026-01-30T16:20")).then(A.RECEIVE, "2026-02-02T07:36")
    assert figures("2026-01", told).steps[0].done_passages == 0
    step = figures("2026-02", told).steps[0]
    assert (step.on_time.ids, step.late.ids, step.median_minutes) == ((), (1,), 16)
    assert (step.share_on_time, step.done.ids) == (0.0, (1,))


def test_a_complaint_that_comes_back_passes_the_step_again() -> None:
    told = Teller(1, S.WITH_INSTANSI, at("2026-01-05T09:00"))
    told.then(A.SEND_BACK, "2026-01-05T10:00").then(A.FORWARD, "2026-01-05T11:00")
    told.then(A.VERIFY, "2026-01-09T09:00")
    found = figures("2026-01", told)
    second, third = found.steps[1:3]
    assert (second.done_passages, second.on_time.ids) == (1, (1,))
    assert (third.on_time_passages, third.late_passages) == (1, 1)
    assert third.on_time.ids == third.late.ids == third.done.ids == (1,)
    assert third.share_on_time == 0.5
    assert found.share_on_time == 2 / 3


def test_a_passage_that_ends_without_completing_the_step_is_not_counted() -> None:
    refused = at_liaison().then(A.REFUSE_OPD, "2026-01-05T10:00")
    assert figures("2026-01", refused).steps[4].done_passages == 0


def test_the_pause_for_the_citizen_is_left_out_of_a_steps_time() -> None:
    told = Teller(1, S.ARRIVED, at("2026-01-05T09:00")).then(A.RECEIVE, "2026-01-05T09:00")
    told.then(A.REQUEST_COMPLETION, "2026-01-05T09:30")
    told.then(A.RECORD_COMPLETION, "2026-01-20T09:00").then(A.FORWARD, "2026-01-20T09:20")
    step = figures("2026-01", told).steps[1]
    assert (step.median_minutes, step.on_time.ids) == (50, (1,))


@pytest.mark.parametrize(
    ("values", "median", "p90"),
    [
        ([], None, None),
        ([7], 7, 7),
        ([1, 2], 1, 2),
        ([1, 2, 3], 2, 3),
        ([1, 2, 3, 4], 2, 4),
        (list(range(1, 11)), 5, 9),
        (list(range(1, 12)), 6, 10),
        (list(range(1, 101)), 50, 90),
    ],
)
def test_median_and_ninetieth_percentile_are_times_that_were_measured(
    values: list[int], median: int | None, p90: int | None
) -> None:
    assert (nearest_rank(values, 50), nearest_rank(values, 90)) == (median, p90)


# -- offices -----------------------------------------------------------------------------------


def test_an_opd_is_told_what_it_got_what_it_did_and_what_it_has() -> None:
    done = answered(id=1)
    waiting = at_liaison("2026-01-20T09:00", id=2)
    refused = at_liaison(id=3).then(A.REFUSE_OPD, "2026-01-12T09:00")
    given = at_unit("2026-01-06T09:00", opd=3, id=4)
    dishub, dinkes = sorted(figures("2026-01", done, waiting, refused, given).offices, key=_id)[
        ::-1
    ]
    assert (dishub.id, dishub.name) == (6, "Dinas Perhubungan")
    assert dishub.received.ids == (1, 2, 3)
    assert dishub.open.ids == dishub.without_receipt.ids == (2,)
    assert dishub.answered.ids == (1,)
    assert dishub.sent_back.ids == (3,)
    assert dishub.oldest_open_days == 8  # 21 to 30 January 2026
    assert [(step.no, step.done.ids) for step in dishub.steps] == [(5, (1,)), (6, (1,))]
    assert (dishub.on_time.ids, dishub.late.ids, dishub.share_on_time) == ((1,), (), 1.0)
    assert (dinkes.open.ids, dinkes.without_receipt.ids) == ((4,), ())


def _id(office: Any) -> int:
    return int(office.id)


def test_a_receipt_or_a_hand_over_says_that_the_opd_has_it() -> None:
    receipt = at_liaison(id=1).then(A.ACKNOWLEDGE, "2026-01-06T09:00")
    refused = at_unit(id=2).then(A.REFUSE_UNIT, "2026-01-07T09:00")
    (office,) = figures("2026-01", receipt, refused).offices
    assert (office.open.ids, office.without_receipt.ids) == ((1, 2), ())
    assert office.sent_back.ids == (2,)


def test_what_the_import_brought_later_was_not_handed_over_yet() -> None:
    late = Teller(1, S.WITH_LIAISON, at("2025-12-20T10:00"), at("2026-01-05T09:00"))
    (december,), (january,) = figures("2025-12", late).offices, figures("2026-01", late).offices
    assert (december.received.ids, december.without_receipt.ids) == ((1,), ())
    assert (january.received.ids, january.without_receipt.ids) == ((), (1,))


def test_an_answer_sent_back_and_a_reopened_complaint_are_the_opds_too() -> None:
    told = answered().then(A.RETURN_ANSWER, "2026-01-06T09:00").then(A.ANSWER, "2026-01-07T09:00")
    told.then(A.REGISTER, "2026-01-07T10:00")
    told.then(A.RECORD_FEEDBACK, "2026-02-02T09:00", satisfied=False)
    (january,), (february,) = figures("2026-01", told).offices, figures("2026-02", told).offices
    assert (january.sent_back.ids, january.answered.ids) == ((1,), (1,))
    assert (january.on_time.ids, january.late.ids) == ((1,), (1,))
    assert (february.received.ids, february.open.ids) == ((1,), (1,))
    assert february.oldest_open_days == 17  # from the citizen's word on


def test_an_opd_with_nothing_to_count_is_left_out() -> None:
    told = answered("2026-01-30T09:00").then(A.REGISTER, "2026-02-02T09:00")
    assert [office.id for office in figures("2026-01", told).offices] == [6]
    assert figures("2026-02", told).steps[6].done.ids == (1,)
    assert figures("2026-02", told).offices == ()


def test_what_was_closed_at_lapor_with_an_opd_is_not_measured_there() -> None:
    closed = Teller(1, S.CLOSED, at("2026-01-05T09:00"), opd=26)
    (office,) = figures("2026-01", closed).offices
    assert (office.name, office.received.ids) == ("RSUD dr. Sayidiman", ())
    assert [step.not_measured.ids for step in office.steps] == [(1,), (1,)]
    assert (office.on_time.n, office.late.n, office.share_on_time) == (0, 0, None)


def test_in_a_month_that_is_not_over_the_oldest_is_as_old_as_today() -> None:
    now = at("2026-01-07T12:00")
    (office,) = figures("2026-01", at_liaison("2026-01-05T09:00"), now=now).offices
    assert office.oldest_open_days == 2
