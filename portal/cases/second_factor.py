"""The second factor: codes of a telephone (RFC 6238), and codes on paper for who has lost it."""

import base64
import secrets
from dataclasses import replace
from datetime import datetime
from re import sub

from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.access_log import note
from portal.cases.answers import Invalid
from portal.cases.identity import vault_of
from portal.cases.passwords import hash_password, matches
from portal.cases.sessions import safety
from portal.cases.sign_in import arrive, why_not
from portal.cases.throttle import count_attempt, forgive
from portal.models import Access, Account, Caller, RecoveryCode, SecondFactor, writing
from portal.sop.office_time import ZONE
from portal.sop.procedure import Role
from portal.sop.text import N_, Refusal

ISSUER = "Pengaduan Magetan"
# Who decides, discloses and appoints.
_DECIDING = frozenset({Role.ADMIN_INSTANSI, Role.KEPALA_DINAS, Role.ADMINISTRATOR})
# What telephones' programs understand without being told: SHA-1, six digits, half a minute.
_DIGITS, _STEP = 6, 30
_SECRET_BYTES = 20
RECOVERY_CODES = 10
# Without the letters and digits that are mistaken for one another on paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class WrongCode(Refusal):
    """Not the telephone's code of now, one that was used already, or no recovery code."""

    def __init__(self) -> None:
        super().__init__(
            N_("Kode itu tidak cocok atau sudah dipakai. Tunggu kode berikutnya, lalu coba lagi.")
        )


def is_needed(session: Session, account: Account, now: datetime) -> bool:
    """Whether the account sits at a desk that needs a second factor."""
    today = now.astimezone(ZONE).date()
    decides = any(one.role in _DECIDING and one.is_valid_on(today) for one in account.assignments)
    return decides and safety(session).second_factor


# -- beginning -----------------------------------------------------------------------------------


def new_secret(session: Session, account_id: int) -> str:
    """A secret for a telephone, sealed, to be kept by the browser until its first code came."""
    key = vault_of(session).current
    sealed = key.seal(secrets.token_bytes(_SECRET_BYTES), _place(account_id))
    return f"{key.number}.{base64.b64encode(sealed).decode()}"


def secret_words(session: Session, account: Account, kept: str) -> tuple[str, str]:
    """The secret as a telephone reads it, and as somebody types it into one."""
    secret = _unseal(session, account.id, *_split(kept))
    address = _codes(secret).get_provisioning_uri(account.username, ISSUER)
    return address, base64.b32encode(secret).decode()


def enrol(session: Session, account_id: int, kept: str, typed: str, by: Caller) -> list[str]:
    """Ask the account for codes from now on; the recovery codes, to be shown once.

    Ends its other sessions. Raises Invalid unless `typed` is a code of the secret `kept`.
    """
    number, sealed = _split(kept)
    step = _step_of(_unseal(session, account_id, number, sealed), _plain(typed), by)
    if step is None:
        raise Invalid({"code": WrongCode()})
    codes, rows = _new_codes()
    with writing(session):
        account = session.get_one(Account, account_id)
        account.second_factor = SecondFactor(key=number, secret=sealed, last_step=step, since=by.at)
        account.recovery_codes = rows
        account.session_epoch += 1
        note(session, Access.FACTOR_SET, by)
    return codes


def renew_codes(session: Session, account_id: int, by: Caller) -> list[str]:
    """Ten new recovery codes; the older ones are void."""
    codes, rows = _new_codes()
    with writing(session):
        session.get_one(Account, account_id).recovery_codes = rows
        note(session, Access.RECOVERY_RENEWED, by)
    return codes


def remove(session: Session, account_id: int, by: Caller) -> Account:
    """Forget the account's second factor, which ends its sessions; the way out for a lost one."""
    with writing(session):
        account = session.get_one(Account, account_id)
        account.second_factor = None
        account.recovery_codes = []
        account.session_epoch += 1
        note(session, Access.FACTOR_REMOVED, by, account_id)
    return account


