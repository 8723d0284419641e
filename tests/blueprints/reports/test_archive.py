"""The archive's pages: finding a report, the year's register, a year for the shelf."""

import hashlib
import zipfile
from collections.abc import Callable
from io import BytesIO

import openpyxl
import pytest

from portal.models import Report
from tests.blueprints.desks.officer import Enter
from tests.report_story import ReportStory


@pytest.fixture
def archived(story: ReportStory) -> Report:
    story.complaints(2)
    return story.archived()


def test_what_was_approved_is_found_by_year_month_number_and_words(
    enter: Enter, archived: Report
) -> None:
    officer = enter("kepala")
    for query in ("", "?tahun=2026&bulan=10", "?nomor=065", "?q=oktober"):
        page = officer.get(f"/arsip/{query}").text
        assert f'<a href="/laporan/{archived.id}">Laporan Oktober 2026</a>' in page
    for query in ("?tahun=2025", "?bulan=9", "?nomor=xyz", "?q=xyz", "?tahun=abc&q=xyz"):
        assert "Tidak ada laporan yang cocok." in officer.get(f"/arsip/{query}").text


def test_a_line_offers_the_approved_file_the_scan_and_the_figures(
    enter: Enter, archived: Report
) -> None:
    page = enter("instansi").get("/arsip/").text
    assert "Naskah yang disetujui" in page
    assert "Pindaian tanda tangan basah" in page
    assert f"/laporan/{archived.id}/angka.xlsx" in page


def test_a_year_is_one_zip_that_proves_itself_and_lists_itself(
    enter: Enter, archived: Report
) -> None:
    with enter("kepala").browser.get("/arsip/2026.zip") as answer:
        assert "arsip-laporan-2026.zip" in answer.headers["Content-Disposition"]
        bundle = zipfile.ZipFile(BytesIO(answer.data))
    names = set(bundle.namelist())
    assert {
        "2026-10/laporan-2026-10.pdf",
        "2026-10/laporan-2026-10-pindaian.pdf",
        "2026-10/laporan-2026-10-angka.xlsx",
        "buku-register-2026.xlsx",
        "index.html",
        "MANIFES.sha256",
    } == names
    for line in bundle.read("MANIFES.sha256").decode().splitlines():
        sha256, name = line.split("  ")
        assert hashlib.sha256(bundle.read(name)).hexdigest() == sha256
    page = bundle.read("index.html").decode()
    for name in names - {"index.html", "MANIFES.sha256"}:
        assert f'<a href="{name}">' in page
        assert hashlib.sha256(bundle.read(name)).hexdigest() in page


def test_a_year_without_anything_has_no_zip(enter: Enter) -> None:
    assert enter("kepala").get("/arsip/2025.zip").status_code == 404


def test_the_years_register_comes_as_a_workbook(enter: Enter, archived: Report) -> None:
    answer = enter("kepala").browser.get("/arsip/buku-register-2026.xlsx")
    book = openpyxl.load_workbook(BytesIO(answer.data))
    assert book["Oktober 2026"].max_row == 3


def test_the_years_register_as_a_paper_is_the_workers_and_the_page_waits_for_it(
    enter: Enter, archived: Report, work: Callable[[], int]
) -> None:
    officer = enter("kepala")
    first = officer.get("/arsip/buku-register-2026.pdf")
    assert (first.status_code, first.headers["Refresh"].partition(";")[0]) == (202, "1")
    assert work() == 1
    with officer.browser.get("/arsip/buku-register-2026.pdf?ke=1") as answer:
        assert answer.data.startswith(b"%PDF-")
        assert "buku-register-2026.pdf" in answer.headers["Content-Disposition"]
