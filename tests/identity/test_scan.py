"""Who somebody is, found in a text however it is written; and nothing else."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.identity.person import NOBODY, Identity, digits, phone_key
from portal.identity.scan import HIDDEN, Trace, find_traces, hide

WHO = Identity("Siti Namarahasia", "3520011203800001", "0812-3456-7890", "siti@contoh.id")


def told(text: str, who: Identity = WHO) -> list[tuple[Trace, str, bool]]:
    return [(one.trace, text[one.start : one.end], one.own) for one in find_traces(text, who)]


# -- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Nama saya Siti Namarahasia.",
        "nama saya siti namarahasia.",
        "SITI  NAMARAHASIA",
        "Siti\nNamarahasia",
        "Ibu Hj. Siti Namarahasia, S.Pd.",
        "Sdri. Siti-Namarahasia",
        "7siti namarahasia2",
        "surat_siti_namarahasia_final",
    ],
)
@pytest.mark.parametrize(
    "name",
    [
        "Siti Namarahasia",
        "Hj. Siti Namarahasia, S.Pd., M.Si.",
        "siti namarahasia S.Pd",
        "Ibu SITI NAMARAHASIA",
    ],
)
def test_a_full_name_is_found_in_any_case_and_with_any_title(text: str, name: str) -> None:
    [(trace, _, own)] = told(text, Identity(name))
    assert (trace, own) == (Trace.NAME, True)
    assert "namarahasia" not in hide(text, Identity(name)).casefold()


@pytest.mark.parametrize("text", ["Bu Namarahasia, RT 3", "NAMARAHASIA", "Siti datang", "RT3Siti"])
def test_one_word_of_the_name_is_found_where_it_looks_like_a_name_but_proves_nothing(
    text: str,
) -> None:
    [(trace, _, own)] = told(text)
    assert (trace, own) == (Trace.NAME, False)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Sudah sepuluh hari kerja tidak ada tanggapan.", "Hari Basuki"),
        ("Jalan Basukirahmat", "Hari Basuki"),
        ("Laporan ini anonim; Anonim menurut LAPOR!", "Anonim"),
        ("Bapak Ibu yang terhormat", "Bapak"),
        ("apa saja", ""),
        ("apa - saja", "-"),
    ],
)
def test_a_common_word_is_no_name(text: str, name: str) -> None:
    assert told(text, Identity(name)) == []
    assert hide(text, Identity(name)) == text


def test_a_name_typed_in_small_letters_is_found_as_it_was_typed() -> None:
    assert told("saya basuki", Identity("hari basuki")) == [(Trace.NAME, "basuki", False)]


@pytest.mark.parametrize(
    ("text", "name", "left"),
    [
        ("saya suparmi warga rt 3", "Suparmi", f"saya {HIDDEN} warga rt 3"),
        ("saya kirana", "Zubaidah Kirana", f"saya {HIDDEN}"),
        ("kirana zubaidah", "Zubaidah Kirana", HIDDEN),
        ("saya siti kirana", "Siti Zubaidah Kirana", f"saya {HIDDEN} {HIDDEN}"),
        ("jaya hari", "Hari Jaya", HIDDEN),
        ("tiap hari", "Hari Jaya", "tiap hari"),
        ("Pak Hari, tiap hari", "HARI", f"Pak {HIDDEN}, tiap hari"),
        ("semua warga desa", "Warga Peduli Desa", "semua warga desa"),
    ],
)
def test_every_word_of_a_name_goes_out_in_any_case_and_order_unless_it_is_ordinary(
    text: str, name: str, left: str
) -> None:
    assert hide(text, Identity(name)) == left


@given(
    st.permutations(["Zubaidah", "Kirana", "Basuki"]),
    st.sampled_from([str.upper, str.lower, str.title]),
)
def test_the_words_of_a_full_name_in_another_order_are_the_full_name(
    words: list[str], cased: object
) -> None:
    text = cased(" ".join(words))  # type: ignore[operator]
    assert told(text, Identity("Zubaidah Kirana Basuki")) == [(Trace.NAME, text, True)]


@pytest.mark.parametrize("text", ["Suparmi", "suparmi", "SUPARMI"])
@pytest.mark.parametrize("name", ["Suparmi", "Ibu Hj. Suparmi, S.Pd.", "suparmi"])
def test_a_name_of_one_word_is_a_full_name(text: str, name: str) -> None:
    assert told(f"Yth. {text}, sudah.", Identity(name)) == [(Trace.NAME, text, True)]


def test_a_name_that_is_an_ordinary_word_proves_nothing() -> None:
    assert told("Hari ini sudah.", Identity("Hari")) == [(Trace.NAME, "Hari", False)]


_WORDS = st.sampled_from(["Budi", "Ayu", "Wahyuni", "Sastro", "O'Brien"])
_NAMES = st.lists(_WORDS, min_size=2, max_size=4)


@given(_NAMES, st.sampled_from([str.upper, str.lower, str.title, str]), st.text(max_size=20))
def test_a_full_name_never_survives_hiding(words: list[str], cased: object, around: str) -> None:
    name = " ".join(words)
    text = f"{around} {cased(name)} {around}"  # type: ignore[operator]
    assert cased(name) not in hide(text, Identity(name))  # type: ignore[operator]


# -- numbers -------------------------------------------------------------------------------------

_GAPS = st.lists(st.sampled_from(["", "", " ", "-", ".", " -"]), min_size=20, max_size=20)


def spread(number: str, gaps: list[str]) -> str:
    return "".join(digit + gap for digit, gap in zip(number, gaps, strict=False)).rstrip(" -.")


@given(st.from_regex(r"[1-9][0-9]{15}", fullmatch=True), _GAPS)
def test_a_nik_is_found_in_whatever_groups(nik: str, gaps: list[str]) -> None:
    text = f"NIK saya {spread(nik, gaps)}, terima kasih"
    hidden = hide(text, NOBODY)
    assert digits(hidden) == ""
    found = told(text, NOBODY)
    # what begins like a date is left to the eye of the reader
    assert not found or [(trace, digits(piece)) for trace, piece, _ in found] == [(Trace.NIK, nik)]
    if not any(gaps):
        assert found


@given(
    st.sampled_from(["0", "+62", "62", "(+62)", "+62 ", "(0"]),
    st.from_regex(r"8[0-9]{8,10}", fullmatch=True),
    _GAPS,
)
def test_a_mobile_number_is_found_however_it_is_written(
    prefix: str, rest: str, gaps: list[str]
) -> None:
    text = f"WA {prefix}{spread(rest, gaps)}."
    assert [trace for trace, _, _ in told(text, NOBODY)] == [Trace.PHONE]
    assert digits(hide(text, NOBODY)) == ""


@given(st.from_regex(r"8[0-9]{8,10}", fullmatch=True), _GAPS)
def test_every_spelling_of_a_number_is_the_same_number(rest: str, gaps: list[str]) -> None:
    spellings = {f"0{rest}", f"+62{rest}", f"62 {spread(rest, gaps)}", f"(+62) {rest}", f"0-{rest}"}
    assert {phone_key(one) for one in spellings} == {f"0{rest}"}
    for one in spellings:
        assert [own for _, _, own in told(f"WA {one}", Identity(phone=f"0{rest}"))] == [True], one


SIGNS = (
    *" .,()/-\t\n\u00a0\u00ad\u2003\u2009\u200b\u202f\u2060\u2212\u3000\ufeff\uff0d",
    *map(chr, range(0x2010, 0x2016)),
    "\r\n",
    "   ",
    " – ",
    ", (",
)


@pytest.mark.parametrize("sign", SIGNS, ids=ascii)
def test_any_dash_or_space_may_stand_between_the_digits_of_a_number(sign: str) -> None:
    nik, phone = (sign.join(groups) for groups in (("3520", "0112", "03800007"), ("0812", "98765")))
    phone += f"{sign}432"
    for text, trace in ((nik, Trace.NIK), (phone, Trace.PHONE)):
        assert told(f"ini {text} itu", NOBODY) == [(trace, text, False)]
        assert hide(f"ini {text} itu", NOBODY) == f"ini {HIDDEN} itu"
    own = Identity(nik="3520011203800007", phone="081298765432")
    assert [one for _, _, one in told(f"{nik} dan {phone}", own)] == [True, True]
    account = sign.join(("1234", "567", "890"))
    assert hide(f"rek. {account} BRI", NOBODY) == f"rek. {HIDDEN} BRI"


def test_four_signs_divide_two_numbers() -> None:
    assert told("35200112    03800007", NOBODY) == []


@pytest.mark.parametrize(
    "text",
    [
        "12-03-2026 07.30, 13-04-2026",
        "12/03/2026\n13/04/2026\n14/05/2026",
        "anggaran 2021, 2022, 2023, 2024",
        "2024–2025, 2026–2027",
        "Rp 1.250.000,00",
    ],
)
def test_dates_years_and_amounts_stay_also_where_hidden(text: str) -> None:
    assert told(text, NOBODY) == []
    assert hide(text, NOBODY) == text


def test_a_number_behind_a_date_is_hidden_without_it() -> None:
    assert hide("12-03-2026 123456789", NOBODY) == f"12-03-2026 {HIDDEN}"


def test_two_numbers_side_by_side_are_two() -> None:
    found = told("081234567890 3520011203800001", NOBODY)
    assert [trace for trace, _, _ in found] == [Trace.PHONE, Trace.NIK]


@pytest.mark.parametrize("text", ["(0351) 895123", "0351-895123", "+62 351 895 123"])
def test_a_telephone_at_home_is_found_when_it_is_the_reporters(text: str) -> None:
    assert told(text, NOBODY) == []
    assert [own for _, _, own in told(text, Identity(phone="0351895123"))] == [True]


@pytest.mark.parametrize(
    "text",
    [
        "1.500 pengaduan pada 23-11-2026 10.05",
        "12-03-2026 13-04-2026",
        "Nomor 24 Tahun 2014",
        "pukul 07.30-16.00",
        "#9155064 dan #081234567890",
        "Rp 1.250.000",
    ],
)
def test_ordinary_numbers_stay(text: str) -> None:
    assert told(text, NOBODY) == []


# -- addresses -----------------------------------------------------------------------------------


def test_an_e_mail_is_found_unless_it_is_an_offices() -> None:
    assert told("siti@contoh.id", NOBODY) == [(Trace.EMAIL, "siti@contoh.id", False)]
    assert told("SITI@contoh.id") == [(Trace.EMAIL, "SITI@contoh.id", True)]
    assert told("kominfo@magetan.go.id") == []
    assert hide("kominfo@magetan.go.id", NOBODY) == HIDDEN


def test_what_was_given_as_an_address_is_found() -> None:
    who = Identity(address="Jl. Mawar  3")
    assert told("di jl. mawar 3, Maospati", who) == [(Trace.ADDRESS, "jl. mawar 3", True)]
    assert hide("IG @harib", Identity(address="@harib")) == f"IG {HIDDEN}"


# -- hiding --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "contact",
    ["3520011203800001", "0812-3456-7890", "(0351) 895 1234", "1234 5678 9", "a.b@contoh.id"],
)
def test_every_long_number_is_hidden_whosoever_it_is(contact: str) -> None:
    assert hide(f"Hubungi {contact}!", NOBODY) == f"Hubungi {HIDDEN}!"


def test_the_tracking_id_stays() -> None:
    text = "Duplikat dari 9500001234, lapor.go.id"
    assert hide(text, WHO, keep="9500001234") == text


def test_what_overlaps_is_hidden_once() -> None:
    assert hide("siti.namarahasia@contoh.id", WHO) == HIDDEN


@given(st.text(max_size=200))
def test_pieces_lie_in_the_text_in_order_and_apart(text: str) -> None:
    found = find_traces(text, WHO)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(st.text(max_size=200), st.sampled_from([WHO, NOBODY, Identity("Hari Basuki")]))
def test_what_was_hidden_stays_as_it_is_when_hidden_again(text: str, who: Identity) -> None:
    once = hide(text, who)
    assert hide(once, who) == once


@pytest.mark.parametrize(
    "piece", ["a", "a.", "0", "08", "a@", "1-", "( ", "Siti ", "1,\n ", "12-03-2026 ", "2026–"]
)
def test_a_long_text_of_one_sign_is_gone_through_once(piece: str) -> None:
    """Read again from every place, it would not end."""
    text = piece * (100_000 // len(piece))
    find_traces(text, NOBODY)
    hide(text, WHO)
