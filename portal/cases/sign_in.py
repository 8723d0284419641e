"""Signing in: passwords, the growing delay after failures, the end of a session left alone."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.cases.fields import Fields
from portal.models import Account, Setting, SignInThrottle, writing
from portal.sop.office_time import ZONE
from portal.sop.text import N_, Refusal

# OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

MIN_LENGTH, MAX_LENGTH = 10, 200
# Passwords whose letters alone make one of these are guessed first, whatever digits follow.
_COMMON_WORDS = """
abcdefgh abcdefghij admin administrator aduan alhamdulillah asdfghjkl assalamualaikum bismillah
changeme diskominfo garuda iloveyou indonesia indonesiaraya kabupaten katasandi kominfo lapor
letmein magetan merdeka operator pancasila passwd password pegawai pengaduan portal pssword psswrd
qazwsxedc qwerty qwertyuiop rahasia sandi sarangan sayang selamatdatang selamatpagi semangat
semangatpagi surabaya terimakasih welcome
"""
_COMMON = frozenset(_COMMON_WORDS.split())

# Failures that cost nothing: a person's own, and those of an office behind one address.
_FREE = {"name": 3, "address": 30}
_FIRST_DELAY, _LONGEST_DELAY = timedelta(seconds=2), timedelta(minutes=15)
_FORGET = timedelta(hours=1)

IDLE_MINUTES = 30
# The page warns by its own clock; a minute more here, so that the server is never the first.
_GRACE = timedelta(minutes=1)


class WrongCredentials(Refusal):
    """No such account, or not its password; nothing says which."""


class TooManyAttempts(Refusal):
    """Try again after `seconds`; the password was not looked at."""

    def __init__(self, wait: timedelta) -> None:
        self.seconds = int(wait.total_seconds()) + 1
        if self.seconds < 120:
            message = N_("Terlalu banyak percobaan. Coba lagi dalam %(count)s detik.")
            super().__init__(message, count=self.seconds)
        else:
            message = N_("Terlalu banyak percobaan. Coba lagi dalam %(count)s menit.")
            super().__init__(message, count=-(-self.seconds // 60))


class NoDesk(Refusal):
    """The password was right, but the account may not work now."""


def sign_in(session: Session, username: str, password: str, address: str, now: datetime) -> Account:
    """The account of these credentials, its sign-in noted.

    Raises TooManyAttempts, WrongCredentials (the same for an unknown name, after the same work),
    and only after the right password NoDesk: deactivated, or no assignment valid today.
    """
    name = normalise_username(username)
    _verify(session, name, password, address, now)
    with writing(session):
        account = session.scalars(select(Account).where(Account.username == name)).one()
        _check_may_work(account, now.astimezone(ZONE).date())
        account.last_sign_in_at = now
    return account


def change_password(
    session: Session, account_id: int, raw: Mapping[str, str], address: str, now: datetime
) -> Account:
    """Take a new password (`password`, `repeat`); `current` too unless it was only lent.

    Ends the account's other sessions. Raises Invalid, or TooManyAttempts for guessing `current`.
    """
    account = session.get_one(Account, account_id)
    fields = Fields(raw)
    if not account.must_change_password:
        try:
            _verify(session, account.username, raw.get("current", ""), address, now)
        except WrongCredentials:
            fields.refuse("current", N_("Kata sandi sekarang tidak cocok."))
    password = read_new_password(fields, account.username)
    if password and _matches(account.password_hash, password):
        fields.refuse("password", N_("Itu kata sandi yang lama. Pilih yang baru."))
    fields.check()
    with writing(session):
        account = session.get_one(Account, account_id)
        account.password_hash = hash_password(password)
        account.must_change_password = False
        account.session_epoch += 1
    return account


def normalise_username(text: str) -> str:
    return text.strip().lower()


def hash_password(password: str) -> str:
    return _HASHER.hash(_normal(password))


def read_new_password(fields: Fields, username: str) -> str:
    """The new password typed twice (`password`, `repeat`); "" when it will not do."""
    password = fields.raw("password")
    problem = _weakness(password, username)
    if problem is not None:
        fields.refuse("password", problem.message, **problem.params)
        return ""
    if fields.raw("repeat") != password:
        fields.refuse("repeat", N_("Tidak sama dengan kata sandi baru di atas."))
        return ""
    return password


def _weakness(password: str, username: str) -> Refusal | None:
    letters = "".join(re.findall(r"[^\W\d_]", password.casefold()))
    own = "".join(re.findall(r"[^\W\d_]", username.casefold()))
    if len(password) < MIN_LENGTH:
        return Refusal(N_("Paling sedikit %(count)s huruf atau angka."), count=MIN_LENGTH)
    if len(password) > MAX_LENGTH:
        return Refusal(N_("Paling banyak %(count)s huruf atau angka."), count=MAX_LENGTH)
    if password.casefold() == username.casefold() or (own and letters == own):
        return Refusal(N_("Jangan memakai nama pengguna sebagai kata sandi."))
    if not letters or letters in _COMMON or len(set(password)) < 5:
        return Refusal(N_("Terlalu mudah ditebak. Pakai beberapa kata yang tidak berhubungan."))
    return None


# -- failures and delays -----------------------------------------------------------------------


def _verify(session: Session, name: str, password: str, address: str, now: datetime) -> None:
    """Compare the password, in transactions that leave the database free while argon2 works."""
    keys = {"name": f"name:{_digest(name)}", "address": f"address:{_network(address)}"}
    _count_attempt(session, keys, now)
    stored = session.scalar(select(Account.password_hash).where(Account.username == name))
    if not _matches(stored or _decoy(), password) or stored is None:
        raise WrongCredentials(N_("Nama pengguna atau kata sandi salah."))
    with writing(session):
        session.execute(delete(SignInThrottle).where(SignInThrottle.key == keys["name"]))
        shared = session.get(SignInThrottle, keys["address"], with_for_update=True)
        if shared is not None:
            shared.failures -= 1


def _count_attempt(session: Session, keys: Mapping[str, str], now: datetime) -> None:
    """Count it as failed before it is tried, so that many at once are not all the first."""
    with writing(session):
        session.execute(
            delete(SignInThrottle).where(SignInThrottle.last_failure_at < now - _FORGET)
        )
        counts = {
            kind: session.get(SignInThrottle, key, with_for_update=True)
            for kind, key in keys.items()
        }
        wait = max(_wait(kind, count, now) for kind, count in counts.items())
        if wait > timedelta():
            raise TooManyAttempts(wait)
        for kind, count in counts.items():
            if count is None:
                count = SignInThrottle(key=keys[kind], failures=0)
                session.add(count)
            count.failures += 1
            count.last_failure_at = now


def _wait(kind: str, count: SignInThrottle | None, now: datetime) -> timedelta:
    beyond = count.failures - _FREE[kind] if count else -1
    if count is None or beyond < 0:
        return timedelta()
    delay: timedelta = min(_FIRST_DELAY * 2 ** min(beyond, 20), _LONGEST_DELAY)
    return count.last_failure_at + delay - now


def _digest(text: str) -> str:
    """What is typed as a name may be anything, even a password: only its digest is kept."""
    return hashlib.sha256(text.encode()).hexdigest()


def _network(address: str) -> str:
    """An IPv4 address, or the /64 that one IPv6 household has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "?"
    return str(parsed if parsed.version == 4 else ip_network((parsed, 64), strict=False))


