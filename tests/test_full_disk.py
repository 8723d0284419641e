"""No room, or a locked folder: a sentence, nothing lost, nothing half; then it goes on."""

import base64
import gc
import sqlite3
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from pikepdf import Pdf, Stream
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from portal.cases.files import incoming_folder, read_kept
from portal.cases.import_lapor import receive_file
from portal.cases.ledger import verify_ledger
from portal.cases.reports import create_report
from portal.cases.tick import tick
from portal.extensions import db
from portal.models import Attachment, Complaint, Entry, ImportBatch, ImportState, Rendering, Report
from portal.sop.vocabulary import Action, Status
from portal.tasks import Queue
from tests.blueprints.desks.officer import Officer
from tests.cases.exports import report, write_export
from tests.disks import SmallDisk, small_disk
from tests.report_story import OCTOBER, ReportStory
from tests.stories import do

TYPED = "Modul lampu diganti, diuji siang dan malam."
TUS = {"Tus-Resumable": "1.0.0"}
KIB = 1024


@pytest.fixture
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDisk]:
    with small_disk(tmp_path_factory.mktemp("disk") / "small", 16) as disk:
        yield disk


@pytest.fixture
def tmp_path(disk: SmallDisk) -> Path:
    """Where `app` puts its instance folder."""
    return disk.path


@pytest.fixture
def at_unit(
    app: Flask, session: Session, cast: SimpleNamespace, make_complaint: Any, clock: Any
) -> Complaint:
    complaint: Complaint = make_complaint(Status.WITH_LIAISON)
    now = clock.now
    do(session, cast, app.config["FILES"], complaint, "penghubung", Action.HAND_OVER, now)
    return complaint


@pytest.fixture
def unit(app: Flask, cast: SimpleNamespace, sign_in: Any) -> Officer:
    return Officer(app, cast, "unit", sign_in)


@pytest.fixture
def batch_id(
    disk: SmallDisk, app: Flask, session: Session, cast: SimpleNamespace, clock: Any
) -> int:
    """An export that was received and is still to be read."""
    content = write_export(disk.path, report(1), report(2)).read_bytes()
    actor, files = cast.actor(cast.nasional), app.config["FILES"]
    return receive_file(session, actor, "ekspor.csv", content, files, clock.now).id


def pdf(size: int) -> bytes:
    """A PDF of at least `size` bytes that do not compress."""
    with Pdf.new() as made:
        made.add_blank_page()
        made.Root.Filling = made.make_indirect(Stream(made, Random(size).randbytes(size)))
        file = BytesIO()
        made.save(file)
    return file.getvalue()


def entries(session: Session, complaint: Complaint) -> list[str]:
    session.rollback()
    query = select(Entry.action).where(Entry.complaint_id == complaint.id).order_by(Entry.seq)
    return list(session.scalars(query))


def drafts(app: Flask) -> list[Path]:
    return list(incoming_folder(app.config["FILES"]).glob("*.draft"))


# -- no room -------------------------------------------------------------------------------------


def test_an_action_without_room_comes_back_with_what_was_typed_and_goes_through_later(
    disk: SmallDisk,
    unit: Officer,
    at_unit: Complaint,
    session: Session,
    caplog: pytest.LogCaptureFixture,
) -> None:
    form = {**unit.hidden(at_unit, "catat-perkembangan"), "text": TYPED}
    before = entries(session, at_unit)
    disk.fill()
    refused = unit.send(at_unit, "catat-perkembangan", form)
    assert refused.status_code == 507
    assert "Penyimpanan portal penuh" in refused.text
    assert "yang Anda ketik masih ada di halaman ini" in refused.text
    assert f">\n{TYPED}</textarea>" in refused.text
    assert f">\n{form['key']}</textarea>" in refused.text
    assert "Kirim sekarang" in refused.text
    assert "type=OperationalError" in caplog.text
    assert TYPED not in caplog.text
    assert unit.page(at_unit).status_code == unit.get().status_code == 200
    assert entries(session, at_unit) == before
    disk.make_room()
    for _ in range(2):
        assert unit.send(at_unit, "catat-perkembangan", form).status_code == 303
    assert entries(session, at_unit) == [*before, Action.RECORD_PROGRESS]
    assert verify_ledger(session).broken is None


def test_a_swap_without_room_is_told_in_the_sentence_that_the_page_shows(
    disk: SmallDisk, unit: Officer, at_unit: Complaint
) -> None:
    form = {**unit.hidden(at_unit, "catat-perkembangan"), "text": TYPED}
    disk.fill()
    refused = unit.send(at_unit, "catat-perkembangan", form, htmx=True)
    assert refused.status_code == 507
    assert "data-announce>Tindakan terakhir tidak disimpan: di server" in refused.text


