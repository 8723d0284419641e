"""English is complete: what the source says has a translation, with the same placeholders."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po"
METHODS = [
    ("portal/**.py", "python"),
    ("portal/templates/**.html", "jinja2"),
    ("portal/static/**.js", "javascript"),
]
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "pgettext": ((1, "c"), 2),
    "lazy_gettext": None,
    "ngettext": (1, 2),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


def messages() -> Iterator[tuple[str, str, str | None]]:
    """Every (place, msgid, context) of the source; of a plural the first form."""
    found = extract_from_dir(ROOT, method_map=METHODS, keywords=KEYWORDS)
    for name, line, message, _, context in found:
        yield f"{name}:{line}", message if isinstance(message, str) else message[0], context


@pytest.fixture(scope="module")
def english() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="en")


def test_every_sentence_of_the_source_is_translated(english: Catalog) -> None:
    missing = [
        f"{place}: {message}"
        for place, message, context in messages()
        if (entry := english.get(message, context)) is None
        or not all(_forms(entry.string))
        or entry.fuzzy
    ]
    assert missing == []


def test_a_translation_fills_in_what_the_sentence_fills_in(english: Catalog) -> None:
    for entry in english:
        if not entry.id:
            continue
        wanted = sorted(set(PLACEHOLDER.findall(_forms(entry.id)[-1])))
        for form in _forms(entry.string):
            assert sorted(set(PLACEHOLDER.findall(form))) == wanted, entry.id


def test_nothing_is_translated_that_no_longer_stands_in_the_source(english: Catalog) -> None:
    known = {(message, context) for _, message, context in messages()}
    entries = [entry for entry in english if entry.id]
    stale = [one.id for one in entries if (_forms(one.id)[0], one.context) not in known]
    assert stale == []
    assert not english.obsolete


def _forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)
