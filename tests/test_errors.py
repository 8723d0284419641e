"""What went wrong is said truly, and what was typed comes back where the portal has read it."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from portal.access import Permission, requires
from portal.cases.files import MAX_BYTES
from portal.config import MIB, ROOT
from portal.models import Account, Complaint
from portal.sop.vocabulary import Action, Status
from tests import files
from tests.blueprints.desks.conftest import act  # noqa: F401
from tests.blueprints.desks.officer import HTMX

NOTE = "Sudah diperiksa di lapangan."
WAYS = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "tanpa-javascript"])


@pytest.fixture
def send(
    client: FlaskClient,
    cast: Any,
    sign_in: Callable[[FlaskClient, Account], None],
    make_complaint: Callable[..., Complaint],
    act: Callable[..., None],  # noqa: F811
) -> Callable[..., TestResponse]:
    """Send a note on progress, with files or further fields, from the unit's desk."""
    complaint = make_complaint(Status.WITH_LIAISON)
    act(complaint, "penghubung", Action.HAND_OVER)
    sign_in(client, cast.unit)
    url = f"/unit-kerja/pengaduan/{complaint.tracking_id}/catat-perkembangan"

    def run(htmx: bool, multipart: bool = True, **fields: Any) -> TestResponse:
        data = {"key": "k", "seq": "2", "text": NOTE, **fields}
        options: dict[str, Any] = {"data": data}
        if multipart:
            boundary, body = encode_multipart(MultiDict(data))
            kind = f"multipart/form-data; boundary={boundary}"
            options = {"data": body, "content_type": kind}
        answer = client.post(url, headers=HTMX if htmx else {}, **options)
        return answer

    return run


def pdf(size: int, name: str = "a.pdf") -> FileStorage:
    return FileStorage(io.BytesIO(files.pdf(bytes(size))), name)


def announced(answer: TestResponse) -> str:
    """What the page says, and what portal.js says at the form."""
    found = re.search(r"data-announce>(.*?)</p>", answer.text, re.S)
    assert found
    return found[1]


@WAYS
@pytest.mark.parametrize("size", [MAX_BYTES + 1, 15 * MIB])
def test_a_file_above_the_limit_is_refused_at_its_field_and_the_text_kept(
    send: Callable[..., TestResponse], htmx: bool, size: int
) -> None:
    answer = send(htmx, files=[pdf(size, "pindaian.pdf")])
    assert answer.status_code == 422
    assert "“pindaian.pdf” lebih dari 10 MB. Perkecil atau bagi berkasnya." in answer.text
    assert f"{NOTE}</textarea>" in answer.text


@WAYS
def test_several_files_within_the_limit_may_come_together(
    send: Callable[..., TestResponse], htmx: bool
) -> None:
    files = [pdf(7 * MIB, f"{no}.pdf") for no in range(2)]
    assert send(htmx, files=files).status_code == (200 if htmx else 303)


@WAYS
def test_files_that_are_too_large_together_are_told_both_limits_and_the_way_back(
    app: Flask, send: Callable[..., TestResponse], htmx: bool
) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 2 * MIB
    answer = send(htmx, files=[pdf(2 * MIB)])
    assert answer.status_code == 413
    words = announced(answer)
    assert "bersama lebih dari 2 MB" in words
    assert "satu berkas paling besar 10 MB" in words
    assert "tombol Kembali" in words
    assert "Belum ada yang disimpan" in words


@WAYS
@pytest.mark.parametrize("multipart", [True, False])
@pytest.mark.parametrize("size", [MIB + 1, 3 * MIB])
def test_too_much_text_is_called_so(
    app: Flask, send: Callable[..., TestResponse], htmx: bool, multipart: bool, size: int
) -> None:
    app.config["MAX_FORM_MEMORY_SIZE"] = MIB
    answer = send(htmx, multipart, text="x" * size)
    assert answer.status_code == 413
    assert "Teks di formulir ini lebih dari 1 MB." in announced(answer)
    assert "erkas" not in announced(answer)


@WAYS
def test_too_many_fields_are_called_so(send: Callable[..., TestResponse], htmx: bool) -> None:
    answer = send(htmx, pilih=[str(no) for no in range(1001)])
    assert answer.status_code == 413
    assert "lebih dari 1000 isian" in announced(answer)
    assert "MB" not in announced(answer)


def test_what_stands_before_the_portal_lets_pass_whatever_the_portal_would_explain(
    app: Flask,
) -> None:
    nginx = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    found = re.search(r"client_max_body_size (\d+)m;", nginx)
    assert found
    assert int(found[1]) * MIB > app.config["MAX_CONTENT_LENGTH"]


@WAYS
def test_after_a_fault_what_was_typed_can_be_sent_again(
    app: Flask, client: FlaskClient, htmx: bool
) -> None:
    @requires(Permission.PUBLIC)
    def broken() -> str:
        raise RuntimeError

    app.add_url_rule("/rusak", "broken", broken, methods=["POST"])
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = client.post("/rusak", data={"note": NOTE}, headers=HTMX if htmx else {})
    assert answer.status_code == 500
    assert "yang Anda ketik masih ada di halaman ini" in announced(answer)
    assert (f'<textarea name="note" hidden>\n{NOTE}</textarea>' in answer.text) is not htmx


def test_what_was_sent_to_no_page_of_ours_is_not_repeated(client: FlaskClient) -> None:
    answer = client.post("/tidak-ada", data={"note": NOTE})
    assert answer.status_code == 404
    assert NOTE not in answer.text


def test_what_was_sent_for_something_that_is_gone_can_be_copied(
    client: FlaskClient, cast: Any, sign_in: Callable[[FlaskClient, Account], None]
) -> None:
    sign_in(client, cast.kepala)
    answer = client.post("/laporan/999/kembalikan", data={"seq": "1", "note": NOTE})
    assert answer.status_code == 404
    assert f'<p class="prose">{NOTE}</p>' in answer.text
