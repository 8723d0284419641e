"""A secret planted by an import is found nowhere but at the desk that needs it."""

import io
import logging
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from portal.access import Actor
from portal.cases.act import NotFound
from portal.cases.case_papers import CASE_PAPERS, order_case_paper
from portal.cases.ledger import verify_ledger
from portal.cases.retention import apply_retention
from portal.cases.rules import load_rules
from portal.models import Complaint, Rendering
from portal.pages.panel import message_for
from portal.queries.report_basis import gather_basis
from portal.sop.vocabulary import Action, Status
from tests.blueprints.desks.officer import Enter, Officer
from tests.cases.exports import report, write_export
from tests.conftest import MONDAY
from tests.stories import USUAL, WAY, do, do_anyway

pytestmark = pytest.mark.usefixtures("counted_requests")

SECRETS = ("zubaidah", "kirana", "3520011203800007", "81298765432", "zk@contoh.id")
CELLS = {
    "name": "Zubaidah Kirana",
    "privacy": "Rahasia",
    "status": "Belum Terverifikasi",
    "title": "Pungli parkir, lapor Zubaidah Kirana",
    "body": "Saya ZUBAIDAH KIRANA, NIK 3520 0112 0380 0007, WA +62 812-9876-5432, zk@contoh.id. "
    "Juru parkir menolak memberi karcis.",
    "reason": "Sudah ditelepon: Bu Kirana, 081298765432.",
}


SEARCHED: list[int] = []


@pytest.fixture(autouse=True)
def searched(figures: Callable[[dict[str, int]], None]) -> Iterator[None]:
    SEARCHED.clear()
    yield
    figures({"texts searched": len(SEARCHED)})


def test_the_secrets_are_told(figures: Callable[[dict[str, int]], None]) -> None:
    assert secrets_in(" ".join(CELLS.values())) == list(SECRETS)
    figures({"secrets": len(SECRETS)})


def secrets_in(content: str | bytes) -> list[str]:
    """Which secrets `content` tells, in whatever case and grouping of digits."""
    SEARCHED.append(1)
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
    text = text.casefold()
    runs = re.sub(r"(?<=\d)[ .()+-]+(?=\d)", "", text)
    return [one for one in SECRETS if one in text or one in runs]


def unpacked(content: bytes) -> Iterator[bytes]:
    """The parts of a workbook or archive, workbooks in it too; else the content itself."""
    if not content.startswith(b"PK"):
        yield content
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            yield from unpacked(archive.read(name))


@pytest.fixture
def enter(app: Flask, cast: SimpleNamespace, sign_in: Any) -> Enter:
    return lambda who: Officer(app, cast, who, sign_in)


@pytest.fixture
def planted(enter: Enter, session: Session, tmp_path: Path) -> Complaint:
    """Imported by upload, as the Admin Instansi does it, while it is confidential."""
    browser = enter("instansi").browser
    export = write_export(tmp_path, report(1, **CELLS), report(2, name="Sri Wahyuni"))
    sent = {"file": (io.BytesIO(export.read_bytes()), "ekspor.csv")}
    page = browser.post("/impor/", data=sent, content_type="multipart/form-data")
    assert secrets_in(browser.get(page.location).data) == []
    counts = {"new": 2, "changed": 0, "unchanged": 0, "rejected": 0}
    browser.post(f"{page.location}/konfirmasi", data=counts)
    export.unlink()
    session.rollback()
    number = report(1)["Tracking ID"]
    return session.scalars(select(Complaint).where(Complaint.tracking_id == number)).one()


def test_the_import_itself_leaves_nothing_in_clear(app: Flask, planted: Complaint) -> None:
    assert secrets_in(planted.title) == []
    assert_nothing_on_disk(Path(app.instance_path))


@pytest.fixture
def played(planted: Complaint, session: Session, cast: SimpleNamespace, app: Flask) -> Complaint:
    """The complaint taken to the Kepala Dinas' report by real verbs."""
    folder = Path(app.config["FILES"])
    for who, action in (
        ("nasional", Action.RECEIVE),
        ("nasional", Action.FORWARD),
        ("instansi", Action.VERIFY),
        ("instansi", Action.DISPOSE),
        ("penghubung", Action.ACKNOWLEDGE),
        ("penghubung", Action.HAND_OVER),
        ("unit", Action.RECORD_PROGRESS),
        ("unit", Action.FINISH_FOLLOW_UP),
        ("unit", Action.ANSWER),
    ):
        session.refresh(planted)
        do(session, cast, folder, planted, who, action, MONDAY)
    return planted


DESKS = ("nasional", "penghubung", "penghubung_lain", "unit", "unit_lain", "kepala")


