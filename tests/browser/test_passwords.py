"""What is typed as a password can be looked at, and is hidden again before it is sent."""

from collections.abc import Callable

from playwright.sync_api import Page, expect


def test_a_password_is_shown_while_its_box_is_ticked_and_never_sent_so(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("instansi")
    page.goto("/kata-sandi")
    current = page.get_by_label("Kata sandi sekarang")
    show = page.locator(".field").filter(has=current).get_by_label("Tampilkan yang diketik")
    expect(current).to_have_attribute("type", "password")
    expect(current).to_have_attribute("autocomplete", "current-password")  # for password managers
    current.fill("sawah hijau")
    show.press("Space")
    expect(current).to_have_attribute("type", "text")
    expect(current).to_have_value("sawah hijau")
    show.press("Space")
    expect(current).to_have_attribute("type", "password")

    show.press("Space")
    page.evaluate("addEventListener('submit', (event) => event.preventDefault())")
    page.evaluate("document.querySelector('main form').noValidate = true")
    current.press("Enter")
    expect(current).to_have_attribute("type", "password")


def test_without_scripts_there_is_no_such_box(open_page: Callable[..., Page]) -> None:
    page = open_page("instansi", scripts=False)
    page.goto("/kata-sandi")
    expect(page.get_by_text("Tampilkan yang diketik").first).to_be_hidden()
