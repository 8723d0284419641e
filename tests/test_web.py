"""What holds of every request: permissions declared, headers set, faults honest and discreet."""

import logging
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal import create_app
from portal.access import Permission, requires
from portal.assets import asset_name
from portal.models import Account, Complaint
from portal.sop.vocabulary import Status


def test_every_route_declares_what_it_asks_for(app: Flask) -> None:
    silent = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if not hasattr(app.view_functions[rule.endpoint], "permission")
    ]
    assert silent == []


def test_a_route_that_declares_nothing_answers_403(app: Flask) -> None:
    app.add_url_rule("/tanpa-izin", "silent", lambda: "terbuka")
    assert app.test_client().get("/tanpa-izin").status_code == 403


def test_only_signing_in_static_files_and_the_check_of_papers_are_open_to_all(app: Flask) -> None:
    public = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if app.view_functions[rule.endpoint].permission is Permission.PUBLIC  # type: ignore[attr-defined]
    }
    assert public <= {
        "auth.start",
        "auth.set_language",
        "auth.setup",
        "auth.sign_in",
        "auth.sign_in_by_code",
        "auth.sign_out",
        "static",
        "verification.index",
        "verification.show",
        "verification.check",
    }


def test_whoever_is_not_signed_in_is_sent_to_the_sign_in_page(client: FlaskClient) -> None:
    answer = client.get("/admin-instansi/")
    assert answer.status_code in (302, 303)
    assert answer.location.startswith("/masuk?next=")


def test_a_desk_that_is_not_ones_own_answers_403_and_says_what_to_do(
    client: FlaskClient, cast: SimpleNamespace, sign_in: Callable[..., None]
) -> None:
    sign_in(client, cast.unit)
    answer = client.get("/admin-instansi/")
    assert answer.status_code == 403
    assert "Ganti meja" in answer.text


def test_every_answer_forbids_inline_scripts_foreign_frames_and_guessing(
    client: FlaskClient,
) -> None:
    headers = client.get("/masuk").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "private, no-cache"
    assert "HX-Request" in headers["Vary"]


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_every_document_tells_who_came_by_tls_to_come_by_nothing_else(
    client: FlaskClient, scheme: str
) -> None:
    for path, status in (
        ("/masuk", 200),
        ("/verifikasi/", 200),
        ("/unit-kerja/", 303),
        ("/ada", 404),
    ):
        answer = client.get(path, base_url=f"{scheme}://localhost")
        assert answer.status_code == status
        told = answer.headers.get("Strict-Transport-Security")
        assert told == ("max-age=31536000" if scheme == "https" else None)


def test_what_follows_a_document_tells_it_no_more(client: FlaskClient) -> None:
    fragment = {"HX-Request": "true"}
    for path, headers in (("/verifikasi/", fragment), (f"/static/{asset_name('portal.css')}", {})):
        answer = client.get(path, base_url="https://localhost", headers=headers)
        assert answer.status_code == 200
        assert "Strict-Transport-Security" not in answer.headers


def test_behind_a_proxy_the_scheme_and_the_name_are_those_that_it_tells(template: Path) -> None:
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "portal.example"}
    environ = {"headers": forwarded, "base_url": "http://127.0.0.1:8000"}
    for proxies, believed in ((0, False), (1, True)):
        app = create_app(template, PROXIES=proxies, TRUSTED_HOSTS=["portal.example"])
        answer = app.test_client().get("/masuk", **environ)
        assert (answer.status_code == 200) is believed
        assert ("Strict-Transport-Security" in answer.headers) is believed


def test_under_a_name_that_is_not_the_portals_own_nothing_is_answered(app: Flask) -> None:
    app.config["TRUSTED_HOSTS"] = ["portal.example", "10.0.0.5"]
    client = app.test_client()
    for host in ("portal.example", "portal.example:8443", "10.0.0.5"):
        assert client.get("/masuk", base_url=f"http://{host}").status_code == 200
    for method, path in (("GET", "/masuk"), ("POST", "/masuk"), ("GET", "/tidak-ada")):
        answer = client.open(path, method=method, base_url="http://portal.example.jahat.example")
        assert answer.status_code == 400
        assert "Portal tidak dibuka lewat alamat ini" in answer.text
        assert "jahat" not in answer.text


def test_an_office_without_internet_allows_no_foreign_script(app: Flask) -> None:
    app.config["HTMX_SOURCE"] = "local"
    policy = app.test_client().get("/masuk").headers["Content-Security-Policy"]
    assert "jsdelivr" not in policy


def test_a_page_that_does_not_exist_says_so(client: FlaskClient) -> None:
    answer = client.get("/tidak-ada")
    assert answer.status_code == 404
    assert "Tidak ada di sini" in answer.text


def test_a_fault_shows_an_honest_page_and_logs_no_personal_data(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    @requires(Permission.PUBLIC)
    def broken() -> str:
        raise RuntimeError("Hari Basuki, 0812-3456-7890")

    app.add_url_rule("/rusak", "broken", broken)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with caplog.at_level(logging.ERROR):
        answer = app.test_client().get("/rusak")
    assert answer.status_code == 500
    assert "Ada yang salah di portal" in answer.text
    request_id = answer.headers["X-Request-Id"]
    assert request_id in answer.text
    assert f"request={request_id}" in caplog.text
    assert "type=RuntimeError" in caplog.text
    for text in (answer.text, caplog.text):
        assert "Basuki" not in text
        assert "Traceback" not in text


@pytest.mark.parametrize(
    ("method", "path", "status", "told"),
    [
        (
            "GET",
            "/administrator/akun/7?q=Basuki",
            403,
            "administrator.account objects={'account_id': '7'}",
        ),
        ("GET", "/unit-kerja/pengaduan/{foreign}", 404, "objects={'tracking_id': '{foreign}'}"),
        ("GET", "/pengaduan/Basuki", 404, "objects={}"),
        ("GET", "/pengaduan/081234567890", 404, "objects={}"),
        ("DELETE", "/meja", 405, "endpoint=None objects={} method=DELETE"),
    ],
)
def test_what_is_refused_to_somebody_leaves_a_line_with_who_and_what_and_nothing_typed(
    client: FlaskClient,
    cast: SimpleNamespace,
    sign_in: Callable[[FlaskClient, Account], None],
    make_complaint: Callable[..., Complaint],
    caplog: pytest.LogCaptureFixture,
    method: str,
    path: str,
    status: int,
    told: str,
) -> None:
    foreign = str(make_complaint(Status.ARRIVED).tracking_id)
    sign_in(client, cast.unit)
    answer = client.open(path.replace("{foreign}", foreign), method=method)
    assert answer.status_code == status
    (line,) = caplog.messages
    assert line.startswith(f"refused status={status} request={answer.headers['X-Request-Id']} ")
    assert f"account={cast.unit.id} " in line
    assert told.replace("{foreign}", foreign) in line
    assert "Basuki" not in line
    assert "081234567890" not in line


def test_nobody_fills_the_log_by_asking(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    for path in ("/tidak-ada", "/penyiapan/tebakan", "/administrator/"):
        client.get(path)
    assert client.delete("/masuk").status_code == 405
    assert caplog.messages == []


def test_static_files_with_their_hash_are_kept_for_good(client: FlaskClient) -> None:
    page = client.get("/masuk").text
    url = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert re.search(r"-[0-9a-f]{8}\.css$", url)
    with client.get(url) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get("/static/../config.py").status_code == 404
