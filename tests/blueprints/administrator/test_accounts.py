"""Accounts and their desks, by plain forms."""

import re
from collections.abc import Callable
from types import SimpleNamespace

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.cases.sign_in import sign_in as enter
from portal.models import Account
from tests.blueprints.pages import landed
from tests.conftest import BY

Post = Callable[..., TestResponse]

PERSON = {
    "name": "Slamet Riyadi",
    "username": "slamet",
    "nip": "",
    "rank": "",
    "phone": "0812-3456-7890",
}
# The fields of an assignment but its scope, as the page proposes them.
TERMS = {
    "position": "",
    "valid_from": "2026-11-23",
    "valid_to": "",
    "acting": "",
    "on_behalf_of": "",
}


def test_a_new_account_gets_a_password_that_is_shown_once_and_opens(
    admin: FlaskClient, post: Post, session: Session
) -> None:
    answer = post("akun/baru", **PERSON)
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    shown = re.search(r'<code id="password">([\w-]+)</code>', answer.text)
    assert shown is not None
    account = session.scalars(select(Account).where(Account.username == "slamet")).one()
    assert shown[1] not in admin.get(f"/administrator/akun/{account.id}").text
    post(f"akun/{account.id}/penugasan/admin_nasional", **TERMS)
    assert enter(session, "slamet", shown[1], BY).id == account.id


def test_a_wrong_account_keeps_what_was_typed(post: Post) -> None:
    answer = post("akun/baru", **PERSON | {"username": "Nasional", "name": "<b>Slamet</b>"})
    assert answer.status_code == 422
    assert "Nama pengguna ini sudah dipakai." in answer.text
    assert 'value="0812-3456-7890"' in answer.text
    assert 'value="&lt;b&gt;Slamet&lt;/b&gt;"' in answer.text


def test_an_account_is_edited(admin: FlaskClient, post: Post, cast: SimpleNamespace) -> None:
    url = f"akun/{cast.nasional.id}"
    raw = {"name": "Ratna Sari, S.Kom", "username": "nasional", "nip": "", "rank": "", "phone": ""}
    assert "Ratna Sari, S.Kom" in landed(admin, post(url, **raw))
    assert post(url, **raw | {"name": ""}).status_code == 422


def test_a_reset_password_is_shown_once(
    admin: FlaskClient, post: Post, cast: SimpleNamespace
) -> None:
    answer = post(f"akun/{cast.nasional.id}/kata-sandi")
    assert answer.status_code == 200
    assert '<code id="password">' in answer.text
    assert "kata sandi awal" in admin.get(f"/administrator/akun/{cast.nasional.id}").text


def test_an_account_is_deactivated_and_activated_again(
    admin: FlaskClient, post: Post, cast: SimpleNamespace
) -> None:
    url = f"akun/{cast.nasional.id}/aktif"
    assert "Akun dinonaktifkan." in landed(admin, post(url, active="0"))
    assert "Akun diaktifkan." in landed(admin, post(url, active="1"))


def test_the_last_administrator_hears_why_he_must_stay(
    admin: FlaskClient, post: Post, cast: SimpleNamespace
) -> None:
    mine = cast.administrator
    for path in (
        f"akun/{mine.id}/aktif",
        f"akun/{mine.id}/penugasan/{mine.assignments[0].id}/akhiri",
    ):
        answer = post(path, active="0", valid_to="2026-11-23")
        assert answer.status_code == 422
        assert "Ini administrator terakhir" in answer.text
    assert admin.get("/administrator/").status_code == 200


def test_a_desk_is_given_and_ended(
    admin: FlaskClient, post: Post, cast: SimpleNamespace, session: Session
) -> None:
    url = f"akun/{cast.kepala.id}"
    chosen = admin.get(f"/administrator/{url}/penugasan?role=unit_kerja")
    assert chosen.location == f"/administrator/{url}/penugasan/unit_kerja"
    wrong = post(f"{url}/penugasan/unit_kerja", unit="", **TERMS | {"acting": "Plt."})
    assert wrong.status_code == 422
    assert "Penugasan Plt. atau Plh. perlu tanggal akhir." in wrong.text
    page = landed(admin, post(f"{url}/penugasan/unit_kerja", unit=str(cast.unit_id), **TERMS))
    assert "Unit Kerja Bidang Lalu Lintas" in page
    session.expire_all()
    made = cast.kepala.assignments[-1]
    early = post(f"{url}/penugasan/{made.id}/akhiri", valid_to="2026-11-01")
    assert early.status_code == 422
    assert "Paling awal kemarin" in early.text
    assert "berakhir" in landed(
        admin, post(f"{url}/penugasan/{made.id}/akhiri", valid_to="2026-11-22")
    )


def test_an_assignment_is_ended_only_under_its_own_account(
    post: Post, cast: SimpleNamespace
) -> None:
    other = cast.nasional.assignments[0].id
    assert post(f"akun/{cast.kepala.id}/penugasan/{other}/akhiri", valid_to="").status_code == 404


def test_the_administrator_stays_signed_in_when_his_own_desks_change(
    admin: FlaskClient, post: Post, cast: SimpleNamespace
) -> None:
    url = f"akun/{cast.administrator.id}/penugasan/admin_nasional"
    assert "Penugasan ditambahkan." in landed(admin, post(url, **TERMS))
