"""The second factor: codes of a telephone, computed here anew, and codes on paper."""

import base64
import hmac
import struct
from datetime import datetime, timedelta
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.cases.answers import Invalid
from portal.cases.identity_keys import rotate_keys
from portal.cases.passwords import hash_password
from portal.cases.second_factor import (
    WrongCode,
    enrol,
    is_needed,
    new_secret,
    remove,
    renew_codes,
    secret_words,
    sign_in_by_code,
)
from portal.cases.sessions import set_safety
from portal.cases.sign_in import NoDesk, sign_in
from portal.cases.throttle import TooManyAttempts
from portal.identity.vault import Tampered
from portal.models import Access, AccessEvent, Account, Caller, SecondFactor, writing
from tests.conftest import BY, MONDAY, OFFICE

PASSWORD = "sawah hijau lereng lawu"
SAFE = {"idle_minutes": "30", "session_hours": "12", "second_factor": "1"}


def code_at(secret: str, moment: datetime) -> str:
    """RFC 6238 by its own words: HMAC-SHA-1 of the half minute, truncated as RFC 4226 says."""
    key = base64.b32decode(secret)
    digest = hmac.digest(key, struct.pack(">Q", int(moment.timestamp()) // 30), "sha1")
    start = digest[-1] & 15
    (number,) = struct.unpack(">I", digest[start : start + 4])
    return f"{(number & 0x7FFFFFFF) % 10**6:06d}"


def test_the_codes_computed_here_are_those_of_the_rfc() -> None:
    secret = base64.b32encode(b"12345678901234567890").decode()
    for second, code in ((59, "287082"), (1111111109, "081804"), (2000000000, "279037")):
        assert code_at(secret, datetime.fromtimestamp(second).astimezone()) == code


class Telephone:
    """Somebody with a telephone, who signs in from the office."""

    def __init__(self, session: Session, account: Account) -> None:
        self.session, self.account = session, account
        kept = new_secret(session, account.id)
        self.address, self.secret = secret_words(session, account, kept)
        code = code_at(self.secret, MONDAY)
        self.codes = enrol(session, account.id, kept, code, self.by(MONDAY))

    def by(self, moment: datetime) -> Caller:
        return Caller(self.account.id, OFFICE, moment)

    def enter(self, moment: datetime, code: str | None = None) -> Account:
        typed = code_at(self.secret, moment) if code is None else code
        epoch = self.session.get_one(Account, self.account.id).session_epoch
        return sign_in_by_code(
            self.session, self.account.id, epoch, typed, Caller(None, OFFICE, moment)
        )


@pytest.fixture
def telephone(session: Session, cast: SimpleNamespace) -> Telephone:
    with writing(session):
        cast.kepala.password_hash = hash_password(PASSWORD)
    return Telephone(session, cast.kepala)


LATER = MONDAY + timedelta(minutes=10)


def test_the_telephone_is_told_all_that_it_needs(telephone: Telephone) -> None:
    parts = urlsplit(telephone.address)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    asked = parse_qs(parts.query)
    assert asked["secret"] == [telephone.secret]
    assert asked["issuer"] == ["Pengaduan Magetan"]
    assert len(base64.b32decode(telephone.secret)) == 20


def test_the_password_alone_is_not_yet_a_sign_in(session: Session, telephone: Telephone) -> None:
    account = sign_in(session, "kepala", PASSWORD, Caller(None, OFFICE, LATER))
    assert account.second_factor
    assert account.last_sign_in_at is None
    assert telephone.enter(LATER).last_sign_in_at == LATER


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_a_clock_may_go_half_a_minute_wrong(telephone: Telephone, seconds: int) -> None:
    code = code_at(telephone.secret, LATER + timedelta(seconds=seconds))
    assert telephone.enter(LATER, code).id == telephone.account.id


@pytest.mark.parametrize("seconds", [-60, 60])
def test_and_no_more(telephone: Telephone, seconds: int) -> None:
    with pytest.raises(WrongCode):
        telephone.enter(LATER, code_at(telephone.secret, LATER + timedelta(seconds=seconds)))


def test_a_code_opens_once(telephone: Telephone) -> None:
    code = code_at(telephone.secret, LATER)
    telephone.enter(LATER, f" {code[:3]} {code[3:]} ")
    with pytest.raises(WrongCode):
        telephone.enter(LATER + timedelta(seconds=5), code)
    telephone.enter(LATER + timedelta(seconds=30))


def test_the_code_that_turned_it_on_does_not_open_too(telephone: Telephone) -> None:
    with pytest.raises(WrongCode):
        telephone.enter(MONDAY)


def test_an_older_code_does_not_open_after_a_newer_one(telephone: Telephone) -> None:
    telephone.enter(LATER, code_at(telephone.secret, LATER + timedelta(seconds=30)))
    with pytest.raises(WrongCode):
        telephone.enter(LATER)


def test_a_code_on_paper_opens_once_however_it_is_typed(telephone: Telephone) -> None:
    assert len(set(telephone.codes)) == 10
    first, second = telephone.codes[:2]
    telephone.enter(LATER, f" {first.upper().replace('-', ' ')}")
    for spent in (first, "", "zzzzz-zzzzz"):
        with pytest.raises(WrongCode):
            telephone.enter(LATER, spent)
    telephone.enter(LATER + timedelta(minutes=1), second)


def test_new_codes_on_paper_make_the_older_ones_void(
    session: Session, telephone: Telephone
) -> None:
    fresh = renew_codes(session, telephone.account.id, telephone.by(LATER))
    with pytest.raises(WrongCode):
        telephone.enter(LATER, telephone.codes[0])
    telephone.enter(LATER, fresh[0])


def test_guessing_codes_is_slowed_down_whatever_the_password(
    session: Session, telephone: Telephone
) -> None:
    for _ in range(3):
        sign_in(session, "kepala", PASSWORD, Caller(None, OFFICE, LATER))
        with pytest.raises(WrongCode):
            telephone.enter(LATER, "000000")
    with pytest.raises(TooManyAttempts):
        telephone.enter(LATER)
    assert telephone.enter(LATER + timedelta(seconds=2))


def test_a_code_of_another_telephone_does_not_open(
    session: Session, cast: SimpleNamespace, telephone: Telephone
) -> None:
    other = Telephone(session, cast.instansi)
    with pytest.raises(WrongCode):
        telephone.enter(LATER, code_at(other.secret, LATER))


def test_a_password_that_was_typed_before_sessions_ended_does_not_count(
    session: Session, telephone: Telephone
) -> None:
    epoch = telephone.account.session_epoch
    with writing(session):
        session.get_one(Account, telephone.account.id).session_epoch += 1
    with pytest.raises(WrongCode):
        sign_in_by_code(
            session,
            telephone.account.id,
            epoch,
            code_at(telephone.secret, LATER),
            Caller(None, OFFICE, LATER),
        )


def test_who_may_not_work_any_more_is_told_so_after_the_code(
    session: Session, telephone: Telephone
) -> None:
    with writing(session):
        session.get_one(Account, telephone.account.id).active = False
    with pytest.raises(NoDesk):
        telephone.enter(LATER)


def test_a_wrong_first_code_turns_nothing_on(session: Session, cast: SimpleNamespace) -> None:
    kept = new_secret(session, cast.kepala.id)
    with pytest.raises(Invalid) as refused:
        enrol(session, cast.kepala.id, kept, "000000", BY)
    assert set(refused.value.errors) == {"code"}
    assert session.get_one(Account, cast.kepala.id).second_factor is None


def test_turning_it_on_and_off_ends_other_sessions(
    session: Session, cast: SimpleNamespace, telephone: Telephone
) -> None:
    epoch = session.get_one(Account, cast.kepala.id).session_epoch
    assert epoch == 2
    account = remove(session, cast.kepala.id, BY)
    assert (account.session_epoch, account.second_factor, account.recovery_codes) == (3, None, [])
    assert sign_in(session, "kepala", PASSWORD, BY).last_sign_in_at == MONDAY


def test_the_secret_and_the_codes_stand_nowhere_in_clear(
    session: Session, telephone: Telephone
) -> None:
    connection = session.connection().connection.driver_connection
    assert connection is not None
    dump = "\n".join(connection.iterdump()).lower()
    secret = base64.b32decode(telephone.secret)
    for planted in (secret.hex(), telephone.secret, *telephone.codes):
        assert planted.lower() not in dump
        assert planted.lower().replace("-", "") not in dump


def test_a_sealed_secret_does_not_open_for_another_account(
    session: Session, cast: SimpleNamespace, telephone: Telephone
) -> None:
    other = Telephone(session, cast.instansi)
    with writing(session):
        mine = session.get_one(SecondFactor, cast.kepala.id)
        session.get_one(SecondFactor, cast.instansi.id).secret = mine.secret
    with pytest.raises(Tampered):
        other.enter(LATER, code_at(telephone.secret, LATER))


def test_after_a_change_of_keys_the_telephone_goes_on(
    session: Session, telephone: Telephone
) -> None:
    rotate_keys(session)
    assert session.get_one(SecondFactor, telephone.account.id).key == 2
    assert telephone.enter(LATER)


@pytest.mark.parametrize(
    ("who", "needed"),
    [
        ("instansi", True),
        ("kepala", True),
        ("administrator", True),
        ("nasional", False),
        ("penghubung", False),
        ("unit", False),
    ],
)
def test_who_decides_needs_one_once_the_administrator_says_so(
    session: Session, cast: SimpleNamespace, who: str, needed: bool
) -> None:
    assert not is_needed(session, cast.accounts[who], MONDAY)
    set_safety(session, SAFE, BY)
    assert is_needed(session, cast.accounts[who], MONDAY) is needed


def test_each_step_leaves_a_line_in_the_log(session: Session, telephone: Telephone) -> None:
    with pytest.raises(WrongCode):
        telephone.enter(LATER, "000000")
    telephone.enter(LATER)
    telephone.enter(LATER, telephone.codes[0])
    lines = session.scalars(select(AccessEvent).order_by(AccessEvent.id)).all()
    assert [line.what for line in lines] == [
        Access.FACTOR_SET,
        Access.WRONG_CODE,
        Access.SIGNED_IN,
        Access.SIGNED_IN_BY_RECOVERY,
    ]
    assert {line.account_id for line in lines} == {telephone.account.id}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE access_log SET address = ''",
        "DELETE FROM access_log",
        "INSERT OR REPLACE INTO access_log SELECT * FROM access_log",
    ],
)
def test_the_log_can_only_grow(session: Session, telephone: Telephone, change: str) -> None:
    with pytest.raises(Exception, match="append-only"), writing(session):
        session.execute(text(change))
