"""A form that lost a field on its way, or holds a value of no button, changes nothing."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.cases.calendar_changes import EDGES, PERIODS
from portal.cases.report_settings import settings_form
from portal.cases.sop_versions import version_form
from portal.models import LaporWord, writing
from portal.sop.procedure import Procedure
from tests.blueprints.administrator.test_accounts import TERMS

PERSON = {"name": "Slamet", "username": "slamet", "nip": "", "rank": "", "phone": ""}
CLOCKS = dict(zip(EDGES, ("08.00", "12.00", "13.00", "16.00"), strict=True))
HOURS = {f"{period}_{edge}": CLOCKS[edge] for period in PERIODS for edge in EDGES}
# The whole form of every page that takes one, as a browser sends it; a checkbox is none of it.
FORMS = {
    "set_safety": {"idle_minutes": "45", "session_hours": "8"},
    "new_account": PERSON,
    "account": PERSON,
    "set_active": {"active": "0"},
    "new_assignment": TERMS,
    "end_assignment": {"valid_to": "2026-11-23"},
    "offices": {"name": "Dinas Pertanahan"},
    "opd": {"name": "Dinas Pertanahan"},
    "set_opd_active": {"active": "0"},
    "add_spelling": {"text": "DISTANAH"},
    "remove_spelling": {"normal": "dishub"},
    "add_unit": {"name": "Bidang Baru", "kinds": ""},
    "unit": {"name": "Bidang Baru", "kinds": ""},
    "set_unit_active": {"active": "0"},
    "declare_day": {"day": "2026-11-24", "name": "Hari Jadi", "kind": "off", "confirm": "1"},
    "forget_day": {"day": "2026-11-24", "confirm": "1"},
    "set_ramadan": {"first_day": "2027-02-08", "last_day": "2027-03-08", "confirm": "1"},
    "set_hours": {"valid_from": "2026-12-01", **HOURS, "confirm": "1"},
    "withdraw_hours": {"valid_from": "2026-12-01", "confirm": "1"},
    "new_version": version_form(Procedure()) | {"valid_from": "2026-12-01"},
    "withdraw_version": {"valid_from": "2026-12-01"},
    "set_errata": {"show": "0"},
    "save_word": {"kind": "class", "word": "curhat", "meaning": "aspiration"},
}
WITHOUT_FIELDS = {"end_sessions", "remove_factor", "reset_password"}
LOST = [(view, name) for view, form in FORMS.items() for name in form if name != "confirm"]


@pytest.fixture
def paths(app: Flask, cast: SimpleNamespace, session: Session) -> dict[str, str]:
    """Where each of the administrator's forms goes, by its view."""
    with writing(session):
        session.add(LaporWord(kind="class", word="curhat", value="complaint"))
    own = cast.nasional.assignments[0].id
    values = {"account_id": cast.nasional.id, "assignment_id": own, "role": "administrator"}
    values |= {"opd_id": cast.opd_id, "unit_id": cast.unit_id}
    with app.test_request_context():
        urls = app.url_map.bind("localhost")
        return {
            rule.endpoint.partition(".")[2]: urls.build(
                rule.endpoint, {name: values[name] for name in rule.arguments}, "POST"
            )
            for rule in app.url_map.iter_rules()
            if rule.endpoint.startswith("administrator.") and "POST" in (rule.methods or ())
        }


@pytest.fixture
def unchanged(session: Session) -> Iterator[None]:
    """Everything in the database is afterwards as it was before the test's requests."""

    def everything() -> list[str]:
        session.rollback()
        connection = session.connection().connection.driver_connection
        assert connection is not None
        return list(connection.iterdump())

    before = everything()
    yield
    assert everything() == before


def test_every_form_of_the_administrator_is_known_here(paths: dict[str, str]) -> None:
    assert set(paths) - {"save_papers"} - WITHOUT_FIELDS == set(FORMS)


@pytest.mark.parametrize("view", FORMS)
def test_the_whole_form_is_taken(admin: FlaskClient, paths: dict[str, str], view: str) -> None:
    assert admin.post(paths[view], data=FORMS[view]).status_code in (201, 303)


@pytest.mark.parametrize(("view", "name"), LOST)
def test_without_one_of_its_fields_it_is_refused(
    admin: FlaskClient, paths: dict[str, str], unchanged: None, view: str, name: str
) -> None:
    form = {key: value for key, value in FORMS[view].items() if key != name}
    assert admin.post(paths[view], data=form).status_code == 422


@pytest.mark.parametrize("value", ["", "2", "ya", "on", "-1"])
@pytest.mark.parametrize(
    ("view", "name"),
    [
        ("set_active", "active"),
        ("set_opd_active", "active"),
        ("set_unit_active", "active"),
        ("set_errata", "show"),
    ],
)
def test_a_switch_knows_two_values(
    admin: FlaskClient, paths: dict[str, str], unchanged: None, view: str, name: str, value: str
) -> None:
    assert admin.post(paths[view], data={name: value}).status_code == 422


def test_the_settings_of_the_papers_are_kept_whole_or_not_at_all(
    app: Flask, admin: FlaskClient, session: Session, unchanged: None
) -> None:
    form = settings_form(session, app.config["FILES"]) | {"city": "Maospati", "long_term": ""}
    for name in form.keys() - {"long_term"}:
        lost = {key: value for key, value in form.items() if key != name}
        assert admin.post("/administrator/naskah/", data=lost).status_code == 422
    for name in ("long_term", "remove_emblem"):
        odd = form | {name: "mungkin"}
        assert admin.post("/administrator/naskah/", data=odd).status_code == 422
