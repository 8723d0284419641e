"""A short torture, and that its judge finds what it looks for."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bench.torture import torture
from bench.torture_check import (
    ACKNOWLEDGED,
    CHAIN,
    CONFLICT,
    DUPLICATE,
    FILE,
    HALF,
    LOSS,
    ORPHAN,
    TIMER,
    Before,
    Sent,
    inspect,
)
from portal.cases.act import Form, act
from portal.cases.files import Upload, path_of
from portal.cases.tick import tick
from portal.models import Attachment, Complaint, Entry, SentForm, writing
from portal.sop.vocabulary import Action, Status
from tests.stories import do

WORDS = "Catatan petugas 7f3a"
PDF = b"%PDF-1.7 laporan"


def test_clients_that_race_while_processes_are_killed_lose_nothing(tmp_path: Path) -> None:
    figures, violations = torture(tmp_path, seconds=6, clients=4, kills=2)
    assert violations == []
    assert figures["kills"] == figures["restarts"] == 2
    assert figures["actions acknowledged"] > 0
    assert figures["timers fired"] > 0


# -- the judge -----------------------------------------------------------------------------------

Judge = Callable[..., list[str]]


@pytest.fixture
def complaint(
    app: Flask, session: Session, cast: SimpleNamespace, make_complaint: Any, clock: Any
) -> Complaint:
    complaint: Complaint = make_complaint(Status.WITH_LIAISON)
    folder = app.config["FILES"]
    do(session, cast, folder, complaint, "penghubung", Action.HAND_OVER, clock.now)
    return complaint


@pytest.fixture
def sent(
    app: Flask, session: Session, cast: SimpleNamespace, complaint: Complaint, clock: Any
) -> tuple[Before, Sent]:
    """An action with a file that was acknowledged, and what was there before it."""
    before = Before.of(session)
    answers, files = {"text": WORDS}, [Upload("laporan.pdf", PDF)]
    form = Form(Action.RECORD_PROGRESS, "k1", complaint.seq, answers, files)
    unit, folder = cast.actor(cast.unit), app.config["FILES"]
    done = act(session, unit, complaint.tracking_id, form, folder=folder, now=clock.now)
    sha256 = done.entry.details["files"][0]["sha256"]
    slug = Action.RECORD_PROGRESS.slug
    return before, Sent("k1", complaint.tracking_id, slug, WORDS, sha256, ACKNOWLEDGED)


@pytest.fixture
def judge(app: Flask, session: Session, sent: tuple[Before, Sent], clock: Any) -> Judge:
    """The kinds of violations found after some SQL, with every trigger dropped."""

    def found(*statements: str, outcome: str = ACKNOWLEDGED) -> list[str]:
        before, one = sent
        one.outcome = outcome
        triggers = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        with writing(session):
            for name in session.scalars(triggers).all():
                session.execute(text(f"DROP TRIGGER {name}"))
            for statement in statements:
                session.execute(text(statement))
        verdict = inspect(session, [one], before, app.config["FILES"], clock.now)
        return [kind for kind, _ in verdict.violations]

    return found


def test_what_is_right_is_not_complained_of(judge: Judge) -> None:
    assert judge() == []


def test_an_acknowledged_form_without_its_entry_is_a_loss(judge: Judge) -> None:
    kinds = judge(
        "DELETE FROM attachment",
        "DELETE FROM entry WHERE seq = 3",
        "UPDATE complaint SET seq = 2",
    )
    assert LOSS in kinds


def test_a_form_that_is_not_there_is_a_loss_and_its_entry_a_half(judge: Judge) -> None:
    assert {LOSS, HALF} <= set(judge("DELETE FROM sent_form WHERE key = 'k1'"))


def test_a_refused_form_that_is_there_is_a_half(judge: Judge) -> None:
    assert set(judge(outcome=CONFLICT)) == {HALF}


def test_what_stands_there_twice_is_a_duplicate(judge: Judge) -> None:
    assert {DUPLICATE, CHAIN, HALF} <= set(judge(_again(3)))


def test_a_form_kept_twice_is_a_duplicate(judge: Judge) -> None:
    twice = (
        "INSERT INTO sent_form SELECT 'k2', account_id, complaint_id, entry_seq, at, digest "
        "FROM sent_form WHERE key = 'k1'"
    )
    assert DUPLICATE in judge(twice)


def test_a_status_that_is_not_what_history_says_is_a_half(judge: Judge) -> None:
    assert {HALF, CHAIN} <= set(judge("UPDATE complaint SET status = 'closed'"))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM attachment",
        "UPDATE attachment SET size = 1",
        "UPDATE attachment SET entry_seq = 2",
    ],
)
def test_an_attachment_that_is_not_what_history_names_is_a_fault(
    judge: Judge, statement: str
) -> None:
    assert FILE in judge(statement)


def test_bytes_that_are_gone_are_a_fault(judge: Judge, app: Flask, session: Session) -> None:
    for one in session.query(Attachment):
        path_of(app.config["FILES"], one.sha256).unlink()
    assert judge() == [FILE]


def test_the_forms_of_a_complaint_whose_reporter_was_taken_out_are_no_loss(
    app: Flask,
    session: Session,
    cast: SimpleNamespace,
    complaint: Complaint,
    sent: tuple[Before, Sent],
    clock: Any,
) -> None:
    before, one = sent
    files = app.config["FILES"]
    for who, action in (
        ("unit", Action.FINISH_FOLLOW_UP),
        ("penghubung", Action.ANSWER),
        ("instansi", Action.REGISTER),
        ("instansi", Action.RECORD_FEEDBACK),
        ("instansi", Action.ANONYMISE),
    ):
        do(session, cast, files, complaint, who, action, clock.now)
    own = session.scalars(select(SentForm.key)).one()
    last = Sent(own, complaint.tracking_id, Action.ANONYMISE.slug, "", "", ACKNOWLEDGED)
    assert inspect(session, [one, last], before, files, clock.now).violations == []


def test_a_row_that_names_nothing_is_an_orphan(judge: Judge, app: Flask) -> None:
    with closing(sqlite3.connect(Path(app.instance_path) / "portal.db")) as careless:
        careless.execute("UPDATE sent_form SET account_id = 999")
        careless.commit()
    assert ORPHAN in judge()


def test_a_timer_that_did_not_fire_is_a_fault(judge: Judge, clock: Any) -> None:
    clock.now += timedelta(days=365)
    assert set(judge()) == {TIMER}


def test_a_timer_that_fired_twice_is_a_fault(
    judge: Judge, session: Session, complaint: Complaint, clock: Any
) -> None:
    clock.now = complaint.wake_at
    assert len(tick(session, clock.now)) == 1
    assert judge() == []
    assert TIMER in judge(_again(4), "UPDATE complaint SET seq = 5")


def _again(seq: int) -> str:
    """The entry of that number once more, behind itself."""
    columns = ", ".join(column.name for column in Entry.__table__.columns if column.name != "id")
    values = columns.replace(" seq,", f" {seq + 1},", 1)
    return f"INSERT INTO entry ({columns}) SELECT {values} FROM entry WHERE seq = {seq}"  # noqa: S608
