"""Every link of every desk, followed by every account of the demo, with and without htmx."""

import re
from collections import defaultdict
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.demo.people import PEOPLE
from tests.blueprints.desks.officer import HTMX
from tests.demo_house import clients_of, open_demo
from tests.markup import without_what_is_drawn_anew

_LINK = re.compile(r'\s(?:href|src|hx-get)="(/[^"]*|\?[^"]*|#[^"]*)"')
# What a fragment brings for another place of the page.
_ELSEWHERE = re.compile(r'(<(\w+)[^>]*) hx-swap-oob="true"(>.*?</\2>)')
_ID = re.compile(r'\sid="([^"]+)"')


@pytest.fixture(scope="module")
def demo(demo_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with open_demo(demo_instance, tmp_path_factory.mktemp("crawl")) as app:
        yield app


@pytest.mark.parametrize("username", [person.username for person in PEOPLE])
def test_no_link_is_dead_and_what_htmx_gets_is_part_of_the_page(demo: Flask, username: str) -> None:
    for client in clients_of(demo, username):
        wrong = list(faults_behind(client))
        assert not wrong, "\n".join(wrong)


def faults_behind(client: FlaskClient) -> Iterator[str]:
    """What is wrong with the pages that can be reached from the start, each visited once."""
    waiting, linked_from = ["/"], {"/": "-"}
    ids: dict[str, set[str]] = {}
    goals: defaultdict[str, set[str]] = defaultdict(set)
    while waiting:
        address = waiting.pop()
        answer = fetch(client, address)
        if answer.status_code >= 400:
            yield f"{answer.status} {address}, from {linked_from[address]}"
        if answer.mimetype != "text/html":
            continue
        part = fetch(client, address, HTMX)
        if part.status_code != answer.status_code:
            yield f"{part.status} {address} for htmx, {answer.status} without"
        if not all(piece in comparable(answer) for piece in pieces_of(part)):
            yield f"{address}: what htmx gets is no part of the page"
        ids[address] = set(_ID.findall(answer.text))
        for link in [*_LINK.findall(answer.text), *filter(None, [answer.location])]:
            there, goal = urldefrag(urljoin(address, unescape(link)))
            if goal and "=" not in goal:  # which would say how to show a paper
                goals[there].add(goal)
            if there not in linked_from:
                linked_from[there] = address
                waiting.append(there)
    for there in ids:
        if missing := goals[there] - ids[there]:
            yield f"{there}: links lead to {missing} in it"


def fetch(client: FlaskClient, address: str, headers: dict[str, str] | None = None) -> TestResponse:
    with client.get(address, headers=headers) as answer:
        answer.get_data()
    return answer


def pieces_of(part: TestResponse) -> list[str]:
    """A fragment, and what it brings for elsewhere, as they should stand in the page."""
    text = comparable(part)
    elsewhere = ["".join(match.group(1, 3)) for match in _ELSEWHERE.finditer(text)]
    return [_ELSEWHERE.sub("", text).strip(), *elsewhere]


def comparable(answer: TestResponse) -> str:
    return " ".join(without_what_is_drawn_anew(answer.text).split())


@pytest.mark.parametrize("username", [person.username for person in PEOPLE])
def test_a_page_that_has_a_form_answers_head_as_it_does_get(demo: Flask, username: str) -> None:
    for client in clients_of(demo, username):
        answers = {
            rule.rule: (client.get(rule.rule).status_code, client.head(rule.rule).status_code)
            for rule in demo.url_map.iter_rules()
            if {"GET", "POST"} <= (rule.methods or set()) and not rule.arguments
        }
        assert len(answers) > 5
        assert not {rule: both for rule, both in answers.items() if len({*both}) > 1}
