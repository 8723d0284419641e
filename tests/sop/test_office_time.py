from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest

from portal.sop.office_time import (
    DEFAULT_WEEKS,
    ZONE,
    Calendar,
    Day,
    DayOverride,
    Duration,
    Hours,
    WeekHours,
    due_with_pauses,
)

CALENDAR = Calendar()
WITHOUT_BREAK = Hours(time(8), time(14), time(14), time(14))


def wib(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def hours(amount: float) -> timedelta:
    return timedelta(hours=amount)


# Days


@pytest.mark.parametrize(("year", "expected"), [(2026, 240), (2027, 242)])
def test_2026_has_240_working_days_and_2027_has_242(year: int, expected: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert sum(CALENDAR.is_working_day(day) for day in days) == expected


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        ("2026-03-14", "Akhir pekan"),
        ("2026-03-18", "Cuti Bersama Hari Suci Nyepi"),
        ("2026-03-22", "Hari kedua dari Hari Raya Idul Fitri"),
        ("2027-03-11", "Hari kedua dari Hari Raya Idul Fitri (perkiraan)"),
        ("2027-05-19", "Cuti Bersama Hari Raya Waisak"),
    ],
)
def test_a_day_off_says_why(day: str, reason: str) -> None:
    off = date.fromisoformat(day)
    assert CALENDAR.day(off) == Day(off, None, reason)


@pytest.mark.parametrize(
    ("day", "opens", "closes", "reason"),
    [
        ("2026-03-12", "08:00", "15:00", "Ramadan"),
        ("2026-03-13", "08:00", "15:30", "Ramadan"),
        ("2026-02-18", "07:30", "16:00", ""),
        ("2026-02-19", "08:00", "15:00", "Ramadan"),
        ("2026-03-25", "07:30", "16:00", ""),
        ("2026-03-27", "07:30", "16:30", ""),
        ("2027-02-08", "08:00", "15:00", "Ramadan"),
    ],
)
def test_hours_depend_on_the_weekday_and_on_ramadan(
    day: str, opens: str, closes: str, reason: str
) -> None:
    found = CALENDAR.day(date.fromisoformat(day))
    assert found.hours is not None
    assert (f"{found.hours.opens:%H:%M}", f"{found.hours.closes:%H:%M}") == (opens, closes)
    assert found.reason == reason


def test_ramadans_last_day_has_its_hours_still() -> None:
    [week] = DEFAULT_WEEKS
    calendar = Calendar(ramadan=[(date(2026, 11, 23), date(2026, 11, 24))])
    hours_of = [calendar.day(date(2026, 11, day)).hours for day in (24, 25)]
    assert hours_of == [week.ramadan_mon_thu, week.mon_thu]


def test_new_hours_hold_from_their_date_on_and_the_first_ones_before_theirs_too() -> None:
    [usual] = DEFAULT_WEEKS
    later = WeekHours(date(2026, 9, 2), *[WITHOUT_BREAK] * 4)
    calendar = Calendar(weeks=[later, usual])
    assert calendar.day(date(2020, 9, 2)).hours == usual.mon_thu
    assert calendar.day(date(2026, 9, 1)).hours == usual.mon_thu
    assert calendar.day(date(2026, 9, 2)).hours == WITHOUT_BREAK


def test_the_administrators_days_stand_over_the_librarys() -> None:
    calendar = Calendar(
        overrides=[
            DayOverride(date(2026, 11, 25), "Pilkades serentak", working=False),
            DayOverride(date(2026, 12, 24), "Cuti bersama dibatalkan", working=True),
            DayOverride(date(2026, 12, 19), "Pelayanan Sabtu", working=True),
        ]
    )
    [week] = DEFAULT_WEEKS
    assert calendar.day(date(2026, 11, 25)) == Day(date(2026, 11, 25), None, "Pilkades serentak")
    assert calendar.day(date(2026, 12, 24)) == Day(date(2026, 12, 24), week.mon_thu, "")
    assert calendar.day(date(2026, 12, 19)) == Day(date(2026, 12, 19), week.mon_thu, "")


def test_an_extra_day_off_without_a_name_is_a_day_off_all_the_same() -> None:
    day = date(2026, 11, 25)
    calendar = Calendar(overrides=[DayOverride(day, "", working=False)])
    assert calendar.day(day) == Day(day, None, "Libur")


def test_a_calendar_says_whether_a_years_days_off_may_still_move() -> None:
    assert not Calendar.is_provisional(2026)
    assert Calendar.is_provisional(2028)


