"""The upload protocol as its specification has it, and what a form does with what was uploaded."""

import base64
import hashlib
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select
from sqlalchemy.orm import Session
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError
from tusclient.uploader import Uploader
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from portal.cases import incoming
from portal.models import Attachment, Complaint
from portal.sop.vocabulary import Action, Status
from portal.tasks import queue_of
from tests.blueprints.desks.officer import Officer, form_of
from tests.blueprints.pages import hidden
from tests.files import pdf
from tests.stories import do

PDF = pdf(bytes(range(256)) * 40)
TUS = {"Tus-Resumable": "1.0.0"}
PART = {**TUS, "Content-Type": "application/offset+octet-stream"}


@pytest.fixture
def enter(app: Flask, cast: SimpleNamespace, sign_in: Any) -> Callable[[str], Officer]:
    return lambda who: Officer(app, cast, who, sign_in)


class Sender:
    """Somebody who speaks the protocol by hand."""

    def __init__(self, officer: Officer) -> None:
        self.browser = officer.browser

    def create(
        self, size: int = len(PDF), name: str = "laporan hasil.pdf", **headers: str
    ) -> TestResponse:
        encoded = base64.b64encode(name.encode()).decode()
        given = {"Upload-Length": str(size), "Upload-Metadata": f"filename {encoded},is_draft"}
        return self.browser.post("/unggahan", headers={**TUS, **given, **headers})

    def part(self, url: str, offset: int, content: bytes, **headers: str) -> TestResponse:
        told = {**PART, "Upload-Offset": str(offset), **headers}
        return self.browser.patch(url, data=content, headers=told)

    def head(self, url: str) -> TestResponse:
        return self.browser.head(url, headers=TUS)

    def whole(self, content: bytes = PDF, name: str = "laporan hasil.pdf") -> str:
        """The token of a finished upload."""
        url = self.create(len(content), name).location
        assert self.part(url, 0, content).status_code == 204
        return url.rpartition("/")[2]


@pytest.fixture
def sender(enter: Callable[[str], Officer]) -> Sender:
    return Sender(enter("unit"))


def test_the_server_says_what_it_can(sender: Sender) -> None:
    answer = sender.browser.options("/unggahan")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == answer.headers["Tus-Resumable"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,expiration,checksum,termination"
    assert answer.headers["Tus-Max-Size"] == str(10 * 1024 * 1024)
    assert "sha1" in answer.headers["Tus-Checksum-Algorithm"].split(",")


def test_an_upload_is_created_sent_in_parts_and_resumed_from_where_it_stopped(
    sender: Sender, clock: SimpleNamespace
) -> None:
    created = sender.create()
    assert created.status_code == 201
    url = created.location
    first = sender.part(url, 0, PDF[:4000])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "4000")
    told = sender.head(url)
    assert told.status_code == 200
    assert told.headers["Upload-Offset"] == "4000"
    assert told.headers["Upload-Length"] == str(len(PDF))
    assert told.headers["Upload-Metadata"].endswith(",is_draft")
    assert told.headers["Cache-Control"] == "no-store"
    for answer in (created, first, told):
        assert answer.headers["Tus-Resumable"] == "1.0.0"
        expires = parsedate_to_datetime(answer.headers["Upload-Expires"])
        assert expires == clock.now + incoming.LIFETIME
    assert sender.part(url, 0, PDF[:10]).status_code == 409
    assert sender.part(url, 4000, PDF).status_code == 409
    last = sender.part(url, 4000, PDF[4000:])
    assert last.headers["Upload-Offset"] == str(len(PDF))


def test_a_part_with_a_checksum_is_kept_only_if_it_is_what_was_sent(sender: Sender) -> None:
    url = sender.create().location
    digest = base64.b64encode(hashlib.sha1(PDF[:50]).digest()).decode()  # noqa: S324
    assert (
        sender.part(url, 0, PDF[1:51], **{"Upload-Checksum": f"sha1 {digest}"}).status_code == 460
    )
    assert sender.head(url).headers["Upload-Offset"] == "0"
    assert (
        sender.part(url, 0, PDF[:50], **{"Upload-Checksum": f"crc32 {digest}"}).status_code == 400
    )
    assert sender.part(url, 0, PDF[:50], **{"Upload-Checksum": f"sha1 {digest}"}).status_code == 204


