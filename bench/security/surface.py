"""Every way into the portal, from its own map of routes: addresses, and all that each one reads.

What a view reads is noted while it runs; what its pages link to and send is taken from them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from html import unescape
from html.parser import HTMLParser
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, quote, urldefrag, urlencode, urljoin, urlsplit

from flask import Flask, current_app, has_request_context, request
from flask.testing import FlaskClient
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule
from werkzeug.test import TestResponse

from portal.access import Permission, may
from portal.blueprints.held import CONFIRMATION
from portal.demo.people import PASSWORD
from portal.extensions import db
from portal.models import Account
from portal.viewer import actor_of
from tests.demo_house import clients_of

# Somebody who is not signed in, and one account for each desk, of those that the demo has.
NOBODY = ""
DESKS = ("nasional", "instansi", "kepala", "administrator", "dishub", "dishub-lalin", "dinsos")
# Not the name of one thing among many, but of what is done: each value is a way in of its own.
_CHOICES = ("slug", "role", "name")
_ARGUMENT = re.compile(r"<(?:[^:<>]*:)?(\w+)>")
_LINK = re.compile(r'\s(?:href|src|hx-get)="(/[^"]*|\?[^"]*)"')
# Addresses with the same parameters that are fetched from one desk.
ALIKE = 2


@dataclass(frozen=True, slots=True)
class Door:
    """A route and method as one desk comes to it: each parameter by its name, and a usual value."""

    desk: str
    endpoint: str
    method: str
    rule: str
    arguments: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()

    @property
    def name(self) -> tuple[str, ...]:
        chosen = [self.arguments[name] for name in _CHOICES if name in self.arguments]
        return (self.endpoint, self.method, *chosen)

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """Where each parameter stands (a field of this class) and its name."""
        kinds = ("arguments", "query", "form")
        return [(kind, name) for kind in kinds for name in getattr(self, kind)]

    def with_value(self, kind: str, name: str, value: str) -> "Door":
        return replace(self, **{kind: {**getattr(self, kind), name: value}})

    @property
    def path(self) -> str:
        filled = _ARGUMENT.sub(lambda found: quote(self.arguments[found[1]], safe=""), self.rule)
        return filled + (f"?{urlencode(self.query)}" if self.query else "")

    def merged(self, other: "Door") -> "Door":
        """With the parameters that `other` knows besides."""
        return replace(
            self,
            query={**other.query, **self.query},
            form={**other.form, **self.form},
            files=tuple(dict.fromkeys(self.files + other.files)),
        )


class _Noted(ImmutableMultiDict[str, Any]):
    """Parameters that remember which of them the view asked for."""

    def _note(self, key: object) -> None:
        if not has_request_context() or not isinstance(key, str):
            return
        here = vars(request._get_current_object())  # type: ignore[attr-defined]
        for kind in ("args", "form", "files"):
            if here.get(kind) is self:
                asked: dict[Any, dict[str, None]] = current_app.extensions["asked"]
                asked.setdefault((request.endpoint, request.method, kind), {})[key] = None

    def __getitem__(self, key: str) -> Any:
        self._note(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._note(key)
        return super().__contains__(key)

    def getlist(self, key: str, type: Any = None) -> Any:
        self._note(key)
        return super().getlist(key, type)


def listen(app: Flask) -> None:
    """Have `app` note every parameter that its views ask for."""
    app.extensions["asked"] = {}
    app.request_class = type("Request", (app.request_class,), {"parameter_storage_class": _Noted})


class _Page(HTMLParser):
    """The forms of a page: method, action, fields with what they say or can say, file fields."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, str, dict[str, str], list[str]]] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "form":
            self.forms.append((given.get("method", "get"), given.get("action", ""), {}, []))
        elif not self.forms:
            return
        elif tag == "option" and self._select and value:
            fields = self.forms[-1][2]
            if not fields[self._select] or "selected" in given:
                fields[self._select] = value
        elif tag == "input" and given.get("type") == "file":
            self.forms[-1][3].append(name)
        elif name and tag in ("input", "textarea", "select", "button"):
            self._select = name if tag == "select" else ""
            self.forms[-1][2].setdefault(name, value)
        if given.get("formaction"):
            method, _, fields, files = self.forms[-1]
            self.forms.append((given.get("formmethod", method), given["formaction"], fields, files))


def doors_of(app: Flask) -> list[Door]:
    """Every route and method of `app`, which `listen` has prepared, by every desk it is open to.

    `app` holds the demo; a form without an answer is sent once to each route, to hear what it asks.
    """
    found: dict[tuple[str, ...], Door] = {}
    for desk in (NOBODY, *DESKS):
        for client in browsers_of(app, desk):
            _add(found, _walk(app, client, desk, ["/", "/masuk", "/verifikasi/"]))
    for door in [*_unlinked(app, {door.name[:2] for door in found.values()})]:
        _add(found, [door])
        if door.method == "GET":
            for client in browsers_of(app, door.desk):
                _add(found, _walk(app, client, door.desk, [door.path]))
    for _ in range(2):  # the second time past what the first one had to answer
        for name, door in found.items():
            if door.method != "GET":
                for client in browsers_of(app, door.desk):
                    send(client, replace(door, form=dict.fromkeys(door.form, "") | CONFIRMED))
            found[name] = _with_asked(app, door)
    return sorted(found.values(), key=lambda door: (door.name, door.desk))


