"""What the administrator may ask."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.models import Complaint, Opd, SpecialDay, Unit, writing
from portal.queries.administration import (
    accounts,
    find_account,
    find_opd,
    find_unit,
    off_days,
    offices,
    overview,
    scope_offers,
)
from portal.sop.vocabulary import Status
from tests.conftest import MONDAY

TODAY = date(2026, 11, 23)


def test_accounts_are_found_by_words_of_either_name(
    session: Session, cast: SimpleNamespace
) -> None:
    assert [one.name for one in accounts(session)][:2] == ["Budi Hartono", "Hendra Gunawan"]
    assert [one.username for one in accounts(session, "hart BUDI")] == ["penghubung"]
    assert [one.username for one in accounts(session, "unit_l")] == ["unit_lain"]
    assert accounts(session, "%") == []


def test_what_is_not_there_is_none(session: Session, cast: SimpleNamespace) -> None:
    assert find_account(session, 999) is None
    assert find_opd(session, 999) is None
    assert find_unit(session, 999) is None


def test_an_office_counts_its_units_liaisons_and_open_complaints(
    session: Session, cast: SimpleNamespace, make_complaint: Callable[..., Complaint]
) -> None:
    make_complaint(Status.WITH_LIAISON)
    make_complaint(Status.CLOSED)
    with writing(session):
        session.get_one(Unit, cast.other_unit_id).active = False
        cast.penghubung_lain.active = False
    rows = {row.opd.id: row for row in offices(session, TODAY)}
    dishub, dinkes = rows[cast.opd_id], rows[cast.other_opd_id]
    assert (dishub.units, dishub.liaisons, dishub.open_complaints) == (1, 1, 1)
    assert (dinkes.units, dinkes.liaisons, dinkes.open_complaints) == (0, 0, 0)


def test_the_offices_cost_four_queries_whatever_their_number(
    session: Session, cast: SimpleNamespace
) -> None:
    counted = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *_: counted.append(1))
    offices(session, TODAY)
    assert len(counted) == 4


def test_a_deactivated_office_comes_last_and_is_offered_to_nobody(
    session: Session, cast: SimpleNamespace
) -> None:
    with writing(session):
        session.get_one(Opd, cast.opd_id).active = False
    assert offices(session, TODAY)[-1].opd.id == cast.opd_id
    offers = scope_offers(session)
    assert cast.opd_id not in dict(offers["opd"])
    assert offers["unit"] == []


def test_units_are_offered_with_the_name_of_their_office(
    session: Session, cast: SimpleNamespace
) -> None:
    names = [name for _, name in scope_offers(session)["unit"]]
    assert names == ["Dinas Perhubungan: Bidang Lalu Lintas", "Dinas Perhubungan: UPT Parkir"]


def test_declared_days_stand_among_the_librarys_and_over_them(session: Session) -> None:
    with writing(session):
        session.add(SpecialDay(day=date(2026, 12, 24), name="Cuti dibatalkan", working=True))
        session.add(SpecialDay(day=date(2026, 11, 2), name="Banjir", working=False))
    days = {one.day: one for one in off_days(session, TODAY)}
    assert days[date(2026, 12, 24)].working
    assert days[date(2026, 12, 25)].special is None
    assert days[date(2026, 11, 2)].name == "Banjir"
    assert list(days) == sorted(days)


@pytest.mark.parametrize(("last_day", "ends"), [(7, True), (8, False)])
def test_the_overview_names_assignments_that_end_within_a_fortnight(
    session: Session, cast: SimpleNamespace, last_day: int, ends: bool
) -> None:
    with writing(session):
        cast.kepala.assignments[0].valid_to = date(2026, 12, last_day)
    found = overview(session, TODAY).ending
    assert [one.account.username for one in found] == (["kepala"] if ends else [])


def test_the_overview_says_where_nobody_sits_and_whose_password_is_lent(
    session: Session, cast: SimpleNamespace
) -> None:
    with writing(session):
        cast.unit_lain.assignments[0].valid_to = date(2026, 11, 22)
        cast.kepala.lent_until = MONDAY
    shown = overview(session, TODAY)
    assert shown.units_without_officer == ["UPT Parkir"]
    assert "Dinas Perhubungan" not in shown.opd_without_liaison
    assert "Dinas Sosial" in shown.opd_without_liaison
    assert (shown.accounts, shown.units, shown.new_passwords) == (8, 2, 1)
