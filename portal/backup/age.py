"""Sealing in the format age (age-encryption.org/v1): what is sealed here, `age -d` opens.

A backup is sealed for a recipient, whose secret is not needed to make one and so does not lie on
the server. The secret lies in a file, itself sealed with a passphrase.
"""

import errno
from collections.abc import Callable, Iterable
from typing import IO, Any

import pyrage

from portal.sop.text import N_, Refusal

SECRET = "AGE-SECRET-KEY-"  # noqa: S105 - how the line with the secret begins
LEAST_PASSPHRASE = 12


class BadKey(Refusal):
    """What should be a recipient, a key file or its passphrase is not."""


class Unopenable(Refusal):
    """Sealed for another key, cut short or altered; it cannot be told which."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Cadangan ini tidak dapat dibuka: kuncinya lain, atau berkasnya terpotong atau "
                "berubah. Tidak ada yang dipulihkan."
            )
        )


def new_key(passphrase: str) -> tuple[str, bytes]:
    """A new recipient, and the file of its secret sealed with `passphrase`. Raises BadKey."""
    if len(passphrase) < LEAST_PASSPHRASE:
        raise BadKey(N_("Frasa sandi paling sedikit %(n)s huruf."), n=LEAST_PASSPHRASE)
    identity = pyrage.x25519.Identity.generate()
    recipient = str(identity.to_public())
    content = f"# public key: {recipient}\n{identity}\n"
    return recipient, pyrage.passphrase.encrypt(content.encode(), passphrase)


def read_key(content: bytes, ask: Callable[[], str]) -> Any:
    """The identity in a key file; `ask` is asked for the passphrase if the file is sealed.

    Files of `age-keygen` are taken as well. Raises BadKey.
    """
    if content.startswith(b"age-encryption.org/"):
        try:
            content = pyrage.passphrase.decrypt(content, ask())
        except pyrage.DecryptError:
            raise BadKey(N_("Frasa sandinya keliru, atau berkas kuncinya rusak.")) from None
    for line in content.decode("ascii", errors="replace").splitlines():
        if line.startswith(SECRET):
            try:
                return pyrage.x25519.Identity.from_str(line.strip())
            except pyrage.IdentityError:
                break
    raise BadKey(N_("Berkas itu bukan kunci cadangan."))


def seal(blocks: Iterable[bytes], target: IO[bytes], recipient: str) -> None:
    """Write `blocks` sealed for `recipient`. Raises BadKey, OSError."""
    try:
        to = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError:
        raise BadKey(N_("PORTAL_BACKUP_RECIPIENT bukan kunci umum age (age1…).")) from None
    try:
        pyrage.encrypt_io(_Stream(blocks), target, [to])
    except pyrage.EncryptError as error:
        # pyrage keeps of an OSError only its text
        raise OSError(errno.EIO, str(error).rpartition("] ")[2]) from None


def unseal(source: IO[bytes], target: IO[bytes], identity: Any) -> None:
    """Write what is sealed in `source`, if all of it is as it was. Raises Unopenable, OSError.

    What was written before the fault is genuine but not all: it must not be used.
    """
    try:
        pyrage.decrypt_io(source, target, [identity])
    except pyrage.DecryptError:
        raise Unopenable from None
    except OSError as error:
        if error.errno is None:  # so pyrage tells of a block that is not what was sealed
            raise Unopenable from None
        raise


class _Stream:
    """Blocks as a file that can be read."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._rest = memoryview(b"")

    def read(self, size: int) -> bytes:
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return b""
            self._rest = memoryview(block)
        found, self._rest = self._rest[:size], self._rest[size:]
        return bytes(found)
