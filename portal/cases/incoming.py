"""Files that come in part by part, over a line that may break between any two bytes.

How much of one has come is the size of its file in the folder `incoming`; nothing else counts it,
so whatever arrived before a break is kept, and a break needs no bookkeeping.
"""

import fcntl
import os
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.cases.answers import Invalid
from portal.cases.files import Upload, check_announced, check_upload, incoming_folder, safe_name
from portal.cases.upload_checks import examine
from portal.models import IncomingFile, writing
from portal.sop.text import N_, Refusal

# Longer than a weekend: a form left open on Friday is sent on Monday.
LIFETIME = timedelta(days=4)
MOST_AT_ONCE = 30
# Far longer than any request takes.
_DRAFT_LIFETIME = timedelta(hours=1)


class NotHere(Refusal):
    """There is no such file of this account, or no longer."""

    def __init__(self) -> None:
        super().__init__(N_("Unggahan ini sudah tidak ada. Pilih lagi berkasnya."))


class TooMany(Refusal):
    """An account keeps too many files that it attaches to nothing."""

    def __init__(self) -> None:
        super().__init__(
            N_("Terlalu banyak berkas yang diunggah tanpa dikirim. Kirim dulu formulirnya.")
        )


class WrongOffset(Exception):
    """What was sent does not begin where the file ends, or goes beyond its announced size."""


def begin(
    session: Session, actor: Actor, name: str, size: int, described: str, now: datetime
) -> IncomingFile:
    """Expect a file of `size` bytes. Raises Refusal for one that would not be taken; TooMany."""
    name = safe_name(name)
    check_announced(name, size)
    with writing(session):
        waiting = select(func.count()).where(
            IncomingFile.account_id == actor.account_id, IncomingFile.expires_at > now
        )
        if session.scalars(waiting).one() >= MOST_AT_ONCE:
            raise TooMany
        incoming = IncomingFile(
            token=uuid4().hex,
            account_id=actor.account_id,
            name=name,
            size=size,
            described=described,
            expires_at=now + LIFETIME,
        )
        session.add(incoming)
    return incoming


def find(session: Session, actor: Actor, token: str, now: datetime) -> IncomingFile:
    """The actor's own file of that token. Raises NotHere."""
    incoming = session.get(IncomingFile, token)
    if incoming is None or incoming.account_id != actor.account_id or incoming.expires_at <= now:
        raise NotHere
    return incoming


def arrived(folder: Path, incoming: IncomingFile) -> int:
    """How many bytes of it have come."""
    path = _path(folder, incoming.token)
    return path.stat().st_size if path.exists() else 0


def receive(folder: Path, incoming: IncomingFile, offset: int, pieces: Iterable[bytes]) -> int:
    """Add `pieces` from `offset` on, each kept as it comes; how many bytes there are then.

    The lock is held for one piece only: a sender whose line died in the middle of a part holds up
    nobody who goes on for him. Raises WrongOffset; the pieces before stay.
    """
    path = _path(folder, incoming.token)
    path.parent.mkdir(parents=True, exist_ok=True)
    if offset != arrived(folder, incoming):
        raise WrongOffset
    with path.open("ab") as file:
        for piece in pieces:
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file.fileno()).st_size != offset or offset + len(piece) > incoming.size:
                raise WrongOffset
            file.write(piece)
            file.flush()
            fcntl.flock(file, fcntl.LOCK_UN)
            offset += len(piece)
    return offset


def settle(folder: Path, incoming: IncomingFile, clamd: str) -> None:
    """Once a file is whole, examine it and keep beside it what may be attached.

    Raises Refusal for one that may not come in. Done again it does nothing.
    """
    if arrived(folder, incoming) != incoming.size or _fit(folder, incoming.token).exists():
        return
    path = _path(folder, incoming.token)
    upload = examine(incoming.name, path.read_bytes(), clamd)
    check_upload(upload)
    draft = path.with_suffix(f".{uuid4().hex}")
    draft.write_bytes(upload.content)
    draft.replace(_fit(folder, incoming.token))


def give_up(session: Session, incoming: IncomingFile, now: datetime) -> None:
    """Let go of a file: it is gone at once, and its bytes by the next tick."""
    with writing(session):
        session.get_one(IncomingFile, incoming.token).expires_at = now


def whole_ones(
    session: Session, actor: Actor, tokens: Sequence[str], folder: Path, now: datetime
) -> list[IncomingFile]:
    """Those of the actor's files that may be attached, for a form that is shown again."""
    if not tokens:
        return []
    found = session.scalars(
        select(IncomingFile).where(
            IncomingFile.token.in_(tokens),
            IncomingFile.account_id == actor.account_id,
            IncomingFile.expires_at > now,
        )
    )
    return [incoming for incoming in found if _fit(folder, incoming.token).exists()]


def claim(
    session: Session, actor: Actor, tokens: Sequence[str], folder: Path, now: datetime
) -> list[Upload]:
    """The files to attach, in the write transaction that attaches them; their tokens are spent.

    Raises Invalid, at the field `files`, when one of them is not there or not whole.
    """
    uploads = []
    for token in dict.fromkeys(tokens):
        try:
            incoming = find(session, actor, token, now)
        except NotHere as gone:
            raise Invalid({"files": gone}) from None
        fit = _fit(folder, token)
        if not fit.exists():
            raise Invalid({"files": NotHere()})
        uploads.append(Upload(incoming.name, fit.read_bytes()))
        incoming.expires_at = now
    return uploads


def sweep(session: Session, folder: Path, now: datetime) -> int:
    """Remove what has expired, bytes first; how many files that were.

    With it goes what a process left behind that was killed while it kept a file.
    """
    for draft in incoming_folder(folder).glob("*.draft"):
        if draft.stat().st_mtime < (now - _DRAFT_LIFETIME).timestamp():
            draft.unlink(missing_ok=True)
    expired = select(IncomingFile).where(IncomingFile.expires_at <= now)
    if session.scalars(expired.limit(1)).first() is None:
        return 0
    with writing(session):
        found = session.scalars(expired).all()
        for incoming in found:
            for path in _path(folder, incoming.token).parent.glob(f"{incoming.token}*"):
                path.unlink(missing_ok=True)
            session.delete(incoming)
    return len(found)


def _path(folder: Path, token: str) -> Path:
    return incoming_folder(folder) / token


def _fit(folder: Path, token: str) -> Path:
    """Where the file lies as it may be attached, once it has come and been examined."""
    return _path(folder, token).with_suffix(".fit")
