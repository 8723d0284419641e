"""OPD, spellings and units, by plain forms."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import Opd, OpdSpelling, Unit
from tests.blueprints.pages import landed

Post = Callable[..., TestResponse]


def test_an_office_is_added_renamed_and_spelt(
    admin: FlaskClient, post: Post, session: Session
) -> None:
    assert "Dinas Pertanahan" in landed(admin, post("opd/", name="Dinas Pertanahan"))
    opd = session.scalars(select(Opd).where(Opd.name == "Dinas Pertanahan")).one()
    url = f"opd/{opd.id}"
    assert post("opd/", name="dinas pertanahan").status_code == 422
    landed(admin, post(url, name="Dinas Pertanahan dan Tata Ruang"))
    page = landed(admin, post(f"{url}/ejaan", text="DISTANAH"))
    assert {"Dinas Pertanahan", "DISTANAH"} <= set(re.findall(r"<td>([^<]+)</td>", page))
    assert "DISTANAH" not in landed(admin, post(f"{url}/ejaan/hapus", normal="distanah"))
    assert session.get(OpdSpelling, "distanah") is None


@pytest.mark.parametrize(
    ("path", "fields", "sentence"),
    [
        ("", {"name": "Dinas Kesehatan"}, "OPD dengan nama ini sudah ada."),
        ("/ejaan", {"text": "DINKES"}, "Ejaan ini sudah milik Dinas Kesehatan."),
        ("/ejaan/hapus", {"normal": "dinas perhubungan"}, "ubah namanya dulu"),
        ("/unit", {"name": "upt parkir", "kinds": ""}, "OPD ini sudah punya unit dengan nama itu."),
    ],
)
def test_what_is_wrong_with_an_office_is_said_on_its_page(
    post: Post, cast: SimpleNamespace, path: str, fields: dict[str, str], sentence: str
) -> None:
    answer = post(f"opd/{cast.opd_id}{path}", **fields)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_an_office_and_a_unit_are_deactivated_and_activated_again(
    admin: FlaskClient, post: Post, cast: SimpleNamespace
) -> None:
    for url in (f"opd/{cast.opd_id}/aktif", f"unit/{cast.unit_id}/aktif"):
        assert "dinonaktifkan." in landed(admin, post(url, active="0"))
        assert "diaktifkan." in landed(admin, post(url, active="1"))


def test_a_unit_is_added_and_edited(
    admin: FlaskClient, post: Post, cast: SimpleNamespace, session: Session
) -> None:
    page = landed(
        admin, post(f"opd/{cast.opd_id}/unit", name="Bidang Angkutan", kinds="Trayek\nBus")
    )
    assert "Trayek, Bus" in page
    unit = session.scalars(select(Unit).where(Unit.name == "Bidang Angkutan")).one()
    assert "Terminal" in landed(admin, post(f"unit/{unit.id}", name="Angkutan", kinds="Terminal"))
    wrong = post(f"unit/{unit.id}", name="", kinds="Terminal")
    assert wrong.status_code == 422
    assert "Terminal</textarea>" in wrong.text
