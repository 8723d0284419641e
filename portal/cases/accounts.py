"""The administrator's verbs on accounts and their desks; the link that makes an administrator."""

import hashlib
import logging
import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from re import fullmatch

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.cases.access_log import note
from portal.cases.fields import CHOOSE, Fields
from portal.cases.passwords import hash_password, read_new_password
from portal.cases.sign_in import normalise_username
from portal.models import (
    Access,
    Account,
    Assignment,
    Caller,
    Instansi,
    Opd,
    SetupLink,
    Unit,
    writing,
)
from portal.sop.office_time import ZONE
from portal.sop.procedure import Role
from portal.sop.text import N_, Refusal

log = logging.getLogger("portal")

ACTING = ("Plt.", "Plh.")
ROLES = tuple(role for role in Role if role is not Role.SYSTEM)
# What a desk's scope is called in the form, and which table it is in; the others have none.
SCOPES: Mapping[Role, tuple[str, type[Instansi] | type[Opd] | type[Unit]]] = {
    Role.ADMIN_INSTANSI: ("instansi", Instansi),
    Role.KEPALA_DINAS: ("instansi", Instansi),
    Role.PEJABAT_PENGHUBUNG: ("opd", Opd),
    Role.UNIT_KERJA: ("unit", Unit),
}
LINK_LASTS = timedelta(hours=24)
# For who is on leave as the administrator makes it; then he asks for another.
_LENT_FOR = timedelta(days=7)
# How a token begins that holds although there are administrators; no other can begin so.
_RESCUE = "~"
# Without the letters and digits that are mistaken for one another when read aloud.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class LastAdministrator(Refusal):
    """Somebody must be able to administer the portal tomorrow, too."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Ini administrator terakhir yang tugasnya tidak berbatas waktu. Tugaskan "
                "administrator lain dulu."
            )
        )


class LinkSpent(Refusal):
    """The setup link was used, replaced, is too old, or nobody needs it any more."""

    def __init__(self) -> None:
        super().__init__(
            N_("Tautan penyiapan ini tidak berlaku lagi. Buat yang baru di server portal.")
        )


# -- the first administrator -------------------------------------------------------------------


def create_setup_link(session: Session, now: datetime, *, rescue: bool = False) -> str | None:
    """A new token for the page that creates an administrator, valid for `LINK_LASTS`.

    Older ones are void from now on, only its hash is kept. None when an administrator is active,
    unless it is for the `rescue` of an office whose administrators cannot get in.
    """
    with writing(session):
        if _administrators(session, _today(now)) and not rescue:
            return None
        token = (_RESCUE if rescue else "") + secrets.token_urlsafe(32)
        session.execute(delete(SetupLink))
        session.add(SetupLink(token_hash=_hash(token), created_at=now))
    return token


def check_setup_link(session: Session, token: str, now: datetime) -> None:
    """Raise LinkSpent unless the link may create the administrator now."""
    _usable_link(session, token, now)


def create_first_administrator(
    session: Session, token: str, raw: Mapping[str, str], by: Caller
) -> Account:
    """The administrator of a setup link (`name`, `username`, `password`, `repeat`).

    Raises LinkSpent or Invalid.
    """
    fields = Fields(raw)
    username = normalise_username(fields.raw("username"))
    password = read_new_password(session, fields, username, fields.raw("name"))
    with writing(session):
        _usable_link(session, token, by.at).used_at = by.at
        account = _new_account(session, fields, hash_password(password), by)
        account.assignments = [Assignment(role=Role.ADMINISTRATOR, valid_from=_today(by.at))]
    log.warning("administrator created by setup link account=%s", account.id)
    return account


def _usable_link(session: Session, token: str, now: datetime) -> SetupLink:
    link = session.get(SetupLink, _hash(token))
    fresh = link is not None and link.used_at is None and now - link.created_at <= LINK_LASTS
    wanted = token.startswith(_RESCUE) or not _administrators(session, _today(now))
    if link is None or not fresh or not wanted:
        raise LinkSpent()
    return link


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


# -- accounts ----------------------------------------------------------------------------------


def create_account(session: Session, raw: Mapping[str, str], by: Caller) -> tuple[Account, str]:
    """A new account (`name`, `username`, `nip`, `rank`, `phone`) and its initial password.

    The password is for the administrator to pass on; it is kept nowhere, opens for a week and must
    be changed at the first sign-in. Raises Invalid.
    """
    fields = Fields(raw)
    password = _initial_password()
    password_hash = hash_password(password)
    with writing(session):
        account = _new_account(session, fields, password_hash, by)
        account.lent_until = by.at + _LENT_FOR
    return account, password


def edit_account(session: Session, account_id: int, raw: Mapping[str, str], by: Caller) -> Account:
    """Change `name`, `username`, `nip`, `rank` and `phone`. Raises Invalid."""
    fields = Fields(raw)
    with writing(session):
        account = session.get_one(Account, account_id)
        values = _read_person(session, fields, account_id)
        fields.check()
        for column, value in values.items():
            setattr(account, column, value)
        note(session, Access.ACCOUNT_EDITED, by, account_id)
    return account


def set_active(session: Session, account_id: int, active: bool, by: Caller) -> Account:
    """Deactivate an account, which ends its sessions, or activate it again.

    Raises LastAdministrator.
    """
    with writing(session):
        account = session.get_one(Account, account_id)
        account.active = active
        account.session_epoch += 1
        if any(one.role == Role.ADMINISTRATOR for one in account.assignments):
            _check_administrators(session, by.at)
        note(session, Access.ACTIVATED if active else Access.DEACTIVATED, by, account_id)
    return account


def reset_password(session: Session, account_id: int, by: Caller) -> tuple[Account, str]:
    """A new initial password, for a week; the account's sessions end."""
    password = _initial_password()
    password_hash = hash_password(password)
    with writing(session):
        account = session.get_one(Account, account_id)
        account.password_hash = password_hash
        account.lent_until = by.at + _LENT_FOR
        account.session_epoch += 1
        note(session, Access.PASSWORD_RESET, by, account_id)
    return account, password


