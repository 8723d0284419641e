"""Signing in, a new password, the end of sessions; each leaves a line in the log."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.access_log import note
from portal.cases.fields import Fields
from portal.cases.passwords import decoy, hash_password, is_outdated, matches, read_new_password
from portal.cases.throttle import count_attempt, forgive
from portal.models import Access, Account, Caller, writing
from portal.sop.office_time import ZONE
from portal.sop.text import N_, Refusal


class WrongCredentials(Refusal):
    """No such account, or not its password; nothing says which."""

    def __init__(self) -> None:
        super().__init__(N_("Nama pengguna atau kata sandi salah."))


class NoDesk(Refusal):
    """The password was right, but the account may not work now."""


def sign_in(session: Session, username: str, password: str, by: Caller) -> Account:
    """The account of these credentials; who has a second factor must yet show it.

    Raises TooManyAttempts, WrongCredentials (the same for an unknown name, after the same work),
    and only after the right password NoDesk: deactivated, no assignment valid today, or a password
    that was lent for a time that is over.
    """
    name = normalise_username(username)
    _verify(session, name, password, by)
    with writing(session):
        account = session.scalars(select(Account).where(Account.username == name)).one()
        refusal = why_not(account, by.at)
        if refusal is not None:
            note(session, Access.TURNED_AWAY, replace(by, account_id=account.id))
        elif account.second_factor is None:
            arrive(session, account, Access.SIGNED_IN, by)
    if refusal is not None:
        raise refusal
    return account


def why_not(account: Account, now: datetime) -> NoDesk | None:
    """Why an account may not work now, if it may not."""
    if not account.active:
        return NoDesk(N_("Akun ini dinonaktifkan. Hubungi administrator portal."))
    today = now.astimezone(ZONE).date()
    if not any(assignment.is_valid_on(today) for assignment in account.assignments):
        return NoDesk(
            N_("Akun ini tidak sedang bertugas di meja mana pun. Hubungi administrator portal.")
        )
    if account.lent_until and account.lent_until < now:
        return NoDesk(
            N_("Kata sandi awal ini sudah berakhir. Minta yang baru kepada administrator portal.")
        )
    return None


def arrive(session: Session, account: Account, how: Access, by: Caller) -> None:
    """Note inside the caller's write that the account is in."""
    account.last_sign_in_at = by.at
    note(session, how, replace(by, account_id=account.id))


def prove(session: Session, account_id: int, password: str, by: Caller) -> None:
    """Check that who is signed in knows the password. Raises TooManyAttempts, WrongCredentials."""
    _verify(session, session.get_one(Account, account_id).username, password, by)


def change_password(
    session: Session, account_id: int, raw: Mapping[str, str], by: Caller
) -> Account:
    """Take a new password (`password`, `repeat`); `current` too unless it was only lent.

    Ends the account's other sessions. Raises Invalid, or TooManyAttempts for guessing `current`.
    """
    account = session.get_one(Account, account_id)
    fields = Fields(raw)
    if account.lent_until is None:
        try:
            _verify(session, account.username, raw.get("current", ""), by)
        except WrongCredentials:
            fields.refuse("current", N_("Kata sandi sekarang tidak cocok."))
    password = read_new_password(session, fields, account.username, account.name)
    if password and matches(account.password_hash, password):
        fields.refuse("password", N_("Itu kata sandi yang lama. Pilih yang baru."))
    fields.check()
    password_hash = hash_password(password)
    with writing(session):
        account = session.get_one(Account, account_id)
        account.password_hash = password_hash
        account.lent_until = None
        account.session_epoch += 1
        note(session, Access.PASSWORD_CHANGED, by)
    return account


def end_sessions(session: Session, account_id: int, by: Caller) -> Account:
    """End every session of an account."""
    with writing(session):
        account = session.get_one(Account, account_id)
        account.session_epoch += 1
        note(session, Access.SESSIONS_ENDED, by, account_id)
    return account


def normalise_username(text: str) -> str:
    return text.strip().lower()


def _verify(session: Session, name: str, password: str, by: Caller) -> None:
    """Compare the password, in transactions that leave the database free while argon2 works."""
    tried = f"name:{name}"
    count_attempt(session, tried, by.address, by.at)
    known = session.execute(
        select(Account.id, Account.password_hash).where(Account.username == name)
    ).one_or_none()
    account_id, stored = known or (None, decoy())
    right = matches(stored, password) and known is not None
    renewed = hash_password(password) if right and is_outdated(stored) else None
    with writing(session):
        if right:
            forgive(session, tried, by.address)
        else:
            note(session, Access.WRONG_PASSWORD, by, account_id)
        if renewed:
            session.get_one(Account, account_id).password_hash = renewed
    if not right:
        raise WrongCredentials()
