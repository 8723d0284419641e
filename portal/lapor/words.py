"""Tidying what citizens and spreadsheets wrote, and comparing how offices are spelt."""

import html
import re
import unicodedata

# Only entities that are closed: in "?a=1&copy=2" nothing is meant to be a sign.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_LINE_END = re.compile("\r\n?|[\u2028\u2029\x85]")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
# Control characters but tab and newline; marks that reverse the direction of writing or show
# nothing; halves of surrogate pairs, which no database takes. Joiners stay: emoji need them.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
    "\ud800-\udfff]"
)
_NOT_WORD = re.compile(r"[\W_]+")
_REGENCY = re.compile(r"(?<=\w) (?:kab|kabupaten) magetan$")


def one_line(text: str) -> str:
    """`text` as a name or title: HTML entities are the signs they stand for, nothing invisible is
    left, letters are in NFC, and any run of white space is one space."""
    if _is_plain(text) and "  " not in text:
        return text.strip()
    return " ".join(paragraphs(text).split())


def paragraphs(text: str) -> str:
    """`text` likewise, but its lines and inner spaces stay. What looks like HTML stays text."""
    if _is_plain(text):
        return text.strip()
    text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    text = _UNWANTED.sub("", _SPACES.sub(" ", _LINE_END.sub("\n", text)))
    return unicodedata.normalize("NFC", text).strip()


def _is_plain(text: str) -> bool:
    """Nothing to tidy but the ends; most cells are so, and this is ten times as fast."""
    return text.isascii() and text.isprintable() and "&" not in text


def normalise_name(text: str) -> str:
    """`text` for comparing how an office, class or status is spelt: case, punctuation, spacing and
    a closing "Kab. Magetan" do not count. Abbreviations are not resolved."""
    words = _NOT_WORD.sub(" ", one_line(text).casefold()).strip()
    return _REGENCY.sub("", words)
