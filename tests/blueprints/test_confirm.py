"""Before what weighs more the password is asked again, and what was typed goes on from there."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.blueprints.held import CONFIRMATION
from portal.cases.passwords import hash_password
from portal.models import Account, writing
from tests.blueprints.pages import PASSWORD, form_of

PERSON = {
    "name": "Slamet Riyadi",
    "username": "slamet",
    "nip": "",
    "rank": "Penata Muda",
    "phone": "",
}
NEW = "/administrator/akun/baru"
# What changes an account, opens an identity, or binds the office.
FRESH = {
    "administrator.account",
    "administrator.end_assignment",
    "administrator.end_sessions",
    "administrator.new_account",
    "administrator.new_assignment",
    "administrator.remove_factor",
    "administrator.reset_password",
    "administrator.set_active",
    "administrator.set_safety",
    "privacy.breach_list",
    "privacy.copy",
    "privacy.set_keeping",
    "reports.approve",
    "second_factor.home",
    "second_factor.remove",
    "second_factor.renew_codes",
}


@pytest.fixture
def nina(client: FlaskClient, session: Session, cast: SimpleNamespace, clock: SimpleNamespace):
    """The administrator's browser, six minutes after she signed in."""
    with writing(session):
        cast.administrator.password_hash = hash_password(PASSWORD)
    client.post("/masuk", data={"username": "administrator", "password": PASSWORD})
    clock.now += timedelta(minutes=6)
    return client


def is_made(session: Session) -> bool:
    session.rollback()
    return session.scalar(select(Account.id).where(Account.username == "slamet")) is not None


def test_the_views_that_ask_are_these(app: Flask) -> None:
    assert {name for name, view in app.view_functions.items() if hasattr(view, "fresh")} == FRESH


def test_the_form_waits_in_the_question_and_goes_on_with_the_answer(
    nina: FlaskClient, session: Session
) -> None:
    asked = nina.post(NEW, data=PERSON)
    assert asked.status_code == 422
    assert "Masukkan kata sandi lagi" in asked.text
    assert not is_made(session)
    again = {name: f"{value}" for name, value in PERSON.items()}
    for name, value in PERSON.items():
        assert f'<textarea name="{name}" hidden>\n{value}</textarea>' in asked.text
    assert 'action="/administrator/akun/baru"' in asked.text
    assert nina.post(NEW, data=again | {CONFIRMATION: PASSWORD}).status_code == 201
    assert is_made(session)


def test_a_wrong_answer_asks_again_and_keeps_the_form(nina: FlaskClient, session: Session) -> None:
    asked = nina.post(NEW, data=PERSON | {CONFIRMATION: "salah-sekali"})
    assert asked.status_code == 422
    assert "Kata sandi tidak cocok." in asked.text
    assert "Penata Muda" in asked.text
    assert "salah-sekali" not in asked.text
    assert not is_made(session)


def test_guessing_the_answer_is_slowed_down(nina: FlaskClient, session: Session) -> None:
    for _ in range(3):
        nina.post(NEW, data=PERSON | {CONFIRMATION: "salah"})
    asked = nina.post(NEW, data=PERSON | {CONFIRMATION: PASSWORD})
    assert "Terlalu banyak percobaan" in asked.text
    assert not is_made(session)


def test_once_answered_it_is_not_asked_for_five_minutes(
    nina: FlaskClient, clock: SimpleNamespace
) -> None:
    nina.post(NEW, data=PERSON | {CONFIRMATION: PASSWORD})
    clock.now += timedelta(minutes=5)
    assert nina.post(NEW, data=PERSON | {"username": "kedua"}).status_code == 201
    clock.now += timedelta(minutes=1)
    assert nina.post(NEW, data=PERSON | {"username": "ketiga"}).status_code == 422


def test_reading_is_never_asked_about(nina: FlaskClient) -> None:
    assert nina.get(NEW).status_code == 200


def test_with_htmx_the_question_takes_the_place_of_the_page(nina: FlaskClient) -> None:
    asked = nina.post(NEW, data=PERSON, headers={"HX-Request": "true"})
    assert asked.status_code == 422
    assert asked.headers["HX-Retarget"] == "#main"
    assert f'id="{asked.headers["HX-Reselect"][1:]}"' in asked.text


def test_an_answer_that_comes_after_the_session_ended_leaves_no_password_in_the_page(
    nina: FlaskClient, clock: SimpleNamespace
) -> None:
    clock.now += timedelta(hours=1)
    page = nina.post(NEW, data=PERSON | {CONFIRMATION: PASSWORD})
    assert page.status_code == 401
    assert "Penata Muda" in form_of(page.text).get("held", "")
    assert PASSWORD not in page.text