# Minutes and hours


@pytest.mark.parametrize(
    ("start", "duration", "due"),
    [
        # within a day, across its break
        ("2026-11-24T09:00", "15m", "2026-11-24T09:15"),
        ("2026-11-24T11:30", "1h", "2026-11-24T13:30"),
        ("2026-11-24T12:20", "1h", "2026-11-24T14:00"),
        ("2026-11-27T11:15", "1h", "2026-11-27T13:45"),  # the long break of a Friday
        # used up exactly at a boundary: there, and not at the next opening
        ("2026-11-24T11:00", "1h", "2026-11-24T12:00"),
        ("2026-11-24T15:00", "1h", "2026-11-24T16:00"),
        ("2026-11-27T15:30", "1h", "2026-11-27T16:30"),
        ("2026-11-24T07:30", "450m", "2026-11-24T16:00"),
        # begun at a boundary or outside office hours
        ("2026-11-24T12:00", "15m", "2026-11-24T13:15"),
        ("2026-11-24T13:00", "15m", "2026-11-24T13:15"),
        ("2026-11-24T16:00", "15m", "2026-11-25T07:45"),
        ("2026-11-25T07:30", "15m", "2026-11-25T07:45"),
        ("2026-11-25T00:00", "15m", "2026-11-25T07:45"),
        ("2026-11-24T23:59", "15m", "2026-11-25T07:45"),
        # over a night, a weekend
        ("2026-11-24T15:50", "15m", "2026-11-25T07:35"),
        ("2026-11-27T16:20", "15m", "2026-11-30T07:35"),
        ("2026-11-28T10:00", "1h", "2026-11-30T08:30"),
        # Ramadan: shorter days, a shorter break
        ("2026-03-12T11:45", "1h", "2026-03-12T13:15"),
        ("2026-03-12T14:50", "15m", "2026-03-13T08:05"),
        ("2026-03-13T15:20", "15m", "2026-03-16T08:05"),
        ("2026-02-18T15:50", "15m", "2026-02-19T08:05"),  # its eve closes at 16.00
        # over Lebaran, from Ramadan's hours into the usual ones
        ("2026-03-17T14:30", "1h", "2026-03-25T08:00"),
        ("2027-03-05T15:00", "1h", "2027-03-16T08:00"),
        # over the end of a year
        ("2026-12-31T15:30", "1h", "2027-01-04T08:00"),
        ("2025-12-31T15:30", "1h", "2026-01-02T08:00"),
        ("2026-12-31T15:30", "30m", "2026-12-31T16:00"),
        ("2026-01-01T00:00", "1h", "2026-01-02T08:30"),
        # longer than any year
        ("2026-01-01T00:00", "106860m", "2026-12-31T16:00"),
        ("2026-01-01T00:00", "106861m", "2027-01-04T07:31"),
    ],
)
def test_minutes_and_hours_run_while_the_office_is_open(
    start: str, duration: str, due: str
) -> None:
    assert CALENDAR.add(wib(start), Duration.parse(duration)) == wib(due)


def test_seconds_are_kept() -> None:
    due = CALENDAR.add_time(wib("2026-11-24T15:59:30.5"), timedelta(seconds=60))
    assert due == wib("2026-11-25T07:30:30.5")


def test_nothing_added_gives_the_start_itself_even_outside_office_hours() -> None:
    sunday = wib("2026-11-29T10:00")
    assert CALENDAR.add_time(sunday, timedelta()) == sunday
    assert CALENDAR.add_working_days(sunday, 0) == sunday


def test_a_day_without_a_break_runs_through() -> None:
    calendar = Calendar(weeks=[WeekHours(date(2020, 1, 1), *[WITHOUT_BREAK] * 4)])
    assert calendar.add_time(wib("2026-11-24T11:30"), hours(1)) == wib("2026-11-24T12:30")
    assert calendar.add_working_days(wib("2026-11-24T11:30"), 1) == wib("2026-11-25T14:00")