def test_a_file_without_room_leaves_nothing_of_itself_or_of_its_action(
    disk: SmallDisk, app: Flask, unit: Officer, at_unit: Complaint, session: Session
) -> None:
    content = pdf(200 * KIB)
    form = {**unit.hidden(at_unit, "catat-perkembangan"), "text": TYPED}
    before = entries(session, at_unit)

    def send() -> Any:
        file = (BytesIO(content), "foto lampu.pdf")
        return unit.send(at_unit, "catat-perkembangan", {**form, "files": file})

    disk.fill(but=100 * KIB)
    refused = send()
    assert refused.status_code == 507
    assert TYPED in refused.text
    assert "Pilih lagi berkasnya" in refused.text
    assert entries(session, at_unit) == before
    assert session.scalars(select(Attachment)).all() == []
    assert drafts(app) == []
    disk.make_room()
    assert send().status_code == 303
    kept = session.scalars(select(Attachment)).one()
    assert read_kept(app.config["FILES"], kept.sha256) == content


# Werkzeug leaves the file that it could not write open, for the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_form_that_could_not_be_read_for_want_of_room_is_still_in_the_browser(
    disk: SmallDisk, unit: Officer, at_unit: Complaint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Large files are put down in the system's own folder while the form is read."""
    form = {**unit.hidden(at_unit, "catat-perkembangan"), "text": TYPED}
    file = FileStorage(BytesIO(pdf(2000 * KIB)), "foto lampu.pdf")
    boundary, body = encode_multipart({**form, "files": file})
    monkeypatch.setattr(tempfile, "tempdir", str(disk.path))
    disk.fill()
    refused = unit.browser.post(
        f"/unit-kerja/pengaduan/{at_unit.tracking_id}/catat-perkembangan",
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
    )
    assert refused.status_code == 507
    assert "tekan tombol Kembali di browser" in refused.text
    assert "masih ada di halaman ini" not in refused.text
    gc.collect()


def test_parts_of_a_file_stop_where_the_room_ends_and_go_on_from_there(
    disk: SmallDisk, app: Flask, unit: Officer, at_unit: Complaint, session: Session
) -> None:
    content = pdf(200 * KIB)
    name = base64.b64encode(b"foto lampu.pdf").decode()
    told = {"Upload-Length": str(len(content)), "Upload-Metadata": f"filename {name}"}
    url = unit.browser.post("/unggahan", headers={**TUS, **told}).location

    def arrived() -> int:
        return int(unit.browser.head(url, headers=TUS).headers["Upload-Offset"])

    def go_on() -> Any:
        offset = arrived()
        part = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        return unit.browser.patch(url, data=content[offset:], headers={**TUS, **part})

    disk.fill(but=100 * KIB)
    refused = go_on()
    assert (refused.status_code, refused.mimetype) == (507, "text/plain")
    assert refused.text.startswith("Tindakan terakhir tidak disimpan: di server tidak ada ruang")
    assert 0 < arrived() < len(content)
    disk.make_room()
    assert go_on().status_code == 204
    assert arrived() == len(content)
    token = url.rpartition("/")[2]
    unit.act(at_unit, "catat-perkembangan", text=TYPED, upload=token)
    kept = session.scalars(select(Attachment)).one()
    assert read_kept(app.config["FILES"], kept.sha256) == content


def test_an_upload_that_cannot_be_noted_is_refused_in_a_sentence_alone(
    disk: SmallDisk, unit: Officer
) -> None:
    disk.fill()
    told = {"Upload-Length": "10", "Upload-Metadata": "filename YS5wZGY="}
    refused = unit.browser.post("/unggahan", headers={**TUS, **told})
    assert (refused.status_code, refused.mimetype) == (507, "text/plain")
    assert "<" not in refused.text


def test_nobody_is_let_in_by_halves(disk: SmallDisk, app: Flask, cast: SimpleNamespace) -> None:
    browser = app.test_client()
    disk.fill()
    answer = browser.post("/masuk", data={"username": "unit", "password": "salah sekali"})
    assert answer.status_code == 507
    assert "salah sekali" not in answer.text
    assert browser.get("/unit-kerja/").status_code == 303


def test_an_export_without_room_is_not_received(
    disk: SmallDisk, app: Flask, session: Session, cast: SimpleNamespace, clock: Any
) -> None:
    content = write_export(disk.path, report(1), report(2)).read_bytes()
    actor, files = cast.actor(cast.nasional), app.config["FILES"]
    disk.fill()
    with pytest.raises((OSError, OperationalError)):
        receive_file(session, actor, "ekspor.csv", content, files, clock.now)
    assert session.scalars(select(ImportBatch)).all() == []
    assert drafts(app) == []


# -- the worker without room ---------------------------------------------------------------------


