import csv
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from portal.lapor import sheet
from portal.lapor.rows import Reading, read_export
from portal.lapor.sheet import Table, UnreadableFile, read_table
from tests.lapor.conftest import FIRST_ROW, NOW, PREAMBLE, lines
from tests.make_lapor_export import HEADER, write_csv, write_xlsx

TWO = lines({"Tracking ID": "1"}, {"Tracking ID": "2", "Judul Laporan": "Alun-alun, lampu; mati"})


def ids(reading: Reading) -> list[str]:
    return [report.tracking_id for report in reading.rows]


def sentence_about(path: Path) -> str:
    with pytest.raises(UnreadableFile) as refused:
        read_export(path, NOW)
    return str(refused.value)


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_csv_is_read_with_either_delimiter_and_with_or_without_a_byte_order_mark(
    tmp_path: Path, delimiter: str, encoding: str
) -> None:
    path = tmp_path / "ekspor.csv"
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file, delimiter=delimiter).writerows(
            lines({"Judul Laporan": "Kafé, “ramai”; €5"})
        )

    assert read_export(path, NOW).rows[0].title == "Kafé, “ramai”; €5"


def test_the_content_and_not_the_name_says_what_a_file_is(tmp_path: Path) -> None:
    write_csv(tmp_path / "benar.csv", TWO)
    write_xlsx(tmp_path / "benar.xlsx", TWO)
    as_workbook = (tmp_path / "benar.csv").rename(tmp_path / "salah.xlsx")
    as_csv = (tmp_path / "benar.xlsx").rename(tmp_path / "salah.csv")

    assert ids(read_export(as_workbook, NOW)) == ["1", "2"]
    assert read_export(as_csv, NOW) == read_export(as_workbook, NOW)


def test_rows_have_the_numbers_that_the_spreadsheet_shows(tmp_path: Path) -> None:
    table = [[], [], *TWO[:-1], [None] * len(HEADER), TWO[-1]]
    write_xlsx(tmp_path / "ekspor.xlsx", table)
    write_csv(tmp_path / "ekspor.csv", table)

    for name in ("ekspor.xlsx", "ekspor.csv"):
        reading = read_export(tmp_path / name, NOW)
        assert [report.row for report in reading.rows] == [FIRST_ROW + 2, FIRST_ROW + 4]


def test_a_text_of_several_lines_is_one_row_of_a_csv(tmp_path: Path) -> None:
    write_csv(tmp_path / "ekspor.csv", lines({"Isi Laporan Awal": "a\n\nb"}, {"Tracking ID": "2"}))

    reading = read_export(tmp_path / "ekspor.csv", NOW)

    assert [(report.row, report.body[:2]) for report in reading.rows] == [
        (FIRST_ROW, "a\n"),
        (FIRST_ROW + 1, "La"),
    ]


def test_the_header_is_the_row_that_holds_tracking_id(tmp_path: Path) -> None:
    write_csv(tmp_path / "ekspor.csv", TWO)

    table = read_table(tmp_path / "ekspor.csv")

    assert isinstance(table, Table)
    assert (table.header, table.header_row) == (HEADER, len(PREAMBLE) + 1)
    assert [number for number, _ in table.rows] == [FIRST_ROW, FIRST_ROW + 1]


def test_a_file_without_preamble_and_without_reports_is_an_empty_export(tmp_path: Path) -> None:
    write_csv(tmp_path / "ekspor.csv", [HEADER])

    assert read_export(tmp_path / "ekspor.csv", NOW) == Reading(rows=[], rejected=[], repeated=0)


def test_a_second_sheet_of_notes_and_a_chart_do_no_harm(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "ekspor.xlsx", [["Catatan"]], TWO, [["Lampiran", 3]])
    book = openpyxl.load_workbook(tmp_path / "ekspor.xlsx")
    book.create_chartsheet("Grafik", 0)
    book.save(tmp_path / "ekspor.xlsx")

    assert ids(read_export(tmp_path / "ekspor.xlsx", NOW)) == ["1", "2"]


def test_reports_on_two_sheets_are_not_half_imported(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "ekspor.xlsx", TWO, TWO)

    assert sentence_about(tmp_path / "ekspor.xlsx").startswith("Lebih dari satu lembar")


def test_a_long_workbook_is_read_in_order_to_its_last_row(tmp_path: Path) -> None:
    numbers = [str(number) for number in range(1, 1302)]
    write_xlsx(tmp_path / "ekspor.xlsx", lines(*({"Tracking ID": number} for number in numbers)))

    reading = read_export(tmp_path / "ekspor.xlsx", NOW)

    assert ids(reading) == numbers
    assert [report.row for report in reading.rows] == list(range(FIRST_ROW, FIRST_ROW + 1301))


