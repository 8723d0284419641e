"""The years that an office sets, by class: what they bring about, and what never."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.answers import Invalid
from portal.cases.record import history_of
from portal.cases.retention import (
    REASON,
    _years_before,
    apply_retention,
    due,
    is_night_due,
    retention,
    set_retention,
)
from portal.cases.sightings import saw_complaint
from portal.models import Complaint, Report, Reporter, Sighting, writing
from portal.sop.office_time import ZONE
from portal.sop.procedure import CaseClass
from portal.sop.report_workflow import ReportState
from portal.sop.vocabulary import Action, Status
from portal.tasks import queue_of
from tests.conftest import BY, MONDAY

Make = Callable[..., Complaint]
NONE = {one.value: "0" for one in CaseClass} | {"log_years": "5"}
TWO = NONE | {"complaint": "2"}
LATER = MONDAY.replace(year=2029)
NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def approve(session: Session, cast: SimpleNamespace) -> Callable[..., None]:
    """Let a month of the instansi have a report in a state; approved unless told otherwise."""

    def give(month: date = NOVEMBER, state: ReportState = ReportState.APPROVED) -> None:
        code = f"{month}{state}"[:20]
        with writing(session):
            session.add(
                Report(
                    instansi_id=cast.own_id,
                    month=month,
                    state=state,
                    code=code,
                    addendum_no=len(session.scalars(select(Report)).all()),
                    created_at=MONDAY,
                )
            )

    return give


@pytest.fixture
def one_due(session: Session, make_complaint: Make, approve: Callable[..., None]) -> Complaint:
    """A complaint whose two years are over LATER."""
    complaint = make_complaint(Status.CLOSED)
    approve()
    set_retention(session, TWO, BY)
    return complaint


def numbers(session: Session, now: datetime) -> list[str]:
    session.rollback()
    return [one.tracking_id for one in due(session, now)]


def test_nothing_ends_until_it_is_set(
    session: Session, make_complaint: Make, approve: Callable[..., None]
) -> None:
    make_complaint(Status.CLOSED)
    approve()
    assert numbers(session, LATER) == []
    set_retention(session, NONE, BY)
    assert numbers(session, LATER) == []
    assert retention(session).years == {}


def test_years_count_from_the_end_of_the_complaint_by_its_class(
    session: Session, play: SimpleNamespace, approve: Callable[..., None]
) -> None:
    complaint = play.to(Status.CLOSED)
    other = play.to(Status.CLOSED)
    play.do(other, Action.CORRECT, field="case_class", value="Aspirasi")
    approve()
    set_retention(session, TWO, BY)
    same_day = MONDAY.replace(year=2028)
    assert numbers(session, same_day) == []
    assert numbers(session, same_day + timedelta(days=1)) == [complaint.tracking_id]
    set_retention(session, TWO | {"aspiration": "1"}, BY)
    assert numbers(session, LATER) == [complaint.tracking_id, other.tracking_id]


def test_one_under_way_is_never_touched_and_neither_is_one_of_an_unapproved_month(
    session: Session, make_complaint: Make, approve: Callable[..., None]
) -> None:
    for status in (Status.ARRIVED, Status.WITH_INSTANSI, Status.WITH_LIAISON):
        make_complaint(status)
    ended = make_complaint(Status.NOT_FOLLOWED_UP)
    set_retention(session, TWO, BY)
    assert numbers(session, LATER) == []
    approve()
    assert numbers(session, LATER) == [ended.tracking_id]
    approve(state=ReportState.DRAFT)
    assert numbers(session, LATER) == []
    assert apply_retention(session, Path("/tidak-ada"), LATER, 10) == []


def test_what_is_due_is_done_by_the_portal_and_no_more_at_a_time_than_told(
    session: Session, make_complaint: Make, approve: Callable[..., None], tmp_path: Path
) -> None:
    made = [make_complaint(Status.CLOSED) for _ in range(3)]
    approve()
    set_retention(session, TWO, BY)
    first = apply_retention(session, tmp_path, LATER, 2)
    assert first == [one.tracking_id for one in made[:2]]
    assert retention(session).done_on is None
    assert apply_retention(session, tmp_path, LATER, 2) == [made[2].tracking_id]
    assert retention(session).done_on == LATER.date()
    assert session.scalars(select(Reporter)).all() == []
    entry = history_of(session, made[0])[-1]
    assert (entry.action, entry.actor_name) == (Action.ANONYMISE, "Sistem")
    assert entry.details["reason"] == REASON
    assert numbers(session, LATER) == []


def test_the_log_of_who_saw_what_has_years_of_its_own(
    session: Session, cast: SimpleNamespace, make_complaint: Make, tmp_path: Path
) -> None:
    complaint, kepala = make_complaint(), cast.actor(cast.kepala)
    for year in (2015, 2020):
        saw_complaint(session, kepala, complaint, MONDAY.replace(year=year), identity=True)
    set_retention(session, NONE | {"log_years": "8"}, BY)
    apply_retention(session, tmp_path, MONDAY, 1)
    assert session.scalars(select(Sighting.day)).all() == [date(2020, 11, 23)]


@pytest.mark.parametrize("wrong", ["", "-1", "31", "dua"])
def test_a_wrong_number_of_years_is_refused(session: Session, wrong: str) -> None:
    with pytest.raises(Invalid) as caught:
        set_retention(session, TWO | {"complaint": wrong, "log_years": "0"}, BY)
    assert set(caught.value.errors) == {"complaint", "log_years"}
    assert retention(session).years == {}


def test_it_is_the_nights_work_and_done_once(
    app: Flask,
    session: Session,
    clock: SimpleNamespace,
    one_due: Complaint,
) -> None:
    worker = queue_of(app)
    clock.now = LATER
    worker._every_minute()
    assert len(session.scalars(select(Reporter)).all()) == 1
    clock.now = LATER.replace(hour=1)
    assert is_night_due(retention(session), clock.now)
    worker._every_minute()
    session.rollback()
    assert session.scalars(select(Reporter)).all() == []
    assert not is_night_due(retention(session), clock.now)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 30))
def test_years_ago_is_the_same_day_or_the_last_of_february(now: date, years: int) -> None:
    then = _years_before(datetime(now.year, now.month, now.day, tzinfo=ZONE), years)
    assert (then.year, then.month) == (now.year - years, now.month)
    assert then.day == now.day or (now.month, now.day, then.day) == (2, 29, 28)


def test_the_command_shows_first_and_then_does(
    app: Flask,
    session: Session,
    clock: SimpleNamespace,
    one_due: Complaint,
) -> None:
    clock.now = LATER
    shown = app.test_cli_runner().invoke(args=["retention", "--dry-run"]).output
    assert f"#{one_due.tracking_id}" in shown
    assert "1 pengaduan akan dihapus identitasnya." in shown
    assert len(session.scalars(select(Reporter)).all()) == 1
    session.rollback()
    done = app.test_cli_runner().invoke(args=["retention"]).output
    assert "1 pengaduan dihapus identitasnya." in done
    session.rollback()
    assert session.scalars(select(Reporter)).all() == []
