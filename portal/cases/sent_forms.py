"""Forms act once: what a key stands for, however often the line makes a browser send it again."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from portal.access import Actor
from portal.cases.files import Upload
from portal.models import Complaint, SentForm


def digest_of(
    answers: Mapping[str, str], files: Sequence[Upload] = (), uploads: Sequence[str] = ()
) -> str:
    """SHA-256 (hex) of what a form says: its answers, its files, the tokens of its uploads."""
    hashes = [(file.name, hashlib.sha256(file.content).hexdigest()) for file in files]
    said = json.dumps([sorted(answers.items()), hashes, list(uploads)])
    return hashlib.sha256(said.encode()).hexdigest()


def remember(
    session: Session,
    actor: Actor,
    key: str,
    digest: str,
    complaint: Complaint,
    entry_seq: int,
    now: datetime,
) -> None:
    """Note, in the transaction of what it did, that the form under `key` has acted."""
    session.add(
        SentForm(
            key=key,
            account_id=actor.account_id,
            complaint_id=complaint.id,
            entry_seq=entry_seq,
            at=now,
            digest=digest,
        )
    )
