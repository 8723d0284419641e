"""`flask demo load`: every desk in every state, played by the real verbs, once."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import create_app
from portal.cases.ledger import verify_ledger
from portal.cases.record import cached_values, history_of, timeline_of
from portal.cases.rules import load_rules
from portal.cases.sign_in import sign_in
from portal.demo.people import PASSWORD, PEOPLE, Cast
from portal.extensions import db
from portal.models import Attachment, Base, Caller, Complaint, Entry, ImportBatch, ImportState, Opd
from portal.pages.time_words import soon_until
from portal.queries.inbox import inbox_pages
from portal.sop.office_time import ZONE
from portal.sop.procedure import DESKS, Procedure, Role
from portal.sop.vocabulary import Action, Record, Status
from tests.demo_house import NOW, demo_at

SUNDAY_NIGHT = datetime(2026, 12, 27, 22, 0, tzinfo=ZONE)
OWN_WORK = [status for status in Status if status.step is not None]


@pytest.fixture
def demo(demo_instance: Path) -> Iterator[Flask]:
    """The demo as it was loaded at NOW; the tests share it."""
    app = create_app(demo_instance, TESTING=True, NOW=lambda: NOW)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def past(demo: Flask) -> Session:
    return db.session()


def time_states(session: Session, status: Status, now: datetime) -> set[str]:
    """Which deadlines a status has: passed, soon, later."""
    soon = soon_until(now, load_rules(session).calendar)
    due = session.scalars(select(Complaint.due_at).where(Complaint.status == status))
    return {"late" if at < now else "soon" if at < soon else "later" for at in due if at}


def test_the_history_of_the_demo_is_intact(past: Session) -> None:
    verdict = verify_ledger(past)
    assert verdict.broken is None
    assert verdict.entries > 500


def test_a_complaint_stands_in_every_status(past: Session) -> None:
    found = set(past.scalars(select(Complaint.status)))
    assert found == set(Status)


@pytest.mark.parametrize("status", OWN_WORK)
def test_work_at_every_desk_is_late_and_in_time(past: Session, status: Status) -> None:
    states = time_states(past, status, NOW)
    assert "late" in states
    assert states & {"soon", "later"}


@pytest.mark.parametrize(
    "status",
    [
        Status.RECEIVED,
        Status.RETURNED,
        Status.WITH_INSTANSI,
        Status.WITH_LIAISON,
        Status.WITH_UNIT,
    ],
)
def test_work_of_a_day_or_more_is_also_due_today_and_later(past: Session, status: Status) -> None:
    assert time_states(past, status, NOW) == {"late", "soon", "later"}


@pytest.mark.parametrize(
    "status", [Status.RETURNED, Status.VERIFIED, Status.WITH_LIAISON, Status.WITH_UNIT]
)
def test_something_was_sent_back_wherever_it_can_be(past: Session, status: Status) -> None:
    back = select(Complaint.id).where(Complaint.status == status, Complaint.sent_back > 0)
    assert past.scalars(back).first() is not None


def test_every_desk_has_complaints_of_protected_reporters(past: Session) -> None:
    procedure = Procedure()
    query = select(Complaint.status).where(Complaint.anonymous | Complaint.confidential)
    steps = {Status(status).step for status in past.scalars(query)}
    desks = {procedure.actors[step] for step in steps if step is not None}
    assert desks == set(DESKS)


@pytest.mark.parametrize("status", [Status.WITH_LIAISON, Status.WITH_UNIT])
def test_one_opd_has_work_in_every_state(past: Session, status: Status) -> None:
    soon = soon_until(NOW, load_rules(past).calendar)
    query = select(Complaint).join(Complaint.opd).where(Opd.name == "Dinas Perhubungan")
    work = past.scalars(query.where(Complaint.status == status)).all()
    due = [one.due_at for one in work if one.due_at]
    assert any(at < NOW for at in due)
    assert any(NOW <= at < soon for at in due)
    assert any(soon <= at for at in due)
    assert any(one.sent_back for one in work)
    assert any(one.confidential for one in work)


def test_every_action_was_done_at_least_once(past: Session) -> None:
    done = set(past.scalars(select(Entry.action)))
    # nobody of the demo asks to be forgotten: what it shows would be gone
    shown = {action.value for action in Action} - {Action.ANONYMISE}
    assert done >= shown | {Record.ARRIVE, Record.REMIND}


def test_complaints_were_closed_by_word_and_by_silence_and_went_to_the_ombudsman(
    past: Session,
) -> None:
    for condition in (
        Complaint.closed_silently,
        (Complaint.status == Status.CLOSED) & (Complaint.rating == 5),
        Complaint.escalated & (Complaint.status == Status.WITH_LIAISON),
        Complaint.escalated & (Complaint.status == Status.WITH_UNIT),
    ):
        assert past.scalars(select(Complaint.id).where(condition)).first() is not None


def test_an_entry_was_recorded_late_and_files_of_each_kind_are_attached(
    past: Session, demo: Flask
) -> None:
    progress = select(Entry).where(Entry.action == Action.RECORD_PROGRESS, Entry.recorded_late)
    assert past.scalars(progress).first() is not None
    kinds = set(past.scalars(select(Attachment.media_type)))
    assert kinds == {"application/pdf", "image/jpeg", "image/png"}


def test_the_cached_columns_say_what_the_history_says(past: Session) -> None:
    rules = load_rules(past)
    for complaint in past.scalars(select(Complaint).where(Complaint.seq > 1)):
        timeline = timeline_of(history_of(past, complaint), rules)
        for column, value in cached_values(timeline, rules).items():
            assert getattr(complaint, column) == value, (complaint.tracking_id, column)


def test_entries_were_recorded_in_the_order_of_time_and_none_ahead_of_now(
    past: Session,
) -> None:
    times = past.scalars(select(Entry.recorded_at).order_by(Entry.id)).all()
    assert times == sorted(times)
    assert times[-1] <= NOW


def test_the_exports_are_all_in_and_the_newest_report_is_from_yesterday(past: Session) -> None:
    from_lapor = Complaint.tracking_id.not_like("M-%")
    assert past.scalar(select(func.count()).where(from_lapor)) == 296
    newest = past.scalars(select(func.max(Complaint.arrived_at)).where(from_lapor)).one()
    assert newest.astimezone(ZONE).date() == datetime(2026, 11, 23, tzinfo=ZONE).date()
    assert set(past.scalars(select(ImportBatch.state))) == {ImportState.DONE}


def test_the_admin_instansi_sees_at_least_fifty_complaints_at_once(past: Session) -> None:
    actor = Cast(past).actor(Role.ADMIN_INSTANSI)
    pages = inbox_pages(past, actor, Procedure())
    assert sum(len(page.rows) for page in pages) >= 50


def test_the_accounts_are_printed_and_one_signs_in_with_them(demo: Flask) -> None:
    result = demo.test_cli_runner().invoke(args=["demo", "load"])
    assert result.exit_code == 0
    for person in PEOPLE:
        assert f" {person.username} " in result.output
    assert "Plt. Kepala Dinas" in result.output
    account = sign_in(db.session(), "instansi", PASSWORD, Caller(None, "127.0.0.1", NOW))
    assert account.lent_until is None


def test_somebody_sits_at_two_desks() -> None:
    assert {len(person.seats) for person in PEOPLE} == {1, 2}


def row_counts(session: Session) -> dict[str, int]:
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def test_a_second_load_changes_nothing(demo: Flask, past: Session) -> None:
    before = row_counts(past)
    past.rollback()
    result = demo.test_cli_runner().invoke(args=["demo", "load"])
    assert result.exit_code == 0
    assert row_counts(past) == before


def test_a_portal_in_use_is_never_filled_with_the_demo(app: Flask, cast: SimpleNamespace) -> None:
    before = row_counts(db.session())
    db.session.remove()
    result = app.test_cli_runner().invoke(args=["demo", "load"])
    assert result.exit_code == 2
    assert result.stderr.startswith("Portal ini sudah berisi data")
    assert row_counts(db.session()) == before


def test_a_demo_that_was_cut_short_says_what_to_do(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("portal.demo.load.hire", interrupted)
    app.test_cli_runner().invoke(args=["demo", "load"])
    result = app.test_cli_runner().invoke(args=["demo", "load"])
    assert result.exit_code == 2
    assert result.stderr.startswith("Demo terputus")


def test_on_a_sunday_night_the_demo_is_whole_too(template: Path, tmp_path: Path) -> None:
    app = create_app(demo_at(template, tmp_path, SUNDAY_NIGHT))
    with app.app_context():
        session = db.session()
        assert verify_ledger(session).broken is None
        assert set(session.scalars(select(Complaint.status))) == set(Status)
        for status in OWN_WORK:
            states = time_states(session, status, SUNDAY_NIGHT)
            assert "late" in states
            assert states & {"soon", "later"}
        db.session.remove()
        db.engine.dispose()


def test_the_same_moment_gives_the_same_demo(template: Path, tmp_path: Path, past: Session) -> None:
    told = select(Complaint.tracking_id, Entry).join(Complaint, Complaint.id == Entry.complaint_id)

    def tell(session: Session) -> list[tuple[Any, ...]]:
        # what vouches for a reporter is salted anew each time
        rows = session.execute(told.order_by(Entry.id))
        return [
            (number, one.action, one.happened_at, {**one.details, "reporter": None})
            for number, one in rows
        ]

    first = tell(past)
    app = create_app(demo_at(template, tmp_path, NOW))
    with app.app_context():
        second = tell(db.session())
        db.session.remove()
        db.engine.dispose()
    assert second == first
