"""Finding in a text what tells who somebody is: names, NIK, telephone numbers, e-mail addresses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from portal.identity.ordinary_words import ORDINARY_WORDS
from portal.identity.person import NIK_DIGITS, Identity, digits, phone_key
from portal.sop.text import N_

HIDDEN = "[dirahasiakan]"

# Letters alone: a name may be glued to a number or a line.
_WORD = re.compile(r"[^\W\d_]+")
# What may stand between the words of one name.
_GAP = re.compile(r"[\s.,'’_-]{1,6}")
_SHORTEST_NAME = 3
_TITLE = re.compile(
    r"prof|drs?|dra|drg|ir|h|hj|haji|hajah|kh|ustadz|pak|bapak|bpk|bu|ibu|sdri?|saudar[ai]"
    r"|tn|ny|mas|mbak|almh?",
    re.IGNORECASE,
)
_DEGREE = re.compile(r"(?:^|\s)\w{1,3}(?:\.\w{1,4})+\.?(?=\s|$)")
_NO_NAMES = frozenset({"anonim", "anonymous", "rahasia"})

_DIGIT = re.compile(r"\d")
# What may stand between two digits of one number: every dash and space that Unicode has, also the
# invisible ones.
_BETWEEN = r"[\s.,()/\-\u00ad\u200b-\u200f\u2010-\u2015\u2060\u2212\ufe58\ufe63\uff0d\ufeff]{0,3}"
_NIK = re.compile(rf"(?<![\d#])\d(?:{_BETWEEN}\d){{{NIK_DIGITS - 1}}}(?!\d)")
_MOBILE = re.compile(rf"(?<![\d#])(?:[+(]{{0,2}}62|\(?0){_BETWEEN}8(?:{_BETWEEN}\d){{7,11}}(?!\d)")
# The look behind keeps a long run of letters from being read again from each of them.
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_OFFICIAL = ".go.id"
# Besides NIK and telephone: a bank account, a customer's number. Nine digits and more.
_LONGEST_KEPT = 8
_LONG = re.compile(rf"(?<![\d#])[+(]{{0,2}}\d(?:{_BETWEEN}\d){{{_LONGEST_KEPT},}}")
_DAY = re.compile(
    r"\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d\d(?!\d)(?:[\s,]{1,2}\d\d[.:]\d\d(?!\d))?[\s,–-]{0,3}"
)
# Years in a row, or an amount of money with its cents.
_COUNTED = re.compile(r"(?:(?:19|20)\d\d[\s,–-]{0,3})+|\d{1,3}(?:\.\d{3})+,\d\d")


class Trace(StrEnum):
    """What a piece of text tells of somebody."""

    NAME = "name"
    NIK = "nik"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Trace.NAME: N_("nama pelapor"),
    Trace.NIK: N_("NIK"),
    Trace.PHONE: N_("nomor telepon"),
    Trace.EMAIL: N_("alamat surel"),
    Trace.ADDRESS: N_("alamat pelapor"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of text. `own`: it is the reporter's beyond doubt: his full name, his number."""

    trace: Trace
    start: int
    end: int
    own: bool


def find_traces(text: str, who: Identity) -> list[Found]:
    """What in `text` tells who `who` or anybody is, by its place; no two pieces overlap.

    A NIK or a telephone number counts whosoever it is, an e-mail address unless an office's.
    Every word of the name counts, an ordinary word only with a capital.
    """
    found = sorted(_all_traces(text, who), key=lambda one: (one.start, not one.own, -one.end))
    kept: list[Found] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def hide(text: str, who: Identity, keep: str = "") -> str:
    """`text` without what tells who `who` is.

    Out go, besides what `find_traces` finds, every e-mail address and every long number but
    dates and `keep` (a Tracking ID).
    """
    if not text:
        return ""
    spans = [(one.start, one.end) for one in _all_traces(text, who)]
    if "@" in text:
        spans += [found.span() for found in _EMAIL.finditer(text)]
    if _DIGIT.search(text):
        spans += _long_numbers(text)
    parts, at = [], 0
    for start, end in sorted(spans):
        if text[start:end] == keep or end <= at:
            continue
        if start >= at:
            parts += [text[at:start], HIDDEN]
        at = end
    return "".join([*parts, text[at:]])


