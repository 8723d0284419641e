"""What the documents on security promise: each item once, each test really there."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TESTS = ROOT / "tests"
# Levels 1 and 2 of ASVS 4.0.3 by section; what is missing is level 3's, or was deleted there.
REQUIREMENTS = """
1.1 1-7, 1.2 1-4, 1.4 1 4-5, 1.5 1-4, 1.6 1-4, 1.7 1-2, 1.8 1-2, 1.9 1-2, 1.10 1, 1.11 1-2,
1.12 2, 1.14 1-6,
2.1 1-12, 2.2 1-3, 2.3 1-3, 2.4 1-5, 2.5 1-7, 2.6 1-3, 2.7 1-6, 2.8 1-7, 2.9 1-3, 2.10 1-4,
3.1 1, 3.2 1-4, 3.3 1-4, 3.4 1-5, 3.5 1-3, 3.7 1,
4.1 1-3 5, 4.2 1-2, 4.3 1-3,
5.1 1-5, 5.2 1-8, 5.3 1-10, 5.4 1-3, 5.5 1-4,
6.1 1-3, 6.2 1-6, 6.3 1-2, 6.4 1-2,
7.1 1-4, 7.2 1-2, 7.3 1 3-4, 7.4 1-3,
8.1 1-4, 8.2 1-3, 8.3 1-8,
9.1 1-3, 9.2 1-4,
10.2 1-2, 10.3 1-3,
11.1 1-8,
12.1 1-3, 12.2 1, 12.3 1-6, 12.4 1-2, 12.5 1-2, 12.6 1,
13.1 1 3-5, 13.2 1-3 5-6, 13.3 1-2, 13.4 1-2,
14.1 1-4, 14.2 1-6, 14.3 2-3, 14.4 1-7, 14.5 1-4
"""
WITHOUT_TEST = ("not applicable", "not met")
NAMED = re.compile(r"`([\w./-]+\.\w+)(?:::(\w+))?`")


def required() -> list[str]:
    found = []
    for part in REQUIREMENTS.split(","):
        section, *spans = part.split()
        for span in spans:
            first, _, last = span.partition("-")
            found += [f"{section}.{no}" for no in range(int(first), int(last or first) + 1)]
    return found


def document(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def items() -> list[list[str]]:
    """The rows of the list: number, what is asked, how it is here, by what it is shown."""
    rows = re.findall(r"^\| (\d+\.\d+\.\d+ \|.*) \|$", document("asvs.md"), flags=re.M)
    return [row.split(" | ") for row in rows if row.count(" | ") == 3]


@cache
def functions(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_requirement_of_the_standard_is_answered_once_in_its_order() -> None:
    assert len(required()) == 259
    assert [number for number, *_ in items()] == required()


def test_each_is_shown_by_something_that_is_there_or_said_not_to_be() -> None:
    for number, _, here, shown in items():
        assert here, number
        if shown in WITHOUT_TEST:
            continue
        named = NAMED.findall(shown)
        assert named, number
        assert not NAMED.sub("", shown).strip(" ,"), number
        for path, function in named:
            file = TESTS / path if (TESTS / path).exists() else ROOT / path
            assert file.is_file(), (number, path)
            assert not function or function in functions(file), (number, function)


def test_the_figures_and_the_list_of_what_is_not_met_are_those_of_the_rows() -> None:
    text = document("asvs.md")
    states = Counter(shown if shown in WITHOUT_TEST else "met" for *_, shown in items())
    told = re.search(r"^\| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", text, flags=re.M)
    assert told
    counted = [states["met"], states["not applicable"], states["not met"], states.total()]
    assert list(map(int, told.groups())) == counted
    listed = re.findall(r"\d+\.\d+\.\d+", text.split("## Not met")[1].split("\n## ")[0])
    unmet = [number for number, _, _, shown in items() if shown == "not met"]
    assert sorted(listed) == sorted(unmet)


@pytest.mark.parametrize("name", ["security.md", "asvs.md"])
def test_every_test_that_is_named_exists(name: str) -> None:
    files = [path.as_posix() for path in TESTS.rglob("test_*.py")]
    named = re.findall(r"\b(?:tests/)?([\w/]*test_\w+\.py)\b", document(name))
    assert named
    assert [one for one in named if not any(file.endswith(f"/{one}") for file in files)] == []
