"""The offices' browsers are old: Chrome 109 and Firefox 115; what is younger is not used."""

import re
from pathlib import Path

import pytest

from portal.config import ROOT

STATIC = ROOT / "portal" / "static"
PAGES = [*(ROOT / "portal" / "templates").rglob("*.html")]
YOUNGER = {
    "css": r"&|:has\(|text-wrap|subgrid|color-mix\(|ok(lch|lab)\(|light-dark\(|@scope"
    r"|@starting-style|@property|anchor-name|position-area|view-transition|field-sizing|interpolate-size"
    r"|:user-(in)?valid|:popover-open|animation-timeline|scrollbar-(color|gutter)|\dr?lh\b",
    "js": r"groupBy\(|\.to(Sorted|Reversed|Spliced)\(|\.with\(|fromAsync|withResolvers|canParse\("
    r"|startViewTransition|(show|hide|toggle)Popover|AbortSignal\.any|WellFormed|randomUUID"
    r"|\.(union|intersection|difference)\(|setHTMLUnsafe|Promise\.try|scheduler\.",
    "html": r"\spopover\b|<search\b|<details[^>]*\sname=|\scommandfor=|\sinteresttarget=",
}


@pytest.mark.parametrize(
    "path", [*STATIC.iterdir(), *PAGES], ids=lambda path: str(path.relative_to(ROOT / "portal"))
)
def test_nothing_is_younger_than_the_browsers(path: Path) -> None:
    younger = YOUNGER.get(path.suffix[1:], "$^")
    assert [found[0] for found in re.finditer(younger, path.read_text("utf-8"))] == []


def test_no_rule_of_the_style_sheet_stands_inside_another() -> None:
    inside: list[str] = []
    text = re.sub(r"/\*.*?\*/", "", (STATIC / "portal.css").read_text("utf-8"), flags=re.DOTALL)
    for before, brace in re.findall(r"([^{}]*)([{}])", text):
        if brace == "}":
            inside.pop()
            continue
        head = before.rpartition(";")[2].strip()
        assert all(rule.startswith("@") for rule in inside), f"{head} in {inside[-1]}"
        inside.append(head)
