"""The administrator's verbs on accounts and desks, and the link that makes the first one."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.accounts import (
    LastAdministrator,
    LinkSpent,
    add_assignment,
    check_setup_link,
    create_account,
    create_first_administrator,
    create_setup_link,
    edit_account,
    end_assignment,
    reset_password,
    set_active,
)
from portal.cases.answers import Invalid
from portal.cases.sign_in import NoDesk, WrongCredentials, sign_in
from portal.models import Account, Assignment, Opd, SetupLink, Unit, writing
from portal.sop.procedure import Role
from tests.conftest import BY, MONDAY

FIRST = {
    "name": "Endah Lestari",
    "username": "endah",
    "password": "gerimis di pasar sayur",
    "repeat": "gerimis di pasar sayur",
}
PERSON = {"name": "Slamet Riyadi", "username": "slamet.riyadi", "nip": "", "phone": ""}
TOMORROW = "2026-11-24"


# -- the first administrator


def test_the_setup_link_creates_the_first_administrator(session: Session) -> None:
    token = create_setup_link(session, MONDAY)
    assert token is not None
    account = create_first_administrator(session, token, FIRST, BY)
    assert [one.role for one in account.assignments] == [Role.ADMINISTRATOR]
    assert account.lent_until is None
    assert sign_in(session, "endah", FIRST["password"], BY).id == account.id


def test_only_a_hash_of_the_link_is_kept(session: Session) -> None:
    token = create_setup_link(session, MONDAY)
    assert token is not None
    assert [link.token_hash == token for link in session.scalars(select(SetupLink))] == [False]


def test_the_link_works_once(session: Session) -> None:
    token = create_setup_link(session, MONDAY)
    assert token is not None
    account = create_first_administrator(session, token, FIRST, BY)
    with writing(session):
        account.active = False
    with pytest.raises(LinkSpent):
        create_first_administrator(session, token, FIRST | {"username": "lain"}, BY)


def test_the_link_lasts_a_day(session: Session) -> None:
    token = create_setup_link(session, MONDAY)
    assert token is not None
    check_setup_link(session, token, MONDAY + timedelta(hours=24))
    with pytest.raises(LinkSpent):
        check_setup_link(session, token, MONDAY + timedelta(hours=24, seconds=1))


def test_a_newer_link_voids_the_older(session: Session) -> None:
    older, newer = create_setup_link(session, MONDAY), create_setup_link(session, MONDAY)
    assert older is not None
    assert newer is not None
    with pytest.raises(LinkSpent):
        check_setup_link(session, older, MONDAY)
    check_setup_link(session, newer, MONDAY)


def test_no_link_is_made_once_there_is_an_administrator(
    session: Session, cast: SimpleNamespace
) -> None:
    assert create_setup_link(session, MONDAY) is None


def test_a_link_is_void_once_there_is_an_administrator(session: Session) -> None:
    token = create_setup_link(session, MONDAY)
    assert token is not None
    account, _ = create_account(session, PERSON, BY)
    add_assignment(session, account.id, {"role": "administrator"}, BY)
    with pytest.raises(LinkSpent):
        check_setup_link(session, token, MONDAY)


def test_a_wrong_form_leaves_the_link_good(session: Session) -> None:
    token = create_setup_link(session, MONDAY)
    assert token is not None
    with pytest.raises(Invalid) as refused:
        create_first_administrator(session, token, FIRST | {"repeat": "", "name": ""}, BY)
    assert set(refused.value.errors) == {"repeat", "name"}
    check_setup_link(session, token, MONDAY)
    assert session.scalars(select(Account)).all() == []


# -- accounts


def test_a_new_account_opens_with_its_initial_password_and_must_change_it(
    session: Session, cast: SimpleNamespace
) -> None:
    account, password = create_account(session, PERSON | {"username": "Slamet.Riyadi"}, BY)
    add_assignment(session, account.id, {"role": "admin_nasional"}, BY)
    assert account.username == "slamet.riyadi"
    assert account.lent_until == MONDAY + timedelta(days=7)
    assert sign_in(session, "slamet.riyadi", password, BY).id == account.id


@pytest.mark.parametrize(("seconds", "opens"), [(0, True), (1, False)])
def test_an_initial_password_opens_for_a_week(
    session: Session, cast: SimpleNamespace, seconds: int, opens: bool
) -> None:
    _, password = reset_password(session, cast.nasional.id, BY)
    then = replace(BY, at=MONDAY + timedelta(days=7, seconds=seconds))
    if opens:
        assert sign_in(session, "nasional", password, then).id == cast.nasional.id
    else:
        with pytest.raises(NoDesk, match="sudah berakhir"):
            sign_in(session, "nasional", password, then)


def test_initial_passwords_differ(session: Session) -> None:
    _, one = create_account(session, PERSON, BY)
    _, other = create_account(session, PERSON | {"username": "lain"}, BY)
    assert one != other


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\x07b"}, "name"),
        ({"username": ""}, "username"),
        ({"username": "ab"}, "username"),
        ({"username": "pak lurah"}, "username"),
        ({"username": "=cmd()"}, "username"),
        ({"username": "Nasional"}, "username"),
        ({"nip": "123"}, "nip"),
        ({"phone": "rumah"}, "phone"),
    ],
)
def test_a_wrong_field_of_an_account_gets_its_sentence_and_nothing_is_written(
    session: Session, cast: SimpleNamespace, typed: dict[str, str], field: str
) -> None:
    before = len(session.scalars(select(Account)).all())
    with pytest.raises(Invalid) as refused:
        create_account(session, PERSON | typed, BY)
    assert set(refused.value.errors) == {field}
    assert len(session.scalars(select(Account)).all()) == before


def test_an_account_is_edited_and_may_keep_its_own_name(
    session: Session, cast: SimpleNamespace
) -> None:
    raw = {"name": "Ratna Sari, S.Kom", "username": "nasional", "nip": "19800101 200501 2 003"}
    account = edit_account(session, cast.nasional.id, raw, BY)
    assert (account.name, account.nip) == ("Ratna Sari, S.Kom", "198001012005012003")
    with pytest.raises(Invalid):
        edit_account(session, cast.nasional.id, raw | {"username": "instansi"}, BY)


def test_what_no_form_of_an_account_asks_for_is_not_taken(
    session: Session, cast: SimpleNamespace
) -> None:
    unasked = {"active": "", "password_hash": "x", "session_epoch": "9", "assignments": "1"}
    account = edit_account(session, cast.nasional.id, PERSON | unasked, BY)
    assert account.name == PERSON["name"]
    assert (account.active, account.password_hash, account.session_epoch) == (True, "!", 1)
    assert [one.role for one in account.assignments] == [Role.ADMIN_NASIONAL]


def test_deactivating_ends_the_sessions_and_activating_again_is_possible(
    session: Session, cast: SimpleNamespace
) -> None:
    epoch = cast.nasional.session_epoch
    account = set_active(session, cast.nasional.id, False, BY)
    assert not account.active
    assert account.session_epoch > epoch
    assert set_active(session, cast.nasional.id, True, BY).active


def test_a_reset_password_replaces_the_old_one_and_ends_the_sessions(
    session: Session, cast: SimpleNamespace
) -> None:
    epoch = cast.nasional.session_epoch
    account, first = reset_password(session, cast.nasional.id, BY)
    assert account.lent_until == MONDAY + timedelta(days=7)
    assert account.session_epoch > epoch
    _, second = reset_password(session, cast.nasional.id, BY)
    with pytest.raises(WrongCredentials):
        sign_in(session, "nasional", first, BY)
    sign_in(session, "nasional", second, BY)


# -- assignments


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        ("admin_nasional", {}),
        ("admin_instansi", {"instansi_id": "own_id"}),
        ("kepala_dinas", {"instansi_id": "own_id"}),
        ("pejabat_penghubung", {"opd_id": "other_opd_id"}),
        ("unit_kerja", {"opd_id": "opd_id", "unit_id": "other_unit_id"}),
        ("administrator", {}),
    ],
)
def test_every_role_gets_its_own_kind_of_scope(
    session: Session, cast: SimpleNamespace, role: str, scope: dict[str, str]
) -> None:
    account, _ = create_account(session, PERSON, BY)
    raw = {
        "role": role,
        "instansi": str(cast.own_id),
        "opd": str(cast.other_opd_id),
        "unit": str(cast.other_unit_id),
    }
    made = add_assignment(session, account.id, raw, BY)
    columns = ("instansi_id", "opd_id", "unit_id")
    expected = {name: getattr(cast, scope[name]) if name in scope else None for name in columns}
    assert {name: getattr(made, name) for name in columns} == expected
    assert (made.valid_from, made.valid_to) == (date(2026, 11, 23), None)


def test_an_acting_official_stands_in_for_somebody_until_a_day(
    session: Session, cast: SimpleNamespace
) -> None:
    epoch = cast.instansi.session_epoch
    raw = {
        "role": "kepala_dinas",
        "instansi": str(cast.own_id),
        "position": "Kepala Dinas",
        "acting": "Plh.",
        "on_behalf_of": "Hendra Gunawan",
        "valid_from": TOMORROW,
        "valid_to": "2026-12-04",
    }
    made = add_assignment(session, cast.instansi.id, raw, BY)
    assert (made.acting, made.on_behalf_of) == ("Plh.", "Hendra Gunawan")
    assert (made.valid_from, made.valid_to) == (date(2026, 11, 24), date(2026, 12, 4))
    assert cast.instansi.session_epoch > epoch


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"role": ""}, "role"),
        ({"role": "system"}, "role"),
        ({"role": "pejabat_penghubung"}, "opd"),
        ({"role": "pejabat_penghubung", "opd": "9999"}, "opd"),
        ({"role": "unit_kerja", "unit": "x"}, "unit"),
        ({"role": "admin_instansi", "instansi": "9" * 400}, "instansi"),
        ({"acting": "Wakil"}, "acting"),
        ({"acting": "Plt."}, "valid_to"),
        ({"on_behalf_of": "Seseorang"}, "on_behalf_of"),
        ({"valid_from": "besok"}, "valid_from"),
        ({"valid_from": "2026-12-01", "valid_to": "2026-11-30"}, "valid_to"),
        ({"valid_from": "2026-01-01", "valid_to": "2026-11-22"}, "valid_to"),
        ({"position": "x" * 121}, "position"),
    ],
)
def test_a_wrong_field_of_an_assignment_gets_its_sentence_and_nothing_is_written(
    session: Session, cast: SimpleNamespace, typed: dict[str, str], field: str
) -> None:
    before = len(session.scalars(select(Assignment)).all())
    with pytest.raises(Invalid) as refused:
        add_assignment(session, cast.kepala.id, {"role": "admin_nasional"} | typed, BY)
    assert set(refused.value.errors) == {field}
    assert len(session.scalars(select(Assignment)).all()) == before


def test_an_office_or_unit_that_was_deactivated_gets_nobody_new(
    session: Session, cast: SimpleNamespace
) -> None:
    with writing(session):
        session.get_one(Opd, cast.other_opd_id).active = False
        session.get_one(Unit, cast.other_unit_id).active = False
    for raw in (
        {"role": "pejabat_penghubung", "opd": str(cast.other_opd_id)},
        {"role": "unit_kerja", "unit": str(cast.other_unit_id)},
    ):
        with pytest.raises(Invalid):
            add_assignment(session, cast.kepala.id, raw, BY)


def test_the_same_desk_is_not_given_twice_for_the_same_time(
    session: Session, cast: SimpleNamespace
) -> None:
    with pytest.raises(Invalid) as refused:
        add_assignment(session, cast.nasional.id, {"role": "admin_nasional"}, BY)
    assert set(refused.value.errors) == {"valid_from"}
    end_assignment(session, cast.nasional.assignments[0].id, {"valid_to": ""}, BY)
    again = {"role": "admin_nasional", "valid_from": TOMORROW}
    assert add_assignment(session, cast.nasional.id, again, BY).valid_from.day == 24


def test_an_assignment_ends_with_its_last_day_and_so_do_the_sessions(
    session: Session, cast: SimpleNamespace
) -> None:
    epoch = cast.nasional.session_epoch
    ended = end_assignment(session, cast.nasional.assignments[0].id, {"valid_to": "2026-11-22"}, BY)
    assert not ended.is_valid_on(date(2026, 11, 23))
    assert cast.nasional.session_epoch > epoch


def test_an_assignment_does_not_end_in_the_past(session: Session, cast: SimpleNamespace) -> None:
    with pytest.raises(Invalid) as refused:
        end_assignment(session, cast.nasional.assignments[0].id, {"valid_to": "2026-11-21"}, BY)
    assert set(refused.value.errors) == {"valid_to"}


def test_the_last_administrator_stays(session: Session, cast: SimpleNamespace) -> None:
    with pytest.raises(LastAdministrator):
        set_active(session, cast.administrator.id, False, BY)
    with pytest.raises(LastAdministrator):
        end_assignment(
            session, cast.administrator.assignments[0].id, {"valid_to": "2027-12-31"}, BY
        )
    session.expire_all()
    assert cast.administrator.active
    assert cast.administrator.assignments[0].valid_to is None


def test_an_acting_administrator_does_not_count_as_a_successor(
    session: Session, cast: SimpleNamespace
) -> None:
    raw = {"role": "administrator", "acting": "Plt.", "valid_to": "2026-12-31"}
    add_assignment(session, cast.kepala.id, raw, BY)
    with pytest.raises(LastAdministrator):
        set_active(session, cast.administrator.id, False, BY)


def test_with_a_successor_the_administrator_may_go(session: Session, cast: SimpleNamespace) -> None:
    add_assignment(session, cast.kepala.id, {"role": "administrator"}, BY)
    end_assignment(session, cast.administrator.assignments[0].id, {}, BY)
    assert not set_active(session, cast.administrator.id, False, BY).active
    with pytest.raises(LastAdministrator):
        set_active(session, cast.kepala.id, False, BY)
