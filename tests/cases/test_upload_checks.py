"""What is inside a file: pictures come out clean, PDFs that do something do not come in."""

import subprocess
import sys
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from portal.cases import upload_program
from portal.cases.files import MAX_BYTES, Upload, check_upload
from portal.cases.upload_checks import examine
from portal.sop.text import Refusal
from tests.files import pdf, photo

ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825


def refused(name: str, content: bytes) -> str:
    """The sentence that whoever takes the upload raises."""
    with pytest.raises(Refusal) as raised:
        check_upload(examine(name, content, ""))
    return str(raised.value)


def taken(name: str, content: bytes) -> bytes:
    upload = examine(name, content, "")
    check_upload(upload)
    assert upload.name == name
    return upload.content


# -- pictures ------------------------------------------------------------------------------------


def exif(orientation: int = 1) -> Image.Exif:
    made = Image.Exif()
    made[ORIENTATION], made[MAKE] = orientation, "Kamera Rahasia"
    made.get_ifd(GPS)[1] = "S"
    return made


def side_of_light(content: bytes) -> str:
    """Where the picture is light: its left, right, top or bottom."""
    image = Image.open(BytesIO(content)).convert("L")
    width, height = image.size
    places = {
        "left": (0, height // 2),
        "right": (width - 1, height // 2),
        "top": (width // 2, 0),
        "bottom": (width // 2, height - 1),
    }
    return max(places, key=lambda place: image.getpixel(places[place]))  # type: ignore[arg-type, return-value]


@pytest.mark.parametrize(
    ("orientation", "light", "size"),
    [(1, "right", (60, 40)), (3, "left", (60, 40)), (6, "bottom", (40, 60)), (8, "top", (40, 60))],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_is_turned_upright_and_says_nothing_of_who_took_it_where(
    kind: str, orientation: int, light: str, size: tuple[int, int]
) -> None:
    content = photo(kind, exif=exif(orientation))
    assert b"Kamera Rahasia" in content
    clean = taken(f"foto.{kind.lower()}", content)
    assert b"Kamera" not in clean
    with Image.open(BytesIO(clean)) as image:
        assert image.format == kind
        assert image.size == size
        assert dict(image.getexif()) == {}
    assert side_of_light(clean) == light


def test_nothing_hides_behind_before_or_in_a_picture() -> None:
    hidden = b"<script>alert(1)</script>"
    for name, content in (
        ("a.jpg", photo(comment=hidden)),
        ("b.jpg", photo(icc_profile=hidden)),
        ("c.jpg", photo() + hidden),
        ("d.png", photo("PNG", icc_profile=hidden)),
        ("e.png", photo("PNG") + hidden),
    ):
        assert hidden not in taken(name, content), name


def test_a_picture_loses_nothing_that_can_be_seen() -> None:
    content = photo(quality=80)
    before, after = (Image.open(BytesIO(one)) for one in (content, taken("a.jpg", content)))
    assert after.quantization == before.quantization  # type: ignore[attr-defined]
    pairs = zip(before.convert("L").tobytes(), after.convert("L").tobytes(), strict=True)
    assert max(abs(one - other) for one, other in pairs) <= 3
    exact = photo("PNG")
    assert (
        Image.open(BytesIO(taken("a.png", exact))).tobytes() == Image.open(BytesIO(exact)).tobytes()
    )


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16"])
def test_any_kind_of_png_keeps_its_kind(mode: str) -> None:
    output = BytesIO()
    Image.new(mode, (9, 9)).save(output, "PNG")
    assert Image.open(BytesIO(taken("a.png", output.getvalue()))).mode == mode


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_any_kind_of_jpeg_keeps_its_kind(mode: str) -> None:
    output = BytesIO()
    Image.new(mode, (9, 9)).save(output, "JPEG")
    assert Image.open(BytesIO(taken("a.jpg", output.getvalue()))).mode == mode


def test_of_the_several_pictures_of_a_telephone_the_first_is_kept() -> None:
    output, first = BytesIO(), Image.new("RGB", (60, 40), "red")
    first.save(output, "MPO", save_all=True, append_images=[Image.new("RGB", (30, 20))])
    with Image.open(BytesIO(taken("a.jpg", output.getvalue()))) as image:
        assert (image.format, image.size) == ("JPEG", (60, 40))


@pytest.mark.parametrize("side", [8001, 40_000])
def test_a_picture_that_unpacks_to_far_more_than_it_is_is_refused(side: int) -> None:
    output = BytesIO()
    Image.new("1", (side, side)).save(output, "PNG")
    assert len(output.getvalue()) < 1024**2
    assert "terlalu banyak titik" in refused("bom.png", output.getvalue())


@pytest.mark.parametrize("name", ["a.jpg", "a.png"])
@pytest.mark.parametrize("spoil", [lambda whole: whole[: len(whole) // 2], lambda whole: whole[:9]])
def test_a_broken_picture_is_refused(name: str, spoil: Callable[[bytes], bytes]) -> None:
    whole = photo("PNG" if name.endswith("png") else "JPEG")
    assert f"“{name}” rusak dan tidak dapat dibuka" in refused(name, spoil(whole))


# -- PDFs ----------------------------------------------------------------------------------------

SCRIPT = "<< /S /JavaScript /JS (app.alert(1)) >>"
ACTIVE = {
    "a script as it opens": {"OpenAction": SCRIPT},
    "a script without its type": {"OpenAction": "<< /S /Thread /JS (x) >>"},
    "a script by name": {"Names": f"<< /JavaScript << /Names [(a) {SCRIPT}] >> >>"},
    "a script after another action": {"OpenAction": f"<< /S /GoTo /Next [[{SCRIPT}]] >>"},
    "a program": {"OpenAction": "<< /S /Launch /F (cmd.exe) >>"},
    "a form that sends itself": {"OpenAction": "<< /S /SubmitForm /F (http://x) >>"},
    "a form that is a program": {"AcroForm": "<< /XFA (<xdp/>) /Fields [] >>"},
    "a file inside": {"Names": "<< /EmbeddedFiles << /Names [] >> >>"},
    "a file beside": {"AF": "[<< /Type /Filespec /EF << >> >>]"},
    "a film": {"X": "<< /Type /Annot /Subtype /RichMedia >>"},
}


@pytest.mark.parametrize("what", ACTIVE)
def test_a_pdf_that_does_something_is_refused(what: str) -> None:
    assert "memuat skrip, lampiran, atau formulir" in refused("a.pdf", pdf(**ACTIVE[what]))


def saved(content: bytes, **how: object) -> bytes:
    output = BytesIO()
    with pikepdf.open(BytesIO(content)) as document:
        document.save(output, **how)  # type: ignore[arg-type]
    return output.getvalue()


def test_a_script_is_found_packed_in_a_stream_or_spelled_in_numbers_or_named_by_nothing() -> None:
    scripted = pdf(OpenAction=SCRIPT)
    packed = saved(scripted, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"JavaScript" not in packed
    spelled = scripted.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/J#53")
    forgotten = scripted.replace(b"/OpenAction", b"/NpenAction")
    protected = saved(scripted, encryption=pikepdf.Encryption(owner="o", user=""))
    for content in (packed, spelled, forgotten, protected):
        assert "memuat skrip" in refused("a.pdf", content)


def test_a_pdf_that_does_nothing_stays_byte_for_byte() -> None:
    quiet = pdf(OpenAction="<< /S /GoTo >>", PageMode="/UseNone")
    linked = pdf(X="<< /Type /Annot /Subtype /Link /A << /S /URI /URI (http://x) >> >>")
    for content in (quiet, linked, saved(quiet, encryption=pikepdf.Encryption(owner="o", user=""))):
        assert taken("a.pdf", content) == content


def test_a_locked_pdf_is_refused() -> None:
    locked = saved(pdf(), encryption=pikepdf.Encryption(owner="o", user="u"))
    assert "dikunci dengan kata sandi" in refused("a.pdf", locked)


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"%PDF-1.7 isi\n%%EOF", pdf()[:80]])
def test_what_is_no_pdf_but_at_its_beginning_is_refused(content: bytes) -> None:
    assert "rusak dan tidak dapat dibuka" in refused("a.pdf", content)


def test_what_is_nested_without_end_ends_the_program_and_not_the_portal() -> None:
    deep = pdf().replace(b"/Type /Catalog", b"/Type /Catalog /X " + b"[" * 50_000 + b"]" * 50_000)
    assert examine("a.pdf", deep, "").refusal is not None


# -- any file ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("foto.jpg", b"", "kosong"),
        ("foto.jpg", b"\xff\xd8\xff" + b"0" * MAX_BYTES, "lebih dari 10 MB"),
        ("foto.pdf", photo(), "bukan PDF, JPEG, atau PNG"),
        ("foto.exe", pdf(), "bukan PDF, JPEG, atau PNG"),
    ],
)
def test_what_is_refused_at_a_glance_is_not_looked_into(
    monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, sentence: str
) -> None:
    monkeypatch.setattr(subprocess, "run", None)
    assert sentence in refused(name, content)


def test_the_program_has_a_limit_of_memory_that_it_cannot_leave() -> None:
    code = (
        f"import runpy, sys, resource; sys.argv[1:] = ['application/pdf'];"
        f"runpy.run_path({upload_program.__file__!r})['main']()"
    )
    program = subprocess.run(
        [sys.executable, "-c", code + "; print(resource.getrlimit(resource.RLIMIT_AS))"],
        input=pdf(),
        capture_output=True,
        check=True,
    )
    assert str((upload_program.MEMORY,) * 2).encode() in program.stdout


def test_an_upload_without_a_finding_against_it_is_only_told_its_type() -> None:
    assert check_upload(Upload("a.pdf", pdf())) == "application/pdf"