def test_timers_wait_for_room_and_then_fire_once(
    disk: SmallDisk, session: Session, clock: Any, make_complaint: Any
) -> None:
    waiting = [make_complaint(Status.WITH_LIAISON) for _ in range(3)]
    clock.now = max(one.wake_at for one in waiting)
    disk.fill()
    with pytest.raises(OperationalError):
        tick(session, clock.now)
    assert [len(entries(session, one)) for one in waiting] == [1, 1, 1]
    disk.make_room()
    assert len(tick(session, clock.now)) == 3
    assert tick(session, clock.now) == []


def test_what_the_queue_could_not_be_told_is_found_in_the_database(
    disk: SmallDisk, session: Session, queue: Queue, batch_id: int
) -> None:
    queue.run_batch(batch_id)
    disk.fill()
    queue.run_batch(batch_id)
    queue.put("progress-1", (1, 2))
    assert queue.dequeue() is None
    disk.make_room()
    assert queue.storage.queue_size() == 1
    queue.resume()
    session.rollback()
    assert session.get_one(ImportBatch, batch_id).state == ImportState.PREVIEW


def test_a_step_of_an_import_waits_for_room(
    disk: SmallDisk, session: Session, queue: Queue, batch_id: int
) -> None:

    def state() -> ImportState:
        session.rollback()
        return session.get_one(ImportBatch, batch_id).state

    disk.fill()
    queue.resume()
    assert state() == ImportState.READING
    disk.make_room()
    queue.resume()
    assert state() == ImportState.PREVIEW


@pytest.mark.parametrize("left", [0, 48 * KIB])
def test_a_report_waits_for_room_and_is_not_called_failed(
    disk: SmallDisk, story: ReportStory, queue: Queue, app: Flask, left: int
) -> None:
    """`left`: there is room for figures and rows perhaps, but never for a paper."""
    story.complaints(1)
    instansi = story.cast.actor(story.cast.instansi)
    report_id = create_report(story.session, instansi, OCTOBER, story.now).id

    def made() -> Report:
        story.session.rollback()
        return story.session.get_one(Report, report_id)

    disk.fill(but=left)
    queue.resume()
    assert made().error == {}
    assert all(not one.error for one in story.session.scalars(select(Rendering)))
    assert drafts(app) == []
    disk.make_room()
    queue.resume()
    paper = story.session.get_one(Rendering, made().paper)
    assert read_kept(app.config["FILES"], paper.sha256 or "").startswith(b"%PDF-")


# -- a locked folder -----------------------------------------------------------------------------


def test_a_locked_folder_is_read_and_what_was_to_be_written_waits(
    disk: SmallDisk, unit: Officer, at_unit: Complaint, session: Session
) -> None:
    form = {**unit.hidden(at_unit, "catat-perkembangan"), "text": TYPED}
    before = entries(session, at_unit)
    with reopened(disk, reader=True):
        assert unit.page(at_unit).status_code == 200
        refused = unit.send(at_unit, "catat-perkembangan", form)
        assert refused.status_code == 503
        assert "Penyimpanan portal terkunci" in refused.text
        assert f">\n{TYPED}</textarea>" in refused.text
        assert entries(session, at_unit) == before
    assert unit.send(at_unit, "catat-perkembangan", form).status_code == 303
    assert entries(session, at_unit) == [*before, Action.RECORD_PROGRESS]


def test_a_database_that_cannot_even_be_opened_costs_the_frame_but_not_what_was_typed(
    disk: SmallDisk, app: Flask, unit: Officer, at_unit: Complaint
) -> None:
    form = {**unit.hidden(at_unit, "catat-perkembangan"), "text": TYPED}
    with reopened(disk, reader=False):
        refused = unit.send(at_unit, "catat-perkembangan", form)
        command = app.test_cli_runner().invoke(args=["tick"])
    assert refused.status_code == 503
    assert "Penyimpanan portal terkunci" in refused.text
    assert f">\n{TYPED}</textarea>" in refused.text
    assert "<nav" not in refused.text
    assert command.exit_code == 2
    assert command.output.startswith("Database tidak dapat dibuka: folder instance")
    assert unit.send(at_unit, "catat-perkembangan", form).status_code == 303


class reopened:
    """The disk locked while the portal starts anew; `reader`: another has the database open."""

    def __init__(self, disk: SmallDisk, *, reader: bool) -> None:
        self._locked = disk.locked()
        self._other = sqlite3.connect(disk.path / "instance" / "portal.db")
        self._other.execute("SELECT count(*) FROM entry").fetchall()
        self._reader = reader

    def __enter__(self) -> None:
        _let_go()
        if not self._reader:
            self._other.close()
        self._locked.__enter__()

    def __exit__(self, *_: object) -> None:
        _let_go()
        self._locked.__exit__(None, None, None)
        self._other.close()


def _let_go() -> None:
    db.session.remove()
    db.engine.dispose()
