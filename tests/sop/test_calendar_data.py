from datetime import date, time

import pytest

from portal.sop.calendar_data import DEFAULT_WEEKS, Hours, days_off, has_estimates


def test_days_off_hold_national_holidays_and_cuti_bersama_by_their_indonesian_names() -> None:
    names = days_off(2026)
    assert names[date(2026, 3, 21)] == "Hari Raya Idul Fitri"
    assert names[date(2026, 3, 24)] == "Cuti Bersama Hari Raya Idul Fitri"
    assert date(2026, 3, 25) not in names


@pytest.mark.parametrize(
    ("year", "estimated"),
    [
        (2026, False),
        (2027, True),  # cuti bersama is decreed, Idul Fitri still waits for the moon
        (2028, True),
        (1999, True),  # no cuti bersama known, yet nothing marked as an estimate
    ],
)
def test_a_year_is_provisional_while_a_feast_is_estimated_or_cuti_bersama_unknown(
    year: int, estimated: bool
) -> None:
    assert has_estimates(year) is estimated


def test_the_default_week_has_37_and_a_half_hours_and_32_and_a_half_in_ramadan() -> None:
    [week] = DEFAULT_WEEKS

    def minutes(hours: Hours) -> int:
        return sum(
            (ends.hour - begins.hour) * 60 + ends.minute - begins.minute
            for begins, ends in hours.runs()
        )

    assert 4 * minutes(week.mon_thu) + minutes(week.fri) == 37.5 * 60
    assert 4 * minutes(week.ramadan_mon_thu) + minutes(week.ramadan_fri) == 32.5 * 60


@pytest.mark.parametrize(
    ("opens", "closes", "break_from", "break_to"),
    [
        (16, 8, 12, 13),
        (8, 16, 13, 12),
        (8, 16, 7, 13),
        (8, 16, 12, 17),
        (8, 16, 8, 12),
        (8, 16, 12, 16),
        (8, 16, 8, 16),
        (8, 8, 8, 8),
        (8, 16, 17, 17),
        (8, 16, 7, 7),
    ],
)
def test_hours_out_of_order_are_refused(
    opens: int, closes: int, break_from: int, break_to: int
) -> None:
    with pytest.raises(ValueError, match="berurutan"):
        Hours(time(opens), time(closes), time(break_from), time(break_to))


@pytest.mark.parametrize("at", [8, 12, 16])
def test_a_day_without_a_break_has_it_begin_and_end_at_one_time(at: int) -> None:
    hours = Hours(time(8), time(16), time(at), time(at))
    assert hours.runs() == [(time(8), time(16))]
