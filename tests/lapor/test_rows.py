from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from portal.lapor.rows import Kind, LaporRow, Rejection, read_export
from portal.lapor.sheet import UnreadableFile
from tests.lapor.conftest import FIRST_ROW, NOW, PREAMBLE, Read, lines
from tests.make_lapor_export import HEADER, write_csv

Accepted = Callable[[dict[str, Any]], LaporRow]
Rejected = Callable[[dict[str, Any]], Rejection]


def test_a_report_is_told_whole(accepted: Accepted) -> None:
    assert accepted(
        {
            "ID Kategori": 502,
            "Kategori": "Lampu Penerangan Jalan Umum",
            "Isi Laporan Akhir": "Lampu mati sejak Senin.",
            "Tipe Laporan (Anonim/Rahasia)": "Rahasia",
            "Sumber Laporan": "Android",
            "Instansi Induk": "Pemerintah Kabupaten Magetan",
            "Alasan Tunda/Arsip": "Mohon foto",
            "Provinsi": "Jawa Timur",
            "Kota/Kabupaten": "Kabupaten Magetan",
            "Kecamatan": "Plaosan",
            "Kelurahan": "Sarangan",
            "Laporan yang Masuk melalui Kanal Aduan Setwapres": "Ya",
            "Rating": 4,
        }
    ) == LaporRow(
        row=FIRST_ROW,
        tracking_id="9000001",
        arrived_at=datetime(2026, 11, 3, 1, 15, tzinfo=UTC),
        reporter_name="Sri Wahyuni",
        kind_text="Pengaduan",
        category_id="502",
        category="Lampu Penerangan Jalan Umum",
        title="PJU mati",
        body="Lampu di depan balai desa mati.",
        body_final="Lampu mati sejak Senin.",
        anonymous=False,
        confidential=True,
        source="Android",
        instansi="Pemerintah Kabupaten Magetan",
        opd_text="Dinas Perhubungan",
        status_text="Belum Terverifikasi",
        reason="Mohon foto",
        province="Jawa Timur",
        regency="Kabupaten Magetan",
        kecamatan="Plaosan",
        kelurahan="Sarangan",
        setwapres=True,
        rating=4,
    )


def test_real_cells_of_a_workbook_are_read_like_text(read_workbook: Read, read: Read) -> None:
    real = {
        "Tracking ID": 9000001,
        "Tanggal Laporan Masuk": date(2026, 11, 3),
        "Waktu Laporan Masuk": time(8, 15),
        "Rating": 5,
        "ID Kategori": 502,
    }
    typed = {
        "Tracking ID": "9000001",
        "Tanggal Laporan Masuk": "3 Nov 2026",
        "Waktu Laporan Masuk": "08:15",
        "Rating": "5",
        "ID Kategori": "502",
    }

    assert read_workbook(real) == read(typed)
    assert read_workbook(real).rows[0].tracking_id == "9000001"


def test_a_date_cell_with_a_time_in_it_needs_no_second_cell(read_workbook: Read) -> None:
    both = {"Tanggal Laporan Masuk": datetime(2026, 11, 3, 9, 30), "Waktu Laporan Masuk": ""}  # noqa: DTZ001

    assert read_workbook(both).rows[0].arrived_at == datetime(2026, 11, 3, 2, 30, tzinfo=UTC)


