"""Changing the calendar: what moves, what is shown before, what stays as it was measured."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.answers import Invalid
from portal.cases.calendar_changes import (
    Change,
    DeclareDay,
    ForgetDay,
    SetHours,
    WithdrawHours,
    hours_form,
    preview,
    ramadan_periods,
    read_day,
    read_forgotten_day,
    read_hours,
    read_ramadan,
    read_withdrawn_hours,
    save,
)
from portal.cases.record import cached_values, history_of, timeline_of
from portal.cases.rules import Rules, load_rules
from portal.models import Complaint, Entry, SpecialDay
from portal.sop.clocks import ClockKind
from portal.sop.office_time import DEFAULT_WEEKS, ZONE
from portal.sop.vocabulary import Action, Status
from tests.conftest import MONDAY
from tests.stories import do

TUESDAY = date(2026, 11, 24)
OFF = DeclareDay(TUESDAY, "Libur setempat", working=False)
Make = Callable[..., Complaint]


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def agrees(session: Session, complaint: Complaint) -> bool:
    rules = load_rules(session)
    expected = cached_values(timeline_of(history_of(session, complaint), rules), rules)
    return all(getattr(complaint, column) == value for column, value in expected.items())


def test_the_preview_shows_the_deadlines_that_move_and_writes_nothing(
    session: Session, make_complaint: Make
) -> None:
    complaint = make_complaint(Status.WITH_INSTANSI)
    moves = preview(session, OFF)
    assert [(move.tracking_id, move.old, move.new) for move in moves] == [
        (complaint.tracking_id, local(24, 16), local(25, 16))
    ]
    assert complaint.due_at == local(24, 16)
    assert session.scalars(select(SpecialDay)).all() == []
    assert load_rules(session).calendar.is_working_day(TUESDAY)


def test_every_clock_that_is_shown_is_in_the_preview(
    session: Session, make_complaint: Make
) -> None:
    make_complaint(Status.WITH_LIAISON)
    kinds = {move.clock.kind for move in preview(session, OFF)}
    assert kinds == {ClockKind.STEP, ClockKind.CLASS_LIMIT, ClockKind.OMBUDSMAN}


def test_saving_moves_what_the_preview_showed(session: Session, make_complaint: Make) -> None:
    complaints = [make_complaint(status) for status in (Status.WITH_INSTANSI, Status.WITH_LIAISON)]
    expected = len(preview(session, OFF))
    woken = complaints[1].wake_at
    assert save(session, OFF) == expected
    assert complaints[0].due_at == local(25, 16)
    assert woken is not None
    assert complaints[1].wake_at is not None
    assert complaints[1].wake_at > woken
    assert all(agrees(session, complaint) for complaint in complaints)


def test_a_deadline_before_the_day_off_stays(session: Session, make_complaint: Make) -> None:
    complaint = make_complaint(Status.ARRIVED)
    assert preview(session, OFF) == []
    assert save(session, OFF) == 0
    assert complaint.due_at == MONDAY + timedelta(minutes=15)


def test_what_is_past_stays_as_it_was_measured(
    session: Session, make_complaint: Make, cast: SimpleNamespace, rules: Rules, tmp_path: Path
) -> None:
    complaint = make_complaint(Status.WITH_INSTANSI)
    later = local(25, 9)
    do(session, cast, tmp_path, complaint, "instansi", Action.VERIFY, later)
    before = [(entry.measured, entry.hash) for entry in history_of(session, complaint)]
    assert before[-1][0][0]["late"]
    save(session, OFF)
    session.expire_all()
    assert [(entry.measured, entry.hash) for entry in history_of(session, complaint)] == before
    assert agrees(session, complaint)


def test_a_complaint_that_has_ended_is_left_alone(session: Session, make_complaint: Make) -> None:
    make_complaint(Status.CLOSED)
    assert preview(session, OFF) == []
    assert save(session, OFF) == 0


def test_taking_the_day_back_moves_everything_back(session: Session, make_complaint: Make) -> None:
    complaint = make_complaint(Status.WITH_INSTANSI)
    save(session, OFF)
    assert save(session, ForgetDay(TUESDAY)) == 1
    assert complaint.due_at == local(24, 16)


def test_a_cancelled_holiday_moves_deadlines_forward(
    session: Session, make_complaint: Make
) -> None:
    complaint = make_complaint(Status.WITH_INSTANSI)
    save(session, OFF)
    assert complaint.due_at == local(25, 16)
    save(session, DeclareDay(TUESDAY, "Libur dibatalkan", working=True))
    assert complaint.due_at == local(24, 16)


def test_other_office_hours_move_deadlines_and_may_be_withdrawn_before_they_begin(
    session: Session, make_complaint: Make
) -> None:
    complaint = make_complaint(Status.WITH_INSTANSI)
    raw = hours_form(DEFAULT_WEEKS[0]) | {"valid_from": "2026-11-24", "mon_thu_closes": "15:00"}
    change = read_hours(raw, MONDAY)
    assert [move.new for move in preview(session, change)] == [local(24, 15)]
    save(session, change)
    assert complaint.due_at == local(24, 15)
    save(session, read_withdrawn_hours({"valid_from": "2026-11-24"}, MONDAY))
    assert complaint.due_at == local(24, 16)


def test_a_ramadan_that_begins_elsewhere_replaces_the_one_foreseen_for_the_year(
    session: Session,
) -> None:
    change = read_ramadan(
        {"first_day": "2027-02-09", "last_day": "2027-03-09"}, ramadan_periods(session), MONDAY
    )
    save(session, change)
    assert ramadan_periods(session)[-1] == (date(2027, 2, 9), date(2027, 3, 9))
    calendar = load_rules(session).calendar
    assert calendar.day(date(2027, 2, 8)).reason != "Ramadan"
    assert calendar.day(date(2027, 2, 9)).reason == "Ramadan"


def test_a_ramadan_that_has_begun_may_only_change_its_end(session: Session) -> None:
    known = ramadan_periods(session)
    during = datetime(2026, 3, 18, 9, tzinfo=ZONE)
    change = read_ramadan({"first_day": "2026-02-19", "last_day": "2026-03-19"}, known, during)
    assert change.last_day == date(2026, 3, 19)
    with pytest.raises(Invalid) as refused:
        read_ramadan({"first_day": "2026-02-18", "last_day": "2026-03-19"}, known, during)
    assert set(refused.value.errors) == {"first_day"}


def test_a_thousand_open_complaints_are_reckoned_in_one_pass(
    session: Session, make_complaint: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.cases.calendar_changes._BATCH", 3)
    complaints = [make_complaint(Status.WITH_INSTANSI) for _ in range(7)]
    assert len(preview(session, OFF)) == 7
    assert save(session, OFF) == 7
    assert all(complaint.due_at == local(25, 16) for complaint in complaints)


def test_the_preview_begins_with_the_earliest_deadline(
    session: Session, make_complaint: Make
) -> None:
    make_complaint(Status.WITH_LIAISON)
    make_complaint(Status.WITH_INSTANSI)
    old = [move.old for move in preview(session, OFF)]
    assert old == sorted(old)


def test_the_history_gets_no_entry(session: Session, make_complaint: Make) -> None:
    make_complaint(Status.WITH_INSTANSI)
    save(session, OFF)
    assert len(session.scalars(select(Entry)).all()) == 1


# -- reading the forms


def refused(read: Callable[[], Change]) -> set[str]:
    with pytest.raises(Invalid) as answer:
        read()
    return set(answer.value.errors)


def test_a_day_off_may_be_declared_late_but_not_cancelled_late() -> None:
    raw = {"day": "2026-11-20", "name": "Banjir", "kind": "off"}
    assert read_day(raw, MONDAY) == DeclareDay(date(2026, 11, 20), "Banjir", working=False)
    assert refused(lambda: read_day(raw | {"kind": "working"}, MONDAY)) == {"day"}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"day": ""}, "day"),
        ({"day": "2026-13-01"}, "day"),
        ({"name": ""}, "name"),
        ({"kind": ""}, "kind"),
    ],
)
def test_a_wrong_day_is_refused_at_its_field(typed: dict[str, str], field: str) -> None:
    raw = {"day": "2026-12-01", "name": "Hari jadi", "kind": "off"} | typed
    assert refused(lambda: read_day(raw, MONDAY)) == {field}


def test_a_declared_day_that_is_past_is_not_taken_back() -> None:
    assert read_forgotten_day({"day": "2026-11-23"}, MONDAY) == ForgetDay(date(2026, 11, 23))
    assert refused(lambda: read_forgotten_day({"day": "2026-11-22"}, MONDAY)) == {"day"}


def test_office_hours_read_back_as_they_were_written() -> None:
    raw = hours_form(DEFAULT_WEEKS[0]) | {"valid_from": "2026-12-01"}
    change = read_hours(raw, MONDAY)
    assert isinstance(change, SetHours)
    assert hours_form(change.week) == hours_form(DEFAULT_WEEKS[0])


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"valid_from": "2026-11-22"}, "valid_from"),
        ({"fri_opens": "pagi"}, "fri_opens"),
        ({"fri_opens": ""}, "fri_opens"),
        ({"fri_opens": "25:00"}, "fri_opens"),
        ({"fri_opens": "12:00"}, "fri_opens"),
        ({"mon_thu_closes": "07:00"}, "mon_thu_opens"),
    ],
)
def test_wrong_office_hours_are_refused_at_their_field(typed: dict[str, str], field: str) -> None:
    raw = hours_form(DEFAULT_WEEKS[0]) | {"valid_from": "2026-12-01"} | typed
    assert refused(lambda: read_hours(raw, MONDAY)) == {field}


def test_office_hours_in_force_are_not_withdrawn() -> None:
    coming = {"valid_from": "2026-11-24"}
    assert read_withdrawn_hours(coming, MONDAY) == WithdrawHours(TUESDAY)
    assert refused(lambda: read_withdrawn_hours({"valid_from": "2026-11-23"}, MONDAY)) == {
        "valid_from"
    }


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2027-02-09", "2027-04-09", "last_day"),
        ("2027-02-09", "2027-02-01", "last_day"),
        ("x", "2027-02-01", "first_day"),
    ],
)
def test_a_ramadan_that_cannot_be_is_refused(
    session: Session, first: str, last: str, field: str
) -> None:
    raw = {"first_day": first, "last_day": last}
    assert field in refused(lambda: read_ramadan(raw, ramadan_periods(session), MONDAY))


def test_a_ramadan_that_is_over_is_not_changed(session: Session) -> None:
    known = ramadan_periods(session)
    raw = {"first_day": "2026-02-19", "last_day": "2026-03-19"}
    assert refused(lambda: read_ramadan(raw, known, MONDAY)) == {"last_day"}
