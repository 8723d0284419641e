"""The report's texts as proposed from its figures; an officer may change each before approval.

Plain text: a blank line ends a paragraph, lines that begin with "1." or "-" are a list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import dropwhile

from portal.reporting.figures_data import Count, MonthFigures, ReportFigures, TrendPoint
from portal.reporting.findings import findings
from portal.reporting.words import listing, month_name, number, office_span, percent
from portal.sop.procedure import SHEET, CaseClass, Sheet
from portal.sop.text import N_


@dataclass(frozen=True, slots=True)
class TextPart:
    """A text of the report that can be changed: its key and its title on the form."""

    key: str
    title: str


PARTS = (
    TextPart("letter", N_("Surat pengantar")),
    TextPart("background", N_("Latar belakang")),
    TextPart("purpose", N_("Maksud dan tujuan")),
    TextPart("scope", N_("Ruang lingkup")),
    TextPart("summary", N_("Rekapitulasi")),
    TextPart("timing", N_("Kinerja waktu")),
    TextPart("trend", N_("Tren")),
    TextPart("problems", N_("Permasalahan")),
    TextPart("recommendations", N_("Rekomendasi")),
    TextPart("closing", N_("Penutup")),
)


def proposed_texts(figures: ReportFigures, sheet: Sheet = SHEET) -> dict[str, str]:
    """A text for every part of `PARTS`, by its key; Indonesian always."""
    found = findings(figures, sheet)
    return {
        "letter": _letter(figures, sheet, has_problems=bool(found)),
        "background": _background(figures, sheet),
        "purpose": _PURPOSE,
        "scope": _scope(figures),
        "summary": _summary(figures),
        "timing": _timing(figures, sheet),
        "trend": _trend(figures),
        "problems": _numbered([each.problem for each in found]) or _no_problem(figures),
        "recommendations": _numbered(list(dict.fromkeys(each.advice for each in found)))
        or _NO_ADVICE,
        "closing": _closing(figures),
    }


def _letter(figures: ReportFigures, sheet: Sheet, *, has_problems: bool) -> str:
    month, name = figures.month, month_name(figures.month.month)
    return _paragraphs(
        "Bersama ini kami sampaikan Laporan Pengelolaan Pengaduan Masyarakat melalui SP4N-LAPOR! "
        f"Kabupaten Magetan bulan {name}, sebagai pelaksanaan SOP Nomor {sheet.number} tentang "
        f"{sheet.name}",
        _flow(month),
        _share_sentence(month),
        "Permasalahan dan rekomendasi yang memerlukan perhatian Bupati diuraikan pada bab V dan "
        "bab VI laporan."
        if has_problems
        else "",
        "Demikian laporan ini kami sampaikan. Atas perhatian dan arahan Bupati, kami mengucapkan "
        "terima kasih.",
    )


def _flow(month: MonthFigures) -> str:
    """What came in and what became of it."""
    if not month.handled.n:
        return (
            f"Pada bulan {month_name(month.month)} tidak ada pengaduan yang masuk maupun yang "
            "tersisa dari bulan sebelumnya (nihil)."
        )
    came = _counted(
        (month.opening, "tersisa dari bulan lalu"),
        (month.arrived, "masuk"),
        (month.reopened, "dibuka kembali"),
    )
    went = _counted(
        (month.finished, "selesai"),
        (month.not_followed_up, "tidak ditindaklanjuti"),
        (month.transferred, "dialihkan ke instansi lain"),
        (month.open_at_end, "masih dalam penanganan pada akhir bulan"),
    )
    arrived = "" if month.arrived.n else " Tidak ada pengaduan baru yang masuk (nihil)."
    return (
        f"Pada bulan {month_name(month.month)} ditangani {number(month.handled.n)} pengaduan: "
        f"{came}.{arrived} Dari seluruhnya, {went}."
    )


def _counted(*counts: tuple[Count, str]) -> str:
    return listing([f"{number(count.n)} {words}" for count, words in counts if count.n])


def _share_sentence(month: MonthFigures) -> str:
    if month.share_on_time is None:
        return ""
    return (
        f"Dari {number(_passages(month))} pelaksanaan langkah SOP yang selesai dan terukur pada "
        f"bulan ini, {percent(month.share_on_time)} selesai dalam standar waktunya."
    )


def _passages(month: MonthFigures) -> int:
    return sum(step.done_passages for step in month.steps)


def _background(figures: ReportFigures, sheet: Sheet) -> str:
    return _paragraphs(
        "Pengelolaan pengaduan adalah kewajiban setiap penyelenggara pelayanan publik menurut "
        "Undang-Undang Nomor 25 Tahun 2009 tentang Pelayanan Publik. Pemerintah Kabupaten Magetan "
        "melaksanakannya melalui Sistem Pengelolaan Pengaduan Pelayanan Publik Nasional (SP4N) "
        "Layanan Aspirasi Online Rakyat (LAPOR), dengan Dinas Komunikasi dan Informatika sebagai "
        f"Admin Instansi, menurut SOP Nomor {sheet.number}.",
        "SOP tersebut membagi penanganan pengaduan dalam tujuh langkah dengan standar waktu "
        "masing-masing, dan mewajibkan penyusunan laporan setiap bulan kepada Bupati Magetan. "
        f"Laporan ini memenuhi kewajiban tersebut untuk bulan {month_name(figures.month.month)}.",
    )


_PURPOSE = (
    "Laporan ini dimaksudkan untuk menyampaikan hasil pengelolaan pengaduan masyarakat kepada "
    "Bupati Magetan. Tujuannya:\n\n"
    "1. menggambarkan jumlah, jenis, dan persebaran pengaduan serta hasil penanganannya;\n"
    "2. menunjukkan ketepatan waktu setiap langkah SOP dan setiap OPD;\n"
    "3. menyampaikan permasalahan dan rekomendasi untuk perbaikan pelayanan publik."
)


def _scope(figures: ReportFigures) -> str:
    name = month_name(figures.month.month)
    return (
        f"Laporan ini mencakup seluruh pengaduan SP4N-LAPOR! yang ditangani Pemerintah Kabupaten "
        f"Magetan selama bulan {name}. Identitas pelapor yang anonim atau dirahasiakan tidak "
        "dicantumkan. Angka dihitung dari riwayat setiap pengaduan dengan ketentuan berikut."
    )


def _summary(figures: ReportFigures) -> str:
    month = figures.month
    if not month.handled.n:
        return _flow(month)
    return _paragraphs(
        _flow(month), _comparison(figures), _leaders(month), _endings(month), _ratings(month)
    )


def _comparison(figures: ReportFigures) -> str:
    arrived = figures.month.arrived.n
    parts = [
        f"{_difference(arrived, other.arrived.n)} bulan {month_name(other.month)} "
        f"({number(other.arrived.n)})"
        for other in (figures.previous, figures.last_year)
        if other.handled.n
    ]
    if not parts:
        return ""
    return f"Pengaduan yang masuk berjumlah {number(arrived)}, {' dan '.join(parts)}."


def _difference(now: int, then: int) -> str:
    if now == then:
        return "sama dengan"
    word = "lebih banyak" if now > then else "lebih sedikit"
    return f"{number(abs(now - then))} {word} daripada"


def _leaders(month: MonthFigures) -> str:
    """Which class, category, OPD and kecamatan most of the arrived ones belong to."""
    classes = {CaseClass(key).label: count for key, count in month.by.get("class", {}).items()}
    leaders = (
        ("klasifikasi", _leader(classes)),
        ("kategori", _leader(month.by.get("category", {}))),
        ("OPD", _leader(month.by.get("opd", {}))),
        ("kecamatan", _leader(month.by.get("kecamatan", {}))),
    )
    parts = [f"{kind} {leader}" for kind, leader in leaders if leader]
    return f"Yang terbanyak adalah {listing(parts)}." if parts else ""


def _leader(counts: Mapping[str, Count]) -> str:
    named = {name: count.n for name, count in counts.items() if name and count.n}
    if not named:
        return ""
    first = min(named, key=lambda name: (-named[name], name))
    return f"{first} ({number(named[first])})"


def _endings(month: MonthFigures) -> str:
    ended = _counted(
        (month.finished_by_word, "atas pernyataan pelapor"),
        (month.finished_silently, "dianggap selesai karena tidak ada tanggapan balik"),
        (month.finished_at_lapor, "sudah ditutup di LAPOR! ketika diimpor"),
    )
    escalated = month.escalated.n
    return " ".join(
        filter(
            None,
            (
                f"Rincian yang selesai: {ended}." if ended else "",
                f"Sebanyak {number(escalated)} pengaduan diteruskan ke Ombudsman RI."
                if escalated
                else "",
            ),
        )
    )


def _ratings(month: MonthFigures) -> str:
    given = {rating: count.n for rating, count in month.ratings.items() if count.n}
    if not given:
        return ""
    total = sum(given.values())
    mean = sum(rating * n for rating, n in given.items()) / total
    return (
        f"Pelapor memberi {number(total)} penilaian dengan rata-rata "
        f"{f'{mean:.1f}'.replace('.', ',')} dari 5."
    )


def _timing(figures: ReportFigures, sheet: Sheet) -> str:
    month = figures.month
    if month.share_on_time is None:
        return "Pada bulan ini tidak ada langkah SOP yang selesai dan terukur."
    late = [step for step in month.steps if step.late_passages]
    if late:
        worst = max(late, key=lambda step: step.late_passages)
        words = next(step for step in sheet.steps if step.no == worst.no)
        detail = (
            f"Yang paling sering terlambat adalah langkah {worst.no} ({words.short}, "
            f"{words.actor.label}): {number(worst.late_passages)} dari "
            f"{number(worst.done_passages)}, dengan median {office_span(worst.median_minutes)} "
            f"kerja terhadap standar {words.standard_text}."
        )
    else:
        detail = "Tidak ada langkah yang terlambat."
    return _paragraphs(
        f"{_share_sentence(month)} {detail}",
        "Waktu dihitung dalam jam kerja; masa menunggu kelengkapan dari pelapor tidak dihitung. "
        "Langkah yang sudah dikerjakan di LAPOR! sebelum pengaduan masuk ke portal tidak diukur.",
    )


def _trend(figures: ReportFigures) -> str:
    """How the months went, from the first in which the portal has complaints."""
    points = list(dropwhile(_is_empty, figures.trend))
    if not points:
        return "Dalam dua belas bulan terakhir tidak ada pengaduan yang masuk."
    first, last = month_name(points[0].month), month_name(points[-1].month)
    if not points[1:]:
        return (
            f"Dalam dua belas bulan terakhir baru bulan {first} yang pengaduannya ada di portal, "
            "jadi tren belum dapat digambarkan."
        )
    whole = len(points) == len(figures.trend)
    since = (
        "Dalam dua belas bulan terakhir" if whole else f"Sejak {first}, bulan pertama di portal,"
    )
    total = sum(point.arrived.n for point in points)
    most = max(points, key=lambda point: point.arrived.n)
    return (
        f"{since} masuk {number(total)} pengaduan, rata-rata {number(round(total / len(points)))} "
        f"setiap bulan; terbanyak pada bulan {month_name(most.month)} ({number(most.arrived.n)}). "
        f"Pengaduan yang terbuka pada akhir bulan berubah dari {number(points[0].open_at_end.n)} "
        f"({first}) menjadi {number(points[-1].open_at_end.n)} ({last})."
    )


def _is_empty(point: TrendPoint) -> bool:
    return not (point.arrived.n or point.finished.n or point.open_at_end.n)


def _no_problem(figures: ReportFigures) -> str:
    if not figures.month.handled.n:
        return "Nihil: tidak ada pengaduan yang ditangani pada bulan ini."
    return "Pada bulan ini tidak ditemukan permasalahan yang perlu dilaporkan."


_NO_ADVICE = (
    "Pengelolaan pengaduan agar dipertahankan menurut SOP, dan kanal SP4N-LAPOR! terus "
    "disosialisasikan kepada masyarakat."
)


def _closing(figures: ReportFigures) -> str:
    return (
        f"Demikian laporan pengelolaan pengaduan bulan {month_name(figures.month.month)} ini "
        "disusun sebagai bahan evaluasi dan pengambilan kebijakan dalam peningkatan mutu pelayanan "
        "publik di Kabupaten Magetan."
    )


def _numbered(sentences: list[str]) -> str:
    return "\n".join(f"{no}. {sentence}" for no, sentence in enumerate(sentences, 1))


def _paragraphs(*paragraphs: str) -> str:
    return "\n\n".join(filter(None, paragraphs))
