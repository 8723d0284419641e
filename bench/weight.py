"""What the portal costs on the wire, in a real Chromium, and how soon it is usable on a thin line.

    python -m bench.weight [--json] [--runs 3]

The demo with 50 rows in the inbox of the Admin Nasional, served by gunicorn as `bin/serve` does it.
Bytes down are what Chromium's network log (CDP) says of each answer: its headers and its body as it
was compressed (`encodedDataLength`). Bytes up are the header lines that Chromium sent
(`requestWillBeSentExtraInfo`), the request line and the body of the form. An answer from the
browser's cache costs nothing and is no request. "Warm" pages are asked for again after something
changed, so that they come whole; one that did not change costs a 304, which stands beside it.

The line of 400 kbit/s with 400 ms is Chromium's own emulation; a page is usable when its first row
stands there in its style. The CDN of htmx is out of reach throughout; the instance's own copy comes
after the page. Prints a table, with `--json` JSON; exit code 1 when anything is over its budget.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

from bench.demo import demo_server, open_chromium
from bench.weight_actions import weigh_actions
from portal.demo.people import PASSWORD

ROWS = 50
USER, INBOX = "nasional", "/admin-nasional/"
KBIT, RTT_MS = 400, 400
QUIET_S = 0.7
# What the inbox needs to be read and used. After it come live.js and htmx.
READ = (INBOX, ".css", "/portal-")
USABLE = """() => {
  const row = document.querySelector(".row");
  return row && getComputedStyle(row).display === "grid";
}"""
# (what, figure) -> at most; bytes, requests, seconds.
BUDGETS = {
    ("inbox cold", "down"): 9_000,
    ("inbox cold", "requests"): 3,
    ("inbox cold, with htmx", "down"): 25_000,
    ("inbox warm", "down"): 5_000,
    ("inbox warm", "requests"): 1,
    ("inbox unchanged", "down"): 450,
    ("refresh, nothing changed", "down"): 300,
    ("status change", "down"): 2_920,
    ("status change", "up"): 2_000,
    ("status change", "requests"): 1,
    ("any action", "down"): 2_920,
    ("any action", "up"): 2_000,
    ("row received in the list", "down"): 2_920,
    ("row received in the list", "requests"): 1,
    ("complaint warm", "down"): 6_000,
    ("complaint warm", "requests"): 1,
    ("time to inbox, cold", "seconds"): 1.2,
    ("time to inbox, warm", "seconds"): 0.55,
}
Figures = dict[tuple[str, str], float]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.weight")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--runs", type=int, default=3, help="of the times; the median counts")
    chosen = parser.parse_args()
    with (
        TemporaryDirectory() as name,
        demo_server(Path(name), inbox=ROWS, htmx="cdn") as address,
        open_chromium() as browser,
    ):
        figures = weigh(browser, address) | timed(browser, address, chosen.runs)
        actions = weigh_actions(Path(name))
    figures |= heaviest(actions)
    print(_table(figures))
    print("the heaviest action:", *max(actions, key=lambda action: actions[action]))
    if chosen.json:
        print(json.dumps({f"{what}: {unit}": value for (what, unit), value in figures.items()}))
    return int(any(figures[key] > most for key, most in BUDGETS.items()))


@dataclass
class Meter:
    """What went over the wire since `start`, from a page's network log."""

    cdp: CDPSession
    down: dict[str, float] = field(default_factory=dict)
    up: float = 0
    _open: dict[str, str] = field(default_factory=dict)
    _cached: set[str] = field(default_factory=set)
    _last: float = 0

    def __post_init__(self) -> None:
        self.cdp.send("Network.enable")
        for name, listener in {
            "Network.requestWillBeSent": self._asked,
            "Network.requestWillBeSentExtraInfo": self._headers,
            "Network.requestServedFromCache": lambda event: self._cached.add(event["requestId"]),
            "Network.responseReceived": self._answered,
            "Network.loadingFinished": self._finished,
            "Network.loadingFailed": lambda event: self._open.pop(event["requestId"], None),
        }.items():
            self.cdp.on(name, listener)

    def start(self) -> None:
        self.down, self.up, self._open, self._cached = {}, 0, {}, set()
        self._last = time.monotonic()

    def settle(self, page: Page) -> None:
        """Wait until nothing is under way, and has not been for a while."""
        while self._open or time.monotonic() - self._last < QUIET_S:
            page.wait_for_timeout(50)

    def _asked(self, event: dict[str, Any]) -> None:
        self._last = time.monotonic()
        asked = event["request"]
        if not asked["url"].startswith("http"):
            return
        assert "redirectResponse" not in event, "a redirection would have to be counted too"
        self._open[event["requestId"]] = asked["url"]
        self.up += len(f"{asked['method']} {asked['url']} HTTP/1.1\r\n") - len("http://")
        self.up += len(asked.get("postData", ""))

    def _headers(self, event: dict[str, Any]) -> None:
        self.up += sum(len(f"{name}: {text}\r\n") for name, text in event["headers"].items()) + 2

    def _answered(self, event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache"):
            self._cached.add(event["requestId"])

    def _finished(self, event: dict[str, Any]) -> None:
        self._last = time.monotonic()
        url = self._open.pop(event["requestId"], None)
        if url and event["requestId"] not in self._cached:
            self.down[url] = self.down.get(url, 0) + event["encodedDataLength"]


@contextmanager
def signed_in(browser: Browser, address: str) -> Iterator[tuple[Page, Meter]]:
    """A page of a browser whose cache is empty and whose officer is signed in already."""
    with _context(browser, address) as page:
        page.goto("/masuk")
        page.fill("input[name=username]", USER)
        page.fill("input[name=password]", PASSWORD)
        page.click("main form button")
        page.wait_for_selector(".row")
        cookies = page.context.cookies()
    with _context(browser, address, cookies) as page:
        meter = Meter(page.context.new_cdp_session(page))
        meter.cdp.send("Network.setBlockedURLs", {"urls": ["*cdn.jsdelivr.net*"]})
        yield page, meter


@contextmanager
def _context(browser: Browser, address: str, cookies: Any = ()) -> Iterator[Page]:
    context = browser.new_context(base_url=address, viewport={"width": 1366, "height": 768})
    context.add_cookies(cookies)
    yield context.new_page()
    context.close()


def weigh(browser: Browser, address: str) -> Figures:
    """Bytes and requests of each thing in the table; they do not depend on the machine."""
    figures: Figures = {}

    def note(what: str, names: tuple[str, ...] = ("",)) -> None:
        down = {url: size for url, size in meter.down.items() if any(name in url for name in names)}
        figures[what, "down"] = sum(down.values())
        figures[what, "requests"] = len(down)
        figures[what, "up"] = meter.up

    with signed_in(browser, address) as (page, meter):
        page.clock.install()
        _visit(page, meter, INBOX)
        assert page.locator(".row").count() == ROWS
        note("inbox cold", READ)
        note("inbox cold, with htmx")
        urls = [one.get_attribute("href") or "" for one in page.locator("#s-arrived .what a").all()]
        _visit(page, meter, INBOX)
        note("inbox unchanged")
        meter.start()
        page.clock.fast_forward("01:01")
        meter.settle(page)
        note("refresh, nothing changed")
        _visit(page, meter, urls[0])
        _visit(page, meter, urls[1])
        note("complaint warm")
        meter.start()
        page.click("#terima form button")
        page.wait_for_selector("#top .notice.ok")
        meter.settle(page)
        note("status change")
        _visit(page, meter, INBOX)
        note("inbox warm")
        meter.start()
        page.click("#s-arrived .do button >> nth=0")
        page.wait_for_selector("#said .notice.ok")
        meter.settle(page)
        note("row received in the list")
    return figures


def heaviest(actions: Mapping[Any, tuple[int, int]]) -> Figures:
    """The most that any action brings and sends."""
    down, up = (max(sizes) for sizes in zip(*actions.values(), strict=True))
    return {("any action", "down"): down, ("any action", "up"): up}


def _visit(page: Page, meter: Meter, path: str) -> None:
    page.goto("about:blank")
    meter.start()
    page.goto(path)
    meter.settle(page)


def timed(browser: Browser, address: str, runs: int) -> Figures:
    """Seconds until the inbox is usable on the thin line; the median of `runs`."""
    seconds: dict[str, list[float]] = {"cold": [], "warm": []}
    for _ in range(runs):
        with signed_in(browser, address) as (page, meter):
            meter.cdp.send(
                "Network.emulateNetworkConditions",
                {
                    "offline": False,
                    "latency": RTT_MS,
                    "downloadThroughput": KBIT * 125,
                    "uploadThroughput": KBIT * 125,
                },
            )
            for state in seconds:
                page.goto("about:blank")
                started = time.monotonic()
                page.goto(INBOX, wait_until="commit")
                page.wait_for_function(USABLE)
                seconds[state].append(time.monotonic() - started)
                meter.settle(page)
    return {
        (f"time to inbox, {state}", "seconds"): round(statistics.median(took), 2)
        for state, took in seconds.items()
    }


def _table(figures: Figures) -> str:
    lines = [f"{'':28}{'':10}{'measured':>10}{'at most':>10}"]
    for key, most in BUDGETS.items():
        over = "  OVER" if figures[key] > most else ""
        lines.append(f"{key[0]:28}{key[1]:10}{figures[key]:10,.10g}{most:10,.10g}{over}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
