"""What holds of every page of the administrator, and the overview."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.backup.make import Made, NotMade
from portal.backup.nightly import note_failed, note_made
from portal.blueprints.administrator import home
from portal.cases.access_log import note
from portal.cases.sessions import set_safety
from portal.cases.sightings import saw_complaint
from portal.models import Access, Complaint, writing
from portal.sop.vocabulary import Status
from tests.conftest import BY

Post = Callable[..., TestResponse]

PAGES = (
    "",
    "akun/",
    "akun/?q=budi",
    "akun/baru",
    "akun/1",
    "akun/1/penugasan/kepala_dinas",
    "akun/1/penugasan/pejabat_penghubung",
    "akun/1/penugasan/unit_kerja",
    "akun/1/penugasan/administrator",
    "opd/",
    "opd/1",
    "opd/6",
    "unit/1",
    "kalender/",
    "kalender/jam-kerja",
    "sop/",
    "sop/versi-baru",
    "kata/",
    "keamanan/",
    "keamanan/catatan",
    "keamanan/catatan?akun=1",
)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_has_one_heading_and_no_id_twice(admin: FlaskClient, page: str) -> None:
    answer = admin.get(f"/administrator/{page}")
    assert answer.status_code == 200
    assert answer.text.count("<h1>") == 1
    ids = re.findall(r' id="([^"]+)"', answer.text)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["instansi", "kepala"])
def test_nobody_else_may_open_them(
    client: FlaskClient, cast: SimpleNamespace, sign_in: Callable[..., None], page: str, who: str
) -> None:
    sign_in(client, cast.accounts[who])
    assert client.get(f"/administrator/{page}").status_code == 403


@pytest.mark.parametrize(
    "page",
    [
        "akun/999",
        "akun/99999999999999999999",
        "akun/1/penugasan/system",
        "akun/1/penugasan/x",
        "akun/1/penugasan?role=x",
        "opd/999",
        "unit/999",
    ],
)
def test_what_is_not_there_is_not_found(admin: FlaskClient, page: str) -> None:
    assert admin.get(f"/administrator/{page}").status_code == 404


def test_the_administrator_sees_no_complaint_text(
    admin: FlaskClient, make_complaint: Callable[..., Complaint], cast: SimpleNamespace
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    text = "".join(admin.get(f"/administrator/{page}").text for page in PAGES)
    assert complaint.title not in text
    assert "Hari Basuki" not in text
    desk = admin.get(f"/pejabat-penghubung/pengaduan/{complaint.tracking_id}")
    assert desk.status_code == 403


def test_the_overview_says_what_is_missing(admin: FlaskClient) -> None:
    page = admin.get("/administrator/").text
    assert "29 OPD belum punya Pejabat Penghubung" in page
    assert "Hari libur 2027 masih perkiraan" in page


def test_the_overview_says_that_those_who_decide_need_no_second_factor_yet(
    admin: FlaskClient, session: Session
) -> None:
    told = "Verifikasi dua langkah belum diwajibkan"
    assert told in admin.get("/administrator/").text
    safe = {"idle_minutes": "30", "session_hours": "12", "second_factor": "1"}
    set_safety(session, safe, BY)
    assert told not in admin.get("/administrator/").text


@pytest.mark.parametrize(("opened", "days_ago", "told"), [(2, 0, 0), (3, 6, 1), (3, 7, 0)])
def test_the_overview_tells_for_a_week_who_opened_more_than_a_days_work_asks_for(
    admin: FlaskClient,
    session: Session,
    cast: SimpleNamespace,
    make_complaint: Callable[..., Complaint],
    clock: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
    opened: int,
    days_ago: int,
    told: int,
) -> None:
    monkeypatch.setattr(home, "MANY_OPENED", 2)
    liaison, then = cast.actor(cast.penghubung), clock.now - timedelta(days=days_ago)
    for case in [make_complaint(Status.WITH_LIAISON) for _ in range(opened)]:
        for identity in (False, True, False):
            saw_complaint(session, liaison, case, then, identity=identity)
    session.rollback()  # the log is written beside it
    words = f"Perhubungan</a>: 3 pengaduan dibuka pada {then:%d} Nov 2026"
    assert admin.get("/administrator/").text.count(words) == told


def test_the_overview_tells_of_many_failed_sign_ins(admin: FlaskClient, session: Session) -> None:
    told = "20 kali gagal masuk"
    with writing(session):
        for _ in range(19):
            note(session, Access.WRONG_PASSWORD, BY)
    assert "gagal masuk" not in admin.get("/administrator/").text
    with writing(session):
        note(session, Access.WRONG_PASSWORD, BY)
    assert told in admin.get("/administrator/").text


def test_without_a_nightly_backup_the_overview_says_so(admin: FlaskClient) -> None:
    page = admin.get("/administrator/").text
    assert "Cadangan otomatis belum diatur" in page
    assert "<dt>Cadangan terakhir</dt><dd>belum ada</dd>" in page


def test_the_overview_tells_of_the_last_backup_and_warns_when_it_is_old_or_failed(
    app: Flask, session: Session, admin: FlaskClient, clock: SimpleNamespace
) -> None:
    app.config["BACKUP_DIR"] = Path("/cadangan")
    made = Made(Path("x.age"), 12_345_678, 10, 3, ())
    note_made(session, made, clock.now - timedelta(days=2))
    page = admin.get("/administrator/").text
    assert "<dt>Cadangan terakhir</dt><dd>21 Nov 2026, 12 MB</dd>" in page
    assert page.count("Cadangan") == 1

    note_made(session, made, clock.now - timedelta(days=3))
    note_failed(session, NotMade("Cadangan tidak dapat dibuat (%(why)s).", why="<b>"), clock.now)
    page = admin.get("/administrator/").text
    assert "Cadangan terakhir dibuat Jumat, 20 November 2026 09.00 WIB, lebih dari 2 hari" in page
    assert "Cadangan 23 Nov 09.00 gagal: Cadangan tidak dapat dibuat (&lt;b&gt;)." in page

    note_made(session, Made(Path("x.age"), 1, 10, 3, ("berkas hilang: ab", "riwayat")), clock.now)
    page = admin.get("/administrator/").text
    assert "Cadangan terakhir memuat 2 kerusakan; jalankan flask ledger verify" in page
    assert "Cadangan 23 Nov" not in page


@pytest.mark.parametrize("text", ["x" * 100_000, "a\x00b", "\ud83d", "=HYPERLINK(1)", "'; --"])
def test_strange_text_is_refused_or_kept_as_text_but_never_a_fault(
    post: Post, cast: SimpleNamespace, text: str
) -> None:
    text = text.encode("utf-8", "replace").decode()
    for path in (
        "akun/baru",
        "opd/",
        f"opd/{cast.opd_id}/ejaan",
        "kalender/hari",
        "sop/versi-baru",
    ):
        names = ("name", "username", "text", "day", "valid_from")
        assert post(path, **dict.fromkeys(names, text)).status_code in (303, 422)
