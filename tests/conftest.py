"""The application on a real database file, a cast of officers, complaints where needed."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import chain
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask, request_started
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import create_app
from portal.access import Actor
from portal.cases.act import Done
from portal.cases.rules import Rules, load_rules
from portal.extensions import db
from portal.models import Account, Assignment, Caller, Complaint, Instansi, Opd, Unit, writing
from portal.sop.office_time import ZONE
from portal.sop.procedure import Role
from portal.sop.vocabulary import Action, Status
from portal.tasks import Queue, queue_of
from portal.viewer import actor_of, session_id
from tests.blueprints.pages import Browser
from tests.demo_house import NOW, demo_at
from tests.report_story import ReportStory
from tests.stories import USUAL, WAY, arrive, do

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
OFFICE = "10.1.2.3"
# Somebody at the server, on that day.
BY = Caller(None, OFFICE, MONDAY)


REQUESTS, FIGURES = "requests", "figures"


@pytest.fixture
def figures(record_property: Callable[[str, object], None]) -> Callable[[dict[str, int]], None]:
    """Tells what a test covered, by name; stands at the end of a run beside the requests."""
    return lambda told: record_property(FIGURES, told)


@pytest.fixture
def counted_requests(record_property: Callable[[str, object], None]) -> Iterator[None]:
    """Counts what a test asks of the portal; the sums stand at the end of a run."""
    asked: list[Flask] = []
    with request_started.connected_to(lambda app: asked.append(app)):
        yield
    record_property(REQUESTS, len(asked))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures of docs/security.md."""
    by_file: dict[str, Counter[str]] = {}
    for report in chain.from_iterable(terminalreporter.stats.values()):
        if getattr(report, "when", "") == "teardown":
            told = by_file.setdefault(report.nodeid.partition("::")[0], Counter())
            for name, value in report.user_properties:
                if name in (REQUESTS, FIGURES):
                    told.update(value if name == FIGURES else {REQUESTS: value})
    for path, told in sorted(by_file.items()):
        if figures := ", ".join(f"{number:,} {name}" for name, number in (+told).items()):
            terminalreporter.write_line(f"{path}: {figures}")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder whose database every migration has made; copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    with create_app(folder).app_context():
        upgrade()
        db.engine.dispose()
    return folder