def _add(found: dict[tuple[str, ...], Door], doors: Iterable[Door]) -> None:
    for door in doors:
        known = found.get((door.desk, *door.name))
        found[door.desk, *door.name] = known.merged(door) if known else door


# Whoever is sent there is signed out, on other devices at least.
LEAVING = {"auth.sign_out", "auth.sign_out_everywhere", "second_factor.remove"}
# What weighs more asks for the password again.
CONFIRMED = {CONFIRMATION: PASSWORD}


def browsers_of(app: Flask, desk: str) -> list[FlaskClient]:
    """A browser for each seat of an account; one in which nobody has signed in for NOBODY."""
    return [*clients_of(app, desk)] if desk else [app.test_client()]


def _walk(app: Flask, client: FlaskClient, desk: str, waiting: list[str]) -> Iterator[Door]:
    """What can be reached from the addresses `waiting` by links and forms, few of each kind."""
    seen, alike = {*waiting}, dict[Any, Iterator[int]]()
    while waiting:
        address = waiting.pop(0)
        door = door_at(app, desk, "GET", address)
        if door is None or next(alike.setdefault((door.name, *door.query), count())) >= ALIKE:
            continue
        yield door
        with client.get(address) as answer:
            if answer.mimetype != "text/html":
                continue
            text, moved = answer.text, answer.location
        for link in [*_LINK.findall(text), *filter(None, [moved])]:
            there = urldefrag(urljoin(address, unescape(link))).url
            if there not in seen:
                seen.add(there)
                waiting.append(there)
        yield from _doors_in(app, desk, address, text)


def _doors_in(app: Flask, desk: str, address: str, text: str) -> Iterator[Door]:
    page = _Page()
    page.feed(text)
    for method, action, fields, files in page.forms:
        there = urljoin(address, action or address)
        if door := door_at(app, desk, method.upper(), there):
            fields = {name: value for name, value in fields.items() if name != "csrf_token"}
            kind = "query" if door.method == "GET" else "form"
            yield replace(door, **{kind: {**getattr(door, kind), **fields}, "files": tuple(files)})


def door_at(app: Flask, desk: str, method: str, address: str) -> Door | None:
    """The way in that `address` is; None where there is no route."""
    parts = urlsplit(address)
    adapter = app.url_map.bind("portal.test")
    try:
        rule, arguments = adapter.match(parts.path, method=method, return_rule=True)
    except (HTTPException, RequestRedirect):
        return None
    if rule.endpoint == "static":
        return None
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    texts = {name: str(value) for name, value in arguments.items()}
    return Door(desk, rule.endpoint, method, rule.rule, texts, query)


def _unlinked(app: Flask, known: Iterable[tuple[str, ...]]) -> Iterator[Door]:
    """Routes to which no page of the demo leads, with arguments that may or may not exist."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if rule.endpoint != "static" and (rule.endpoint, method) not in known:
                arguments = {name: _USUAL.get(name, "1") for name in rule.arguments}
                yield Door(_desk_for(app, rule), rule.endpoint, method, rule.rule, arguments)


_USUAL = {
    "year": "2026",
    "role": "unit_kerja",
    "name": "kartu",
    "slug": "terima",
    "path": "arrived",
}


def _desk_for(app: Flask, rule: Rule) -> str:
    permission: Permission = app.view_functions[rule.endpoint].permission  # type: ignore[attr-defined]
    accounts = [db.session.query(Account).filter_by(username=desk).one() for desk in DESKS]
    allowed = [one for one in accounts if may(actor_of(one, one.assignments[0]), permission)]
    # The blueprint of a desk bears the name of its role.
    at_it = [one for one in allowed if rule.endpoint.startswith(one.assignments[0].role)]
    return (at_it or allowed)[0].username


def _with_asked(app: Flask, door: Door) -> Door:
    asked = app.extensions["asked"]
    names = {kind: asked.get((door.endpoint, door.method, kind), {}) for kind in _KINDS}
    return replace(
        door,
        query={**dict.fromkeys(names["args"], ""), **door.query},
        form={
            **dict.fromkeys((name for name in names["form"] if name != "csrf_token"), ""),
            **door.form,
            **{name: text for name, text in CONFIRMED.items() if name in names["form"]},
        },
        files=tuple(dict.fromkeys([*door.files, *names["files"]])),
    )


_KINDS = ("args", "form", "files")


def send(client: FlaskClient, door: Door, **more: Any) -> TestResponse:
    """The answer to a door with its values, read to its end."""
    data = door.form if door.method != "GET" else None
    with client.open(door.path, method=door.method, data=data, **more) as answer:
        answer.get_data()
    return answer
