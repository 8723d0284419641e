"""A real server on a demo database, and a real Chromium that opens its pages."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).parents[2]
PASSWORD = "demo-magetan"
DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 360, "height": 740}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server and its worker on a fresh demo, with the local copy of htmx."""
    instance = tmp_path_factory.mktemp("server")
    if (ROOT / "instance" / "htmx").exists():
        shutil.copytree(ROOT / "instance" / "htmx", instance / "htmx")
    environment = {
        **os.environ,
        "PORTAL_INSTANCE": str(instance),
        "PORTAL_DEMO": "1",
        "HTMX_SOURCE": "local",
    }
    for command in (["db", "upgrade"], ["demo", "load"]):
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *command],
            cwd=ROOT,
            env=environment,
            check=True,
            capture_output=True,
        )
    port = free_port()
    log = (instance / "server.log").open("w")
    running = [
        subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        for command in (
            ["gunicorn", "--bind", f"127.0.0.1:{port}", "wsgi:app"],
            ["flask", "--app", "wsgi", "worker"],
        )
    ]
    address = f"http://127.0.0.1:{port}"
    wait_for(address)
    yield address
    for process in running:
        process.terminate()
    for process in running:
        process.wait(10)
    log.close()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(address: str) -> None:
    """Until a page comes: a port is open long before a worker has read the program."""
    for _ in range(300):
        with suppress(OSError), urlopen(f"{address}/masuk", timeout=60):
            return
        time.sleep(0.1)
    raise AssertionError("the server did not start")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("PORTAL_CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, server: str) -> Iterator[Callable[..., Page]]:
    """`open_page("instansi")` signs that officer in and shows his inbox, in a browser of his own.

    With `scripts=False` JavaScript is off. A page that breaks (an exception in a script, an
    answer of 500) fails the test.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_for(username: str, *, scripts: bool = True, size: dict[str, int] = DESKTOP) -> Page:
        context = chromium.new_context(
            base_url=server,
            java_script_enabled=scripts,
            viewport=size,  # type: ignore[arg-type]
            locale="id-ID",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("response", lambda got: got.status >= 500 and faults.append(got.url))
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
