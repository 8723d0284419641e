"""Papers for tests and measurements: a month of any size, invented and adding up."""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from portal.reporting.counting import months_later
from portal.reporting.figures import (
    Count,
    MonthFigures,
    OfficeFigures,
    ReportFigures,
    StepFigures,
    TrendPoint,
)
from portal.reporting.narrative import proposed_texts
from portal.reporting.paper import Letter, PaperSettings, Signer
from portal.reporting.register import RegisterRow
from portal.reporting.report_paper import ReportPaper
from portal.sop.office_time import ZONE
from portal.sop.procedure import CaseClass
from portal.sop.vocabulary import Status

MONTH = date(2026, 9, 1)
DATA_AT = datetime(2026, 10, 5, 9, 0, tzinfo=ZONE)
SIGNER = Signer(
    "Kepala Dinas Komunikasi dan Informatika Kabupaten Magetan",
    "Hendra Gunawan, S.Sos., M.Si.",
    "Pembina Utama Muda",
    "19710304 199603 1 004",
)
OFFICES = (
    "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia",
    "Badan Penanggulangan Bencana Daerah",
    "Dinas Kependudukan dan Pencatatan Sipil",
    "Dinas Kesehatan",
    "Dinas Lingkungan Hidup dan Pangan",
    "Dinas Pekerjaan Umum dan Penataan Ruang",
    "Dinas Pendidikan, Kepemudaan dan Olahraga",
    "Dinas Perhubungan",
    "Dinas Perumahan dan Kawasan Permukiman",
    "Dinas Sosial",
    "RSUD dr. Sayidiman",
    "Satuan Polisi Pamong Praja",
)
UNITS = ("Bidang Lalu Lintas", "Bidang Bina Marga", "UPTD Puskesmas", "Bidang Pembinaan SD")
KECAMATAN = (
    *("Barat", "Bendo", "Karangrejo", "Karas", "Kartoharjo", "Kawedanan"),
    *("Lembeyan", "Magetan", "Maospati", "Ngariboyo", "Nguntoronadi", "Panekan"),
    *("Parang", "Plaosan", "Poncol", "Sidorejo", "Sukomoro", "Takeran"),
)
CATEGORIES = (
    *("Lampu Penerangan Jalan Umum", "Jalan dan Jembatan", "Administrasi Kependudukan"),
    *("Pelayanan Kesehatan", "Persampahan", "Bantuan Sosial", "Perizinan", "Pendidikan Dasar"),
    *("Ketertiban Umum", "Parkir", "Air Minum", "Pupuk Bersubsidi", "Pembangunan Desa"),
)
SOURCES = ("Website", "Android", "iOS", "SMS", "Instansi")
TITLES = (
    "Lampu merah simpang empat Maospati menyala merah semua sejak kemarin malam",
    "Jalan berlubang di depan pasar",
    "KTP elektronik belum jadi sejak tiga bulan yang lalu, mohon penjelasan dari dinas terkait",
    "Sampah menumpuk",
    "Antrean obat di puskesmas sangat lama dan petugas loket tidak ramah kepada warga lanjut usia",
)
REPORTERS = ("Hari Basuki", "Siti Nurhayati", "Anonim", "Dirahasiakan", "Bambang Sutrisno")
_STATUSES = (
    *(Status.CLOSED, Status.CLOSED, Status.CLOSED, Status.WITH_UNIT, Status.WITH_LIAISON),
    *(Status.AWAITING_FEEDBACK, Status.NOT_FOLLOWED_UP, Status.TRANSFERRED),
)


def month_figures(month: date, complaints: int, opening: int = 0, seed: int = 1) -> MonthFigures:
    """A month in which `complaints` arrived and `opening` were carried over."""
    chance = random.Random(f"{month} {seed}")
    before = tuple(range(1, opening + 1))
    new = tuple(range(opening + 1, opening + complaints + 1))
    everything = before + new
    status = {id: chance.choice(_STATUSES) for id in everything}
    silent = {id for id in everything if id % 3}

    def where(*wanted: Status) -> list[int]:
        return [id for id in everything if status[id] in wanted]

    def spread(ids: Sequence[int], names: Sequence[str]) -> dict[str, Count]:
        chosen: dict[str, list[int]] = {}
        for id in ids:
            chosen.setdefault(chance.choice(names), []).append(id)
        return {name: Count.of(ids) for name, ids in sorted(chosen.items())}

    closed = where(Status.CLOSED)
    ended = {Status.CLOSED, Status.NOT_FOLLOWED_UP, Status.TRANSFERRED}
    offices = spread(everything, OFFICES)
    return MonthFigures(
        month=month,
        opening=Count.of(before),
        arrived=Count.of(new),
        reopened=Count(),
        finished_by_word=Count.of(id for id in closed if id not in silent),
        finished_silently=Count.of(id for id in closed if id in silent),
        finished_at_lapor=Count(),
        not_followed_up=Count.of(where(Status.NOT_FOLLOWED_UP)),
        transferred=Count.of(where(Status.TRANSFERRED)),
        open_at_end=Count.of(id for id in everything if status[id] not in ended),
        escalated=Count.of(everything[:1]),
        by={
            "class": spread(new, [each.value for each in CaseClass]),
            "category": spread(new, (*CATEGORIES, "")),
            "kecamatan": spread(new, (*KECAMATAN, "", "")),
            "source": spread(new, SOURCES),
            "opd": spread(new, (*OFFICES, "")),
            "unit": spread(new, (*(f"{OFFICES[n]} – {unit}" for n, unit in enumerate(UNITS)), "")),
            "status": {each.value: Count.of(where(each)) for each in sorted(set(status.values()))},
        },
        steps=tuple(_step(no, everything, chance) for no in range(1, 8)),
        offices=tuple(
            _office(no, name, offices[name].ids, chance)
            for no, name in enumerate(OFFICES, 1)
            if name in offices
        ),
        ratings={rating: Count.of(everything[rating::9]) for rating in range(1, 6)},
        unsatisfied=Count.of(everything[::40]),
        recorded_late=Count.of(everything[::25]),
        recorded_late_entries=len(everything[::25]) * 2,
        disclosures=Count(),
    )


