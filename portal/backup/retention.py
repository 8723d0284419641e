"""Which backups stay: the last days, then one a week, then one a month."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from portal.sop.office_time import ZONE


@dataclass(frozen=True, slots=True)
class Keep:
    """Of how many days, ISO weeks and months that have a backup the last one of each stays."""

    days: int
    weeks: int
    months: int


def kept(made: Iterable[datetime], keep: Keep) -> set[datetime]:
    """Of backups `made` at these times those that stay; the newest always does."""
    newest_first = sorted(made, reverse=True)
    spans: list[tuple[int, Callable[[datetime], object]]] = [
        (keep.days, lambda each: each.astimezone(ZONE).date()),
        (keep.weeks, lambda each: each.astimezone(ZONE).isocalendar()[:2]),
        (keep.months, lambda each: each.astimezone(ZONE).strftime("%Y-%m")),
    ]
    staying = set(newest_first[:1])
    for many, span in spans:
        groups = [next(group) for _, group in groupby(newest_first, span)]
        staying.update(groups[:many])
    return staying
