"""Office time against a slow count of its own, minute by minute, and against its own laws."""

from datetime import date, datetime, time, timedelta
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.sop.office_time import (
    DEFAULT_RAMADAN,
    DEFAULT_WEEKS,
    ZONE,
    Calendar,
    DayOverride,
    Duration,
    Hours,
    WeekHours,
    due_with_pauses,
)

untimed = settings(deadline=None)

CALENDAR = Calendar()
MINUTE = timedelta(minutes=1)
NOTHING = timedelta()
Pauses = list[tuple[datetime, datetime]]


# The slow count: knows nothing of the calendar, only the decrees and Perpres 21/2023.

BEGINNING, END = date(2026, 1, 1), date(2028, 1, 1)
DAYS_OFF = {
    date(year, month, day)
    for year, months in {
        2026: {
            1: (1, 16),
            2: (16, 17),
            3: (18, 19, 20, 23, 24),
            4: (3,),
            5: (1, 14, 15, 27, 28),
            6: (1, 16),
            8: (17, 25),
            12: (24, 25),
        },
        2027: {
            1: (1, 5),
            2: (5,),
            3: (8, 9, 10, 11, 12, 15, 25, 26),
            5: (6, 17, 18, 19, 20),
            6: (1,),
            8: (17,),
            12: (24,),
        },
    }.items()
    for month, days in months.items()
    for day in days
}


def works(day: date) -> bool:
    return day.weekday() < 5 and day not in DAYS_OFF


def is_open(day: date, minute: int) -> bool:
    fasting = date(2026, 2, 19) <= day <= date(2026, 3, 20) or (
        date(2027, 2, 8) <= day <= date(2027, 3, 9)
    )
    friday = day.weekday() == 4
    if fasting and friday:
        opens, break_from, break_to, closes = 8 * 60, 11 * 60 + 30, 12 * 60 + 30, 15 * 60 + 30
    elif fasting:
        opens, break_from, break_to, closes = 8 * 60, 12 * 60, 12 * 60 + 30, 15 * 60
    elif friday:
        opens, break_from, break_to, closes = 7 * 60 + 30, 11 * 60 + 30, 13 * 60, 16 * 60 + 30
    else:
        opens, break_from, break_to, closes = 7 * 60 + 30, 12 * 60, 13 * 60, 16 * 60
    return works(day) and (opens <= minute < break_from or break_to <= minute < closes)


@cache
def open_minutes() -> bytes:
    """For each minute of the two years whether the office is open."""
    days = (BEGINNING + timedelta(days=n) for n in range((END - BEGINNING).days))
    return bytes(is_open(day, minute) for day in days for minute in range(24 * 60))


def index(moment: datetime) -> int:
    return (moment - datetime.combine(BEGINNING, time.min, ZONE)) // MINUTE


def moment(index: int) -> datetime:
    return datetime.combine(BEGINNING, time.min, ZONE) + index * MINUTE


def slow_between(a: datetime, b: datetime) -> timedelta:
    return sum(open_minutes()[index(a) : index(b)]) * MINUTE


def slow_due(start: datetime, amount: timedelta, pauses: Pauses) -> datetime:
    """Walk on, minute by minute, until the amount is used up outside the pauses."""
    standing = {i for begins, ends in pauses for i in range(index(begins), index(ends))}
    at, left = index(start), amount // MINUTE
    while left:
        left -= open_minutes()[at] and at not in standing
        at += 1
    return moment(at)


def slow_working_days(start: datetime, n: int) -> datetime:
    day = start.date()
    while n:
        day += timedelta(days=1)
        n -= works(day)
    closes = max(minute for minute in range(24 * 60) if is_open(day, minute)) + 1
    return datetime.combine(day, time.min, ZONE) + closes * MINUTE


# What is tried

DAY = 24 * 60
half_hours = st.integers(0, 600 * 48).map(lambda n: moment(n * 30))  # where offices open and close
minutes = half_hours | st.integers(0, 600 * DAY).map(moment)
moments = half_hours | st.timedeltas(NOTHING, timedelta(days=1000)).map(lambda t: moment(0) + t)
amounts = st.timedeltas(NOTHING, timedelta(hours=400))
whole_minutes = st.integers(0, 5_000).map(lambda n: n * MINUTE)