def _matches(stored: str, password: str) -> bool:
    try:
        return _HASHER.verify(stored, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


@cache
def _decoy() -> str:
    """What an unknown name is compared with, so that it takes as long as a known one."""
    return hash_password("bukan kata sandi siapa pun")


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _check_may_work(account: Account, today: date) -> None:
    if not account.active:
        raise NoDesk(N_("Akun ini dinonaktifkan. Hubungi administrator portal."))
    if not any(assignment.is_valid_on(today) for assignment in account.assignments):
        raise NoDesk(
            N_("Akun ini tidak sedang bertugas di meja mana pun. Hubungi administrator portal.")
        )


# -- the idle limit ----------------------------------------------------------------------------


def session_is_over(cookie: Mapping[str, Any], now: datetime) -> bool:
    """Whether a session was left alone for longer than the limit that held when it began.

    `cookie` holds `seen` (seconds since 1970) and `idle_minutes`.
    """
    if "seen" not in cookie:
        return False
    limit = timedelta(minutes=cookie.get("idle_minutes", IDLE_MINUTES)) + _GRACE
    return now.timestamp() - float(cookie["seen"]) > limit.total_seconds()


def idle_minutes(session: Session) -> int:
    """After how many minutes without use a session ends (setting `idle_minutes`)."""
    stored = session.get(Setting, "idle_minutes")
    return int(stored.value) if stored else IDLE_MINUTES


def set_idle_minutes(session: Session, raw: Mapping[str, str]) -> None:
    """Set the limit (`idle_minutes`, 5 to 240), for sessions that begin from now on."""
    fields = Fields(raw)
    minutes = fields.number("idle_minutes", 5, 240)
    fields.check()
    with writing(session):
        session.merge(Setting(name="idle_minutes", value=minutes))
