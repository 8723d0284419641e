"""Numbers, times and texts on paper."""

from datetime import UTC, date, datetime

import pytest

from portal.reporting import words


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (1500, "1.500"), (1234567, "1.234.567"), (None, "–")]
)
def test_numbers_have_points_between_thousands(value: int | None, text: str) -> None:
    assert words.number(value) == text


@pytest.mark.parametrize(("value", "text"), [(12, "+12"), (0, "0"), (-1500, "–1.500")])
def test_a_difference_carries_its_sign(value: int, text: str) -> None:
    assert words.signed(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.875, "87,5%"), (1.0, "100%"), (0.0, "0%"), (0.09, "9,0%"), (1 / 3, "33,3%"), (None, "–")],
)
def test_a_share_is_written_with_a_comma(share: float | None, text: str) -> None:
    assert words.percent(share) == text


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (None, "–"),
        (0, "kurang dari 1 menit"),
        (25, "25 menit"),
        (90, "1 jam 30 menit"),
        (450, "1 hari"),
        (1000, "2 hari 1 jam"),
    ],
)
def test_office_minutes_are_said_in_days_hours_and_minutes(minutes: int | None, text: str) -> None:
    assert words.office_span(minutes) == text


def test_moments_are_written_in_the_time_of_western_indonesia() -> None:
    moment = datetime(2026, 10, 4, 18, 5, tzinfo=UTC)
    assert words.full_time(moment) == "Senin, 5 Oktober 2026 01.05 WIB"
    assert words.short_time(moment) == "05-10-2026 01.05"
    assert words.short_date(moment) == "05-10-2026"
    assert words.plain_date(moment) == "5 Oktober 2026"
    assert words.full_date(moment) == "Senin, 5 Oktober 2026"


def test_a_day_that_is_not_set_leaves_room_for_ink() -> None:
    assert set(words.plain_date(None)) == {"."}


def test_months_are_named() -> None:
    assert words.month_name(date(2026, 9, 1)) == "September 2026"
    assert words.short_month(date(2026, 5, 1)) == "Mei 26"


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        (["A"], "A"),
        (["A", "B"], "A dan B"),
        (["A", "B", "C"], "A, B, dan C"),
    ],
)
def test_names_are_listed_as_a_sentence_does(names: list[str], text: str) -> None:
    assert words.listing(names) == text


def test_a_text_is_taken_apart_into_paragraphs_and_lists() -> None:
    text = "Satu baris\ndan lanjutannya.\n\n1. pertama\n2) kedua\n- butir\n\nPenutup 2026."
    assert words.blocks(text) == [
        ("p", ["Satu baris", "dan lanjutannya."]),
        ("ol", ["pertama", "kedua"]),
        ("ul", ["butir"]),
        ("p", ["Penutup 2026."]),
    ]


def test_a_text_of_nothing_has_no_blocks() -> None:
    assert words.blocks(" \n\n ") == []