@st.composite
def pauses_from(draw: st.DrawFn, start: datetime) -> Pauses:
    offsets = draw(st.lists(st.integers(-600, 20_000), max_size=4))
    begins = [start + offset * MINUTE for offset in offsets]
    return [(begin, begin + draw(st.integers(0, 8_000)) * MINUTE) for begin in begins]


@st.composite
def started_and_paused(draw: st.DrawFn) -> tuple[datetime, Pauses]:
    start = draw(minutes)
    return start, draw(pauses_from(start))


office_hours = st.builds(
    Hours,
    opens=st.times(time(6), time(9)),
    closes=st.times(time(15), time(20)),
    break_from=st.times(time(11), time(12)),
    break_to=st.times(time(12), time(14)),
) | st.builds(
    Hours,
    opens=st.times(time(6), time(9)),
    closes=st.times(time(12), time(20)),
    break_from=st.just(time(12)),
    break_to=st.just(time(12)),
)
weeks = st.builds(WeekHours, st.dates(BEGINNING, END), *[office_hours] * 4)
overrides = st.builds(
    DayOverride, st.dates(BEGINNING, END), st.just("Libur setempat"), working=st.booleans()
)
calendars = st.one_of(
    st.just(CALENDAR),
    st.builds(
        Calendar,
        st.lists(weeks, min_size=1, max_size=3).map(lambda more: [*DEFAULT_WEEKS, *more]),
        st.sampled_from([(), DEFAULT_RAMADAN]),
        st.lists(overrides, max_size=20),
    ),
)


# Against the slow count


@untimed
@given(minutes, minutes)
def test_between_counts_the_minutes_in_which_the_office_is_open(a: datetime, b: datetime) -> None:
    a, b = sorted((a, b))
    assert CALENDAR.between(a, b) == slow_between(a, b)


@untimed
@given(minutes, whole_minutes)
def test_added_time_is_used_up_minute_by_minute(start: datetime, amount: timedelta) -> None:
    assert CALENDAR.add_time(start, amount) == slow_due(start, amount, [])


@untimed
@given(minutes, st.integers(1, 60))
def test_added_working_days_are_counted_day_by_day(start: datetime, n: int) -> None:
    assert CALENDAR.add_working_days(start, n) == slow_working_days(start, n)


@untimed
@given(started_and_paused(), st.integers(1, 3_000))
def test_a_clock_stands_still_in_every_minute_of_a_pause(
    case: tuple[datetime, Pauses], amount: int
) -> None:
    start, pauses = case
    due = due_with_pauses(CALENDAR, start, Duration(amount, "m"), pauses)
    assert due == slow_due(start, amount * MINUTE, pauses)


@untimed
@given(started_and_paused(), st.integers(1, 20))
def test_a_clock_of_working_days_has_its_office_time_outside_pauses(
    case: tuple[datetime, Pauses], days: int
) -> None:
    start, pauses = case
    due = due_with_pauses(CALENDAR, start, Duration(days, "d"), pauses)
    assert due == slow_due(start, slow_between(start, slow_working_days(start, days)), pauses)


# Its own laws, under any hours and days off


@untimed
@given(calendars, moments, amounts)
def test_what_was_added_lies_between(
    calendar: Calendar, start: datetime, amount: timedelta
) -> None:
    assert calendar.between(start, calendar.add_time(start, amount)) == amount


@untimed
@given(calendars, moments, moments)
def test_adding_what_lies_between_leads_to_the_last_moment_at_which_it_was_used_up(
    calendar: Calendar, a: datetime, b: datetime
) -> None:
    a, b = sorted((a, b))
    reached = calendar.add_time(a, calendar.between(a, b))
    assert a <= reached <= b
    assert calendar.between(reached, b) == NOTHING


@untimed
@given(calendars, moments, moments, moments)
def test_the_way_over_a_third_moment_is_as_long(
    calendar: Calendar, a: datetime, b: datetime, c: datetime
) -> None:
    assert calendar.between(a, c) == calendar.between(a, b) + calendar.between(b, c)
    assert calendar.working_days_between(a, c) == (
        calendar.working_days_between(a, b) + calendar.working_days_between(b, c)
    )