@pytest.fixture(scope="session")
def demo_instance(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with the demo as it is loaded at its NOW; to be read, not changed."""
    return demo_at(template, tmp_path_factory.mktemp("demo"), NOW)


@pytest.fixture
def clock() -> SimpleNamespace:
    """The time of the application: set `clock.now`."""
    return SimpleNamespace(now=MONDAY)


@pytest.fixture
def app(template: Path, tmp_path: Path, clock: SimpleNamespace) -> Iterator[Flask]:
    instance = tmp_path / "instance"
    shutil.copytree(template, instance)
    app = create_app(instance, TESTING=True, NOW=lambda: clock.now, WTF_CSRF_ENABLED=False)
    app.test_client_class = Browser
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Session:
    return db.session()


@pytest.fixture
def queue(app: Flask) -> Iterator[Queue]:
    """The queue in its file; a test is the worker and takes tasks out of it."""
    queue = queue_of(app)
    yield queue
    queue.storage.close()


@pytest.fixture
def rules(session: Session) -> Rules:
    return load_rules(session)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def cast(session: Session) -> SimpleNamespace:
    return make_cast(session)


def make_cast(session: Session) -> SimpleNamespace:
    """One officer for each desk and two outsiders; `cast.actor(account)` is he at his desk."""
    own = session.scalars(select(Instansi)).one()
    dishub = session.scalars(select(Opd).where(Opd.name == "Dinas Perhubungan")).one()
    dinkes = session.scalars(select(Opd).where(Opd.name == "Dinas Kesehatan")).one()
    lampu = Unit(opd_id=dishub.id, name="Bidang Lalu Lintas", kinds="Lampu jalan\nRambu")
    parkir = Unit(opd_id=dishub.id, name="UPT Parkir", kinds="Parkir")
    people = [
        ("nasional", "Ratna Sari", Role.ADMIN_NASIONAL, {}),
        ("instansi", "Wahyu Hidayat", Role.ADMIN_INSTANSI, {"instansi_id": own.id}),
        ("penghubung", "Budi Hartono", Role.PEJABAT_PENGHUBUNG, {"opd_id": dishub.id}),
        ("penghubung_lain", "Tuti Alawiyah", Role.PEJABAT_PENGHUBUNG, {"opd_id": dinkes.id}),
        ("unit", "Joko Susilo", Role.UNIT_KERJA, {"opd_id": dishub.id, "unit": lampu}),
        ("unit_lain", "Sinta Dewi", Role.UNIT_KERJA, {"opd_id": dishub.id, "unit": parkir}),
        ("kepala", "Hendra Gunawan", Role.KEPALA_DINAS, {"instansi_id": own.id}),
        ("administrator", "Nina Marlina", Role.ADMINISTRATOR, {}),
    ]
    dishub_id, dinkes_id, own_id = dishub.id, dinkes.id, own.id
    accounts = {}
    with writing(session):
        session.add_all([lampu, parkir])
        for username, name, role, scope in people:
            accounts[username] = account = Account(
                username=username,
                name=name,
                password_hash="!",  # nobody signs in with it
                created_at=MONDAY,
            )
            session.add(account)
            session.add(
                Assignment(account=account, role=role, valid_from=date(2026, 1, 1), **scope)
            )

    def actor(account: Account) -> Actor:
        return actor_of(account, account.assignments[0])

    return SimpleNamespace(
        **accounts,
        accounts=accounts,
        actor=actor,
        own_id=own_id,
        opd_id=dishub_id,
        other_opd_id=dinkes_id,
        unit_id=lampu.id,
        other_unit_id=parkir.id,
    )


@pytest.fixture
def sign_in(clock: SimpleNamespace) -> Callable[[FlaskClient, Account], None]:
    """Give a client the session of an account whose password was just typed."""

    def give(client: FlaskClient, account: Account) -> None:
        with client.session_transaction() as cookie:
            cookie.clear()
            cookie["_user_id"] = session_id(account)
            cookie["_fresh"] = True
            cookie["id"] = uuid4().hex
            cookie["proved"] = int(clock.now.timestamp())
            cookie["desk"] = account.assignments[0].id

    return give


@pytest.fixture
def make_complaint(
    session: Session, cast: SimpleNamespace, rules: Rules, clock: SimpleNamespace
) -> Callable[..., Complaint]:
    """Make a complaint that arrived in `status` now; other columns by keyword."""

    def make(status: Status = Status.ARRIVED, **columns: Any) -> Complaint:
        return arrive(session, cast, rules, clock.now, status, **columns)

    return make


@pytest.fixture
def story(
    session: Session, cast: SimpleNamespace, rules: Rules, clock: SimpleNamespace, app: Flask
) -> ReportStory:
    """Monthly reports by real verbs; their files lie where the application looks for them."""
    return ReportStory(session, cast, rules, app.config["FILES"], clock.now)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def play(
    session: Session,
    cast: SimpleNamespace,
    rules: Rules,
    folder: Path,
    make_complaint: Callable[..., Complaint],
    clock: SimpleNamespace,
) -> SimpleNamespace:
    """`play.to(status)` brings a complaint there; `play.do(complaint, action, ...)` goes on."""

    def act_on(complaint: Complaint, action: Action, who: str = "", **answers: str) -> Done:
        clock.now += timedelta(minutes=1)
        who = who or USUAL[action]
        return do(session, cast, folder, complaint, who, action, clock.now, **answers)

    def to(status: Status, **columns: object) -> Complaint:
        complaint = make_complaint(Status.ARRIVED, **columns)
        for action in WAY[status]:
            act_on(complaint, action)
        assert complaint.status == status
        return complaint

    scene = (session, cast, folder)
    return SimpleNamespace(do=act_on, to=to, clock=clock, folder=folder, scene=scene)