def test_an_upload_can_be_ended_also_where_only_post_passes(sender: Sender) -> None:
    url = sender.create().location
    post = sender.browser.post
    told = {**PART, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert post(url, data=PDF[:9], headers=told).headers["Upload-Offset"] == "9"
    assert post(url, headers=TUS).status_code == 405
    assert post(url, headers={**TUS, "X-HTTP-Method-Override": "DELETE"}).status_code == 204
    assert sender.head(url).status_code == 404
    other = sender.create().location
    assert sender.browser.delete(other, headers=TUS).status_code == 204
    assert sender.part(other, 0, PDF).status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Upload-Length": "satu"}, 400),
        ({"Upload-Length": ""}, 400),
        ({"Upload-Length": "-5"}, 400),
        ({"Upload-Length": str(11 * 1024 * 1024)}, 413),
        ({"Upload-Length": "0"}, 422),
        ({"Upload-Metadata": ""}, 422),
        ({"Upload-Metadata": "filename %%%"}, 422),
        ({"Upload-Metadata": "filename " + base64.b64encode(b"x.exe").decode()}, 422),
        ({"Upload-Metadata": "filename " + "A" * 2000}, 400),
    ],
)
def test_what_is_not_a_good_beginning_is_refused(
    sender: Sender, headers: dict[str, str], status: int
) -> None:
    answer = sender.create(**headers)
    assert answer.status_code == status
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert "Location" not in answer.headers


def test_a_part_must_say_what_it_is(sender: Sender) -> None:
    url = sender.create().location
    assert sender.part(url, 0, PDF, **{"Content-Type": "text/plain"}).status_code == 415
    assert sender.part(url, 0, PDF, **{"Upload-Offset": "awal"}).status_code == 400


def test_content_that_is_not_allowed_is_refused_at_its_end_with_a_sentence(sender: Sender) -> None:
    url = sender.create(4).location
    answer = sender.part(url, 0, b"MZ\x00\x00")
    assert answer.status_code == 422
    assert answer.mimetype == "text/plain"
    assert "bukan PDF, JPEG, atau PNG" in answer.text
    assert sender.head(url).status_code == 404


def test_too_many_at_once_are_refused(sender: Sender) -> None:
    for _ in range(incoming.MOST_AT_ONCE):
        assert sender.create().status_code == 201
    assert sender.create().status_code == 429


def test_an_upload_is_open_to_nobody_else(
    sender: Sender, enter: Callable[[str], Officer], app: Flask
) -> None:
    url = sender.create().location
    stranger = Sender(enter("unit_lain"))
    assert stranger.head(url).status_code == 404
    assert stranger.part(url, 0, PDF).status_code == 404
    for who in ("kepala", "administrator"):
        assert Sender(enter(who)).create().status_code == 403
    nobody = Sender(SimpleNamespace(browser=app.test_client()))  # type: ignore[arg-type]
    for answer in (nobody.create(), nobody.head(url), nobody.part(url, 0, PDF)):
        assert answer.status_code == 401
        assert answer.headers["Tus-Resumable"] == "1.0.0"


@pytest.mark.usefixtures("guarded")
def test_a_part_without_the_pages_token_is_refused(
    app: Flask, enter: Callable[[str], Officer]
) -> None:
    officer = enter("instansi")
    token = hidden(officer.get("catat"), "csrf_token")
    sender = Sender(officer)
    assert sender.create().status_code == 400
    url = sender.create(**{"X-CSRFToken": token}).location
    assert sender.part(url, 0, PDF).status_code == 400
    assert sender.part(url, 0, PDF, **{"X-CSRFToken": token}).status_code == 204
    officer.browser.post("/keluar", data={"csrf_token": token})
    assert sender.part(url, 0, PDF, **{"X-CSRFToken": token}).status_code == 401


# -- what the form does with it ------------------------------------------------------------------


@pytest.fixture
def at_unit(
    make_complaint: Callable[..., Complaint],
    session: Session,
    cast: SimpleNamespace,
    app: Flask,
    clock: SimpleNamespace,
) -> Complaint:
    complaint = make_complaint(Status.WITH_LIAISON)
    folder = app.config["FILES"]
    do(session, cast, folder, complaint, "penghubung", Action.HAND_OVER, clock.now)
    return complaint


def attached(session: Session, complaint: Complaint) -> list[tuple[str, int]]:
    session.rollback()
    query = select(Attachment).where(Attachment.complaint_id == complaint.id)
    return [(file.name, file.size) for file in session.scalars(query)]


