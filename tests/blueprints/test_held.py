"""What becomes of a form that came too late: nothing that was typed is lost."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.cases.passwords import hash_password
from portal.models import Account, Complaint, Entry, writing
from portal.sop.vocabulary import Status
from tests.blueprints.pages import NEW_PASSWORD, PASSWORD, enter, hidden
from tests.conftest import MONDAY

NOTE = "Petugas sudah di lokasi.\nLampu diganti besok pagi."


@pytest.fixture
def case(make_complaint: Callable[..., Complaint]) -> Complaint:
    return make_complaint(Status.WITH_LIAISON)


def refuse(case: Complaint) -> dict[str, str]:
    return {"key": "kunci-1", "seq": str(case.seq), "reason": NOTE}


def url_of(case: Complaint) -> str:
    return f"/pejabat-penghubung/pengaduan/{case.tracking_id}/kembalikan-opd"


def acted(session: Session) -> list[str]:
    session.expire_all()
    return list(session.scalars(select(Entry.action).where(Entry.action == "refuse_opd")))


def resent(page: TestResponse) -> dict[str, str]:
    """The fields of the page that offers to send again."""
    fields = re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', page.text, re.S)
    return {name: html.unescape(value) for name, value in fields}


@pytest.mark.usefixtures("guarded")
def test_a_form_that_was_sent_after_the_session_ended_is_sent_after_signing_in_again(
    client: FlaskClient, session: Session, budi: Account, case: Complaint, clock: SimpleNamespace
) -> None:
    token = {"csrf_token": hidden(client.get("/masuk"), "csrf_token")}
    enter(client, **token)
    token = {"csrf_token": hidden(client.get("/meja"), "csrf_token")}
    clock.now += timedelta(hours=12)

    late = client.post(url_of(case), data=refuse(case) | token)
    assert late.status_code == 401
    assert "Lampu diganti besok pagi." in late.text
    held, token = hidden(late, "held"), {"csrf_token": hidden(late, "csrf_token")}

    wrong = enter(client, "salah", held=held, **token)
    assert hidden(wrong, "held") == held

    offered = enter(client, held=held, **token)
    assert offered.status_code == 200
    assert resent(offered) == refuse(case)
    assert acted(session) == []
    fields = resent(offered) | {"csrf_token": hidden(offered, "csrf_token")}
    assert client.post(url_of(case), data=fields).status_code == 303
    assert acted(session) == ["refuse_opd"]


@pytest.mark.usefixtures("guarded")
def test_a_fragment_asked_for_after_the_end_leaves_the_form_and_another_tab_revives_it(
    client: FlaskClient, session: Session, budi: Account, case: Complaint, clock: SimpleNamespace
) -> None:
    enter(client, csrf_token=hidden(client.get("/masuk"), "csrf_token"))
    form = refuse(case) | {"csrf_token": hidden(client.get("/meja"), "csrf_token")}
    clock.now += timedelta(hours=12)

    late = client.post(url_of(case), data=form, headers={"HX-Request": "true"})
    assert late.status_code == 401
    assert "data-announce" in late.text
    assert "<html" not in late.text

    enter(client, csrf_token=hidden(client.get("/masuk"), "csrf_token"))
    answer = client.post(url_of(case), data=form, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert acted(session) == ["refuse_opd"]


@pytest.mark.usefixtures("guarded")
def test_somebody_else_who_signs_in_here_does_not_inherit_the_token(
    client: FlaskClient, session: Session, budi: Account, cast: SimpleNamespace
) -> None:
    with writing(session):
        cast.instansi.password_hash = hash_password(PASSWORD)
    enter(client, csrf_token=hidden(client.get("/masuk"), "csrf_token"))
    old = hidden(client.get("/meja"), "csrf_token")
    client.post("/keluar", data={"csrf_token": old})
    token = hidden(client.get("/masuk"), "csrf_token")
    enter(client, username="instansi", csrf_token=token)
    assert client.post("/meja", data={"csrf_token": old}).status_code == 400


def test_chosen_files_are_chosen_again(
    client: FlaskClient, budi: Account, case: Complaint, clock: SimpleNamespace
) -> None:
    late = client.post(
        f"/pejabat-penghubung/pengaduan/{case.tracking_id}/catat-perkembangan",
        data={"text": "Terlampir foto.", "files": (BytesIO(b"foto"), "foto.png")},
        content_type="multipart/form-data",
    )
    offered = enter(client, held=hidden(late, "held"))
    assert resent(offered) == {"text": "Terlampir foto."}
    assert 'type="file" name="files"' in offered.text
    assert 'enctype="multipart/form-data"' in offered.text


@pytest.mark.usefixtures("guarded")
def test_a_stale_form_of_our_own_page_is_offered_again(
    client: FlaskClient, session: Session, budi: Account, case: Complaint
) -> None:
    enter(client, csrf_token=hidden(client.get("/masuk"), "csrf_token"))
    stale = client.post(
        url_of(case),
        data=refuse(case) | {"csrf_token": "x"},
        headers={"Origin": "http://localhost"},
    )
    assert stale.status_code == 422
    assert stale.headers["HX-Retarget"] == "#main"
    fields = resent(stale) | {"csrf_token": hidden(stale, "csrf_token")}
    assert client.post(url_of(case), data=fields).status_code == 303
    assert acted(session) == ["refuse_opd"]


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize("origin", ["https://contoh.id", "null", ""])
def test_a_form_from_elsewhere_is_dropped(
    client: FlaskClient, budi: Account, case: Complaint, origin: str
) -> None:
    enter(client, csrf_token=hidden(client.get("/masuk"), "csrf_token"))
    forged = client.post(url_of(case), data=refuse(case), headers={"Origin": origin})
    assert forged.status_code == 400
    assert "Lampu diganti" not in forged.text


@pytest.mark.usefixtures("guarded")
def test_a_sign_in_page_that_stood_open_too_long_is_given_anew(
    client: FlaskClient, budi: Account
) -> None:
    answer = enter(client, csrf_token="x", next="/meja")
    assert answer.status_code == 400
    assert 'value="penghubung"' in answer.text
    assert enter(client, csrf_token=hidden(answer, "csrf_token"), next="/meja").location == "/meja"


@pytest.mark.usefixtures("guarded")
def test_a_stale_form_of_somebody_signed_out_waits_for_the_sign_in(
    client: FlaskClient, budi: Account, case: Complaint
) -> None:
    late = client.post(url_of(case), data=refuse(case), headers={"Origin": "http://localhost"})
    assert late.status_code == 401
    assert hidden(late, "held")


def test_a_form_with_passwords_is_never_handed_back(client: FlaskClient) -> None:
    answer = client.post("/kata-sandi", data=NEW_PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/masuk")


def test_the_passphrase_of_a_key_is_never_handed_back(client: FlaskClient) -> None:
    data = {"seq": "1", "passphrase": "kunci rahasia saya", "note": NOTE}
    late = client.post("/laporan/1/tanda-tangan", data=data)
    assert late.status_code == 401
    assert "Petugas sudah di lokasi." in late.text
    assert "rahasia" not in late.text


def test_a_held_form_waits_until_a_lent_password_was_changed(
    client: FlaskClient, session: Session, budi: Account, case: Complaint
) -> None:
    with writing(session):
        budi.lent_until = MONDAY + timedelta(days=1)
    late = client.post(url_of(case), data=refuse(case))
    first = enter(client, held=hidden(late, "held"))
    assert 'action="/kata-sandi"' in first.text
    assert "Lampu diganti besok pagi." in first.text

    wrong = client.post("/kata-sandi", data={"password": "x", "held": hidden(first, "held")})
    assert wrong.status_code == 422
    offered = client.post("/kata-sandi", data={**NEW_PASSWORD, "held": hidden(wrong, "held")})
    assert resent(offered) == refuse(case)
    assert client.post(url_of(case), data=resent(offered)).status_code == 303
    assert acted(session) == ["refuse_opd"]


@pytest.mark.parametrize(
    "held",
    [
        "[" * 100_000,
        "x",
        "[]",
        "{}",
        '{"path": "//contoh.id", "fields": [], "file_fields": []}',
        '{"path": "/", "fields": [1], "file_fields": []}',
    ],
)
def test_nonsense_in_place_of_a_held_form_is_passed_over(
    client: FlaskClient, budi: Account, held: str
) -> None:
    assert enter(client, held=held).status_code == 303
