"""Who sees what: the scope of each desk, now and in the past, and whose name is told."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access import SYSTEM, Actor, Permission, could_see, may, sees_reporter, visible_to
from portal.cases.record import history_of, timeline_of
from portal.cases.rules import Rules
from portal.models import Complaint
from portal.sop.procedure import DESKS, Role
from portal.sop.vocabulary import Status

ENTRIES = (
    Status.ARRIVED,
    Status.AWAITING_COMPLETION,
    Status.WITH_INSTANSI,
    Status.WITH_LIAISON,
    Status.CLOSED,
    Status.NOT_FOLLOWED_UP,
)
SEEN = {
    "nasional": {Status.ARRIVED, Status.AWAITING_COMPLETION},
    "instansi": set(ENTRIES),
    "penghubung": {Status.WITH_LIAISON},
    "penghubung_lain": set(),
    "unit": set(),
    "kepala": set(ENTRIES),
    "administrator": set(),
}


@pytest.mark.parametrize("who", SEEN)
def test_a_desk_sees_what_its_scope_holds_and_would_have_seen_the_same(
    session: Session,
    cast: SimpleNamespace,
    rules: Rules,
    make_complaint: Callable[..., Complaint],
    who: str,
) -> None:
    complaints = [make_complaint(status) for status in ENTRIES]
    actor = cast.actor(cast.accounts[who])
    seen = set(session.scalars(select(Complaint.status).where(visible_to(actor))))
    assert seen == SEEN[who]
    for complaint in complaints:
        state = timeline_of(history_of(session, complaint), rules).state
        assert could_see(actor, state) is (complaint.status in seen)
        assert could_see(SYSTEM, state)
    assert len(session.scalars(select(Complaint).where(visible_to(SYSTEM))).all()) == len(ENTRIES)


@pytest.mark.parametrize("role", [role for role in DESKS if role is not Role.ADMIN_NASIONAL])
def test_an_assignment_without_a_scope_sees_nothing(
    session: Session, rules: Rules, make_complaint: Callable[..., Complaint], role: Role
) -> None:
    complaint = make_complaint(Status.WITH_INSTANSI)
    actor = Actor(role, "Tanpa lingkup")
    assert session.scalars(select(Complaint).where(visible_to(actor))).all() == []
    state = timeline_of(history_of(session, complaint), rules).state
    assert not could_see(actor, replace(state, opd_id=None, unit_id=None, instansi_id=None))


def test_only_the_admin_instansi_reads_the_name_of_a_protected_reporter(
    cast: SimpleNamespace, make_complaint: Callable[..., Complaint]
) -> None:
    plain, anonymous, secret = (
        make_complaint(Status.WITH_LIAISON, **mark)
        for mark in ({}, {"anonymous": True}, {"confidential": True})
    )
    for who in ("instansi", "penghubung", "kepala"):
        actor = cast.actor(cast.accounts[who])
        assert sees_reporter(actor, plain)
        assert sees_reporter(actor, anonymous) is (who == "instansi")
        assert sees_reporter(actor, secret) is (who == "instansi")


def test_permissions_follow_the_desk() -> None:
    administrator = Actor(Role.ADMINISTRATOR, "Administrator")
    assert may(None, Permission.PUBLIC)
    assert not may(None, Permission.SIGNED_IN)
    assert may(administrator, Permission.ADMINISTER)
    assert not may(administrator, Permission.READ_COMPLAINTS)
    assert not may(Actor(Role.KEPALA_DINAS, "Kepala"), Permission.IMPORT)