def _new_account(session: Session, fields: Fields, password_hash: str, by: Caller) -> Account:
    values = _read_person(session, fields, None)
    fields.check()
    account = Account(**values, password_hash=password_hash, created_at=by.at)
    session.add(account)
    session.flush()
    note(session, Access.ACCOUNT_CREATED, by, account.id)
    return account


def _read_person(session: Session, fields: Fields, account_id: int | None) -> dict[str, str]:
    username = normalise_username(fields.line("username", limit=60))
    if username and not fullmatch(r"[a-z0-9][a-z0-9._-]{2,59}", username):
        fields.refuse(
            "username",
            N_("Pakai 3 sampai 60 huruf kecil, angka, titik, garis bawah, atau tanda hubung."),
        )
    taken = select(Account.id).where(Account.username == username, Account.id != account_id)
    if username and session.scalar(taken) is not None:
        fields.refuse("username", N_("Nama pengguna ini sudah dipakai."))
    nip = fields.line("nip", required=False, limit=30)
    if nip and not fullmatch(r"[0-9]{18}", nip.replace(" ", "")):
        fields.refuse("nip", N_("NIP terdiri atas 18 angka."))
    phone = fields.line("phone", required=False, limit=30)
    if phone and not fullmatch(r"\+?[0-9][0-9 -]{6,}", phone):
        fields.refuse("phone", N_("Tulis nomor telepon dengan angka, misalnya 0812-3456-7890."))
    name = fields.line("name", limit=120)
    return {
        "name": name,
        "username": username,
        "nip": nip.replace(" ", ""),
        "rank": fields.line("rank", required=False, limit=60),
        "phone": phone,
    }


