"""Opening a backup without the portal and without its library: age v1 as its specification has it.

https://age-encryption.org/v1 - X25519 recipients only; the base64 there has no padding.
"""

import hmac
from base64 import b64decode

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_BECH32 = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"
_CHUNK = 64 * 1024
_TAG = 16


def open_age(content: bytes, secret: str) -> bytes:
    """What is sealed in `content` for the X25519 identity `secret` ("AGE-SECRET-KEY-1...")."""
    end = content.index(b"\n---") + 4
    lines, mac = content[:end].decode().splitlines(), content[end + 1 : end + 44]
    body = content[end + 45 :]
    file_key = _file_key(lines, X25519PrivateKey.from_private_bytes(_secret_bytes(secret)))
    assert hmac.digest(_hkdf(file_key, b"", b"header"), content[:end], "sha256") == _base64(mac)
    return _stream(body[16:], ChaCha20Poly1305(_hkdf(file_key, body[:16], b"payload")))


def _file_key(lines: list[str], own: X25519PrivateKey) -> bytes:
    at = next(no for no, line in enumerate(lines) if line.startswith("-> X25519 "))
    share = _base64(lines[at].split()[2].encode())
    shared = own.exchange(X25519PublicKey.from_public_bytes(share))
    salt = share + own.public_key().public_bytes_raw()
    wrap = ChaCha20Poly1305(_hkdf(shared, salt, b"age-encryption.org/v1/X25519"))
    return wrap.decrypt(bytes(12), _base64(lines[at + 1].encode()), None)


def _stream(body: bytes, cipher: ChaCha20Poly1305) -> bytes:
    step = _CHUNK + _TAG
    chunks = [body[at : at + step] for at in range(0, len(body), step)]
    last = len(chunks) - 1
    return b"".join(
        cipher.decrypt(no.to_bytes(11, "big") + bytes([no == last]), chunk, None)
        for no, chunk in enumerate(chunks)
    )


def _hkdf(key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt or None, info).derive(key)


def _base64(text: bytes) -> bytes:
    return b64decode(text + b"=" * (-len(text) % 4))


def _secret_bytes(secret: str) -> bytes:
    """The 32 bytes of a Bech32 text, whose last six letters are its checksum."""
    letters = secret.rpartition("1")[2][:-6]
    bits = "".join(f"{_BECH32.index(letter):05b}" for letter in letters)
    return int(bits[:256], 2).to_bytes(32, "big")
