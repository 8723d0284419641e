"""The settings of papers, the signature block, the fonts, the emblem."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from portal.reporting import emblem, paper
from portal.reporting.emblem import prepare_emblem
from portal.reporting.paper import (
    Margins,
    MissingFont,
    PaperSettings,
    Signer,
    font_files,
    settings_data,
    settings_from,
)
from portal.sop.text import Refusal


def picture(width: int, height: int, kind: str = "PNG", mode: str = "RGB") -> bytes:
    output = BytesIO()
    Image.new(mode, (width, height)).save(output, kind)
    return output.getvalue()


def test_settings_come_back_from_json_as_they_were() -> None:
    settings = PaperSettings(
        size="F4",
        margins=Margins(15, 16, 17, 18),
        address=("Jalan Contoh 1", "Telepon 000"),
        copies=(),
        emblem=b"png",
    )
    stored = json.loads(json.dumps(settings_data(settings)))
    assert settings_from(stored, emblem=b"png") == settings


def test_settings_that_nobody_set_are_the_defaults_and_unknown_ones_are_passed_over() -> None:
    assert settings_from({}) == PaperSettings()
    assert settings_from({"colour": "red", "size": "F4"}).size == "F4"


def test_f4_is_215_by_330_millimetres() -> None:
    assert PaperSettings(size="F4").dimensions == (215, 330)
    assert PaperSettings().dimensions == (210, 297)


@pytest.mark.parametrize(
    ("signer", "lines"),
    [
        (Signer("Kepala Dinas", "Hendra"), ("Kepala Dinas",)),
        (Signer("Kepala Dinas", "Hendra", acting="Plt."), ("Plt. Kepala Dinas",)),
        (
            Signer("Kepala Dinas", "Hendra", acting="Plh.", on_behalf_of="Kepala Dinas"),
            ("Plh. Kepala Dinas",),
        ),
        (
            Signer("Sekretaris", "Rina", on_behalf_of="Kepala Dinas"),
            ("a.n. Kepala Dinas", "Sekretaris"),
        ),
    ],
)
def test_the_signature_names_the_post_and_for_whom_it_is(
    signer: Signer, lines: tuple[str, ...]
) -> None:
    assert signer.posts == lines


@pytest.mark.parametrize(
    ("name", "signed"),
    [
        ("Hendra Gunawan", "HENDRA GUNAWAN"),
        ("Hendra Gunawan, S.Sos., M.Si.", "HENDRA GUNAWAN, S.Sos., M.Si."),
        ("Dr. Rina Kurniawati, M.T.", "Dr. RINA KURNIAWATI, M.T."),
        ("", ""),
    ],
)
def test_the_name_is_in_capitals_and_its_titles_as_they_are(name: str, signed: str) -> None:
    assert Signer("Kepala", name).signed_name == signed


def test_the_installed_font_is_found_in_every_face() -> None:
    assert set(font_files()) == {"Regular", "Bold", "Italic"}


def test_a_missing_font_is_said_in_a_sentence_that_names_the_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "LiberationSans-Regular.ttf").touch()
    monkeypatch.setattr(paper, "_FONT_FOLDERS", (tmp_path,))
    font_files.cache_clear()
    with pytest.raises(MissingFont, match=r"Liberation Sans.*fonts-liberation"):
        font_files()
    font_files.cache_clear()


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "RGB")])
def test_an_emblem_is_made_small_and_keeps_its_shape(kind: str, mode: str) -> None:
    small = prepare_emblem(picture(1000, 1200, kind, mode))
    printed = Image.open(BytesIO(small))
    assert printed.format == "PNG"
    assert printed.size == (240, 288)


def test_what_is_transparent_in_an_emblem_becomes_white() -> None:
    printed = Image.open(BytesIO(prepare_emblem(picture(10, 12, mode="RGBA")))).convert("RGB")
    assert printed.getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize(
    "content",
    [b"", b"bukan gambar", b"%PDF-1.7", picture(90, 90)[:-9], picture(9, 9, "GIF")],
    ids=["nothing", "text", "pdf", "cut", "gif"],
)
def test_what_is_no_picture_is_no_emblem(content: bytes) -> None:
    with pytest.raises(Refusal, match="bukan gambar PNG atau JPEG"):
        prepare_emblem(content)


def test_a_file_of_forty_megabytes_is_no_emblem() -> None:
    with pytest.raises(Refusal, match="lebih dari 5 MB"):
        prepare_emblem(bytes(40 * 1024 * 1024))


@pytest.mark.parametrize("side", [3_000, 10_000, 20_000])
def test_a_picture_of_too_many_pixels_is_no_emblem(
    side: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emblem, "MAX_PIXELS", 1_000_000)
    with pytest.raises(Refusal, match="terlalu banyak titik"):
        prepare_emblem(picture(side, side, mode="1"))
