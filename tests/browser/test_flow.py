"""One complaint from Masuk to Selesai by clicks, at each desk in turn, in a real browser."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from portal.sop.office_time import ZONE

OpenPage = Callable[..., Page]
UNIT = "Bidang Lalu Lintas dan Angkutan"
# Who does what with which answers, and the status that the page shows then. A complaint that
# leaves a desk leaves its pages: the next officer sees where it went.
JOURNEY: list[tuple[str, str, dict[str, str], str]] = [
    ("nasional", "terima", {}, "Diterima, menunggu verifikasi"),
    ("nasional", "minta-kelengkapan", {"missing": "Lokasi?"}, "Menunggu kelengkapan pelapor"),
    ("nasional", "catat-kelengkapan", {"text": "Simpang empat."}, "Diterima, menunggu verifikasi"),
    ("nasional", "teruskan", {}, "Diteruskan ke Admin Instansi"),
    ("instansi", "verifikasi", {"case_class": "complaint"}, "Terverifikasi, menunggu disposisi"),
    ("instansi", "disposisi", {"opd": "Dinas Perhubungan"}, "Di Pejabat Penghubung OPD"),
    ("dishub", "tanda-terima", {}, "Di Pejabat Penghubung OPD"),
    (
        "dishub",
        "teruskan-ke-unit",
        {"unit": UNIT, "complaint_type": "Lampu lalu lintas"},
        "Tindak lanjut Unit Kerja",
    ),
    ("dishub-lalin", "catat-perkembangan", {"text": "Petugas di lokasi."}, "Tindak lanjut Unit"),
    ("dishub-lalin", "tindak-lanjut-selesai", {"report": "Modul diganti."}, "Tindak lanjut Unit"),
    ("dishub-lalin", "tanggapi", {"answer": "Lampu sudah menyala."}, "Ditanggapi, menunggu"),
    ("instansi", "perbaiki-tanggapan", {"reason": "Sebut tanggalnya."}, "Tindak lanjut Unit"),
    ("dishub-lalin", "tanggapi", {"answer": "Diperbaiki hari ini."}, "Ditanggapi, menunggu"),
    ("instansi", "catat", {"published_on": "today"}, "Menunggu tanggapan balik"),
    (
        "instansi",
        "catat-tanggapan-balik",
        {"satisfied": "ya", "text": "Terima kasih.", "rating": "5"},
        "Selesai",
    ),
]
DESKS = {
    "nasional": "admin-nasional",
    "instansi": "admin-instansi",
    "dishub": "pejabat-penghubung",
    "dishub-lalin": "unit-kerja",
}


def fill(page: Page, slug: str, answers: dict[str, str]) -> None:
    """Open the action's form and answer it, as a person does."""
    form = page.locator(f"#{slug}")
    if form.get_attribute("open") is None:
        form.locator("summary").first.click()
    for name, value in answers.items():
        value = f"{datetime.now(ZONE):%Y-%m-%d}" if value == "today" else value
        field = form.locator(f"[name={name}]").first
        kind = field.get_attribute("type")
        if kind == "radio":
            form.locator(f"[name={name}][value={value}]").check()
        elif field.evaluate("node => node.tagName") == "SELECT":
            choose(field, value)
        else:
            field.fill(value)


def choose(select: Any, value: str) -> None:
    """An option by its value or by what it says."""
    values = select.locator("option").evaluate_all("all => all.map(one => one.value)")
    if value in values:
        select.select_option(value)
    else:
        select.select_option(label=value)


def submit(page: Page, slug: str) -> None:
    page.locator(f"#{slug} form button").last.click()


def open_complaint(page: Page, desk: str, number: str) -> None:
    page.goto(f"/{DESKS[desk]}/pengaduan/{number}")


def first_arrived(page: Page) -> str:
    """The Tracking ID of a complaint that waits to be received."""
    page.goto("/admin-nasional/")
    link = page.locator("#s-arrived .row a[href*='/pengaduan/']")
    href = link.first.get_attribute("href") or ""
    return href.split("/pengaduan/")[1].split("#")[0]


@pytest.mark.parametrize("scripts", [True, False], ids=["dengan-htmx", "tanpa-javascript"])
def test_a_complaint_goes_from_masuk_to_selesai(open_page: OpenPage, scripts: bool) -> None:
    pages = {user: open_page(user, scripts=scripts) for user in DESKS}
    number = first_arrived(pages["nasional"])
    for user, slug, answers, shown in JOURNEY:
        page = pages[user]
        open_complaint(page, user, number)
        loads: list[str] = []
        if scripts:
            page.wait_for_function("window.htmx !== undefined")
            page.on("domcontentloaded", lambda one, seen=loads: seen.append(one.url))
        fill(page, slug, answers)
        submit(page, slug)
        expect(page.locator("main .notice.ok")).to_be_visible()
        expect(page.locator("main")).to_contain_text(shown)
        expect(page.locator("#main .error, #main [role=alert]")).to_have_count(0)
        assert loads == [], "htmx swaps in place"
    history = pages["instansi"].locator(".hist")
    expect(history.locator(":scope > li")).to_have_count(len(JOURNEY) + 1)


def test_the_second_of_two_officers_learns_what_happened_and_keeps_what_was_typed(
    open_page: OpenPage,
) -> None:
    quick, slow = open_page("nasional"), open_page("nasional")
    number = first_arrived(quick)
    for page in (quick, slow):
        open_complaint(page, "nasional", number)
        page.wait_for_function("window.htmx !== undefined")
    fill(quick, "terima", {})
    submit(quick, "terima")
    expect(quick.locator(".head")).to_contain_text("Diterima, menunggu verifikasi")
    open_complaint(slow, "nasional", number)
    slow.wait_for_function("window.htmx !== undefined")
    fill(slow, "minta-kelengkapan", {"missing": "Mohon foto lokasi kejadian."})
    fill(quick, "minta-kelengkapan", {"missing": "Lokasinya di mana?"})
    submit(quick, "minta-kelengkapan")
    expect(quick.locator(".head")).to_contain_text("Menunggu kelengkapan pelapor")
    submit(slow, "minta-kelengkapan")
    expect(slow.locator("main")).to_contain_text("Ratna Sari")
    expect(slow.locator("main")).to_contain_text("Kelengkapan diminta")
    kept = slow.locator("textarea").evaluate_all("all => all.map(one => one.value)")
    assert "Mohon foto lokasi kejadian." in kept


def test_a_double_click_acts_once(open_page: OpenPage) -> None:
    page = open_page("nasional")
    number = first_arrived(page)
    open_complaint(page, "nasional", number)
    page.wait_for_function("window.htmx !== undefined")
    page.locator("#terima form button").last.dblclick()
    expect(page.locator(".head")).to_contain_text("Diterima, menunggu verifikasi")
    expect(page.locator(".hist > li")).to_have_count(2)
