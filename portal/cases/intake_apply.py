"""Writing a plan: complaints and their first entries in bulk, changes with an entry each.

What `cases.record.append` does for one complaint is done here for ten thousand in a few seconds:
the same columns, the same hashes. The tests compare the two.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.cases.identity import (
    UNSEALED,
    WORDS,
    commitment,
    hide_beside,
    is_protected,
    keep_words,
    sealed_values,
    told,
    vault_of,
)
from portal.cases.intake_plan import (
    SHARED,
    Arrival,
    Change,
    Plan,
    owned_values,
    without_reporter,
    written_words,
)
from portal.cases.ledger import NO_HASH, Ledger
from portal.cases.record import cached_values
from portal.cases.rules import Rules
from portal.identity.person import Identity
from portal.identity.scan import hide
from portal.models import Complaint, Entry, Reporter
from portal.models.base import chunks
from portal.models.history import apart, entry_hash
from portal.sop.clocks import Timeline
from portal.sop.vocabulary import Record, Status
from portal.sop.workflow import Event

# The steps that were done at LAPOR! before a complaint entered: "di LAPOR!, tidak diukur".
SKIPPED = {
    Status.ARRIVED: (),
    Status.AWAITING_COMPLETION: (1,),
    Status.WITH_INSTANSI: (1, 2),
    Status.NOT_FOLLOWED_UP: (1, 2),
    Status.WITH_LIAISON: (1, 2, 3, 4),
    Status.CLOSED: (1, 2, 3, 4, 5, 6, 7),
}
Progress = Callable[[int, int], None]


@dataclass
class Intake:
    """One write of a plan: who brings it in, when, as which batch."""

    session: Session
    actor: Actor
    rules: Rules
    now: datetime
    batch_id: int
    _caches: dict[tuple[object, ...], dict[str, Any]] = field(default_factory=dict)

    def write(self, plan: Plan, progress: Progress) -> None:
        """Write all of `plan` inside the caller's transaction, telling `progress` rows of rows."""
        ledger = Ledger(self.session, self.now)
        total = len(plan.new) + len(plan.changed)
        done = 0
        for arrivals in chunks(plan.new):
            stored = self._add_complaints(arrivals)
            vouched = self._add_reporters(arrivals, stored)
            self._add_entries(ledger, self._arrival_entries(arrivals, stored, vouched))
            done += len(arrivals)
            progress(done, total)
        for changes in chunks(plan.changed):
            self._add_entries(ledger, self._change_entries(changes))
            self._change_complaints(changes)
            done += len(changes)
            progress(done, total)

    # -- new complaints ---------------------------------------------------------------------

    def _add_complaints(self, arrivals: Iterable[Arrival]) -> dict[str, dict[str, Any]]:
        """Store the complaints; their columns, the id too, by Tracking ID."""
        rows = {arrival.row.tracking_id: self._complaint(arrival) for arrival in arrivals}
        self.session.execute(insert(_COMPLAINT), list(rows.values()))
        query = select(Complaint.tracking_id, Complaint.id).where(Complaint.tracking_id.in_(rows))
        for number, complaint_id in self.session.execute(query):
            rows[number]["id"] = complaint_id
        return rows

    def _add_reporters(
        self, arrivals: Iterable[Arrival], stored: Mapping[str, Mapping[str, Any]]
    ) -> dict[str, str]:
        """Seal who reported; the commitments to it by Tracking ID."""
        key, rows, vouched = vault_of(self.session).current, [], {}
        for row in (arrival.row for arrival in arrivals):
            number, complaint = row.tracking_id, stored[row.tracking_id]
            who = Identity(row.reporter_name)
            is_named = bool(who)
            written = written_words(row).items()
            hidden = {name: text for name, text in written if text != complaint[name]}
            if not (is_named or hidden):
                continue
            sealed = sealed_values(key, number, who, hidden)
            kept = {name: sealed[name] for name in _TOLD_BY_LAPOR}
            rows.append({"complaint_id": complaint["id"], **kept})
            if is_named:
                vouched[number] = commitment(sealed["salt"], who)
        if rows:
            self.session.execute(insert(_REPORTER), rows)
        return vouched

    def _complaint(self, arrival: Arrival) -> dict[str, Any]:
        row = arrival.row
        said = owned_values(row)
        return {
            "tracking_id": row.tracking_id,
            "instansi_id": arrival.instansi_id,
            "arrived_at": row.arrived_at,
            "kind": row.kind_text,
            "source": row.source,
            "kecamatan": row.kecamatan,
            "setwapres": row.setwapres,
            "lapor_opd": row.opd_text,
            "lapor": _kept_beside(said),
            "seq": 1,
            "changed_at": self.now,
            **said,
            **without_reporter(row, {name: getattr(row, name) for name in UNSEALED}),
            **self._cache(arrival),
        }

    def _cache(self, arrival: Arrival) -> Mapping[str, Any]:
        """The cached columns; thousands arrive alike, so each kind of arrival is computed once."""
        at = self._entered_at(arrival)
        key = (arrival.status, at, arrival.case_class, arrival.opd_id)
        if key not in self._caches:
            event = Event(Record.ARRIVE, None, arrival.status, at, _arrival_details(arrival))
            timeline = Timeline((event,), self.rules.procedures, self.rules.calendar)
            self._caches[key] = cached_values(timeline, self.rules)
        return self._caches[key]

    def _entered_at(self, arrival: Arrival) -> datetime:
        """When the desk got it: the export tells that only of what nobody has taken up yet.

        Of such a report the citizen's waiting began with its arrival at LAPOR!.
        """
        return arrival.row.arrived_at if arrival.status is Status.ARRIVED else self.now

    def _arrival_entries(
        self,
        arrivals: Iterable[Arrival],
        stored: Mapping[str, Mapping[str, Any]],
        vouched: Mapping[str, str],
    ) -> Iterator[dict[str, Any]]:
        for arrival in arrivals:
            at, number = self._entered_at(arrival), arrival.row.tracking_id
            complaint = stored[number]
            details = {**_arrival_details(arrival), "import": self.batch_id}
            if complaint["lapor_reason"]:
                details["lapor_reason"] = complaint["lapor_reason"]
            if number in vouched:
                details["reporter"] = vouched[number]
            yield {
                "complaint_id": complaint["id"],
                "seq": 1,
                "action": Record.ARRIVE.value,
                "source": None,
                "target": arrival.status.value,
                "happened_at": at,
                # the file brought the time: no officer noted it late
                "recorded_late": False,
                "details": details,
                "previous_hash": NO_HASH,
            }

    # -- changes ----------------------------------------------------------------------------

    def _change_entries(self, changes: Iterable[Change]) -> Iterator[dict[str, Any]]:
        last = (
            select(Entry.complaint_id, Entry.hash, Entry.happened_at)
            .join(Complaint, (Complaint.id == Entry.complaint_id) & (Complaint.seq == Entry.seq))
            .where(Complaint.id.in_([change.complaint_id for change in changes]))
        )
        before = {row.complaint_id: row for row in self.session.execute(last)}
        for change in changes:
            previous = before[change.complaint_id]
            yield {
                "complaint_id": change.complaint_id,
                "seq": change.seq + 1,
                "action": Record.LAPOR_CHANGE.value,
                "source": change.status.value,
                "target": change.status.value,
                "happened_at": max(self.now, previous.happened_at),
                "recorded_late": False,
                "details": {"changes": _told(change), "import": self.batch_id},
                "previous_hash": previous.hash,
            }

    def _change_complaints(self, changes: Iterable[Change]) -> None:
        """Nothing of the cache moves: a change at LAPOR! is a remark that starts no clock."""
        for change in changes:
            new = {name: value for name, (_, value) in change.changes.items()}
            said = _kept_beside({**change.said, **new})
            if new.keys() & _HIDING:
                new |= self._words(change)
            self.session.execute(
                update(_COMPLAINT)
                .where(_COMPLAINT.c.id == change.complaint_id)
                .values(**new, lapor=said, seq=change.seq + 1, changed_at=self.now)
            )

    def _words(self, change: Change) -> dict[str, str]:
        """Title and body, LAPOR!'s or an officer's, as the complaint may say them from now on."""
        complaint = self.session.get_one(Complaint, change.complaint_id)
        before, written = told(self.session, complaint), written_words(change.row)
        words = {
            name: written[name] if name in change.changes else getattr(before, name)
            for name in WORDS
        }
        protected = is_protected(change.row)
        shown = keep_words(self.session, complaint, words, protected=protected)
        if protected:
            hide_beside(self.session, complaint)
        return shown

    # -- the chain --------------------------------------------------------------------------

    def _add_entries(self, ledger: Ledger, entries: Iterable[dict[str, Any]]) -> None:
        """Chain `entries`, complete but for what all have alike, and store them."""
        common: dict[str, Any] = {
            "completes": None,
            "recorded_at": self.now,
            "role": self.actor.role.value,
            "account_id": self.actor.account_id,
            "assignment_id": self.actor.assignment_id,
            "actor_name": self.actor.name,
            "measured": [],
        }
        rows = []
        last_hash = ledger.last_hash
        for entry in entries:
            kept, words, salt = apart(entry["action"], entry["details"])
            stored = {"details": kept, "words": words, "salt": salt, "ledger_hash": last_hash}
            values = {**common, **entry, **stored}
            last_hash = values["hash"] = entry_hash(values)
            rows.append(values)
        self.session.execute(insert(_ENTRY), rows)
        ledger.extend(last_hash, len(rows))


