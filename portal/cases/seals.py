"""Seals of the history: its heads, kept outside the portal, and the comparison with them.

The chain alone shows that somebody changed an entry. Who has the database's password can compute
the whole chain anew; not so a seal that was printed on a report or laid on another shelf.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Entry, LedgerDay, Seal
from portal.sop.text import N_, Refusal


class NotASeal(Refusal):
    """A line that no seal was written as; `line` counts from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(N_("Baris %(line)s bukan segel riwayat."), line=line)


def seals(session: Session) -> list[Seal]:
    """A seal for each day on which something was recorded, oldest first."""
    found: list[Seal] = []
    entries = 0
    for head in session.scalars(select(LedgerDay).order_by(LedgerDay.day)):
        entries += head.entries
        found.append(Seal(head.day, entries, head.last_hash))
    return found


def newest_seal(session: Session) -> Seal | None:
    """The seal of all that was recorded until now; None of an empty history."""
    return max(seals(session), key=lambda seal: seal.entries, default=None)


def seal_line(seal: Seal) -> str:
    """`seal` as one line of a file: day, number of entries, SHA-256 in hex."""
    return f"{seal.day} {seal.entries} {seal.last_hash}"


def read_seals(lines: Iterable[str]) -> list[Seal]:
    """The seals that `seal_line` wrote; blank lines are passed over. Raises NotASeal."""
    return [_read(no, line) for no, line in enumerate(lines, 1) if line.strip()]


def _read(no: int, line: str) -> Seal:
    try:
        day, entries, last_hash = line.split()
        seal = Seal(date.fromisoformat(day), int(entries), bytes.fromhex(last_hash).hex())
    except ValueError:
        raise NotASeal(no) from None
    if seal.entries < 1 or len(seal.last_hash) != 64:
        raise NotASeal(no)
    return seal


def broken_seal(session: Session, kept: Sequence[Seal]) -> Seal | None:
    """The earliest of the seals `kept` that the history no longer fits; None when it fits all."""
    waiting = sorted(kept, key=lambda seal: seal.entries, reverse=True)
    if not waiting:
        return None
    hashes = select(Entry.hash).order_by(Entry.id).execution_options(yield_per=10_000)
    for count, found in enumerate(session.scalars(hashes), 1):
        while waiting and waiting[-1].entries == count:
            seal = waiting.pop()
            if seal.last_hash != found:
                return seal
    return waiting[-1] if waiting else None
