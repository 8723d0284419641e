"""A monthly report from its beginning to the archive, at its two desks, in a real browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE
from tests.files import pdf
from tests.reporting import pki

OpenPage = Callable[..., Page]
SECRET = "embun-pagi"


def press(button: Locator) -> None:
    """Click as a person does: bring it into sight, and let the frame of the paper come to rest."""
    button.scroll_into_view_if_needed()
    button.page.wait_for_timeout(500)
    button.click()


def wait_for_paper(page: Page) -> None:
    """Until the paper in the page is there; the frame asks for it again by itself."""
    source = page.locator("iframe.paper").get_attribute("src")
    assert source is not None
    for _ in range(60):
        answer = page.request.get(source.partition("#")[0])
        if answer.status == 200:
            break
        assert answer.status == 202
        page.wait_for_timeout(500)
    assert answer.headers["content-type"] == "application/pdf"
    expect(page.frame_locator("iframe.paper").get_by_text("sedang disusun")).to_have_count(0)


def begin(page: Page) -> None:
    """Begin the report of the latest month that is over and has none; wait for its figures."""
    page.goto("/laporan/")
    press(page.get_by_role("button", name="Susun laporan").first)
    expect(page.locator("#h-paper")).to_be_visible(timeout=60_000)
    wait_for_paper(page)


def write(page: Page, part: str, text: str) -> None:
    summary = page.locator("#isian summary", has_text=part)
    press(summary)
    page.locator("#isian details[open] textarea").fill(text)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_report_goes_from_draft_to_archive(open_page: OpenPage, scripts: bool) -> None:
    maker = open_page("instansi", scripts=scripts)
    begin(maker)
    write(maker, "Rekomendasi", "1. Menambah petugas.")
    press(maker.get_by_role("button", name="Ajukan ke Kepala Dinas"))
    expect(maker.locator(".notice.ok")).to_contain_text("sudah diajukan")
    address = maker.url

    head = open_page("kepala", scripts=scripts)
    head.goto(address)
    wait_for_paper(head)
    head.locator("[name=note]").fill("Sebutkan lokasinya.")
    press(head.get_by_role("button", name="Kembalikan"))
    expect(head.locator(".notice.ok")).to_contain_text("dikembalikan")

    maker.goto(address)
    expect(maker.locator("#report .notice.warn")).to_contain_text("Sebutkan lokasinya.")
    write(maker, "Rekomendasi", "1. Menambah petugas di Maospati.")
    press(maker.get_by_role("button", name="Ajukan ke Kepala Dinas"))
    expect(maker.locator(".notice.ok")).to_contain_text("sudah diajukan")

    head.goto(address)
    expect(head.locator("#h-changes")).to_be_visible()
    expect(head.locator("ins")).to_contain_text("di Maospati")
    wait_for_paper(head)
    press(head.get_by_role("button", name="Setujui"))
    expect(head.locator(".notice.ok")).to_contain_text("disetujui")

    maker.goto(address)
    press(maker.get_by_text("Unggah pindaian tanda tangan basah"))
    content = pdf(address.encode())
    scan = {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": content}
    maker.locator("#scan-file").set_input_files(scan)  # type: ignore[arg-type]
    press(maker.locator("details[open] button"))
    expect(maker.locator(".notice.ok")).to_contain_text("Pindaian sudah disimpan")
    press(maker.get_by_role("button", name="Arsipkan"))
    expect(maker.locator(".notice.ok")).to_contain_text("diarsipkan")

    maker.goto("/arsip/")
    expect(maker.get_by_role("table").first).to_contain_text("Pindaian tanda tangan basah")


def test_the_head_signs_electronically_and_anybody_may_check_the_file(
    open_page: OpenPage,
) -> None:
    maker = open_page("instansi")
    begin(maker)
    press(maker.get_by_role("button", name="Ajukan ke Kepala Dinas"))
    expect(maker.locator(".notice.ok")).to_be_visible()
    head = open_page("kepala")
    head.goto(maker.url)
    wait_for_paper(head)
    press(head.get_by_role("button", name="Setujui"))
    expect(head.locator(".notice.ok")).to_be_visible()

    press(head.get_by_text("Tanda tangani secara elektronik"))
    key = pki.head_of_office().p12(SECRET)
    file = {"name": "saya.p12", "mimeType": "application/x-pkcs12", "buffer": key}
    head.locator("#sign-file").set_input_files(file)  # type: ignore[arg-type]
    head.locator("#sign-passphrase").fill(SECRET)
    press(head.get_by_role("button", name="Tanda tangani"))
    expect(head.locator(".notice.ok")).to_contain_text("utuh")

    address = head.get_by_role("link", name="Bertanda tangan elektronik").get_attribute("href")
    signed = head.request.get(str(address)).body()
    changed = signed[:9000] + bytes([signed[9000] ^ 1]) + signed[9001:]
    head.get_by_text(re.compile("Halaman pemeriksaan")).click()
    expect(head.locator("dl")).to_contain_text("SHA-256")
    for content, verdict in ((signed, "Asli"), (changed, "Berubah")):
        pdf = {"name": "laporan.pdf", "mimeType": "application/pdf", "buffer": content}
        head.locator("#berkas-file").set_input_files(pdf)  # type: ignore[arg-type]
        press(head.get_by_role("button", name="Periksa berkas"))
        expect(head.locator("main .notice b").first).to_have_text(verdict)


def test_two_windows_approve_at_once_and_the_second_is_told(open_page: OpenPage) -> None:
    maker = open_page("instansi")
    begin(maker)
    press(maker.get_by_role("button", name="Ajukan ke Kepala Dinas"))
    expect(maker.locator(".notice.ok")).to_be_visible()
    first, second = open_page("kepala", size=PHONE), open_page("kepala")
    for page in (first, second):
        page.goto(maker.url)
        wait_for_paper(page)
    assert first.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    press(first.get_by_role("button", name="Setujui"))
    expect(first.locator(".notice.ok")).to_contain_text("disetujui")
    press(second.get_by_role("button", name="Setujui"))
    expect(second.locator("#report .notice.error")).to_contain_text("berubah sejak halaman dibuka")
    expect(second.locator("#report .notice.warn")).to_contain_text("Disetujui oleh Lilik Suryani")
