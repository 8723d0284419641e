"""What the portal does by itself: when it is due, once, even when days late or twice at once."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.access import SYSTEM
from portal.cases.record import Note, append, history_of, read_history
from portal.cases.rules import Rules
from portal.cases.tick import Tick, tick
from portal.extensions import db
from portal.models import Complaint, writing
from portal.sop.office_time import ZONE
from portal.sop.procedure import Role
from portal.sop.vocabulary import Action, Record, Status


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture
def waiting(make_complaint: Callable[..., Complaint], clock: SimpleNamespace) -> Complaint:
    clock.now = at("2026-11-20T10:00")
    return make_complaint(Status.AWAITING_COMPLETION)


def test_nothing_happens_before_it_is_due(session: Session, waiting: Complaint) -> None:
    assert tick(session, at("2026-12-04T16:29")) == []
    assert waiting.status == Status.AWAITING_COMPLETION


def test_a_missed_week_is_made_up_each_thing_dated_when_it_was_due(
    session: Session, waiting: Complaint
) -> None:
    done = tick(session, at("2027-01-04T09:00"))
    number = waiting.tracking_id
    assert done == [
        Tick(number, Record.REMIND, at("2026-12-04T16:30")),
        Tick(number, Action.LAPSE, at("2026-12-21T16:00")),
    ]
    assert waiting.status == Status.NOT_FOLLOWED_UP
    lapse = history_of(session, waiting)[-1]
    assert lapse.happened_at == at("2026-12-21T16:00")
    assert lapse.recorded_at == at("2027-01-04T09:00")
    assert (lapse.role, lapse.actor_name, lapse.completes) == (Role.SYSTEM, "Sistem", 2)


def test_a_second_tick_finds_nothing_left(session: Session, waiting: Complaint) -> None:
    tick(session, at("2026-12-21T16:00"))
    assert tick(session, at("2026-12-21T16:00")) == []


def test_ticks_that_run_at_once_do_each_thing_once(
    app: Flask,
    session: Session,
    make_complaint: Callable[..., Complaint],
    clock: SimpleNamespace,
) -> None:
    clock.now = at("2026-01-05T09:00")
    complaints = [make_complaint(Status.WITH_LIAISON) for _ in range(8)]
    session.commit()
    done: list[Tick] = []

    def run() -> None:
        with app.app_context():
            done.extend(tick(db.session(), at("2026-06-01T09:00")))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == len(set(done)) == 5 * len(complaints)
    for complaint in complaints:
        session.refresh(complaint)
        actions = [entry.action for entry in history_of(session, complaint)]
        assert actions == ["arrive", "remind", "remind", "remind", "remind", "escalate"]
        assert complaint.escalated


def test_an_entry_made_after_the_due_time_is_not_overtaken_by_the_portals_own(
    session: Session,
    rules: Rules,
    make_complaint: Callable[..., Complaint],
    clock: SimpleNamespace,
) -> None:
    clock.now = at("2026-01-05T09:00")
    complaint = make_complaint(Status.WITH_LIAISON)
    late = at("2026-05-04T09:00")
    with writing(session):
        before = read_history(session, complaint, rules)
        note = Note(Record.LAPOR_CHANGE, Status.WITH_LIAISON, late, {})
        append(session, complaint, before, note, SYSTEM, rules, late)
    tick(session, late + timedelta(hours=1))
    entries = history_of(session, complaint)
    assert entries[-1].action == "escalate"
    assert {entry.happened_at for entry in entries[1:]} == {late}


def test_more_complaints_than_one_batch_are_all_woken(
    session: Session,
    make_complaint: Callable[..., Complaint],
    clock: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("portal.cases.tick._BATCH", 2)
    clock.now = at("2026-11-20T10:00")
    for _ in range(5):
        make_complaint(Status.AWAITING_COMPLETION)
    assert len(tick(session, at("2026-12-21T16:00"))) == 10


def test_a_timer_that_the_calendar_moved_is_noted_anew_and_not_fired(
    session: Session, waiting: Complaint
) -> None:
    waiting.wake_at = at("2026-11-30T09:00")
    session.commit()
    assert tick(session, at("2026-12-01T09:00")) == []
    assert waiting.wake_at == at("2026-12-04T16:30")


def test_one_complaint_that_fails_does_not_keep_the_others_waiting(
    session: Session,
    make_complaint: Callable[..., Complaint],
    clock: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock.now = at("2026-11-20T10:00")
    broken, sound = (make_complaint(Status.AWAITING_COMPLETION) for _ in range(2))

    def history(session: Session, complaint: Complaint, rules: Rules) -> object:
        if complaint.id == broken.id:
            raise ValueError("Hari Basuki")
        return read_history(session, complaint, rules)

    monkeypatch.setattr("portal.cases.tick.read_history", history)
    done = tick(session, at("2026-12-21T16:00"))
    assert {one.tracking_id for one in done} == {sound.tracking_id}
    assert f"tick complaint={broken.id} type=ValueError" in caplog.text
    assert "Basuki" not in caplog.text
