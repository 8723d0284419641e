"""A file of any kind -> the table of reports in it, or a sentence that says what to do."""

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from portal.lapor import workbook
from portal.lapor.words import one_line
from portal.sop.text import N_, Refusal

MAX_BYTES = 10 * 1024**2
MAX_ROWS = 20_000
FIRST_COLUMN = "Tracking ID"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .xls and of encrypted .xlsx
_ZIP = b"PK\x03\x04"
_OTHER_FILES = (
    (b"%PDF", N_("berkas PDF")),
    (b"\x89PNG", N_("gambar")),
    (b"\xff\xd8\xff", N_("gambar")),
    (b"GIF8", N_("gambar")),
)
_NOT_AN_EXPORT = N_(
    "Ini %(what)s, bukan ekspor LAPOR!. Unggah berkas .xlsx atau .csv yang diunduh dari dasbor"
    " LAPOR!."
)
_OTHER_FILE = N_("berkas jenis lain")
_DAMAGED = N_(
    "Berkas tidak dapat dibuka: rusak, atau isinya tidak wajar. Unduh ulang ekspornya dari LAPOR!,"
    " lalu unggah lagi."
)
_LOCKED = N_(
    "Berkas dikunci dengan kata sandi. Buka di Excel atau LibreOffice, hapus kata sandinya, simpan,"
    " lalu unggah lagi."
)
_REFUSED = {
    workbook.NOT_A_WORKBOOK: _NOT_AN_EXPORT,
    workbook.LOCKED: _LOCKED,
    workbook.TOO_MUCH: N_(
        "Isi berkas jauh lebih besar daripada ekspor LAPOR!. Unduh ulang per bulan dari LAPOR!,"
        " lalu unggah satu per satu."
    ),
}

# A byte order mark, or letters that were UTF-8: read as cp1252 they would turn into "Ã©".
_WAS_UTF8 = re.compile(rb"\A\xef\xbb\xbf|[\xc2-\xf4][\x80-\xbf]")
_HEADING = re.compile(rb"^.*Tracking ID.*$", re.IGNORECASE | re.MULTILINE)
# The reader's own limit is per field and would refuse the file; too long a text refuses its row.
csv.field_size_limit(MAX_BYTES)


class UnreadableFile(Refusal):
    """The file as a whole cannot be imported; the sentence says what the officer can do."""


# The number of the sheet, the number of the row in it, the text of its cells.
Row = tuple[int, int, list[str]]


@dataclass(frozen=True, slots=True)
class Table:
    """The header's cells, tidied, and the rows below it that hold anything, as text.

    Rows are numbered as the spreadsheet shows them; the header stands in row `header_row`. Dates
    are ISO 8601, times HH:MM:SS where the spreadsheet had real ones. `rows` can be gone through
    once, and the file may still prove unreadable on the way.
    """

    header: list[str]
    header_row: int
    rows: Iterator[tuple[int, list[str]]]


def read_table(path: Path) -> Table:
    """The one table of reports in the .xlsx or .csv at `path`, told apart by content.

    Raises `UnreadableFile` whatever the file holds instead; so does going through its rows.
    """
    data = _bytes(path)
    if data.startswith(_ZIP):
        rows = _workbook_rows(path)
    else:
        _refuse_other_files(data)
        rows = _csv_rows(data, _encoding(data))
    for sheet, number, cells in rows:
        header = [one_line(cell) for cell in cells]
        if _is_header(header):
            return Table(header, number, _reports(rows, sheet))
    raise UnreadableFile(
        N_(
            "Baris judul kolom tidak ditemukan: tidak ada sel “%(first)s”. Unggah ekspor LAPOR! apa"
            " adanya, tanpa menghapus baris judulnya."
        ),
        first=FIRST_COLUMN,
    )


def _is_header(cells: Iterable[str]) -> bool:
    return FIRST_COLUMN.casefold() in (one_line(cell).casefold() for cell in cells)


