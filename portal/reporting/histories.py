"""What the figures are made of: each complaint with its whole history, replayed once."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from portal.sop.procedure import CaseClass
from portal.sop.vocabulary import Action, Record, Status
from portal.sop.workflow import Event, State, advance


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One entry of a history; times aware, `measured` as `Measurement.as_data` has it."""

    action: Action | Record
    source: Status | None
    target: Status
    happened_at: datetime
    recorded_at: datetime
    recorded_late: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)
    measured: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """A complaint and its entries, oldest first, at least its arrival.

    `arrived_at` (aware) is its arrival at LAPOR!, however late it was imported; `lapor_rating` the
    citizen's rating (1 to 5) that it came with. `category`, `kecamatan` and `source` are as they
    stand now, "" where nobody filled them in. `opds` and `units` name every office by its id.
    """

    id: int
    tracking_id: str
    arrived_at: datetime
    category: str
    kecamatan: str
    source: str
    lapor_rating: int | None
    opds: Mapping[int, str]
    units: Mapping[int, str]
    entries: Sequence[HistoryEntry]


class Course:
    """A history replayed: `states[n]` is where the complaint stood from `moments[n]` on.

    What counts as the moment of the arrival is the arrival at LAPOR!: a complaint that was
    imported late was open all the while, and one that had ended there had ended there.
    """

    def __init__(self, history: CaseHistory) -> None:
        self.history = history
        entries = history.entries
        self.moments = (history.arrived_at, *(entry.happened_at for entry in entries[1:]))
        events = (
            Event(entry.action, entry.source, entry.target, moment, entry.details)
            for entry, moment in zip(entries, self.moments, strict=True)
        )
        self.states: Sequence[State] = _replay(events)

    def until(self, moment: datetime) -> int:
        """How many entries had happened before `moment`."""
        return bisect_left(self.moments, moment)

    def opd_until(self, count: int) -> int | None:
        """The OPD by the first `count` entries; of what ended at LAPOR!, the one named there."""
        arrival, opd_id = self.history.entries[0], self.states[count - 1].opd_id
        if opd_id is None and arrival.target.is_final:
            opd_id = arrival.details.get("opd")
        return opd_id

    def class_until(self, count: int) -> CaseClass:
        """The class by the first `count` entries; a later correction says what it always was."""
        entries = self.history.entries
        told = [entry for entry in entries[count:] if _corrects_class(entry)]
        if told:
            return CaseClass(told[-1].details["case_class"])
        return self.states[count - 1].case_class


def _replay(events: Iterable[Event]) -> Sequence[State]:
    states: list[State] = []
    for event in events:
        states.append(advance(states[-1] if states else None, event))
    return states


def _corrects_class(entry: HistoryEntry) -> bool:
    return entry.action is Action.CORRECT and "case_class" in entry.details
