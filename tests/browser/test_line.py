"""The line drops, stalls or loses an answer: nothing is lost, nothing is done twice."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SECONDS, ready
from tests.browser.line import Line
from tests.browser.test_flow import (
    DESKS,
    JOURNEY,
    fill,
    first_arrived,
    open_complaint,
    submit,
)
from tests.browser.unit import attach, attached, entries, progress, slow
from tests.files import pdf

pytestmark = pytest.mark.usefixtures("patient")

OpenPage = Callable[..., Page]
UNSENT = "#unsent"
PDF = pdf(bytes(range(256)) * 2500)  # 640 kB: twenty seconds at 256 kbit/s


def send_in_vain(page: Page, line: Line, words: str) -> None:
    """Send a progress entry into a line that is dead."""
    progress(page, words)
    line.cut()
    submit(page, "catat-perkembangan")
    expect(page.locator(UNSENT)).to_be_visible()


def drafts(page: Page) -> str:
    return str(page.evaluate("Object.keys(localStorage).filter(n => n.startsWith('draft')).join()"))


def expect_no_draft(page: Page) -> None:
    page.wait_for_function("() => !Object.keys(localStorage).some(n => n.startsWith('draft'))")


def test_the_whole_flow_on_a_thin_line_that_is_gone_for_half_a_minute(
    open_page: OpenPage, line: Line
) -> None:
    expect.set_options(timeout=60 * SECONDS)
    pages = {user: open_page(user, via=line.url) for user in DESKS}
    for page in pages.values():
        page.set_default_timeout(60 * SECONDS)
        slow(page)
    number = first_arrived(pages["nasional"])
    for user, slug, answers, shown in JOURNEY:
        page = pages[user]
        open_complaint(page, user, number)
        ready(page)
        fill(page, slug, answers)
        if slug == "catat-perkembangan":
            form = page.locator(f"#{slug} form")
            attach(form, "berita acara.pdf", PDF)
            page.wait_for_function("() => document.querySelector('.upload progress')?.value > 0.3")
            half_a_minute_without(line, other=pages["nasional"])
            expect(form.locator(".upload")).to_contain_text("terunggah")
        submit(page, slug)
        expect(page.locator("main .notice.ok")).to_be_visible()
        expect(page.locator("main")).to_contain_text(shown)
    history = pages["instansi"].locator(".hist")
    expect(history.locator(":scope > li")).to_have_count(len(JOURNEY) + 1)
    assert attached(pages["instansi"], "berita acara.pdf") == PDF
    expect(history.locator("a", has_text="berita acara.pdf")).to_have_count(1)


def half_a_minute_without(line: Line, other: Page) -> None:
    """The line breaks in the middle of an upload and of another officer's action."""
    number = first_arrived(other)
    open_complaint(other, "nasional", number)
    ready(other)
    line.lose_answer_to = b"/terima"
    submit(other, "terima")
    expect(other.locator(UNSENT)).to_be_visible()
    other.wait_for_timeout(30 * SECONDS)
    expect(other.locator(UNSENT)).to_contain_text("Terima")
    expect(other.locator("#terima .tag")).to_have_text("belum terkirim")
    line.mend()
    expect(other.locator("main .notice.ok")).to_be_visible()
    expect(other.locator(UNSENT)).to_be_hidden()
    expect(other.locator(".hist > li")).to_have_count(2)


def test_an_action_that_never_arrived_is_sent_when_the_line_is_back(
    unit_page: Page, line: Line
) -> None:
    send_in_vain(unit_page, line, "Tiang nomor 14 diganti.")
    expect(unit_page.locator(UNSENT)).to_contain_text("Catat perkembangan belum terkirim")
    expect(unit_page.locator("#catat-perkembangan .tag")).to_have_text("belum terkirim")
    expect(unit_page.locator("#announcer")).to_contain_text("belum terkirim")
    assert "catat-perkembangan" in drafts(unit_page)
    line.mend()
    expect(unit_page.locator("main .notice.ok")).to_be_visible()
    expect(unit_page.locator(UNSENT)).to_be_hidden()
    expect(entries(unit_page, "Tiang nomor 14 diganti.")).to_have_count(1)
    expect_no_draft(unit_page)


