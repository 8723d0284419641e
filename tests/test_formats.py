"""Times and spans as an officer reads them, in Indonesian."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from portal import formats
from portal.sop.office_time import ZONE
from portal.sop.text import Refusal

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def _in_a_request(app: Flask) -> object:
    with app.test_request_context():
        yield


def test_a_full_time_names_day_month_and_zone() -> None:
    assert formats.full_time(NOW) == "Senin, 23 November 2026 14.05 WIB"
    assert formats.short_time(NOW) == "23 Nov 14.05"
    assert formats.clock_time(NOW) == "14.05"


def test_a_date_is_that_of_the_office_also_when_utc_is_still_yesterday() -> None:
    night = datetime.fromisoformat("2026-11-22T18:00:00+00:00")
    assert formats.full_date(night) == "Senin, 23 November 2026"
    assert formats.short_date(date(2026, 11, 23)) == "23 Nov 2026"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW + timedelta(minutes=25), "hari ini 14.30"),
        (NOW + timedelta(days=1), "besok 14.05"),
        (NOW - timedelta(days=1), "kemarin 14.05"),
        (NOW + timedelta(days=3), "Kamis 14.05"),
        (NOW - timedelta(days=3), "Jum 20 Nov 14.05"),
        (NOW + timedelta(days=30), "Rab 23 Des 14.05"),
    ],
)
def test_a_day_is_said_as_people_say_it(moment: datetime, words: str) -> None:
    assert formats.when(moment, NOW) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (0, "kurang dari 1 menit"),
        (25, "25 menit"),
        (125, "2 jam 5 menit"),
        (450, "1 hari"),
        (450 + 125, "1 hari 2 jam"),
        (timedelta(hours=1), "1 jam"),
    ],
)
def test_office_time_is_counted_in_working_days_of_seven_and_a_half_hours(
    span: int | timedelta, words: str
) -> None:
    assert formats.office_span(span) == words


def test_a_refusal_is_a_sentence_with_its_words_filled_in() -> None:
    refusal = Refusal("Bukan tugas %(role)s, %(n)s kali.", role="Unit Kerja", n=2)
    assert formats.sentence(refusal) == "Bukan tugas Unit Kerja, 2 kali."
    assert formats.label("") == ""
    assert formats.label("Masuk") == "Masuk"
