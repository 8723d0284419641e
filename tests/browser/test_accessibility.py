"""Every kind of page, in both languages: what axe-core finds, and whether it fits when magnified.

Chromium gets its pages from the application in this process, without a server between.
"""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Route
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from portal.config import instance_path
from portal.extensions import db
from portal.language import LANGUAGES
from portal.models import Report
from tests.browser.conftest import DESKTOP
from tests.demo_house import NOW, clients_of, open_demo

AXE = instance_path() / "axe-core" / "axe-core-4.14.1.min.js"  # bin/test fetches it
HOST = "http://portal.test"
# Nobody, and accounts of the demo, one for each desk.
VISITORS = ("", "nasional", "instansi", "dishub", "dishub-lalin", "kepala", "administrator")
# 1366 pixels magnified twice, and the least width of WCAG 1.4.10.
MAGNIFIED = (683, 320)
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
    "iframes": False,
}
LOOK = """async (options) => (await axe.run(options)).violations.flatMap(({ id, nodes }) =>
  nodes.map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ""}`))"""
# Of radio buttons the arrows choose; Tab reaches the group.
LIST_CONTROLS = """() => {
  const named = new Set();
  window.controls = new Set([...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary")].filter((node) => {
    const again = node.type === "radio" && named.has(node.name);
    if (node.type === "radio") named.add(node.name);
    return node.checkVisibility() && node.tabIndex >= 0 && !again;
  }));
  return window.controls.size;
}"""
NOTE_FOCUS = """() => {
  const here = document.activeElement, { outlineStyle, outlineWidth } = getComputedStyle(here);
  if (outlineStyle === "none" || parseFloat(outlineWidth) < 2) return;
  for (const node of window.controls) {
    const isGroup = here.type === "radio" && node.name === here.name;
    if (node === here || isGroup) window.controls.delete(node);
  }
}"""
MISSED = "() => [...window.controls].map((node) => node.outerHTML.slice(0, 160))"
# What no link of the first page of its kind leads to.
UNLINKED = {
    "": ("/masuk", "/masuk/kode", "/tidak-ada", "/penyiapan/tidak-ada", "/verifikasi/"),
    "nasional": ("/tidak-ada", "/kata-sandi"),
    "instansi": ("/laporan/1",),
    "administrator": ("/administrator/unit/1", "/administrator/akun/1/penugasan/unit_kerja"),
}
# Where a GET is answered without a page.
NO_PAGE = {
    "static",
    "auth.start",
    "auth.keep_alive",
    "complaints.show",
    "complaints.attachment",
    "administrator.emblem",
    "reports.figures",
    "reports.file",
    "archive.register_xlsx",
    "archive.bundle",
    "unit_kerja.bulk",
}
# A cookie is for the client alone; a page that asks again by itself would go while it is looked at.
HELD_BACK = {"Set-Cookie", "Refresh"}
_LINK = re.compile(r'\sid="s-([^"]*)"|\s(?:href|src|action)="([/?][^"]*)"')


@pytest.fixture(scope="module")
def demo(demo_instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with open_demo(demo_instance, tmp_path_factory.mktemp("pages")) as app:
        yield app


class Window:
    """A page of Chromium whose requests the application answers to `client`."""

    client: FlaskClient

    def __init__(self, chromium: Chromium, app: Flask) -> None:
        self._app = app
        context = chromium.new_context(base_url=HOST, viewport=DESKTOP, bypass_csp=True)  # type: ignore[arg-type]
        self._page: Page = context.new_page()
        self._page.route("**/*", self._answer)
        self._axe = AXE.read_text("utf-8")

    def _answer(self, route: Route) -> None:
        address = route.request.url.removeprefix(HOST)
        with self._app.app_context(), self.client.get(address) as answer:
            if answer.mimetype == "application/pdf":  # in a frame of the page that is looked at
                return route.fulfill(body="")
            headers = {name: text for name, text in answer.headers if name not in HELD_BACK}
            route.fulfill(status=answer.status_code, headers=headers, body=answer.get_data())

    def faults_of(self, address: str) -> Iterator[str]:
        self._page.goto(address)
        self._page.evaluate(self._axe)
        yield from self._page.evaluate(LOOK, OPTIONS)
        for width in MAGNIFIED:
            self._page.set_viewport_size({"width": width, "height": 400})
            needed = self._page.evaluate("document.documentElement.scrollWidth")
            if needed > width:
                yield f"{needed} pixels wide where {width} are in sight"
        self._page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]

    def controls_missed_by_tab(self, address: str) -> list[str]:
        """What one can click but not reach, or not see that one has, going on by the Tab key."""
        self._page.goto(address)
        for _ in range(self._page.evaluate(LIST_CONTROLS)):
            self._page.keyboard.press("Tab")
            self._page.evaluate(NOTE_FOCUS)
        return list(self._page.evaluate(MISSED))

    def close(self) -> None:
        self._page.context.close()


