"""The session's cookie, by https and without."""

from pathlib import Path

import pytest
from flask import Flask

from portal import create_app


def cookie(app: Flask, **how: object) -> str:
    """The Set-Cookie line of the sign-in page."""
    return str(app.test_client().get("/masuk", **how).headers["Set-Cookie"])


@pytest.fixture
def guarded(app: Flask) -> Flask:
    app.config["WTF_CSRF_ENABLED"] = True
    return app


def test_by_https_it_is_bound_to_this_host_and_to_https(guarded: Flask) -> None:
    line = cookie(guarded, base_url="https://pengaduan.example/")
    assert line.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(line.split("; "))
    assert "Domain" not in line


def test_in_an_office_without_https_it_works_too(guarded: Flask) -> None:
    line = cookie(guarded)
    assert line.startswith("session=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(line.split("; "))
    assert "Secure" not in line


def test_where_https_is_told_it_never_goes_without(guarded: Flask) -> None:
    guarded.config["SESSION_COOKIE_SECURE"] = True
    assert cookie(guarded).startswith("__Host-session=")
    assert "Secure" in cookie(guarded)


@pytest.mark.parametrize(("proxies", "name"), [(0, "session="), (1, "__Host-session=")])
def test_a_proxy_is_believed_only_where_one_is_told_of(
    template: Path, monkeypatch: pytest.MonkeyPatch, proxies: int, name: str
) -> None:
    monkeypatch.setenv("PORTAL_PROXIES", str(proxies))
    app = create_app(template)
    assert cookie(app, headers={"X-Forwarded-Proto": "https"}).startswith(name)
