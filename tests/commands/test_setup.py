"""`flask setup-link`: how an office gets its first administrator."""

from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.accounts import LinkSpent, check_setup_link
from portal.models import Account
from tests.blueprints.pages import NEW_PASSWORD

SENTENCE = "Buat administrator pertama lewat tautan sekali pakai ini:"


def test_the_link_may_create_the_first_administrator(
    app: Flask, session: Session, clock: SimpleNamespace
) -> None:
    result = app.test_cli_runner().invoke(args=["setup-link", "--base-url", "http://magetan.id/"])
    sentence, link = result.output.splitlines()
    assert sentence == SENTENCE
    check_setup_link(session, link.removeprefix("http://magetan.id/penyiapan/"), clock.now)


def test_the_address_of_the_portal_is_taken_from_the_environment(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_URL", "http://127.0.0.1:8123")
    result = app.test_cli_runner().invoke(args=["setup-link"])
    assert result.output.splitlines()[1].startswith("http://127.0.0.1:8123/penyiapan/")


def test_an_office_whose_administrators_cannot_get_in_makes_another_by_the_link(
    app: Flask, session: Session, cast: SimpleNamespace, clock: SimpleNamespace
) -> None:
    result = app.test_cli_runner().invoke(args=["setup-link", "--rescue"])
    sentence, link = result.output.splitlines()
    assert sentence == "Buat administrator baru lewat tautan sekali pakai ini:"
    token = link.rpartition("/")[2]
    raw = {"name": "Sri Rahayu", "username": "sri.rahayu", **NEW_PASSWORD}
    page = app.test_client().post(f"/penyiapan/{token}", data=raw)
    assert page.location == "/administrator/"
    with pytest.raises(LinkSpent):
        check_setup_link(session, token, clock.now)


def test_a_link_of_the_first_start_does_not_become_one_for_a_rescue(
    app: Flask, session: Session, clock: SimpleNamespace, request: pytest.FixtureRequest
) -> None:
    result = app.test_cli_runner().invoke(args=["setup-link"])
    token = result.output.strip().rpartition("/")[2]
    request.getfixturevalue("cast")
    for tried in (token, f"~{token}"):
        with pytest.raises(LinkSpent):
            check_setup_link(session, tried, clock.now)


def test_the_account_that_a_link_made_is_in_the_log(
    app: Flask, session: Session, cast: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    result = app.test_cli_runner().invoke(args=["setup-link", "--rescue"])
    token = result.output.strip().rpartition("/")[2]
    raw = {"name": "Sri Rahayu", "username": "sri.rahayu", **NEW_PASSWORD}
    app.test_client().post(f"/penyiapan/{token}", data=raw)
    account = session.scalars(select(Account).where(Account.username == "sri.rahayu")).one()
    assert token not in caplog.text
    assert f"administrator created by setup link account={account.id}" in caplog.text


def test_nothing_is_printed_when_an_administrator_exists(app: Flask, cast: SimpleNamespace) -> None:
    result = app.test_cli_runner().invoke(args=["setup-link"])
    assert result.output == ""
    assert result.exit_code == 0
