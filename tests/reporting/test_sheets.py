"""The report as a PDF: its pages, its fonts, its standard."""

import gc
import logging
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw

from portal.reporting.compose import compose_report
from portal.reporting.emblem import prepare_emblem
from portal.reporting.paper import Letter, Margins, Marks, PaperSettings
from portal.reporting.parts import print_paper
from portal.reporting.qr import qr_svg
from portal.reporting.sheets import render_html, render_part
from tests.reporting.papers import report_paper
from tests.reporting.pdfs import fonts, pages, run, sizes

FAMILY = {"Liberation-Sans", "Liberation-Sans-Bold", "Liberation-Sans-Italic"}


def test_nothing_is_fetched_for_a_paper(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    picture = tmp_path / "rahasia.png"
    Image.new("RGB", (9, 9)).save(picture)
    for address in (picture.as_uri(), "http://127.0.0.1:9/rahasia.png"):
        with pikepdf.open(BytesIO(render_html(f'<title>x</title><img src="{address}">'))) as pdf:
            assert not pdf.pages[0].get_images()
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]


def emblem() -> bytes:
    output = BytesIO()
    shield = Image.radial_gradient("L").resize((300, 360)).convert("RGB")
    ImageDraw.Draw(shield).ellipse((60, 60, 240, 240), fill="#1c5c2e", outline="white", width=9)
    shield.save(output, "PNG")
    return prepare_emblem(output.getvalue())


@pytest.fixture(scope="module")
def report() -> bytes:
    """A report of 76 complaints on A4, with an emblem."""
    return print_paper(compose_report(report_paper(76, PaperSettings(emblem=emblem()))))


@pytest.fixture(scope="module")
def drafted() -> bytes:
    """A draft of a month without complaints on F4 with narrow margins and large type."""
    settings = PaperSettings(size="F4", margins=Margins(12, 12, 15, 12), font_size=12)
    marks = Marks(draft=True, check_url="https://contoh.id/a", qr=qr_svg("https://contoh.id/a"))
    return print_paper(compose_report(report_paper(0, settings, marks=marks)))


def test_qpdf_has_nothing_to_say_against_it(report: bytes, tmp_path: Path) -> None:
    said = run(report, tmp_path, "qpdf", "--check", "FILE")
    assert "No syntax or stream encoding errors found" in said


def test_only_the_one_family_is_in_it_embedded_and_subset(
    report: bytes, drafted: bytes, tmp_path: Path
) -> None:
    for pdf in (report, drafted):
        found = fonts(pdf, tmp_path)
        assert {name for name, _, _ in found} <= FAMILY
        assert all(embedded and subset for _, embedded, subset in found)


def test_it_says_that_it_is_pdf_a_2u_and_has_title_language_and_colours(report: bytes) -> None:
    title = "Laporan Pengelolaan Pengaduan Masyarakat Bulan September 2026"
    with pikepdf.open(BytesIO(report)) as document:
        with document.open_metadata() as metadata:
            assert metadata.pdfa_status == "2U"
            assert metadata["dc:title"] == title
        assert document.docinfo["/Title"] == title
        assert document.Root.Lang == "id"
        assert document.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert "/ID" in document.trailer


def test_every_page_says_which_of_how_many_it_is(report: bytes, tmp_path: Path) -> None:
    texts = pages(report, tmp_path)
    for no, text in enumerate(texts, 1):
        assert f"Halaman {no} dari {len(texts)}" in text


def test_upright_and_wide_pages_have_the_size_that_was_set(report: bytes, drafted: bytes) -> None:
    assert sizes(report) == {(210, 297), (297, 210)}
    assert sizes(drafted) == {(215, 330), (330, 215)}


def test_the_head_of_the_register_stands_on_each_of_its_pages(
    report: bytes, tmp_path: Path
) -> None:
    texts = pages(report, tmp_path)
    first = next(no for no, text in enumerate(texts) if "REGISTER PENGADUAN" in text)
    assert len(texts) - first >= 3
    for text in texts[first:]:
        assert re.search(r"No +Tracking ID +Masuk +Pelapor +Judul", text)


def test_every_complaint_of_the_month_is_in_the_register(report: bytes, tmp_path: Path) -> None:
    text = "".join(pages(report, tmp_path))
    assert all(str(9_500_000 + no) in text for no in range(76))


def test_the_flowchart_is_on_one_page_with_what_was_done(report: bytes, tmp_path: Path) -> None:
    (page,) = [text for text in pages(report, tmp_path) if "REALISASI BULAN" in text]
    assert re.search(r"Jumlah +Median", page)
    assert "lapor.go.id" in page
    assert "Dianggap" in page


