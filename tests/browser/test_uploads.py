"""Files that go ahead of their form: the form waits, photos are scaled down, a refusal is said."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import SECONDS
from tests.browser.test_flow import submit
from tests.browser.unit import attach, attached, entries, progress, slow
from tests.files import pdf

pytestmark = pytest.mark.usefixtures("patient")
SHORT = pdf(bytes(range(256)) * 600)


def test_a_form_that_is_sent_waits_for_its_files(unit_page: Page) -> None:
    slow(unit_page)
    form = progress(unit_page, "Berkas menyusul.")
    attach(form, "panjang.pdf", SHORT)
    submit(unit_page, "catat-perkembangan")
    expect(form.locator("small", has_text="begitu berkasnya selesai")).to_be_visible()
    expect(unit_page.locator("#announcer")).to_contain_text("begitu berkasnya selesai")
    expect(entries(unit_page, "Berkas menyusul.")).to_have_count(1)
    assert attached(unit_page, "panjang.pdf") == SHORT


def photo(width: int, height: int, orientation: int = 1) -> bytes:
    """A photo that does not compress well, as cameras make them."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(file, "JPEG", exif=exif)
    return file.getvalue()


def test_photos_are_scaled_down_unless_the_original_is_asked_for(unit_page: Page) -> None:
    big, lying = photo(2400, 1800), photo(2000, 1000, orientation=6)
    form = progress(unit_page, "Foto terlampir.")
    for name, content in (("kecil.jpg", big), ("asli.jpg", big), ("tegak.jpg", lying)):
        attach(form, name, content, "image/jpeg")
    rows = form.locator(".upload")
    for _ in range(2):  # changing one's mind: the last word counts
        rows.nth(1).get_by_label("kirim ukuran asli").check()
        rows.nth(0).get_by_label("kirim ukuran asli").click()
    for row in rows.all():  # photos are drawn anew one by one, on a busy machine for seconds each
        expect(row).to_contain_text("terunggah", timeout=60 * SECONDS)
    submit(unit_page, "catat-perkembangan")
    expect(entries(unit_page, "Foto terlampir.")).to_have_count(1)
    small = attached(unit_page, "kecil.jpg")
    assert Image.open(io.BytesIO(small)).size == (1600, 1200)
    assert len(small) < len(big) / 2
    assert Image.open(io.BytesIO(attached(unit_page, "asli.jpg"))).size == (2400, 1800)
    assert Image.open(io.BytesIO(attached(unit_page, "tegak.jpg"))).size == (800, 1600)


def test_a_file_that_is_refused_says_why_and_holds_the_form_until_it_is_dropped(
    unit_page: Page,
) -> None:
    form = progress(unit_page, "Tanpa berkas.")
    attach(form, "palsu.pdf", b"MZ bukan PDF")
    row = form.locator(".upload")
    expect(row).to_contain_text("bukan PDF, JPEG, atau PNG")
    submit(unit_page, "catat-perkembangan")
    expect(entries(unit_page, "Tanpa berkas.")).to_have_count(0)
    row.locator("input").uncheck()
    submit(unit_page, "catat-perkembangan")
    expect(entries(unit_page, "Tanpa berkas.")).to_have_count(1)
