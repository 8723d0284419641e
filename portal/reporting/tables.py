"""The figures as the report's tables have them: rows in the order in which they are read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.reporting.figures import Count, MonthFigures, ReportFigures
from portal.sop.procedure import CaseClass
from portal.sop.vocabulary import Status

_SHOWN = 12  # rows of a breakdown before "lainnya"


@dataclass(frozen=True, slots=True)
class FlowRow:
    """A figure in the month, the month before and the same month last year; None: no data."""

    label: str
    now: int
    previous: int | None
    last_year: int | None
    is_sum: bool = False

    @property
    def difference(self) -> int | None:
        return None if self.previous is None else self.now - self.previous


@dataclass(frozen=True, slots=True)
class Breakdown:
    """What arrived, by one quality: rows (name, how many), the most first."""

    title: str
    head: str
    rows: tuple[tuple[str, int], ...]

    @property
    def most(self) -> int:
        return max((n for _, n in self.rows), default=0)

    @property
    def total(self) -> int:
        return sum(n for _, n in self.rows)


_CAME: tuple[tuple[str, str], ...] = (
    ("Sisa bulan lalu", "opening"),
    ("Masuk", "arrived"),
    ("Dibuka kembali", "reopened"),
)
_WENT: tuple[tuple[str, str], ...] = (
    ("Selesai atas pernyataan pelapor", "finished_by_word"),
    ("Dianggap selesai (tanpa tanggapan balik)", "finished_silently"),
    ("Ditutup di LAPOR!", "finished_at_lapor"),
    ("Tidak ditindaklanjuti", "not_followed_up"),
    ("Dialihkan ke instansi lain", "transferred"),
    ("Terbuka pada akhir bulan", "open_at_end"),
)
_BESIDE: tuple[tuple[str, str], ...] = (
    ("Diteruskan ke Ombudsman RI", "escalated"),
    ("Pelapor belum puas", "unsatisfied"),
    ("Pengaduan dengan catatan terlambat", "recorded_late"),
    ("Identitas pelapor dibuka", "disclosures"),
)


def came_rows(figures: ReportFigures) -> list[FlowRow]:
    """Where the month's complaints came from, and their sum."""
    rows = [_row(figures, label, name) for label, name in _CAME]
    return [*rows, _row(figures, "Jumlah yang ditangani", "handled", is_sum=True)]


def went_rows(figures: ReportFigures) -> list[FlowRow]:
    """What became of them; the sum is the same."""
    rows = [_row(figures, label, name) for label, name in _WENT]
    return [*rows, _row(figures, "Jumlah", "handled", is_sum=True)]


def beside_rows(figures: ReportFigures) -> list[FlowRow]:
    """Figures that are no part of the flow."""
    return [_row(figures, label, name) for label, name in _BESIDE]


def _row(figures: ReportFigures, label: str, name: str, *, is_sum: bool = False) -> FlowRow:
    def in_month(month: MonthFigures) -> int | None:
        count: Count = getattr(month, name)
        return count.n if month.handled.n else None

    now: Count = getattr(figures.month, name)
    before, last_year = in_month(figures.previous), in_month(figures.last_year)
    return FlowRow(label, now.n, before, last_year, is_sum)


def breakdowns(month: MonthFigures) -> list[Breakdown]:
    """What arrived, by everything that the report tells apart, alike long ones in pairs.

    One that tells nothing apart is left out: empty, or with the line of what names none alone.
    """
    by = month.by
    handled = "Ditangani, menurut status akhir bulan"
    found = (
        Breakdown("Masuk menurut klasifikasi", "Klasifikasi", _classes(by)),
        Breakdown("Penilaian pelapor", "Nilai (1–5)", _ratings(month)),
        Breakdown("Masuk menurut sumber", "Sumber", _most_first(by, "source")),
        Breakdown(handled, "Status", _statuses(by)),
        Breakdown("Masuk menurut kategori", "Kategori", _most_first(by, "category")),
        Breakdown("Masuk menurut kecamatan", "Kecamatan", _most_first(by, "kecamatan")),
        Breakdown("Masuk menurut OPD", "OPD", _most_first(by, "opd")),
        Breakdown("Masuk menurut unit kerja", "Unit kerja", _most_first(by, "unit")),
    )
    return [each for each in found if each.rows]


_NONE = {"opd": "Belum didisposisi ke OPD", "unit": "Belum diteruskan ke unit kerja"}
_SHOWN_OF = {"kecamatan": 19}  # all of Magetan's eighteen, and none

_By = Mapping[str, Mapping[str, Count]]
_Rows = tuple[tuple[str, int], ...]


def _most_first(by: _By, kind: str) -> _Rows:
    """The most first, beyond the shown ones summed up; what names none stands last."""
    named = {key: count.n for key, count in by.get(kind, {}).items() if key and count.n}
    ordered = sorted(named.items(), key=lambda row: (-row[1], row[0]))
    shown = _SHOWN_OF.get(kind, _SHOWN)
    rows, rest = ordered[:shown], ordered[shown:]
    if not named:
        return ()
    if rest:
        rows.append((f"Lainnya ({len(rest)})", sum(n for _, n in rest)))
    if without := by.get(kind, {}).get("", Count()).n:
        rows.append((_NONE.get(kind, "Tidak disebut"), without))
    return tuple(rows)


def _ratings(month: MonthFigures) -> _Rows:
    given = sorted(month.ratings.items(), reverse=True)
    return tuple((str(rating), count.n) for rating, count in given if count.n)


def _classes(by: _By) -> _Rows:
    return _labelled(by.get("class", {}), CaseClass)


def _statuses(by: _By) -> _Rows:
    return _labelled(by.get("status", {}), Status)


def _labelled(counts: Mapping[str, Count], kinds: Iterable[CaseClass | Status]) -> _Rows:
    """In the order of the SOP's own words, those that count something."""
    found = ((kind.label, counts.get(kind, Count()).n) for kind in kinds)
    return tuple((label, n) for label, n in found if n)
