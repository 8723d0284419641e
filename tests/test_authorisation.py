"""Every route and method, every actor, own and foreign objects: the answer that each gets.

What is expected stands here anew, in the words of the specification; nothing of it is read from the
permissions that the views declare. A route or an argument that this file does not know fails.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal import create_app
from portal.assets import asset_name
from portal.cases.act import Form, act
from portal.cases.files import Upload
from portal.cases.rules import load_rules
from portal.extensions import db
from portal.models import (
    Account,
    Assignment,
    Attachment,
    ImportBatch,
    ImportState,
    Instansi,
    ReportFile,
    writing,
)
from portal.sop.procedure import Role
from portal.sop.vocabulary import Action, Status
from portal.viewer import session_id
from tests.blueprints.pages import Browser
from tests.conftest import MONDAY, make_cast
from tests.report_story import ReportStory
from tests.stories import arrive, do
from tests.test_planted_secret import unpacked

pytestmark = pytest.mark.usefixtures("counted_requests")

NASIONAL, INSTANSI = {"nasional"}, {"instansi", "instansi_asing"}
KEPALA = {"kepala", "kepala_asing"}
LIAISONS, UNITS = {"penghubung", "penghubung_lain"}, {"unit", "unit_lain"}
DESKS = NASIONAL | INSTANSI | LIAISONS | UNITS | KEPALA
ADMINISTRATOR = {"administrator"}
# Signed in, but their assignment has ended, or has not begun.
IDLE = {"berakhir", "belum"}
SIGNED_IN = DESKS | ADMINISTRATOR | IDLE
NOBODY = {"nonaktif", "tamu"}
EVERYBODY = SIGNED_IN | NOBODY

# Who passes the door: by endpoint, else by blueprint.
DOORS = {
    "static": EVERYBODY,
    "auth": SIGNED_IN,
    "auth.start": EVERYBODY,
    "auth.sign_in": EVERYBODY,
    "auth.sign_out": EVERYBODY,
    "auth.set_language": EVERYBODY,
    "auth.sign_in_by_code": EVERYBODY,
    "auth.setup": EVERYBODY,
    "verification": EVERYBODY,
    "second_factor": SIGNED_IN,
    "sop": SIGNED_IN,
    "admin_nasional": NASIONAL,
    "admin_instansi": INSTANSI,
    "pejabat_penghubung": LIAISONS,
    "unit_kerja": UNITS,
    "kepala_dinas": KEPALA,
    "administrator": ADMINISTRATOR,
    "complaints": SIGNED_IN,
    "uploads": NASIONAL | INSTANSI | LIAISONS | UNITS,
    "papers": DESKS,
    "intake": NASIONAL | INSTANSI,
    "reports": INSTANSI | KEPALA,
    "reports.begin": INSTANSI,
    "reports.write": INSTANSI,
    "reports.addend": INSTANSI,
    "reports.archive": INSTANSI,
    "reports.approve": KEPALA,
    "reports.send_back": KEPALA,
    "reports.sign": KEPALA,
    "archive": INSTANSI | KEPALA,
    "disclosures": KEPALA,
    "privacy": INSTANSI | KEPALA | ADMINISTRATOR,
    "privacy.copying": INSTANSI,
    "privacy.copy": INSTANSI,
    "privacy.keeping": ADMINISTRATOR,
    "privacy.set_keeping": ADMINISTRATOR,
}
SEPTEMBER = date(2026, 9, 1)
ARGUMENT = r"<(?:[^:>]*:)?(\w+)>"
# What this house has none of, for nobody: a link that is not spent, a file, a question unasked.
LACKING = {
    "auth.setup": 410,
    "verification.show": 404,
    "administrator.emblem": 404,
    "administrator.choose_role": 404,
    "unit_kerja.bulk": 404,
}
# One action that each desk may try.
SLUGS = {
    "admin_nasional": "terima",
    "admin_instansi": "catat",
    "pejabat_penghubung": "tanda-terima",
    "unit_kerja": "terima",
}


@dataclass(frozen=True)
class Thing:
    """A value of a route's argument, and who may know that it is there."""

    value: object
    seen_by: frozenset[str]


def thing(value: object, *seen_by: str) -> Thing:
    return Thing(value, frozenset(seen_by))


