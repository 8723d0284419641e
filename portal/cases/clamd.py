"""Asking ClamAV's daemon about a file (the protocol is in `man clamd`, INSTREAM)."""

import logging
import re
import socket
from collections.abc import Iterator

from portal.sop.text import N_, Refusal

SECONDS = 30
_PIECE = 64 * 1024
_LONGEST_ANSWER = 1000
log = logging.getLogger("portal")


class NoAnswer(Refusal):
    """The daemon is configured and cannot be asked: then nothing comes in."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Pemeriksa virus tidak menyahut, jadi berkas belum diterima. Coba lagi nanti; bila "
                "terulang, beri tahu administrator."
            )
        )


def find_virus(content: bytes, address: str) -> str | None:
    """The name of the virus in `content`, None for none. Raises NoAnswer.

    `address` of the daemon is "host:port" or the path of a socket.
    """
    try:
        answer = _ask(content, address)
    except OSError as error:
        log.warning("clamd address=%s type=%s", address, type(error).__name__)
        raise NoAnswer from None
    if answer == "stream: OK":
        return None
    found = re.fullmatch(r"stream: (.+) FOUND", answer)
    if found is None:
        log.warning("clamd address=%s answer=%r", address, answer)
        raise NoAnswer
    return found[1]


def _ask(content: bytes, address: str) -> str:
    with _connected(address) as line:
        line.settimeout(SECONDS)
        line.sendall(b"zINSTREAM\0")
        for piece in _pieces(content):
            line.sendall(len(piece).to_bytes(4, "big") + piece)
        with line.makefile("rb") as answers:
            return answers.read(_LONGEST_ANSWER).decode(errors="replace").rstrip("\0")


def _connected(address: str) -> socket.socket:
    if not address.startswith("/"):
        host, _, port = address.rpartition(":")
        return socket.create_connection((host, int(port)), timeout=SECONDS)
    line = socket.socket(socket.AF_UNIX)
    try:
        line.connect(address)
    except OSError:
        line.close()
        raise
    return line


def _pieces(content: bytes) -> Iterator[bytes]:
    """`content` piece by piece; an empty one ends it."""
    for start in range(0, len(content), _PIECE):
        yield content[start : start + _PIECE]
    yield b""
