"""The pictures of the guides, taken from a running demo (`bin/serve --demo`).

    python -m bench.pictures [--url http://127.0.0.1:8000] [--to docs/gambar]

Nothing is written in the demo but a preview of an import, which nobody confirms.
"""

import argparse
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from portal.config import ROOT
from portal.demo.people import PASSWORD

EXPORT = ROOT / "tests" / "data" / "lapor-2026-11-berantakan.xlsx"
DESKTOP, PHONE = (1180, 760), (360, 740)
COLOURS = 128


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.pictures")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "gambar")
    chosen = parser.parse_args()
    chosen.to.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("PORTAL_CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox"],
        )
        for name, shot in pictures(browser, chosen.url):
            path = chosen.to / f"{name}.png"
            path.write_bytes(small(shot))
            print(f"{path.stat().st_size // 1024:4} KB  {path}")
        browser.close()
    return 0


def pictures(browser: Browser, url: str) -> Iterator[tuple[str, bytes]]:
    """Each picture's name and PNG."""
    with at_desk(browser, url, "nasional") as page:
        yield "kotak-masuk", page.screenshot()
    with at_desk(browser, url, "instansi") as page:
        page.click("#s-verified li:has(.soon):not(:has(.back)) .what a")
        page.click("#complaint .why summary")
        yield "pengaduan", page.screenshot()
        page.goto(f"{url}/admin-instansi/")
        page.click("#calls a[href^='tel:'] >> xpath=ancestor::li >> .what a >> nth=0")
        yield "whatsapp", picture_of(page.locator("#handover"))
        page.goto(f"{url}/impor/")
        page.set_input_files("input[name=file]", EXPORT)
        page.click("main form button")
        page.wait_for_selector("#outcome")
        yield "impor", page.screenshot()
        page.goto(f"{url}/sop/")
        yield "sop", picture_of(page.locator("table").last)
    with at_desk(browser, url, "dlhp", PHONE) as page:
        yield "ponsel", page.screenshot()


@contextmanager
def at_desk(
    browser: Browser, url: str, username: str, size: tuple[int, int] = DESKTOP
) -> Iterator[Page]:
    """A page at the inbox of somebody of the demo."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, locale="id-ID")
    page = context.new_page()
    page.goto(f"{url}/masuk")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_selector("#list")
    yield page
    context.close()


def picture_of(part: Locator) -> bytes:
    part.scroll_into_view_if_needed()
    return part.screenshot()


def small(shot: bytes) -> bytes:
    """The picture with few colours: a screen of text needs no more."""
    out = io.BytesIO()
    Image.open(io.BytesIO(shot)).convert("RGB").quantize(COLOURS).save(out, "PNG", optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    raise SystemExit(main())
