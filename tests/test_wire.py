"""Answers are compressed where it helps, in a form that the browser reads."""

import gzip

import brotli
import pytest
from flask import Flask, Response, stream_with_context
from flask.testing import FlaskClient

from portal.access import Permission, requires


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
