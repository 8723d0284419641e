"""Files that officers attach: what may come in, and where their bytes lie."""

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from portal.cases.identity import identity_of, is_protected
from portal.identity.scan import hide
from portal.models import Attachment, Complaint
from portal.sop.text import N_, Refusal

MAX_BYTES = 10 * 1024 * 1024
# How the name of the file for the Ombudsman begins, which is made after the entry that it is for.
DOSSIER = "berkas-ombudsman-"
_SIGNATURES = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
_ENDINGS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file: its name, its bytes, and what was found in them that speaks against it.

    Those of a request are made by `upload_checks.examine`.
    """

    name: str
    content: bytes
    refusal: Refusal | None = None


class TooLarge(Refusal):
    """More than `MAX_BYTES`."""


def check_announced(name: str, size: int) -> None:
    """Raises Refusal for a name or a size (bytes) that no content could make acceptable."""
    if not size:
        raise Refusal(N_("Berkas “%(name)s” kosong."), name=name)
    if size > MAX_BYTES:
        raise TooLarge(
            N_("Berkas “%(name)s” lebih dari %(limit)s MB. Perkecil atau bagi berkasnya."),
            name=name,
            limit=MAX_BYTES // 1024**2,
        )
    if not name.lower().endswith(tuple(chain.from_iterable(_ENDINGS.values()))):
        raise _unknown(name)


def check_upload(upload: Upload) -> str:
    """The media type of an acceptable upload, told by its content; else raises Refusal."""
    if upload.refusal:
        raise upload.refusal
    check_announced(upload.name, len(upload.content))
    for signature, media_type in _SIGNATURES.items():
        if upload.content.startswith(signature):
            if upload.name.lower().endswith(_ENDINGS[media_type]):
                return media_type
            break
    raise _unknown(upload.name)


def _unknown(name: str) -> Refusal:
    return Refusal(
        N_("Berkas “%(name)s” bukan PDF, JPEG, atau PNG. Hanya itu yang diterima."), name=name
    )


def safe_name(name: str) -> str:
    """The file's own name without folders or characters that systems trip over."""
    base = re.split(r"[\\/]", name)[-1]
    return re.sub(r"[^\w .()+-]", "_", base).strip(" .")[-150:] or "berkas"


def store(folder: Path, content: bytes) -> str:
    """Keep `content` under its SHA-256 in `folder`, written whole or not at all; the hash."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(folder, sha256)
    if not path.exists():
        drafts = incoming_folder(folder)
        for needed in (drafts, path.parent):
            needed.mkdir(parents=True, exist_ok=True)
        draft = drafts / f"{uuid4().hex}.draft"
        try:
            with draft.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())  # the entry that names it must not outlive it
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        _sync(path.parent)
    return sha256


def incoming_folder(folder: Path) -> Path:
    """Where bytes lie that are not a whole file yet; what is forgotten there is swept up."""
    return folder / "incoming"


def _sync(folder: Path) -> None:
    """Let the names in `folder` outlive a power cut, as their bytes do."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class FileDamaged(Refusal):
    """A kept file is gone, or no longer the bytes that were kept."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Berkas ini hilang atau berubah di penyimpanan. Beri tahu administrator, agar "
                "dipulihkan dari cadangan."
            )
        )


def path_of(folder: Path, sha256: str) -> Path:
    return folder / sha256[:2] / sha256


def read_kept(folder: Path, sha256: str) -> bytes:
    """What was kept under `sha256`, if it is still that. Raises FileDamaged."""
    path = path_of(folder, sha256)
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise FileDamaged
    return content


def keep_files(
    session: Session,
    complaint: Complaint,
    files: Sequence[Upload],
    folder: Path,
    now: datetime,
) -> list[Attachment]:
    """Keep uploads that `check_upload` took, for the complaint's next entry."""
    kept = []
    who = identity_of(session, complaint) if files and is_protected(complaint) else None
    for upload in files:
        sha256 = store(folder, upload.content)
        name = safe_name(upload.name)
        if who is not None:
            name = hide(name, who, complaint.tracking_id)
        kept.append(
            Attachment(
                complaint_id=complaint.id,
                entry_seq=complaint.seq + 1,
                name=name,
                media_type=check_upload(upload),
                size=len(upload.content),
                sha256=sha256,
                added_at=now,
            )
        )
    session.add_all(kept)
    return kept


def named(files: Sequence[Attachment]) -> dict[str, Any]:
    """The details that an entry names its files by; none for none."""
    names = [{"name": one.name, "sha256": one.sha256, "size": one.size} for one in files]
    return {"files": names} if names else {}
