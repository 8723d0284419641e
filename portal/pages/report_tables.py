"""The figures of a report as tables for the screen: each number is a link to what it counts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from babel.numbers import format_percent
from flask import url_for

from portal.formats import label, month_name, office_span
from portal.language import gettext, language, ngettext
from portal.queries.reports import VersionChanges
from portal.reporting.figure_words import KINDS, NAMES, RATING, figure_words, key_words
from portal.reporting.figures import (
    Count,
    MonthFigures,
    OfficeFigures,
    ReportFigures,
    StepFigures,
    TrendPoint,
    ids_of,
    trend_counts,
)
from portal.reporting.report_paper import Addendum
from portal.sop.procedure import STEPS

# The months of a report, by the word for them in its figures' URLs.
MONTHS = {"": "month", "sebelumnya": "previous", "tahun-lalu": "last_year"}
_FLOW = (
    *("opening", "arrived", "reopened", "handled"),
    *("finished_by_word", "finished_silently", "finished_at_lapor"),
    *("not_followed_up", "transferred", "open_at_end"),
)
_BESIDE = ("escalated", "unsatisfied", "recorded_late", "disclosures")
_STEP_COUNTS = ("done", "on_time", "late", "not_measured")
_OFFICE_COUNTS = ("received", "open", "answered", "on_time", "late", "sent_back", "without_receipt")
_TREND_COUNTS = ("arrived", "finished", "open_at_end")
NO_NUMBER = "–"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell; `url` leads to the complaints that its number counts, or of which it is a measure."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`rows`: what the row is, and its cells under `head`."""

    title: str
    head: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Cell]]]
    note: str = ""


def figure_tables(report_id: int, figures: ReportFigures) -> list[Table]:
    """Every table of the report's figures."""
    at = _Links(report_id)
    month = figures.month
    return [
        _months_table(at, figures, gettext("Alur pengaduan"), _FLOW),
        _months_table(at, figures, gettext("Yang perlu diperhatikan"), _BESIDE),
        _steps_table(at, month),
        *_offices_table(at, month),
        *_breakdowns(at, month),
        *_ratings_table(at, month),
        _trend_table(at, figures),
    ]


Change = tuple[str, Cell, Cell]


def version_changes(report_id: int, changes: VersionChanges) -> list[Change]:
    """What each figure is called, what it was in the version before, and what it is now."""
    old, new = _Links(report_id, changes.before), _Links(report_id)
    return [
        (
            ": ".join(label(word) for word in one.words),
            old.number(one.path, one.before),
            new.number(one.path, one.after),
        )
        for one in changes.figures
    ]


def corrections(report_id: int, corrected_id: int, addendum: Addendum) -> list[Change]:
    """The same for an addendum and the report, or addendum, that it corrects."""
    old, new = _Links(corrected_id), _Links(report_id)
    return [
        (one.label, old.number(one.path, int(one.before)), new.number(one.path, int(one.after)))
        for one in addendum.changes
    ]


class _Links:
    """Makes the cells of one report's figures, of an earlier `version` where one is named."""

    def __init__(self, report_id: int, version: int | None = None) -> None:
        self._report_id = report_id
        self._version = version

    def to(self, path: str, count: Count, month: str = "") -> Cell:
        return self.number(path, count.n, month)

    def number(self, path: str, number: int, month: str = "") -> Cell:
        return self.measure(str(number), path, number, month)

    def measure(self, text: str, path: str, of: int, month: str = "") -> Cell:
        """`text`, taken from so many complaints; of none there is nothing to open."""
        if not of:
            return Cell(text)
        return Cell(
            text,
            url_for(
                "reports.figure",
                report_id=self._report_id,
                path=path,
                bulan=month or None,
                versi=self._version,
            ),
        )


def _months_table(at: _Links, figures: ReportFigures, title: str, names: Iterable[str]) -> Table:
    months: dict[str, MonthFigures] = {
        word: getattr(figures, name) for word, name in MONTHS.items()
    }
    return Table(
        title,
        [month_name(month.month) for month in months.values()],
        [
            (
                label(NAMES[name]),
                [at.to(name, getattr(month, name), word) for word, month in months.items()],
            )
            for name in names
        ],
    )