@untimed
@given(calendars, moments, amounts, amounts)
def test_adding_twice_adds_the_sum(
    calendar: Calendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    in_two = calendar.add_time(calendar.add_time(start, first), second)
    assert in_two == calendar.add_time(start, first + second)


@untimed
@given(calendars, moments, moments, st.integers(1, 600), st.sampled_from("mhd"))
def test_who_starts_later_is_never_due_earlier(
    calendar: Calendar, a: datetime, b: datetime, amount: int, unit: str
) -> None:
    a, b = sorted((a, b))
    duration = Duration(amount, unit)
    assert a < calendar.add(a, duration) <= calendar.add(b, duration)


@untimed
@given(calendars, moments, st.integers(1, 600))
def test_working_days_are_counted_back_and_end_at_a_closing_time(
    calendar: Calendar, start: datetime, n: int
) -> None:
    due = calendar.add_working_days(start, n)
    assert calendar.working_days_between(start, due) == n
    assert calendar.closes_at(due) == due
    assert calendar.add_working_days(start, n - 1) < due


@untimed
@given(calendars, started_and_paused(), st.timedeltas(NOTHING, timedelta(days=30)))
def test_an_explanation_has_no_gap_and_counts_what_the_clock_counts(
    calendar: Calendar, case: tuple[datetime, Pauses], length: timedelta
) -> None:
    start, pauses = case
    end = start + length
    spans = calendar.explain(start, end, pauses)
    edges = [start, *(span.end for span in spans)]
    assert [*(span.start for span in spans), end] == edges
    for span in spans:
        assert span.start < span.end
        assert span.counted == (NOTHING if span.reason else span.end - span.start)
        if not span.reason.startswith("Jeda"):
            assert calendar.between(span.start, span.end) == span.counted


@untimed
@given(calendars, started_and_paused(), st.integers(0, 300), st.sampled_from("mhd"))
def test_the_office_time_until_due_outside_pauses_is_that_of_the_duration(
    calendar: Calendar, case: tuple[datetime, Pauses], amount: int, unit: str
) -> None:
    start, pauses = case
    duration = Duration(amount, unit)
    due = due_with_pauses(calendar, start, duration, pauses)
    assert due is not None
    counted = [span.counted for span in calendar.explain(start, due, pauses)]
    assert sum(counted, NOTHING) == calendar.between(start, calendar.add(start, duration))


@untimed
@given(calendars, started_and_paused(), moments, st.integers(0, 300), st.sampled_from("mhd"))
def test_a_pause_of_no_length_changes_nothing(
    calendar: Calendar,
    case: tuple[datetime, Pauses],
    at: datetime,
    amount: int,
    unit: str,
) -> None:
    start, pauses = case
    duration = Duration(amount, unit)
    assert due_with_pauses(calendar, start, duration, [*pauses, (at, at)]) == (
        due_with_pauses(calendar, start, duration, pauses)
    )


@untimed
@given(calendars, minutes, st.data())
def test_moving_the_ends_of_a_pause_within_closed_hours_changes_nothing(
    calendar: Calendar, start: datetime, data: st.DataObject
) -> None:
    def two_moments_of_one_night(after: datetime) -> tuple[datetime, datetime]:
        closes = calendar.add_working_days(after, data.draw(st.integers(1, 10)))
        night = st.timedeltas(NOTHING, calendar.next_opening(closes) - closes)
        return closes + data.draw(night), closes + data.draw(night)

    duration = Duration(data.draw(st.integers(1, 20)), data.draw(st.sampled_from("hd")))
    begins, moved_begins = two_moments_of_one_night(start)
    ends, moved_ends = two_moments_of_one_night(max(begins, moved_begins))
    assert due_with_pauses(calendar, start, duration, [(begins, ends)]) == (
        due_with_pauses(calendar, start, duration, [(moved_begins, moved_ends)])
    )


@untimed
@given(calendars, started_and_paused(), st.integers(1, 300), st.sampled_from("mhd"), st.data())
def test_a_pause_that_lasts_stops_a_clock_that_is_not_yet_due(
    calendar: Calendar,
    case: tuple[datetime, Pauses],
    amount: int,
    unit: str,
    data: st.DataObject,
) -> None:
    start, pauses = case
    duration = Duration(amount, unit)
    due = due_with_pauses(calendar, start, duration, pauses)
    assert due is not None
    lasting = start + data.draw(st.timedeltas(NOTHING, timedelta(days=60)))
    found = due_with_pauses(calendar, start, duration, [*pauses, (lasting, None)])
    assert found == (None if lasting < due else due)
