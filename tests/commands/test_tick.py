"""`flask tick`: the automatic actions by hand, and another time only in a demo."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from portal import create_app
from portal.demo import MARK
from portal.models import Complaint, Setting, writing
from portal.sop.office_time import ZONE
from portal.sop.vocabulary import Status


def tick(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["tick", *words])


@pytest.fixture
def waiting(make_complaint: Callable[..., Complaint], session: Session) -> str:
    """A complaint that waits for its reporter since 23 November 2026, 09.00."""
    number = make_complaint(Status.AWAITING_COMPLETION).tracking_id
    session.rollback()
    return number


def test_nothing_due_is_said_so(app: Flask, waiting: str) -> None:
    assert tick(app).output == "Tidak ada yang jatuh tempo.\n"
    assert json.loads(tick(app, "--json").output) == []


def test_what_is_due_is_done_once_and_dated_when_it_was_due(
    app: Flask, clock: SimpleNamespace, waiting: str, session: Session
) -> None:
    clock.now = datetime(2026, 12, 31, 9, 0, tzinfo=ZONE)
    assert json.loads(tick(app, "--json").output) == [
        {"tracking_id": waiting, "action": "remind", "due": "2026-12-07T16:00:00+07:00"},
        {"tracking_id": waiting, "action": "lapse", "due": "2026-12-23T16:00:00+07:00"},
    ]
    assert json.loads(tick(app, "--json").output) == []
    complaint = session.query(Complaint).filter_by(tracking_id=waiting).one()
    assert complaint.status == Status.NOT_FOLLOWED_UP


def test_what_is_done_is_printed_for_people(
    app: Flask, clock: SimpleNamespace, waiting: str
) -> None:
    clock.now = datetime(2026, 12, 8, 9, 0, tzinfo=ZONE)
    assert tick(app).output == f"#{waiting}  remind  2026-12-07T16:00:00+07:00\n"


def test_another_time_is_refused_outside_a_demo(app: Flask, waiting: str) -> None:
    result = tick(app, "--json", "--now", "2026-12-31T09:00")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("--now hanya untuk portal demo")


@pytest.mark.parametrize("by", ["configuration", "mark"])
def test_a_demo_may_be_told_another_time(
    app: Flask, session: Session, waiting: str, by: str
) -> None:
    if by == "mark":
        with writing(session):
            session.add(Setting(name=MARK, value=True))
    else:
        app.config["DEMO"] = True
    result = tick(app, "--json", "--now", "2026-12-08T02:00:00Z")
    assert [one["action"] for one in json.loads(result.output)] == ["remind"]


def test_an_unreadable_time_gets_a_sentence(app: Flask) -> None:
    app.config["DEMO"] = True
    result = tick(app, "--now", "besok")
    assert result.exit_code == 2
    assert result.stderr.startswith("Waktu tidak terbaca")


def test_a_portal_without_a_database_gets_a_sentence(tmp_path: Path) -> None:
    result = tick(create_app(tmp_path))
    assert result.exit_code == 2
    assert result.stderr.startswith("Database belum disiapkan")
