"""The limits that the administrator sets, and the log that he reads."""

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.cases.access_log import note
from portal.models import Access, Account, writing
from portal.queries.access import PAGE
from tests.blueprints.pages import enter, landed
from tests.conftest import BY

Post = Callable[..., TestResponse]
FORM = {"idle_minutes": "45", "session_hours": "8"}


def test_the_limits_are_set_and_wrong_ones_are_not(admin: FlaskClient, post: Post) -> None:
    page = landed(admin, post("keamanan/", **FORM, second_factor="1"))
    assert "Setelan keamanan disimpan" in page
    assert 'value="45"' in page
    assert "checked" in page
    answer = post("keamanan/", **FORM | {"idle_minutes": "1000"})
    assert answer.status_code == 422
    assert "Tulis angka dari 5 sampai 240." in answer.text
    assert 'value="1000"' in answer.text


def test_failed_sign_ins_are_counted_with_their_addresses(
    admin: FlaskClient, budi: Account
) -> None:
    assert "Tidak ada yang gagal masuk" in admin.get("/administrator/keamanan/").text
    for name in ("penghubung", "tidak.ada"):
        admin.application.test_client().post("/masuk", data={"username": name, "password": "x"})
    page = admin.get("/administrator/keamanan/").text
    assert "2 kali gagal masuk dalam 24 jam terakhir, dari 1 alamat." in page


def test_the_log_names_whose_account_and_never_what_was_typed(
    admin: FlaskClient, budi: Account
) -> None:
    other = admin.application.test_client()
    enter(other, "salah")
    other.post("/masuk", data={"username": "kata sandi saya", "password": "x"})
    page = admin.get("/administrator/keamanan/catatan").text
    failed = re.findall(r"Kata sandi salah</span></td>\s*<td>(.*?)</td>\s*<td>(.*?)</td>", page)
    assert failed == [("", ""), ("Budi Hartono", "")]
    assert "kata sandi saya" not in page


def test_what_was_done_to_an_account_stands_with_who_did_it(
    admin: FlaskClient, post: Post, budi: Account
) -> None:
    post(f"akun/{budi.id}/kata-sandi")
    post(f"akun/{budi.id}/keluarkan")
    page = admin.get(f"/administrator/keamanan/catatan?akun={budi.id}").text
    for what in ("Kata sandi awal dibuat", "Semua sesi diakhiri"):
        assert re.search(f"{what}</td>\\s*<td>Budi Hartono</td>\\s*<td>Nina Marlina</td>", page)


def test_a_long_log_comes_page_by_page(admin: FlaskClient, session: Session) -> None:
    with writing(session):
        for _ in range(PAGE + 5):
            note(session, Access.SIGNED_IN, BY)
    seen, path = 0, "/administrator/keamanan/catatan"
    for expected in (PAGE, 5):
        page = admin.get(path).text
        seen += (lines := page.count("<td>Masuk</td>"))
        assert lines == expected
        following = re.search(r'href="([^"]+)" rel="next"', page)
        path = following[1].replace("&amp;", "&") if following else ""
    assert (seen, path) == (PAGE + 5, "")


def test_an_odd_address_of_the_log_is_no_fault(admin: FlaskClient) -> None:
    for odd in ("akun=-1", "sebelum=99999999999999999999", "akun=x&sebelum=y"):
        assert admin.get(f"/administrator/keamanan/catatan?{odd}").status_code == 200


def test_the_administrator_signs_somebody_out_everywhere(
    admin: FlaskClient, post: Post, budi: Account
) -> None:
    other = admin.application.test_client()
    enter(other)
    assert other.get("/meja").status_code == 200
    assert "diakhiri" in landed(admin, post(f"akun/{budi.id}/keluarkan"))
    assert other.get("/meja").status_code == 303
