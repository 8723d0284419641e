"""Workbooks that were made to do harm, or have come to some."""

import io
import json
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.lapor import workbook
from portal.lapor.rows import Reading, read_export
from portal.lapor.sheet import UnreadableFile
from tests.lapor.conftest import NOW, lines
from tests.make_lapor_export import write_csv, write_xlsx

SHEET = "xl/worksheets/sheet1.xml"
TOO_MUCH = "Isi berkas jauh lebih besar daripada ekspor LAPOR!."
DAMAGED = "Berkas tidak dapat dibuka: rusak, atau isinya tidak wajar."


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("buku") / "ekspor.xlsx"
    write_xlsx(path, lines({"Tracking ID": "1"}, {"Tracking ID": "2"}))
    return path.read_bytes()


def rewritten(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The archive with the content of one entry changed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.namelist():
            content = old.read(entry)
            new.writestr(entry, change(content) if entry == name else content)
    return out.getvalue()


def sentence_about(tmp_path: Path, data: bytes) -> str:
    (tmp_path / "ekspor.xlsx").write_bytes(data)
    with pytest.raises(UnreadableFile) as refused:
        read_export(tmp_path / "ekspor.xlsx", NOW)
    return str(refused.value)


def test_a_bomb_is_refused_before_it_is_opened(tmp_path: Path, good: bytes) -> None:
    bomb = rewritten(good, SHEET, lambda xml: xml + b" " * 40 * 1024**2)

    assert len(bomb) < 100_000
    assert sentence_about(tmp_path, bomb).startswith(TOO_MUCH)


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path, good: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        whole = archive.read(SHEET)
    real = len(whole).to_bytes(4, "little"), zlib.crc32(whole).to_bytes(4, "little")
    told = (1000).to_bytes(4, "little"), zlib.crc32(whole[:1000]).to_bytes(4, "little")
    lying = good.replace(real[0], told[0]).replace(real[1], told[1])

    with zipfile.ZipFile(io.BytesIO(lying)) as archive:
        assert archive.read(SHEET) == whole[:1000]
    assert sentence_about(tmp_path, lying).startswith(DAMAGED)


def test_an_archive_of_hundreds_of_entries_is_refused(tmp_path: Path, good: bytes) -> None:
    out = io.BytesIO(good)
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(workbook.MAX_ENTRIES):
            archive.writestr(f"xl/media/{number}.png", b"")

    assert sentence_about(tmp_path, out.getvalue()).startswith(TOO_MUCH)


def test_one_cell_at_the_far_corner_does_not_fill_the_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "Tracking ID"
    book.worksheets[0]["XFD1048576"] = 1
    book.save(tmp_path / "pojok.xlsx")

    assert sentence_about(tmp_path, (tmp_path / "pojok.xlsx").read_bytes()).startswith(DAMAGED)


def test_one_long_text_in_thousands_of_cells_does_not_fill_the_memory(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "ulang.xlsx", [["a" * 30_000] * 20] * 100)

    assert sentence_about(tmp_path, (tmp_path / "ulang.xlsx").read_bytes()).startswith(TOO_MUCH)


def test_an_archive_locked_by_zip_is_refused(tmp_path: Path, good: bytes) -> None:
    locked = good.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")

    assert locked != good
    assert sentence_about(tmp_path, locked).startswith("Berkas dikunci dengan kata sandi.")


def test_an_archive_that_is_no_workbook_is_named(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")

    sentence = sentence_about(tmp_path, out.getvalue())

    assert sentence.startswith("Ini berkas jenis lain, bukan ekspor LAPOR!.")


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace(b"</sheetData>", b""),
        lambda xml: xml.replace(b"<v>0</v>", b"<v>99999</v>"),
        lambda xml: xml.replace(b'r="A5"', b'r="A99999999999"'),
        lambda xml: b"",
        lambda xml: xml[: len(xml) // 2],
    ],
)
def test_a_damaged_sheet_is_refused(
    tmp_path: Path, good: bytes, change: Callable[[bytes], bytes]
) -> None:
    assert sentence_about(tmp_path, rewritten(good, SHEET, change))


def test_half_a_workbook_is_refused(tmp_path: Path, good: bytes) -> None:
    assert sentence_about(tmp_path, good[: len(good) // 2]).startswith(DAMAGED)


def test_the_program_tells_the_rows_of_a_workbook_line_by_line(good: bytes) -> None:
    told = [json.loads(line) for line in workbook.lines(good)]

    assert [(sheet, first, len(rows)) for sheet, first, rows in told] == [(0, 1, 6)]
    assert told[0][2][4][0] == "1"


def read_anything(folder: Path, data: bytes) -> Reading | None:
    (folder / "apa.xlsx").write_bytes(data)
    try:
        return read_export(folder / "apa.xlsx", NOW)
    except UnreadableFile:
        return None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("apa")


STARTS = [b"", b"PK\x03\x04", b"\xef\xbb\xbf", b"Tracking ID,Rating\r\n", b'"', b"\xd0\xcf\x11\xe0"]


@settings(max_examples=200, deadline=None)
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=400))
def test_no_bytes_whatever_raise_anything_but_a_sentence(
    folder: Path, start: bytes, rest: bytes
) -> None:
    assert read_anything(folder, start + rest) is None


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_workbook_with_a_few_bytes_changed_is_read_or_refused(
    folder: Path, good: bytes, data: st.DataObject
) -> None:
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        name = data.draw(st.sampled_from(archive.namelist()))
        size = len(archive.read(name))
    start = data.draw(st.integers(0, size))
    length = data.draw(st.integers(0, 20))
    put = data.draw(st.binary(max_size=20))
    changed = rewritten(good, name, lambda xml: xml[:start] + put + xml[start + length :])

    reading = read_anything(folder, changed)

    assert reading is None or len(reading.rows) + len(reading.rejected) + reading.repeated <= 4


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_csv_with_a_few_bytes_changed_is_read_or_refused(
    folder: Path, data: st.DataObject
) -> None:
    write_csv(folder / "asal.csv", lines({"Tracking ID": "1"}, {"Tracking ID": "2"}))
    good = (folder / "asal.csv").read_bytes()
    start = data.draw(st.integers(0, len(good)))
    changed = good[:start] + data.draw(st.binary(max_size=20)) + good[start + 3 :]

    reading = read_anything(folder, changed)

    assert reading is None or len(reading.rows) + len(reading.rejected) + reading.repeated <= 40
