"""Poison in every parameter of every route, by every desk: it stays text, wherever it ends up.

Routes and parameters come from the application's own map (`bench.security.surface`), so that a new
one is in it by itself. What is looked for: a fault, poison in the text of an SQL statement, in a
page as markup, in a header of its own, in the log, or evaluated as a template.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string, request
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import escape
from sqlalchemy import event, text
from sqlalchemy.orm import close_all_sessions
from werkzeug.test import TestResponse

from bench.security.surface import DESKS, NOBODY, Door, browsers_of, doors_of, listen, send
from portal.access import Permission
from portal.extensions import db
from tests.blueprints.pages import Caller
from tests.demo_house import open_demo

pytestmark = pytest.mark.usefixtures("counted_requests")

MARK = "zq7"
# One that looks like a harmless line in a form, and those of which a line has nothing.
LINE = f"""{MARK}'"`) OR 1=1;--/*{MARK}{{{{7*191}}}}${{7*191}}%s%(x)s{{0}}<script>"""
POISONS = [
    MARK + "\0'\"\r\nX-Zq7: 1\r\n\r\n<script>",
    "../../../../etc/passwd" + MARK,
    MARK + "\u202e\ufeff\ufdd0\U000e0041\u0130\ud7ff\U0010ffff'" + "\u0301" * 50,
    (MARK + "'<") * 1000,
    "[" * 3000,
    '{"path": "/' + MARK + '", "fields": [["' + MARK + '<script>", 1]], "file_fields": [{}]}',
]
# Given to a door's parameters in turn, each poison to another one the second time.
NUMBERS = ["-99999999999999999999999", "\u0663\u0664", "99999", "1e309", "2026-13-99"]
# How they would stand in a page that took them for markup, or left a quotation mark as it is.
RAW = (MARK + "'\"", MARK + "'<", MARK + "<script>")


@dataclass
class House:
    """The demo as it was, whatever was sent to it; what its database and its log were told."""

    app: Flask
    doors: list[Door]
    database: sqlite3.Connection
    before: sqlite3.Connection
    statements: list[str] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)

    def ask(self, desk: str, door: Door, **more: Any) -> TestResponse:
        """The answer that a desk gets at a door, with what is wrong about it asserted."""
        db.session.remove()  # as at the end of a request, which here lasts as long as the test
        self.statements.clear()
        self.logged.clear()
        answer = send(self._browser(desk), door, **more)
        if any(one.startswith(("INSERT", "UPDATE", "DELETE")) for one in self.statements):
            self._restore()
        where = f"{desk or 'nobody'} at {door.method} {door.path[:300]} {str(door.form)[:300]}"
        assert answer.status_code < 500, f"{answer.status}: {where}: {self.logged}"
        assert not [one for one in self.statements if MARK in one], f"in a statement: {where}"
        assert not [one for one in self.logged if MARK in one], f"in the log: {where}"
        assert "X-Zq7" not in answer.headers, f"a header: {where}"
        if answer.mimetype == "text/html":
            assert not any(one in answer.text for one in RAW), f"markup: {where}"
        if answer.mimetype.startswith("text/"):
            assert f"{MARK}1337" not in answer.text, f"evaluated: {where}"
            assert "root:x:0" not in answer.text, f"a file: {where}"
        return answer

    def _browser(self, desk: str) -> FlaskClient:
        return browsers_of(self.app, desk)[0]

    def _restore(self) -> None:
        close_all_sessions()
        self.before.backup(self.database)


class _Listener(logging.Handler):
    def __init__(self, heard: list[str]) -> None:
        super().__init__()
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.append(record.getMessage())


