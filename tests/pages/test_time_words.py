"""Deadlines in words: time left, why a clock is due when it is, what a step took."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask

from portal.pages.time_words import (
    duration_words,
    measured_words,
    moment_words,
    office_now,
    soon_until,
    time_left,
    why,
)
from portal.sop.clocks import Clock, ClockKind
from portal.sop.office_time import ZONE, Calendar, Duration
from portal.sop.procedure import Procedures
from portal.sop.vocabulary import Status

CALENDAR = Calendar()
PROCEDURES = Procedures()


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


MONDAY = at(23, 14, 5)


@pytest.fixture(autouse=True)
def _in_a_request(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


def said(due: datetime | None, now: datetime = MONDAY, status: Status | None = None) -> list[str]:
    left = time_left(due, now, CALENDAR, status)
    return [left.state, left.words, left.detail]


def test_what_is_late_says_by_how_much_office_time_and_since_when() -> None:
    friday = at(20, 16, 30)
    assert said(friday) == ["late", "lewat 5 jam 35 menit", "batas Jum 20 Nov 16.30"]


def test_the_weekend_makes_nothing_later_than_it_is() -> None:
    friday, saturday = at(20, 16, 30), at(21, 9)
    assert said(friday, saturday)[:2] == ["late", "baru saja lewat"]


def test_what_is_due_today_is_soon() -> None:
    assert said(at(23, 16)) == ["soon", "1 jam 55 menit lagi", "batas hari ini 16.00"]


def test_what_is_due_first_thing_tomorrow_is_soon_in_the_last_two_office_hours() -> None:
    assert said(at(24, 7, 40), at(23, 15))[:2] == ["soon", "1 jam 10 menit lagi"]


def test_tomorrow_at_closing_is_a_working_day_away() -> None:
    assert said(at(24, 16)) == ["ok", "besok, 1 hari kerja", "batas besok 16.00"]


def test_the_break_of_friday_is_not_time_left() -> None:
    friday = at(20, 11)
    assert said(at(20, 14), friday)[1] == "1 jam 30 menit lagi"


def test_farther_deadlines_are_counted_in_working_days_over_the_weekend() -> None:
    assert said(at(30, 16)) == ["ok", "5 hari kerja lagi", "batas Sen 30 Nov 16.00"]


def test_a_deadline_of_another_year_is_said_with_the_year() -> None:
    february = datetime(2027, 2, 22, 15, tzinfo=ZONE)
    assert said(february)[2] == "batas 22 Feb 2027 15.00"
    assert moment_words(datetime(2025, 3, 1, 8, 5, tzinfo=ZONE), MONDAY) == "1 Mar 2025 08.05"


def test_while_the_citizen_is_asked_the_words_say_whose_turn_it_is() -> None:
    state, words, detail = said(at(23, 16, month=12), status=Status.AWAITING_COMPLETION)
    assert (state, words) == ("pause", "menunggu pelapor")
    assert detail == "gugur bila tidak dilengkapi sampai Rab 23 Des 16.00"


def test_waiting_for_feedback_is_nobodys_lateness() -> None:
    assert said(at(20, 16), status=Status.AWAITING_FEEDBACK)[:2] == ["none", "segera"]
    state, _, detail = said(at(24, 16), status=Status.AWAITING_FEEDBACK)
    assert (state, detail) == ("none", "dianggap selesai besok 16.00")


def test_without_a_deadline_the_words_say_so() -> None:
    assert said(None) == ["none", "tanpa batas waktu", ""]


def test_soon_lasts_until_midnight_or_two_office_hours() -> None:
    assert soon_until(at(23, 8), CALENDAR) == at(24, 0)
    assert soon_until(at(23, 15), CALENDAR) == at(24, 8, 30)


def test_the_office_says_when_it_closes_and_when_it_opens() -> None:
    assert office_now(MONDAY, CALENDAR) == "kantor tutup 1 jam 55 menit lagi"
    assert office_now(at(23, 7), CALENDAR) == "kantor buka hari ini 07.30"
    assert office_now(at(21, 9), CALENDAR) == "kantor buka Senin 07.30"


@pytest.mark.parametrize(
    ("duration", "words"),
    [("15m", "15 menit"), ("1h", "1 jam kerja"), ("10d", "10 hari kerja")],
)
def test_standards_are_said_in_their_unit(duration: str, words: str) -> None:
    assert duration_words(Duration.parse(duration)) == words


def step(started: datetime, duration: str, *pauses: tuple[datetime, datetime | None]) -> Clock:
    return Clock(ClockKind.STEP, started, Duration.parse(duration), 4, pauses)


def test_an_hours_deadline_is_explained_stretch_by_stretch() -> None:
    rows = why(step(at(20, 16), "1h"), MONDAY, CALENDAR)
    assert rows == [
        ("Jum 20 Nov 16.00 – 16.30", "30 menit dihitung", True),
        ("Jum 20 Nov 16.30 – Sen 23 Nov 07.30", "Akhir pekan, tidak dihitung", False),
        ("Sen 23 Nov 07.30 – 08.00", "30 menit dihitung", True),
        ("Batas", "1 jam kerja (SOP baris 4)", True),
    ]


def test_a_deadline_in_working_days_is_explained_day_by_day_and_days_alike_are_one_row() -> None:
    clock = Clock(ClockKind.FEEDBACK, at(13, 9, month=3), Duration(10, "d"))
    rows = why(clock, at(6, 9, month=4), CALENDAR)
    assert rows[:3] == [
        ("Jum 13 Mar", "hari kejadian, tidak dihitung", False),
        ("Sab 14 Mar – Min 15 Mar", "Akhir pekan, tidak dihitung", False),
        ("Sen 16 Mar – Sel 17 Mar", "hari kerja ke-1 sampai ke-2", True),
    ]
    assert rows[-2:] == [
        ("Sen 6 Apr", "hari kerja ke-10", True),
        ("Batas", "10 hari kerja (SOP baris 7)", True),
    ]


def test_a_pause_is_a_row_of_its_own() -> None:
    clock = step(at(23, 9), "1d", (at(23, 10), at(24, 10)))
    texts = [text for _, text, _ in why(clock, MONDAY, CALENDAR)]
    assert "Jeda: menunggu pelapor, tidak dihitung" in texts


def test_a_clock_that_stands_still_is_explained_until_now() -> None:
    clock = step(at(23, 9), "1d", (at(23, 10), None))
    rows = why(clock, MONDAY, CALENDAR)
    assert rows[0] == ("Sen 23 Nov 09.00 – 10.00", "1 jam dihitung", True)
    assert rows[1][1] == "Jeda: menunggu pelapor, tidak dihitung"


@pytest.mark.parametrize(
    ("kind", "duration", "words"),
    [
        (ClockKind.CLASS_LIMIT, "14d", "14 hari kerja menurut klasifikasi (PermenPANRB 62/2018)"),
        (ClockKind.OMBUDSMAN, "60d", "60 hari kerja (SOP baris 5)"),
    ],
)
def test_every_limit_names_its_source(kind: ClockKind, duration: str, words: str) -> None:
    clock = Clock(kind, MONDAY, Duration.parse(duration))
    assert why(clock, MONDAY, CALENDAR)[-1][1] == words


def test_sixty_working_days_are_explained_in_few_rows() -> None:
    clock = Clock(ClockKind.OMBUDSMAN, at(3, 9, month=8), Duration(60, "d"))
    assert len(why(clock, MONDAY, CALENDAR)) < 40


def test_the_limit_in_calendar_days_names_its_law() -> None:
    friday = at(20, 9)  # the thirtieth day is a Sunday
    clock = Clock(ClockKind.COMPLETION, friday, Duration(30, "d"), calendar_days=True)
    rows = why(clock, MONDAY, CALENDAR)
    assert [row[1:] for row in rows[:2]] == [("30 hari kalender", True), ("kantor tutup", False)]
    assert "30 hari kalender" in rows[-1][1]
    assert "UU 25/2009" in rows[-1][1]


def measured(kind: ClockKind = ClockKind.STEP, **changes: object) -> dict[str, object]:
    return {
        "kind": kind.value,
        "step": 3,
        "started": at(20, 9).isoformat(),
        "minutes": 570,
        "late": True,
        "completed": True,
        **changes,
    }


def test_what_a_step_took_stands_beside_its_standard() -> None:
    words = measured_words(measured(), PROCEDURES)
    assert words == "Langkah 3 selesai dalam 1 hari 2 jam; standar 1 hari kerja, terlambat."


def test_a_step_that_was_left_undone_is_not_called_finished() -> None:
    words = measured_words(measured(completed=False, minutes=90), PROCEDURES)
    assert words == "Langkah 3 berhenti setelah 1 jam 30 menit."


def test_the_follow_up_is_measured_and_limits_that_merely_run_out_are_not() -> None:
    follow_up = measured(ClockKind.CLASS_LIMIT, late=False)
    assert (
        measured_words(follow_up, PROCEDURES)
        == "Tindak lanjut selesai dalam 1 hari 2 jam, tepat waktu."
    )
    assert measured_words(measured(ClockKind.OMBUDSMAN), PROCEDURES) == ""


def test_time_left_never_says_less_than_a_minute_when_there_is_one() -> None:
    assert said(MONDAY + timedelta(minutes=1))[1] == "1 menit lagi"
