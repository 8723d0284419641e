"""Versions of the SOP and the switch for the errata."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.cases.sop_versions import shows_errata, stored_versions
from tests.blueprints.pages import form_of, landed

Post = Callable[..., TestResponse]


def test_a_version_of_the_sop_is_made_shown_and_withdrawn(
    admin: FlaskClient, post: Post, session: Session
) -> None:
    raw = form_of(admin.get("/administrator/sop/versi-baru").text)
    raw |= {"name": "SOP revisi 1", "valid_from": "2026-12-01", "standard_4": "2"}
    wrong = post("sop/versi-baru", **raw | {"standard_4": "banyak"})
    assert wrong.status_code == 422
    assert "Tulis angka dari 1 sampai 999." in wrong.text
    page = landed(admin, post("sop/versi-baru", **raw))
    assert "SOP revisi 1" in page
    assert "2 jam kerja" in page
    assert [version.name for version in stored_versions(session)] == ["SOP revisi 1"]
    assert "SOP revisi 1" not in landed(admin, post("sop/cabut", valid_from="2026-12-01"))
    assert post("sop/cabut", valid_from="2026-11-01").status_code == 422


def test_the_errata_are_switched_off_and_on(
    admin: FlaskClient, post: Post, session: Session
) -> None:
    landed(admin, post("sop/catatan", show="0"))
    assert not shows_errata(session)
    landed(admin, post("sop/catatan", show="1"))
    assert shows_errata(session)