def signature_page(pdf: bytes) -> int:
    """The page that holds the one box for the signature, from 0; its size is checked."""
    found = []
    with pikepdf.open(BytesIO(pdf)) as document:
        for no, page in enumerate(document.pages):
            for link in page.get("/Annots", []):
                if link.get("/Dest") == "tanda-tangan":
                    left, low, right, high = map(float, link.Rect)
                    assert abs(right - left) * 25.4 / 72 == pytest.approx(78, abs=0.5)
                    assert abs(high - low) * 25.4 / 72 == pytest.approx(32, abs=0.5)
                    found.append(no)
    (page_no,) = found
    return page_no


def test_the_box_for_the_signature_is_on_the_letter(report: bytes) -> None:
    assert signature_page(report) == 0


@pytest.mark.parametrize("lines", range(6, 14))
def test_the_signature_is_never_alone_on_a_page(lines: int, tmp_path: Path) -> None:
    paragraph = "Alinea yang memenuhi halaman. " * 12
    text = "\n\n".join([paragraph] * lines + ["Alinea terakhir."])
    paper = report_paper(0)
    pdf = print_paper(compose_report(report_paper(0, texts={**paper.texts, "letter": text})))
    page = pages(pdf, tmp_path)[signature_page(pdf)]
    assert "Alinea terakhir." in page
    assert "HENDRA GUNAWAN" in page
    assert "NIP. 19710304" in page


def giant_letters(pdf: bytes, folder: Path) -> list[str]:
    """The letters of each page that are more than 50 points wide and high."""
    boxes = run(pdf, folder, "pdftotext", "-bbox", "FILE", "-").split("<page ")[1:]
    word = r'xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">(.)</word>'
    return [
        "".join(
            letter
            for left, top, right, low, letter in re.findall(word, page)
            if float(right) - float(left) > 50 and float(low) - float(top) > 50
        )
        for page in boxes
    ]


def test_a_draft_is_marked_on_every_page(drafted: bytes, report: bytes, tmp_path: Path) -> None:
    assert {"".join(sorted(page)) for page in giant_letters(drafted, tmp_path)} == {"ADFR"}
    assert set(giant_letters(report, tmp_path)) == {""}


def test_the_letter_has_room_for_number_and_day_while_they_are_not_set(tmp_path: Path) -> None:
    pdf = print_paper(compose_report(report_paper(0, letter=Letter())))
    assert re.search(r"Nomor +: +\.{9,}.*Magetan, \.{9,}", pages(pdf, tmp_path)[0])


def test_a_report_of_twelve_pages_is_at_most_150_kilobytes(report: bytes) -> None:
    with pikepdf.open(BytesIO(report)) as document:
        assert len(report) / len(document.pages) * 12 <= 150 * 1024


def test_the_same_paper_gives_the_same_bytes() -> None:
    paper = compose_report(report_paper(3))
    assert print_paper(paper) == print_paper(paper)


@pytest.fixture
def complaints_of_weasyprint() -> Iterator[list[str]]:
    """What WeasyPrint warned of meanwhile."""
    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("weasyprint")
    logger.addHandler(handler)
    yield said
    logger.removeHandler(handler)


def test_weasyprint_understands_every_rule_of_the_style_sheet(
    complaints_of_weasyprint: list[str],
) -> None:
    render_html(compose_report(report_paper(1)).documents[0])
    assert complaints_of_weasyprint == []


def test_nothing_is_fetched_while_printing(
    complaints_of_weasyprint: list[str], tmp_path: Path
) -> None:
    (tmp_path / "rahasia.png").write_bytes(emblem())
    for url in (f"file://{tmp_path}/rahasia.png", "http://127.0.0.1:9/a.png"):
        pdf = render_html(f'<html lang="id"><title>x</title><img src="{url}">')
        assert b"/Image" not in pdf
    assert len(complaints_of_weasyprint) == 2
    assert all("disallowed protocol" in said for said in complaints_of_weasyprint)


def test_a_part_is_printed_as_a_whole_is_and_garbage_is_looked_for_again() -> None:
    html = '<html lang="id"><title>Satu</title><style>html { font-family: "Liberation Sans" }'
    with (
        pikepdf.open(BytesIO(render_part(html))) as part,
        pikepdf.open(BytesIO(render_html(html))) as whole,
    ):
        assert len(part.pages) == len(whole.pages) == 1
        assert part.pages[0].Contents.read_bytes() == whole.pages[0].Contents.read_bytes()
    assert gc.isenabled()