@pytest.fixture(scope="module")
def app(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One portal for all of this file: who is let in sends empty forms, which change little."""
    instance = tmp_path_factory.mktemp("house") / "instance"
    shutil.copytree(template, instance)
    app = create_app(instance, TESTING=True, NOW=lambda: MONDAY, WTF_CSRF_ENABLED=False)
    app.test_client_class = Browser
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def house(app: Flask) -> SimpleNamespace:
    """A portal with something of each kind, of each scope, and the people who come to its doors."""
    session = db.session()
    cast, rules, folder = make_cast(session), load_rules(session), app.config["FILES"]
    foreign = Instansi(name="Pemerintah Kabupaten Ngawi")
    with writing(session):
        session.add(foreign)
    _more_people(session, cast, foreign.id)

    arrived = arrive(session, cast, rules, MONDAY)
    with_unit = arrive(session, cast, rules, MONDAY, Status.WITH_LIAISON)
    elsewhere = arrive(session, cast, rules, MONDAY, Status.WITH_INSTANSI)
    with writing(session):
        elsewhere.instansi_id = foreign.id
    do(session, cast, folder, with_unit, "penghubung", Action.HAND_OVER, MONDAY)
    letter = Upload("surat.pdf", b"%PDF-1.7 isi")
    form = Form(Action.RECORD_PROGRESS, "kunci", with_unit.seq, {"text": "Diperiksa."}, [letter])
    unit = cast.actor(cast.unit)
    act(session, unit, with_unit.tracking_id, form, folder=folder, now=MONDAY)

    story = ReportStory(session, cast, rules, folder, MONDAY)
    kept, report = story.archived(month=SEPTEMBER, number="9/ASLI"), story.draft()
    foreign_cast = SimpleNamespace(
        instansi=cast.accounts["instansi_asing"],
        kepala=cast.accounts["kepala_asing"],
        actor=cast.actor,
    )
    foreign_story = ReportStory(session, foreign_cast, rules, folder, MONDAY)
    other_report = foreign_story.archived(month=SEPTEMBER, number="9/ASING")
    files = {one.report_id: one.id for one in session.query(ReportFile)}
    batches = [
        ImportBatch(
            account_id=cast.accounts[name].id,
            assignment_id=cast.accounts[name].assignments[0].id,
            filename="ekspor.csv",
            state=ImportState.FAILED,
            sha256="0" * 64,
            created_at=MONDAY,
            beat_at=MONDAY,
        )
        for name in ("nasional", "instansi", "instansi_asing")
    ]
    with writing(session):
        session.add_all(batches)
    return SimpleNamespace(
        people=cast.accounts,
        things={
            "tracking_id": [
                thing(arrived.tracking_id, *NASIONAL, "instansi", "kepala"),
                thing(with_unit.tracking_id, "instansi", "penghubung", "unit", "kepala"),
                thing(elsewhere.tracking_id, "instansi_asing", "kepala_asing"),
                thing("404404"),
            ],
            "report_id": [
                thing(report.id, "instansi", "kepala"),
                thing(kept.id, "instansi", "kepala"),
                thing(other_report.id, "instansi_asing", "kepala_asing"),
                thing(404404),
            ],
            "batch_id": [
                thing(batches[0].id, *NASIONAL),
                thing(batches[1].id, "instansi"),
                thing(batches[2].id, "instansi_asing"),
                thing(404404),
            ],
            "account_id": [thing(cast.accounts["sasaran"].id, *ADMINISTRATOR), thing(404404)],
            "assignment_id": [thing(cast.accounts["sasaran"].assignments[0].id, *ADMINISTRATOR)],
            "opd_id": [thing(cast.opd_id, *ADMINISTRATOR), thing(404404)],
            "unit_id": [thing(cast.unit_id, *ADMINISTRATOR), thing(404404)],
        },
        fixed={
            "name": "kartu",
            "path": "arrived",
            "year": 2026,
            "code": "K7MX-29QD-HRWT",
            "token": "tidak-ada",
            "role": "unit_kerja",
            "filename": asset_name("portal.css"),
        },
        parts={
            "attachment_id": {with_unit.tracking_id: session.query(Attachment).one().id},
            "file_id": files,
        },
        told={
            "instansi": {"9/ASLI", arrived.tracking_id, with_unit.tracking_id},
            "instansi_asing": {"9/ASING", elsewhere.tracking_id},
        },
    )


def _more_people(session: Session, cast: SimpleNamespace, foreign_id: int) -> None:
    """Those who are not simply at their desk, and an account that stands still to be changed."""
    people: dict[str, dict[str, Any]] = {
        "instansi_asing": {"instansi_id": foreign_id},
        "kepala_asing": {"instansi_id": foreign_id, "role": Role.KEPALA_DINAS},
        "berakhir": {"valid_to": date(2026, 11, 22)},
        "belum": {"valid_from": date(2026, 11, 24)},
        "nonaktif": {},
        "sasaran": {},
    }
    usual = {
        "role": Role.ADMIN_INSTANSI,
        "valid_from": date(2026, 1, 1),
        "instansi_id": cast.own_id,
    }
    with writing(session):
        for username, special in people.items():
            cast.accounts[username] = account = Account(
                username=username,
                name=username.title(),
                password_hash="!",
                active=username != "nonaktif",
                created_at=MONDAY,
            )
            session.add(Assignment(account=account, **usual | special))


def routes() -> list[tuple[str, str, str]]:
    """Every route: its endpoint, its rule, a method."""
    rules: Iterator[Rule] = create_app().url_map.iter_rules()
    return sorted(
        (rule.endpoint, rule.rule, method)
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


def requests_of(
    house: SimpleNamespace, endpoint: str, rule: str
) -> Iterator[tuple[str, frozenset[str]]]:
    """The addresses of `rule`, one for each thing that it may name, and who may know of that."""
    named = re.findall(ARGUMENT, rule)
    fixed = house.fixed | {"slug": SLUGS.get(endpoint.partition(".")[0])}
    unknown = [name for name in named if name not in house.things | house.parts | fixed]
    assert not unknown, f"tell this test who sees the objects of {rule}"
    first = next((name for name in named if name in house.things), None)
    for one in house.things[first] if first else [thing("", *EVERYBODY)]:
        values = {name: things[0].value for name, things in house.things.items()}
        values |= fixed | ({first: one.value} if first else {})
        for name, parts in house.parts.items():
            for part in parts.values() if name in named else ():
                seen_by = one.seen_by if parts.get(one.value) == part else frozenset()
                yield re.sub(ARGUMENT, r"{\1}", rule).format(**values, **{name: part}), seen_by
        if not house.parts.keys() & named:
            yield re.sub(ARGUMENT, r"{\1}", rule).format(**values), one.seen_by


def verdict(endpoint: str, who: str, seen_by: frozenset[str]) -> str:
    """What `who` must get: "in", "out" (this door is not his), "sign in" or "unknown"."""
    door = DOORS.get(endpoint) or DOORS.get(endpoint.partition(".")[0])
    assert door is not None, f"tell this test whose door {endpoint} is"
    if who not in door:
        return "sign in" if who in NOBODY else "out"
    return "in" if who in seen_by else "unknown"


def is_as(expected: str, answer: TestResponse, endpoint: str) -> bool:
    if expected == "sign in":
        location = answer.headers.get("Location", "")
        return answer.status_code == 401 or location.startswith("/masuk")
    if expected in ("out", "unknown"):
        return answer.status_code == (403 if expected == "out" else 404)
    if endpoint in LACKING:
        return answer.status_code == LACKING[endpoint]
    # Whose turn an action is, the table decides; the matrix of transitions tests it.
    turned_away = {401, 404} if endpoint.endswith(".act") else {401, 403, 404}
    return answer.status_code < 500 and answer.status_code not in turned_away


@contextmanager
def no_write(expected: str) -> Iterator[None]:
    """Fail when somebody who is not let in has anything written."""
    written: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.split(None, 1)[0].upper() in ("INSERT", "UPDATE", "DELETE"):
            written.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert expected == "in" or not written, written


@pytest.mark.parametrize(
    ("endpoint", "rule", "method"),
    [pytest.param(*route, id=f"{route[0]}-{route[2]}") for route in routes()],
)
def test_each_actor_gets_the_answer_that_is_his(
    app: Flask, house: SimpleNamespace, endpoint: str, rule: str, method: str
) -> None:
    wrong = []
    for who in sorted(EVERYBODY):
        for address, seen_by in requests_of(house, endpoint, rule):
            expected = verdict(endpoint, who, seen_by)
            for headers in ({}, {"HX-Request": "true"}):
                client = arriving(app, house.people.get(who))
                with no_write(expected):
                    answer = client.open(address, method=method, headers=headers)
                answer.close()
                if not is_as(expected, answer, endpoint):
                    wrong.append(f"{who} {address} {headers}: {expected}, not {answer.status}")
    assert not wrong, "\n".join(wrong)


def arriving(app: Flask, account: Account | None) -> FlaskClient:
    """A browser in which `account` (None: nobody) has signed in."""
    session = db.session()
    session.rollback()
    client = app.test_client()
    if account is not None:
        session.refresh(account)
        with client.session_transaction() as cookie:
            cookie["_user_id"] = session_id(account)
            cookie["_fresh"] = True
            cookie["id"] = uuid4().hex
            cookie["proved"] = MONDAY.timestamp()
            cookie["desk"] = account.assignments[0].id
    return client


def test_no_door_stands_here_that_is_there_no_more(
    house: SimpleNamespace, figures: Callable[[dict[str, int]], None]
) -> None:
    endpoints = {endpoint for endpoint, *_ in routes()}
    assert {*DOORS, *LACKING} <= endpoints | {one.partition(".")[0] for one in endpoints}
    assert EVERYBODY - {"tamu"} == house.people.keys() - {"sasaran"}
    figures({"routes and methods": len(routes()), "actors": len(EVERYBODY)})


@pytest.mark.parametrize("who", ["instansi", "instansi_asing"])
def test_the_archive_gives_each_instansi_its_own(
    app: Flask, house: SimpleNamespace, who: str
) -> None:
    client, given = arriving(app, house.people[who]), b""
    for path in ("", "buku-register-2026.xlsx", "2026.zip"):
        with client.get(f"/arsip/{path}") as answer:
            assert answer.status_code == 200
            given += b"".join(unpacked(answer.data))
    for name, told in house.told.items():
        for one in told:
            assert (one.encode() in given) is (name == who), one