def _kept_beside(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: said[name] for name in SHARED}


_COMPLAINT: Table = Complaint.__table__  # type: ignore[assignment]
_ENTRY: Table = Entry.__table__  # type: ignore[assignment]
_REPORTER: Table = Reporter.__table__  # type: ignore[assignment]
# Of a reporter LAPOR! tells no more than his name.
_TOLD_BY_LAPOR = ("key", "salt", "name", *WORDS)
# What LAPOR! may change that decides what is hidden.
_HIDING = frozenset({"title", "body", "anonymous", "confidential"})


def _told(change: Change) -> dict[str, dict[str, Any]]:
    """What changed, old and new; of what is protected now, also the old without its reporter."""
    row = change.row
    who = Identity(row.reporter_name)

    def shown(value: Any) -> Any:
        hides = is_protected(row) and isinstance(value, str)
        return hide(value, who, row.tracking_id) if hides else value

    return {name: {"old": shown(old), "new": new} for name, (old, new) in change.changes.items()}


def _arrival_details(arrival: Arrival) -> dict[str, Any]:
    """What the history keeps of an arrival; the rules read `instansi`, `opd` and `case_class`."""
    details: dict[str, Any] = {
        "instansi": arrival.instansi_id,
        "skipped": list(SKIPPED[arrival.status]),
        "case_class": arrival.case_class.value,
        "lapor_status": arrival.row.status_text,
    }
    if arrival.opd_id is not None and arrival.status is not Status.ARRIVED:
        details["opd"] = arrival.opd_id
    return details
