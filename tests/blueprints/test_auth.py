"""Signing in and out, the first administrator, the choice of desk, the idle limit."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.cases.accounts import create_setup_link
from portal.cases.sign_in import end_sessions
from portal.models import Account, Assignment, writing
from portal.sop.procedure import Role
from tests.blueprints.pages import NEW_PASSWORD, PASSWORD, enter, hidden, landed
from tests.conftest import BY, MONDAY


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/meja").status_code == 200


# -- signing in and out


def test_the_sign_in_leads_to_the_desk(client: FlaskClient, budi: Account) -> None:
    answer = enter(client)
    assert (answer.status_code, answer.location) == (303, "/pejabat-penghubung/")
    assert is_signed_in(client)
    assert client.get("/").location == "/pejabat-penghubung/"
    assert client.get("/masuk").location == "/pejabat-penghubung/"


def test_the_administrator_begins_at_his_own_pages(
    client: FlaskClient, cast: SimpleNamespace, sign_in: Callable[[FlaskClient, Account], None]
) -> None:
    sign_in(client, cast.administrator)
    assert client.get("/").location == "/administrator/"


def test_without_a_session_everything_leads_to_the_sign_in_page(client: FlaskClient) -> None:
    assert client.get("/").location == "/masuk"
    assert client.get("/meja?a=1").location == "/masuk?next=/meja?a%3D1"


def test_a_wrong_password_gets_a_sentence_and_keeps_the_name(
    client: FlaskClient, budi: Account
) -> None:
    answer = enter(client, "salah")
    assert answer.status_code == 422
    assert "Nama pengguna atau kata sandi salah." in answer.text
    assert 'value="penghubung"' in answer.text
    assert "salah&#34;" not in answer.text
    assert not is_signed_in(client)


def test_too_many_attempts_are_told_when_to_come_back(client: FlaskClient, budi: Account) -> None:
    for _ in range(3):
        enter(client, "salah")
    answer = enter(client)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "3"


def test_the_sign_in_leads_back_to_the_page_that_was_asked_for(
    client: FlaskClient, budi: Account
) -> None:
    page = client.get("/masuk?next=/pejabat-penghubung/cari?q=lampu")
    assert enter(client, next=hidden(page, "next")).location == "/pejabat-penghubung/cari?q=lampu"


@pytest.mark.parametrize(
    "target",
    [
        "https://contoh.id/",
        "//contoh.id/",
        "/\\contoh.id",
        "\\\\contoh.id",
        "/\t/contoh.id",
        "meja",
    ],
)
def test_the_sign_in_leads_nowhere_else(client: FlaskClient, budi: Account, target: str) -> None:
    assert enter(client, next=target).location == "/pejabat-penghubung/"


def test_signing_in_begins_a_new_session_but_keeps_the_language(
    client: FlaskClient, budi: Account
) -> None:
    with client.session_transaction() as cookie:
        cookie.update({"language": "en", "desk": 77, "csrf_token": "planted", "other": 1})
    enter(client)
    with client.session_transaction() as cookie:
        assert cookie["language"] == "en"
        assert not {"desk", "other"} & set(cookie)
        assert cookie.get("csrf_token") != "planted"


def test_each_session_has_a_name_of_128_bits_and_a_changed_cookie_is_nobodys(
    app: Flask, client: FlaskClient, budi: Account
) -> None:
    names = set()
    for browser in (client, app.test_client()):
        enter(browser)
        with browser.session_transaction() as cookie:
            names.add(cookie["id"])
    assert {len(bytes.fromhex(name)) for name in names} == {16}
    assert len(names) == 2

    kept = client.get_cookie("session")
    assert kept is not None
    head, _, signature = kept.value.rpartition(".")
    for forged in (f"{head}.{signature[::-1]}", f"{head[:-1]}.{signature}", head):
        client.set_cookie("session", forged)
        assert not is_signed_in(client)


def test_signing_out_ends_the_session(client: FlaskClient, budi: Account) -> None:
    enter(client)
    assert client.post("/keluar").location == "/masuk"
    assert not is_signed_in(client)


def test_a_copy_of_the_cookie_is_worth_nothing_after_signing_out(
    app: Flask, client: FlaskClient, budi: Account
) -> None:
    enter(client)
    kept = client.get_cookie("session")
    assert kept is not None
    client.post("/keluar")
    thief = app.test_client()
    thief.set_cookie("session", kept.value)
    assert not is_signed_in(thief)


def test_signing_out_in_one_browser_leaves_the_other_in(
    app: Flask, client: FlaskClient, budi: Account
) -> None:
    other = app.test_client()
    enter(client)
    enter(other)
    client.post("/keluar")
    assert is_signed_in(other)


def test_signing_out_everywhere_ends_every_session(
    app: Flask, client: FlaskClient, budi: Account
) -> None:
    other = app.test_client()
    enter(client)
    enter(other)
    assert client.post("/keluar-semua").location == "/masuk"
    assert not is_signed_in(client)
    assert not is_signed_in(other)


def test_ones_own_page_shows_who_came_in_or_tried_to(
    client: FlaskClient, budi: Account, clock: SimpleNamespace
) -> None:
    enter(client, "salah")
    clock.now += timedelta(minutes=1)
    enter(client)
    page = client.get("/meja").text
    wrong, right = page.index("Kata sandi salah"), page.index("<td>Masuk</td>")
    assert right < wrong  # the newest first
    assert page.count("127.0.0.1") == 2
    assert "23 Nov 2026 09.01" in page


def test_what_happened_to_the_account_since_the_last_sign_in_is_told_once(
    client: FlaskClient, session: Session, budi: Account, cast: SimpleNamespace
) -> None:
    told = "patut dilihat"
    enter(client, "salah")
    assert told not in landed(client, enter(client))  # the first time all is new
    client.post("/keluar")
    assert told not in landed(client, enter(client))
    client.post("/keluar")

    enter(client, "salah")
    end_sessions(session, budi.id, replace(BY, account_id=cast.administrator.id))
    assert "2 hal di catatan akses Anda patut dilihat" in landed(client, enter(client))
    assert told not in client.get("/pejabat-penghubung/").text
    client.post("/keluar")
    assert told not in landed(client, enter(client))


def test_a_session_ends_after_its_hours_however_busy_it_is(
    client: FlaskClient, budi: Account, clock: SimpleNamespace
) -> None:
    enter(client)
    for _ in range(12 * 3):
        assert is_signed_in(client)
        clock.now += timedelta(minutes=20)
    assert is_signed_in(client)
    clock.now += timedelta(seconds=1)
    assert not is_signed_in(client)


def test_a_deactivated_account_is_out_at_once(
    client: FlaskClient, session: Session, budi: Account
) -> None:
    enter(client)
    with writing(session):
        budi.active = False
    assert not is_signed_in(client)


# -- passwords


def test_the_first_thing_is_to_change_a_lent_password(
    client: FlaskClient, session: Session, budi: Account
) -> None:
    with writing(session):
        budi.lent_until = MONDAY + timedelta(days=1)
    enter(client)
    assert client.get("/pejabat-penghubung/").location == "/kata-sandi"
    assert "Kata sandi sekarang" not in client.get("/kata-sandi").text
    answer = client.post("/kata-sandi", data=NEW_PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/pejabat-penghubung/")
    assert client.get("/pejabat-penghubung/").status_code == 200


def test_a_new_password_ends_the_other_sessions_and_not_this_one(
    app: Flask, client: FlaskClient, budi: Account
) -> None:
    other = app.test_client()
    enter(client)
    enter(other)
    assert client.post("/kata-sandi", data=NEW_PASSWORD | {"current": PASSWORD}).status_code == 303
    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_a_weak_password_gets_its_sentence_and_is_not_shown_again(
    client: FlaskClient, budi: Account
) -> None:
    enter(client)
    weak = {"current": PASSWORD, "password": "rahasia12345", "repeat": "rahasia12345"}
    answer = client.post("/kata-sandi", data=weak)
    assert answer.status_code == 422
    assert "Terlalu mudah ditebak" in answer.text
    assert "rahasia12345" not in answer.text


def test_guessing_the_present_password_is_slowed_down_on_its_page(
    client: FlaskClient, budi: Account
) -> None:
    enter(client)
    for _ in range(4):
        answer = client.post("/kata-sandi", data=NEW_PASSWORD | {"current": "salah"})
    assert "Terlalu banyak percobaan" in answer.text


# -- desk and language


@pytest.fixture
def two_desks(session: Session, cast: SimpleNamespace, budi: Account) -> Assignment:
    """Budi is Plh. Kepala Dinas, too; the desk of that."""
    with writing(session):
        acting = Assignment(
            account_id=budi.id,
            role=Role.KEPALA_DINAS,
            instansi_id=cast.own_id,
            position="Kepala Dinas",
            acting="Plh.",
            on_behalf_of="Hendra Gunawan",
            valid_from=date(2026, 11, 20),
            valid_to=date(2026, 11, 30),
        )
        session.add(acting)
    return acting


def test_who_has_several_desks_chooses_one(
    client: FlaskClient, two_desks: Assignment, cast: SimpleNamespace
) -> None:
    assert enter(client).location == "/meja"
    page = client.get("/meja").text
    assert "Plh. Kepala Dinas a.n. Hendra Gunawan" in page
    assert "Pejabat Penghubung OPD Dinas Perhubungan" in page
    answer = client.post("/meja", data={"assignment": two_desks.id})
    assert (answer.status_code, answer.location) == (303, "/kepala-dinas/")
    assert client.get("/").location == "/kepala-dinas/"


def test_somebody_elses_desk_cannot_be_chosen(
    client: FlaskClient, budi: Account, cast: SimpleNamespace
) -> None:
    enter(client)
    answer = client.post("/meja", data={"assignment": cast.instansi.assignments[0].id})
    assert answer.status_code == 422
    assert client.get("/").location == "/pejabat-penghubung/"


def test_a_desk_whose_time_is_over_is_gone(
    client: FlaskClient, two_desks: Assignment, clock: SimpleNamespace
) -> None:
    clock.now += timedelta(days=8)
    assert enter(client).location == "/pejabat-penghubung/"
    assert "Plh." not in client.get("/meja").text


def test_whose_last_desk_ends_while_he_works_is_told_so(
    client: FlaskClient, session: Session, budi: Account
) -> None:
    enter(client)
    with writing(session):
        budi.assignments[0].valid_to = date(2026, 11, 22)
    assert client.get("/").location == "/meja"
    assert "tidak sedang bertugas" in client.get("/meja").text


def test_the_language_changes_and_comes_back_to_the_page(client: FlaskClient) -> None:
    answer = client.post("/bahasa", data={"language": "en", "next": "/meja"})
    assert (answer.status_code, answer.location) == (303, "/meja")
    assert '<html lang="en">' in client.get("/masuk").text
    client.post("/bahasa", data={"language": "xx", "next": "//contoh.id"})
    assert '<html lang="en">' in client.get("/masuk").text


# -- the first administrator


def test_the_setup_link_makes_the_administrator_and_signs_him_in(
    client: FlaskClient, session: Session, clock: SimpleNamespace
) -> None:
    url = f"/penyiapan/{create_setup_link(session, clock.now)}"
    assert client.get(url).status_code == 200
    wrong = client.post(url, data={"name": "Endah Lestari", "username": "endah", "password": "x"})
    assert wrong.status_code == 422
    assert 'value="Endah Lestari"' in wrong.text
    answer = client.post(url, data={"name": "Endah Lestari", "username": "endah", **NEW_PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/administrator/")
    assert client.get("/administrator/").status_code == 200
    assert client.get(url).status_code == 410


def test_a_wrong_setup_link_is_gone(client: FlaskClient) -> None:
    answer = client.get("/penyiapan/tebakan")
    assert answer.status_code == 410
    assert "tidak berlaku lagi" in answer.text


# -- the idle limit


def test_a_session_left_alone_ends(
    client: FlaskClient, budi: Account, clock: SimpleNamespace
) -> None:
    enter(client)
    assert 'data-idle-minutes="30"' in client.get("/meja").text
    clock.now += timedelta(minutes=32)
    assert not is_signed_in(client)
    assert not is_signed_in(client)


def test_a_session_in_use_goes_on(
    client: FlaskClient, budi: Account, clock: SimpleNamespace
) -> None:
    enter(client)
    for _ in range(4):
        clock.now += timedelta(minutes=25)
        assert client.get("/tetap-masuk").status_code == 204
    assert is_signed_in(client)


def test_a_page_that_asks_by_itself_does_not_keep_the_session(
    client: FlaskClient, budi: Account, clock: SimpleNamespace
) -> None:
    enter(client)
    for _ in range(3):
        clock.now += timedelta(minutes=15)
        client.get("/pejabat-penghubung/", headers={"Portal-Poll": "1", "HX-Request": "true"})
    assert not is_signed_in(client)