def test_an_action_whose_answer_was_lost_shows_its_result_and_no_conflict_with_oneself(
    unit_page: Page, line: Line
) -> None:
    progress(unit_page, "Kabel tanah disambung.")
    line.lose_answer_to = b"/catat-perkembangan"
    submit(unit_page, "catat-perkembangan")
    expect(unit_page.locator(UNSENT)).to_be_visible()
    line.mend()
    unit_page.locator("[data-again]").click()
    expect(unit_page.locator("main .notice.ok")).to_contain_text("Perkembangan dicatat")
    expect(unit_page.locator("main [role=alert]")).to_have_count(0)
    expect(entries(unit_page, "Kabel tanah disambung.")).to_have_count(1)


def test_what_was_changed_while_it_waited_is_kept_beside_what_had_arrived(
    unit_page: Page, line: Line
) -> None:
    form = progress(unit_page, "Rambu dipasang.")
    line.lose_answer_to = b"/catat-perkembangan"
    submit(unit_page, "catat-perkembangan")
    expect(unit_page.locator(UNSENT)).to_be_visible()
    form.locator("[name=text]").fill("Rambu dipasang di dua tempat.")
    line.mend()
    unit_page.locator("[data-again]").click()
    expect(unit_page.locator("main [role=alert]")).to_contain_text("berubah sejak halaman dibuka")
    expect(entries(unit_page, "Rambu dipasang.")).to_have_count(1)
    field = unit_page.locator("#catat-perkembangan [name=text]")
    expect(field).to_have_value("Rambu dipasang di dua tempat.")
    submit(unit_page, "catat-perkembangan")
    expect(entries(unit_page, "Rambu dipasang di dua tempat.")).to_have_count(1)


def test_a_line_that_says_nothing_is_taken_for_dead(unit_page: Page, line: Line) -> None:
    progress(unit_page, "Menunggu suku cadang.")
    unit_page.evaluate(
        "window.limit = htmx.config.defaultTimeout;"
        "addEventListener('htmx:config:request', ({ detail: { ctx } }) => {"
        " if (ctx.request.timeout === undefined) ctx.request.timeout = 300 })"
    )
    line.stalls = True
    submit(unit_page, "catat-perkembangan")
    expect(unit_page.locator(UNSENT)).to_be_visible()
    assert unit_page.evaluate("window.limit") == 30 * SECONDS
    line.cut()
    line.mend()
    expect(entries(unit_page, "Menunggu suku cadang.")).to_have_count(1)


def test_while_one_action_waits_no_other_overtakes_it(unit_page: Page, line: Line) -> None:
    send_in_vain(unit_page, line, "Yang pertama.")
    fill(unit_page, "tindak-lanjut-selesai", {"report": "Yang kedua."})
    submit(unit_page, "tindak-lanjut-selesai")
    expect(unit_page.locator(UNSENT)).to_contain_text("Catat perkembangan")
    line.mend()
    expect(entries(unit_page, "Yang pertama.")).to_have_count(1)
    expect(entries(unit_page, "Yang kedua.")).to_have_count(0)
    report = unit_page.locator("#tindak-lanjut-selesai [name=report]")
    expect(report).to_have_value("Yang kedua.")
    expect(unit_page.locator("#tindak-lanjut-selesai .info")).to_contain_text("dikembalikan")


def test_a_row_of_the_inbox_waits_too_and_is_not_refreshed_away(
    open_page: OpenPage, line: Line
) -> None:
    page = open_page("nasional", via=line.url)
    page.clock.install()
    page.goto("/admin-nasional/")
    page.wait_for_function("() => window.htmx !== undefined")
    rows = page.locator("#s-arrived .row")
    first, second = (rows.nth(n).locator(".id").inner_text() for n in (0, 1))
    line.cut()
    rows.nth(0).locator("button").click()
    expect(page.locator(UNSENT)).to_contain_text("Terima")
    rows.nth(1).locator("button").click()
    expect(rows.nth(0)).to_contain_text("belum terkirim")
    expect(rows.nth(1)).not_to_contain_text("belum terkirim")
    line.mend()
    page.clock.fast_forward("00:11")
    expect(page.locator("#list .notice.ok")).to_contain_text(first)
    expect(rows.filter(has_text=first)).to_have_count(0)
    expect(rows.filter(has_text=second)).to_have_count(1)


