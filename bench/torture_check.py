"""What is left in the database after the torture, held against what the clients were told."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.cases.files import incoming_folder, path_of
from portal.cases.ledger import verify_ledger
from portal.cases.record import cached_values, timeline_of
from portal.cases.rules import Rules, load_rules
from portal.models import Attachment, Complaint, Entry, IncomingFile, SentForm
from portal.sop.procedure import Role
from portal.sop.vocabulary import Action, Record

ACKNOWLEDGED, CONFLICT, REFUSED, UNKNOWN = "acknowledged", "conflict", "refused", "unknown"
# How the violations are summed up.
DUPLICATE, LOSS, HALF, CHAIN, TIMER, FILE, ORPHAN = (
    "duplicates",
    "losses",
    "halves",
    "chain breaks",
    "timer faults",
    "file faults",
    "orphans",
)
KINDS = (DUPLICATE, LOSS, HALF, CHAIN, TIMER, FILE, ORPHAN)
Violation = tuple[str, str]


@dataclass
class Sent:
    """A form that a client sent, once or again: its key, its action, the words in it, its file.

    `words` stand nowhere else; "" where the form asked for none. `outcome` is the last that the
    client heard of it.
    """

    key: str
    tracking_id: str
    slug: str
    words: str
    sha256: str = ""
    outcome: str = UNKNOWN


@dataclass
class Before:
    """What was there when the torture began."""

    entry_id: int
    keys: frozenset[str]

    @classmethod
    def of(cls, session: Session) -> "Before":
        last = session.scalar(select(func.max(Entry.id))) or 0
        return cls(last, frozenset(session.scalars(select(SentForm.key))))


@dataclass
class Verdict:
    """How many entries and timers there are of the torture, and everything that is not right."""

    entries: int = 0
    timers: int = 0
    violations: list[Violation] = field(default_factory=list)


def inspect(
    session: Session, sent: Sequence[Sent], before: Before, files: Path, now: datetime
) -> Verdict:
    """Read all of the database and the files; `now`: until when the timers were let fire."""
    rules = load_rules(session)
    verdict = Verdict()
    fresh = session.scalars(select(Entry).where(Entry.id > before.entry_id)).all()
    verdict.entries = len(fresh)
    verdict.violations += _of_forms(session, sent, before, fresh)
    verdict.violations += _of_words(sent, fresh)
    for complaint in session.scalars(select(Complaint)).all():
        entries = session.scalars(
            select(Entry).where(Entry.complaint_id == complaint.id).order_by(Entry.seq)
        ).all()
        verdict.violations += _of_cache(complaint, entries, rules)
        verdict.violations += _of_timers(complaint, entries, rules, before, now)
    verdict.timers = sum(_is_timer(entry) for entry in fresh)
    broken = verify_ledger(session).broken
    verdict.violations += [(CHAIN, str(broken))] if broken else []
    verdict.violations += _of_files(session, files)
    verdict.violations += _of_rows(session)
    return verdict


def _of_forms(
    session: Session, sent: Sequence[Sent], before: Before, fresh: Sequence[Entry]
) -> Iterator[Violation]:
    """Forms and entries of officers belong together one to one, and as the clients were told.

    Where the reporter was taken out, what his complaint's forms said is forgotten on purpose.
    """
    rows = {row.key: row for row in session.scalars(select(SentForm)) if row.key not in before.keys}
    complaints = {one.id: one for one in session.scalars(select(Complaint))}
    tracking_ids = {number: one.tracking_id for number, one in complaints.items()}
    forgotten = {one.tracking_id for one in complaints.values() if one.anonymised}
    entries = {
        (entry.complaint_id, entry.seq): entry
        for entry in fresh
        if tracking_ids[entry.complaint_id] not in forgotten
    }
    named = Counter((row.complaint_id, row.entry_seq) for row in rows.values())
    for place, entry in entries.items():
        forms = named[place]
        if entry.account_id is not None and forms == 0:
            yield HALF, f"entry {place} ({entry.action}) of no form"
        elif forms > 1 or (entry.account_id is None and forms):
            yield DUPLICATE, f"entry {place} ({entry.action}) of {forms} forms"
    by_key = {one.key: one for one in sent}
    for key in rows.keys() - by_key.keys():
        yield HALF, f"a form that nobody sent: {key}"
    for key, one in by_key.items():
        if one.tracking_id in forgotten:
            continue
        row = rows.get(key)
        if row is None:
            if one.outcome == ACKNOWLEDGED:
                yield LOSS, f"{one.slug} on {one.tracking_id} was acknowledged and is not there"
            continue
        if one.outcome in (CONFLICT, REFUSED):
            yield HALF, f"{one.slug} on {one.tracking_id} was answered {one.outcome} and is there"
        entry = entries.get((row.complaint_id, row.entry_seq))
        if entry is None or tracking_ids[row.complaint_id] != one.tracking_id:
            yield LOSS, f"{one.slug} on {one.tracking_id} has no entry"
        elif getattr(entry.verb, "slug", "") != one.slug or one.sha256 not in _hashes(entry):
            yield HALF, f"{one.slug} on {one.tracking_id} became {entry.action}"


def _of_words(sent: Sequence[Sent], fresh: Sequence[Entry]) -> Iterator[Violation]:
    """The same told by what was written, without the forms' own bookkeeping."""
    # A correction repeats, as what was there before, what another wrote.
    said = [str({**entry.details, "old": ""}) for entry in fresh]
    for one in sent:
        if not one.words:
            continue
        times = sum(one.words in text for text in said)
        if times > 1:
            yield DUPLICATE, f"{one.slug} on {one.tracking_id} stands there {times} times"
        elif times == 0 and one.outcome == ACKNOWLEDGED:
            yield LOSS, f"{one.slug} on {one.tracking_id}: its words are not there"
        elif times and one.outcome in (CONFLICT, REFUSED):
            yield HALF, f"{one.slug} on {one.tracking_id}: {one.outcome}, its words are there"


