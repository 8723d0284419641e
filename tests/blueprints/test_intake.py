import errno
import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.blueprints import intake
from portal.extensions import db
from portal.models import (
    Account,
    Complaint,
    ImportBatch,
    ImportState,
    Instansi,
    LaporWord,
    OpdSpelling,
    writing,
)
from portal.sop.procedure import Role
from portal.tasks import queue_of
from tests.cases.exports import report, take_in, write_export

HTMX = {"HX-Request": "true"}
TWO = (report(1), report(2))


class Browser(FlaskClient):
    """Every request in a context of its own, as on a server: nothing is left of the one before."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **options)


@pytest.fixture
def officer(
    app: Flask, cast: SimpleNamespace, sign_in: Callable[[FlaskClient, Account], None]
) -> FlaskClient:
    browser = Browser(app)
    sign_in(browser, cast.instansi)
    return browser


Upload = Callable[..., TestResponse]


@pytest.fixture
def upload(officer: FlaskClient, tmp_path: Path) -> Upload:
    """Send an export of `reports`, and go where the answer leads."""

    def send(*reports: dict[str, Any], name: str = "ekspor.csv") -> TestResponse:
        content = write_export(tmp_path, *reports).read_bytes()
        return post_file(officer, content, name)

    return send


def post_file(client: FlaskClient, content: bytes, name: str) -> TestResponse:
    data = {"file": (io.BytesIO(content), name)}
    return client.post("/impor/", data=data, content_type="multipart/form-data")


def confirm(client: FlaskClient, url: str, **counts: int) -> TestResponse:
    none = {"new": 0, "changed": 0, "unchanged": 0, "rejected": 0}
    return client.post(f"{url}/konfirmasi", data=none | counts)


def explain(client: FlaskClient, url: str, meanings: dict[str, str]) -> TestResponse:
    data = {"word": list(meanings), "meaning": list(meanings.values())}
    return client.post(f"{url}/pilihan", data=data)


def complaints(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count(Complaint.id))) or 0


def only_batch(session: Session) -> ImportBatch:
    session.rollback()
    return session.scalars(select(ImportBatch)).one()


def test_the_page_offers_an_upload_and_says_that_nothing_was_imported(officer: FlaskClient) -> None:
    page = officer.get("/impor/").text
    assert 'type="file"' in page
    assert "Belum ada impor" in page


@pytest.mark.parametrize("who", ["penghubung", "unit", "kepala", "administrator"])
def test_other_desks_do_not_import(
    client: FlaskClient, cast: SimpleNamespace, sign_in: Callable[..., None], who: str
) -> None:
    sign_in(client, cast.accounts[who])
    assert client.get("/impor/").status_code == 403
    assert post_file(client, b"", "ekspor.csv").status_code == 403


def test_of_an_export_that_brings_nothing_the_page_says_why(
    officer: FlaskClient, upload: Upload, session: Session, tmp_path: Path
) -> None:
    take_in(session, tmp_path, *TWO)
    bad = report(3, day="31 Feb 2026")
    none, there = "tidak ada satu baris pun", "sudah ada di portal dan tidak berubah"
    refused = "Di luar baris yang ditolak tidak ada yang perlu diimpor."
    for reports, sentence in (((), none), (TWO, there), ((bad,), refused), ((*TWO, bad), refused)):
        page = officer.get(upload(*reports).location).text
        assert {told for told in (none, there, refused) if told in page} == {sentence}


def test_an_export_is_previewed_then_imported(
    officer: FlaskClient, upload: Upload, session: Session
) -> None:
    sent = upload(*TWO, report(3, day="31 Feb 2026"))
    assert sent.status_code == 303
    page = officer.get(sent.location).text
    assert "belum ada yang disimpan" in page
    assert "Impor 2 baris" in page
    assert "31 Feb 2026" in page
    assert complaints(session) == 0

    done = confirm(officer, sent.location, new=2, rejected=1)
    assert done.status_code == 303
    assert "Selesai diimpor" in officer.get(done.location).text
    assert complaints(session) == 2


def test_past_imports_are_listed_with_who_brought_them(
    officer: FlaskClient, upload: Upload, session: Session, tmp_path: Path
) -> None:
    confirm(officer, upload(*TWO, name="lapor september.csv").location, new=2)
    take_in(session, tmp_path, report(9))
    page = officer.get("/impor/").text
    assert "lapor september.csv" in page
    assert "Wahyu Hidayat" in page
    assert "Perintah impor" in page


def test_a_file_without_news_has_nothing_to_confirm(officer: FlaskClient, upload: Upload) -> None:
    confirm(officer, upload(*TWO).location, new=2)
    again = officer.get(upload(*TWO).location).text
    assert "Tidak ada yang perlu diimpor" in again
    assert "konfirmasi" not in again
    assert "Tidak ada yang baru" in officer.get("/impor/").text


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"%PDF-1.7", "surat.pdf", "berkas PDF"),
        (b"", "kosong.csv", "Berkas kosong"),
        (b"a,b\n1,2\n", "lain.csv", "Baris judul kolom tidak ditemukan"),
    ],
)
def test_a_file_that_is_no_export_gets_its_sentence_at_the_field(
    officer: FlaskClient, session: Session, content: bytes, name: str, sentence: str
) -> None:
    answer = post_file(officer, content, name)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert session.scalars(select(ImportBatch)).all() == []


def test_no_file_at_all_is_asked_for(officer: FlaskClient) -> None:
    assert "Pilih dahulu berkas" in officer.post("/impor/").text


def test_unknown_words_are_explained_once_and_for_all(
    officer: FlaskClient, upload: Upload, session: Session, cast: SimpleNamespace
) -> None:
    reports = (report(1, status="Selesai"), report(2, opd="Dinas Lalin", kind="Whistleblowing"))
    url = upload(*reports).location
    page = officer.get(url).text
    assert "Pilih dahulu arti kata" in page
    assert "Impor 1 baris" not in page
    assert confirm(officer, url, new=1, rejected=1).status_code == 409

    explain(officer, url, {"status:Selesai": "closed", "opd:Dinas Lalin": str(cast.opd_id)})
    page = officer.get(url).text
    assert "Whistleblowing" in page
    assert "Dinas Lalin" not in page

    explain(officer, url, {"class:Whistleblowing": "complaint"})
    assert confirm(officer, url, new=2).status_code == 303
    assert complaints(session) == 2
    assert session.get_one(OpdSpelling, "dinas lalin").opd_id == cast.opd_id
    assert session.get_one(LaporWord, ("status", "selesai")).value == "closed"


def test_a_choice_that_is_not_on_the_list_gets_a_sentence_and_the_others_stay_chosen(
    officer: FlaskClient, upload: Upload
) -> None:
    url = upload(report(1, status="Selesai", opd="PDAM")).location
    answer = explain(officer, url, {"status:Selesai": "x", "opd:PDAM": "bukan"})
    assert answer.status_code == 422
    assert "Pilih salah satu dari daftar" in answer.text
    assert '<option value="bukan" selected>' in answer.text


def test_numbers_that_changed_meanwhile_are_shown_again(
    officer: FlaskClient, upload: Upload, session: Session, tmp_path: Path
) -> None:
    url = upload(*TWO).location
    take_in(session, tmp_path, report(1))
    page = officer.get(confirm(officer, url, new=2).location).text
    assert "Isi portal berubah" in page
    assert "Impor 1 baris" in page
    assert complaints(session) == 1


def test_a_second_click_imports_once(
    officer: FlaskClient, upload: Upload, session: Session
) -> None:
    url = upload(*TWO).location
    assert confirm(officer, url, new=2).status_code == 303
    assert confirm(officer, url, new=2).status_code == 303
    assert officer.post(f"{url}/pilihan").status_code == 303
    assert complaints(session) == 2


def test_the_fragment_stands_in_the_page(officer: FlaskClient, upload: Upload) -> None:
    url = upload(report(1, status="Selesai"), report(2, day="")).location
    # a token holds the second of its making
    fragment, page = (
        re.sub(r'"csrf_token" value="[^"]+"', "", officer.get(url, headers=headers).text)
        for headers in (HTMX, {})
    )
    assert fragment.startswith("<section")
    assert fragment in page


def test_a_refusal_answers_htmx_with_the_fragment(officer: FlaskClient, upload: Upload) -> None:
    url = upload(*TWO).location
    counts = {"new": 1, "changed": 0, "unchanged": 0, "rejected": 0}
    answer = officer.post(f"{url}/konfirmasi", data=counts, headers=HTMX)
    assert answer.status_code == 409
    assert answer.text.startswith("<section")


@pytest.fixture
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "SMALL_BYTES", 0)
    monkeypatch.setattr(intake, "SMALL_ROWS", 0)


@pytest.mark.usefixtures("everything_is_large")
def test_a_large_export_is_the_workers(
    app: Flask, officer: FlaskClient, upload: Upload, session: Session
) -> None:
    url = upload(*TWO).location
    queue = queue_of(app)
    running = officer.get(url)
    assert "Sedang dibaca" in running.text
    assert 'hx-trigger="every 1s"' in running.text
    assert running.headers["Refresh"] == "5"
    poll = officer.get(f"{url}?berjalan=1", headers=HTMX)
    assert poll.text.startswith("<section")
    assert not {"Refresh", "HX-Refresh"} & set(poll.headers.keys())

    queue.execute(queue.dequeue())
    page = officer.get(url)
    assert "Impor 2 baris" in page.text
    assert 'hx-trigger="every' not in page.text
    assert "Refresh" not in page.headers
    assert officer.get(f"{url}?berjalan=1", headers=HTMX).headers["HX-Refresh"] == "true"

    confirm(officer, url, new=2)
    queue.put(f"progress-{only_batch(session).id}", (4000, 10_000))
    running = officer.get(url)
    assert '<progress max="10000" value="4000"' in running.text
    assert "4.000 dari 10.000 baris" in running.text
    queue.execute(queue.dequeue())
    assert only_batch(session).state == ImportState.DONE
    queue.storage.close()


def test_a_small_step_without_room_is_left_to_the_worker(
    app: Flask, officer: FlaskClient, upload: Upload, session: Session, monkeypatch: Any
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "")

    with monkeypatch.context() as patched:
        patched.setattr(intake, "run_batch", full)
        url = upload(*TWO).location
    assert "Sedang dibaca" in officer.get(url).text
    queue_of(app).resume()
    assert "Impor 2 baris" in officer.get(url).text
    queue_of(app).storage.close()


@pytest.mark.usefixtures("everything_is_large")
def test_a_worker_that_does_not_answer_is_reported(
    app: Flask, officer: FlaskClient, upload: Upload, clock: SimpleNamespace
) -> None:
    url = upload(*TWO).location
    assert "belum menyahut" not in officer.get(url).text
    clock.now += timedelta(minutes=3)
    assert "belum menyahut" in officer.get(url).text
    queue_of(app).storage.close()


@pytest.mark.usefixtures("everything_is_large")
def test_a_large_file_that_is_no_export_is_shown_as_failed(
    app: Flask, officer: FlaskClient
) -> None:
    url = post_file(officer, b"a,b\n" + b"1,2\n" * 100_000, "lain.csv").location
    queue = queue_of(app)
    queue.execute(queue.dequeue())
    page = officer.get(url).text
    assert "Impor gagal" in page
    assert "Baris judul kolom tidak ditemukan" in page
    queue.storage.close()


def test_many_rejected_rows_are_shown_in_part(officer: FlaskClient, upload: Upload) -> None:
    page = officer.get(upload(*(report(number, day="") for number in range(510))).location).text
    assert page.count("Tanggal kosong.") == 500
    assert "500 yang pertama dari 510" in page


def test_what_a_citizen_wrote_is_text_on_the_page(officer: FlaskClient, upload: Upload) -> None:
    page = officer.get(upload(report(1, status="<script>alert(1)</script>")).location).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_an_import_that_is_not_there_is_not_found(officer: FlaskClient) -> None:
    assert officer.get("/impor/99").status_code == 404
    assert confirm(officer, "/impor/99").status_code == 404


def test_a_number_that_no_database_holds_is_not_found_either(officer: FlaskClient) -> None:
    assert officer.get("/impor/99999999999999999999").status_code == 404


def test_what_others_uploaded_is_seen_at_the_admin_instansi_alone(
    app: Flask,
    cast: SimpleNamespace,
    sign_in: Callable[[FlaskClient, Account], None],
    officer: FlaskClient,
    upload: Upload,
) -> None:
    shifted = report(1) | {"Tanggal Laporan Masuk": "Zulaikha Tersembunyi"}
    url = upload(shifted, report(2)).location
    assert "Zulaikha Tersembunyi" in officer.get(url).text
    national = Browser(app)
    sign_in(national, cast.nasional)
    assert national.get(url).status_code == 404
    assert "ekspor.csv" not in national.get("/impor/").text
    own = post_file(national, b"bukan ekspor", "milik-sendiri.csv")
    assert own.status_code == 422
    foreign = Browser(app)
    with writing(session := db.session()):
        session.add(ngawi := Instansi(name="Pemerintah Kabupaten Ngawi"))
        session.flush()
        cast.kepala.assignments[0].role = Role.ADMIN_INSTANSI
        cast.kepala.assignments[0].instansi_id = ngawi.id
    sign_in(foreign, cast.kepala)
    assert foreign.get(url).status_code == 404
    assert "ekspor.csv" not in foreign.get("/impor/").text
