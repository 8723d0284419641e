"""Write an invented LAPOR! admin export, .xlsx or .csv, in the layout of the real one.

A few lines of preamble, the header row that begins with "Tracking ID", then a row a report. People,
places and complaints are invented; the same seed and number of rows give the same export.

    python -m tests.make_lapor_export OUT.xlsx --rows 10000 --month 2026 [--seed 1] [--messy]

`--messy` adds what real exports hold and importers trip over: a Tracking ID twice, other notations
of dates and times, an empty date, an unknown class and status, other spellings of OPD, HTML
entities, emoji, a text of 9,000 characters, cells that look like formulas, blank rows, a total row.
"""

import argparse
import calendar
import csv
import datetime as dt
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

WORDS = json.loads((Path(__file__).parent / "data" / "lapor-words.json").read_text("utf-8"))
HEADER: list[str] = WORDS["header"]
TOPIC_WEIGHTS = [9, 6, 6, 5, 5, 6, 6, 3, 4, 3, 3, 2, 2, 1]
MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
MONTHS_ID = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"]
FORMULAS = ['=HYPERLINK("http://contoh.invalid","klik")', "+62 nomor palsu", "-1+1", "@SUM(A1:A9)"]

Report = dict[str, Any]


def one_report(rng: random.Random, number: int, day: dt.date, open_share: float) -> Report:
    category = rng.choices(list(WORDS["topics"]), weights=TOPIC_WEIGHTS)[0]
    topic = WORDS["topics"][category]
    kecamatan = rng.choice(list(WORDS["kecamatan"]))
    desa = rng.choice(WORDS["kecamatan"][kecamatan])
    complaint = rng.choice(topic["complaints"])
    fill = {
        "desa": desa,
        "kec": kecamatan,
        "n": rng.randint(3, 95),
        "m": rng.randint(2, 11),
        "waktu": rng.choice(WORDS["times"]),
    }
    privacy = rng.choices(["", "Anonim", "Rahasia", "Anonim, Rahasia"], [70, 18, 8, 4])[0]
    status = (
        rng.choice(
            [
                "Belum Terverifikasi",
                "Terdisposisi Belum Ditindaklanjuti",
                "Terdisposisi Sedang Diproses",
            ]
        )
        if rng.random() < open_share
        else rng.choices(WORDS["statuses"], [55, 12, 8, 6, 4, 3, 5, 7])[0]
    )
    minute = int(min(max(rng.gauss(13 * 60, 4 * 60), 0), 24 * 60 - 1))
    reasons = {
        "Tertunda": "Mohon melengkapi lokasi kejadian dan foto",
        "Diarsipkan": "Masukan terlalu umum",
    }
    return {
        "Tracking ID": str(number),
        "Tanggal Laporan Masuk": day,
        "Waktu Laporan Masuk": dt.time(minute // 60, minute % 60),
        "Nama Pelapor": "Anonim" if "Anonim" in privacy else rng.choice(WORDS["names"]),
        "Klasifikasi Laporan": rng.choices(
            ["Pengaduan", "Aspirasi", "Permintaan Informasi"], [86, 8, 6]
        )[0],
        "ID Kategori": topic["id"],
        "Kategori": category,
        "Judul Laporan": complaint["title"].format(**fill),
        "Isi Laporan Awal": complaint["body"].format(**fill),
        "Isi Laporan Akhir": complaint["body"].format(**fill),
        "Tipe Laporan (Anonim/Rahasia)": privacy,
        "Sumber Laporan": rng.choices(WORDS["sources"], [35, 30, 8, 18, 6, 3])[0],
        "Instansi Induk": "Pemerintah Kabupaten Magetan",
        "ID Instansi Terdisposisi": 88000 + topic["id"],
        "Instansi Terdisposisi": topic["opd"],
        "Status Laporan": status,
        "Alasan Tunda/Arsip": reasons.get(status, ""),
        "Provinsi": "Jawa Timur",
        "Kota/Kabupaten": "Kabupaten Magetan",
        "Kecamatan": kecamatan,
        "Kelurahan": desa,
        "Nomor SK": "",
        "Url SK": "",
        "Url Dokumen Laporan Tahunan": "",
        "Laporan yang Masuk melalui Kanal Aduan Setwapres": rng.choices(["", "Ya"], [97, 3])[0],
        "Rating": rng.choice([3, 4, 5, 5, 2, 1])
        if status.startswith("Ditutup") and rng.random() < 0.4
        else "",
    }


def as_cells(report: Report, rng: random.Random, messy: bool) -> list[Any]:
    """The report as the export writes it, "3 Jan 2026" and "08:15", or messier."""
    day, clock = report["Tanggal Laporan Masuk"], report["Waktu Laporan Masuk"]
    months = rng.choice([MONTHS_EN, MONTHS_ID]) if messy else MONTHS_EN
    style = rng.randrange(6) if messy else 0
    named = f"{months[day.month - 1]} {day.year}"
    days = [
        f"{day.day} {named}",
        day.isoformat(),
        f"{day:%d/%m/%Y}",
        day,
        f"{day.day:02d} {named} ",
        f"{day.day}-{day.month}-{day.year}",
    ]
    clocks = [f"{clock:%H:%M}", f"{clock:%H:%M:%S}", f"{clock:%H.%M}", clock, f"{clock:%H:%M WIB}"]
    written = report | {
        "Tanggal Laporan Masuk": days[style],
        "Waktu Laporan Masuk": clocks[style % len(clocks)],
    }
    return [written[heading] for heading in HEADER]


def mess_up(reports: list[Report], rng: random.Random) -> None:
    for report in reports:
        if rng.random() < 0.25:
            spellings = WORDS["topics"][report["Kategori"]]["spellings"]
            report["Instansi Terdisposisi"] = rng.choice(spellings)
    entities = "Jalan &quot;rusak&quot; &amp; gelap &lt;b&gt;mohon&lt;/b&gt; diperbaiki \U0001f64f"
    rng.choice(reports)["Isi Laporan Awal"] = entities
    long_text = "Kami sudah berkali-kali menyampaikan hal ini. " * 200
    rng.choice(reports)["Isi Laporan Awal"] = long_text[:9000]
    for text in FORMULAS:
        rng.choice(reports)["Judul Laporan"] = text
    rng.choice(reports)["Status Laporan"] = "Menunggu Konfirmasi Lain"
    rng.choice(reports)["Klasifikasi Laporan"] = "Whistleblowing"
    copied = "#" + rng.choice(reports)["Tracking ID"]
    rng.choice(reports)["Tracking ID"] = copied
    rng.choice(reports)["Nama Pelapor"] = "O'Brien <script>alert(1)</script>"


def export_lines(
    rows: int, month: str, seed: int = 1, open_share: float = 0.3, messy: bool = False
) -> list[list[Any]]:
    """Every line of an export, preamble and header too. `month` is YYYY-MM, or YYYY for a year."""
    rng = random.Random(f"{seed}/{month}/{rows}/{messy}")
    if "-" in month:
        first = dt.date.fromisoformat(f"{month}-01")
        days = calendar.monthrange(first.year, first.month)[1]
    else:
        first, days = dt.date(int(month), 1, 1), 365
    number, reports = 9_000_000 + seed * 100_000 + first.month * 5_000, []
    for day in sorted(first + dt.timedelta(rng.randrange(days)) for _ in range(rows)):
        number += rng.randint(1, 40)
        reports.append(one_report(rng, number, day, open_share))
    if messy:
        mess_up(reports, rng)
    lines = [as_cells(report, rng, messy) for report in reports]
    if messy:
        lines.insert(len(lines) // 2, lines[len(lines) // 3])
        lines[rng.randrange(len(lines))][1] = ""
        blank = [None] * len(HEADER)
        lines.insert(len(lines) // 4, blank)
        lines += [blank, ["Total", rows, *blank[2:]]]
    last = first + dt.timedelta(days - 1)
    preamble: list[list[Any]] = [
        ["Rekap Laporan SP4N-LAPOR!"],
        ["Nama Instansi", "Pemerintah Kabupaten Magetan"],
        ["Periode", f"{first:%d/%m/%Y} - {last:%d/%m/%Y}"],
        ["Tanggal Generate", f"{last + dt.timedelta(1):%d/%m/%Y} 08:00"],
        [],
    ]
    return [*preamble, HEADER, *lines]


def write_csv(path: Path, lines: Sequence[Sequence[Any]], delimiter: str = ",") -> None:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file, delimiter=delimiter).writerows(lines)


def write_xlsx(path: Path, *sheets: Sequence[Sequence[Any]]) -> None:
    """Text stays text, whatever it looks like; numbers, dates and times become real ones."""
    with xlsxwriter.Workbook(path) as book:
        formats = {
            dt.date: book.add_format({"num_format": "d mmm yyyy"}),
            dt.datetime: book.add_format({"num_format": "d mmm yyyy hh:mm"}),
            dt.time: book.add_format({"num_format": "hh:mm"}),
        }
        for lines in sheets:
            sheet = book.add_worksheet()
            for row, line in enumerate(lines):
                for column, cell in enumerate(line):
                    if isinstance(cell, str):
                        sheet.write_string(row, column, cell)
                    elif cell is not None:
                        sheet.write(row, column, cell, formats.get(type(cell)))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--rows", type=int, default=60)
    parser.add_argument("--month", default="2026-09", help="YYYY-MM, or YYYY for a whole year")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--open-share", type=float, default=0.3, help="share still open")
    parser.add_argument("--messy", action="store_true")
    asked = parser.parse_args()
    lines = export_lines(asked.rows, asked.month, asked.seed, asked.open_share, asked.messy)
    if asked.out.suffix == ".csv":
        write_csv(asked.out, lines, ";" if asked.messy else ",")
    else:
        write_xlsx(asked.out, lines)


if __name__ == "__main__":
    main()
