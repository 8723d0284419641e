"""What the figures show to be wrong, and what to do about it: chapters V and VI, as proposed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from portal.reporting.figures_data import Count, OfficeFigures, ReportFigures, StepFigures
from portal.reporting.words import listing, number, office_span, percent
from portal.sop.procedure import Sheet

_NAMED = 3  # how many offices or steps a sentence names
_LONG_OPEN_DAYS = 30  # working days: the first warning before the Ombudsman (SOP row 5)
_SILENT_SHARE = 0.5
_MISSING_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem and the advice that answers it, whole Indonesian sentences."""

    problem: str
    advice: str


def findings(figures: ReportFigures, sheet: Sheet) -> list[Finding]:
    """What is wrong in the month, gravest first; empty when nothing is."""
    return [
        *_escalated(figures),
        *_late_steps(figures, sheet),
        *_late_offices(figures),
        *_without_receipt(figures),
        *_sent_back(figures),
        *_long_open(figures),
        *_more_open(figures),
        *_unsatisfied(figures),
        *_silence(figures),
        *_recorded_late(figures),
        *_unplaced(figures),
    ]


def _escalated(figures: ReportFigures) -> Iterator[Finding]:
    if n := figures.month.escalated.n:
        yield Finding(
            f"Terdapat {number(n)} pengaduan yang diteruskan ke Ombudsman RI karena tidak "
            "ditindaklanjuti dalam batas hari kerja menurut SOP.",
            "Kepala OPD yang pengaduannya diteruskan ke Ombudsman RI diminta menyampaikan "
            "penjelasan tertulis dan menyelesaikan tindak lanjutnya pada bulan berikutnya.",
        )


def _late_steps(figures: ReportFigures, sheet: Sheet) -> Iterator[Finding]:
    standards = {step.no: step for step in sheet.steps}
    late = [step for step in figures.month.steps if step.late_passages]
    worst = sorted(late, key=lambda step: -step.late_passages)[:_NAMED]
    for step in worst:
        words = standards[step.no]
        yield Finding(
            f"Langkah {step.no} ({words.short}, {words.actor.label}) melewati standar "
            f"{words.standard_text} sebanyak {number(step.late_passages)} kali dari "
            f"{number(step.done_passages)} ({percent(_late_share(step))}); separuhnya selesai "
            f"paling lama dalam {office_span(step.median_minutes)} kerja.",
            "Pelaksana langkah yang paling sering terlambat agar menyediakan petugas pengganti "
            "pada jam kerja dan memantau batas waktunya di portal setiap hari.",
        )


def _late_share(step: StepFigures) -> float:
    return step.late_passages / step.done_passages


def _late_offices(figures: ReportFigures) -> Iterator[Finding]:
    if named := _worst(figures, lambda office: office.late):
        yield Finding(
            f"OPD dengan pengaduan yang paling banyak terlambat pada langkah 5 atau 6: {named}.",
            "Pejabat Penghubung dan unit kerja pada OPD dengan keterlambatan terbanyak agar "
            "diundang dalam rapat evaluasi bulanan bersama Dinas Komunikasi dan Informatika.",
        )


def _without_receipt(figures: ReportFigures) -> Iterator[Finding]:
    if named := _worst(figures, lambda office: office.without_receipt):
        n = _total(figures, lambda office: office.without_receipt)
        yield Finding(
            f"Terdapat {number(n)} disposisi yang belum diberi tanda terima sampai akhir bulan: "
            f"{named}.",
            "Pejabat Penghubung OPD agar memberi tanda terima di portal paling lama satu jam kerja "
            "setelah disposisi disampaikan melalui grup WhatsApp.",
        )


def _sent_back(figures: ReportFigures) -> Iterator[Finding]:
    if named := _worst(figures, lambda office: office.sent_back):
        n = _total(figures, lambda office: office.sent_back)
        yield Finding(
            f"Terdapat {number(n)} pengaduan yang dikembalikan (bukan kewenangan, salah unit, atau "
            f"tanggapan perlu diperbaiki), terbanyak di {named}.",
            "Daftar kewenangan OPD dan jenis pengaduan tiap unit kerja di portal agar "
            "dimutakhirkan sehingga disposisi langsung sampai pada yang berwenang.",
        )


