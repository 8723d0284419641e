"""Printing what a rendering asks for: the one place that knows every kind of paper."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from portal.cases.report_content import REPORT, paper_from
from portal.reporting import sheets

Progress = Callable[[int, int], None]


def print_paper(kind: str, inputs: Mapping[str, Any], folder: Path, progress: Progress) -> bytes:
    """The PDF of the kind and inputs of a rendering. Raises MissingFont, FileDamaged."""
    if kind == REPORT:
        return sheets.report_pdf(paper_from(inputs, folder), progress)  # type: ignore[attr-defined,no-any-return]
    raise ValueError(kind)
