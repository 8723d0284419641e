"""The monthly report's figures: what each one counts. How they are counted is in `counting.py`.

A month is a month of Jakarta's calendar. A complaint arrives when it arrived at LAPOR!; everything
else happens when its entry says that it happened, whenever it was recorded. "At the month's end"
means by the entries that had happened before the next month began.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from portal.sop.text import N_, Refusal

OFFICE_STEPS = (5, 6)  # the rows of the SOP that are an OPD's own
# By what complaints are broken down, with its label.
BREAKDOWNS: Mapping[str, str] = {
    "class": N_("Klasifikasi"),
    "category": N_("Kategori"),
    "opd": N_("OPD"),
    "unit": N_("Unit kerja"),
    "kecamatan": N_("Kecamatan"),
    "source": N_("Sumber laporan"),
    "status": N_("Status"),
}


@dataclass(frozen=True, slots=True)
class Count:
    """A figure that can be traced: the ids of the complaints it counts, ascending, each once."""

    ids: tuple[int, ...] = ()

    @classmethod
    def of(cls, ids: Iterable[int]) -> Self:
        return cls(tuple(sorted(set(ids))))

    @classmethod
    def union(cls, *counts: "Count") -> Self:
        return cls.of(id for count in counts for id in count.ids)

    @property
    def n(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class StepFigures:
    """How one step of the SOP (`no`, its row) was kept in the month.

    A *passage* is one completion of the step by a complaint, measured by the step's own clock in
    office minutes, pauses left out, against the standard ("Waktu") of the version of the SOP in
    force when it began. It counts in the month in which it was completed. A complaint that comes
    back passes again; passages that end otherwise (sent back, refused) are not completions. Hence
    the Counts hold complaints, and may overlap; the numbers of passages stand beside them.

    done            complaints that completed the step
    on_time, late   complaints with a passage within the standard, with one beyond it
    not_measured    complaints that skipped the step because it was done at LAPOR! ("di LAPOR!,
                    tidak diukur"), in the month of their arrival: neither on time nor late
    median_minutes  the least measured time that half of the passages did not exceed
    p90_minutes     the least measured time that nine in ten did not exceed (both by nearest rank:
                    a time that was really measured, of an even number the lower middle one)
    """

    no: int
    on_time: Count
    late: Count
    not_measured: Count
    on_time_passages: int
    late_passages: int
    median_minutes: int | None
    p90_minutes: int | None

    @property
    def done(self) -> Count:
        return Count.union(self.on_time, self.late)

    @property
    def done_passages(self) -> int:
        return self.on_time_passages + self.late_passages

    @property
    def share_on_time(self) -> float | None:
        """On time of all measured passages, 0 to 1; None when there was none."""
        return share_on_time((self,))


def share_on_time(steps: Iterable[StepFigures]) -> float | None:
    """On time of all measured passages of `steps`, 0 to 1; None when there was none."""
    pairs = [(step.on_time_passages, step.done_passages) for step in steps]
    done = sum(passages for _, passages in pairs)
    return sum(on_time for on_time, _ in pairs) / done if done else None


@dataclass(frozen=True, slots=True)
class OfficeFigures:
    """What an OPD (`id`, `name`) did with the complaints disposed to it.

    received          complaints that it was given in the month: by disposition (SOP row 4), because
                      they came from LAPOR! disposed to it, or because the citizen was not satisfied
    open              complaints that lay with its Pejabat Penghubung or a unit at the month's end
    answered          complaints that it answered in the month (SOP row 6)
    sent_back         complaints that were sent back in the month while it had them: refused by the
                      OPD, refused by a unit, or the answer returned for improvement
    without_receipt   complaints handed to it here that still had, at the month's end, neither a
                      "tanda terima" nor a hand-over to a unit (output of SOP row 4)
    oldest_open_days  working days from the day it was given the oldest of `open` (the day itself
                      does not count) to the month's last day, or today; None when none is open
    steps             SOP rows 5 and 6, of the complaints that it had; not measured are those
                      that LAPOR! says were closed with it
    """

    id: int
    name: str
    received: Count
    open: Count
    answered: Count
    sent_back: Count
    without_receipt: Count
    oldest_open_days: int | None
    steps: tuple[StepFigures, ...]

    @property
    def measured(self) -> Count:
        """Complaints with a passage of row 5 or 6."""
        return Count.union(*(step.done for step in self.steps))

    @property
    def on_time(self) -> Count:
        """Complaints with a passage of row 5 or 6 within its standard."""
        return Count.union(*(step.on_time for step in self.steps))

    @property
    def late(self) -> Count:
        """Complaints with a passage of row 5 or 6 beyond its standard."""
        return Count.union(*(step.late for step in self.steps))

    @property
    def share_on_time(self) -> float | None:
        return share_on_time(self.steps)


class CrossFootError(Refusal):
    """The figures of a month do not add up; a report with them may not be sealed."""


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """The figures of one month (`month`, its first day).

    The flow counts every complaint once: where it came from, and where it stood at the end. One
    that is closed and opened again within a month is open; one that is closed twice, finished.

    opening             carried over: arrived before the month and had not ended when it began
    arrived             arrived in the month (SOP row 1)
    reopened            had ended before the month; in it the citizen was not satisfied
    finished_by_word    ended at the month's end by the citizen's word (SOP row 7)
    finished_silently   ended so because ten working days brought no word (SOP row 7, Keterangan)
    finished_at_lapor   had ended already when it came to the portal ("ditutup di LAPOR!")
    not_followed_up     ended so as archived, or as never completed (SOP row 2, Keterangan)
    transferred         ended so as another government's (SOP row 3)
    open_at_end         had not ended at the month's end

    escalated           passed on to the Ombudsman in the month (SOP row 5, Keterangan)
    by                  of `arrived`, by "class", "category", "kecamatan", "source", "opd" and
                        "unit" (the offices that had it at the month's end); of all that the flow
                        counts, by "status" at the month's end. The class is that of the month's
                        end, later corrections included; category, kecamatan and source are as
                        they stand when the figures are made. "" where there is none
    steps               the seven steps, in order
    offices             the OPD with something to count, by name
    ratings             by rating, 1 to 5: complaints whose last rating of the month it is, given
                        with the citizen's word or by LAPOR!; one that it came with counts in the
                        month of arrival
    unsatisfied         complaints whose citizen was not satisfied with the answer, in the month
    recorded_late       complaints with entries of the month that were recorded more than one
                        working day late; `recorded_late_entries` is how many entries
    disclosures         complaints whose reporter's identity was opened in the month
    """

    month: date
    opening: Count
    arrived: Count
    reopened: Count
    finished_by_word: Count
    finished_silently: Count
    finished_at_lapor: Count
    not_followed_up: Count
    transferred: Count
    open_at_end: Count
    escalated: Count
    by: Mapping[str, Mapping[str, Count]]
    steps: tuple[StepFigures, ...]
    offices: tuple[OfficeFigures, ...]
    ratings: Mapping[int, Count]
    unsatisfied: Count
    recorded_late: Count
    recorded_late_entries: int
    disclosures: Count

    @property
    def handled(self) -> Count:
        """Whatever the flow counts: carried over, arrived or reopened."""
        return Count.union(self.opening, self.arrived, self.reopened)

    @property
    def finished(self) -> Count:
        """Ended as closed, in whichever of the three ways."""
        return Count.union(self.finished_by_word, self.finished_silently, self.finished_at_lapor)

    @property
    def measured(self) -> Count:
        """Complaints with a passage of any step."""
        return Count.union(*(step.done for step in self.steps))

    @property
    def share_on_time(self) -> float | None:
        """On time of all measured passages of all steps, 0 to 1; None when there was none."""
        return share_on_time(self.steps)

    def cross_foots(self) -> None:
        """Check that what came in is what went out or stayed, and that every breakdown adds up.

        Raises CrossFootError.
        """
        came = (self.opening, self.arrived, self.reopened)
        ended = (self.finished_by_word, self.finished_silently, self.finished_at_lapor)
        went = (*ended, self.not_followed_up, self.transferred, self.open_at_end)
        self._balance(N_("alur"), self.handled, came)
        self._balance(N_("alur"), self.handled, went)
        for kind, parts in self.by.items():
            whole = self.handled if kind == "status" else self.arrived
            self._balance(BREAKDOWNS[kind], whole, parts.values())

    def _balance(self, table: str, whole: Count, parts: Iterable[Count]) -> None:
        """Every complaint of `whole` stands in exactly one of `parts`, and no other does."""
        parts = tuple(parts)
        if Count.union(*parts) != whole or sum(part.n for part in parts) != whole.n:
            raise CrossFootError(
                N_(
                    "Angka bulan %(month)s tidak seimbang (%(table)s): %(parts)s, seharusnya %(n)s."
                ),
                month=f"{self.month:%m-%Y}",
                table=table,
                parts=" + ".join(str(part.n) for part in parts),
                n=whole.n,
            )


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A month in the 12-month trend: some of its figures, as `MonthFigures` defines them."""

    month: date
    arrived: Count
    finished: Count
    open_at_end: Count
    measured: Count
    share_on_time: float | None


@dataclass(frozen=True, slots=True)
class ReportFigures:
    """A month beside the month before and the same month last year; `trend`: 12 months up to it."""

    month: MonthFigures
    previous: MonthFigures
    last_year: MonthFigures
    trend: tuple[TrendPoint, ...]

    def cross_foots(self) -> None:
        """Check each month, and that one month opens as the month before ended.

        Raises CrossFootError.
        """
        for figures in (self.month, self.previous, self.last_year):
            figures.cross_foots()
        if self.month.opening != self.previous.open_at_end:
            raise CrossFootError(
                N_("Sisa awal bulan %(month)s (%(opening)s) bukan sisa akhir bulan lalu (%(n)s)."),
                month=f"{self.month.month:%m-%Y}",
                opening=self.month.opening.n,
                n=self.previous.open_at_end.n,
            )


# The names of the figures that are one Count each.
COUNTS = (
    *("opening", "arrived", "reopened", "handled"),
    *("finished_by_word", "finished_silently", "finished_at_lapor", "finished"),
    *("not_followed_up", "transferred", "open_at_end"),
    *("measured", "escalated", "unsatisfied", "recorded_late", "disclosures"),
)
STEP_COUNTS = ("done", "on_time", "late", "not_measured")
OFFICE_COUNTS = (
    *("received", "open", "answered", "sent_back", "without_receipt"),
    *("measured", "on_time", "late"),
)
TREND_COUNTS = ("arrived", "finished", "open_at_end", "measured")


def traced(figures: MonthFigures) -> dict[str, Count]:
    """Every figure of the month by its path: "arrived", "steps.3.late", "by.kecamatan.Maospati",
    "offices.6.late", "offices.6.steps.5.done", "ratings.4". Steps by number, offices by id.
    """
    counts = _named(figures, COUNTS)
    for kind, parts in figures.by.items():
        counts |= {f"by.{kind}.{key}": count for key, count in parts.items()}
    for step in figures.steps:
        counts |= _named(step, STEP_COUNTS, f"steps.{step.no}.")
    for office in figures.offices:
        counts |= _named(office, OFFICE_COUNTS, f"offices.{office.id}.")
        for step in office.steps:
            counts |= _named(step, STEP_COUNTS, f"offices.{office.id}.steps.{step.no}.")
    return counts | {f"ratings.{rating}": count for rating, count in figures.ratings.items()}


def trend_counts(point: TrendPoint) -> dict[str, Count]:
    """The figures of a month of the trend, by the path that they have in `traced`."""
    return _named(point, TREND_COUNTS)


def _named(owner: object, names: Iterable[str], prefix: str = "") -> dict[str, Count]:
    return {f"{prefix}{name}": getattr(owner, name) for name in names}


def ids_of(figures: MonthFigures, path: str) -> tuple[int, ...]:
    """The complaints that the figure at `path` (as in `traced`) counts. KeyError for no figure."""
    return traced(figures)[path].ids
