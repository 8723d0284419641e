"""Plain forms, field by field."""

from datetime import date

import pytest

from portal.cases.answers import Invalid
from portal.cases.fields import Fields


def wrong(fields: Fields) -> set[str]:
    with pytest.raises(Invalid) as refused:
        fields.check()
    return set(refused.value.errors)


def test_a_good_form_gives_clean_values_and_no_complaint() -> None:
    fields = Fields({"name": "  Dinas   Sosial ", "note": "a\r\nb", "day": "2026-11-23", "n": "7"})
    assert fields.line("name") == "Dinas Sosial"
    assert fields.text("note") == "a\nb"
    assert fields.day("day") == date(2026, 11, 23)
    assert fields.number("n", 1, 10) == 7
    fields.check()


def test_every_wrong_field_has_its_own_sentence() -> None:
    fields = Fields(
        {"long": "x" * 100_000, "control": "a\x00b", "choice": "lain", "day": "kemarin"}
    )
    fields.line("long")
    fields.line("control")
    fields.line("empty")
    fields.choice("choice", ["a", "b"])
    fields.day("day")
    fields.number("number", 1, 5)
    assert wrong(fields) == {"long", "control", "empty", "choice", "day", "number"}


@pytest.mark.parametrize("text", ["0", "11", "-1", "1.5", "satu", "9" * 5000, ""])
def test_a_number_outside_its_bounds_is_refused(text: str) -> None:
    fields = Fields({"n": text})
    fields.number("n", 1, 10)
    assert wrong(fields) == {"n"}


@pytest.mark.parametrize("text", ["1999-12-31", "2077-01-01", "2026-02-30", "23-11-2026"])
def test_a_date_that_is_none_or_that_no_calendar_reaches_is_refused(text: str) -> None:
    fields = Fields({"day": text})
    fields.day("day")
    assert wrong(fields) == {"day"}


def test_an_optional_field_may_be_empty_but_not_wrong() -> None:
    fields = Fields({"choice": "x", "day": "x"})
    assert fields.line("line", required=False) == ""
    assert fields.choice("nothing", ["a"], required=False) == ""
    assert fields.day("no_day", default=date(2026, 1, 1)) == date(2026, 1, 1)
    fields.check()
    fields.choice("choice", ["a"], required=False)
    fields.day("day", default=date(2026, 1, 1))
    assert wrong(fields) == {"choice", "day"}


def test_the_first_sentence_for_a_field_stands() -> None:
    fields = Fields({})
    fields.refuse("name", "pertama")
    fields.refuse("name", "kedua")
    assert str(fields.errors["name"]) == "pertama"