def client_of(app: Flask, visitor: str) -> FlaskClient:
    """Somebody at his desk; or nobody, whose password was right and whose code is asked for."""
    if visitor:
        return next(clients_of(app, visitor))
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["half"] = (1, 0, NOW.timestamp())
    return client


@pytest.fixture
def window(chromium: Chromium, demo: Flask) -> Iterator[Window]:
    window = Window(chromium, demo)
    yield window
    window.close()


def test_axe_finds_nothing_on_any_page_and_none_is_wider_than_the_window(
    demo: Flask, window: Window
) -> None:
    seen: set[tuple[str, str]] = set()
    wrong: list[str] = []
    for visitor in VISITORS:
        window.client = client_of(demo, visitor)
        pages = kinds_of_pages(demo, window.client, unlinked(visitor))
        for language in LANGUAGES:
            window.client.post("/bahasa", data={"language": language})
            for address, route in pages.items():
                if language == "id" or (language, route) not in seen:
                    found = window.faults_of(address)
                    wrong += [f"{visitor} {language} {address}: {fault}" for fault in found]
                seen.add((language, route))
    assert not wrong, "\n".join(wrong)
    routes = {rule.endpoint for rule in demo.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert routes - {route for _, route in seen} == NO_PAGE


@pytest.mark.parametrize("path", ["/pejabat-penghubung/", "complaint"])
def test_every_control_is_reached_by_the_keyboard_and_the_focus_is_seen(
    demo: Flask, window: Window, path: str
) -> None:
    (window.client,) = clients_of(demo, "dishub")
    if path == "complaint":
        pages = kinds_of_pages(demo, window.client)
        path = next(page for page, route in pages.items() if route.endswith(".complaint"))
    assert window.controls_missed_by_tab(path) == []


def unlinked(visitor: str) -> Iterator[str]:
    """The addresses that a visitor has from elsewhere than a link."""
    yield from UNLINKED.get(visitor, ())
    if not visitor:
        yield f"/verifikasi/{db.session.scalars(select(Report.code)).first()}"


def kinds_of_pages(app: Flask, client: FlaskClient, more: Iterable[str] = ()) -> dict[str, str]:
    """The first page of each kind that can be reached from the start: its address, its route.

    Of complaints, the first of each section of an inbox.
    """
    waiting, known, found = ["/", *more], {("", "")}, {}
    while waiting:
        address = waiting.pop(0)
        with client.get(address) as answer:
            links = list(links_in(answer))
        if answer.mimetype == "text/html" and not answer.location:
            found[address] = route_of(app, address)
        for section, link in links:
            there = urldefrag(urljoin(address, link))[0]
            route = route_of(app, there)
            kind = (route, section if route.endswith(".complaint") else "")
            if route and kind not in known:
                known.add(kind)
                waiting.append(there)
    return found


def links_in(answer: Response) -> Iterator[tuple[str, str]]:
    """Where an answer leads to, each with the section of the inbox in which the link stands."""
    if answer.location:
        yield "", answer.location
    if answer.mimetype == "text/html":
        section = ""
        for begun, link in _LINK.findall(answer.text):
            section = begun or section
            if link:
                yield section, unescape(link)


def route_of(app: Flask, address: str) -> str:
    """What answers a GET; "" where nothing does."""
    try:
        return str(app.url_map.bind("portal.test").match(urlsplit(address).path)[0])
    except HTTPException:
        return ""