def _new_codes() -> tuple[list[str], list[RecoveryCode]]:
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    rows = [RecoveryCode(code_hash=hash_password(code)) for code in codes]
    return [f"{code[:5]}-{code[5:]}" for code in codes], rows


# -- signing in ----------------------------------------------------------------------------------


def sign_in_by_code(
    session: Session, account_id: int, epoch: int, typed: str, by: Caller
) -> Account:
    """The second half of a sign-in, whose password was right: a telephone's code or one on paper.

    `epoch`: the account's as the password was typed; since then nothing may have ended sessions.
    Raises TooManyAttempts, WrongCode (a code opens once), NoDesk.
    """
    tried = f"code:{account_id}"
    count_attempt(session, tried, by.address, by.at)
    code = _plain(typed)
    found = None if len(code) == _DIGITS else _recovery_code(session, account_id, code)
    by = replace(by, account_id=account_id)
    with writing(session):
        account = session.get_one(Account, account_id)
        valid = account.session_epoch == epoch
        how = _used(session, account, code, found, by) if valid else None
        refusal = why_not(account, by.at) if how else WrongCode()
        if how:
            forgive(session, tried, by.address)
        if how and not refusal:
            arrive(session, account, how, by)
        else:
            note(session, Access.TURNED_AWAY if how else Access.WRONG_CODE, by)
    if refusal:
        raise refusal
    return account


def _used(
    session: Session, account: Account, code: str, found: int | None, by: Caller
) -> Access | None:
    """Use the code up; how that opens, or None."""
    factor = account.second_factor
    if factor is None:
        return None
    if found is not None:
        row = session.get(RecoveryCode, found)
        if row is None:
            return None
        session.delete(row)
        return Access.SIGNED_IN_BY_RECOVERY
    secret = _unseal(session, account.id, factor.key, factor.secret)
    step = _step_of(secret, code, by, factor.last_step)
    if step is None:
        return None
    factor.last_step = step
    return Access.SIGNED_IN


def _recovery_code(session: Session, account_id: int, code: str) -> int | None:
    rows = [(row.id, row.code_hash) for row in session.get_one(Account, account_id).recovery_codes]
    session.rollback()
    return next((number for number, stored in rows if matches(stored, code)), None)


def _step_of(secret: bytes, code: str, by: Caller, after: int = 0) -> int | None:
    """The half minute whose code this is: now's, or a neighbour's, for clocks that go apart."""
    now = int(by.at.timestamp()) // _STEP
    codes = _codes(secret)
    right = [
        step
        for step in (now - 1, now, now + 1)
        if step > after and bytes_eq(codes.generate(step * _STEP), code.encode())
    ]
    return right[-1] if right else None


def _codes(secret: bytes) -> TOTP:
    return TOTP(secret, _DIGITS, SHA1(), _STEP)  # noqa: S303 - HMAC-SHA-1, as RFC 6238 has it


def _plain(typed: str) -> str:
    """Without the spaces and dashes that people put in."""
    return sub(r"[\s-]", "", typed).lower()[:40]


# -- the secret, sealed --------------------------------------------------------------------------


def _place(account_id: int) -> str:
    return f"second_factor:{account_id}"


def _unseal(session: Session, account_id: int, number: int, sealed: bytes) -> bytes:
    return vault_of(session).key(number).open(sealed, _place(account_id))


def reseal_secrets(session: Session) -> None:
    """Inside the caller's write, seal every secret by the newest key."""
    key = vault_of(session).current
    for factor in session.scalars(select(SecondFactor)):
        secret = _unseal(session, factor.account_id, factor.key, factor.secret)
        factor.key, factor.secret = key.number, key.seal(secret, _place(factor.account_id))


def _split(kept: str) -> tuple[int, bytes]:
    number, _, sealed = kept.partition(".")
    return int(number), base64.b64decode(sealed)
