"""The rules in force are what the administrator set, and are read anew only after a change."""

from dataclasses import replace
from datetime import date, time

from sqlalchemy.orm import Session

from portal.cases.rules import (
    Rules,
    load_rules,
    procedure,
    procedure_data,
    rules_changed,
    week_hours,
    week_hours_data,
)
from portal.models import OfficeHours, Ramadan, SopVersion, SpecialDay, writing
from portal.sop.office_time import DEFAULT_WEEKS, Duration, Hours
from portal.sop.procedure import Procedure, Role

FRIDAY = date(2026, 11, 27)


def test_without_settings_the_sop_and_the_national_calendar_are_in_force(rules: Rules) -> None:
    assert rules.procedures.versions == (Procedure(),)
    assert rules.calendar.is_working_day(FRIDAY)


def test_rules_are_read_once_until_they_are_said_to_have_changed(session: Session) -> None:
    first = load_rules(session)
    assert load_rules(session) is first
    with writing(session):
        session.add(SpecialDay(day=FRIDAY, name="Pemilihan kepala desa", working=False))
        rules_changed(session)
    changed = load_rules(session)
    assert changed is not first
    assert not changed.calendar.is_working_day(FRIDAY)
    assert changed.calendar.day(FRIDAY).reason == "Pemilihan kepala desa"


def test_a_corrected_ramadan_replaces_the_estimate_of_its_year(session: Session) -> None:
    with writing(session):
        session.add(Ramadan(first_day=date(2027, 2, 10), last_day=date(2027, 3, 4)))
        rules_changed(session)
    calendar = load_rules(session).calendar
    assert calendar.day(date(2027, 2, 9)).hours == DEFAULT_WEEKS[-1].mon_thu
    assert calendar.day(date(2027, 3, 4)).hours == DEFAULT_WEEKS[-1].ramadan_mon_thu


def test_office_hours_hold_from_their_date_on(session: Session) -> None:
    early = Hours(time(7, 0), time(15, 0), time(12, 0), time(12, 30))
    week = replace(DEFAULT_WEEKS[-1], valid_from=date(2027, 1, 1), mon_thu=early)
    row = OfficeHours(valid_from=week.valid_from, hours=week_hours_data(week))
    assert week_hours(row) == week
    with writing(session):
        session.add(row)
        rules_changed(session)
    calendar = load_rules(session).calendar
    assert calendar.day(date(2026, 12, 30)).hours == DEFAULT_WEEKS[-1].mon_thu
    assert calendar.day(date(2027, 1, 4)).hours == early


def test_a_version_of_the_sop_survives_its_storage(session: Session) -> None:
    version = Procedure(
        valid_from=date(2027, 1, 1),
        name="Revisi 1",
        standards={**Procedure().standards, 6: Duration(2, "h")},
        actors={**Procedure().actors, 7: Role.PEJABAT_PENGHUBUNG},
        feedback_days=7,
    )
    row = SopVersion(
        valid_from=version.valid_from, name=version.name, settings=procedure_data(version)
    )
    assert procedure(row) == version
    with writing(session):
        session.add(row)
        rules_changed(session)
    assert load_rules(session).procedures.versions == (Procedure(), version)