def _initial_password() -> str:
    """Twelve random characters (59 bits) in groups that can be read out."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))
    return "-".join(groups)


# -- assignments -------------------------------------------------------------------------------


def add_assignment(
    session: Session, account_id: int, raw: Mapping[str, str], by: Caller
) -> Assignment:
    """Give an account a desk, which ends its sessions.

    `role`, its scope (`instansi`, `opd` or `unit`), `position`, `acting` with `on_behalf_of`,
    `valid_from` (today when empty), `valid_to` (inclusive; a Plt./Plh. needs it). Raises Invalid.
    """
    fields = Fields(raw)
    today = _today(by.at)
    with writing(session):
        account = session.get_one(Account, account_id)
        assignment = _read_assignment(session, fields, today)
        if any(_overlap(assignment, other) for other in account.assignments):
            fields.refuse("valid_from", N_("Akun ini sudah bertugas di meja itu pada masa ini."))
        fields.check()
        account.assignments.append(assignment)
        account.session_epoch += 1
        note(session, Access.ASSIGNED, by, account_id)
    return assignment


def end_assignment(
    session: Session, assignment_id: int, raw: Mapping[str, str], by: Caller
) -> Assignment:
    """Let an assignment end with the day `valid_to` (today when empty); ends sessions.

    Yesterday ends it at once; earlier would deny what the officer was entitled to then.
    Raises Invalid or LastAdministrator.
    """
    fields = Fields(raw)
    today = _today(by.at)
    last_day = fields.day("valid_to", default=today)
    if last_day < today - timedelta(days=1):
        fields.refuse("valid_to", N_("Paling awal kemarin; itu mengakhirinya sekarang juga."))
    fields.check()
    with writing(session):
        assignment = session.get_one(Assignment, assignment_id)
        assignment.valid_to = last_day
        assignment.account.session_epoch += 1
        if assignment.role == Role.ADMINISTRATOR:
            _check_administrators(session, by.at)
        note(session, Access.ASSIGNMENT_ENDED, by, assignment.account_id)
    return assignment


def _read_assignment(session: Session, fields: Fields, today: date) -> Assignment:
    role = fields.choice("role", [role.value for role in ROLES])
    acting = fields.choice("acting", ACTING, required=False)
    on_behalf_of = fields.line("on_behalf_of", required=False, limit=120)
    if on_behalf_of and not acting:
        fields.refuse("on_behalf_of", N_("Hanya untuk Plt. atau Plh."))
    valid_from = fields.day("valid_from", default=today)
    valid_to = fields.day("valid_to", default=date.max)
    if valid_to < max(valid_from, today):
        fields.refuse("valid_to", N_("Hari terakhir sudah lewat atau sebelum hari pertama."))
    if acting and valid_to == date.max:
        fields.refuse("valid_to", N_("Penugasan Plt. atau Plh. perlu tanggal akhir."))
    return Assignment(
        role=role,
        position=fields.line("position", required=False, limit=120),
        acting=acting,
        on_behalf_of=on_behalf_of,
        valid_from=valid_from,
        valid_to=None if valid_to == date.max else valid_to,
        **_read_scope(session, fields, role),
    )


def _read_scope(session: Session, fields: Fields, role: str) -> dict[str, int]:
    if not role or Role(role) not in SCOPES:
        return {}
    name, table = SCOPES[Role(role)]
    text = fields.line(name)
    found = session.get(table, int(text) if text.isdecimal() and len(text) < 10 else 0)
    match found:
        case Unit(active=True):
            return {"opd_id": found.opd_id, "unit_id": found.id}
        case Opd(active=True):
            return {"opd_id": found.id}
        case Instansi():
            return {"instansi_id": found.id}
    fields.refuse(name, CHOOSE)
    return {}


def _overlap(a: Assignment, b: Assignment) -> bool:
    same_desk = all(
        getattr(a, column) == getattr(b, column)
        for column in ("role", "instansi_id", "opd_id", "unit_id", "acting")
    )
    a_ends, b_ends = a.valid_to or date.max, b.valid_to or date.max
    return same_desk and a.valid_from <= b_ends and b.valid_from <= a_ends


def _check_administrators(session: Session, now: datetime) -> None:
    """At least one must be left whose assignment has no end."""
    session.flush()
    if not any(one.valid_to is None for one in _administrators(session, _today(now))):
        raise LastAdministrator()


def _administrators(session: Session, today: date) -> list[Assignment]:
    """The administrators' assignments valid today, of active accounts."""
    assignments = session.scalars(
        select(Assignment)
        .join(Assignment.account)
        .where(Assignment.role == Role.ADMINISTRATOR, Account.active)
    )
    return [assignment for assignment in assignments if assignment.is_valid_on(today)]


def _today(now: datetime) -> date:
    return now.astimezone(ZONE).date()
