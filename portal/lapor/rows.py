"""The table of an export -> reports, and the rows that cannot be taken with the reason why."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from functools import lru_cache
from itertools import chain, islice
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from portal.lapor.columns import BODY, COLUMNS, DATE, Column, Reader, bare_id
from portal.lapor.moments import arrival
from portal.lapor.sheet import FIRST_COLUMN, UnreadableFile, read_table
from portal.lapor.words import normalise_name, one_line
from portal.sop.text import N_, Refusal

# How many of the other rows with the same Tracking ID a reason names.
NAMED_ROWS = 5
_TOTAL = re.compile(r"(?:grand |sub ?)?(?:total|jumlah)\b.*", re.IGNORECASE)
_NUMBER = re.compile(r"[\d.,\s%-]*")


class Kind(StrEnum):
    """The classes of report that LAPOR! knows by itself; an export may name others."""

    COMPLAINT = "complaint"
    ASPIRATION = "aspiration"
    INFORMATION = "information"

    @property
    def label(self) -> str:
        return _KIND_LABELS[self]

    @classmethod
    def of(cls, text: str) -> "Kind | None":
        """The kind that `text` names, however it is spelt; None when it names none of them."""
        return _KINDS.get(normalise_name(text))


_KIND_LABELS = {
    Kind.COMPLAINT: N_("Pengaduan"),
    Kind.ASPIRATION: N_("Aspirasi"),
    Kind.INFORMATION: N_("Permintaan Informasi"),
}
_KINDS = {normalise_name(label): kind for kind, label in _KIND_LABELS.items()}


class LaporRow(NamedTuple):
    """A report as LAPOR! tells it; `row` is its place in the spreadsheet, `arrived_at` is in UTC.

    Text is tidy but otherwise as written: class, status and OPD may be words nobody knows here.
    Every text fits the limit of its column; any may be "" but tracking_id and status_text, and of
    title, body and body_final at least one says something.
    """

    row: int
    tracking_id: str
    arrived_at: datetime
    reporter_name: str
    kind_text: str
    category_id: str
    category: str
    title: str
    body: str
    body_final: str
    anonymous: bool
    confidential: bool
    source: str
    instansi: str
    opd_text: str
    status_text: str
    reason: str
    province: str
    regency: str
    kecamatan: str
    kelurahan: str
    setwapres: bool
    rating: int | None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that is not taken: its number, the heading of the column, and why.

    `message` is an Indonesian msgid with named %-placeholders, which `params` fill.
    """

    row: int
    column: str
    message: str
    params: Mapping[str, object]

    @property
    def reason(self) -> str:
        """The sentence, in Indonesian."""
        return self.message % self.params


@dataclass(frozen=True, slots=True)
class Reading:
    """What an export holds, in the order of its rows.

    `repeated` counts the rows left out because an equal one with the same Tracking ID is in `rows`.
    """

    rows: list[LaporRow]
    rejected: list[Rejection]
    repeated: int


def read_export(path: Path, now: datetime) -> Reading:
    """The reports in the export at `path`; one that arrived after `now` (aware) is rejected.

    Blank rows and total rows are passed over. Equal rows with the same Tracking ID count once,
    differing ones are rejected together. Raises `UnreadableFile` when the file is no export.
    """
    table = read_table(path)
    width = len(table.header)
    places = _places(table.header)
    by_id: dict[str, list[LaporRow | Rejection]] = {}
    for row, cells in table.rows:
        cells += [""] * (width + 1 - len(cells))
        outcome = _outcome(row, cells, places, width, now)
        if isinstance(outcome, LaporRow):
            by_id.setdefault(outcome.tracking_id, []).append(outcome)
        elif not _is_total(cells):
            by_id.setdefault(bare_id(cells[places[0][1]]), []).append(outcome)
    settled = sorted(chain.from_iterable(map(_settled, by_id.values())), key=attrgetter("row"))
    return Reading(
        rows=[outcome for outcome in settled if isinstance(outcome, LaporRow)],
        rejected=[outcome for outcome in settled if isinstance(outcome, Rejection)],
        repeated=sum(map(len, by_id.values())) - len(settled),
    )