def test_a_form_attaches_what_was_uploaded_once_however_often_it_is_sent(
    enter: Callable[[str], Officer], session: Session, at_unit: Complaint
) -> None:
    officer = enter("unit")
    tokens = [Sender(officer).whole(), Sender(officer).whole(name="kedua.pdf")]
    data = {**officer.hidden(at_unit, "catat-perkembangan"), "text": "Terlampir.", "upload": tokens}
    for _ in range(2):
        answer = officer.send(at_unit, "catat-perkembangan", data, htmx=True)
        assert answer.status_code == 200
        assert "notice ok" in answer.text
    assert attached(session, at_unit) == [("laporan hasil.pdf", len(PDF)), ("kedua.pdf", len(PDF))]


def test_a_form_that_is_refused_keeps_what_was_uploaded(
    enter: Callable[[str], Officer], session: Session, at_unit: Complaint
) -> None:
    officer = enter("unit")
    token = Sender(officer).whole()
    answer = officer.act(at_unit, "catat-perkembangan", htmx=True, text="", upload=token)
    assert answer.status_code == 422
    form = form_of(answer.text, "catat-perkembangan") if "<details" in answer.text else answer.text
    assert f'name="upload" value="{token}" checked' in form
    assert "laporan hasil.pdf" in form
    answer = officer.act(at_unit, "catat-perkembangan", htmx=True, text="Ini.", upload=token)
    assert answer.status_code == 200
    assert attached(session, at_unit) == [("laporan hasil.pdf", len(PDF))]


def test_an_upload_that_is_gone_is_said_so_and_nothing_is_written(
    enter: Callable[[str], Officer], session: Session, at_unit: Complaint, clock: SimpleNamespace
) -> None:
    officer = enter("unit")
    token = Sender(officer).whole()
    clock.now += incoming.LIFETIME
    officer = enter("unit")
    answer = officer.act(at_unit, "catat-perkembangan", htmx=True, text="Ini.", upload=token)
    assert answer.status_code == 422
    assert "Unggahan ini sudah tidak ada. Pilih lagi berkasnya." in answer.text
    assert attached(session, at_unit) == []


def test_a_complaint_entered_by_hand_takes_what_was_uploaded(
    enter: Callable[[str], Officer], session: Session
) -> None:
    officer = enter("instansi")
    token = Sender(officer).whole()
    data = {"key": "k", "title": "", "body": "Isi.", "case_class": "complaint", "upload": token}
    again = officer.post("catat", data)
    assert again.status_code == 422
    assert f'value="{token}" checked' in again.text
    answer = officer.post("catat", {**data, "title": "Judul"})
    number = answer.location.rpartition("/")[2]
    complaint = session.scalars(select(Complaint).where(Complaint.tracking_id == number)).one()
    assert attached(session, complaint) == [("laporan hasil.pdf", len(PDF))]


def test_the_worker_removes_what_nobody_attached(
    app: Flask, sender: Sender, clock: SimpleNamespace
) -> None:
    sender.whole()
    left = Path(app.config["FILES"]) / "incoming"
    queue = queue_of(app)
    queue._every_minute()
    assert len({path.stem for path in left.iterdir()}) == 1
    clock.now += incoming.LIFETIME + timedelta(minutes=1)
    queue._every_minute()
    assert list(left.iterdir()) == []
    queue.storage.close()


# -- a client that somebody else wrote -----------------------------------------------------------


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application behind a real socket."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_standard_client_uploads_breaks_off_and_resumes(
    app: Flask, cast: SimpleNamespace, sign_in: Any, address: str
) -> None:
    browser = app.test_client()
    sign_in(browser, cast.unit)
    cookie = browser.get_cookie("session")
    assert isinstance(app.session_interface, SecureCookieSessionInterface)
    assert cookie is not None
    client = TusClient(f"{address}/unggahan", headers={"Cookie": f"session={cookie.value}"})
    described = {"filename": "laporan.pdf"}

    def uploader(content: bytes, **more: Any) -> Uploader:
        stream = BytesIO(content)
        return client.uploader(file_stream=stream, chunk_size=3000, metadata=described, **more)

    first = uploader(PDF, upload_checksum=True)
    first.upload_chunk()
    first.upload_chunk()
    later = uploader(PDF, url=first.url)
    assert later.offset == 6000
    later.upload()
    token = first.url.rpartition("/")[2]
    assert (Path(app.config["FILES"]) / "incoming" / token).read_bytes() == PDF
    with pytest.raises(TusCommunicationError):
        uploader(b"bukan PDF").upload()