def _steps_table(at: _Links, month: MonthFigures) -> Table:
    return Table(
        gettext("Langkah SOP"),
        [
            *(label(NAMES[name]) for name in _STEP_COUNTS),
            gettext("Median"),
            gettext("Persentil 90"),
            gettext("Tepat waktu"),
        ],
        [
            (
                f"{step.no} {label(STEPS[step.no - 1].short)}",
                list(_step_cells(at, step)),
            )
            for step in month.steps
        ],
        gettext("Angka menghitung pengaduan. Waktu dan persentase menghitung setiap kali lewat."),
    )


def _step_cells(at: _Links, step: StepFigures) -> Iterator[Cell]:
    for name in _STEP_COUNTS:
        yield at.to(f"steps.{step.no}.{name}", getattr(step, name))
    spans = (
        NO_NUMBER if minutes is None else office_span(minutes)
        for minutes in (step.median_minutes, step.p90_minutes)
    )
    for text in (*spans, _share(step.share_on_time)):
        yield at.measure(text, f"steps.{step.no}.done", step.done.n)


def _offices_table(at: _Links, month: MonthFigures) -> Iterator[Table]:
    if month.offices:
        yield Table(
            gettext("Kinerja OPD"),
            [
                *(label(NAMES[name]) for name in _OFFICE_COUNTS),
                gettext("Tertua"),
                gettext("Tepat waktu"),
            ],
            [(office.name, list(_office_cells(at, office))) for office in month.offices],
        )


def _office_cells(at: _Links, office: OfficeFigures) -> Iterator[Cell]:
    for name in _OFFICE_COUNTS:
        yield at.to(f"offices.{office.id}.{name}", getattr(office, name))
    path, days = f"offices.{office.id}", office.oldest_open_days
    age = NO_NUMBER if days is None else ngettext("%(num)s hari kerja", "%(num)s hari kerja", days)
    yield at.measure(age, f"{path}.open", office.open.n)
    yield at.measure(_share(office.share_on_time), f"{path}.measured", office.measured.n)


def _breakdowns(at: _Links, month: MonthFigures) -> Iterator[Table]:
    for kind, title in KINDS.items():
        parts = {key: count for key, count in month.by.get(kind, {}).items() if count.n}
        if parts:
            ordered = sorted(parts.items(), key=lambda part: (-part[1].n, part[0]))
            what = gettext("Ditangani") if kind == "status" else gettext("Masuk")
            yield Table(
                label(title),
                [what],
                [
                    (label(key_words(kind, key)), [at.to(f"by.{kind}.{key}", count)])
                    for key, count in ordered
                ],
            )


def _ratings_table(at: _Links, month: MonthFigures) -> Iterator[Table]:
    if any(count.n for count in month.ratings.values()):
        rows = [
            (str(rating), [at.to(f"ratings.{rating}", count)])
            for rating, count in sorted(month.ratings.items(), reverse=True)
        ]
        yield Table(label(RATING), [gettext("Pengaduan")], rows)


def _trend_table(at: _Links, figures: ReportFigures) -> Table:
    return Table(
        gettext("Tren 12 bulan"),
        [
            *(label(NAMES[name]) for name in _TREND_COUNTS),
            gettext("Tepat waktu"),
        ],
        [(month_name(point.month), list(_trend_cells(at, point))) for point in figures.trend],
    )


def _trend_cells(at: _Links, point: TrendPoint) -> Iterator[Cell]:
    month = f"{point.month:%Y-%m}"
    for name in _TREND_COUNTS:
        yield at.to(name, getattr(point, name), month)
    yield at.measure(_share(point.share_on_time), "measured", point.measured.n, month)


def _share(share: float | None) -> str:
    return NO_NUMBER if share is None else format_percent(share, "#,##0.#%", locale=language())


@dataclass(frozen=True, slots=True)
class Counted:
    """What a number counts: the ids of complaints, the figure's name, and its month."""

    ids: tuple[int, ...]
    words: Sequence[str]
    month: date


def counted(figures: ReportFigures, path: str, month: str) -> Counted:
    """The figure at `path` in the month that the URL names: a word of `MONTHS`, or a month of the
    trend as in "2026-03". KeyError for no figure.
    """
    if month in MONTHS:
        of: MonthFigures = getattr(figures, MONTHS[month])
        ids = ids_of(of, path)
        return Counted(ids, [label(word) for word in figure_words(of, path)], of.month)
    point = {f"{point.month:%Y-%m}": point for point in figures.trend}[month]
    return Counted(trend_counts(point)[path].ids, [label(NAMES[path])], point.month)