def _reports(rows: Iterator[Row], wanted: int) -> Iterator[tuple[int, list[str]]]:
    """The rows of the sheet `wanted` that hold anything, and a look at the sheets after it."""
    count = 0
    for sheet, number, cells in rows:
        if sheet != wanted:
            if _is_header(cells):
                raise UnreadableFile(
                    N_(
                        "Lebih dari satu lembar berisi laporan. Simpan tiap lembar sebagai berkas"
                        " tersendiri, lalu unggah satu per satu."
                    )
                )
        elif "".join(cells).strip():
            count += 1
            if count > MAX_ROWS:
                raise UnreadableFile(
                    N_(
                        "Berkas memuat lebih dari %(limit)s baris. Unduh per bulan dari LAPOR!,"
                        " lalu unggah satu per satu."
                    ),
                    limit=MAX_ROWS,
                )
            yield number, cells


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableFile(N_("Berkas tidak ada atau tidak boleh dibaca.")) from error
    if len(data) > MAX_BYTES:
        raise UnreadableFile(
            N_(
                "Berkas lebih besar dari %(limit)s MB. Unduh per bulan dari LAPOR!, lalu unggah"
                " satu per satu."
            ),
            limit=MAX_BYTES // 1024**2,
        )
    if not data.strip():
        raise UnreadableFile(
            N_("Berkas kosong. Unduh ulang ekspornya dari LAPOR!, lalu unggah lagi.")
        )
    return data


def _workbook_rows(path: Path) -> Iterator[Row]:
    with (
        path.open("rb") as file,
        subprocess.Popen(  # noqa: S603 - our own program, nothing from outside in its arguments
            [sys.executable, "-I", workbook.__file__],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process,
    ):
        try:
            yield from _told(process.stdout or ())
        except BaseException:  # whoever asked for the rows may leave before the last one
            process.kill()
            raise
    if process.returncode:
        raise UnreadableFile(_DAMAGED)


def _told(lines: Iterable[bytes]) -> Iterator[Row]:
    for line in lines:
        if not line.endswith(b"\n"):
            return  # the program ended in the middle of it
        answer = json.loads(line)
        if isinstance(answer, dict):
            raise UnreadableFile(_REFUSED[answer["refused"]], what=_OTHER_FILE)
        sheet, first, rows = answer
        for number, cells in enumerate(rows, start=first):
            yield sheet, number, cells


def _refuse_other_files(data: bytes) -> None:
    if data.startswith(_OLE):
        raise UnreadableFile(
            _LOCKED
            if "EncryptedPackage".encode("utf-16-le") in data
            else N_(
                "Ini berkas Excel lama (.xls). Buka di Excel atau LibreOffice, simpan sebagai"
                " .xlsx, lalu unggah lagi."
            )
        )
    for start, what in _OTHER_FILES:
        if data.startswith(start):
            raise UnreadableFile(_NOT_AN_EXPORT, what=what)
    if b"\0" in data[:100]:  # further on it may be a stray sign in somebody's text
        raise UnreadableFile(_NOT_AN_EXPORT, what=_OTHER_FILE)


def _encoding(data: bytes) -> str:
    """How the text of a .csv is written: UTF-8, or as Excel on Windows does it (cp1252)."""
    for encoding in ("utf-8-sig",) if _WAS_UTF8.search(data) else ("utf-8-sig", "cp1252"):
        with suppress(UnicodeDecodeError):
            data.decode(encoding)
            return encoding
    raise UnreadableFile(
        N_(
            "Huruf dalam berkas tidak terbaca. Buka di Excel atau LibreOffice, simpan sebagai"
            " “CSV UTF-8”, lalu unggah lagi."
        )
    )


def _csv_rows(data: bytes, encoding: str) -> Iterator[Row]:
    heading = _HEADING.search(data)
    delimiter = max(",;", key=lambda sign: heading[0].count(sign.encode())) if heading else ","
    lines = io.TextIOWrapper(io.BytesIO(data), encoding, newline="")
    # strict: a quotation mark left open would otherwise swallow the rows after it in silence.
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    read = 0
    try:
        for cells in reader:
            read += 1
            yield 0, read, cells
    except csv.Error as error:
        raise UnreadableFile(
            N_(
                "Tanda kutip di baris %(row)s tidak berpasangan, sehingga baris sesudahnya tidak"
                " terbaca. Perbaiki barisnya, atau unduh ulang ekspornya dari LAPOR!."
            ),
            row=read + 1,
        ) from error