@pytest.fixture(scope="module")
def house(demo_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_demo(demo_instance, tmp_path_factory.mktemp("racun")) as app:
        app.test_client_class = Caller
        app.config["PROPAGATE_EXCEPTIONS"] = False
        database = sqlite3.connect(Path(app.instance_path) / "portal.db")
        database.backup(before := sqlite3.connect(":memory:"))
        listen(app)
        house = House(app, doors_of(app), database, before)
        house._restore()
        listener = _Listener(house.logged)
        logging.getLogger().addHandler(listener)

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            house.statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        yield house
        event.remove(db.engine, "before_cursor_execute", note)
        logging.getLogger().removeHandler(listener)
        database.close()
        before.close()


def everywhere(door: Door, *poisons: str) -> Iterator[Door]:
    """The door with poison in all of its query, in all of its form, in each of its arguments."""
    for kind in ("query", "form"):
        if named := getattr(door, kind):
            yield replace(door, **{kind: dict(zip(named, cycle(poisons), strict=False))})
    for name in door.arguments:
        yield door.with_value("arguments", name, poisons[0])


def first_of_each(doors: list[Door]) -> list[Door]:
    return [*{door.name: door for door in reversed(doors)}.values()]


def test_every_route_is_known_with_what_it_reads(
    house: House, figures: Callable[[dict[str, int]], None]
) -> None:
    routes = {
        (rule.endpoint, method)
        for rule in house.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes - {(door.endpoint, door.method) for door in house.doors} == {("static", "GET")}
    read = {(door.endpoint, name) for door in house.doors for _, name in door.parameters}
    assert read >= {
        ("admin_instansi.search", "q"),
        ("admin_instansi.act", "tracking_id"),
        ("auth.sign_in", "password"),
        ("administrator.remove_spelling", "normal"),
    }
    doors = first_of_each(house.doors)
    figures(
        {
            "routes and methods": len({(door.endpoint, door.method) for door in doors}),
            "actors": len((NOBODY, *DESKS)),
            "parameters": sum(len(door.parameters) for door in doors),
        }
    )


def test_poison_in_a_parameter_stays_text(house: House) -> None:
    for door in first_of_each(house.doors):
        for kind, name in door.parameters:
            house.ask(door.desk, door.with_value(kind, name, LINE))


@pytest.mark.parametrize("poison", POISONS, ids=lambda poison: ascii(poison[:12]))
def test_poison_in_all_parameters_at_once_stays_text(house: House, poison: str) -> None:
    for door in first_of_each(house.doors):
        for poisoned in everywhere(door, poison):
            house.ask(door.desk, poisoned)


@pytest.mark.parametrize("turn", range(2))
def test_numbers_and_days_that_are_none_are_no_fault(house: House, turn: int) -> None:
    numbers = NUMBERS[turn:] + NUMBERS[:turn]
    for door in first_of_each(house.doors):
        for poisoned in everywhere(door, *numbers):
            house.ask(door.desk, poisoned)


@pytest.mark.parametrize("desk", [NOBODY, *DESKS])
def test_poison_from_any_desk_stays_text_at_every_door(house: House, desk: str) -> None:
    for door in first_of_each(house.doors):
        for poisoned in everywhere(door, LINE):
            house.ask(desk, poisoned)


HEADERS = (
    *("Accept-Language", "Cookie", "HX-Request", "HX-Current-URL", "HX-Target", "If-None-Match"),
    *("If-Modified-Since", "Origin", "Range", "Referer", "User-Agent", "X-Forwarded-For"),
    *("Content-Type", "Upload-Length", "Upload-Metadata", "Upload-Offset", "Upload-Checksum"),
    *("Tus-Resumable", "X-HTTP-Method-Override", "X-Csrftoken", "Authorization"),
)


def test_poison_in_a_header_stays_text(house: House) -> None:
    for door in first_of_each(house.doors):
        if door.endpoint in ("auth.sign_in", "auth.start") or door.endpoint.startswith("uploads"):
            for name in HEADERS:
                resumable = {"Tus-Resumable": "1.0.0"} if name.startswith("Upload") else {}
                for poison in (LINE, "-1", "9" * 400, MARK + "\xff\xfe'\""):
                    house.ask(door.desk, door, headers={**resumable, name: poison})


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_text_whatever_in_any_parameters_is_a_fault(house: House, data: st.DataObject) -> None:
    door = data.draw(st.sampled_from([door for door in house.doors if door.parameters]))
    for kind, name in data.draw(st.lists(st.sampled_from(door.parameters), min_size=1, max_size=4)):
        text = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
        door = door.with_value(kind, name, data.draw(text))
    house.ask(door.desk, door)


def echoes() -> str:
    return request.args["kode"]


def joins_statements() -> str:
    db.session.execute(text("SELECT '" + request.args["kode"].replace("'", "''") + "'"))
    return ""


def tells_the_log() -> str:
    logging.getLogger("portal").warning("asked for %s", request.args["kode"])
    return ""


def evaluates() -> str:
    return render_template_string(str(escape(request.args["kode"])))


def fails() -> str:
    return str(int(request.args["kode"]))


SINS = {"markup": echoes, "statement": joins_statements, "log": tells_the_log}
SINS |= {"evaluated": evaluates, "500": fails}


@pytest.mark.parametrize("found", SINS)
def test_a_view_that_takes_poison_for_more_than_text_is_found(
    house: House, monkeypatch: pytest.MonkeyPatch, found: str
) -> None:
    sin = SINS[found]
    monkeypatch.setattr(sin, "permission", Permission.PUBLIC, raising=False)
    monkeypatch.setitem(house.app.view_functions, "verification.index", sin)
    door = next(one for one in house.doors if one.endpoint == "verification.index")
    with pytest.raises(AssertionError, match=found):
        house.ask(NOBODY, door.with_value("query", "kode", LINE))