@pytest.mark.parametrize("told", ["", "Di server tidak ada ruang lagi."])
def test_a_server_that_is_away_or_has_no_room_is_a_dead_line(unit_page: Page, told: str) -> None:
    progress(unit_page, f"Server sedang dimulai ulang. {told}")
    body = f"<p data-announce>{told}</p>" if told else ""
    away = {"status": 507 if told else 503, "headers": {"Server": "proxy"}, "body": body}
    unit_page.route("**/catat-perkembangan", lambda route: route.fulfill(**away), times=1)
    submit(unit_page, "catat-perkembangan")
    expect(unit_page.locator(UNSENT)).to_be_visible()
    expect(unit_page.locator("#failure")).to_have_text(told)
    expect(entries(unit_page, f"Server sedang dimulai ulang. {told}")).to_have_count(1)


def test_a_session_that_ended_meanwhile_loses_nothing(unit_page: Page, line: Line) -> None:
    send_in_vain(unit_page, line, "Dicatat sebelum sesi habis.")
    unit_page.context.clear_cookies()
    line.mend()
    expect(unit_page.locator("#failure")).to_contain_text("masuk lagi di tab lain")
    expect(unit_page.locator(UNSENT)).to_be_hidden()
    second = unit_page.context.new_page()
    second.goto("/masuk")
    second.fill("input[name=username]", "dishub-lalin")
    second.fill("input[name=password]", "demo-magetan")
    second.click("main form button")
    second.wait_for_selector(".bar nav")
    submit(unit_page, "catat-perkembangan")
    unit_page.get_by_role("button", name="Kirim sekarang").last.click()
    expect(entries(unit_page, "Dicatat sebelum sesi habis.")).to_have_count(1)


def test_leaving_with_unsent_text_is_asked_about(unit_page: Page) -> None:
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    unit_page.on("dialog", stay)
    unit_page.locator("#catat-perkembangan summary").first.click()
    unit_page.locator("#catat-perkembangan [name=text]").press_sequentially("Belum")
    address = unit_page.url
    unit_page.locator(".bar nav a").first.click(no_wait_after=True)
    unit_page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert unit_page.url == address
    unit_page.locator("#catat-perkembangan [name=text]").fill("")
    unit_page.locator(".bar nav a").first.click()
    expect(unit_page).to_have_url(re.compile("/unit-kerja/$"))
    assert len(asked) == 1


def test_without_htmx_the_browsers_own_error_page_costs_nothing_that_was_typed(
    unit_page: Page,
) -> None:
    unit_page.route("**/static/htmx*", lambda route: route.abort())
    unit_page.reload()
    address = unit_page.url
    progress(unit_page, "Diketik tanpa sambungan.")
    unit_page.context.set_offline(True)
    submit(unit_page, "catat-perkembangan")
    unit_page.wait_for_url("chrome-error://**")
    unit_page.context.set_offline(False)
    unit_page.goto(address)
    field = unit_page.locator("#catat-perkembangan [name=text]")
    expect(field).to_have_value("Diketik tanpa sambungan.")
    expect(field).to_be_visible()
    expect(unit_page.locator("#catat-perkembangan .info")).to_be_visible()
    submit(unit_page, "catat-perkembangan")
    expect(entries(unit_page, "Diketik tanpa sambungan.")).to_have_count(1)
    expect_no_draft(unit_page)


def test_a_draft_is_its_writers_alone_and_gone_when_he_signs_out(unit_page: Page) -> None:
    unit_page.evaluate("localStorage['draft 999 /x'] = JSON.stringify([Date.now(), ['a', 'b']])")
    progress(unit_page, "Rancangan.")
    assert "catat-perkembangan" in drafts(unit_page)
    unit_page.reload()
    expect(unit_page.locator("#catat-perkembangan [name=text]")).to_have_value("Rancangan.")
    assert "draft 999" not in drafts(unit_page)
    unit_page.goto("/meja")
    unit_page.get_by_role("button", name="Keluar", exact=True).click()
    expect(unit_page.locator("[name=password]")).to_be_visible()
    expect_no_draft(unit_page)


def test_what_is_typed_about_a_confidential_complaint_is_not_kept(open_page: OpenPage) -> None:
    page = open_page("instansi")
    page.goto("/admin-instansi/catat")
    page.fill("[name=body]", "Isi surat.")
    assert "/catat" in drafts(page)
    page.check("[name=confidential]")
    expect_no_draft(page)
    page.fill("[name=title]", "Perihal rahasia")
    page.locator("[name=case_class]").first.check()
    page.get_by_role("button", name="Catat pengaduan").click()
    fill(page, "koreksi", {"reason": "Sangat rahasia."})
    expect_no_draft(page)
