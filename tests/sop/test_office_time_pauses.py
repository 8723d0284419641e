from datetime import date, datetime, time, timedelta

import pytest

from portal.sop.office_time import (
    ZONE,
    Calendar,
    Duration,
    Hours,
    Span,
    WeekHours,
    due_with_pauses,
)

CALENDAR = Calendar()


def wib(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


# Explaining


def read(spans: list[Span]) -> list[str]:
    return [
        f"{span.start:%d %H.%M} - {span.end:%d %H.%M} {span.reason or span.counted}"
        for span in spans
    ]


def test_lebaran_explains_itself_day_by_day() -> None:
    spans = CALENDAR.explain(wib("2026-03-17T11:00"), wib("2026-03-25T08:00"))
    assert read(spans) == [
        "17 11.00 - 17 12.00 1:00:00",
        "17 12.00 - 17 12.30 Istirahat",
        "17 12.30 - 17 15.00 2:30:00",
        "17 15.00 - 19 00.00 Cuti Bersama Hari Suci Nyepi",
        "19 00.00 - 20 00.00 Hari Suci Nyepi",
        "20 00.00 - 21 00.00 Cuti Bersama Hari Raya Idul Fitri",
        "21 00.00 - 22 00.00 Hari Raya Idul Fitri",
        "22 00.00 - 23 00.00 Hari kedua dari Hari Raya Idul Fitri",
        "23 00.00 - 25 07.30 Cuti Bersama Hari Raya Idul Fitri",
        "25 07.30 - 25 08.00 0:30:00",
    ]


def test_a_night_and_a_weekend_are_one_line_each() -> None:
    spans = CALENDAR.explain(wib("2026-11-26T16:00"), wib("2026-11-30T07:30"))
    assert read(spans) == [
        "26 16.00 - 27 07.30 Malam",
        "27 07.30 - 27 11.30 4:00:00",
        "27 11.30 - 27 13.00 Istirahat",
        "27 13.00 - 27 16.30 3:30:00",
        "27 16.30 - 30 07.30 Akhir pekan",
    ]


def test_a_pause_is_one_line_over_whatever_lies_in_it() -> None:
    pause = (wib("2026-11-24T15:00"), wib("2026-11-26T08:00"))
    spans = CALENDAR.explain(wib("2026-11-24T13:00"), wib("2026-11-26T09:00"), [pause])
    assert read(spans) == [
        "24 13.00 - 24 15.00 2:00:00",
        "24 15.00 - 26 08.00 Jeda: menunggu pelapor",
        "26 08.00 - 26 09.00 1:00:00",
    ]


def test_a_pause_that_lasts_is_explained_until_the_end_that_was_asked_for() -> None:
    pauses = [(wib("2026-11-24T15:00"), None), (wib("2026-11-23T08:00"), wib("2026-11-23T09:00"))]
    spans = CALENDAR.explain(wib("2026-11-24T14:00"), wib("2026-11-25T09:00"), pauses)
    assert read(spans) == [
        "24 14.00 - 24 15.00 1:00:00",
        "24 15.00 - 25 09.00 Jeda: menunggu pelapor",
    ]


def test_a_pause_after_the_end_is_not_mentioned() -> None:
    pause = (wib("2026-11-24T15:00"), wib("2026-11-24T15:30"))
    spans = CALENDAR.explain(wib("2026-11-24T14:00"), wib("2026-11-24T15:00"), [pause])
    assert read(spans) == ["24 14.00 - 24 15.00 1:00:00"]


def test_a_day_without_a_break_is_one_line() -> None:
    without_break = Hours(time(8), time(14), time(14), time(14))
    calendar = Calendar(weeks=[WeekHours(date(2020, 1, 1), *[without_break] * 4)])
    spans = calendar.explain(wib("2026-11-24T00:00"), wib("2026-11-25T00:00"))
    assert read(spans) == [
        "24 00.00 - 24 08.00 Malam",
        "24 08.00 - 24 14.00 6:00:00",
        "24 14.00 - 25 00.00 Malam",
    ]


def test_there_is_nothing_to_explain_between_a_moment_and_itself() -> None:
    moment = wib("2026-11-24T09:00")
    assert CALENDAR.explain(moment, moment) == []
    assert CALENDAR.explain(moment, moment - timedelta(hours=30)) == []


# Pausing


@pytest.mark.parametrize(
    ("begins", "ends", "due"),
    [
        # a day of 1 hari, from Tuesday 24 November 10.00: due on Wednesday at 16.00
        ("2026-11-24T11:00", "2026-11-24T14:00", "2026-11-26T09:30"),
        ("2026-11-24T16:00", "2026-11-25T07:30", "2026-11-25T16:00"),  # one night
        ("2026-11-24T12:00", "2026-11-24T13:00", "2026-11-25T16:00"),  # one break
        ("2026-11-25T15:00", "2026-11-30T12:00", "2026-11-30T14:00"),  # an hour was left
        ("2026-11-25T16:00", "2026-11-30T12:00", "2026-11-25T16:00"),  # begun too late
        ("2026-11-25T15:00", "2026-11-28T12:00", "2026-11-30T08:30"),  # ended on a Saturday
        ("2026-11-24T09:00", "2026-11-24T11:00", "2026-11-26T08:30"),  # begun before the clock
        ("2026-11-23T09:00", "2026-11-24T10:00", "2026-11-25T16:00"),  # over before the clock
        ("2026-11-25T15:00", None, None),
        ("2026-11-25T16:00", None, "2026-11-25T16:00"),
    ],
)
def test_what_was_left_when_a_pause_began_goes_on_at_its_end(
    begins: str, ends: str | None, due: str | None
) -> None:
    pause = (wib(begins), wib(ends) if ends else None)
    found = due_with_pauses(CALENDAR, wib("2026-11-24T10:00"), Duration(1, "d"), [pause])
    assert found == (wib(due) if due else None)


def test_without_pauses_a_clock_is_due_when_its_duration_is_used_up() -> None:
    start, hour = wib("2026-11-24T15:30"), Duration(1, "h")
    assert due_with_pauses(CALENDAR, start, hour, []) == CALENDAR.add(start, hour)


def test_pauses_add_up_in_whatever_order_they_are_told_and_once_where_they_overlap() -> None:
    pauses = [
        (wib("2026-11-24T10:00"), wib("2026-11-24T11:00")),
        (wib("2026-11-24T09:15"), wib("2026-11-24T09:45")),
        (wib("2026-11-24T10:30"), wib("2026-11-24T11:15")),
    ]
    due = due_with_pauses(CALENDAR, wib("2026-11-24T09:00"), Duration(60, "m"), pauses)
    assert due == wib("2026-11-24T11:45")


def test_a_pause_cannot_end_before_it_begins() -> None:
    pause = (wib("2026-11-24T10:00"), wib("2026-11-24T09:59"))
    with pytest.raises(ValueError, match="Jeda"):
        due_with_pauses(CALENDAR, wib("2026-11-24T09:00"), Duration(1, "d"), [pause])
