"""The columns of an export that are read, and how the text of a cell becomes a value.

Every reader takes the cell as text and raises `Refusal` with the reason when it cannot be taken.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from portal.lapor.moments import read_clock, read_day
from portal.lapor.sheet import FIRST_COLUMN
from portal.lapor.words import one_line, paragraphs
from portal.sop.text import N_, Refusal

LONG_TEXT = 100_000
LONGEST_ID = 30
DATE, BODY = "Tanggal Laporan Masuk", "Isi Laporan Awal"
# "Anonim", "Rahasia", both in any order, or what other exports write for neither.
PRIVACY_WORDS = {"anonim", "rahasia", "dan", "publik", "terbuka", "biasa", "normal"}


class IdTooLong(Refusal):
    """All digits, but more than any Tracking ID of LAPOR! has."""

    def __init__(self, digits: str) -> None:
        super().__init__(
            N_("Tracking ID ini %(length)s angka; paling banyak %(limit)s."),
            length=len(digits),
            limit=LONGEST_ID,
        )


Reader = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the export: the field it fills, its heading, how its cells are read.

    Without a `required` one the import would guess: when a report came, what it says, where it
    stands, whose it is, whether its reporter asked to stay unknown.
    """

    field: str
    heading: str
    read: Reader
    required: bool = False


def _text(limit: int, tidied: Callable[[str], str] = one_line) -> Callable[[str], str]:
    """A reader of text of at most `limit` characters."""

    def read(cell: str) -> str:
        text = tidied(cell)
        if len(text) > limit:
            raise Refusal(
                N_("Teks sepanjang %(length)s huruf; batasnya %(limit)s."),
                length=len(text),
                limit=limit,
            )
        return text

    return read


def bare_id(cell: str) -> str:
    """The Tracking ID in `cell` without the "#" that people put before it; not checked."""
    return one_line(cell).removeprefix("#").lstrip()


def _read_tracking_id(cell: str) -> str:
    text = bare_id(cell)
    if not text:
        raise Refusal(N_("Tracking ID kosong."))
    if not (text.isascii() and text.isdigit()):
        raise Refusal(N_("Tracking ID “%(id)s” bukan angka."), id=text[:LONGEST_ID])
    if len(text) > LONGEST_ID:
        raise IdTooLong(text)
    return text


def _read_status(cell: str) -> str:
    text = _text(100)(cell)
    if not text:
        raise Refusal(N_("Status kosong."))
    return text


def _read_privacy(cell: str) -> tuple[bool, bool]:
    """Anonymous, confidential. A word that is not understood is never taken for "neither"."""
    words = set(re.findall(r"\w+", one_line(cell).casefold()))
    if unknown := words - PRIVACY_WORDS:
        raise Refusal(
            N_("Tipe laporan “%(word)s” tidak dikenali; tulis Anonim, Rahasia atau kosongkan."),
            word=min(unknown)[:50],
        )
    return "anonim" in words, "rahasia" in words


def _read_yes(cell: str) -> bool:
    return one_line(cell).casefold() in {"ya", "y", "1", "true"}


def _read_rating(cell: str) -> int | None:
    text = one_line(cell)
    if text in {"", "-"}:
        return None
    if text not in {"1", "2", "3", "4", "5"}:
        raise Refusal(N_("Rating “%(rating)s” bukan angka 1 sampai 5."), rating=text[:50])
    return int(text)


COLUMNS = (
    Column("tracking_id", FIRST_COLUMN, _read_tracking_id, required=True),
    Column("day", DATE, read_day, required=True),
    Column("clock", "Waktu Laporan Masuk", read_clock, required=True),
    Column("reporter_name", "Nama Pelapor", _text(200)),
    Column("kind_text", "Klasifikasi Laporan", _text(40), required=True),
    Column("category_id", "ID Kategori", _text(30)),
    Column("category", "Kategori", _text(200)),
    Column("title", "Judul Laporan", _text(500), required=True),
    Column("body", BODY, _text(LONG_TEXT, paragraphs), required=True),
    Column("body_final", "Isi Laporan Akhir", _text(LONG_TEXT, paragraphs)),
    Column("privacy", "Tipe Laporan (Anonim/Rahasia)", _read_privacy, required=True),
    Column("source", "Sumber Laporan", _text(60)),
    Column("instansi", "Instansi Induk", _text(200)),
    Column("opd_text", "Instansi Terdisposisi", _text(200), required=True),
    Column("status_text", "Status Laporan", _read_status, required=True),
    Column("reason", "Alasan Tunda/Arsip", _text(LONG_TEXT, paragraphs)),
    Column("province", "Provinsi", _text(100)),
    Column("regency", "Kota/Kabupaten", _text(100)),
    Column("kecamatan", "Kecamatan", _text(100)),
    Column("kelurahan", "Kelurahan", _text(100)),
    Column("setwapres", "Laporan yang Masuk melalui Kanal Aduan Setwapres", _read_yes),
    Column("rating", "Rating", _read_rating),
)
