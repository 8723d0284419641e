"""Printing in parts: one PDF that nobody can tell from one that was printed in one go."""

import subprocess
import sys
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from portal.reporting.compose import Composed, RegisterPaper, compose_register, compose_report
from portal.reporting.paper import Marks, PaperSettings, Signer
from portal.reporting.parts import print_paper
from portal.reporting.qr import qr_svg
from portal.reporting.sheets import render_part
from tests.reporting.papers import register_rows, report_paper
from tests.reporting.pdfs import fonts, pages, run, sizes

URL = "https://contoh.id/verifikasi/K7MX-29QD-HRWT"
ROWS = 260


@pytest.fixture(scope="module")
def composed() -> Composed:
    marks = Marks(draft=True, check_url=URL, qr=qr_svg(URL))
    return compose_report(report_paper(ROWS, marks=marks))


@pytest.fixture(scope="module")
def told() -> list[tuple[int, int]]:
    return []


@pytest.fixture(scope="module")
def printed(composed: Composed, told: list[tuple[int, int]]) -> bytes:
    return print_paper(composed, lambda done, of: told.append((done, of)))


def test_the_parts_make_one_sound_file(printed: bytes, tmp_path: Path) -> None:
    said = run(printed, tmp_path, "qpdf", "--check", "FILE")
    assert "No syntax or stream encoding errors found" in said
    assert {name for name, _, _ in fonts(printed, tmp_path)} == {
        "Liberation-Sans",
        "Liberation-Sans-Bold",
        "Liberation-Sans-Italic",
    }
    assert sizes(printed) == {(210, 297), (297, 210)}


def test_it_stays_pdf_a_with_the_title_of_the_whole(printed: bytes, composed: Composed) -> None:
    with pikepdf.open(BytesIO(printed)) as document:
        with document.open_metadata() as metadata:
            assert metadata.pdfa_status == "2U"
            assert metadata["dc:title"] == composed.title
        assert document.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert document.Root.Lang == "id"
        assert "/ID" in document.trailer


def test_the_pages_are_counted_through_all_parts(printed: bytes, tmp_path: Path) -> None:
    texts = pages(printed, tmp_path)
    for no, text in enumerate(texts, 1):
        assert text.count(f"Halaman {no} dari {len(texts)}") == 1
        assert text.count("Laporan Pengelolaan Pengaduan Masyarakat Bulan September 2026") >= 1


def test_every_line_is_there_once_and_in_order(printed: bytes, tmp_path: Path) -> None:
    text = "".join(pages(printed, tmp_path))
    places = [text.find(str(9_500_000 + no)) for no in range(ROWS)]
    assert -1 not in places
    assert places == sorted(places)


def test_the_box_for_the_signature_survives_the_joining(printed: bytes) -> None:
    with pikepdf.open(BytesIO(printed)) as document:
        links = [link for page in document.pages for link in page.get("/Annots", [])]
        assert [str(link.Dest) for link in links] == ["tanda-tangan"]


def test_what_a_later_part_is_named_by_survives_the_joining(tmp_path: Path) -> None:
    """A register is signed in its last part, and each part has its own months to turn to."""
    months = [date(2026, month, 1) for month in (1, 2)]
    paper = compose_register(
        RegisterPaper(
            settings=PaperSettings(),
            year=2026,
            months=[(month, register_rows(ROWS // 2, month)) for month in months],
            data_at=datetime(2026, 3, 1, tzinfo=UTC),
            signer=Signer("Kepala Dinas", "Hendra Gunawan, S.Sos."),
        )
    )
    assert len(paper.documents) == 2
    printed = print_paper(paper)
    assert "No syntax or stream" in run(printed, tmp_path, "qpdf", "--check", "FILE")
    with pikepdf.open(BytesIO(printed)) as document:
        (link,) = [link for page in document.pages for link in page.get("/Annots", [])]
        targets = pikepdf.NameTree(document.Root.Names.Dests)
        assert targets[str(link.Dest)].D[0].objgen == document.pages[-1].objgen
        with document.open_outline() as outline:
            assert any("Februari" in item.title for item in outline.root)
        with document.open_metadata() as metadata:
            assert metadata.pdfa_status == "2U"


def test_the_progress_is_told_part_by_part(
    printed: bytes, composed: Composed, told: list[tuple[int, int]]
) -> None:
    parts = len(composed.documents)
    assert parts == 3
    assert told == [(no, parts) for no in range(parts + 1)]


def test_a_short_paper_is_one_part() -> None:
    told: list[tuple[int, int]] = []
    print_paper(compose_report(report_paper(0)), lambda done, of: told.append((done, of)))
    assert told == [(0, 1), (1, 1)]


def test_a_printing_process_loads_no_web_and_no_database() -> None:
    """It is a new interpreter that imports what it is to call, and that package by package."""
    code = (
        f"import sys, {render_part.__module__};"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert "portal" in loaded
    assert not loaded & {"flask", "werkzeug", "sqlalchemy", "huey"}
