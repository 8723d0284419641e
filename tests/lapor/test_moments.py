from datetime import UTC, date, datetime, time, timedelta

import pytest

from portal.lapor.moments import arrival, read_clock, read_day
from portal.sop.text import Refusal

THIRD_OF_JANUARY = date(2026, 1, 3)


@pytest.mark.parametrize(
    "text",
    [
        "3 Jan 2026",
        "03 Januari 2026 ",
        "3 january 2026",
        "3-Jan-2026",
        "3 Jan. 2026",
        "2026-01-03",
        "2026-1-3",
        "2026-01-03T00:00:00",
        "03/01/2026",
        "3-1-2026",
        "3.1.2026",
        "\u00a03\u00a0JAN\u00a02026",
    ],
)
def test_a_day_is_read_in_any_notation(text: str) -> None:
    assert read_day(text)[0] == THIRD_OF_JANUARY


@pytest.mark.parametrize(
    ("names", "month"),
    [
        ("Jan Januari January", 1),
        ("Feb Februari February Pebruari", 2),
        ("Mar Maret March", 3),
        ("Apr April", 4),
        ("Mei May", 5),
        ("Jun Juni June", 6),
        ("Jul Juli July", 7),
        ("Agu Agt Ags Agustus Aug August", 8),
        ("Sep Sept September", 9),
        ("Okt Oktober Oct October", 10),
        ("Nov Nop November Nopember", 11),
        ("Des Desember Dec December", 12),
    ],
)
def test_months_are_known_in_indonesian_and_english(names: str, month: int) -> None:
    assert {read_day(f"7 {name} 2026")[0] for name in names.split()} == {date(2026, month, 7)}


def test_the_day_comes_before_the_month() -> None:
    assert read_day("04/03/2026")[0] == date(2026, 3, 4)


@pytest.mark.parametrize("text", ["2026-01-03 08:15", "2026-01-03T08:15:00", "3 Jan 2026, 08.15"])
def test_a_time_may_stand_in_the_cell_of_the_day(text: str) -> None:
    assert read_day(text) == (THIRD_OF_JANUARY, time(8, 15))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Tanggal kosong."),
        (" \u00a0", "Tanggal kosong."),
        ("30 Feb 2026", "“30 Feb 2026” bukan tanggal yang ada."),
        ("3 Xyz 2026", "“3 Xyz 2026” bukan tanggal yang ada."),
        ("31/04/2026", "“31/04/2026” bukan tanggal yang ada."),
        ("01/13/2026", "“01/13/2026” bukan tanggal yang ada."),
        ("0000-01-01", "“0000-01-01” bukan tanggal yang ada."),
        ("kemarin", "Tanggal “kemarin” tidak dikenali"),
        ("3 Jan 26", "Tanggal “3 Jan 26” tidak dikenali"),
        ("46025", "Tanggal “46025” tidak dikenali"),
        ("3 Jan 2026 pagi", "Tanggal “3 Jan 2026 pagi” tidak dikenali"),
        ("1899-12-31", "Tanggal 1899-12-31 lebih awal daripada LAPOR! sendiri."),
        ("2026-01-03 25:00", "“25:00” bukan waktu yang ada."),
    ],
)
def test_what_is_no_day_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_day(text)

    assert str(refused.value).startswith(reason)


@pytest.mark.parametrize(
    "text", ["08:15", "8:15", "08:15:00", "08.15", "08:15 WIB", "08.15wib", " 08:15\u00a0"]
)
def test_a_time_is_read_in_any_notation(text: str) -> None:
    assert read_clock(text) == time(8, 15)


def test_an_empty_time_is_none() -> None:
    assert read_clock(" ") is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("24:00", "“24:00” bukan waktu yang ada."),
        ("12:60", "“12:60” bukan waktu yang ada."),
        ("pagi", "Waktu “pagi” tidak dikenali; tulis seperti 08:15."),
        ("08:15 WITA", "Waktu “08:15 WITA” tidak dikenali; tulis seperti 08:15."),
        ("0.34375", "Waktu “0.34375” tidak dikenali; tulis seperti 08:15."),
    ],
)
def test_what_is_no_time_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_clock(text)

    assert str(refused.value) == reason


def test_arrival_is_jakarta_time_kept_in_utc() -> None:
    now = datetime(2026, 12, 1, tzinfo=UTC)

    assert arrival(date(2026, 11, 3), time(6, 59), now) == datetime(2026, 11, 2, 23, 59, tzinfo=UTC)
    assert arrival(date(2026, 11, 3), time(6, 59), now).tzinfo is UTC


def test_a_report_may_arrive_now_but_not_later() -> None:
    now = datetime(2026, 11, 3, 1, 15, tzinfo=UTC)

    assert arrival(date(2026, 11, 3), time(8, 15), now) == now
    with pytest.raises(Refusal, match="Tanggal 03/11/2026 ada di masa depan"):
        arrival(date(2026, 11, 3), time(8, 15), now - timedelta(seconds=1))
