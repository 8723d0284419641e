"""Who saw whose data stands in a log: once a day, at no cost when it is seen again."""

import logging
import sqlite3
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from portal.cases.sightings import saw_complaint, saw_list
from portal.models import Complaint, Saw, Sighting, writing
from portal.sop.vocabulary import Status
from tests.blueprints.desks.officer import Enter
from tests.statements import counted

Make = Callable[..., Complaint]


def lines(session: Session) -> list[tuple[str, Saw, int | None]]:
    session.rollback()
    columns = select(Sighting.actor_name, Sighting.what, Sighting.complaint_id)
    return [tuple(row) for row in session.execute(columns.order_by(Sighting.id))]


WHO = {"penghubung": "Budi Hartono", "instansi": "Wahyu Hidayat", "kepala": "Hendra Gunawan"}


@pytest.mark.parametrize(
    ("who", "confidential", "what"),
    [
        ("penghubung", False, Saw.IDENTITY),
        ("penghubung", True, Saw.COMPLAINT),
        ("kepala", True, Saw.COMPLAINT),
        ("instansi", True, Saw.IDENTITY),
    ],
)
def test_who_opens_a_complaint_stands_in_the_log_with_whether_he_saw_the_reporter(
    enter: Enter, session: Session, make_complaint: Make, who: str, confidential: bool, what: Saw
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON, confidential=confidential)
    for htmx in (False, True, False):
        enter(who).page(complaint, htmx=htmx)
    [(name, seen, complaint_id)] = lines(session)
    assert name.startswith(WHO[who])
    assert (seen, complaint_id) == (what, complaint.id)


def test_who_opened_an_identity_stands_there_twice(
    enter: Enter, session: Session, make_complaint: Make
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON, confidential=True)
    officer = enter("penghubung")
    officer.act(complaint, "buka-identitas", reason="Perlu melihat lokasi.")
    officer.page(complaint)
    officer.page(complaint)
    assert [what for _, what, _ in lines(session)] == [Saw.COMPLAINT, Saw.IDENTITY]


def test_what_was_seen_today_costs_no_question_more_and_no_write(
    enter: Enter, session: Session, make_complaint: Make, clock: SimpleNamespace
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    officer = enter("penghubung")
    officer.get()
    with counted() as first:
        officer.page(complaint)
    session.rollback()  # each request of a browser reads anew
    with counted() as again:
        officer.page(complaint)
    assert len(first) == len(again) + 1
    assert not [one for one in again if one.startswith(("INSERT", "UPDATE"))]
    clock.now += timedelta(days=1)
    enter("penghubung").page(complaint)
    assert len(lines(session)) == 2


def test_one_who_may_not_see_a_complaint_leaves_no_line(
    enter: Enter, session: Session, make_complaint: Make
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    assert enter("unit_lain").page(complaint).status_code == 404
    assert lines(session) == []


def test_papers_and_registers_count_as_seeing(
    enter: Enter, session: Session, make_complaint: Make
) -> None:
    plain = make_complaint(Status.WITH_LIAISON)
    secret = make_complaint(Status.WITH_LIAISON, confidential=True)
    officer = enter("kepala")
    for complaint in (plain, secret):
        officer.get(f"/pengaduan/{complaint.tracking_id}/cetak/kartu.pdf")
    for _ in range(2):
        officer.get("/arsip/buku-register-2026.xlsx")
    found = [(what, complaint_id) for _, what, complaint_id in lines(session)]
    assert found == [(Saw.IDENTITY, plain.id), (Saw.COMPLAINT, secret.id), (Saw.LIST, None)]
    assert session.execute(
        select(Sighting.note, Sighting.persons).where(Sighting.what == Saw.LIST)
    ).one() == ("buku-register-2026.xlsx", 1)


def test_a_list_without_names_is_no_sighting(
    session: Session, cast: SimpleNamespace, clock: SimpleNamespace
) -> None:
    saw_list(session, cast.actor(cast.kepala), "buku-register-2020.xlsx", 0, clock.now)
    assert lines(session) == []


def test_a_line_is_neither_changed_nor_removed_before_a_year_is_over(
    session: Session, cast: SimpleNamespace, clock: SimpleNamespace, make_complaint: Make
) -> None:
    kepala, complaint = cast.actor(cast.kepala), make_complaint()
    day = date.fromisoformat(session.scalar(select(func.date("now"))) or "")
    for age in (300, 400):
        moment = clock.now.replace(year=day.year, month=day.month, day=day.day)
        moment -= timedelta(days=age)
        saw_complaint(session, kepala, complaint, moment, identity=False)
    for statement in ("UPDATE sighting SET actor_name = 'orang lain'", "DELETE FROM sighting"):
        with pytest.raises(IntegrityError, match="kept as it is"), writing(session):
            session.execute(text(statement))
    with writing(session):
        session.execute(text("DELETE FROM sighting WHERE day < date('now', '-1 year')"))
    assert len(session.scalars(select(Sighting)).all()) == 1


def test_a_storage_that_takes_nothing_leaves_the_line_in_the_log_and_the_page_in_sight(
    enter: Enter,
    make_complaint: Make,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)

    def fail(*_: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise OperationalError("INSERT", {}, error)

    monkeypatch.setattr("portal.cases.sightings._unless_there", fail)
    with caplog.at_level(logging.WARNING):
        assert enter("penghubung").page(complaint).status_code == 200
    assert "sighting not kept account=" in caplog.text
    assert f"what=identity of={complaint.tracking_id}" in caplog.text