def _step(no: int, ids: Sequence[int], chance: random.Random) -> StepFigures:
    late = [id for id in ids if chance.random() < 0.03 * no]
    skipped = [id for id in ids if id not in late and chance.random() < 0.3 / no]
    on_time = [id for id in ids if id not in late and id not in skipped]
    return StepFigures(
        no=no,
        on_time=Count.of(on_time),
        late=Count.of(late),
        not_measured=Count.of(skipped),
        on_time_passages=len(on_time),
        late_passages=len(late),
        median_minutes=12 * no * no if ids else None,
        p90_minutes=90 * no if ids else None,
    )


def _office(id: int, name: str, ids: Sequence[int], chance: random.Random) -> OfficeFigures:
    return OfficeFigures(
        id=id,
        name=name,
        received=Count.of(ids),
        open=Count.of(ids[::3]),
        answered=Count.of(ids[::2]),
        sent_back=Count.of(ids[::7]),
        without_receipt=Count.of(ids[::11]),
        oldest_open_days=3 * id if ids else None,
        steps=(_step(5, ids, chance), _step(6, ids, chance)),
    )


def trend_point(
    month: date,
    arrived: int = 0,
    finished: int = 0,
    open_at_end: int = 0,
    share_on_time: float | None = None,
) -> TrendPoint:
    """A month of the trend that counts so many complaints; of what was finished all is measured."""
    counts = [Count.of(range(1, n + 1)) for n in (arrived, finished, open_at_end, finished)]
    return TrendPoint(month, *counts, share_on_time)


def report_figures(complaints: int, month: date = MONTH) -> ReportFigures:
    """A report's figures; with no complaints at all the months before are empty too."""
    last = month_figures(months_later(month, -1), complaints * 4 // 5, complaints // 5)
    this = month_figures(month, complaints, last.open_at_end.n)
    points = [
        trend_point(months_later(month, n), max(0, complaints + 3 * n), complaints * 3 // 4, 5, 0.9)
        if complaints
        else trend_point(months_later(month, n))
        for n in range(-11, 0)
    ]
    counts = (this.arrived, this.finished, this.open_at_end, this.measured)
    trend = (*points, TrendPoint(month, *counts, this.share_on_time))
    return ReportFigures(this, last, month_figures(months_later(month, -12), 0), trend)


def register_rows(complaints: int, month: date = MONTH) -> list[RegisterRow]:
    """Lines of a register, with titles of every length."""
    classes, first = tuple(CaseClass), datetime(month.year, month.month, 1, 8, tzinfo=ZONE)
    return [
        RegisterRow(
            tracking_id=str(9_500_000 + no),
            arrived_at=first + timedelta(days=28) * (no / complaints),
            reporter=REPORTERS[no % len(REPORTERS)],
            title=TITLES[no * 3 % len(TITLES)],
            case_class=classes[no % len(classes)].label,
            category=CATEGORIES[no % len(CATEGORIES)],
            kecamatan=KECAMATAN[no % len(KECAMATAN)],
            opd=OFFICES[no * 5 % len(OFFICES)],
            status=_STATUSES[no % len(_STATUSES)].label,
            ended_on=month + timedelta(days=20) if no % len(_STATUSES) < 3 else None,
        )
        for no in range(complaints)
    ]


def report_paper(
    complaints: int, settings: PaperSettings | None = None, **more: Any
) -> ReportPaper:
    """A whole report of a month with so many complaints."""
    figures = report_figures(complaints)
    return ReportPaper(
        **{
            "settings": settings or PaperSettings(),
            "figures": figures,
            "texts": proposed_texts(figures),
            "letter": Letter("000.9.3/1234/403.113/2026", date(2026, 10, 5)),
            "signer": SIGNER,
            "register": register_rows(complaints),
            "data_at": DATA_AT,
            **more,
        }
    )
