"""What a Unit Kerja does on the page of a complaint, over whatever line."""

from playwright.sync_api import Locator, Page

from tests.browser.test_flow import fill


def slow(page: Page) -> None:
    """256 kbit/s each way, 0.4 s of delay."""
    page.context.new_cdp_session(page).send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 400,
            "downloadThroughput": 32_000,
            "uploadThroughput": 32_000,
        },
    )


def progress(page: Page, words: str) -> Locator:
    """Type a progress entry, without sending it; its form."""
    fill(page, "catat-perkembangan", {"text": words})
    return page.locator("#catat-perkembangan form")


def entries(page: Page, words: str) -> Locator:
    return page.locator(".hist > li", has_text=words)


def attach(form: Locator, name: str, content: bytes, media_type: str = "application/pdf") -> None:
    form.locator("[type=file]").set_input_files(
        {"name": name, "mimeType": media_type, "buffer": content}
    )


def attached(page: Page, name: str) -> bytes:
    """A file of the history, as the server hands it out."""
    address = page.locator(".hist a", has_text=name).first.get_attribute("href") or ""
    return page.request.get(address).body()
