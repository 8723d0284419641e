"""A real server on a demo database, and a real Chromium that opens its pages."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from bench.demo import demo_server, open_chromium
from tests.browser.line import Line

PASSWORD = "demo-magetan"
DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 360, "height": 740}
SECONDS = 1000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser; it takes longest and begins first, then what plays whole portals.

    So no core waits at the end while another plays a file of minutes.
    """
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda one: (not one.get_closest_marker("browser"), len(one.path.parts)))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server and its worker on a fresh demo, with the local copy of htmx.

    So many complaints wait to be received that no test takes another's, in whatever order they run.
    """
    with demo_server(tmp_path_factory.mktemp("server"), inbox=60) as address:
        yield address


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Gone when other tests follow: Playwright's event loop would still run under theirs."""
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def open_page(chromium: Browser, server: str) -> Iterator[Callable[..., Page]]:
    """`open_page("instansi")` signs that officer in and shows his inbox, in a browser of his own.

    With `scripts=False` JavaScript is off; `via` is the address of a `Line`. A page that breaks (an
    exception in a script, an answer of 500 that no proxy gave) fails the test.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def note_fault(got: Response) -> None:
        if got.status >= 500 and got.headers.get("server") != "proxy":
            faults.append(got.url)

    def open_for(
        username: str, *, scripts: bool = True, size: dict[str, int] = DESKTOP, via: str = ""
    ) -> Page:
        context = chromium.new_context(
            base_url=via or server,
            java_script_enabled=scripts,
            viewport=size,  # type: ignore[arg-type]
            locale="id-ID",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("response", note_fault)
        page.goto("/masuk")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", PASSWORD)
        page.click("main form button")
        page.wait_for_selector("h1")
        return page

    yield open_for
    for context in contexts:
        context.close()
    assert faults == []


def ready(page: Page) -> None:
    page.wait_for_function("() => window.htmx !== undefined")


@pytest.fixture
def patient() -> Iterator[None]:
    """A page waits up to ten seconds before it tries a dead line again."""
    expect.set_options(timeout=25 * SECONDS)
    yield
    expect.set_options(timeout=5 * SECONDS)


@pytest.fixture
def line(server: str) -> Line:
    return Line(server)


@pytest.fixture
def unit_page(open_page: Callable[..., Page], line: Line) -> Page:
    """A Unit Kerja's page of a complaint on which progress can be recorded."""
    page = open_page("dishub-lalin", via=line.url)
    page.goto("/unit-kerja/")
    page.locator(".what a").first.click()
    ready(page)
    return page
