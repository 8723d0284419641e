"""`flask setup-link`: how an office gets its first administrator."""

from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.cases.accounts import check_setup_link

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


def test_nothing_is_printed_when_an_administrator_exists(app: Flask, cast: SimpleNamespace) -> None:
    result = app.test_cli_runner().invoke(args=["setup-link"])
    assert result.output == ""
    assert result.exit_code == 0