def test_an_empty_time_counts_as_midnight(accepted: Accepted) -> None:
    report = accepted({"Waktu Laporan Masuk": ""})

    assert report.arrived_at == datetime(2026, 11, 2, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize("written", ["#9000001", " 9000001 ", "# 9000001"])
def test_a_tracking_id_is_its_digits(accepted: Accepted, written: str) -> None:
    assert accepted({"Tracking ID": written}).tracking_id == "9000001"


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        ({"Tracking ID": ""}, "Tracking ID", "Tracking ID kosong."),
        ({"Tracking ID": "A12"}, "Tracking ID", "Tracking ID “A12” bukan angka."),
        ({"Tracking ID": "12.5"}, "Tracking ID", "Tracking ID “12.5” bukan angka."),
        ({"Tracking ID": "-12"}, "Tracking ID", "Tracking ID “-12” bukan angka."),
        ({"Tracking ID": "٣٤"}, "Tracking ID", "Tracking ID “٣٤” bukan angka."),
        (
            {"Tracking ID": "1" * 40},
            "Tracking ID",
            "Tracking ID ini 40 angka; paling banyak 30.",
        ),
        ({"Tanggal Laporan Masuk": ""}, "Tanggal Laporan Masuk", "Tanggal kosong."),
        (
            {"Tanggal Laporan Masuk": "31 Nov 2026"},
            "Tanggal Laporan Masuk",
            "“31 Nov 2026” bukan tanggal yang ada.",
        ),
        (
            {"Tanggal Laporan Masuk": "2 Des 2026"},
            "Tanggal Laporan Masuk",
            "Tanggal 02/12/2026 ada di masa depan.",
        ),
        (
            {"Waktu Laporan Masuk": "25:00"},
            "Waktu Laporan Masuk",
            "“25:00” bukan waktu yang ada.",
        ),
        ({"Rating": "6"}, "Rating", "Rating “6” bukan angka 1 sampai 5."),
        ({"Rating": "0"}, "Rating", "Rating “0” bukan angka 1 sampai 5."),
        ({"Rating": "4,5"}, "Rating", "Rating “4,5” bukan angka 1 sampai 5."),
        (
            {"Judul Laporan": "a" * 501},
            "Judul Laporan",
            "Teks sepanjang 501 huruf; batasnya 500.",
        ),
        (
            {"Isi Laporan Awal": "a" * 100_001},
            "Isi Laporan Awal",
            "Teks sepanjang 100001 huruf; batasnya 100000.",
        ),
        (
            {"Nama Pelapor": "a" * 201},
            "Nama Pelapor",
            "Teks sepanjang 201 huruf; batasnya 200.",
        ),
        ({"Status Laporan": " "}, "Status Laporan", "Status kosong."),
        (
            {"Judul Laporan": "", "Isi Laporan Awal": "\u200b"},
            "Isi Laporan Awal",
            "Isi laporan kosong.",
        ),
        (
            {"Tipe Laporan (Anonim/Rahasia)": "Tidak Anonim"},
            "Tipe Laporan (Anonim/Rahasia)",
            "Tipe laporan “tidak” tidak dikenali; tulis Anonim, Rahasia atau kosongkan.",
        ),
    ],
)
def test_a_row_is_rejected_with_its_number_column_and_reason(
    rejected: Rejected, change: dict[str, Any], column: str, reason: str
) -> None:
    rejection = rejected(change)

    assert (rejection.row, rejection.column) == (FIRST_ROW, column)
    assert rejection.reason == reason


def test_a_tracking_id_too_long_for_a_number_is_not_guessed(read_workbook: Read) -> None:
    reading = read_workbook({"Tracking ID": 1e17})

    assert reading.rejected[0].reason == "Tracking ID “1e+17” bukan angka."


def test_one_bad_row_does_not_keep_the_others_out(read: Read) -> None:
    reading = read({"Tracking ID": "1"}, {"Tracking ID": "2", "Rating": "9"}, {"Tracking ID": "3"})

    assert [report.tracking_id for report in reading.rows] == ["1", "3"]
    assert [rejection.row for rejection in reading.rejected] == [FIRST_ROW + 1]


def test_a_text_of_exactly_the_limit_is_taken(accepted: Accepted) -> None:
    report = accepted({"Judul Laporan": "a" * 500, "Isi Laporan Awal": "b" * 100_000})

    assert (len(report.title), len(report.body)) == (500, 100_000)


@pytest.mark.parametrize(
    ("written", "anonymous", "confidential"),
    [
        ("", False, False),
        ("-", False, False),
        ("Publik", False, False),
        ("Anonim", True, False),
        ("RAHASIA", False, True),
        ("Anonim, Rahasia", True, True),
        ("rahasia/anonim", True, True),
        ("Rahasia dan Anonim", True, True),
    ],
)
def test_anonymous_and_confidential_are_read_in_any_order(
    accepted: Accepted, written: str, anonymous: bool, confidential: bool
) -> None:
    report = accepted({"Tipe Laporan (Anonim/Rahasia)": written})

    assert (report.anonymous, report.confidential) == (anonymous, confidential)


