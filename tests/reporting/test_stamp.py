"""The stamp fits its box, says what it must, and its QR code leads to the check page."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from portal.reporting.qr import qr_svg
from portal.reporting.sheets import render_html
from portal.reporting.stamp import (
    NoPlaceForStamp,
    Place,
    StampContent,
    draw_stamp,
    find_place,
)
from tests.reporting.pki import NOW, STAMP, paper
from tests.reporting.test_signing import BSRE_SENTENCE, text_of

PLACE = Place(page=0, box=(100, 100, 321, 191))  # 78 x 32 mm
LONG = replace(
    STAMP,
    name="Dr. Drs. RADEN BAGUS SOERYONEGORO HADININGRAT, S.H., M.Si.",
    position="Plt. Kepala Dinas Komunikasi dan Informatika Kabupaten Magetan",
)


def drawn(content: StampContent = STAMP, *, by_bsre: bool = False) -> bytes:
    return draw_stamp(content, PLACE, signed_at=NOW, by_bsre=by_bsre)


def picture(pdf: bytes, folder: Path) -> Path:
    (folder / "gambar.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-r", "300", "-png", "-singlefile", "gambar.pdf", "gambar"]
    subprocess.run(command, cwd=folder, check=True)
    return folder / "gambar.png"


def decoded(image: Path) -> str:
    command = ["zbarimg", "--quiet", "--raw", image]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip()


def test_the_place_is_found_on_its_page_in_points() -> None:
    place = find_place(paper())
    left, bottom, right, top = place.box
    assert place.page == 0
    assert (right - left, top - bottom) == pytest.approx((78 / 25.4 * 72, 32 / 25.4 * 72), abs=1)


def test_a_place_on_a_later_page_is_found_among_other_links() -> None:
    pdf = render_html(
        "<a href='https://contoh.go.id/'>Tautan</a><a href='#akhir'>Akhir</a>"
        "<p style='break-before: page' id='akhir'>Akhir</p>"
        "<a id='tanda-tangan' href='#tanda-tangan' style='display: block; height: 3cm'></a>"
    )
    assert find_place(pdf).page == 1


def test_a_paper_without_the_link_has_no_place() -> None:
    with pytest.raises(NoPlaceForStamp, match="tidak menyediakan tempat"):
        find_place(render_html("<p>Isi"))


@pytest.mark.parametrize("content", [STAMP, LONG, replace(STAMP, position="")])
@pytest.mark.parametrize("by_bsre", [True, False])
def test_everything_fits_in_the_box(content: StampContent, by_bsre: bool, tmp_path: Path) -> None:
    shown = text_of(drawn(content, by_bsre=by_bsre), tmp_path)
    for words in (content.name, content.position, f"NIP. {content.nip}", content.code):
        assert words in shown
    assert (BSRE_SENTENCE in shown) is by_bsre


def test_what_never_fits_is_drawn_in_the_smallest_type(tmp_path: Path) -> None:
    assert "Sangat" in text_of(drawn(replace(STAMP, position="Sangat panjang " * 60)), tmp_path)


def test_names_are_text_and_not_markup(tmp_path: Path) -> None:
    assert "<b>Budi & Ani</b>" in text_of(drawn(replace(STAMP, name="<b>Budi & Ani</b>")), tmp_path)


def test_a_telephone_reads_the_stamp(tmp_path: Path) -> None:
    assert decoded(picture(drawn(LONG, by_bsre=True), tmp_path)) == STAMP.url


def test_a_qr_code_alone_reads_too_and_is_small(tmp_path: Path) -> None:
    svg = qr_svg(STAMP.url)
    page = "<style>@page { size: 3cm; margin: 0 } svg { display: block }</style>"
    assert decoded(picture(render_html(page + svg), tmp_path)) == STAMP.url
    assert len(svg) < 8_000
