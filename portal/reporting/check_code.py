"""Codes of check pages (/verifikasi/<code>): nobody guesses them, everybody can type them."""

import secrets

# Without vowels (no words), and without what print confuses: 0 O, 1 I L, U V.
ALPHABET = "23456789BCDFGHJKMNPQRSTWXZ"
LENGTH = 12  # 26 ** 12: 56 bits
GROUP = 4


def new_code() -> str:
    """Twelve random signs in groups of four, "K7MX-29QD-HRWT"."""
    return _grouped("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def clean_code(typed: str) -> str | None:
    """A code as somebody typed it (small letters, blanks) in its form, or None if it is none."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    return _grouped(signs) if len(signs) == LENGTH and set(signs) <= set(ALPHABET) else None


def _grouped(signs: str) -> str:
    return "-".join(signs[at : at + GROUP] for at in range(0, LENGTH, GROUP))
