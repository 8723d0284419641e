"""The second factor on its pages: turning it on, signing in by it, losing it."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.blueprints.held import CONFIRMATION
from portal.cases.sessions import set_safety
from portal.models import Account, writing
from portal.sop.procedure import Role
from tests.blueprints.pages import NEW_PASSWORD, PASSWORD, enter, hidden, landed
from tests.cases.test_second_factor import SAFE, code_at
from tests.conftest import BY

HELD = '{"path": "/bahasa", "fields": [["text", "yang diketik tadi"]], "file_fields": []}'


@pytest.fixture
def chief(session: Session, budi: Account) -> Account:
    """Budi, as if he were Kepala Dinas, whom the portal asks for a second factor."""
    set_safety(session, SAFE, BY)
    with writing(session):
        budi.assignments[0].role = Role.KEPALA_DINAS
        budi.assignments[0].instansi_id = 1
    return budi


def secret_on(page: TestResponse) -> str:
    found = re.search(r'<code id="secret">([A-Z2-7 ]+)</code>', page.text)
    assert found is not None
    return found[1].replace(" ", "")


def turn_on(client: FlaskClient, clock: SimpleNamespace) -> tuple[str, list[str]]:
    """Turn it on; the secret, the codes on paper."""
    secret = secret_on(client.get("/dua-langkah/"))
    page = client.post("/dua-langkah/", data={"code": code_at(secret, clock.now)})
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    return secret, re.findall(r"<li><code>([\w-]+)</code>", page.text)


@pytest.fixture
def codes(client: FlaskClient, budi: Account, clock: SimpleNamespace) -> list[str]:
    """Budi's codes on paper; he has signed out."""
    enter(client)
    _, printed = turn_on(client, clock)
    client.post("/keluar")
    return printed


def send_code(client: FlaskClient, code: str, **more: str) -> TestResponse:
    return client.post("/masuk/kode", data={"code": code, **more})


def test_whose_desk_needs_it_sees_nothing_else_before_it_is_on(
    client: FlaskClient, chief: Account, clock: SimpleNamespace
) -> None:
    enter(client)
    for path in ("/kepala-dinas/", "/meja", "/laporan/"):
        assert client.get(path).location == "/dua-langkah/"
    secret, codes = turn_on(client, clock)
    assert len(codes) == 10
    assert client.get("/kepala-dinas/").status_code == 200
    for told in (secret, *codes):
        assert told not in client.get("/dua-langkah/").text


def test_the_secret_stays_the_same_until_a_code_of_it_came(
    client: FlaskClient, chief: Account, clock: SimpleNamespace
) -> None:
    enter(client)
    first = client.get("/dua-langkah/")
    assert "<svg" in first.text
    refused = client.post("/dua-langkah/", data={"code": "000000"})
    assert refused.status_code == 422
    assert "tidak cocok" in refused.text
    assert secret_on(refused) == secret_on(first)


def test_with_a_lent_password_both_are_seen_to_one_after_the_other(
    client: FlaskClient, session: Session, chief: Account, clock: SimpleNamespace
) -> None:
    with writing(session):
        chief.lent_until = clock.now + timedelta(days=1)
    asked = enter(client, held=HELD)
    assert "Ganti kata sandi" in asked.text
    enrol = client.post("/kata-sandi", data=NEW_PASSWORD | {"held": hidden_held(asked)})
    assert "yang diketik tadi" in enrol.text
    code = code_at(secret_on(enrol), clock.now)
    page = client.post("/dua-langkah/", data={"code": code, "held": hidden_held(enrol)})
    assert "Kode cadangan" in page.text
    assert "yang diketik tadi" in page.text
    assert 'action="/bahasa"' in page.text


def test_it_is_turned_on_by_who_knows_the_password_and_no_other(
    client: FlaskClient, session: Session, budi: Account, clock: SimpleNamespace
) -> None:
    enter(client)
    clock.now += timedelta(minutes=6)
    secret = secret_on(client.get("/dua-langkah/"))
    asked = client.post("/dua-langkah/", data={"code": code_at(secret, clock.now)})
    assert asked.status_code == 422
    assert "Masukkan kata sandi lagi" in asked.text
    session.refresh(budi)
    assert budi.second_factor is None
    page = client.post("/dua-langkah/", data={CONFIRMATION: PASSWORD})
    assert page.status_code == 200  # the code has grown old: another is asked for
    assert secret_on(page) == secret
    turn_on(client, clock)
    session.refresh(budi)
    assert budi.second_factor