@pytest.mark.parametrize("who", DESKS)
def test_no_page_of_a_desk_without_need_tells_it(enter: Enter, played: Complaint, who: str) -> None:
    officer = enter(who)
    number = played.tracking_id
    paths = ["", "cari", f"pengaduan/{number}", f"pengaduan/{number}/tidak-ada"]
    paths += [f"/pengaduan/{number}", "/impor/", "/identitas-dibuka/", "/laporan/", "/arsip/"]
    for path in paths:
        for htmx in (False, True):
            answer = officer.get(path, htmx=htmx)
            assert secrets_in(answer.data) == [], (path, answer.status_code)
            assert secrets_in(str(answer.headers)) == []
    # a search finds nothing by it, so that its page differs in nothing from any other empty one
    assert f"#{number}" not in officer.get("cari?q=Kirana").text


# Each step of the way, and who may see the complaint once it is done.
STAGES = (
    ("nasional", Action.RECEIVE, {"nasional", "instansi", "kepala"}),
    ("nasional", Action.FORWARD, {"instansi", "kepala"}),
    ("instansi", Action.VERIFY, {"instansi", "kepala"}),
    ("instansi", Action.DISPOSE, {"instansi", "kepala", "penghubung"}),
    ("penghubung", Action.ACKNOWLEDGE, {"instansi", "kepala", "penghubung"}),
    ("penghubung", Action.HAND_OVER, {"instansi", "kepala", "penghubung", "unit"}),
    ("unit", Action.RECORD_PROGRESS, {"instansi", "kepala", "penghubung", "unit"}),
)


def test_no_desk_that_holds_it_on_its_way_is_told_nor_any_paper_of_that_time(
    app: Flask, enter: Enter, session: Session, cast: SimpleNamespace, planted: Complaint
) -> None:
    folder, number = Path(app.config["FILES"]), planted.tracking_id
    papers = 0
    for who, action, seen_by in STAGES:
        session.refresh(planted)
        # the unit writes her name in the history, although it is warned
        answers = {"text": CELLS["body"]} if action is Action.RECORD_PROGRESS else {}
        do_anyway(session, cast, folder, planted, who, action, MONDAY, **answers)
        for desk in (*DESKS, "instansi"):
            officer = enter(desk)
            for htmx in (False, True):
                answer = officer.get(f"pengaduan/{number}", htmx=htmx)
                assert answer.status_code == (200 if desk in seen_by else 404), (desk, action)
                assert bool(secrets_in(answer.data)) is (desk == "instansi"), (desk, action)
            if desk in seen_by:
                papers += order_papers(app, session, cast.actor(cast.accounts[desk]), number)
    assert papers >= 20
    assert_no_paper_tells_it(session)


def test_the_desk_that_needs_it_has_all_of_it(enter: Enter, played: Complaint) -> None:
    text = enter("instansi").page(played).text
    assert set(secrets_in(text)) == set(SECRETS)


def test_a_refused_form_tells_no_more_than_was_typed(enter: Enter, played: Complaint) -> None:
    officer = enter("unit")
    for slug in ("tanggapi", "catat-perkembangan", "buka-identitas"):
        answer = officer.send(played, slug, {"key": "k", "seq": "1", "answer": "x", "text": "x"})
        assert answer.status_code in (403, 409, 422)
        assert secrets_in(answer.data) == []


def test_no_paper_tells_it(
    app: Flask, session: Session, cast: SimpleNamespace, played: Complaint
) -> None:
    actors = [
        cast.actor(cast.accounts[who]) for who in ("instansi", "penghubung", "unit", "kepala")
    ]
    ordered = [order_papers(app, session, actor, played.tracking_id) for actor in actors]
    assert sum(ordered) >= 8
    assert_no_paper_tells_it(session)


def order_papers(app: Flask, session: Session, actor: Actor, number: str) -> int:
    """Order every paper of a complaint that there is for `actor`; how many."""
    rules, folder = load_rules(session), Path(app.config["FILES"])
    ordered = 0
    for name in CASE_PAPERS:
        with suppress(NotFound):
            order_case_paper(session, actor, number, name, rules, folder, MONDAY)
            ordered += 1
    return ordered


def assert_no_paper_tells_it(session: Session) -> None:
    for row in session.scalars(select(Rendering).options(undefer(Rendering.inputs))):
        assert secrets_in(str(row.inputs)) == []


def test_no_report_register_or_workbook_tells_it(
    enter: Enter, session: Session, cast: SimpleNamespace, played: Complaint
) -> None:
    basis = gather_basis(session, cast.own_id, MONDAY.date().replace(day=1), MONDAY)
    assert [row.reporter for row in basis.register].count("Dirahasiakan") == 1
    assert secrets_in(repr(basis)) == []
    workbook = enter("kepala").browser.get(f"/arsip/buku-register-{MONDAY.year}.xlsx")
    parts = list(unpacked(workbook.data))
    assert len(parts) > 3
    for part in parts:
        assert secrets_in(part) == []