def _long_open(figures: ReportFigures) -> Iterator[Finding]:
    old = {
        office: office.oldest_open_days
        for office in figures.month.offices
        if (office.oldest_open_days or 0) >= _LONG_OPEN_DAYS
    }
    oldest = sorted(old, key=lambda office: -(office.oldest_open_days or 0))[:_NAMED]
    if oldest:
        named = listing([f"{office.name} ({old[office]} hari kerja)" for office in oldest])
        yield Finding(
            f"Pengaduan yang terbuka {_LONG_OPEN_DAYS} hari kerja atau lebih terdapat di {named}.",
            f"OPD dengan pengaduan yang terbuka {_LONG_OPEN_DAYS} hari kerja atau lebih agar "
            "menyelesaikan yang terlama lebih dahulu, sebelum batas 60 hari kerja yang "
            "meneruskannya ke Ombudsman RI.",
        )


def _more_open(figures: ReportFigures) -> Iterator[Finding]:
    month = figures.month
    if month.open_at_end.n > month.opening.n > 0:
        yield Finding(
            f"Pengaduan yang terbuka bertambah dari {number(month.opening.n)} pada awal bulan "
            f"menjadi {number(month.open_at_end.n)} pada akhir bulan.",
            "OPD dengan sisa pengaduan terbanyak agar menyusun jadwal penyelesaian dan "
            "menyampaikannya kepada Admin Instansi.",
        )


def _unsatisfied(figures: ReportFigures) -> Iterator[Finding]:
    if n := figures.month.unsatisfied.n:
        yield Finding(
            f"Terdapat {number(n)} pelapor yang menyatakan belum puas atas tanggapan yang "
            "diberikan.",
            "Admin Instansi agar memeriksa kelengkapan tanggapan (hasil, waktu, dan penanggung "
            "jawab) sebelum diumumkan di lapor.go.id.",
        )


def _silence(figures: ReportFigures) -> Iterator[Finding]:
    month = figures.month
    ended = month.finished_by_word.n + month.finished_silently.n
    if ended and month.finished_silently.n / ended > _SILENT_SHARE:
        yield Finding(
            f"Sebanyak {number(month.finished_silently.n)} dari {number(ended)} pengaduan yang "
            "selesai di portal dianggap selesai karena tidak ada tanggapan balik dari pelapor.",
            "Tanggapan agar memuat ajakan kepada pelapor untuk memberi penilaian di lapor.go.id "
            "sebelum sepuluh hari kerja berlalu.",
        )


def _recorded_late(figures: ReportFigures) -> Iterator[Finding]:
    month = figures.month
    if entries := month.recorded_late_entries:
        yield Finding(
            f"Terdapat {number(entries)} catatan pada {number(month.recorded_late.n)} pengaduan "
            "yang dicatat lebih dari satu hari kerja setelah kejadiannya.",
            "Setiap petugas agar mencatat pekerjaannya di portal pada hari yang sama.",
        )


def _unplaced(figures: ReportFigures) -> Iterator[Finding]:
    month = figures.month
    missing = month.by.get("kecamatan", {}).get("", Count()).n
    if missing and missing / month.arrived.n > _MISSING_SHARE:
        yield Finding(
            f"Sebanyak {number(missing)} dari {number(month.arrived.n)} pengaduan yang masuk "
            "tidak menyebut kecamatan, sehingga persebarannya belum tergambar penuh.",
            "Admin Nasional dan Admin Instansi agar meminta atau melengkapi lokasi kejadian saat "
            "verifikasi.",
        )


def _total(figures: ReportFigures, count: Callable[[OfficeFigures], Count]) -> int:
    return Count.union(*map(count, figures.month.offices)).n


def _worst(figures: ReportFigures, count: Callable[[OfficeFigures], Count]) -> str:
    """The offices with most of it: "Dinas Perhubungan (5) dan Dinas Kesehatan (2)"."""
    concerned: Sequence[OfficeFigures] = [
        office for office in figures.month.offices if count(office).n
    ]
    worst = sorted(concerned, key=lambda office: (-count(office).n, office.name))[:_NAMED]
    return listing([f"{office.name} ({number(count(office).n)})" for office in worst])
