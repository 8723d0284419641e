"""The demo as a folder that tests copy or read: every desk, every state, by the real verbs."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import create_app
from portal.cases.import_lapor import receive_file, run_batch
from portal.cases.rules import load_rules
from portal.demo.load import load
from portal.extensions import db
from portal.models import Account
from portal.sop.office_time import ZONE
from portal.viewer import actor_of, session_id
from tests.blueprints.pages import Browser
from tests.lapor.conftest import lines
from tests.make_lapor_export import write_csv
from tests.report_story import ReportStory

NOW = datetime(2026, 11, 24, 10, 20, tzinfo=ZONE)  # a Tuesday


def demo_at(template: Path, folder: Path, now: datetime) -> Path:
    """An instance folder with the demo as it is loaded at `now`."""
    instance = folder / "demo"
    shutil.copytree(template, instance)
    app = create_app(instance)
    with app.app_context():
        load(db.session(), app.config["FILES"], now)
        db.session.remove()
        db.engine.dispose()
    return instance


@contextmanager
def open_demo(instance: Path, folder: Path) -> Iterator[Flask]:
    """The application on a copy of the demo that also has reports and waiting imports, at NOW."""
    copy = folder / "demo"
    shutil.copytree(instance, copy)
    app = create_app(copy, TESTING=True, NOW=lambda: NOW, WTF_CSRF_ENABLED=False)
    app.config["HTMX_SOURCE"] = "local"
    app.test_client_class = Browser
    with app.app_context():
        _make_reports(app)
        _make_imports(app, folder)
        yield app
        db.session.remove()
        db.engine.dispose()


def _make_reports(app: Flask) -> None:
    session = db.session()
    cast = SimpleNamespace(instansi=_account("instansi"), kepala=_account("kepala"))
    cast.actor = lambda account: actor_of(account, account.assignments[0])
    story = ReportStory(session, cast, load_rules(session), app.config["FILES"], NOW)
    story.archived(month=date(2026, 9, 1))
    story.draft(number="065/11/403.113/2026")


def _make_imports(app: Flask, folder: Path) -> None:
    """An export that waits to be confirmed, and one with words that nobody has explained yet."""
    session, files = db.session(), app.config["FILES"]
    admin = actor_of(_account("nasional"), _account("nasional").assignments[0])
    unknown = {"Klasifikasi Laporan": "Gugatan", "Instansi Terdisposisi": "Dinas Tata Kota"}
    for cells in ({}, unknown):
        write_csv(folder / "ekspor.csv", lines(cells))
        content = (folder / "ekspor.csv").read_bytes()
        batch = receive_file(session, admin, "ekspor.csv", content, files, NOW)
        rules = load_rules(session)
        run_batch(session, batch.id, admin, rules, files, NOW, lambda done, total: None)


def _account(username: str) -> Account:
    return db.session.scalars(select(Account).where(Account.username == username)).one()


def clients_of(app: Flask, username: str) -> Iterator[FlaskClient]:
    """Browsers in which somebody has signed in, one for each of his desks."""
    account = _account(username)
    for desk in account.assignments:
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = session_id(account)
            cookie["_fresh"] = True
            cookie["desk"] = desk.id
        yield client