def _of_cache(complaint: Complaint, entries: Sequence[Entry], rules: Rules) -> Iterator[Violation]:
    if [entry.seq for entry in entries] != list(range(1, complaint.seq + 1)):
        yield HALF, f"{complaint.tracking_id} counts {complaint.seq} of {len(entries)} entries"
        return
    for column, value in cached_values(timeline_of(entries, rules), rules).items():
        if getattr(complaint, column) != value:
            yield HALF, f"{complaint.tracking_id}: {column} is not what its history says"


def _of_timers(
    complaint: Complaint, entries: Sequence[Entry], rules: Rules, before: Before, now: datetime
) -> Iterator[Violation]:
    """Each thing that the portal did by itself was the next one due then; none is left."""
    for index, entry in enumerate(entries):
        if entry.id <= before.entry_id or not _is_timer(entry):
            continue
        due = timeline_of(entries[:index], rules).next_timer()
        told = (entry.verb, entry.details.get("mark", 0))
        if due is None or (due.action, due.mark or 0) != told or due.at > entry.recorded_at:
            yield TIMER, f"{complaint.tracking_id}/{entry.seq}: {entry.action} was not due"
    if entries:
        left = timeline_of(entries, rules).next_timer()
        if left is not None and left.at <= now:
            yield TIMER, f"{complaint.tracking_id}: {left.action} of {left.at} did not fire"


def _is_timer(entry: Entry) -> bool:
    return entry.role == Role.SYSTEM and entry.verb != Record.ARRIVE


def _hashes(entry: Entry) -> set[str]:
    """The hashes of the files that an entry names; "" among them, which stands for no file."""
    return {"", *(file["sha256"] for file in entry.details.get("files", ()))}


def _of_files(session: Session, files: Path) -> Iterator[Violation]:
    """What histories name, the attachments and the bytes are the same."""
    entries = {(one.complaint_id, one.seq): one for one in session.scalars(select(Entry))}
    named = Counter((*place, sha) for place, one in entries.items() for sha in _hashes(one) - {""})
    attached: Counter[tuple[int, int, str]] = Counter()
    passed_on: set[tuple[int, int]] = set()
    kept = session.scalars(select(Attachment)).all()
    for one in kept:
        place = (one.complaint_id, one.entry_seq)
        # What is passed on to the Ombudsman gets its file from the worker, once.
        if entries[place].verb == Action.ESCALATE and place not in passed_on:
            passed_on.add(place)
            named[*place, one.sha256] += 1
        attached[*place, one.sha256] += 1
    for place in named.keys() | attached.keys():
        if named[place] != attached[place]:
            yield FILE, f"attachment and history differ: {place}"
    for one in kept:
        path = path_of(files, one.sha256)
        content = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(content).hexdigest() != one.sha256 or len(content) != one.size:
            yield FILE, f"{one.name} of {one.complaint_id} is not what was kept"


def _of_rows(session: Session) -> Iterator[Violation]:
    for row in session.execute(text("PRAGMA foreign_key_check")):
        yield ORPHAN, f"a row of {row[0]} names nothing in {row[2]}"
    for (told,) in session.execute(text("PRAGMA integrity_check")):
        if told != "ok":
            yield ORPHAN, told


def left_over(session: Session, files: Path) -> int:
    """How many begun files nobody can go on with; the worker's sweep removes them."""
    tokens = set(session.scalars(select(IncomingFile.token)))
    return sum(path.stem not in tokens for path in incoming_folder(files).glob("*"))
