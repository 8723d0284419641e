"""Answers are compressed where it helps, in a form that the browser reads."""

import gzip
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import brotli
import pytest
from flask import Flask, Response, stream_with_context
from flask.testing import FlaskClient

from portal.access import Permission, requires
from portal.models import Complaint


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("deflate", None),
        ("", None),
    ],
)
def test_a_page_comes_in_the_best_coding_that_the_browser_names(
    client: FlaskClient, accepted: str, coding: str | None
) -> None:
    answer = client.get("/masuk", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == coding
    assert "Accept-Encoding" in answer.headers["Vary"]
    decode = {"br": brotli.decompress, "gzip": gzip.decompress}.get(coding or "", bytes)
    page = decode(answer.data).decode()
    assert page.rstrip().endswith("</html>")
    assert answer.content_length == len(answer.data)


@requires(Permission.PUBLIC)
def _small() -> str:
    return "18"


@requires(Permission.PUBLIC)
def _picture() -> Response:
    return Response(b"\x89PNG" + bytes(1000), mimetype="image/png")


@requires(Permission.PUBLIC)
def _stream() -> Response:
    return Response(stream_with_context("x" * 100 for _ in range(9)), mimetype="text/plain")


@pytest.mark.parametrize("view", [_small, _picture, _stream])
def test_what_would_not_shrink_or_is_not_whole_yet_is_left_as_it_is(
    app: Flask, view: object
) -> None:
    app.add_url_rule("/x", "x", view)  # type: ignore[arg-type]
    answer = app.test_client().get("/x", headers={"Accept-Encoding": "br"})
    assert "Content-Encoding" not in answer.headers


def test_a_page_that_the_browser_has_is_not_sent_again(
    client: FlaskClient, cast: SimpleNamespace, sign_in: Callable[..., None], clock: SimpleNamespace
) -> None:
    sign_in(client, cast.nasional)
    first = client.get("/admin-nasional/")
    clock.now += timedelta(minutes=1)
    again = client.get("/admin-nasional/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert set(dict(again.headers)) <= {"Cache-Control", "Date", "ETag", "Set-Cookie", "Vary"}


def test_a_page_is_sent_again_when_anything_on_it_changed(
    client: FlaskClient,
    cast: SimpleNamespace,
    sign_in: Callable[..., None],
    make_complaint: Callable[..., Complaint],
) -> None:
    def visit(tag: str = "") -> tuple[int, str]:
        answer = client.get("/admin-nasional/", headers={"If-None-Match": tag})
        return answer.status_code, answer.headers["ETag"]

    sign_in(client, cast.nasional)
    _, empty = visit()
    make_complaint()
    status, filled = visit(empty)
    assert status == 200
    client.post("/bahasa", data={"language": "en"})
    status, english = visit(filled)
    assert status == 200
    sign_in(client, cast.nasional)
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = "another"
        cookie["language"] = "en"
    assert visit(english)[0] == 200, "the forms of the page that was kept would be refused"


def test_an_answer_to_a_form_and_a_refusal_carry_no_tag(client: FlaskClient) -> None:
    assert "ETag" not in client.post("/masuk", data={"username": "x", "password": "y"}).headers
    assert "ETag" not in client.get("/tidak-ada").headers
