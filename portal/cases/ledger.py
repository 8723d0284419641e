"""The chain of hashes over the history: adding to it, and finding where it was broken."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.cases.identity import disproved
from portal.cases.vouched import Files
from portal.models import Complaint, Entry, LedgerDay
from portal.sop.office_time import ZONE
from portal.sop.vocabulary import Action

NO_HASH = "0" * 64
_HEAD = select(LedgerDay).order_by(LedgerDay.day.desc()).limit(1)


class Ledger:
    """The head of the chain, held for the length of one write transaction.

    Entries are added one after another; `close` writes the head back.
    """

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        day = now.astimezone(ZONE).date()
        head = session.scalars(_HEAD).one_or_none()
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
    """The first entry that does not fit or is missing: its complaint, its number, what is wrong.

    Complaint and number are None when nothing is left that tells whose entry it was.
    """

    complaint_id: int | None
    seq: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many entries were read, and the first break if there is one."""

    entries: int
    broken: Break | None


def verify_ledger(session: Session) -> Verdict:
    """Read the whole history in the order of recording and check every link.

    Checked besides: that each complaint has as many entries as it counts, and each day, that no
    status was changed without an entry, no file and no reporter exchanged. Raises KeysUnusable.
    """
    chain = _Chain(_masks(session))
    entries = select(Entry).order_by(Entry.id).execution_options(yield_per=1000)
    try:
        for entry in session.scalars(entries):
            broken = chain.flaw_of(entry)
            if broken:
                # Behind a gap the entry itself is sound: what is missing is to be named.
                missing = None if chain.is_altered(entry) else _miscounted(session)
                return Verdict(chain.entries, missing or broken)
            chain.follow(entry)
    except (TypeError, ValueError):  # a value that its column cannot hold
        return Verdict(chain.entries, _unreadable(session, chain.last_id))
    broken = _miscounted(session) or _unrecorded(session) or _day_break(session, chain.days)
    broken = broken or _exchanged(session, chain.files) or _disproved(session)
    return Verdict(chain.entries, broken)


def _masks(session: Session) -> Mapping[tuple[int, int], str]:
    """What masked entries, by complaint and number, say now, as vouched for by the entry that tells
    of the masking."""
    query = select(Entry.complaint_id, Entry.kept).where(Entry.action == Action.ANONYMISE)
    return {
        (complaint_id, int(seq)): content
        for complaint_id, kept in session.execute(query).tuples()
        for seq, content in kept["masked"].items()
    }


class _Chain:
    """What the entries read so far lead one to expect of the next."""

    def __init__(self, masks: Mapping[tuple[int, int], str]) -> None:
        self._masks = masks
        self.entries = 0
        self.last_id = 0
        self.days: dict[date, tuple[int, Entry]] = {}
        self.files = Files()
        self._day = date.min
        self._last_hash = NO_HASH
        self._complaints: dict[int, tuple[int, str]] = {}

    def is_altered(self, entry: Entry) -> bool:
        """Whether it says otherwise than recorded, or than masked."""
        masked = self._masks.get((entry.complaint_id, entry.seq))
        if masked is None:
            return entry.hash != entry.compute_hash() or not entry.vouches()
        if masked != entry.content_hash():
            return True
        return not entry.is_uncommitted and entry.hash != entry.compute_hash()

    def flaw_of(self, entry: Entry) -> Break | None:
        seq, previous_hash = self._complaints.get(entry.complaint_id, (0, NO_HASH))
        if self.is_altered(entry):
            reason = "isinya tidak sesuai dengan sidik (hash) yang tersimpan"
        elif entry.seq != seq + 1:
            reason = f"nomornya tidak berurutan: {entry.seq} menyusul {seq}"
        elif entry.previous_hash != previous_hash:
            reason = "tidak menyambung pada catatan pengaduan itu sebelumnya"
        elif entry.ledger_hash != self._last_hash:
            reason = "tidak menyambung pada catatan portal sebelumnya"
        else:
            return None
        return Break(entry.complaint_id, entry.seq, reason)

    def follow(self, entry: Entry) -> None:
        self.entries += 1
        self.last_id = entry.id
        self._last_hash = entry.hash
        self._complaints[entry.complaint_id] = (entry.seq, entry.hash)
        self.files.follow(entry)
        self._day = max(self._day, entry.recorded_at.astimezone(ZONE).date())
        counted = self.days[self._day][0] if self._day in self.days else 0
        self.days[self._day] = (counted + 1, entry)


def _miscounted(session: Session) -> Break | None:
    """The first entry that a complaint's own count has too few or too many."""
    entries = func.count(Entry.id)
    complaint = session.execute(
        select(Complaint.id, Complaint.seq)
        .outerjoin(Entry, Entry.complaint_id == Complaint.id)
        .group_by(Complaint.id, Complaint.seq)
        .having(entries != Complaint.seq)
        .order_by(Complaint.id)
        .limit(1)
    ).one_or_none()
    if complaint is None:
        return None
    numbers = set(session.scalars(select(Entry.seq).where(Entry.complaint_id == complaint.id)))
    for seq in range(1, complaint.seq + 1):
        if seq not in numbers:
            return Break(complaint.id, seq, "catatan ini hilang dari riwayat")
    return Break(complaint.id, complaint.seq + 1, "catatan ini tidak ditambahkan oleh portal")


def _unrecorded(session: Session) -> Break | None:
    """The first complaint whose status is not what its last entry says."""
    changed = session.execute(
        select(Complaint.id, Complaint.seq)
        .join(Entry, (Entry.complaint_id == Complaint.id) & (Entry.seq == Complaint.seq))
        .where(Entry.target != Complaint.status)
        .order_by(Complaint.id)
        .limit(1)
    ).one_or_none()
    if changed is None:
        return None
    return Break(changed.id, changed.seq, "status pengaduan diubah tanpa catatan sesudahnya")


def _exchanged(session: Session, files: Files) -> Break | None:
    """The first file that is not the one that its entry names, or gone."""
    if (found := files.first_other(session)) is None:
        return None
    complaint_id, seq, name = found
    return Break(complaint_id, seq, f"berkas “{name}” bukan yang dijamin catatan ini, atau hilang")


def _disproved(session: Session) -> Break | None:
    """The first reporter who is not the one that his complaint's arrival vouches for, or gone."""
    complaint_id = disproved(session)
    if complaint_id is None:
        return None
    return Break(complaint_id, 1, "identitas pelapor bukan yang dijamin catatan ini, atau hilang")


def _unreadable(session: Session, last_id: int) -> Break | None:
    """The first entry behind `last_id` with a value that cannot be read."""
    places = select(Entry.id, Entry.complaint_id, Entry.seq).where(Entry.id > last_id)
    for entry_id, complaint_id, seq in session.execute(places.order_by(Entry.id)).all():
        try:
            session.scalars(select(Entry).where(Entry.id == entry_id)).one()
        except (TypeError, ValueError):
            return Break(complaint_id, seq, "isinya tidak dapat dibaca")
    return None


def _day_break(session: Session, days: dict[date, tuple[int, Entry]]) -> Break | None:
    for head in session.scalars(select(LedgerDay).order_by(LedgerDay.day)):
        entries, last = days.pop(head.day, (0, None))
        if entries != head.entries or (last and last.hash != head.last_hash):
            reason = f"buku hari {head.day} mencatat {head.entries} catatan, yang ada {entries}"
            if last is None:
                return Break(None, None, reason)
            return Break(last.complaint_id, last.seq, reason)
    for day, (_, last) in sorted(days.items()):
        return Break(last.complaint_id, last.seq, f"hari {day} tidak ada di buku hari")
    return None
