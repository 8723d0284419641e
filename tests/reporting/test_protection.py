"""Nobody learns from a paper who an anonymous or confidential reporter is."""

import pytest

from portal.reporting.protection import shown_reporter, shown_title


@pytest.mark.parametrize(
    ("anonymous", "confidential", "shown"),
    [
        (False, False, "Hari Basuki"),
        (True, False, "Anonim"),
        (False, True, "Dirahasiakan"),
        (True, True, "Dirahasiakan"),
    ],
)
def test_a_paper_names_only_who_did_not_ask_for_secrecy(
    anonymous: bool, confidential: bool, shown: str
) -> None:
    assert shown_reporter("Hari Basuki", anonymous=anonymous, confidential=confidential) == shown


def test_a_reporter_without_a_name_is_a_dash() -> None:
    assert shown_reporter("", anonymous=False, confidential=False) == "–"


def test_a_list_does_not_say_what_a_confidential_complaint_is_about() -> None:
    assert shown_title("Pungli di sekolah", confidential=True) == "(isi dirahasiakan)"
    assert shown_title("Jalan rusak", confidential=False) == "Jalan rusak"
