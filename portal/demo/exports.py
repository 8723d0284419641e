"""The four exports of the tests, as if LAPOR! had written them lately, import by import."""

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from portal.config import ROOT
from portal.demo.moments import Moments
from portal.lapor.columns import COLUMNS, DATE
from portal.lapor.moments import arrival, read_clock, read_day
from portal.lapor.sheet import read_table
from portal.sop.office_time import ZONE

FILES = tuple(
    ROOT / "tests" / "data" / f"lapor-2026-{month}.xlsx" for month in ("07", "08", "09", "10")
)
EVERY = 3  # working days from one import to the next
SOON_AFTER = timedelta(minutes=10)
_CLOCK = next(column.heading for column in COLUMNS if column.field == "clock")


@dataclass(frozen=True, slots=True)
class Export:
    """A file as LAPOR! gives it at `at`."""

    at: datetime
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Line:
    arrived_at: datetime
    cells: list[str]


def exports(moments: Moments, files: tuple[Path, ...] = FILES) -> list[Export]:
    """What is imported and when: every report of `files`, the newest from yesterday."""
    header, lines = _moved(moments, files)
    newest = lines[-1].arrived_at + SOON_AFTER
    times = [moments.on(ago, "07.40") for ago in range(1 + 32 * EVERY, 0, -EVERY)]
    times.append(max(moments.recent(120), newest))
    made = []
    for at in times:
        portion = [line.cells for line in lines if line.arrived_at <= at]
        lines = lines[len(portion) :]
        if portion:
            made.append(Export(at, f"ekspor-lapor-{at:%Y-%m-%d}.csv", _csv([header, *portion])))
    return made


def _moved(moments: Moments, files: tuple[Path, ...]) -> tuple[list[str], list[_Line]]:
    """The header and all reports by their time of arrival, moved by the same number of days."""
    tables = [read_table(file) for file in files]
    header = tables[0].header
    rows = [cells for table in tables for _, cells in table.rows]
    date_at, clock_at = header.index(DATE), header.index(_CLOCK)
    yesterday = moments.now.date() - timedelta(days=1)
    days = [read_day(cells[date_at])[0] for cells in rows]
    shift = yesterday - max(days)
    lines = []
    for day, cells in zip(days, rows, strict=True):
        clock = read_clock(cells[clock_at]) or time()
        cells = [*cells[:date_at], (day + shift).isoformat(), *cells[date_at + 1 :]]
        lines.append(
            _Line(arrival(day + shift, clock, moments.now.astimezone(UTC)).astimezone(ZONE), cells)
        )
    return header, sorted(lines, key=lambda line: line.arrived_at)


def _csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")
