"""Invented histories in memory, moved by the transition table, measured as the portal measures."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from portal.reporting.figures import CaseHistory, HistoryEntry, MonthFigures, figures_for
from portal.sop.clocks import Timeline
from portal.sop.office_time import ZONE, Calendar
from portal.sop.procedure import DESKS, CaseClass, Procedures, Role
from portal.sop.vocabulary import Action, Record, Status
from portal.sop.workflow import Event, Transition, available, decide

CALENDAR = Calendar()
PROCEDURES = Procedures()
OPDS = {3: "Dinas Kesehatan", 6: "Dinas Perhubungan", 26: "RSUD dr. Sayidiman"}
UNITS = {
    31: "Puskesmas",
    61: "Bidang Lalu Lintas",
    62: "UPT Parkir",
    261: "Instalasi Gawat Darurat",
}
UNITS_OF = {3: (31,), 6: (61, 62), 26: (261,)}
SKIPPED = {
    Status.ARRIVED: (),
    Status.AWAITING_COMPLETION: (1,),
    Status.WITH_INSTANSI: (1, 2),
    Status.WITH_LIAISON: (1, 2, 3, 4),
    Status.NOT_FOLLOWED_UP: (1, 2),
    Status.CLOSED: (1, 2, 3, 4, 5, 6, 7),
}
DISCLOSE = Action.DISCLOSE
# Moments at which a month or a year ends here, or ends in UTC and not here.
EDGES = tuple(
    datetime.fromisoformat(text).replace(tzinfo=ZONE)
    for text in (
        "2025-12-31T23:59",
        "2026-01-01T00:00",
        "2026-01-01T06:59",
        "2026-01-01T07:00",
        "2026-01-31T23:59",
        "2026-02-01T00:00",
    )
)
FIRST, LATER = datetime(2025, 9, 1, tzinfo=ZONE), datetime(2027, 1, 1, tzinfo=ZONE)
A, S = Action, Status


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


class Teller:
    """Tells the history of one complaint, entry by entry, as the portal would have written it."""

    def __init__(
        self,
        id: int,
        status: Status,
        arrived_at: datetime,
        imported_at: datetime | None = None,
        *,
        lapor_rating: int | None = None,
        **details: Any,
    ) -> None:
        self.id = id
        self.arrived_at = arrived_at
        self.lapor_rating = lapor_rating
        self.columns = {"category": "Air Bersih", "kecamatan": "Maospati", "source": "Android"}
        self.entries: list[HistoryEntry] = []
        self._events: list[Event] = []
        details = {"skipped": list(SKIPPED[status]), **details}
        if status is Status.WITH_LIAISON:
            details.setdefault("opd", 6)
        imported_at = imported_at or arrived_at
        # only of what nobody has taken up does an import know since when it waits
        happened_at = arrived_at if status is Status.ARRIVED else imported_at
        self._add(Record.ARRIVE, status, happened_at, details, imported_at, ())

    @property
    def now(self) -> datetime:
        return self.entries[-1].happened_at

    def moves(self) -> list[Transition]:
        state = self.timeline.state
        procedure = PROCEDURES.at(self.now)
        return [row for role in (*DESKS, Role.SYSTEM) for row in available(state, role, procedure)]

    def then(
        self, action: Action, when: datetime | str, recorded: datetime | None = None, **details: Any
    ) -> "Teller":
        """Apply a row of the table at `when`, with usual answers unless given otherwise."""
        moment = at(when) if isinstance(when, str) else when
        row = next(row for row in self.moves() if row.action is action)
        timeline = self.timeline
        details = {**self._usual(action, timeline.state.opd_id), **details}
        decision = decide(row, timeline.state, details)
        event = Event(action, timeline.state.status, decision.target, moment, details)
        measured = [one.as_data() for one in timeline.measure(event, decision.completes)]
        self._add(action, decision.target, moment, details, recorded, measured)
        return self

    def remark(
        self,
        record: Record | str,
        when: datetime | str,
        recorded: datetime | None = None,
        **details: Any,
    ) -> "Teller":
        moment = at(when) if isinstance(when, str) else when
        self._add(record, self.timeline.state.status, moment, details, recorded, ())
        return self

    def rated_at_lapor(self, when: datetime | str, old: int | None, new: int | None) -> "Teller":
        return self.remark(Record.LAPOR_CHANGE, when, changes={"rating": {"old": old, "new": new}})

    def corrected(self, field: str, value: str, when: datetime | str) -> "Teller":
        """Correct a column, or the class."""
        if field == "case_class":
            old = self.timeline.state.case_class.value
            extra = {"case_class": value}
        else:
            old, extra = self.columns[field], {}
            self.columns[field] = value
        return self.then(Action.CORRECT, when, field=field, value=value, old=old, **extra)

    def history(self) -> CaseHistory:
        return CaseHistory(
            id=self.id,
            tracking_id=str(9_000_000 + self.id),
            arrived_at=self.arrived_at,
            lapor_rating=self.lapor_rating,
            opds=OPDS,
            units=UNITS,
            entries=tuple(self.entries),
            **self.columns,
        )

    def _usual(self, action: Action, opd: int | None) -> dict[str, Any]:
        match action:
            case Action.VERIFY:
                return {"case_class": "complaint", "category": self.columns["category"]}
            case Action.DISPOSE:
                return {"opd": 6}
            case Action.HAND_OVER:
                return {"unit": UNITS_OF[opd or 6][0], "opd": opd}
            case Action.REGISTER:
                return {"published_on": self.now.astimezone(ZONE).date().isoformat()}
            case Action.RECORD_FEEDBACK:
                return {"satisfied": True}
            case _:
                return {}

    def _add(
        self,
        action: Action | Record | str,
        target: Status,
        moment: datetime,
        details: dict[str, Any],
        recorded: datetime | None,
        measured: Any,
    ) -> None:
        recorded_at = max([recorded or moment, *(one.recorded_at for one in self.entries)])
        source = self.entries[-1].target if self.entries else None
        self.entries.append(
            HistoryEntry(
                action=action,
                source=source,
                target=target,
                happened_at=moment,
                recorded_at=recorded_at,
                recorded_late=recorded_at > CALENDAR.add_working_days(moment, 1),
                details=details,
                measured=tuple(measured),
            )
        )
        self._events.append(Event(action, source, target, moment, details))
        self.timeline = Timeline(self._events, PROCEDURES, CALENDAR)


def at_liaison(when: str = "2026-01-05T09:00", opd: int = 6, id: int = 1) -> Teller:
    return Teller(id, S.WITH_LIAISON, at(when), opd=opd)


def at_unit(when: str = "2026-01-05T09:00", opd: int = 6, id: int = 1) -> Teller:
    return at_liaison(when, opd, id).then(A.HAND_OVER, when)


def answered(when: str = "2026-01-05T09:00", opd: int = 6, id: int = 1) -> Teller:
    return at_unit(when, opd, id).then(A.ANSWER, when)


def published(when: str = "2026-01-05T09:00", opd: int = 6, id: int = 1) -> Teller:
    return answered(when, opd, id).then(A.REGISTER, when)


def figures(month: str, *tellers: Teller, now: datetime = LATER) -> MonthFigures:
    histories = [teller.history() for teller in tellers]
    return figures_for(histories, date.fromisoformat(f"{month}-01"), CALENDAR, now)


def random_history(id: int, seed: int, length: int) -> CaseHistory:
    """A complaint of `seed` that does `length` things, whichever the table allows."""
    rng = Random(seed)
    status = rng.choice([*SKIPPED, Status.ARRIVED, Status.WITH_LIAISON])
    arrived_at = _some_time(rng, FIRST, FIRST + timedelta(days=170))
    imported = rng.random() < 0.7
    details: dict[str, Any] = {"case_class": rng.choice(list(CaseClass)).value}
    if rng.random() < 0.6:
        details["opd"] = rng.choice(list(OPDS))
    teller = Teller(
        id,
        status,
        arrived_at,
        _some_time(rng, arrived_at, arrived_at + timedelta(days=40)) if imported else None,
        lapor_rating=rng.choice([None, None, 1, 4]),
        **details,
    )
    for name in teller.columns:
        teller.columns[name] = rng.choice(["", "Barat", "Maospati", "Air. Bersih"])
    for _ in range(length):
        _one_thing(teller, rng)
    return teller.history()


def until(histories: Iterable[CaseHistory], now: datetime) -> list[CaseHistory]:
    """What had happened by `now`: the rest is still to come."""
    past = [
        replace(history, entries=[one for one in history.entries if one.happened_at <= now])
        for history in histories
    ]
    return [history for history in past if history.entries]


def _some_time(rng: Random, first: datetime, last: datetime) -> datetime:
    edges = [edge for edge in EDGES if first <= edge <= last]
    if edges and rng.random() < 0.3:
        return rng.choice(edges)
    return first + timedelta(minutes=rng.randrange(int((last - first).total_seconds()) // 60 + 1))


def _one_thing(teller: Teller, rng: Random) -> None:
    if teller.timeline.state.anonymised:
        return
    reach = rng.choice(
        [timedelta(minutes=30), timedelta(hours=9), timedelta(days=3), timedelta(days=30)]
    )
    moment = _some_time(rng, teller.now, teller.now + reach)
    recorded = moment + rng.choice([timedelta(0), timedelta(0), timedelta(days=5)])
    moves = [row for row in teller.moves() if row.action is not Action.CORRECT]
    if not moves or rng.random() < 0.12:
        _some_remark(teller, rng, moment, recorded)
        return
    row = rng.choice(moves)
    opd = teller.timeline.state.opd_id
    details: dict[str, Any] = {}
    if row.action is Action.VERIFY:
        details["case_class"] = rng.choice(list(CaseClass)).value
    elif row.action is Action.DISPOSE:
        details["opd"] = rng.choice(list(OPDS))
    elif row.action is Action.HAND_OVER:
        details["unit"] = rng.choice(UNITS_OF[opd or 6])
    elif row.action is Action.RECORD_FEEDBACK:
        details = {"satisfied": rng.random() < 0.5}
        if rng.random() < 0.5:
            details["rating"] = rng.randint(1, 5)
        if opd is None or rng.random() < 0.3:
            office = opd or rng.choice(list(OPDS))
            details |= {"opd": office, "unit": rng.choice(UNITS_OF[office])}
    teller.then(row.action, moment, recorded, **details)


def _some_remark(teller: Teller, rng: Random, moment: datetime, recorded: datetime) -> None:
    match rng.randrange(5):
        case 0:
            teller.corrected("case_class", rng.choice(list(CaseClass)).value, moment)
        case 1:
            teller.corrected(
                rng.choice(list(teller.columns)), rng.choice(["Bendo", "Karas"]), moment
            )
        case 2:
            teller.rated_at_lapor(moment, teller.lapor_rating, rng.choice([None, 2, 5]))
        case 3:
            teller.remark(Record.LAPOR_CHANGE, moment, recorded, changes={"title": {}})
        case _:
            teller.remark(DISCLOSE, moment, recorded, reason="Menghubungi pelapor.")
