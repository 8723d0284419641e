"""Whether a PDF that somebody holds is a report of ours: bytes in, a verdict out, never an error.

Only files that begin with bytes that the portal knows are taken apart; all others are compared
by their hashes and their /ID alone, so that garbage reaches no parser.
"""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Generic, Protocol, TypeVar

from portal.reporting.signature import Signature
from portal.sop.text import N_, Refusal

MAX_ENDS = 64
_END = re.compile(rb"%%EOF(?:\r\n|\r|\n)?")
_ID = re.compile(
    rb"/ID\s*\[\s*(?:<(?P<hex>[0-9A-Fa-f\s]{2,128})>|\((?P<text>(?:\\.|[^\\()]){1,64})\))",
    re.DOTALL,
)
_ESCAPED = re.compile(rb"\\(?:(?P<octal>[0-7]{1,3})|(?P<sign>.))", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

Owner = TypeVar("Owner")
Owner_co = TypeVar("Owner_co", covariant=True)


class Verdict(StrEnum):
    GENUINE = "genuine"
    GENUINE_WITH_LATER_SIGNATURE = "genuine_with_later_signature"
    ALTERED = "altered"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Verdict.GENUINE: N_("Asli"),
    Verdict.GENUINE_WITH_LATER_SIGNATURE: N_("Asli, dengan tanda tangan yang ditambahkan kemudian"),
    Verdict.ALTERED: N_("Berubah"),
    Verdict.UNKNOWN: N_("Tidak dikenal"),
}


class Register(Protocol[Owner_co]):
    """What the portal knows of its approved and signed files."""

    def by_sha256(self, digests: Collection[str]) -> Mapping[str, Owner_co]:
        """Of these SHA-256 (hex), the known ones, each with the file it belongs to."""

    def by_identity(self, identities: Collection[str]) -> Owner_co | None:
        """The file that bears one of these identities (see `identity`)."""


@dataclass(frozen=True, slots=True)
class Finding(Generic[Owner]):
    """`file` is the known file that it is, begins with, or stems from (None: unknown).

    `added`: the signatures after the known bytes, which the portal knows nothing else about.
    """

    verdict: Verdict
    file: Owner | None
    added: tuple[Signature, ...] = ()


def verify(
    pdf: bytes, register: Register[Owner], *, now: datetime, roots: Sequence[bytes] = ()
) -> Finding[Owner]:
    """Compare a file with all that the portal approved or keeps signed.

    Genuine: byte for byte a known file. With a later signature: a known file, unchanged, and then
    only intact signatures. Altered: more or less than that, or a known file's /ID over other
    bytes (re-saved, edited, damaged). Unknown: nothing known in it, which is no proof of forgery.
    """
    lengths = _prefixes(pdf)
    known = register.by_sha256(lengths)
    if known:
        digest = max(known, key=lambda digest: lengths[digest])
        return _compared(pdf, lengths[digest], known[digest], now, roots)
    identities = _identities(pdf)
    stem = register.by_identity(identities) if identities else None
    return Finding(Verdict.UNKNOWN if stem is None else Verdict.ALTERED, stem)


def identity(pdf: bytes) -> str | None:
    """The permanent half of a PDF's /ID (ISO 32000-1, 14.4), hexadecimal, to keep with a file."""
    return next(iter(_identities(pdf)), None)


def _compared(
    pdf: bytes, length: int, file: Owner, now: datetime, roots: Sequence[bytes]
) -> Finding[Owner]:
    if length == len(pdf):
        return Finding(Verdict.GENUINE, file)
    from portal.reporting.revisions import appended_signatures

    try:
        added = appended_signatures(pdf, length, now=now, roots=roots)
    except Refusal:
        return Finding(Verdict.ALTERED, file)
    return Finding(Verdict.GENUINE_WITH_LATER_SIGNATURE, file, added)


def _prefixes(pdf: bytes) -> dict[str, int]:
    """SHA-256 of the whole file and of what ends at each of its first %%EOF, with the lengths."""
    ends = (
        end
        for match in islice(_END.finditer(pdf), MAX_ENDS)
        for end in sorted({match.start() + len(b"%%EOF"), match.end()})
    )
    lengths, hasher, at = {}, hashlib.sha256(), 0
    for end in [*ends, len(pdf)]:
        hasher.update(memoryview(pdf)[at:end])
        lengths[hasher.hexdigest()] = at = end
    return lengths


def _identities(pdf: bytes) -> list[str]:
    matches = islice(_ID.finditer(pdf), MAX_ENDS)
    return list(dict.fromkeys(_hexadecimal(match["hex"], match["text"]) for match in matches))


def _hexadecimal(hexadecimal: bytes | None, text: bytes) -> str:
    """A PDF string, written in either way (ISO 32000-1, 7.3.4), in hexadecimal."""
    if hexadecimal is None:
        return _ESCAPED.sub(_escaped, text).hex()
    digits = b"".join(hexadecimal.split()).decode().lower()
    return digits + "0" * (len(digits) % 2)


def _escaped(match: re.Match[bytes]) -> bytes:
    if octal := match["octal"]:
        return bytes([int(octal, 8) & 255])
    return _ESCAPES.get(match["sign"], match["sign"])
