"""A key for backups, and a portal with complaints, a report and attached files."""

from pathlib import Path
from types import SimpleNamespace

import pyrage
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.backup.make import Made, back_up
from portal.cases.enter import EntryForm, enter
from portal.cases.files import Upload
from portal.cases.rules import Rules
from portal.sop.vocabulary import Action
from tests.conftest import MONDAY
from tests.report_story import ReportStory
from tests.stories import do

SECRET = "Lurah Sumber Makmur meminta uang untuk surat tanah"


@pytest.fixture(scope="session")
def key() -> SimpleNamespace:
    """`recipient`, and the `identity` that opens what is sealed for it."""
    identity = pyrage.x25519.Identity.generate()
    return SimpleNamespace(identity=identity, recipient=str(identity.to_public()))


@pytest.fixture
def instance(
    app: Flask, session: Session, cast: SimpleNamespace, rules: Rules, story: ReportStory
) -> Path:
    """The folder of a portal in use: complaints with files, a report that was archived."""
    files = app.config["FILES"]
    scan = Upload("surat.pdf", b"%PDF-1.4 " + SECRET.encode())
    told = {"title": "Pungutan", "body": SECRET, "reporter_name": "Hari Basuki"}
    form = EntryForm("surat", {**told, "case_class": "complaint"}, [scan])
    actor = cast.actor(cast.nasional)
    complaint = enter(session, actor, form, rules=rules, folder=files, now=MONDAY)
    do(session, cast, files, complaint, "nasional", Action.RECEIVE, MONDAY)
    story.archived()
    folder = Path(app.instance_path)
    (folder / "config.env").write_text("PORTAL_PROXIES=1\n")
    return folder


@pytest.fixture
def made(session: Session, instance: Path, tmp_path: Path, key: SimpleNamespace) -> Made:
    """A backup of it, in a folder of its own."""
    folder = tmp_path / "cadangan"
    folder.mkdir()
    return back_up(session, instance, folder, key.recipient, MONDAY)
