"""A key for backups, and a portal with complaints, a report and attached files."""

from pathlib import Path
from types import SimpleNamespace

import pyrage
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.backup.make import Made, back_up
from portal.cases.files import Upload, keep_files
from portal.cases.rules import Rules
from portal.models import writing
from portal.sop.vocabulary import Action
from tests.conftest import MONDAY
from tests.report_story import ReportStory
from tests.stories import arrive, do

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
    complaint = arrive(session, cast, rules, MONDAY, body=SECRET)
    do(session, cast, files, complaint, "nasional", Action.RECEIVE, MONDAY)
    with writing(session):
        scan = Upload("surat.pdf", b"%PDF-1.4 " + SECRET.encode())
        keep_files(session, complaint, [scan], files, MONDAY)
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
