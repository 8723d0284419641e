"""The chain of hashes over the history: adding to it, and finding where it was broken."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Entry, LedgerDay
from portal.sop.office_time import ZONE

NO_HASH = "0" * 64


class Ledger:
    """The head of the chain, held for the length of one write transaction.

    Entries are added one after another; `close` writes the head back.
    """

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        day = now.astimezone(ZONE).date()
        heads = select(LedgerDay).order_by(LedgerDay.day.desc()).limit(1).with_for_update()
        head = session.scalars(heads).one_or_none()
        self.last_hash = head.last_hash if head else NO_HASH
        # A clock that was set back does not open a day before the newest.
        if head is None or head.day < day:
            head = LedgerDay(day=day, entries=0, last_hash=self.last_hash)
            session.add(head)
        self._head = head

    def add(self, entry: Entry, previous_hash: str) -> None:
        """Chain `entry`, complete but for its hashes, behind the complaint's `previous_hash`."""
        entry.previous_hash = previous_hash
        entry.ledger_hash = self.last_hash
        entry.hash = entry.compute_hash()
        self.extend(entry.hash, 1)
        self._session.add(entry)

    def extend(self, last_hash: str, entries: int) -> None:
        """Note that `entries` more stand in the chain, the last of them hashed `last_hash`."""
        self.last_hash = last_hash
        self._head.last_hash = last_hash
        self._head.entries += entries


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry that does not fit: its id, complaint, number there, and what is wrong."""

    entry_id: int | None
    complaint_id: int | None
    seq: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many entries were read, and the first break if there is one."""

    entries: int
    broken: Break | None


def verify_ledger(session: Session) -> Verdict:
    """Read the whole history in the order of recording and check every link."""
    last_hash = NO_HASH
    complaints: dict[int, tuple[int, str]] = {}
    days: dict[date, tuple[int, str]] = {}
    count = 0
    day = date.min
    for entry in session.scalars(
        select(Entry).order_by(Entry.id).execution_options(yield_per=1000)
    ):
        seq, previous = complaints.get(entry.complaint_id, (0, NO_HASH))
        reason = _flaw(entry, seq, previous, last_hash)
        if reason:
            return Verdict(count, Break(entry.id, entry.complaint_id, entry.seq, reason))
        count += 1
        last_hash = entry.hash
        complaints[entry.complaint_id] = (entry.seq, entry.hash)
        day = max(day, entry.recorded_at.astimezone(ZONE).date())
        days[day] = (days.get(day, (0, ""))[0] + 1, entry.hash)
    return Verdict(count, _day_break(session, days))


def _flaw(entry: Entry, seq: int, previous_hash: str, last_hash: str) -> str:
    if entry.hash != entry.compute_hash():
        return "isinya tidak sesuai dengan sidik (hash) yang tersimpan"
    if entry.seq != seq + 1:
        return f"catatan sebelumnya hilang: nomor {entry.seq} menyusul nomor {seq}"
    if entry.previous_hash != previous_hash:
        return "tidak menyambung pada catatan pengaduan sebelumnya"
    if entry.ledger_hash != last_hash:
        return "tidak menyambung pada catatan portal sebelumnya"
    return ""


def _day_break(session: Session, days: dict[date, tuple[int, str]]) -> Break | None:
    for head in session.scalars(select(LedgerDay).order_by(LedgerDay.day)):
        entries, last_hash = days.pop(head.day, (0, head.last_hash))
        if (entries, last_hash) != (head.entries, head.last_hash):
            reason = (
                f"hari {head.day.isoformat()} mencatat {head.entries} catatan, "
                f"yang ada {entries}: catatan terakhir hilang atau bertambah"
            )
            return Break(None, None, None, reason)
    if days:
        return Break(None, None, None, f"hari {min(days).isoformat()} tidak tercatat di buku hari")
    return None