# Working days


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-03-13T09:00", 10, "2026-04-06T16:00"),
        ("2026-03-13T00:00", 10, "2026-04-06T16:00"),
        ("2026-03-13T23:59", 10, "2026-04-06T16:00"),
        ("2026-03-14T12:00", 10, "2026-04-06T16:00"),  # a Saturday: no day is lost
        ("2026-03-16T09:00", 1, "2026-03-17T15:00"),  # closing time in Ramadan
        ("2026-03-12T09:00", 1, "2026-03-13T15:30"),
        ("2026-03-17T09:00", 1, "2026-03-25T16:00"),
        ("2026-11-26T09:00", 1, "2026-11-27T16:30"),
        ("2026-11-27T09:00", 1, "2026-11-30T16:00"),
        ("2026-12-23T09:00", 1, "2026-12-28T16:00"),
        ("2026-12-28T09:00", 5, "2027-01-06T16:00"),  # 1 January, a weekend, Isra Mikraj
        ("2026-12-31T09:00", 1, "2027-01-04T16:00"),
        ("2026-12-31T23:59", 242, "2027-12-31T16:30"),
        ("2027-03-05T09:00", 2, "2027-03-17T16:00"),
        ("2027-05-14T09:00", 1, "2027-05-21T16:30"),  # Idul Adha, Waisak and their cuti bersama
        ("2026-03-13T09:00", 60, "2026-06-24T16:00"),
    ],
)
def test_working_days_end_at_closing_time_and_the_day_itself_does_not_count(
    start: str, days: int, due: str
) -> None:
    assert CALENDAR.add(wib(start), Duration(days, "d")) == wib(due)
    assert CALENDAR.working_days_between(wib(start), wib(due)) == days


def test_ten_working_days_after_13_march_2026_end_on_6_april() -> None:
    due = CALENDAR.add_working_days(wib("2026-03-13T10:00"), 10)
    assert due.isoformat() == "2026-04-06T16:00:00+07:00"


def test_the_day_of_the_event_is_the_local_one() -> None:
    saturday_in_magetan = datetime(2026, 11, 27, 18, tzinfo=UTC)
    assert CALENDAR.add_working_days(saturday_in_magetan, 1) == wib("2026-11-30T16:00")
    friday_in_magetan = datetime(2026, 11, 26, 18, tzinfo=UTC)
    assert CALENDAR.working_days_between(friday_in_magetan, saturday_in_magetan) == 0


def test_an_extra_day_off_moves_a_deadline_by_a_day() -> None:
    calendar = Calendar(overrides=[DayOverride(date(2026, 11, 25), "Pilkades", working=False)])
    start = wib("2026-11-24T09:00")
    assert CALENDAR.add_working_days(start, 1) == wib("2026-11-25T16:00")
    assert calendar.add_working_days(start, 1) == wib("2026-11-26T16:00")


# Measuring


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("2026-11-24T07:30", "2026-11-24T16:00", 7.5),
        ("2026-11-27T07:30", "2026-11-27T16:30", 7.5),
        ("2026-11-24T00:00", "2026-11-25T00:00", 7.5),
        ("2026-11-24T11:45", "2026-11-24T12:45", 0.25),
        ("2026-11-24T12:00", "2026-11-24T13:00", 0),
        ("2026-11-24T16:00", "2026-11-25T07:30", 0),
        ("2026-11-27T16:30", "2026-11-30T07:30", 0),
        ("2026-11-24T09:00", "2026-11-24T09:00", 0),
        ("2026-11-23T00:00", "2026-11-30T00:00", 37.5),
        ("2026-03-02T00:00", "2026-03-09T00:00", 32.5),
        ("2026-03-17T15:00", "2026-03-25T07:30", 0),
        ("2026-12-31T15:00", "2027-01-04T08:30", 2),
        ("2026-11-25T16:00", "2026-11-24T07:30", -15),
    ],
)
def test_office_time_between_two_moments(a: str, b: str, expected: float) -> None:
    assert CALENDAR.between(wib(a), wib(b)) == hours(expected)


def test_the_office_time_of_a_span_of_years_is_the_sum_of_its_years() -> None:
    new_years = [wib(f"{year}-01-01T00:00") for year in (2025, 2026, 2027, 2028)]
    single = [CALENDAR.between(new_years[n], new_years[n + 1]) for n in range(3)]
    assert single[1] == timedelta(minutes=240 * 450 - 19 * 60)
    assert CALENDAR.between(new_years[0], new_years[3]) == sum(single, timedelta())


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("2026-11-24T23:00", "2026-11-25T00:00", 1),
        ("2026-11-24T00:00", "2026-11-24T23:59", 0),
        ("2026-11-27T12:00", "2026-11-29T12:00", 0),
        ("2026-11-28T12:00", "2026-11-30T00:00", 1),
        ("2026-12-30T12:00", "2027-01-04T12:00", 2),
        ("2024-12-31T12:00", "2027-12-31T12:00", 237 + 240 + 242),
        ("2026-11-25T09:00", "2026-11-24T10:00", -1),
        ("2026-11-24T10:00", "2026-11-24T09:00", 0),
    ],
)
def test_of_working_days_between_the_last_day_counts_and_the_first_does_not(
    a: str, b: str, expected: int
) -> None:
    assert CALENDAR.working_days_between(wib(a), wib(b)) == expected


