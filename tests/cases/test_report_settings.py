"""The administrator's settings of the papers."""

from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image
from sqlalchemy.orm import Session

from portal.cases.answers import Invalid
from portal.cases.files import Upload
from portal.cases.report_content import snapshot_of
from portal.cases.report_settings import (
    emblem_hash,
    number_pattern,
    paper_settings,
    public_address,
    save_settings,
    settings_form,
    signing_settings,
)
from portal.cases.sop_versions import set_show_errata
from portal.reporting.paper import PaperSettings
from tests.report_story import ReportStory
from tests.reporting import pki


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


def save(session: Session, folder: Path, emblem: Upload | None = None, **raw: str) -> None:
    save_settings(session, settings_form(session, folder) | raw, emblem, folder)


def picture(size: tuple[int, int] = (600, 720)) -> bytes:
    output = BytesIO()
    Image.new("RGB", size, "darkgreen").save(output, "PNG")
    return output.getvalue()


def test_before_anybody_sets_anything_papers_have_the_offices_defaults(
    session: Session, folder: Path
) -> None:
    assert paper_settings(session, folder) == PaperSettings()
    assert number_pattern(session) == "065/{nomor}/403.113/{tahun}"
    assert public_address(session) == ""
    assert signing_settings(session).root_certificates == ()


def test_the_form_as_shown_changes_nothing_when_it_is_sent(session: Session, folder: Path) -> None:
    before = settings_form(session, folder)
    save(session, folder)
    assert settings_form(session, folder) == before


def test_what_is_set_is_what_papers_get(session: Session, folder: Path) -> None:
    save(
        session,
        folder,
        size="F4",
        font_size="12",
        margin_left="30",
        address="Jalan Basuki Rahmat 1\n\n  Magetan  ",
        copies="Sekretaris Daerah",
        number_pattern="480/{nomor}/2026",
        address_for_all="https://pengaduan.magetan.example/",
    )
    paper = paper_settings(session, folder)
    assert paper.dimensions == (215, 330)
    assert (paper.font_size, paper.margins.left) == (12, 30)
    assert paper.address == ("Jalan Basuki Rahmat 1", "Magetan")
    assert paper.copies == ("Sekretaris Daerah",)
    assert number_pattern(session) == "480/{nomor}/2026"
    assert public_address(session) == "https://pengaduan.magetan.example"


def test_the_emblem_is_made_small_kept_and_taken_away_again(session: Session, folder: Path) -> None:
    save(session, folder, Upload("lambang.png", picture()))
    emblem = paper_settings(session, folder).emblem
    assert emblem is not None
    width, height = Image.open(BytesIO(emblem)).size
    assert width < 600
    assert width / height == pytest.approx(600 / 720, abs=0.01)
    save(session, folder)
    assert paper_settings(session, folder).emblem == emblem
    save(session, folder, remove_emblem="1")
    assert emblem_hash(session) is None
    assert paper_settings(session, folder).emblem is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"bukan gambar", "bukan gambar PNG atau JPEG"),
        (b"GIF89a", "bukan gambar PNG atau JPEG"),
        (b"\x89PNG\r\n\x1a\n" + bytes(6 * 1024 * 1024), "lebih dari 5 MB"),
    ],
)
def test_a_file_that_is_no_picture_or_too_large_is_refused_and_nothing_is_lost(
    session: Session, folder: Path, content: bytes, words: str
) -> None:
    save(session, folder, Upload("lambang.png", picture()))
    before = emblem_hash(session)
    with pytest.raises(Invalid) as refused:
        save(session, folder, Upload("lambang.png", content), city="Maospati")
    assert words in str(refused.value.errors["emblem"])
    assert emblem_hash(session) == before
    assert paper_settings(session, folder).city == "Magetan"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("size", "A5"),
        ("font_size", "14"),
        ("margin_top", "5"),
        ("margin_top", "empat"),
        ("city", ""),
        ("copies", "\n".join("abcdefg")),
        ("number_pattern", "065/403.113/2026"),
        ("tsa_url", "tsa.example.go.id"),
        ("tsa_url", "ftp://tsa.example.go.id"),
        ("address_for_all", "https://[::1"),
        ("roots", "bukan sertifikat"),
        ("long_term", "1"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    session: Session, folder: Path, field: str, value: str
) -> None:
    with pytest.raises(Invalid) as refused:
        save(session, folder, **{field: value})
    assert set(refused.value.errors) == {field}


def test_trusted_roots_are_kept_as_they_were_pasted(session: Session, folder: Path) -> None:
    root = pki.authority()
    pem = root.certificate.public_bytes(Encoding.PEM).decode()
    save(session, folder, roots=pem, tsa_url="https://tsa.example.go.id", long_term="1")
    settings = signing_settings(session)
    assert settings.long_term
    assert settings.root_certificates == (root.der,)


def test_the_switch_of_the_sop_page_holds_for_papers_too(session: Session, folder: Path) -> None:
    set_show_errata(session, False)
    assert paper_settings(session, folder).errata is False


def test_a_submitted_report_keeps_the_settings_of_its_day(story: ReportStory) -> None:
    report = story.draft()
    story.submit(report)
    save(story.session, story.folder, city="Maospati")
    assert snapshot_of(story.session, report)["paper"]["settings"]["city"] == "Magetan"
