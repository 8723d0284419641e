"""Each door by which a file comes in looks into it; what goes out by one can do nothing."""

from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.cases.files import read_kept
from portal.cases.report_settings import settings_form
from portal.models import Attachment, Complaint, ReportFile, Setting
from portal.sop.vocabulary import Action, Status
from tests.blueprints.desks.conftest import act  # noqa: F401
from tests.blueprints.desks.officer import Officer
from tests.files import pdf, photo
from tests.report_story import ReportStory

SCRIPTED = pdf(OpenAction="<< /S /JavaScript /JS (app.alert(1)) >>")
NOBODY_THERE = "127.0.0.1:1"
Send = Callable[[bytes, str], TestResponse]


@pytest.fixture
def enter(app: Flask, cast: SimpleNamespace, sign_in: Any) -> Callable[[str], Officer]:
    return lambda who: Officer(app, cast, who, sign_in)


@pytest.fixture
def doors(
    app: Flask,
    session: Session,
    enter: Callable[[str], Officer],
    make_complaint: Callable[..., Complaint],
    act: Callable[..., None],  # noqa: F811
    story: ReportStory,
) -> dict[str, Send]:
    """Sending a file, by the way that it takes."""
    complaint = make_complaint(Status.WITH_LIAISON)
    act(complaint, "penghubung", Action.HAND_OVER)
    report = story.approved()
    unit, instansi, administrator = map(enter, ("unit", "instansi", "administrator"))

    def with_an_action(content: bytes, name: str) -> TestResponse:
        answers = {"text": "Diperiksa.", "files": (BytesIO(content), name)}
        return unit.act(complaint, "catat-perkembangan", **answers)

    def with_a_new_complaint(content: bytes, name: str) -> TestResponse:
        files = (BytesIO(content), name)
        data = {"title": "Lampu", "body": "Mati.", "case_class": "complaint", "files": files}
        return instansi.post("catat", data, content_type="multipart/form-data")

    def to_the_report(action: str) -> Send:
        def send(content: bytes, name: str) -> TestResponse:
            data = {"seq": str(report.seq), "file": (BytesIO(content), name)}
            return instansi.post(
                f"/laporan/{report.id}/{action}", data, content_type="multipart/form-data"
            )

        return send

    def in_parts(content: bytes, name: str) -> TestResponse:
        tus = {"Tus-Resumable": "1.0.0"}
        told = f"filename {b64encode(name.encode()).decode()}"
        length = {"Upload-Length": str(len(content)), "Upload-Metadata": told}
        address = unit.browser.post("/unggahan", headers=tus | length).location
        kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
        return unit.browser.patch(address, data=content, headers=tus | kind)

    def to_import(content: bytes, name: str) -> TestResponse:
        data = {"file": (BytesIO(content), name)}
        return instansi.post("/impor/", data, content_type="multipart/form-data")

    def as_emblem(content: bytes, name: str) -> TestResponse:
        data = {**settings_form(session, app.config["FILES"]), "emblem": (BytesIO(content), name)}
        kind = "multipart/form-data"
        return administrator.post("/administrator/naskah/", data, content_type=kind)

    return {
        "action": with_an_action,
        "entry": with_a_new_complaint,
        "scan": to_the_report("unggah-pindaian"),
        "signed": to_the_report("unggah-bertanda-tangan"),
        "parts": in_parts,
        "import": to_import,
        "emblem": as_emblem,
    }


KEEPING = ("action", "entry", "scan", "signed", "parts")


@pytest.mark.parametrize("door", KEEPING)
def test_a_pdf_with_a_script_comes_in_by_no_door(
    doors: dict[str, Send], session: Session, door: str
) -> None:
    files = len(kept(session))
    answer = doors[door](SCRIPTED, "surat.pdf")
    assert answer.status_code == 422
    assert "memuat skrip, lampiran, atau formulir" in answer.text
    assert len(kept(session)) == files


@pytest.mark.parametrize("door", [*KEEPING, "import", "emblem"])
def test_while_the_virus_scanner_is_silent_nothing_comes_in_by_any_door(
    app: Flask, doors: dict[str, Send], session: Session, door: str
) -> None:
    app.config["CLAMD"] = NOBODY_THERE
    files, settings = len(kept(session)), len(session.scalars(select(Setting)).all())
    content, name = (photo("PNG"), "a.png") if door == "emblem" else (pdf(), "surat.pdf")
    answer = doors[door](content, name)
    assert answer.status_code == 422
    assert "Pemeriksa virus tidak menyahut" in answer.text
    assert len(kept(session)) == files
    assert len(session.scalars(select(Setting)).all()) == settings


@pytest.mark.parametrize("door", ["action", "entry", "scan"])
def test_a_photograph_is_kept_without_where_it_was_taken(
    app: Flask, doors: dict[str, Send], session: Session, door: str
) -> None:
    content = photo(comment=b"-7.6493,111.3381")
    assert doors[door](content, "foto.jpg").status_code == 303
    newest = kept(session)[-1]
    assert b"111.3381" not in read_kept(app.config["FILES"], newest.sha256)


def kept(session: Session) -> list[Attachment | ReportFile]:
    """All files of complaints and reports, the newest last."""
    session.expire_all()
    files = [*session.scalars(select(Attachment)), *session.scalars(select(ReportFile))]
    return sorted(files, key=lambda file: isinstance(file, Attachment))


def test_what_goes_out_is_downloaded_or_is_a_paper_that_can_do_nothing(
    app: Flask,
    doors: dict[str, Send],
    session: Session,
    enter: Callable[[str], Officer],
    story: ReportStory,
) -> None:
    doors["action"](pdf(), "surat.pdf")
    doors["scan"](pdf(), "pindaian.pdf")
    attachment = session.scalars(select(Attachment)).one()
    number = session.get_one(Complaint, attachment.complaint_id).tracking_id
    scan = session.scalars(select(ReportFile).order_by(ReportFile.id.desc())).first()
    assert scan is not None
    officer, own = enter("instansi"), f"/laporan/{scan.report_id}"
    downloads = [
        f"/pengaduan/{number}/lampiran/{attachment.id}",
        f"{own}/berkas/{scan.id}?unduh",
        f"{own}/angka.xlsx",
        "/arsip/buku-register-2026.xlsx",
        "/arsip/2026.zip",
    ]
    shown = [f"{own}/berkas/{scan.id}", f"{own}/naskah.pdf", f"/pengaduan/{number}/cetak/kartu.pdf"]
    for address in [*downloads, *shown]:
        with officer.browser.get(address) as answer:
            headers = answer.headers
        assert answer.status_code in (200, 202), address
        assert headers["X-Content-Type-Options"] == "nosniff"
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        if address in downloads:
            assert headers["Content-Disposition"].startswith("attachment")
        else:
            assert "script-src" not in policy
            assert "frame-ancestors 'self'" in policy