# Opening and closing


@pytest.mark.parametrize(
    ("now", "closes"),
    [
        ("2026-11-24T06:00", "2026-11-24T16:00"),
        ("2026-11-24T12:30", "2026-11-24T16:00"),
        ("2026-11-27T09:00", "2026-11-27T16:30"),
        ("2026-11-24T16:00", "2026-11-24T16:00"),
        ("2026-11-24T16:01", None),
        ("2026-11-28T09:00", None),
    ],
)
def test_the_office_closes_today_unless_it_is_a_day_off_or_has_closed(
    now: str, closes: str | None
) -> None:
    assert CALENDAR.closes_at(wib(now)) == (closes and wib(closes))


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-24T07:29", "2026-11-24T07:30"),
        ("2026-11-24T07:30", "2026-11-24T07:30"),
        ("2026-11-24T07:31", "2026-11-25T07:30"),
        ("2026-11-27T12:00", "2026-11-30T07:30"),
        ("2026-03-17T16:00", "2026-03-25T07:30"),
        ("2026-12-31T16:00", "2027-01-04T07:30"),
    ],
)
def test_the_next_opening_is_a_days_first_and_not_the_end_of_a_break(now: str, opens: str) -> None:
    assert CALENDAR.next_opening(wib(now)) == wib(opens)


# What is refused


@pytest.mark.parametrize(
    "use",
    [
        lambda naive, aware: CALENDAR.add(naive, Duration(1, "h")),
        lambda naive, aware: CALENDAR.add(naive, Duration(1, "d")),
        lambda naive, aware: CALENDAR.between(naive, aware),
        lambda naive, aware: CALENDAR.between(aware, naive),
        lambda naive, aware: CALENDAR.working_days_between(aware, naive),
        lambda naive, aware: CALENDAR.explain(aware, naive),
        lambda naive, aware: CALENDAR.explain(aware, aware, [(naive, None)]),
        lambda naive, aware: CALENDAR.closes_at(naive),
        lambda naive, aware: CALENDAR.next_opening(naive),
        lambda naive, aware: due_with_pauses(CALENDAR, aware, Duration(1, "h"), [(aware, naive)]),
    ],
)
def test_a_time_without_its_zone_is_refused(use: Callable[[datetime, datetime], object]) -> None:
    aware = wib("2026-11-24T09:00")
    with pytest.raises(ValueError, match="zona waktu"):
        use(aware.replace(tzinfo=None), aware)


def test_nothing_is_added_backwards() -> None:
    start = wib("2026-11-24T09:00")
    with pytest.raises(ValueError, match="negatif"):
        CALENDAR.add_time(start, -hours(1))
    with pytest.raises(ValueError, match="negatif"):
        CALENDAR.add_working_days(start, -1)


def test_a_calendar_needs_office_hours() -> None:
    with pytest.raises(ValueError, match="jam kerja"):
        Calendar(weeks=[])


@pytest.mark.parametrize("start", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_time_beyond_the_known_feasts_is_refused(start: str) -> None:
    with pytest.raises(ValueError, match="2000 sampai 2077"):
        CALENDAR.add(wib(start), Duration(1, "h"))


@pytest.mark.parametrize("duration", ["999999d", "999999h"])
def test_a_due_time_beyond_the_known_feasts_is_refused(duration: str) -> None:
    with pytest.raises(ValueError, match="2000 sampai 2077"):
        CALENDAR.add(wib("2026-11-24T09:00"), Duration.parse(duration))


def test_results_are_in_the_offices_zone_whatever_zone_was_given() -> None:
    start = datetime(2026, 11, 24, 2, tzinfo=UTC)
    for duration in ("0m", "1h", "1d", "0d"):
        assert CALENDAR.add(start, Duration.parse(duration)).tzinfo is ZONE
    [span] = CALENDAR.explain(start, start + hours(1))
    assert (span.start.tzinfo, span.end.tzinfo) == (ZONE, ZONE)
