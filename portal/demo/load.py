"""Fills an empty portal with the demo, once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases import intake_plan
from portal.cases.intake_words import NOT_OURS, WordKind, remember_word
from portal.cases.rules import load_rules
from portal.demo import MARK
from portal.demo.exports import Export, exports
from portal.demo.moments import Moments
from portal.demo.offices import UNITS
from portal.demo.people import Line, hire, lines
from portal.demo.script import Arrival, Cue, Report, write_entries, write_script
from portal.demo.stage import Stage
from portal.demo.stories import Owner
from portal.lapor.rows import read_export
from portal.models import Account, Complaint, Opd, Setting, writing
from portal.sop.office_time import Calendar
from portal.sop.text import N_, Refusal

# How the exports write offices that the portal does not know by that name.
_WORDS = {
    "Perumda Air Minum Lawu Tirta": None,
    "Kementerian Pekerjaan Umum": None,
    "Dinas Tanaman Pangan, Hortikultura, Perkebunan dan Ketahanan Pangan": (
        "Dinas Tanaman Pangan, Hortikultura dan Perkebunan"
    ),
}


@dataclass(frozen=True, slots=True)
class Closing:
    """When the portal looks what is due: deadlines in days end when the office closes."""

    at: datetime


class NotEmpty(Refusal):
    """There is something in the database that the demo did not put there whole."""


def load(session: Session, folder: Path, now: datetime) -> list[Line]:
    """Play the demo until `now`, or find it played already; its desks and how to sign in there.

    `folder` keeps the files. Raises NotEmpty.
    """
    mark = session.get(Setting, MARK)
    if mark is None:
        _check_empty(session)
        _play(session, folder, now)
    elif not mark.value:
        raise NotEmpty(
            N_("Demo terputus ketika dimuat. Hapus database di folder instance, lalu muat lagi.")
        )
    return lines(session)


def _check_empty(session: Session) -> None:
    for table in (Account, Complaint):
        if session.scalar(select(table.id).limit(1)) is not None:
            raise NotEmpty(
                N_("Portal ini sudah berisi data. Demo hanya untuk folder instance yang baru.")
            )


def _play(session: Session, folder: Path, now: datetime) -> None:
    rules = load_rules(session)
    moments = Moments(now, rules.calendar)
    portions = exports(moments)
    _mark(session, whole=False)
    hire(session, portions[0].at - timedelta(days=1), now)
    _explain_words(session)
    script = write_script(_reports(session, portions, now), moments)
    stage = Stage(session, rules, folder, moments)
    arrivals, cues = write_entries(moments)
    closings = _closings(portions[0].at, now, rules.calendar)
    # What happens at the same moment happens in this order.
    events: list[Export | Arrival | Closing | Cue]
    events = [*portions, *arrivals, *closings, *script, *cues]
    for event in sorted(events, key=lambda event: event.at):
        match event:
            case Export():
                stage.take_in(event)
            case Arrival():
                stage.type_in(event)
            case Closing():
                stage.tick(event.at)
            case Cue():
                stage.perform(event)
    _mark(session, whole=True)


def _mark(session: Session, *, whole: bool) -> None:
    with writing(session):
        session.merge(Setting(name=MARK, value=whole))


def _explain_words(session: Session) -> None:
    """What the office answered when the import asked about these offices."""
    with writing(session):
        for text, name in _WORDS.items():
            opd = session.scalar(select(Opd.id).where(Opd.name == name)) if name else None
            remember_word(session, WordKind.OPD, text, str(opd) if opd else NOT_OURS)


def _reports(session: Session, portions: list[Export], now: datetime) -> Iterator[Report]:
    """What the imports will bring, foreseen without writing it."""
    names = {work.opd for work in UNITS}
    ours = set(session.scalars(select(Opd.id).where(Opd.name.in_(names))))
    for portion in portions:
        with NamedTemporaryFile(suffix=".csv") as file:
            file.write(portion.content)
            file.flush()
            plan = intake_plan.make_plan(session, read_export(Path(file.name), now))
        for arrival in plan.new:
            yield Report(arrival.row.tracking_id, arrival.status, portion.at, _owner(arrival, ours))


def _owner(arrival: intake_plan.Arrival, ours: set[int]) -> Owner:
    if arrival.opd_id is None:
        return Owner.FOREIGN
    return Owner.OURS if arrival.opd_id in ours else Owner.WITHOUT_ACCOUNTS


def _closings(since: datetime, now: datetime, calendar: Calendar) -> Iterator[Closing]:
    """Every working day until now, and now."""
    at = calendar.add_working_days(since, 1)
    while at < now:
        yield Closing(at)
        at = calendar.add_working_days(at, 1)
    yield Closing(now)
