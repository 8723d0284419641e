"""The histories of a report: which complaints, whose, with what, at what cost."""

from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.access import SYSTEM
from portal.cases.record import Note, append, history_of, read_history
from portal.cases.rules import Rules
from portal.cases.tick import tick
from portal.models import Complaint, writing
from portal.queries.report_data import load_histories
from portal.reporting.figures import CaseHistory, figures_for, report_for
from portal.sop.office_time import ZONE
from portal.sop.vocabulary import Action, Record, Status
from tests.reporting.slow_figures import slow_figures
from tests.stories import arrive, do

A, S = Action, Status


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture
def complain(session: Session, cast: SimpleNamespace, rules: Rules) -> Any:
    def arrives(when: str, status: Status = S.ARRIVED, **columns: Any) -> Complaint:
        return arrive(session, cast, rules, at(when), status, **columns)

    return arrives


@pytest.fixture
def act(session: Session, cast: SimpleNamespace, tmp_path: Path) -> Any:
    def acts(complaint: Complaint, who: str, action: Action, when: str, **answers: str) -> None:
        do(session, cast, tmp_path, complaint, who, action, at(when), **answers)

    return acts


def loaded(session: Session, month: str, actor: Any = SYSTEM) -> list[CaseHistory]:
    return list(load_histories(session, actor, date.fromisoformat(f"{month}-01")))


def ids(histories: list[CaseHistory]) -> list[int]:
    return [history.id for history in histories]


def test_a_history_comes_with_all_that_the_figures_need(
    session: Session, cast: SimpleNamespace, complain: Any, act: Any
) -> None:
    complaint = complain("2026-09-01T09:00", S.WITH_LIAISON)
    act(complaint, "penghubung", A.HAND_OVER, "2026-09-02T09:00")
    act(complaint, "instansi", A.CORRECT, "2026-09-02T10:00", field="kecamatan", value="Barat")
    (history,) = loaded(session, "2026-09")
    assert (history.id, history.tracking_id) == (complaint.id, complaint.tracking_id)
    assert history.arrived_at == at("2026-09-01T09:00")
    assert (history.category, history.kecamatan) == ("Lampu Penerangan Jalan Umum", "Barat")
    assert (history.source, history.lapor_rating) == ("Android", None)
    assert history.opds[cast.opd_id] == "Dinas Perhubungan"
    assert history.units[cast.unit_id] == "Bidang Lalu Lintas"
    for entry, stored in zip(history.entries, history_of(session, complaint), strict=True):
        assert entry.action is stored.verb
        assert (entry.source, entry.target) == (stored.source, stored.target)
        assert (entry.happened_at, entry.recorded_at) == (stored.happened_at, stored.recorded_at)
        assert entry.recorded_late == stored.recorded_late
        # what somebody wrote is none of it
        assert (entry.details, entry.measured) == (stored.kept, stored.measured)


def test_what_ended_before_the_thirteen_months_is_left_out_and_what_stayed_open_is_not(
    session: Session, complain: Any, act: Any
) -> None:
    ended = complain("2025-07-01T09:00", S.RECEIVED)
    ended_since = complain("2025-07-01T09:00", S.RECEIVED)
    still_open = complain("2025-07-01T09:00", S.RECEIVED)
    later = complain("2026-10-01T00:00")
    act(ended, "nasional", A.DISMISS, "2025-08-31T23:59")
    act(ended_since, "nasional", A.DISMISS, "2025-09-01T00:00")
    assert ids(loaded(session, "2026-09")) == [ended_since.id, still_open.id]
    assert ids(loaded(session, "2026-08")) == [ended.id, ended_since.id, still_open.id]
    assert ids(loaded(session, "2026-10")) == [still_open.id, later.id]


def test_the_histories_are_those_that_the_actor_may_see(
    session: Session, cast: SimpleNamespace, complain: Any
) -> None:
    complain("2026-09-01T09:00", S.WITH_LIAISON)
    complain("2026-09-01T09:00", S.ARRIVED)
    seen = {
        name: len(loaded(session, "2026-09", cast.actor(cast.accounts[name])))
        for name in ("instansi", "kepala", "penghubung", "penghubung_lain", "administrator")
    }
    assert seen == {
        "instansi": 2,
        "kepala": 2,
        "penghubung": 1,
        "penghubung_lain": 0,
        "administrator": 0,
    }


def test_the_rating_that_it_came_with_outlives_what_was_said_since(
    session: Session, rules: Rules, complain: Any
) -> None:
    kept = complain("2026-09-01T09:00", S.CLOSED, rating=4, lapor={"rating": 3})
    changed = complain("2026-09-01T09:00", S.CLOSED, rating=5, lapor={"rating": 5})
    for new, old in ((4, 2), (5, 4)):
        told = {"changes": {"rating": {"old": old, "new": new}}, "import": 1}
        _lapor_says(session, rules, changed, told)
    title = {"changes": {"title": {"old": "a", "new": "b"}}, "import": 1}
    _lapor_says(session, rules, kept, title)
    assert [history.lapor_rating for history in loaded(session, "2026-09")] == [3, 2]


def _lapor_says(session: Session, rules: Rules, complaint: Complaint, told: dict[str, Any]) -> None:
    with writing(session):
        before = read_history(session, complaint, rules)
        note = Note(Record.LAPOR_CHANGE, S.CLOSED, at("2026-09-20T09:00"), told)
        append(session, complaint, before, note, SYSTEM, rules, at("2026-09-20T09:00"))


def test_however_many_complaints_there_are_three_queries_read_them(
    session: Session, complain: Any
) -> None:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    engine = session.get_bind()
    for expected in (1, 5):
        while len(loaded(session, "2026-09")) < expected:
            complain("2026-09-01T09:00")
        event.listen(engine, "before_cursor_execute", note)
        assert len(loaded(session, "2026-09")) == expected
        event.remove(engine, "before_cursor_execute", note)
        assert len(asked) == 3
        asked.clear()


def test_figures_from_the_store_are_those_of_the_slow_computation(
    session: Session, rules: Rules, complain: Any, act: Any
) -> None:
    silent, lapsed, told = (
        complain("2026-08-31T23:59", S.WITH_LIAISON),
        complain("2026-08-20T09:00", S.AWAITING_COMPLETION),
        complain("2026-09-01T00:00", S.ARRIVED),
    )
    act(silent, "penghubung", A.HAND_OVER, "2026-09-01T09:00")
    act(silent, "unit", A.ANSWER, "2026-09-02T09:00")
    act(silent, "instansi", A.REGISTER, "2026-09-02T09:30")
    act(told, "nasional", A.RECEIVE, "2026-09-01T07:40")
    act(told, "nasional", A.FORWARD, "2026-09-01T08:40")
    tick(session, at("2026-10-02T09:00"))
    now = at("2026-10-02T09:00")
    histories = loaded(session, "2026-09")
    figures = figures_for(histories, date(2026, 9, 1), rules.calendar, now)
    found, _ = slow_figures(histories, date(2026, 9, 1), rules.calendar, now)
    assert figures.finished_silently.ids == tuple(found["finished_silently"]) == (silent.id,)
    assert figures.not_followed_up.ids == tuple(found["not_followed_up"]) == (lapsed.id,)
    assert figures.open_at_end.ids == tuple(found["open_at_end"]) == (told.id,)
    report = report_for(
        load_histories(session, SYSTEM, date(2026, 9, 1)), date(2026, 9, 1), rules.calendar, now
    )
    report.cross_foots()
    assert report.month == figures
    assert report.previous.open_at_end == report.month.opening
