"""Random officers, random weeks, ticks missed or doubled: what must hold of every history."""

import shutil
import tempfile
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from portal import create_app
from portal.cases.disclosure import OPEN_FOR
from portal.cases.ledger import verify_ledger
from portal.cases.record import cached_values, history_of, timeline_of
from portal.cases.rules import load_rules
from portal.cases.tick import tick
from portal.extensions import db
from portal.models import Entry
from portal.sop.clocks import ClockKind, Timeline
from portal.sop.office_time import Calendar
from portal.sop.procedure import DESKS
from portal.sop.vocabulary import Action, Record, Status
from portal.sop.workflow import available
from tests.conftest import MONDAY, make_cast
from tests.stories import arrive, do

WHO = dict(zip(DESKS, ("nasional", "instansi", "penghubung", "unit"), strict=True))
REMARKS = {Action.RECORD_PROGRESS, Action.ACKNOWLEDGE, Action.CORRECT, Record.REMIND}
ENTRIES = [
    Status.ARRIVED,
    Status.AWAITING_COMPLETION,
    Status.WITH_INSTANSI,
    Status.WITH_LIAISON,
]


class Histories(RuleBasedStateMachine):
    """One complaint in a real database, moved by whoever may, as time goes on."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copytree(self.template, self.folder / "instance")
        self.app = create_app(self.folder / "instance", TESTING=True)
        self.context = self.app.app_context()
        self.context.push()
        self.session = db.session()
        self.rules = load_rules(self.session)
        self.cast = make_cast(self.session)
        self.now = MONDAY
        self.number = 0

    @initialize(status=st.sampled_from(ENTRIES))
    def arrives(self, status: Status) -> None:
        self.complaint = arrive(self.session, self.cast, self.rules, self.now, status)

    @rule(minutes=st.integers(1, 600) | st.integers(600, 60 * 24 * 25))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(data=st.data())
    def an_officer_acts(self, data: st.DataObject) -> None:
        # what is due comes first, else the officer is told that the portal acted meanwhile
        tick(self.session, self.now)
        moves = self.moves()
        if not moves:  # once anonymised it is over
            assert self.complaint.anonymised
            return
        role, action = data.draw(st.sampled_from(moves))
        satisfied = data.draw(st.sampled_from(["ya", "tidak"]))
        self.number += 1
        answers = {"satisfied": satisfied} if action is Action.RECORD_FEEDBACK else {}
        if action is Action.CORRECT:
            answers = {"value": f"Desa {self.number}"}
        before = self.timeline().clocks
        do(
            self.session,
            self.cast,
            self.folder,
            self.complaint,
            WHO[role],
            action,
            self.now,
            **answers,
        )
        if action in REMARKS:
            assert self.timeline().clocks == before

    @rule()
    def the_portal_wakes(self) -> None:
        before = len(self.entries())
        tick(self.session, self.now)
        after = len(self.entries())
        assert tick(self.session, self.now) == []
        assert len(self.entries()) == after >= before

    @invariant()
    def the_row_says_what_the_history_says(self) -> None:
        for column, value in cached_values(self.timeline(), self.rules).items():
            assert getattr(self.complaint, column) == value

    @invariant()
    def entries_follow_one_another_in_both_times(self) -> None:
        entries = self.entries()
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        for earlier, later in pairwise(entries):
            assert earlier.happened_at <= later.happened_at <= later.recorded_at
            assert earlier.recorded_at <= later.recorded_at
            assert later.source == earlier.target

    @invariant()
    def the_portal_acts_once(self) -> None:
        marks = [
            (entry.action, entry.details["clock"], entry.details["mark"], self._round(entry))
            for entry in self.entries()
            if entry.action == Record.REMIND
        ]
        assert len(marks) == len(set(marks))
        escalations = [one for one in self.entries() if one.action == Action.ESCALATE]
        assert len(escalations) <= 1

    @invariant()
    def a_step_is_measured_without_its_pauses(self) -> None:
        entries = self.entries()
        for entry in entries:
            for measured in entry.measured:
                if measured["kind"] != ClockKind.STEP:
                    continue
                started = datetime.fromisoformat(measured["started"])
                ended = datetime.fromisoformat(measured["ended"])
                worked = office_minutes_outside_pauses(entries, started, ended, self.rules.calendar)
                assert abs(measured["minutes"] - worked) < 1

    @invariant()
    def the_chain_is_whole(self) -> None:
        assert verify_ledger(self.session).broken is None

    def teardown(self) -> None:
        db.session.remove()
        db.engine.dispose()
        self.context.pop()
        shutil.rmtree(self.folder)

    def moves(self) -> list[tuple[Any, Action]]:
        state = self.timeline().state
        procedure = self.rules.procedures.at(self.now)
        return [
            (role, row.action)
            for role in DESKS
            for row in available(state, role, procedure)
            if row.action is not Action.DISCLOSE or not self.has_it_open(role)
        ]

    def has_it_open(self, role: Any) -> bool:
        """Whether the officer has opened the reporter's identity, and may not open it again yet."""
        return any(
            entry.action == Action.DISCLOSE
            and entry.role == role
            and self.now < entry.recorded_at + OPEN_FOR
            for entry in self.entries()
        )

    def entries(self) -> list[Entry]:
        return list(history_of(self.session, self.complaint))

    def timeline(self) -> Timeline:
        return timeline_of(self.entries(), self.rules)

    def _round(self, entry: Entry) -> int:
        """Which asking of the citizen, or which round at the OPD, a reminder belongs to."""
        opens = {Action.REQUEST_COMPLETION, Action.RECORD_FEEDBACK}
        return sum(one.action in opens and one.seq < entry.seq for one in self.entries())


def office_minutes_outside_pauses(
    entries: list[Entry], started: datetime, ended: datetime, calendar: Calendar
) -> float:
    """The slow way: office time between the entries, those left out that wait for the citizen."""
    total = timedelta()
    for entry, following in zip(entries, [*entries[1:], None], strict=True):
        begin = max(entry.happened_at, started)
        end = min(following.happened_at if following else ended, ended)
        if begin < end and entry.target != Status.AWAITING_COMPLETION:
            total += calendar.between(begin, end)
    return total.total_seconds() / 60


def test_whatever_officers_and_ticks_do_the_history_stays_true(template: Path) -> None:
    Histories.template = template
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Histories,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
