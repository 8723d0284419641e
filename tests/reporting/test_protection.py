"""Nobody learns from a paper who an anonymous or confidential reporter is."""

import pytest

from portal.reporting.protection import (
    HIDDEN,
    shown_reporter,
    shown_title,
    without_identity,
)


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


@pytest.mark.parametrize(
    "text",
    [
        "Nama saya Hari Basuki.",
        "nama saya hari basuki.",
        "HARI  BASUKI",
        "Hari\nBasuki",
        "Pak Basuki, RT 3",
        "BASUKI",
    ],
)
def test_the_name_is_taken_out_however_it_is_written(text: str) -> None:
    clean = without_identity(text, "Hari Basuki", "")
    assert "basuki" not in clean.lower()
    assert HIDDEN in clean


def test_a_common_word_that_is_also_a_name_stays_where_it_is_small() -> None:
    text = "Sudah sepuluh hari kerja tidak ada tanggapan."
    assert without_identity(text, "Hari Basuki", "") == text


def test_a_name_inside_another_word_is_no_name() -> None:
    assert without_identity("Basukirahmat", "Hari Basuki", "") == "Basukirahmat"


def test_a_name_typed_in_small_letters_is_found_as_it_was_typed() -> None:
    assert without_identity("saya basuki", "hari basuki", "") == f"saya {HIDDEN}"


@pytest.mark.parametrize(
    "contact",
    [
        "3520011203800001",
        "081234567890",
        "0812-3456-7890",
        "+62 812 3456 7890",
        "(0351) 895 1234",
        "hari.basuki@contoh.id",
    ],
)
def test_numbers_and_addresses_are_taken_out_whosoever_they_are(contact: str) -> None:
    assert without_identity(f"Hubungi {contact}.", "", "").rstrip(".") == f"Hubungi {HIDDEN}"


def test_the_contact_that_the_portal_knows_is_taken_out_whatever_its_form() -> None:
    assert without_identity("IG @harib", "Hari", "@harib") == f"IG {HIDDEN}"


@pytest.mark.parametrize(
    "text", ["1.500 pengaduan pada 23-11-2026 10.05", "Nomor 24 Tahun 2014", "pukul 07.30–16.00"]
)
def test_ordinary_numbers_stay(text: str) -> None:
    assert without_identity(text, "Hari Basuki", "") == text


def test_the_tracking_id_stays() -> None:
    text = "Duplikat dari 9500001234, lapor.go.id"
    assert without_identity(text, "", "", keep="9500001234") == text