def _places(header: list[str]) -> list[tuple[Column, int, Reader]]:
    """Each column with the place of its cell; one that the export lacks is the cell behind."""
    names = [normalise_name(name) for name in header]
    wanted = [(column, normalise_name(column.heading)) for column in COLUMNS]
    missing = [column.heading for column, name in wanted if column.required and name not in names]
    if missing:
        raise UnreadableFile(
            N_(
                "Kolom yang diperlukan tidak ada: %(columns)s. Unggah ekspor LAPOR! apa adanya,"
                " dengan semua kolomnya."
            ),
            columns=", ".join(missing),
        )
    twice = [column.heading for column, name in wanted if names.count(name) > 1]
    if twice:
        raise UnreadableFile(
            N_("Kolom ini ada lebih dari satu: %(columns)s. Sisakan satu, lalu unggah lagi."),
            columns=", ".join(twice),
        )
    return [
        # Most cells say what a cell above them says.
        (column, names.index(name) if name in names else len(header), lru_cache(4096)(column.read))
        for column, name in wanted
    ]


def _outcome(
    row: int, cells: list[str], places: list[tuple[Column, int, Reader]], width: int, now: datetime
) -> LaporRow | Rejection:
    """The report in `cells`, or the first thing in it that cannot be taken."""
    values: dict[str, Any] = {}
    heading = FIRST_COLUMN
    try:
        if "".join(cells[width:]).strip():
            raise Refusal(N_("Baris ini lebih panjang daripada baris judul; selnya bergeser."))
        for column, place, read in places:
            heading = column.heading
            values[column.field] = read(cells[place])
        heading = DATE
        day, clock_beside = values.pop("day")
        values["arrived_at"] = arrival(day, values.pop("clock") or clock_beside or time(), now)
        heading = BODY
        if not (values["title"] or values["body"] or values["body_final"]):
            raise Refusal(N_("Isi laporan kosong."))
    except Refusal as refusal:
        return Rejection(row, heading, refusal.message, refusal.params)
    anonymous, confidential = values.pop("privacy")
    return LaporRow(row=row, anonymous=anonymous, confidential=confidential, **values)


def _is_total(cells: list[str]) -> bool:
    """Nothing but numbers beside a "Total" or "Jumlah", in whatever columns."""
    texts = [text for cell in cells if (text := one_line(cell)) and not _NUMBER.fullmatch(text)]
    return bool(texts) and all(_TOTAL.fullmatch(text) for text in texts)


def _settled(same_id: list[LaporRow | Rejection]) -> list[LaporRow | Rejection]:
    """What remains of the rows that share a Tracking ID."""
    first = same_id[0]
    reports = [outcome for outcome in same_id if isinstance(outcome, LaporRow)]
    if len(same_id) == 1 or not reports:
        return same_id
    if len(reports) == len(same_id) and all(
        report._replace(row=first.row) == first for report in reports
    ):
        return [first]
    return [
        Rejection(
            outcome.row,
            FIRST_COLUMN,
            N_("Tracking ID %(id)s ada juga di baris %(rows)s dengan isi yang berbeda."),
            {"id": reports[0].tracking_id, "rows": _others(outcome, same_id)},
        )
        for outcome in same_id
    ]


def _others(one: LaporRow | Rejection, same_id: list[LaporRow | Rejection]) -> str:
    """The numbers of the other rows, a few of them: thousands may share an ID."""
    others = islice((str(other.row) for other in same_id if other is not one), NAMED_ROWS + 1)
    named = list(others)
    return ", ".join(named[:NAMED_ROWS]) + (", …" if len(named) > NAMED_ROWS else "")
