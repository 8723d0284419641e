"""The figures as plain data and back: what a report that is handed in keeps for good."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from portal.reporting.figures_data import (
    Count,
    MonthFigures,
    OfficeFigures,
    ReportFigures,
    StepFigures,
    TrendPoint,
)


def to_data(report: ReportFigures) -> dict[str, Any]:
    """`report` in what JSON knows: a Count as the list of its ids, a date in ISO 8601."""
    return {field.name: _plain(getattr(report, field.name)) for field in fields(report)}


def _plain(value: Any) -> Any:
    if isinstance(value, Count):
        return list(value.ids)
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def from_data(data: Mapping[str, Any]) -> ReportFigures:
    """The report that `to_data` wrote. KeyError or TypeError for anything else."""
    return ReportFigures(
        month=_month(data["month"]),
        previous=_month(data["previous"]),
        last_year=_month(data["last_year"]),
        trend=tuple(map(_point, data["trend"])),
    )


def _month(data: Mapping[str, Any]) -> MonthFigures:
    given = {
        "month": date.fromisoformat(data["month"]),
        "by": {kind: _counts(parts) for kind, parts in data["by"].items()},
        "steps": tuple(map(_step, data["steps"])),
        "offices": tuple(map(_office, data["offices"])),
        "ratings": {int(key): count for key, count in _counts(data["ratings"]).items()},
    }
    return MonthFigures(**_with_counts(data) | given)


def _point(data: Mapping[str, Any]) -> TrendPoint:
    return TrendPoint(**_with_counts(data) | {"month": date.fromisoformat(data["month"])})


def _office(data: Mapping[str, Any]) -> OfficeFigures:
    return OfficeFigures(**_with_counts(data) | {"steps": tuple(map(_step, data["steps"]))})


def _step(data: Mapping[str, Any]) -> StepFigures:
    return StepFigures(**_with_counts(data))


def _counts(parts: Mapping[str, list[int]]) -> dict[str, Count]:
    return {key: Count(tuple(ids)) for key, ids in parts.items()}


def _with_counts(data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as they are, the lists as Counts."""
    return {
        name: Count(tuple(value)) if isinstance(value, list) else value
        for name, value in data.items()
    }
