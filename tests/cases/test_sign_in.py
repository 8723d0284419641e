"""Signing in: who gets in, what the others hear, and how long they wait."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases import passwords
from portal.cases.answers import Invalid
from portal.cases.passwords import hash_password
from portal.cases.sign_in import NoDesk, WrongCredentials, change_password, sign_in
from portal.cases.throttle import TooManyAttempts
from portal.models import Account, Caller, SignInThrottle, writing
from tests.conftest import BY, MONDAY, OFFICE

PASSWORD = "sawah hijau lereng lawu"


@pytest.fixture
def budi(session: Session, cast: SimpleNamespace) -> Account:
    account: Account = cast.penghubung
    with writing(session):
        account.password_hash = hash_password(PASSWORD)
    return account


Enter = Callable[..., Account]


@pytest.fixture
def enter(session: Session, budi: Account) -> Enter:
    def enter(
        password: str = PASSWORD,
        username: str = "penghubung",
        address: str = OFFICE,
        now: datetime = MONDAY,
    ) -> Account:
        return sign_in(session, username, password, Caller(None, address, now))

    return enter


def fail(enter: Enter, times: int, **where: object) -> None:
    for _ in range(times):
        with pytest.raises(WrongCredentials):
            enter("salah", **where)


def test_the_right_password_opens_and_is_noted(enter: Enter, budi: Account) -> None:
    assert enter().id == budi.id
    assert budi.last_sign_in_at == MONDAY


def test_the_name_is_read_without_regard_to_case_and_spaces(enter: Enter, budi: Account) -> None:
    assert enter(username=" Penghubung ").id == budi.id


def test_a_password_is_the_same_however_its_accents_are_composed(
    session: Session, enter: Enter, budi: Account
) -> None:
    with writing(session):
        budi.password_hash = hash_password("caf\u00e9 di telaga sarangan")
    assert enter("cafe\u0301 di telaga sarangan").id == budi.id


def test_an_unknown_name_hears_the_same_as_a_wrong_password(enter: Enter) -> None:
    with pytest.raises(WrongCredentials) as wrong:
        enter("salah")
    with pytest.raises(WrongCredentials) as unknown:
        enter(username="tidak.ada")
    assert str(wrong.value) == str(unknown.value)


def test_an_unknown_name_costs_the_same_work_as_a_wrong_password(
    enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = []
    real = passwords._HASHER.verify
    monkeypatch.setattr(
        type(passwords._HASHER), "verify", lambda self, *given: compared.append(1) or real(*given)
    )
    fail(enter, 1)
    fail(enter, 1, username="tidak.ada")
    assert len(compared) == 2


def test_a_deactivated_account_hears_so_only_with_the_right_password(
    session: Session, enter: Enter, budi: Account
) -> None:
    with writing(session):
        budi.active = False
    fail(enter, 1)
    with pytest.raises(NoDesk, match="dinonaktifkan"):
        enter()


def test_an_account_whose_assignments_have_ended_hears_so(
    session: Session, enter: Enter, budi: Account
) -> None:
    with writing(session):
        budi.assignments[0].valid_to = date(2026, 11, 22)
    with pytest.raises(NoDesk, match="tidak sedang bertugas"):
        enter()
    assert budi.last_sign_in_at is None


def test_three_failures_cost_nothing_and_then_the_delay_grows(enter: Enter) -> None:
    fail(enter, 3)
    waits = []
    now = MONDAY
    for _ in range(4):
        with pytest.raises(TooManyAttempts) as refused:
            enter("salah", now=now)
        waits.append(refused.value.seconds - 1)
        now += timedelta(seconds=waits[-1])
        fail(enter, 1, now=now)
    assert waits == [2, 4, 8, 16]


def test_while_the_delay_lasts_the_right_password_does_not_open_either(enter: Enter) -> None:
    fail(enter, 3)
    with pytest.raises(TooManyAttempts, match="detik"):
        enter()
    enter(now=MONDAY + timedelta(seconds=2))


def test_the_delay_ends_at_a_quarter_of_an_hour(enter: Enter) -> None:
    now = MONDAY
    for _ in range(20):
        fail(enter, 1, now=now)
        now += timedelta(minutes=15)
    with pytest.raises(TooManyAttempts, match="15 menit"):
        enter(now=now - timedelta(minutes=15) + timedelta(seconds=1))


def test_a_refused_attempt_does_not_lengthen_the_wait(enter: Enter) -> None:
    fail(enter, 3)
    for _ in range(50):
        with pytest.raises(TooManyAttempts):
            enter("salah", now=MONDAY + timedelta(seconds=1))
    enter(now=MONDAY + timedelta(seconds=2))


def test_success_forgets_the_failures_of_the_name(enter: Enter, budi: Account) -> None:
    fail(enter, 2)
    enter()
    fail(enter, 3)


def test_an_hour_later_all_is_forgotten(session: Session, enter: Enter) -> None:
    fail(enter, 3)
    fail(enter, 3, now=MONDAY + timedelta(hours=1, seconds=1))
    assert len(session.scalars(select(SignInThrottle)).all()) == 2


def test_names_that_do_not_exist_are_throttled_like_those_that_do(enter: Enter) -> None:
    fail(enter, 3, username="tidak.ada")
    with pytest.raises(TooManyAttempts):
        enter(username="tidak.ada")


def test_one_address_that_tries_many_names_is_slowed_down(enter: Enter) -> None:
    for number in range(30):
        fail(enter, 1, username=f"orang{number}")
    with pytest.raises(TooManyAttempts):
        enter()
    enter(address="10.9.9.9")


def test_addresses_of_one_ipv6_network_count_as_one(enter: Enter) -> None:
    for number in range(30):
        fail(enter, 1, username=f"orang{number}", address=f"2001:db8:1:2::{number + 1:x}")
    with pytest.raises(TooManyAttempts):
        enter(address="2001:db8:1:2:ffff::1")
    enter(address="2001:db8:1:3::1")


def test_what_was_typed_as_a_name_is_not_kept(session: Session, enter: Enter) -> None:
    fail(enter, 1, username="kata sandi saya", address="bukan alamat")
    keys = session.scalars(select(SignInThrottle.key)).all()
    assert len(keys) == 2
    assert not any("sandi" in key for key in keys)


def change(session: Session, account: Account, **raw: str) -> Account:
    given = {"current": PASSWORD, "password": "embun pagi sarangan 7"} | raw
    given.setdefault("repeat", given["password"])
    return change_password(session, account.id, given, BY)


def test_a_changed_password_opens_and_ends_other_sessions(
    session: Session, enter: Enter, budi: Account
) -> None:
    epoch = budi.session_epoch
    change(session, budi)
    assert budi.session_epoch == epoch + 1
    enter("embun pagi sarangan 7")
    fail(enter, 1)


def test_the_first_password_is_changed_without_asking_for_the_lent_one(
    session: Session, budi: Account
) -> None:
    with writing(session):
        budi.lent_until = MONDAY + timedelta(days=1)
    change(session, budi, current="")
    assert budi.lent_until is None


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"current": "salah"}, "current"),
        ({"repeat": "lain dari yang di atas"}, "repeat"),
        ({"password": PASSWORD}, "password"),
        ({"password": "pendek9xq"}, "password"),
        ({"password": "embun pagi sarangan 7 " * 6}, "password"),
        ({"password": "Penghubung"}, "password"),
        ({"password": "peng-hubung-2026"}, "password"),
        ({"password": "Password2026!"}, "password"),
        ({"password": "bismillah123"}, "password"),
        ({"password": "1234567890"}, "password"),
        ({"password": "aaaabbbbaaaa"}, "password"),
    ],
)
def test_a_password_that_will_not_do_is_refused_at_its_field(
    session: Session, enter: Enter, budi: Account, typed: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        change(session, budi, **typed)
    assert set(refused.value.errors) == {field}
    enter()


def test_guessing_the_present_password_is_slowed_down(session: Session, budi: Account) -> None:
    for _ in range(3):
        with pytest.raises(Invalid):
            change(session, budi, current="salah")
    with pytest.raises(TooManyAttempts):
        change(session, budi)
