"""Sealing who complained, opening it again, and keeping it out of the complaint's own words.

A protected complaint (anonymous or confidential) is stored without what tells who its reporter is:
whoever reads a title in a list, searches, or prints, finds nothing to hide. The words as they were
written lie sealed beside the reporter's identity.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any, Protocol

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from portal.access import Actor, sees_reporter, visible_to
from portal.identity.person import FIELDS, NOBODY, Identity, phone_key
from portal.identity.scan import hide
from portal.identity.vault import Key, Tampered, Vault
from portal.models import Complaint, Entry, Reporter
from portal.models.base import chunks
from portal.sop.procedure import Role
from portal.sop.vocabulary import Action

WORDS = ("title", "body")
# Of a protected complaint these are kept without its reporter, and as written nowhere.
UNSEALED = ("category", "kelurahan")
_LOOKED_UP = ("nik", "phone")
_values = attrgetter(*FIELDS)
_UNKNOWN = dict.fromkeys((*FIELDS, *WORDS, *(f"{name}_hash" for name in _LOOKED_UP)))


class Private(Protocol):
    """A complaint, or a row that tells of one."""

    @property
    def anonymous(self) -> bool: ...
    @property
    def confidential(self) -> bool: ...


def is_protected(complaint: Private) -> bool:
    return complaint.anonymous or complaint.confidential


def vault_of(session: Session) -> Vault:
    """The keys of the portal whose database `session` is on."""
    vault: Vault = session.get_bind().get_execution_options()["vault"]
    return vault


# -- sealing -------------------------------------------------------------------------------------


def sealed_values(
    key: Key, tracking_id: str, who: Identity, words: Mapping[str, str]
) -> dict[str, Any]:
    """The columns of a `Reporter` but its complaint's id; `words`: its title or body as written."""
    values: dict[str, Any] = {**_UNKNOWN, "key": key.number, "salt": os.urandom(16)}
    texts = {name: text for name, text in zip(FIELDS, _values(who), strict=True) if text}
    for name, text in {**texts, **words}.items():
        values[name] = _sealed(key, tracking_id, name, text)
    for name in texts.keys() & _LOOKED_UP:
        values[f"{name}_hash"] = _lookup(key, name, texts[name])
    return values


def _sealed(key: Key, tracking_id: str, name: str, text: str) -> bytes | None:
    return key.seal(text.encode(), _place(tracking_id, name)) if text else None


def _place(tracking_id: str, name: str) -> str:
    return f"{tracking_id}/{name}"


def _lookup(key: Key, name: str, value: str) -> bytes | None:
    plain = phone_key(value) if name == "phone" else value
    return key.lookup(name, plain) if plain else None


def commitment(salt: bytes, who: Identity) -> str:
    """SHA-256 (hex) by which the history vouches for an identity without saying it."""
    said = _canonical(_values(who))
    return hashlib.sha256(salt + said.encode()).hexdigest()


_canonical = json.JSONEncoder(ensure_ascii=False).encode


def take_reporter(session: Session, complaint: Complaint, who: Identity) -> dict[str, str]:
    """Seal who `complaint`, not stored yet, is from, and hide it in its words if it is protected.

    Returns what the entry of its arrival says of the reporter.
    """
    written = {name: getattr(complaint, name) for name in WORDS}
    if is_protected(complaint):
        for name, text in written.items():
            setattr(complaint, name, hide(text, who, complaint.tracking_id))
        _hide_unsealed(complaint, who)
    hidden = {name: text for name, text in written.items() if text != getattr(complaint, name)}
    if not (who or hidden):
        return {}
    values = sealed_values(vault_of(session).current, complaint.tracking_id, who, hidden)
    complaint.reporter = Reporter(**values)
    return {"reporter": commitment(values["salt"], who)} if who else {}


def keep_words(
    session: Session, complaint: Complaint, words: Mapping[str, str], *, protected: bool
) -> dict[str, str]:
    """Keep title or body anew, as they were written; what the complaint says of them.

    Of a protected complaint that is without its reporter, and the rest is sealed.
    """
    reporter = complaint.reporter
    key = vault_of(session).key(reporter.key) if reporter else vault_of(session).current
    number = complaint.tracking_id
    who = _identity(key, number, reporter) if reporter else NOBODY
    shown = {name: hide(text, who, number) for name, text in words.items()} if protected else words
    hidden = {name: text if text != shown[name] else "" for name, text in words.items()}
    if reporter is None and any(hidden.values()):
        values = sealed_values(key, number, NOBODY, hidden)
        complaint.reporter = Reporter(**values)
    elif reporter is not None:
        for name, text in hidden.items():
            setattr(reporter, name, _sealed(key, number, name, text))
    return dict(shown)


def hide_beside(session: Session, complaint: Complaint) -> None:
    """Take the reporter of `complaint`, protected from now on, out of what is not sealed of it.

    The names of its files stay, for its entries vouch for them: they are shown without him. Raises
    KeysUnusable and Tampered.
    """
    _hide_unsealed(complaint, identity_of(session, complaint))


def _hide_unsealed(complaint: Complaint, who: Identity) -> None:
    for name in UNSEALED:
        setattr(complaint, name, hide(getattr(complaint, name), who, complaint.tracking_id))