def test_no_log_line_tells_it_even_of_a_fault(
    app: Flask,
    enter: Enter,
    played: Complaint,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    caplog.set_level(logging.DEBUG)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(CELLS["body"])

    monkeypatch.setattr("portal.blueprints.desk_complaint.make_panel", fail)
    answer = enter("unit").get(f"pengaduan/{played.tracking_id}")
    assert answer.status_code == 500
    assert secrets_in(answer.data) == []
    assert "fault request=" in caplog.text
    assert secrets_in(caplog.text) == []


def test_nothing_in_the_instance_folder_tells_it(
    app: Flask, session: Session, played: Complaint, tmp_path: Path
) -> None:
    folder = Path(app.instance_path)
    assert (folder / "portal.db-wal").exists()
    assert_nothing_on_disk(folder)
    # a backup as it is made while the portal is in use
    session.rollback()
    source, copy = sqlite3.connect(folder / "portal.db"), sqlite3.connect(tmp_path / "backup.db")
    source.backup(copy)
    source.close()
    copy.close()
    assert secrets_in((tmp_path / "backup.db").read_bytes()) == []


def assert_nothing_on_disk(folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {"portal.db", "identity_keys"} <= {path.name for path in files}
    for path in files:
        for part in unpacked(path.read_bytes()):
            assert secrets_in(part) == [], path


def test_an_export_that_waits_lies_sealed(enter: Enter, app: Flask, tmp_path: Path) -> None:
    browser = enter("instansi").browser
    export = write_export(tmp_path, report(1, **CELLS))
    sent = {"file": (io.BytesIO(export.read_bytes()), "ekspor.csv")}
    browser.post("/impor/", data=sent, content_type="multipart/form-data")
    folder = Path(app.instance_path)
    assert len(list((folder / "files" / "imports").iterdir())) == 1
    assert_nothing_on_disk(folder)


def test_the_message_for_whatsapp_tells_nothing(
    app: Flask, session: Session, make_complaint: Callable[..., Complaint]
) -> None:
    complaint = make_complaint(
        confidential=True, title=CELLS["title"], body=CELLS["body"], reporter_name=CELLS["name"]
    )
    complaint.due_at = MONDAY
    with session.no_autoflush, app.test_request_context():
        assert secrets_in(message_for(complaint, "Dinas Perhubungan")) == []
    session.rollback()


# -- once the reporter is taken out --------------------------------------------------------------


@pytest.fixture
def ended(app: Flask, enter: Enter, session: Session, cast: Any, tmp_path: Path) -> Complaint:
    """A plain complaint, whose reporter stands in clear in its texts and papers, to its end."""
    export = write_export(tmp_path, report(1, **CELLS | {"privacy": ""}))
    sent = {"file": (io.BytesIO(export.read_bytes()), "ekspor.csv")}
    browser = enter("instansi").browser
    page = browser.post("/impor/", data=sent, content_type="multipart/form-data")
    counts = {"new": 1, "changed": 0, "unchanged": 0, "rejected": 0}
    browser.post(f"{page.location}/konfirmasi", data=counts)
    session.rollback()
    complaint = session.scalars(select(Complaint)).one()
    folder, said = Path(app.config["FILES"]), CELLS["body"]
    written = {
        Action.RECORD_PROGRESS: "text",
        Action.ANSWER: "answer",
        Action.RETURN_ANSWER: "reason",
    }
    for action in (*WAY[Status.ANSWERED][:-1], Action.RECORD_PROGRESS, *list(written)[1:]):
        answers = {written[action]: said} if action in written else {}
        do_anyway(session, cast, folder, complaint, USUAL[action], action, MONDAY, **answers)
    for action in (Action.ANSWER, Action.REGISTER, Action.RECORD_FEEDBACK):
        do_anyway(session, cast, folder, complaint, USUAL[action], action, MONDAY)
    for name in ("kartu", "surat-tanggapan"):
        enter("instansi").get(f"/pengaduan/{complaint.tracking_id}/cetak/{name}.pdf")
    export.unlink()
    return complaint


def test_once_he_is_taken_out_nothing_anywhere_tells_it(
    app: Flask,
    enter: Enter,
    session: Session,
    clock: SimpleNamespace,
    ended: Complaint,
    caplog: pytest.LogCaptureFixture,
) -> None:
    folder = Path(app.instance_path)
    with pytest.raises(AssertionError):
        assert_nothing_on_disk(folder)
    caplog.set_level(logging.DEBUG)
    officer = enter("instansi")
    gone = officer.act(ended, "hapus-identitas", reason=f"Diminta Zubaidah Kirana, {SECRETS[2]}.")
    assert "Kirim tetap" in gone.text  # warned of naming her
    answer = officer.act(ended, "hapus-identitas", htmx=True, reason="Diminta pelapor.")
    assert secrets_in(answer.data) == []
    session.rollback()
    apply_retention(session, Path(app.config["FILES"]), MONDAY, 1)  # the night after
    assert_nothing_on_disk(folder)
    assert secrets_in(caplog.text) == []
    for who in ("instansi", "kepala"):
        assert secrets_in(enter(who).page(ended).data) == []
    card = enter("instansi").get(f"/pengaduan/{ended.tracking_id}/cetak/kartu.pdf")
    assert card.status_code == 202
    session.rollback()
    for row in session.scalars(select(Rendering).options(undefer(Rendering.inputs))):
        assert secrets_in(str(row.inputs)) == []
    assert verify_ledger(session).broken is None
