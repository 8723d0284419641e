import pytest

from portal.sop.office_time import Duration


@pytest.mark.parametrize(
    ("text", "label"),
    [("15m", "15 menit"), ("1h", "1 jam kerja"), ("10d", "10 hari kerja"), ("0m", "0 menit")],
)
def test_a_duration_reads_and_writes_itself_and_has_words(text: str, label: str) -> None:
    duration = Duration.parse(text)
    assert str(duration) == text
    assert duration.label == label


def test_space_around_a_duration_does_not_matter() -> None:
    assert Duration.parse(" 10d\n") == Duration(10, "d")


@pytest.mark.parametrize(
    "text",
    ["", "10", "d", "10 d", "-1d", "1.5h", "1w", "1D", "1d1h", "1234567m", "\u0661d", "1d\x00"],
)
def test_a_duration_that_cannot_be_read_gets_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="Lama waktu ditulis seperti 15m"):
        Duration.parse(text)


@pytest.mark.parametrize(("amount", "unit"), [(-1, "d"), (1, "w")])
def test_a_duration_is_never_negative_nor_of_another_unit(amount: int, unit: str) -> None:
    with pytest.raises(ValueError, match="Lama waktu"):
        Duration(amount, unit)
