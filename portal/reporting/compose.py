"""Papers as HTML: the data and the templates of `templates/report/`, Indonesian always.

A long paper is several documents, each beginning a page, so that they can be printed side by side;
`parts.py` makes one PDF of them.
"""

import base64
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from portal.reporting import tables, words
from portal.reporting.figures import COUNTING_RULES
from portal.reporting.paper import FAMILY, Marks, PaperSettings, font_files
from portal.reporting.register import RegisterRow
from portal.reporting.report_paper import ReportPaper

TEMPLATES = Path(__file__).parent.parent / "templates"
ROWS_TOGETHER = 300  # as many lines of a register as are printed in one go
ROWS_A_PART = 250
_NO_GLYPH = "\N{WHITE SQUARE}"


@dataclass(frozen=True, slots=True)
class RegisterGroup:
    """Lines of a register that begin a page together; `first` is the number of their first."""

    title: str
    first: int
    rows: Sequence[RegisterRow]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        {
            each.__name__: each
            for each in (
                *(words.number, words.signed, words.percent, words.office_span),
                *(words.month_name, words.short_month, words.plain_date, words.full_date),
                *(words.short_date, words.full_time, words.short_time, words.blocks),
                drawn,
            )
        }
    )
    return environment


def report_documents(paper: ReportPaper) -> list[str]:
    """The report: letter, seven chapters, the SOP's sheet, the register of the month."""
    groups = _in_parts(paper.register)
    if len(groups) == 1:
        return [_report(paper, groups)]
    return [
        _report(paper, [], whole=False),
        *(_report(paper, [group], body=False, whole=False) for group in groups),
    ]


def _report(
    paper: ReportPaper, groups: Sequence[RegisterGroup], *, body: bool = True, whole: bool = True
) -> str:
    figures = paper.figures
    name = words.month_name(figures.month.month)
    kind = "Adendum Laporan" if paper.addendum else "Laporan"
    subject = f"{kind} Pengelolaan Pengaduan Masyarakat Bulan {name}"
    return _page(
        "paper_report.html",
        paper.settings,
        paper.marks,
        paper.data_at,
        whole=whole,
        title=subject,
        subject=subject,
        paper=paper,
        body=body,
        groups=groups,
        month=figures.month.month,
        rules=COUNTING_RULES,
        came=tables.came_rows(figures),
        went=tables.went_rows(figures),
        beside=tables.beside_rows(figures),
        tables=tables.breakdowns(figures.month),
        names={step.no: f"{step.no}. {step.short}" for step in paper.sheet.steps},
    )


def _in_parts(rows: Sequence[RegisterRow]) -> list[RegisterGroup]:
    if len(rows) <= ROWS_TOGETHER:
        return [RegisterGroup("", 1, rows)]
    starts = range(0, len(rows), ROWS_A_PART)
    return [
        RegisterGroup(
            f"nomor {words.number(start + 1)} sampai "
            f"{words.number(min(start + ROWS_A_PART, len(rows)))} dari {words.number(len(rows))}",
            start + 1,
            rows[start : start + ROWS_A_PART],
        )
        for start in starts
    ]


def _page(
    template: str,
    settings: PaperSettings,
    marks: Marks,
    made_at: datetime,
    *,
    whole: bool = True,
    **context: Any,
) -> str:
    """One HTML document; `whole`: it is all of the paper, so its pages may say of how many."""
    emblem = base64.b64encode(settings.emblem).decode() if settings.emblem else ""
    html = (
        _environment()
        .get_template(f"report/{template}")
        .render(
            settings=settings, emblem=emblem, marks=marks, made_at=made_at, whole=whole, **context
        )
    )
    return with_known_glyphs(html)


def drawn(html: Markup) -> Markup:
    """The SOP's flowchart as the pages have it, with the strokes that their style sheet gives it.

    WeasyPrint hands a page's style sheet to its HTML, not to the inside of an SVG.
    """
    return html.replace(Markup('aria-hidden="true">'), _STROKES)


_STROKES = Markup(  # noqa: S704 - a constant
    'aria-hidden="true"><style>'
    ".wires path{fill:none;stroke:#000;stroke-width:2}"
    ".sym path,.sym rect{fill:#fff;stroke:#000;stroke-width:1.4}"
    ".sym .tip{fill:#000}"
    f'.sym text{{font:8.5px "{FAMILY}";text-anchor:middle}}'
    "</style>"
)


def with_known_glyphs(html: str) -> str:
    """`html` without the signs that the font lacks, so that no other font is ever needed.

    An emoji becomes a box; what only joins or varies signs goes.
    """
    known = _glyphs()
    unknown = {sign for sign in set(html) if ord(sign) not in known and sign not in "\n\r\t"}
    if not unknown:
        return html
    return html.translate({ord(sign): _replacement(sign) for sign in unknown})


def _replacement(sign: str) -> str:
    return "" if unicodedata.category(sign) in ("Cf", "Mn", "Me", "Cc") else _NO_GLYPH


@cache
def _glyphs() -> frozenset[int]:
    """The code points that every face of the family can show."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    faces = (TTFont(path, lazy=True) for path in font_files().values())
    return frozenset.intersection(*(frozenset(face.getBestCmap()) for face in faces))
