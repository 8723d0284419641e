"""The offices: their names, their spellings, their units."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.answers import Invalid
from portal.cases.organisation import (
    OwnName,
    add_opd,
    add_spelling,
    add_unit,
    edit_unit,
    remove_spelling,
    rename_opd,
    set_opd_active,
    set_unit_active,
)
from portal.models import Opd, OpdSpelling, Unit, writing


def spellings(session: Session, opd_id: int) -> set[str]:
    rows = session.scalars(select(OpdSpelling).where(OpdSpelling.opd_id == opd_id))
    return {row.text for row in rows}


@pytest.fixture
def dishub(session: Session) -> int:
    return session.scalars(select(Opd.id).where(Opd.name == "Dinas Perhubungan")).one()


def test_a_new_office_is_found_under_its_own_name(session: Session) -> None:
    opd = add_opd(session, {"name": "Dinas  Pertanahan"})
    assert opd.name == "Dinas Pertanahan"
    assert opd.active
    assert spellings(session, opd.id) == {"Dinas Pertanahan"}


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x" * 201,
        "a\x00b",
        "!!!",
        "dinas perhubungan",
        "Dinas Perhubungan Kab. Magetan",
        "DISHUB",
    ],
)
def test_a_name_that_is_none_or_taken_is_refused(session: Session, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        add_opd(session, {"name": name})
    assert set(refused.value.errors) == {"name"}


def test_a_renamed_office_is_still_found_under_its_old_name(session: Session, dishub: int) -> None:
    opd = rename_opd(session, dishub, {"name": "Dinas Perhubungan dan Parkir"})
    assert opd.name == "Dinas Perhubungan dan Parkir"
    assert {"Dinas Perhubungan", "Dinas Perhubungan dan Parkir", "DISHUB"} <= spellings(
        session, dishub
    )


def test_a_renaming_may_change_capitals_only(session: Session, dishub: int) -> None:
    assert rename_opd(session, dishub, {"name": "DINAS Perhubungan"}).name == "DINAS Perhubungan"


def test_an_office_is_deactivated_and_activated_again(session: Session, dishub: int) -> None:
    assert not set_opd_active(session, dishub, False).active
    assert set_opd_active(session, dishub, True).active


def test_another_spelling_is_added_and_removed(session: Session, dishub: int) -> None:
    added = add_spelling(session, dishub, {"text": "Dishub Kab. Magetan (LLAJ)"})
    assert added.text in spellings(session, dishub)
    remove_spelling(session, dishub, added.normal)
    assert added.text not in spellings(session, dishub)
    remove_spelling(session, dishub, added.normal)


def test_a_spelling_means_one_office(session: Session, dishub: int) -> None:
    with pytest.raises(Invalid, match="Dinas Kesehatan"):
        add_spelling(session, dishub, {"text": "dinkes"})


def test_a_spelling_of_another_office_is_not_removed_from_here(
    session: Session, dishub: int
) -> None:
    remove_spelling(session, dishub, "dinkes")
    assert session.get(OpdSpelling, "dinkes") is not None


def test_what_was_declared_foreign_may_become_ours(session: Session, dishub: int) -> None:
    with writing(session):
        session.add(OpdSpelling(normal="terminal maospati", text="Terminal Maospati", opd_id=None))
    assert add_spelling(session, dishub, {"text": "Terminal Maospati"}).opd_id == dishub


def test_an_office_keeps_its_own_name_among_the_spellings(session: Session, dishub: int) -> None:
    with pytest.raises(OwnName):
        remove_spelling(session, dishub, "dinas perhubungan")


def test_a_unit_has_its_kinds_one_a_line_each_once(session: Session, dishub: int) -> None:
    raw = {"name": "Bidang Angkutan", "kinds": " Trayek \r\n\r\nTerminal\nTrayek\n"}
    unit = add_unit(session, dishub, raw)
    assert (unit.name, unit.kinds, unit.opd_id) == ("Bidang Angkutan", "Trayek\nTerminal", dishub)
    edited = edit_unit(session, unit.id, {"name": "Bidang Angkutan Darat", "kinds": ""})
    assert (edited.name, edited.kinds) == ("Bidang Angkutan Darat", "")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "bidang lalu lintas"}, "name"),
        ({"kinds": "x" * 201}, "kinds"),
        ({"kinds": "x\n" * 100_000}, "kinds"),
    ],
)
def test_a_wrong_unit_is_refused_at_its_field(
    session: Session, cast: SimpleNamespace, typed: dict[str, str], field: str
) -> None:
    before = len(session.scalars(select(Unit)).all())
    with pytest.raises(Invalid) as refused:
        add_unit(session, cast.opd_id, {"name": "Bidang Baru", "kinds": ""} | typed)
    assert set(refused.value.errors) == {field}
    assert len(session.scalars(select(Unit)).all()) == before


def test_a_unit_may_keep_its_name_but_not_take_its_neighbours(
    session: Session, cast: SimpleNamespace
) -> None:
    edit_unit(session, cast.unit_id, {"name": "Bidang Lalu Lintas", "kinds": "Rambu"})
    with pytest.raises(Invalid):
        edit_unit(session, cast.unit_id, {"name": "UPT Parkir", "kinds": "Rambu"})


def test_a_unit_is_deactivated_and_activated_again(session: Session, cast: SimpleNamespace) -> None:
    assert not set_unit_active(session, cast.unit_id, False).active
    assert set_unit_active(session, cast.unit_id, True).active
