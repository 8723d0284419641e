"""Files that officers attach: what may come in, and where their bytes lie."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from portal.sop.text import N_, Refusal

MAX_BYTES = 10 * 1024 * 1024
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
    """A file as it came: its name and its bytes."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def check_upload(upload: Upload) -> str:
    """The media type of an acceptable upload, told by its content; else raises Refusal."""
    if not upload.content:
        raise Refusal(N_("Berkas “%(name)s” kosong."), name=upload.name)
    if len(upload.content) > MAX_BYTES:
        raise Refusal(
            N_("Berkas “%(name)s” lebih dari %(limit)s MB. Perkecil atau bagi berkasnya."),
            name=upload.name,
            limit=MAX_BYTES // 1024**2,
        )
    for signature, media_type in _SIGNATURES.items():
        if upload.content.startswith(signature):
            if upload.name.lower().endswith(_ENDINGS[media_type]):
                return media_type
            break
    raise Refusal(
        N_("Berkas “%(name)s” bukan PDF, JPEG, atau PNG. Hanya itu yang diterima."),
        name=upload.name,
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
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_bytes(content)
        partial.replace(path)
    return sha256


def path_of(folder: Path, sha256: str) -> Path:
    return folder / sha256[:2] / sha256
