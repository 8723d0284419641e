"""What only a browser can show of the desks: refreshing, focus, the keyboard, a narrow screen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE

OpenPage = Callable[..., Page]
DESKS = {
    "nasional": "/admin-nasional/",
    "instansi": "/admin-instansi/",
    "dishub": "/pejabat-penghubung/",
    "dishub-lalin": "/unit-kerja/",
    "kepala": "/kepala-dinas/",
}
ONE_MINUTE = "01:01"


def ready(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_function("() => window.htmx !== undefined")


def row(page: Page, number: str, section: str = "") -> Locator:
    return page.locator(f"{section} .row", has_text=f"#{number}")


def is_poll(path: str) -> Callable[[object], bool]:
    return lambda answer: str(getattr(answer, "url", "")).endswith(path)


def test_an_unchanged_inbox_is_asked_for_and_left_alone(open_page: OpenPage) -> None:
    page = open_page("instansi")
    page.clock.install()
    ready(page, DESKS["instansi"])
    with page.expect_response(is_poll(DESKS["instansi"])) as answer:
        page.clock.fast_forward(ONE_MINUTE)
    assert answer.value.status == 304


def test_another_officers_work_appears_without_a_reload_and_disturbs_no_tick(
    open_page: OpenPage,
) -> None:
    page, colleague = open_page("nasional"), open_page("nasional")
    page.clock.install()
    ready(page, DESKS["nasional"])
    rows = page.locator("#s-arrived .row")
    number = rows.last.locator(".id").inner_text().removeprefix("#")
    tick = rows.first.locator("input")
    tick.check()
    colleague.goto(DESKS["nasional"])
    row(colleague, number).locator("button").click()
    expect(colleague.locator(".notice.ok")).to_be_visible()
    with page.expect_response(is_poll(DESKS["nasional"])):
        page.clock.fast_forward(ONE_MINUTE)
    expect(tick).to_be_checked()
    expect(row(page, number, "#s-arrived")).to_be_visible()
    tick.uncheck()
    tick.evaluate("node => node.blur()")
    page.clock.fast_forward(ONE_MINUTE)
    expect(row(page, number, "#s-arrived")).to_have_count(0)
    expect(row(page, number, "#s-received")).to_be_visible()


def test_a_row_is_received_by_the_keyboard_and_the_focus_is_not_lost(open_page: OpenPage) -> None:
    page = open_page("nasional")
    ready(page, DESKS["nasional"])
    button = page.locator("#s-arrived .row button").first
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#list .notice.ok")).to_be_visible()
    expect(page.locator("#announcer")).to_contain_text("Diterima")
    assert page.evaluate("document.activeElement !== document.body")
    page.keyboard.press("Tab")
    expect(page.locator("#list :focus")).to_have_count(1)


def test_enter_on_a_tick_does_what_is_ticked_and_nothing_else(open_page: OpenPage) -> None:
    page = open_page("nasional")
    ready(page, DESKS["nasional"])
    rows = page.locator("#s-arrived .row")
    first = rows.first.locator(".id").inner_text()
    second = rows.nth(1).locator(".id").inner_text()
    rows.nth(1).locator("input").check()
    page.keyboard.press("Enter")
    expect(page.locator("#list .notice.ok")).to_contain_text(second)
    expect(page.locator("#s-arrived")).to_contain_text(first)


def test_a_form_that_was_refused_gets_the_focus_and_the_others_keep_their_text(
    open_page: OpenPage,
) -> None:
    page = open_page("instansi")
    page.goto(DESKS["instansi"])
    ready(page, page.locator("#s-verified .what a").first.get_attribute("href") or "")
    page.locator("#kembalikan > summary").click()
    page.fill("#kembalikan [name=reason]", "Jalan ini milik provinsi.")
    page.select_option("#disposisi [name=opd]", "")
    page.fill("#disposisi [name=instruction]", "Segera.")
    page.locator("#disposisi select").evaluate("node => { node.required = false }")
    page.locator("#disposisi form button").click()
    expect(page.locator("#disposisi p.error").first).to_be_focused()
    expect(page.locator("#disposisi")).to_contain_text("Pilih OPD tujuan.")
    expect(page.locator("#disposisi [name=instruction]")).to_have_value("Segera.")
    expect(page.locator("#kembalikan [name=reason]")).to_have_value("Jalan ini milik provinsi.")


def test_the_message_for_the_opd_is_copied(open_page: OpenPage) -> None:
    page = open_page("instansi")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ready(page, DESKS["instansi"])
    page.locator("[data-copy]").first.click()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert re.search(r"^\*Pengaduan SP4N-LAPOR! #\d+\*\nKepada: Pejabat Penghubung ", copied)


@pytest.mark.parametrize("user", DESKS)
def test_every_desk_fits_a_phone(open_page: OpenPage, user: str) -> None:
    page = open_page(user, size=PHONE)
    links = page.locator(".what a").evaluate_all("all => all.map(one => one.href)")
    for path in (DESKS[user], DESKS[user] + "cari?q=a", *links[:1], *links[-1:]):
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], path


def test_before_a_session_ends_unused_its_page_says_so_and_keeps_it_when_asked(
    open_page: OpenPage,
) -> None:
    page = open_page("instansi")
    page.clock.install()
    ready(page, DESKS["instansi"])
    warning = page.locator("#idle")
    page.clock.fast_forward("27:00")
    expect(warning).to_be_attached()
    expect(warning).to_be_hidden()
    page.clock.fast_forward("01:30")
    expect(warning).to_be_visible()
    page.get_by_role("button", name="Tetap masuk").click()
    expect(warning).to_be_hidden()
    page.clock.fast_forward("30:00")
    expect(page.locator("#idle-over")).to_be_visible()