def reseal(vault: Vault, reporter: Reporter, tracking_id: str, new: Key) -> None:
    """Seal everything of `reporter` by another key. Raises KeysUnusable and Tampered."""
    old = vault.key(reporter.key)
    who = _identity(old, tracking_id, reporter)
    words = {name: _opened(old, tracking_id, name, reporter) for name in WORDS}
    values = {**sealed_values(new, tracking_id, who, words), "salt": reporter.salt}
    for name, value in values.items():
        setattr(reporter, name, value)


# -- opening -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """A complaint as it was told: who told it, and its words."""

    who: Identity
    title: str
    body: str


def told(session: Session, complaint: Complaint) -> Told:
    """Raises KeysUnusable and Tampered."""
    reporter = complaint.reporter
    if reporter is None:
        return Told(NOBODY, complaint.title, complaint.body)
    key, number = vault_of(session).key(reporter.key), complaint.tracking_id
    return Told(
        _identity(key, number, reporter),
        _opened(key, number, "title", reporter) or complaint.title,
        _opened(key, number, "body", reporter) or complaint.body,
    )


def identity_of(session: Session, complaint: Complaint) -> Identity:
    """Who complained. Raises KeysUnusable and Tampered."""
    return told(session, complaint).who


def names_of(session: Session, complaints: Iterable[Complaint]) -> dict[int, str]:
    """The names of those reporters that need no protection, by their complaints' ids."""
    plain = {one.id: one.tracking_id for one in complaints if not is_protected(one)}
    vault = vault_of(session)
    query = select(Reporter).where(Reporter.name.is_not(None))
    return {
        one.complaint_id: _opened(vault.key(one.key), plain[one.complaint_id], "name", one)
        for some in chunks(plain)
        for one in session.scalars(query.where(Reporter.complaint_id.in_(some)))
    }


def _identity(key: Key, tracking_id: str, reporter: Reporter) -> Identity:
    return Identity(**{name: _opened(key, tracking_id, name, reporter) for name in FIELDS})


def _opened(key: Key, tracking_id: str, name: str, reporter: Reporter) -> str:
    sealed: bytes | None = getattr(reporter, name)
    return key.open(sealed, _place(tracking_id, name)).decode() if sealed else ""


def shown_to(actor: Actor, complaint: Complaint, tale: Told, *, opened: bool) -> Told:
    """What `actor` may know of `tale`; `opened`: he has opened the identity.

    Of a plain complaint everybody who has it may know the reporter but for the NIK, which no
    follow-up needs.
    """
    if opened or actor.role is Role.ADMIN_INSTANSI:
        return tale
    who = replace(tale.who, nik="") if sees_reporter(actor, complaint) else NOBODY
    return Told(who, complaint.title, complaint.body)


def fellow_complaints(session: Session, actor: Actor, complaint: Complaint) -> list[str]:
    """The Tracking IDs of the other complaints of the same NIK or telephone number, newest first.

    Only as far as `actor` sees them.
    """
    same = is_from(session, identity_of(session, complaint))
    if same is None:
        return []
    query = (
        select(Complaint.tracking_id)
        .join(Reporter, Reporter.complaint_id == Complaint.id)
        .where(same, Complaint.id != complaint.id, visible_to(actor))
        .order_by(Complaint.arrived_at.desc())
    )
    return list(session.scalars(query.limit(20)))


def is_from(session: Session, who: Identity) -> ColumnElement[bool] | None:
    """The condition on reporters that have the NIK or the telephone number of `who`; None when
    neither is known.

    Under each key, for a rotation may be under way.
    """
    keys = vault_of(session).keys().values()
    hashes = {
        name: [_lookup(key, name, getattr(who, name)) for key in keys]
        for name in _LOOKED_UP
        if getattr(who, name)
    }
    if not hashes:
        return None
    return or_(*(getattr(Reporter, f"{name}_hash").in_(known) for name, known in hashes.items()))


# -- what the history vouches for ----------------------------------------------------------------


def disproved(session: Session) -> int | None:
    """The first complaint whose sealed reporter is not the one that its arrival vouches for, or
    gone without an entry that tells of it.

    Raises KeysUnusable.
    """
    forgotten = set(
        session.scalars(select(Entry.complaint_id).where(Entry.action == Action.ANONYMISE))
    )
    query = (
        select(Complaint.id, Complaint.tracking_id, Entry.kept, Reporter)
        .join(Entry, (Entry.complaint_id == Complaint.id) & (Entry.seq == 1))
        .outerjoin(Reporter, Reporter.complaint_id == Complaint.id)
        .order_by(Complaint.id)
        .execution_options(yield_per=1000)
    )
    vault = vault_of(session)
    for complaint_id, tracking_id, details, reporter in session.execute(query):
        vouched = None if complaint_id in forgotten else details.get("reporter")
        try:
            found = _vouched(vault, tracking_id, reporter) if reporter else ""
        except Tampered:
            return int(complaint_id)
        if vouched is not None and vouched != found:
            return int(complaint_id)
    return None


def _vouched(vault: Vault, tracking_id: str, reporter: Reporter) -> str:
    who = _identity(vault.key(reporter.key), tracking_id, reporter)
    return commitment(reporter.salt, who)
