"""What lies at a desk: order, scope, pages that hold still, counts, calls, and what they cost."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.cases.rules import Rules, read_version, rules_changed
from portal.models import Complaint, writing
from portal.queries.desk import OWN, Section, sections
from portal.queries.inbox import (
    SectionPage,
    calls,
    contacts_of,
    inbox_pages,
    next_in_line,
    section_page,
)
from portal.queries.rows import Cursor, Filter
from portal.queries.waiting import waiting_for
from portal.sop.office_time import ZONE
from portal.sop.procedure import Procedure, Role
from portal.sop.vocabulary import FINAL, Action, Status
from tests.statements import counted
from tests.stories import arrive, do

PROCEDURE = Procedure()
MONDAY = datetime(2026, 11, 23, 15, 30, tzinfo=ZONE)
Make = Callable[..., Complaint]


def ids(page: SectionPage) -> list[int]:
    return [row.id for row in page.rows]


def pages(session: Session, actor: Actor, *conditions: Any) -> dict[Status, SectionPage]:
    found = inbox_pages(session, actor, PROCEDURE, conditions)
    return {page.section.status: page for page in found}


@pytest.fixture
def nasional(cast: SimpleNamespace) -> Actor:
    return cast.actor(cast.nasional)  # type: ignore[no-any-return]


@pytest.fixture
def instansi(cast: SimpleNamespace) -> Actor:
    return cast.actor(cast.instansi)  # type: ignore[no-any-return]


@pytest.fixture
def at(session: Session, cast: SimpleNamespace, rules: Rules) -> Callable[..., Complaint]:
    """A complaint that arrived so many minutes before now, in a status."""

    def make(minutes: int, status: Status = Status.ARRIVED, **columns: Any) -> Complaint:
        moment = MONDAY - timedelta(minutes=minutes)
        return arrive(session, cast, rules, moment, status, **columns)

    return make


def test_the_least_time_left_comes_first(session: Session, nasional: Actor, at: Make) -> None:
    young, old, middle = at(2).id, at(12).id, at(7).id
    assert ids(pages(session, nasional)[Status.ARRIVED]) == [old, middle, young]


def test_a_section_without_complaints_is_not_shown(
    session: Session, nasional: Actor, at: Make
) -> None:
    at(1)
    assert list(pages(session, nasional)) == [Status.ARRIVED]


def test_a_desk_sees_its_own_office_alone(
    session: Session, cast: SimpleNamespace, at: Make
) -> None:
    ours = at(5, Status.WITH_LIAISON).id
    assert ids(pages(session, cast.actor(cast.penghubung))[Status.WITH_LIAISON]) == [ours]
    assert pages(session, cast.actor(cast.penghubung_lain)) == {}


def test_while_the_citizen_is_asked_it_lies_with_the_desk_that_asked(
    session: Session,
    cast: SimpleNamespace,
    rules: Rules,
    tmp_path: Path,
    at: Make,
    nasional: Actor,
    instansi: Actor,
) -> None:
    theirs, ours = at(5, Status.RECEIVED), at(5, Status.WITH_INSTANSI)
    for complaint, who in ((theirs, "nasional"), (ours, "instansi")):
        do(session, cast, tmp_path, complaint, who, Action.REQUEST_COMPLETION, MONDAY)
    assert ids(pages(session, nasional)[Status.AWAITING_COMPLETION]) == [theirs.id]
    assert ids(pages(session, instansi)[Status.AWAITING_COMPLETION]) == [ours.id]


_BY_ARRIVAL = {*Status} - {Status.AWAITING_FEEDBACK, *FINAL}


@pytest.mark.parametrize("status", sorted(_BY_ARRIVAL))
def test_every_open_status_has_a_deadline_to_be_ordered_by(
    session: Session, rules: Rules, at: Make, status: Status
) -> None:
    assert at(5, status).due_at is not None


def arrived(actor: Actor) -> Section:
    return sections(actor.role, PROCEDURE)[0]


def test_pages_follow_one_another_while_complaints_come_and_go(
    session: Session, nasional: Actor, at: Make, cast: SimpleNamespace, rules: Rules, tmp_path: Path
) -> None:
    made = [at(60 - n).id for n in range(60)]
    first = section_page(session, nasional, arrived(nasional), None)
    assert ids(first) == made[:50]
    gone = session.get_one(Complaint, made[3])
    do(session, cast, tmp_path, gone, "nasional", Action.RECEIVE, MONDAY)
    at(90)
    second = section_page(session, nasional, arrived(nasional), first.next)
    assert (ids(second), second.next) == (made[50:], None)


def test_complaints_of_the_same_moment_are_told_apart_on_pages(
    session: Session, nasional: Actor, at: Make
) -> None:
    made = [at(10).id for _ in range(55)]
    first = section_page(session, nasional, arrived(nasional), None)
    second = section_page(session, nasional, arrived(nasional), first.next)
    assert ids(first) + ids(second) == made


def test_a_cursor_is_read_back_as_written_and_nonsense_is_the_first_page() -> None:
    cursor = Cursor(MONDAY, 12)
    assert Cursor.parse(str(cursor)) == cursor
    for text in ("", "x_1", "2026-11-23T09:00_1", f"{MONDAY.isoformat()}_x", "_", "1" * 400):
        assert Cursor.parse(text) is None
    for edge in ("0001-01-01T00:00:00+07:00_1", "9999-12-31T23:59:59-12:00_1"):
        assert Cursor.parse(edge) is None


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        (Filter(kecamatan="Plaosan"), ["rahasia"]),
        (Filter(privacy="confidential"), ["rahasia"]),
        (Filter(privacy="anonymous"), ["anonim"]),
        (Filter(privacy="open"), ["lewat"]),
        (Filter(time="late"), ["lewat"]),
        (Filter(time="soon"), ["anonim", "rahasia"]),
        (Filter(case_class="complaint"), ["lewat", "anonim", "rahasia"]),
        (Filter(case_class="aspiration"), []),
        (Filter(status="received"), []),
        (Filter(opd_id=1), []),
        (Filter(case_class="nonsens", privacy="x", time="y", status="z"), None),
    ],
)
def test_a_filter_narrows_the_list(
    session: Session,
    nasional: Actor,
    at: Make,
    narrowed: Filter,
    expected: list[str] | None,
) -> None:
    at(40, title="lewat")
    at(9, title="anonim", anonymous=True)
    at(3, title="rahasia", confidential=True, kecamatan="Plaosan")
    conditions = narrowed.conditions(MONDAY, MONDAY + timedelta(hours=2))
    found = inbox_pages(session, nasional, PROCEDURE, list(conditions))
    titles = [row.title for page in found for row in page.rows]
    assert titles == (["lewat", "anonim", "rahasia"] if expected is None else expected)


def test_the_count_of_the_navigation_is_the_desks_own_work(
    session: Session, nasional: Actor, instansi: Actor, at: Make, cast: SimpleNamespace
) -> None:
    at(1), at(1, Status.RECEIVED), at(1, Status.WITH_LIAISON)
    assert waiting_for(session, nasional, PROCEDURE).work == "2"
    assert waiting_for(session, instansi, PROCEDURE).work == "0"
    assert waiting_for(session, cast.actor(cast.penghubung), PROCEDURE).work == "1"
    assert waiting_for(session, cast.actor(cast.kepala), PROCEDURE).work == "0"


def test_the_count_ends_at_99_and_more(session: Session, nasional: Actor, at: Make) -> None:
    for _ in range(99):
        at(1)
    assert waiting_for(session, nasional, PROCEDURE).work == "99"
    at(1, Status.RECEIVED)
    assert waiting_for(session, nasional, PROCEDURE).work == "99+"


def test_next_in_line_is_the_work_with_the_least_time_left_but_this_one(
    session: Session, nasional: Actor, at: Make
) -> None:
    here, late = at(40), at(30)
    at(2, Status.RECEIVED)
    row = next_in_line(session, nasional, PROCEDURE, here.id)
    assert row is not None
    assert row.id == late.id
    nobody = Actor(Role.UNIT_KERJA, "", unit_id=0)
    assert next_in_line(session, nobody, PROCEDURE, 0) is None


# -- calls ---------------------------------------------------------------------------------------


def test_an_opd_is_called_after_one_office_hour_without_tanda_terima(
    session: Session, rules: Rules, instansi: Actor, at: Make
) -> None:
    waiting = at(70, Status.WITH_LIAISON).id
    at(50, Status.WITH_LIAISON)
    assert [call.row.id for call in calls(session, instansi, rules, PROCEDURE, MONDAY)] == [waiting]


def test_nobody_is_called_because_of_a_night(
    session: Session, rules: Rules, instansi: Actor, cast: SimpleNamespace
) -> None:
    friday = datetime.fromisoformat("2026-11-20T16:15:00+07:00")
    arrive(session, cast, rules, friday, Status.WITH_LIAISON)
    monday = datetime.fromisoformat("2026-11-23T08:10:00+07:00")
    assert calls(session, instansi, rules, PROCEDURE, monday) == []
    assert len(calls(session, instansi, rules, PROCEDURE, monday + timedelta(minutes=5))) == 1


def test_a_receipt_ends_the_call(
    session: Session, rules: Rules, instansi: Actor, at: Make, cast: SimpleNamespace, tmp_path: Path
) -> None:
    complaint = at(70, Status.WITH_LIAISON)
    do(session, cast, tmp_path, complaint, "penghubung", Action.ACKNOWLEDGE, MONDAY)
    assert calls(session, instansi, rules, PROCEDURE, MONDAY) == []


def test_a_call_names_the_liaisons_who_are_in_office(
    session: Session, rules: Rules, instansi: Actor, at: Make, cast: SimpleNamespace
) -> None:
    at(70, Status.WITH_LIAISON)
    with writing(session):
        session.merge(cast.penghubung).phone = "0351-891234"
    [call] = calls(session, instansi, rules, PROCEDURE, MONDAY)
    assert [(who.name, who.phone) for who in call.contacts] == [("Budi Hartono", "0351-891234")]
    with writing(session):
        left = session.merge(cast.penghubung).assignments[0]
        left.valid_to = (MONDAY - timedelta(days=1)).date()
    [call] = calls(session, instansi, rules, PROCEDURE, MONDAY)
    assert call.contacts == []
    assert contacts_of(session, cast.opd_id, MONDAY.date()) == []


# -- cost ----------------------------------------------------------------------------------------


def test_the_whole_inbox_is_one_query_however_many_complaints_there_are(
    session: Session, instansi: Actor, rules: Rules, at: Make
) -> None:
    for status in (Status.WITH_INSTANSI, Status.VERIFIED, Status.WITH_LIAISON, Status.ANSWERED):
        for n in range(12):
            at(n + 70, status)
    with counted() as statements:
        inbox_pages(session, instansi, PROCEDURE)
        calls(session, instansi, rules, PROCEDURE, MONDAY)
        waiting_for(session, instansi, PROCEDURE)
        read_version(session)
    assert len(statements) == 4


@pytest.mark.parametrize("who", ["nasional", "instansi", "penghubung", "unit", "kepala"])
def test_every_list_walks_one_index_and_reads_no_row_that_it_does_not_show(
    session: Session, cast: SimpleNamespace, who: str
) -> None:
    actor = cast.actor(cast.accounts[who])
    with counted() as statements:
        inbox_pages(session, actor, PROCEDURE)
    plan = session.connection().exec_driver_sql(
        f"EXPLAIN QUERY PLAN {statements[0]}", tuple(_arguments(statements[0]))
    )
    steps = [row.detail for row in plan]
    assert not [step for step in steps if step.startswith("SCAN complaint") or "TEMP" in step]
    index = {"penghubung": "opd_desk", "unit": "unit_desk"}.get(who, "desk")
    walks = [step for step in steps if "ix_complaint_" in step]
    assert walks
    assert not [step for step in walks if f"COVERING INDEX ix_complaint_{index} (" not in step]


def _arguments(statement: str) -> Iterator[object]:
    """Stand-ins: the plan does not depend on them."""
    for _ in range(statement.count("?")):
        yield 1


def test_the_version_of_a_list_changes_with_any_entry_and_with_the_rules(
    session: Session, at: Make, cast: SimpleNamespace
) -> None:
    at(5)
    before = read_version(session)
    assert read_version(session) == before
    at(5, Status.WITH_LIAISON)
    between = read_version(session)
    assert between != before
    with writing(session):
        rules_changed(session)
    assert read_version(session) != between


def test_own_sections_show_a_full_page_and_others_their_first_ten() -> None:
    shown = {part.manner: part.first_page for part in sections(Role.ADMIN_INSTANSI, PROCEDURE)}
    assert shown[OWN] == 50
    assert set(shown.values()) == {50, 10}
