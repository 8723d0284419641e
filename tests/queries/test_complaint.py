"""The file of a complaint for whoever may see it, and what its forms offer."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy.orm import Session

from portal.cases.rules import Rules
from portal.models import Complaint, Unit, writing
from portal.queries.complaint import (
    answer_to_improve,
    complaint_kinds,
    done_since,
    instansi_offers,
    is_visible,
    opd_offers,
    open_case,
    unit_offers,
)
from portal.sop.vocabulary import Action, Status
from tests.conftest import MONDAY
from tests.stories import do

Make = Callable[..., Complaint]
Act = Callable[..., None]


@pytest.fixture
def act(session: Session, cast: SimpleNamespace, rules: Rules, tmp_path: Path) -> Act:
    def run(complaint: Complaint, who: str, action: Action, **answers: str) -> None:
        do(session, cast, tmp_path, complaint, who, action, MONDAY, **answers)

    return run


def test_a_file_holds_the_history_and_what_may_be_done_now(
    session: Session, cast: SimpleNamespace, rules: Rules, make_complaint: Make, act: Act
) -> None:
    complaint = make_complaint()
    act(complaint, "nasional", Action.RECEIVE)
    case = open_case(session, cast.actor(cast.nasional), complaint.tracking_id, rules, MONDAY)
    assert case is not None
    assert [entry.action for entry in case.entries] == ["arrive", "receive"]
    assert Action.FORWARD in [row.action for row in case.rows]


@pytest.mark.parametrize("who", ["instansi", "kepala", "penghubung"])
def test_who_may_see_it_finds_it(
    session: Session, cast: SimpleNamespace, make_complaint: Make, who: str
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    assert is_visible(session, cast.actor(cast.accounts[who]), complaint.tracking_id)


@pytest.mark.parametrize("who", ["nasional", "penghubung_lain", "unit", "administrator"])
def test_who_may_not_see_it_finds_nothing(
    session: Session, cast: SimpleNamespace, rules: Rules, make_complaint: Make, who: str
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    actor = cast.actor(cast.accounts[who])
    assert not is_visible(session, actor, complaint.tracking_id)
    assert open_case(session, actor, complaint.tracking_id, rules, MONDAY) is None


def test_who_saw_it_leave_hears_what_was_done_meanwhile(
    session: Session, cast: SimpleNamespace, rules: Rules, make_complaint: Make, act: Act
) -> None:
    complaint = make_complaint(Status.RECEIVED)
    number = complaint.tracking_id
    act(complaint, "nasional", Action.FORWARD)
    nasional, outsider = cast.actor(cast.nasional), cast.actor(cast.penghubung_lain)
    assert [one.action for one in done_since(session, nasional, number, 1, rules)] == ["forward"]
    for actor, seq in ((outsider, 1), (nasional, 2), (nasional, 0), (nasional, 9)):
        assert done_since(session, actor, number, seq, rules) == ()
    assert done_since(session, nasional, "404", 1, rules) == ()


# -- offers --------------------------------------------------------------------------------------


def test_the_opd_that_lapor_names_is_offered_first(
    session: Session, cast: SimpleNamespace, make_complaint: Make
) -> None:
    complaint = make_complaint(Status.VERIFIED, lapor_opd="Dishub")
    first, *others = opd_offers(session, complaint)
    assert (first.id, first.from_lapor, first.is_clear) == (cast.opd_id, True, True)
    assert not [offer for offer in others if offer.is_clear]
    assert [offer.name for offer in others] == sorted(offer.name for offer in others)


def test_where_complaints_of_the_category_went_is_offered_with_their_number(
    session: Session, cast: SimpleNamespace, make_complaint: Make, act: Act
) -> None:
    for opd_id in (cast.opd_id, cast.opd_id, cast.other_opd_id):
        act(make_complaint(Status.VERIFIED), "instansi", Action.DISPOSE, opd=str(opd_id))
    first, second, *_ = opd_offers(session, make_complaint(Status.VERIFIED))
    assert (first.id, first.votes, first.of, first.is_clear) == (cast.opd_id, 2, 3, True)
    assert (second.id, second.votes, second.is_clear) == (cast.other_opd_id, 1, False)


def test_without_a_category_the_past_says_nothing(
    session: Session, make_complaint: Make, act: Act
) -> None:
    act(make_complaint(Status.VERIFIED), "instansi", Action.DISPOSE)
    offers = opd_offers(session, make_complaint(Status.VERIFIED, category=""))
    assert not [offer for offer in offers if offer.votes]


def test_the_unit_for_this_kind_is_offered_first_and_only_the_opds_own(
    session: Session, cast: SimpleNamespace, make_complaint: Make
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON, category="Parkir", title="Parkir liar")
    offers = unit_offers(session, complaint)
    assert [offer.name for offer in offers] == ["UPT Parkir", "Bidang Lalu Lintas"]
    assert [offer.votes for offer in offers] == [1, 0]
    with writing(session):
        session.get_one(Unit, cast.other_unit_id).active = False
    assert [offer.name for offer in unit_offers(session, complaint)] == ["Bidang Lalu Lintas"]


def test_while_no_opd_has_it_every_unit_is_offered(session: Session, make_complaint: Make) -> None:
    assert len(unit_offers(session, make_complaint(Status.CLOSED))) == 2


def test_the_kinds_that_the_units_take_are_offered_once_each(
    session: Session, make_complaint: Make
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    assert complaint_kinds(session, complaint) == ["Lampu jalan", "Parkir", "Rambu"]


def test_the_instansi_are_offered_by_name(session: Session) -> None:
    assert [offer.name for offer in instansi_offers(session)] == ["Pemerintah Kabupaten Magetan"]


def test_an_answer_that_came_back_is_there_to_be_improved(
    session: Session, cast: SimpleNamespace, rules: Rules, make_complaint: Make, act: Act
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)

    def to_improve() -> str:
        actor = cast.actor(cast.instansi)
        case = open_case(session, actor, complaint.tracking_id, rules, MONDAY)
        assert case is not None
        return answer_to_improve(case.entries)

    act(complaint, "penghubung", Action.HAND_OVER)
    assert to_improve() == ""
    act(complaint, "unit", Action.ANSWER)
    assert to_improve() == ""
    act(complaint, "instansi", Action.RETURN_ANSWER)
    assert to_improve() == "Lampu sudah diperbaiki."
    act(complaint, "unit", Action.ANSWER)
    assert to_improve() == ""
