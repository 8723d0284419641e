import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lapor.words import normalise_name, one_line, paragraphs


def test_html_entities_become_the_signs_they_stand_for() -> None:
    told = "Jalan &quot;rusak&quot; &amp; gelap &lt;b&gt;mohon&lt;/b&gt; &#8220;segera&#x201D;"

    assert paragraphs(told) == 'Jalan "rusak" & gelap <b>mohon</b> “segera”'


def test_an_entity_is_undone_once_only() -> None:
    assert paragraphs("&amp;lt;b&amp;gt;") == "&lt;b&gt;"


def test_an_address_with_parameters_is_no_entity() -> None:
    address = "https://contoh.invalid/?a=1&copy=2&section=3"

    assert paragraphs(address) == address


def test_control_characters_are_removed_but_lines_and_tabs_stay() -> None:
    assert paragraphs("satu\x00\x07\r\ndua\x1b[0m\ttiga\rempat\x0b") == "satu\ndua[0m\ttiga\nempat"


def test_marks_that_turn_the_writing_round_are_removed() -> None:
    assert one_line("lampu\u202e itam\u202c") == "lampu itam"


def test_an_emoji_of_several_parts_stays_whole() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"

    assert one_line(f"{family}\ufeff") == family


def test_spaces_that_do_not_break_are_spaces() -> None:
    assert one_line("\u00a0Dinas\u00a0\u202fSosial&nbsp;") == "Dinas Sosial"
    assert paragraphs("satu\u00a0 dua") == "satu  dua"


def test_letters_are_composed() -> None:
    assert one_line("Cafe\u0301") == "Caf\u00e9"


def test_a_name_stands_on_one_line() -> None:
    assert one_line(" Budi \n  Santoso\t") == "Budi Santoso"
    assert one_line("Budi  Santoso") == "Budi Santoso"


@given(st.text())
def test_tidied_text_can_be_stored_anywhere(text: str) -> None:
    tidy = paragraphs(text)

    assert tidy == unicodedata.normalize("NFC", tidy)
    assert not {unicodedata.category(sign) for sign in tidy if sign not in "\t\n"} & {"Cc", "Cs"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("DINAS KESEHATAN KAB. MAGETAN", "Dinas Kesehatan"),
        ("Dinas Kesehatan  Kab Magetan", "Dinas Kesehatan"),
        ("Dinas Perhubungan Kabupaten Magetan", "dinas perhubungan"),
        ("Dinas Perhubungan (Kab. Magetan)", "Dinas Perhubungan"),
        ("Dinas Pendidikan, Kepemudaan dan Olahraga", "DINAS PENDIDIKAN KEPEMUDAAN DAN OLAHRAGA."),
        ("Kecamatan Magetan Kabupaten Magetan", "kecamatan magetan"),
        ("Dinas_Sosial\u00a0", "dinas sosial"),
    ],
)
def test_spellings_of_one_office_compare_equal(one: str, other: str) -> None:
    assert normalise_name(one) == normalise_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kecamatan Magetan", "Kecamatan"),
        ("DPUPR Magetan", "DPUPR"),
        ("Kabupaten Magetan", ""),
        ("Pemerintah Kabupaten Magetan", "Pemerintah Kabupaten Madiun"),
        ("Dinas Sosial Kabupaten Madiun", "Dinas Sosial"),
    ],
)
def test_different_offices_stay_different(one: str, other: str) -> None:
    assert normalise_name(one) != normalise_name(other)