def test_what_waits_while_it_must_be_turned_on_waits_for_the_password_too(
    client: FlaskClient, chief: Account, clock: SimpleNamespace
) -> None:
    enrol = enter(client, held=HELD)
    clock.now += timedelta(minutes=6)
    code, held = code_at(secret_on(enrol), clock.now), hidden_held(enrol)
    asked = client.post("/dua-langkah/", data={"code": code, "held": held})
    assert "Masukkan kata sandi lagi" in asked.text
    assert '<p class="prose">yang diketik tadi</p>' in asked.text
    carried = re.search(r'<textarea name="held" hidden>\n(.*?)</textarea>', asked.text)
    assert carried is not None
    sent = {"held": html.unescape(carried[1]), CONFIRMATION: PASSWORD}
    enrol = client.post("/dua-langkah/", data=sent)
    code = code_at(secret_on(enrol), clock.now)
    page = client.post("/dua-langkah/", data={"code": code, "held": hidden_held(enrol)})
    assert "Kode cadangan" in page.text
    assert 'action="/bahasa"' in page.text


def hidden_held(page: TestResponse) -> str:
    return hidden(page, "held")


def test_after_the_password_the_code_is_asked_and_leads_where_one_wanted_to_go(
    client: FlaskClient, budi: Account, clock: SimpleNamespace
) -> None:
    enter(client)
    secret, codes = turn_on(client, clock)
    client.post("/keluar")
    clock.now += timedelta(minutes=1)
    asked = enter(client, next="/pejabat-penghubung/cari?q=lampu")
    assert "Kode masuk" in asked.text
    assert client.get("/meja").location == "/masuk?next=/meja"
    wrong = send_code(client, "000000", next=hidden(asked, "next"))
    assert wrong.status_code == 422
    answer = send_code(client, code_at(secret, clock.now), next=hidden(wrong, "next"))
    assert answer.location == "/pejabat-penghubung/cari?q=lampu"
    client.post("/keluar")
    enter(client)
    assert send_code(client, codes[0]).location == "/pejabat-penghubung/"


def test_what_was_sent_too_late_waits_behind_the_code(
    client: FlaskClient, codes: list[str]
) -> None:
    asked = enter(client, held=HELD)
    assert "yang diketik tadi" in asked.text
    assert "Kirim sekarang" in send_code(client, codes[0], held=hidden_held(asked)).text


def test_the_page_of_the_code_tells_nothing_to_who_typed_no_password(
    client: FlaskClient, budi: Account
) -> None:
    assert client.get("/masuk/kode").location == "/masuk"
    assert send_code(client, "123456").location == "/masuk"
    enter(client, "salah")
    assert send_code(client, "123456").location == "/masuk"


def test_ten_minutes_after_the_password_the_code_comes_too_late(
    client: FlaskClient, codes: list[str], clock: SimpleNamespace
) -> None:
    enter(client)
    clock.now += timedelta(minutes=10, seconds=1)
    assert send_code(client, codes[0]).location == "/masuk"


def test_too_many_codes_are_told_when_to_come_back(client: FlaskClient, codes: list[str]) -> None:
    enter(client)
    for _ in range(3):
        send_code(client, "000000")
    answer = send_code(client, codes[0])
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")


def test_who_need_not_have_it_turns_it_off_and_gets_new_codes(
    client: FlaskClient, budi: Account, clock: SimpleNamespace
) -> None:
    enter(client)
    _, codes = turn_on(client, clock)
    renewed = client.post("/dua-langkah/kode-cadangan").text
    assert renewed.count("<li><code>") == 10
    assert codes[0] not in renewed
    assert "dimatikan" in landed(client, client.post("/dua-langkah/matikan"))
    assert client.post("/dua-langkah/kode-cadangan").status_code == 422


def test_who_must_have_it_cannot_turn_it_off(
    client: FlaskClient, chief: Account, clock: SimpleNamespace
) -> None:
    enter(client)
    turn_on(client, clock)
    assert "Matikan" not in client.get("/dua-langkah/").text
    assert client.post("/dua-langkah/matikan").status_code == 422
    assert chief.second_factor


def test_the_administrator_removes_it_for_who_has_lost_it(
    client: FlaskClient,
    cast: SimpleNamespace,
    budi: Account,
    clock: SimpleNamespace,
    sign_in: Callable[[FlaskClient, Account], None],
) -> None:
    enter(client)
    turn_on(client, clock)
    client.post("/keluar")
    sign_in(client, cast.administrator)
    path = f"/administrator/akun/{budi.id}"
    assert "Hapus verifikasi dua langkah" in client.get(path).text
    assert "dihapus" in landed(client, client.post(f"{path}/dua-langkah"))
    log = client.get(f"/administrator/keamanan/catatan?akun={budi.id}").text
    assert re.search(r"dua langkah dihapus</td>\s*<td>Budi Hartono</td>\s*<td>Nina Marlina", log)
    client.post("/keluar")
    assert enter(client, PASSWORD).location == "/pejabat-penghubung/"
