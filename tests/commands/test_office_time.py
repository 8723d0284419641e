"""`flask office-time`: deadlines and office time at the terminal."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from portal import create_app
from portal.cases.rules import rules_changed
from portal.models import SpecialDay, writing


def office_time(app: Flask, *words: str, lines: str | None = None) -> Result:
    return app.test_cli_runner().invoke(args=["office-time", *words], input=lines)


@pytest.mark.parametrize(
    ("start", "duration", "due"),
    [
        ("2026-03-13T09:00", "10d", "2026-04-06T16:00:00+07:00"),
        ("2026-03-13T02:00Z", "10d", "2026-04-06T16:00:00+07:00"),
        ("2026-11-20T15:50", "1h", "2026-11-23T07:50:00+07:00"),
        ("2026-11-23 11:50:30", "15m", "2026-11-23T13:05:30+07:00"),
        ("2026-11-23", "1d", "2026-11-24T16:00:00+07:00"),
    ],
)
def test_the_due_time_is_printed_with_the_offset_of_wib(
    app: Flask, start: str, duration: str, due: str
) -> None:
    assert office_time(app, "due", start, duration).output == f"{due}\n"


def test_working_days_are_explained_day_by_day(app: Flask) -> None:
    lines = office_time(app, "due", "2026-03-13T09:00", "10d", "--explain").output.splitlines()
    assert lines[0] == "2026-04-06T16:00:00+07:00"
    assert lines[1] == "Jum 13 Mar 2026  hari kejadian, tidak dihitung"
    assert lines[2] == "Sab 14 Mar 2026  libur: Akhir pekan"
    assert lines[4] == "Sen 16 Mar 2026  hari kerja ke-1 (08.00-15.00), Ramadan"
    assert "Kam 19 Mar 2026  libur: Hari Suci Nyepi" in lines
    assert lines[-1] == "Sen 6 Apr 2026  hari kerja ke-10 (07.30-16.00)"


def test_office_hours_are_explained_stretch_by_stretch(app: Flask) -> None:
    result = office_time(app, "due", "--explain", "2026-11-20T10:00", "1h")
    assert result.output.splitlines() == [
        "2026-11-20T11:00:00+07:00",
        "Jum 20 Nov 2026 10.00 - 11.00  1 jam",
    ]
    result = office_time(app, "due", "--explain", "2026-11-20T15:50", "1h")
    assert result.output.splitlines()[1:] == [
        "Jum 20 Nov 2026 15.50 - 16.30  40 menit",
        "Jum 20 Nov 2026 16.30 - Sen 23 Nov 2026 07.30  Akhir pekan",
        "Sen 23 Nov 2026 07.30 - 07.50  20 menit",
    ]


def test_lines_of_standard_input_get_a_due_time_each(app: Flask) -> None:
    lines = "2026-03-13T09:00 10d\n\n2026-11-20 15:50\t1h\n"
    result = office_time(app, "due", "-", lines=lines)
    assert result.output == "2026-04-06T16:00:00+07:00\n2026-11-23T07:50:00+07:00\n"
    assert result.exit_code == 0


def test_a_bad_line_is_named_and_the_others_are_answered(app: Flask) -> None:
    lines = "2026-03-13T09:00 10d\nbesok 1h\n2026-03-13T09:00 1w\nsendiri\n2026-11-20T15:50 1h"
    result = office_time(app, "due", "-", lines=lines)
    assert result.stdout == "2026-04-06T16:00:00+07:00\n2026-11-23T07:50:00+07:00\n"
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == [
        "Baris 2",
        "Baris 3",
        "Baris 4",
    ]
    assert result.exit_code == 1


def test_ten_thousand_lines_get_ten_thousand_due_times(app: Flask) -> None:
    result = office_time(app, "due", "-", lines="2026-03-13T09:00 10d\n" * 10_000)
    assert result.output == "2026-04-06T16:00:00+07:00\n" * 10_000


@pytest.mark.parametrize(
    "words",
    [
        ["due"],
        ["due", "2026-03-13T09:00"],
        ["due", "2026-03-13T09:00", "10d", "lagi"],
        ["due", "besok", "10d"],
        ["due", "2026-02-30T09:00", "10d"],
        ["due", "2026-03-13T09:00", "-5d"],
        ["due", "2026-03-13T09:00", "10x"],
        ["due", "2026-03-13T09:00", "999999d"],
        ["due", "0001-01-01T00:00", "1d"],
        ["due", "9999-12-31T23:59-12:00", "1d"],
        ["due", "-", "--explain"],
        ["due", "--jelaskan", "10d"],
        ["between", "2026-03-13T09:00"],
        ["between", "2026-03-13T09:00", "lusa"],
        ["between", "2026-03-13T09:00", "9999-12-31"],
    ],
)
def test_bad_input_gets_one_sentence_and_exit_code_2(app: Flask, words: list[str]) -> None:
    result = office_time(app, *words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.endswith(".\n")


def test_office_time_between_counts_the_day_of_b_and_not_of_a(app: Flask) -> None:
    result = office_time(app, "between", "2026-11-23T07:30", "2026-11-24T07:30", "--json")
    assert json.loads(result.output) == {"office_minutes": 450, "working_days": 1}
    result = office_time(app, "between", "2026-11-24T07:30", "2026-11-23T07:30", "--json")
    assert json.loads(result.output) == {"office_minutes": -450, "working_days": -1}


def test_office_time_between_is_printed_for_people(app: Flask) -> None:
    result = office_time(app, "between", "2026-11-20T16:00", "2026-11-23T07:45:59")
    assert result.output == "45 menit kerja, 1 hari kerja\n"


def test_a_day_off_that_the_administrator_set_counts(app: Flask, session: Session) -> None:
    with writing(session):
        session.add(SpecialDay(day=date(2026, 11, 24), name="Pilkades serentak"))
        rules_changed(session)
    result = office_time(app, "due", "2026-11-23T09:00", "1d", "--explain")
    assert result.output.splitlines()[0] == "2026-11-25T16:00:00+07:00"
    assert "Sel 24 Nov 2026  libur: Pilkades serentak" in result.output


def test_without_a_database_the_default_calendar_answers_and_none_is_made(tmp_path: Path) -> None:
    app = create_app(tmp_path)
    assert office_time(app, "due", "2026-03-13T09:00", "10d").output.startswith("2026-04-06T16:00")
    assert not (tmp_path / "portal.db").exists()
