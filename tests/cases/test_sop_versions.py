"""Versions of the SOP's numbers, and the switch for the errata."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.cases.answers import Invalid
from portal.cases.record import cached_values, history_of, timeline_of
from portal.cases.rules import load_rules
from portal.cases.sop_versions import (
    save_version,
    set_show_errata,
    shows_errata,
    stored_versions,
    version_form,
    version_in_force,
    withdraw_version,
)
from portal.sop.office_time import Duration
from portal.sop.procedure import CaseClass, Procedure, Role
from portal.sop.vocabulary import Status
from tests.conftest import MONDAY

REVISED = version_form(Procedure()) | {
    "name": "SOP revisi 1",
    "valid_from": "2026-12-01",
    "standard_4": "2",
    "actor_5": "admin_instansi",
    "class_complaint": "10",
    "ombudsman_warnings": "45,30, 30",
}


def test_the_form_of_the_sop_as_issued_reads_back_as_itself(session: Session) -> None:
    raw = version_form(Procedure()) | {"valid_from": "2026-12-01"}
    version = save_version(session, raw, MONDAY)
    assert {**vars(version), "valid_from": None} == {**vars(Procedure()), "valid_from": None}


def test_a_revision_counts_from_its_day_and_leaves_the_days_before_alone(session: Session) -> None:
    save_version(session, REVISED, MONDAY)
    procedures = load_rules(session).procedures
    before, after = procedures.at(MONDAY), procedures.at(MONDAY + timedelta(days=8))
    assert before == Procedure()
    assert after.name == "SOP revisi 1"
    assert after.standards[4] == Duration(2, "h")
    assert after.actors[5] is Role.ADMIN_INSTANSI
    assert after.class_days[CaseClass.COMPLAINT] == 10
    assert after.ombudsman_warnings == (30, 45)
    assert version_in_force(session, MONDAY) == before


def test_a_coming_version_is_replaced_by_another_of_its_day(session: Session) -> None:
    save_version(session, REVISED, MONDAY)
    save_version(session, REVISED | {"name": "SOP revisi 1, diperbaiki"}, MONDAY)
    assert [version.name for version in stored_versions(session)] == ["SOP revisi 1, diperbaiki"]


def test_a_running_clock_keeps_the_standard_that_it_began_with(
    session: Session, make_complaint: Any
) -> None:
    complaint = make_complaint(Status.WITH_INSTANSI)
    save_version(session, REVISED | {"valid_from": "2026-11-24", "standard_3": "5"}, MONDAY)
    rules = load_rules(session)
    timeline = timeline_of(history_of(session, complaint), rules)
    assert cached_values(timeline, rules)["due_at"] == complaint.due_at


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"valid_from": "2026-11-23"}, "valid_from"),
        ({"valid_from": ""}, "valid_from"),
        ({"name": ""}, "name"),
        ({"standard_1": "0"}, "standard_1"),
        ({"standard_1": "1000"}, "standard_1"),
        ({"standard_1_unit": "minggu"}, "standard_1_unit"),
        ({"actor_1": "administrator"}, "actor_1"),
        ({"class_complaint": "x"}, "class_complaint"),
        ({"ombudsman_days": "366"}, "ombudsman_days"),
        ({"ombudsman_warnings": "30, 60"}, "ombudsman_warnings"),
        ({"ombudsman_warnings": "0"}, "ombudsman_warnings"),
        ({"ombudsman_warnings": "tiga puluh"}, "ombudsman_warnings"),
        ({"feedback_days": "-1"}, "feedback_days"),
        ({"reminder_days": "30"}, "reminder_days"),
        ({"lapse_calendar_days": ""}, "lapse_calendar_days"),
        ({"acknowledgement": "1,5"}, "acknowledgement"),
    ],
)
def test_a_wrong_number_gets_its_sentence_and_nothing_is_written(
    session: Session, typed: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        save_version(session, REVISED | typed, MONDAY)
    assert field in refused.value.errors
    assert stored_versions(session) == []


def test_a_coming_version_can_be_withdrawn_and_one_in_force_cannot(session: Session) -> None:
    save_version(session, REVISED, MONDAY)
    in_december = MONDAY + timedelta(days=8)
    with pytest.raises(Invalid):
        withdraw_version(session, {"valid_from": "2026-12-01"}, in_december)
    withdraw_version(session, {"valid_from": "2026-12-01"}, MONDAY)
    withdraw_version(session, {"valid_from": "2026-12-01"}, MONDAY)
    assert stored_versions(session) == []
    assert version_in_force(session, in_december) == Procedure()


def test_the_errata_are_shown_until_they_are_switched_off(session: Session) -> None:
    assert shows_errata(session)
    set_show_errata(session, False)
    assert not shows_errata(session)
    set_show_errata(session, True)
    assert shows_errata(session)
