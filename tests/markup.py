"""What every page and every part of one keeps to, in the tests that fetch it."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from xml.etree.ElementTree import Element

import html5lib
from html5lib.html5parser import ParseError

LANGUAGES = {"id", "en"}
_DOCTYPE = "<!doctype html>"
_DRAWN_ANEW = re.compile(r'(name="(?:csrf_token|key|held)" value=)"[^"]*"')
_REFERENCES = ("for", "aria-labelledby", "aria-describedby")
_UNNAMED_TYPES = {"hidden", "submit", "button"}


def faults_of(text: str) -> tuple[str, ...]:
    """What is wrong with a page, or with a part of one; the same text is looked at once."""
    return _faults(without_what_is_drawn_anew(text))


def without_what_is_drawn_anew(text: str) -> str:
    """A text without the tokens that differ each time it is made."""
    return _DRAWN_ANEW.sub(r'\1""', text)


@lru_cache(maxsize=4096)
def _faults(text: str) -> tuple[str, ...]:
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    is_page = text.startswith(_DOCTYPE)
    try:
        root = parser.parse(text) if is_page else parser.parseFragment(text)
    except ParseError as error:
        line, column = parser.tokenizer.stream.position()
        return (f"{error} at {text.splitlines()[line - 1][max(0, column - 60) : column + 20]!r}",)
    found = [*_faults_everywhere(root)]
    return tuple([*found, *_faults_of_page(root)] if is_page else found)


def _faults_everywhere(root: Element) -> Iterator[str]:
    ids = Counter(node.get("id") for node in root.iter() if node.get("id"))
    yield from (f"id {name} is there {times} times" for name, times in ids.items() if times > 1)
    for node in root.iter():
        if "style" in node.attrib or any(name.startswith("on") for name in node.attrib):
            yield f"a style or a script inside <{node.tag}>"
        if node.tag == "script" and "src" not in node.attrib:
            yield "a script inside the page"
        if node.tag in ("a", "button", "summary") and not words_of(node):
            yield f"a <{node.tag}> without words: {node.attrib}"
    labelled = {node.get("for") for node in root.iter("label")}
    labelled |= {node.get("id") for label in root.iter("label") for node in label.iter()}
    for name in ("input", "select", "textarea"):
        inside = {id(node) for label in root.iter("label") for node in label.iter(name)}
        for field in root.iter(name):
            if not (_is_hidden(field) or id(field) in inside or field.get("id") in labelled):
                yield f"a field without a label: {field.attrib}"


def _is_hidden(field: Element) -> bool:
    return (
        "hidden" in field.attrib
        or field.get("type") in _UNNAMED_TYPES
        or field.get("aria-hidden") == "true"
        or bool(field.get("aria-label"))
    )


def _faults_of_page(root: Element) -> Iterator[str]:
    if root.get("lang") not in LANGUAGES:
        yield f"the language is {root.get('lang')}"
    headings = [words_of(node) for node in root.iter("h1")]
    title = " ".join(words_of(node) for node in root.iter("title"))
    if len(headings) != 1:
        yield f"h1: {headings}"
    elif not title.startswith(headings[0]):
        yield f"the title is {title!r}, the heading {headings[0]!r}"
    ids = {node.get("id") for node in root.iter()}
    for node in root.iter():
        for name in _REFERENCES:
            missing = set((node.get(name) or "").split()) - ids
            if missing:
                yield f"{name} of <{node.tag}> leads nowhere: {missing}"


def words_of(node: Element) -> str:
    return " ".join("".join(node.itertext()).split())
