"""How long sessions last, and when the password is asked again."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.answers import Invalid
from portal.cases.sessions import (
    Safety,
    end_session,
    is_proved,
    safety,
    session_is_over,
    set_safety,
)
from portal.models import Access, AccessEvent, Caller, EndedSession
from tests.conftest import BY, MONDAY, OFFICE

FORM = {"idle_minutes": "45", "session_hours": "8", "second_factor": "1"}


def test_a_session_ends_a_minute_after_the_limit_that_it_began_with() -> None:
    cookie = {"seen": MONDAY.timestamp(), "idle_minutes": 30}
    assert not session_is_over(cookie, MONDAY + timedelta(minutes=31))
    assert session_is_over(cookie, MONDAY + timedelta(minutes=31, seconds=1))
    assert not session_is_over(cookie | {"idle_minutes": 60}, MONDAY + timedelta(minutes=40))


def test_a_session_ends_after_its_hours_however_busy_it_is() -> None:
    then = MONDAY + timedelta(hours=12)
    cookie = {"seen": then.timestamp(), "began": MONDAY.timestamp()}
    assert not session_is_over(cookie, then)
    assert session_is_over(cookie, then + timedelta(seconds=1))
    assert session_is_over(cookie | {"hours": 8}, MONDAY + timedelta(hours=8, seconds=1))


def test_a_session_that_was_never_noted_has_just_begun() -> None:
    assert not session_is_over({}, MONDAY)


def test_a_password_holds_as_proof_for_five_minutes() -> None:
    cookie = {"proved": MONDAY.timestamp()}
    assert is_proved(cookie, MONDAY + timedelta(minutes=5))
    assert not is_proved(cookie, MONDAY + timedelta(minutes=5, seconds=1))
    assert not is_proved({}, MONDAY)


def test_the_limits_are_half_an_hour_and_twelve_hours_until_they_are_set(
    session: Session,
) -> None:
    assert safety(session) == Safety(idle_minutes=30, hours=12, second_factor=False)
    set_safety(session, FORM, BY)
    assert safety(session) == Safety(idle_minutes=45, hours=8, second_factor=True)
    without = {name: value for name, value in FORM.items() if name != "second_factor"}
    set_safety(session, without, BY)
    assert not safety(session).second_factor


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("idle_minutes", wrong) for wrong in ("4", "241", "", "sebentar")),
        *(("session_hours", wrong) for wrong in ("0", "25", "", "-1")),
        ("second_factor", "ya"),
    ],
)
def test_a_limit_out_of_its_bounds_changes_none(session: Session, name: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        set_safety(session, FORM | {name: value}, BY)
    assert set(refused.value.errors) == {name}
    assert safety(session) == Safety(idle_minutes=30, hours=12, second_factor=False)


def test_sessions_that_were_signed_out_are_remembered_for_as_long_as_one_can_last(
    session: Session, cast: SimpleNamespace
) -> None:
    who = cast.kepala.id
    end_session(session, "pertama", Caller(who, OFFICE, MONDAY))
    end_session(session, "kedua", Caller(who, OFFICE, MONDAY + timedelta(hours=24)))
    assert len(session.scalars(select(EndedSession)).all()) == 2
    end_session(session, "ketiga", Caller(who, OFFICE, MONDAY + timedelta(hours=24, seconds=1)))
    assert set(session.scalars(select(EndedSession.id))) == {"kedua", "ketiga"}
    assert {event.what for event in session.scalars(select(AccessEvent))} == {Access.SIGNED_OUT}
