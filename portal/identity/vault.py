"""The keys that seal identities: a file outside the database, and what is done with them.

Each line of the file is a key's number and its 32 bytes in hex. The last key seals; the others
open what was sealed before it. From each come two keys by HKDF: one for AES-GCM, one for HMAC.
"""

import hmac
import os
import re
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.sop.text import N_, Refusal

_LINE = re.compile(r"([1-9][0-9]{0,8}) ([0-9a-f]{64})")
_NONCE = 12


class KeysUnusable(Refusal):
    """The keys are not there, or not those that are needed; the sentence says what to do."""


class Key:
    """One key: it seals a text for a place, so that it cannot be opened in another."""

    def __init__(self, number: int, secret: bytes) -> None:
        self.number = number
        self.secret = secret
        self._cipher = AESGCM(_derived(secret, b"seal"))
        self._lookup = _derived(secret, b"lookup")
        # tells a wrong key from the right one; says nothing of either
        self.fingerprint = _derived(secret, b"fingerprint")[:8].hex()

    def seal(self, content: bytes, place: str) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, content, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """What was sealed for `place`. Raises Tampered."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
        except (InvalidTag, ValueError):
            raise Tampered from None

    def lookup(self, field: str, value: str) -> bytes:
        """The keyed hash by which the same value of a field is found again."""
        return hmac.digest(self._lookup, f"{field}:{value}".encode(), "sha256")


class Tampered(Exception):
    """What is stored was not sealed by this key for this place."""


class Vault:
    """The keys in a file, read when first needed and again whenever the file is replaced."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._version: tuple[int, int] | None = None
        self._keys: dict[int, Key] = {}

    @property
    def current(self) -> Key:
        """The key that seals now. Raises KeysUnusable."""
        keys = self.keys()
        return keys[max(keys)]

    def key(self, number: int) -> Key:
        """Raises KeysUnusable when there is no such key."""
        try:
            return self.keys()[number]
        except KeyError:
            raise KeysUnusable(
                N_("Kunci identitas nomor %(no)s tidak ada di %(path)s; pulihkan dari salinannya."),
                no=number,
                path=self._path,
            ) from None

    def keys(self) -> dict[int, Key]:
        """Every key by its number. Raises KeysUnusable."""
        try:
            stat = self._path.stat()
            if self._version != (version := (stat.st_mtime_ns, stat.st_ino)):
                self._keys = self._read()
                self._version = version
        except FileNotFoundError:
            raise KeysUnusable(
                N_(
                    "Berkas kunci identitas %(path)s tidak ada; pulihkan dari salinannya, atau "
                    "sebut letaknya di PORTAL_IDENTITY_KEYS."
                ),
                path=self._path,
            ) from None
        except OSError as error:
            raise KeysUnusable(
                N_("Berkas kunci identitas %(path)s tidak dapat dibaca (%(why)s)."),
                path=self._path,
                why=error.strerror,
            ) from None
        return self._keys

    def _read(self) -> dict[int, Key]:
        lines = self._path.read_text(encoding="ascii", errors="replace").splitlines()
        found = [_LINE.fullmatch(line.strip()) for line in lines if line.strip()]
        keys = {int(line[1]): Key(int(line[1]), bytes.fromhex(line[2])) for line in found if line}
        if not keys or len(keys) != len(found):
            raise KeysUnusable(
                N_("Berkas kunci identitas %(path)s rusak; pulihkan dari salinannya."),
                path=self._path,
            )
        return keys

    def create(self) -> None:
        """Make the file with a first key, unless it is there."""
        if not self._path.exists():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._write({1: Key(1, secrets.token_bytes(32))})

    def add_key(self) -> Key:
        """A new key, which seals from now on. Raises KeysUnusable."""
        keys = self.keys()
        new = Key(max(keys) + 1, secrets.token_bytes(32))
        self._write({**keys, new.number: new})
        return new

    def _write(self, keys: dict[int, Key]) -> None:
        """Replace the file whole; `mkstemp` makes it readable by its owner alone."""
        handle, draft = tempfile.mkstemp(dir=self._path.parent)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.writelines(f"{key.number} {key.secret.hex()}\n" for key in keys.values())
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, self._path)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(draft)
            raise


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"portal identity " + purpose).derive(secret)