@pytest.mark.parametrize(("written", "rating"), [("", None), ("-", None), ("1", 1), ("5", 5)])
def test_a_rating_is_one_to_five_or_none(
    accepted: Accepted, written: str, rating: int | None
) -> None:
    assert accepted({"Rating": written}).rating == rating


def test_words_nobody_knows_are_kept_as_text(accepted: Accepted) -> None:
    report = accepted(
        {
            "Klasifikasi Laporan": "Whistleblowing",
            "Status Laporan": "Menunggu Konfirmasi Lain",
            "Instansi Terdisposisi": "DISHUB KAB. MAGETAN",
        }
    )

    assert report.kind_text == "Whistleblowing"
    assert report.status_text == "Menunggu Konfirmasi Lain"
    assert report.opd_text == "DISHUB KAB. MAGETAN"


@pytest.mark.parametrize(
    "title",
    ['=HYPERLINK("http://contoh.invalid","klik")', "+62 nomor palsu", "-1+1", "@SUM(A1:A9)"],
)
def test_what_looks_like_a_formula_is_text(
    accepted: Accepted, read_workbook: Read, title: str
) -> None:
    assert accepted({"Judul Laporan": title}).title == title
    assert read_workbook({"Judul Laporan": title}).rows[0].title == title


def test_lines_of_a_text_stay_and_its_markup_is_text(accepted: Accepted) -> None:
    told = "Baris satu\r\nBaris &lt;b&gt;dua&lt;/b&gt;\x00 \U0001f64f"

    assert accepted({"Isi Laporan Awal": told}).body == "Baris satu\nBaris <b>dua</b> \U0001f64f"


def test_columns_may_stand_in_any_order_and_others_are_passed_over(read: Read) -> None:
    plain = read({"Rating": "3"})

    assert read({"Rating": "3", "Catatan": "?"}, header=["Catatan", *reversed(HEADER)]) == plain


def test_headings_may_be_spelt_a_little_differently(tmp_path: Path) -> None:
    table = lines({"Rating": "3"})
    table[len(PREAMBLE)] = [name.upper().replace("/", " / ") + " " for name in HEADER]
    write_csv(tmp_path / "ekspor.csv", table)

    assert read_export(tmp_path / "ekspor.csv", NOW).rows[0].rating == 3


def test_a_row_longer_than_the_header_is_rejected_since_its_cells_have_shifted(
    tmp_path: Path,
) -> None:
    table = [
        *lines({}),
        [*lines({"Tracking ID": "2"})[-1], "", "lebih"],
        [*lines({"Tracking ID": "3"})[-1], ""],
    ]
    write_csv(tmp_path / "ekspor.csv", table)

    reading = read_export(tmp_path / "ekspor.csv", NOW)

    assert [rejection.row for rejection in reading.rejected] == [FIRST_ROW + 1]
    assert reading.rejected[0].reason.startswith("Baris ini lebih panjang daripada baris judul")
    assert [report.tracking_id for report in reading.rows] == ["9000001", "3"]


def test_columns_that_tell_little_may_be_missing(read: Read) -> None:
    needed = [name for name in HEADER if name not in {"Rating", "Kelurahan", "Nama Pelapor"}]
    report = read({"Rating": "3"}, header=needed).rows[0]

    assert (report.rating, report.kelurahan, report.reporter_name) == (None, "", "")


def test_missing_columns_that_are_needed_are_named(read: Read) -> None:
    needed = [name for name in HEADER if name not in {"Status Laporan", "Tanggal Laporan Masuk"}]

    with pytest.raises(UnreadableFile, match="Tanggal Laporan Masuk, Status Laporan"):
        read({}, header=needed)


def test_a_column_that_stands_twice_is_named(read: Read) -> None:
    with pytest.raises(UnreadableFile, match="lebih dari satu: Judul Laporan"):
        read({}, header=[*HEADER, "Judul Laporan"])


def test_lapors_three_kinds_are_known_however_they_are_spelt() -> None:
    assert Kind.of("PENGADUAN") is Kind.COMPLAINT
    assert Kind.of(" permintaan  informasi") is Kind.INFORMATION
    assert Kind.of("Aspirasi.") is Kind.ASPIRATION
    assert Kind.of("Whistleblowing") is None
    assert [kind.label for kind in Kind] == ["Pengaduan", "Aspirasi", "Permintaan Informasi"]
