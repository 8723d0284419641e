"""Codes of check pages."""

from portal.reporting.check_code import ALPHABET, clean_code, new_code


def test_a_code_is_three_groups_of_four_plain_signs() -> None:
    groups = new_code().split("-")
    assert [len(group) for group in groups] == [4, 4, 4]
    assert set("".join(groups)) <= set(ALPHABET)


def test_no_sign_is_mistaken_for_another_in_print() -> None:
    assert not set("01OILUVAE") & set(ALPHABET)
    assert len(set(ALPHABET)) == len(ALPHABET)


def test_codes_do_not_repeat() -> None:
    assert len({new_code() for _ in range(2000)}) == 2000


def test_a_code_may_be_typed_in_small_letters_and_without_dashes() -> None:
    assert clean_code(" k7mx 29qdhrwt\n") == "K7MX-29QD-HRWT"
    assert clean_code("K7MX-29QD-HRWT") == "K7MX-29QD-HRWT"


def test_what_is_no_code_is_none() -> None:
    for typed in ("", "K7MX-29QD-HRW", "K7MX-29QD-HRWTT", "K7MX-29QD-HRW0", "K7MX-29QD-HRWÉ"):
        assert clean_code(typed) is None
