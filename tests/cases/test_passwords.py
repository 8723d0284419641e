"""Passwords: which will do, how they are kept, and what a changed cost means."""

import sys
from types import SimpleNamespace

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type
from sqlalchemy.orm import Session

from portal.cases import passwords
from portal.cases.fields import Fields
from portal.cases.passwords import hash_password, matches, read_new_password
from portal.cases.sign_in import sign_in
from portal.models import writing
from tests.conftest import BY

PASSWORD = "sawah hijau lereng lawu"
LONG = "kuda nil memakai topi jerami di " * 4  # 128


def refusal(session: Session, password: str) -> str:
    """What is said of `password`, for somebody who is called Budi Hartono; "" when it will do."""
    fields = Fields({"password": password, "repeat": password})
    taken = read_new_password(session, fields, "budi.hartono", "Budi Hartono")
    assert taken == ("" if fields.errors else password)
    return fields.errors["password"].message if fields.errors else ""


@pytest.mark.parametrize(
    "password",
    [
        "sawah hijau lereng lawu",
        "embun pagi sarangan 7",
        "k7mq-9dhw-rtxz",
        "kuda-nil-memakai-topi",
        "кошка сидит на печи",
        LONG,
    ],
)
def test_words_that_have_nothing_to_do_with_one_another_will_do(
    session: Session, password: str
) -> None:
    assert refusal(session, password) == ""


@pytest.mark.parametrize(
    "password",
    [
        "password123!",
        "P@ssw0rd2026",
        "qwertyuiop12",
        "1q2w3e4r5t6y",
        "iloveyou1234",
        "aaaaaaaaaaaa",
        "12345678901234",
        "abcabcabcabc",
        "monkeydragon",
        "football2026",
        "trustno1trustno1",
    ],
)
def test_what_stands_in_the_lists_of_breached_passwords_will_not(
    session: Session, password: str
) -> None:
    assert "Terlalu mudah ditebak" in refusal(session, password)


@pytest.mark.parametrize(
    "password",
    [
        "Bismillah-2026",
        "magetanmagetan",
        "Rahasia Negara 45",
        "terima kasih 99",
        "indonesia merdeka 1945",
        "Dinas Perhubungan 1",
        "komunikasi-informatika",
        "Senin Selasa Rabu",
        "m4g3t4n-2026",
        "katasandi" * 14,
    ],
)
def test_what_is_near_at_hand_in_this_office_will_not(session: Session, password: str) -> None:
    assert "Terlalu mudah ditebak" in refusal(session, password)


@pytest.mark.parametrize(
    "password",
    ["Budi Hartono", "budi.hartono.77", "hartono-budi-1", "BUDIBUDIBUDI", "HartonoBudi9"],
)
def test_ones_own_name_will_not(session: Session, password: str) -> None:
    assert "Jangan memakai nama Anda" in refusal(session, password)


def test_one_of_more_than_128_signs_will_not(session: Session) -> None:
    assert refusal(session, LONG + "x").startswith("Paling banyak")


def test_nothing_of_a_long_one_is_cut_off() -> None:
    stored = hash_password(LONG)
    assert matches(stored, LONG)
    assert not matches(stored, LONG[:-1])


def test_passwords_are_kept_as_owasp_advises() -> None:
    kept = extract_parameters(hash_password(PASSWORD))
    assert kept.type is Type.ID
    assert (kept.memory_cost, kept.time_cost, kept.parallelism) == (19 * 1024, 2, 1)
    assert hash_password(PASSWORD) != hash_password(PASSWORD)
    assert not matches("!", PASSWORD)


def test_a_password_kept_at_an_older_cost_is_kept_anew_at_the_next_sign_in(
    session: Session, cast: SimpleNamespace
) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    with writing(session):
        cast.penghubung.password_hash = old
    account = sign_in(session, "penghubung", PASSWORD, BY)
    renewed = account.password_hash
    assert renewed != old
    assert not passwords.is_outdated(renewed)
    assert sign_in(session, "penghubung", PASSWORD, BY).password_hash == renewed


def test_a_password_is_looked_at_without_its_lists_staying_in_this_process(
    session: Session,
) -> None:
    refusal(session, "password123!")
    assert "zxcvbn" not in sys.modules