def test_leaving_a_workbook_before_its_end_is_no_fault(tmp_path: Path) -> None:
    many = lines(*({"Tracking ID": str(number)} for number in range(1, 3000)))
    write_xlsx(tmp_path / "ekspor.xlsx", many)

    table = read_table(tmp_path / "ekspor.xlsx")

    assert next(table.rows)[0] == FIRST_ROW


def test_what_the_reading_program_told_before_it_died_is_kept_apart_from_its_last_words() -> None:
    told = [b'[0, 1, [["a"], ["b"]]]\n', b'[0, 3, [["c']

    assert list(sheet._told(told)) == [(0, 1, ["a"]), (0, 2, ["b"])]


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MAX_ROWS", 2)
    write_csv(tmp_path / "ekspor.csv", TWO)
    assert ids(read_export(tmp_path / "ekspor.csv", NOW)) == ["1", "2"]

    write_csv(tmp_path / "ekspor.csv", [*TWO, TWO[-1]])
    assert sentence_about(tmp_path / "ekspor.csv").startswith("Berkas memuat lebih dari 2 baris.")


def test_too_large_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ekspor.csv"
    with path.open("wb") as file:
        file.truncate(sheet.MAX_BYTES + 1)

    assert sentence_about(path).startswith("Berkas lebih besar dari 10 MB.")


@pytest.mark.parametrize("content", [b"", b" \r\n\r\n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ekspor.csv").write_bytes(content)

    assert sentence_about(tmp_path / "ekspor.csv").startswith("Berkas kosong.")


def test_a_file_without_the_header_is_refused(tmp_path: Path) -> None:
    write_csv(tmp_path / "ekspor.csv", [["Nama", "Alamat"], ["Budi", "Plaosan"]])
    write_xlsx(tmp_path / "ekspor.xlsx", [["Nama", "Tanggal"], ["Budi", date(2026, 1, 3)]])

    for name in ("ekspor.csv", "ekspor.xlsx"):
        assert "tidak ada sel “Tracking ID”" in sentence_about(tmp_path / name)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert sentence_about(tmp_path / "tiada.xlsx").startswith("Berkas tidak ada")
    assert sentence_about(tmp_path).startswith("Berkas tidak ada")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7\n%...", "Ini berkas PDF, bukan ekspor LAPOR!."),
        (b"\x89PNG\r\n\x1a\n\0\0", "Ini gambar, bukan ekspor LAPOR!."),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "Ini gambar, bukan ekspor LAPOR!."),
        (b"MZ\x90\0\x03\0\0\0", "Ini berkas jenis lain, bukan ekspor LAPOR!."),
        ("Tracking ID\t1".encode("utf-16"), "Ini berkas jenis lain, bukan ekspor LAPOR!."),
        (
            sheet._OLE + b"\0" * 600 + "Workbook".encode("utf-16-le"),
            "Ini berkas Excel lama (.xls).",
        ),
        (
            sheet._OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "Berkas dikunci dengan kata sandi.",
        ),
    ],
)
def test_another_kind_of_file_is_named(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "ekspor.xlsx").write_bytes(content)

    assert sentence_about(tmp_path / "ekspor.xlsx").startswith(sentence)


@pytest.mark.parametrize(
    "damage",
    [
        b"\xef\xbb\xbf%s\x93",  # a byte order mark promised UTF-8
        "%s Kafé \U0001f64f".encode() + b"\xe9",  # UTF-8 with one wrong byte
        b"%s\x81",  # no letter in cp1252 either
    ],
)
def test_letters_are_not_guessed(tmp_path: Path, damage: bytes) -> None:
    write_csv(tmp_path / "ekspor.csv", TWO)
    plain = (tmp_path / "ekspor.csv").read_bytes().removeprefix(b"\xef\xbb\xbf")
    (tmp_path / "ekspor.csv").write_bytes(damage % plain)

    assert sentence_about(tmp_path / "ekspor.csv").startswith("Huruf dalam berkas tidak terbaca.")


def test_an_open_quotation_mark_swallows_no_rows_in_silence(tmp_path: Path) -> None:
    write_csv(tmp_path / "ekspor.csv", TWO)
    text = (tmp_path / "ekspor.csv").read_text("utf-8-sig")
    (tmp_path / "ekspor.csv").write_text(text.replace("PJU mati", '"PJU mati'), "utf-8")

    assert sentence_about(tmp_path / "ekspor.csv").startswith(f"Tanda kutip di baris {FIRST_ROW} ")


def test_a_text_beyond_every_limit_rejects_its_row_and_not_the_file(tmp_path: Path) -> None:
    long = {"Tracking ID": "1", "Isi Laporan Awal": "a" * 300_000}
    write_csv(tmp_path / "ekspor.csv", lines(long, {"Tracking ID": "2"}))

    reading = read_export(tmp_path / "ekspor.csv", NOW)

    assert ids(reading) == ["2"]
    assert reading.rejected[0].reason == "Teks sepanjang 300000 huruf; batasnya 100000."