def _all_traces(text: str, who: Identity) -> Iterator[Found]:
    yield from _names(text, who.name)
    if _DIGIT.search(text):
        yield from _numbers(text, Trace.NIK, _NIK, digits(who.nik))
        yield from _numbers(text, Trace.PHONE, _MOBILE, phone_key(who.phone))
    for found in _EMAIL.finditer(text) if "@" in text else ():
        own = found[0].casefold() == who.email.casefold()
        if own or not found[0].casefold().endswith(_OFFICIAL):
            yield Found(Trace.EMAIL, *found.span(), own)
    if who.address.strip():
        words = r"\s+".join(map(re.escape, who.address.split()))
        for found in re.finditer(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE):
            yield Found(Trace.ADDRESS, *found.span(), True)


def _numbers(text: str, trace: Trace, shape: re.Pattern[str], known: str) -> Iterator[Found]:
    """Numbers of a shape, and `known` in whatever groups."""
    for found in shape.finditer(text):
        if not (_DAY.match(found[0]) or _COUNTED.fullmatch(found[0])):
            yield Found(trace, *found.span(), False)
    if not known:
        return
    groups = _BETWEEN.join(known.lstrip("0") if trace is Trace.PHONE else known)
    prefix = rf"(?:[+(]{{0,2}}62|\(?0)?{_BETWEEN}" if trace is Trace.PHONE else ""
    for found in re.finditer(rf"(?<!\d){prefix}{groups}(?!\d)", text):
        yield Found(trace, *found.span(), True)


def _long_numbers(text: str) -> Iterator[tuple[int, int]]:
    """The places of numbers that are longer than a date, without the dates before them."""
    for found in _LONG.finditer(text):
        start, end = found.span()
        while day := _DAY.match(text, start, end):
            start = day.end()
        rest = text[start:end]
        if len(digits(rest)) > _LONGEST_KEPT and not _COUNTED.fullmatch(rest):
            yield start, end


def _names(text: str, name: str) -> Iterator[Found]:
    wanted = _wanted(name)
    folded = text.casefold()
    if not any(word in folded for word in wanted.full):
        return
    words = list(_WORD.finditer(text))
    for no, word in enumerate(words):
        said = word[0].casefold()
        if len(wanted.full) > 1 and said in wanted.full and _goes_on(text, words, no, wanted.full):
            yield Found(Trace.NAME, word.start(), words[no + len(wanted.full) - 1].end(), True)
        if said in wanted.telling:
            yield Found(Trace.NAME, *word.span(), wanted.full == [said])
        elif word[0] in wanted.capitals:
            yield Found(Trace.NAME, *word.span(), False)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What to look for of a name: all its words, in whatever order; those that tell of him alone,
    in any case; and the ordinary ones, as they stand with a capital. The first two folded.
    """

    full: list[str]
    telling: frozenset[str]
    capitals: frozenset[str]


@lru_cache(1024)
def _wanted(name: str) -> _Wanted:
    core = name.partition(",")[0]
    single = {word.casefold() for word in _name_words(core) if len(word) >= _SHORTEST_NAME}
    ordinary = single & ORDINARY_WORDS
    return _Wanted(
        [word.casefold() for word in _name_words(_DEGREE.sub(" ", core))],
        frozenset(single - ordinary),
        frozenset(form for word in ordinary for form in (word.capitalize(), word.upper())),
    )


def _name_words(name: str) -> list[str]:
    words = [word for word in _WORD.findall(name) if not _TITLE.fullmatch(word)]
    return [] if {word.casefold() for word in words} <= _NO_NAMES else words


def _goes_on(text: str, words: list[re.Match[str]], first: int, wanted: list[str]) -> bool:
    """Whether the words from `first` on are the `wanted` ones, with only a gap between two."""
    run = words[first : first + len(wanted)]
    return sorted(word[0].casefold() for word in run) == sorted(wanted) and all(
        _GAP.fullmatch(text, one.end(), other.start()) for one, other in pairwise(run)
    )
