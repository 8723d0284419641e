"""Papers as HTML: the data and the templates of `templates/report/`, Indonesian always.

A long paper is several documents, each beginning a page, so that they can be printed side by side;
`parts.py` makes one PDF of them.
"""

import base64
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from portal.reporting import tables, words
from portal.reporting.case_paper import CasePaper
from portal.reporting.figures import COUNTING_RULES
from portal.reporting.paper import FAMILY, Letter, Marks, PaperSettings, Signer, font_files
from portal.reporting.register import RegisterRow
from portal.reporting.report_paper import ReportPaper
from portal.sop.vocabulary import Action

TEMPLATES = Path(__file__).parent.parent / "templates"
ROWS_TOGETHER = 250  # as many lines of a register as one document holds
ROWS_A_GROUP = 200
_ENDLESS = re.compile(r"\S{70}")
_NO_GLYPH = "\N{WHITE SQUARE}"


@dataclass(frozen=True, slots=True)
class Composed:
    """A paper ready for print: one document or, of a long one, its parts in their order."""

    title: str
    settings: PaperSettings
    made_at: datetime
    documents: Sequence[str]

    @property
    def key(self) -> str:
        """SHA-256 of all that decides the PDF: papers with the same key are the same paper."""
        digest = sha256(version("weasyprint").encode())
        for document in self.documents:
            digest.update(sha256(document.encode()).digest())
        return digest.hexdigest()

    def numbers(self, shapes: Sequence[bool]) -> str:
        """A document of as many pages (wide or upright) that holds nothing but their numbers."""
        return _document(
            "paper_numbers.html",
            self.settings,
            Marks(),
            self.made_at,
            title=self.title,
            running="",
            shapes=shapes,
        )


@dataclass(frozen=True, slots=True)
class RegisterGroup:
    """Lines of a register under one title; `first` is the number of the first of them."""

    title: str
    first: int
    rows: Sequence[RegisterRow]


@dataclass(frozen=True)
class RegisterPaper:
    """The register of a year: each month's first day with its lines."""

    settings: PaperSettings
    year: int
    months: Sequence[tuple[date, Sequence[RegisterRow]]]
    data_at: datetime
    signer: Signer | None = None
    marks: Marks = field(default_factory=Marks)


@dataclass(frozen=True)
class CaseSheet:
    """A paper about one complaint, with what stands around its data."""

    settings: PaperSettings
    case: CasePaper
    data_at: datetime
    signer: Signer | None = None
    letter: Letter = field(default_factory=lambda: Letter(nature="Biasa", enclosure=""))
    marks: Marks = field(default_factory=Marks)


# -- the monthly report --------------------------------------------------------------------------


def compose_report(paper: ReportPaper) -> Composed:
    """The report: letter, seven chapters, the SOP's sheet, the register of the month."""
    month = paper.figures.month.month
    name = words.month_name(month)
    kind = "Adendum Laporan" if paper.addendum else "Laporan"
    subject = f"{kind} Pengelolaan Pengaduan Masyarakat Bulan {name}"

    def document(groups: Sequence[RegisterGroup], *, body: bool, whole: bool) -> str:
        return _document(
            "paper_report.html",
            paper.settings,
            paper.marks,
            paper.data_at,
            whole=whole,
            title=subject,
            paper=paper,
            body=body,
            groups=groups,
            month=month,
            rules=COUNTING_RULES,
            came=tables.came_rows(paper.figures),
            went=tables.went_rows(paper.figures),
            beside=tables.beside_rows(paper.figures),
            tables=tables.breakdowns(paper.figures.month),
            has_trend=any(
                point.arrived.n or point.finished.n or point.open_at_end.n
                for point in paper.figures.trend
            ),
            names={step.no: f"{step.no}. {step.short}" for step in paper.sheet.steps},
        )

    batches = list(_batches(_groups("", paper.register)))
    if len(batches) == 1:
        documents = [document(batches[0], body=True, whole=True)]
    else:
        documents = [document([], body=True, whole=False)]
        documents += [document(batch, body=False, whole=False) for batch in batches]
    return Composed(subject, paper.settings, paper.data_at, documents)


# -- registers -----------------------------------------------------------------------------------


def compose_register(paper: RegisterPaper) -> Composed:
    """The book of a year ("buku register"): every complaint by month of arrival."""
    title = f"Buku Register Pengaduan Tahun {paper.year}"
    groups = [
        group
        for month, rows in paper.months
        for group in _groups(f"Bulan {words.month_name(month)}", rows)
    ]
    batches = list(_batches(groups))
    documents = [
        _document(
            "paper_register.html",
            paper.settings,
            paper.marks,
            paper.data_at,
            whole=len(batches) == 1,
            title=title,
            paper=paper,
            groups=batch,
            is_first=no == 1,
            is_last=no == len(batches),
            total=sum(len(rows) for _, rows in paper.months),
        )
        for no, batch in enumerate(batches, 1)
    ]
    return Composed(title, paper.settings, paper.data_at, documents)


def _groups(title: str, rows: Sequence[RegisterRow]) -> list[RegisterGroup]:
    """`rows` in groups that one document can hold, each saying which of them it has."""
    if len(rows) <= ROWS_TOGETHER:
        return [RegisterGroup(title, 1, rows)]
    groups = []
    for start in range(0, len(rows), ROWS_A_GROUP):
        part = rows[start : start + ROWS_A_GROUP]
        which = f"nomor {words.number(start + 1)} sampai {words.number(start + len(part))}"
        groups.append(RegisterGroup(f"{title}, {which}".lstrip(", "), start + 1, part))
    return groups


def _batches(groups: Iterable[RegisterGroup]) -> Iterator[list[RegisterGroup]]:
    """Groups that follow each other, as many together as one document holds."""
    batch: list[RegisterGroup] = []
    for group in groups:
        if batch and sum(len(each.rows) for each in [*batch, group]) > ROWS_TOGETHER:
            yield batch
            batch = []
        batch.append(group)
    yield batch


# -- the papers of one complaint -----------------------------------------------------------------


def compose_disposition(sheet: CaseSheet) -> Composed:
    """Lembar disposisi (SOP row 4). Raises NotDisposed."""
    title = f"Lembar Disposisi Pengaduan #{sheet.case.tracking_id}"
    return _case(sheet, "paper_disposition.html", title, disposition=sheet.case.disposition)


def compose_card(sheet: CaseSheet) -> Composed:
    """Kartu pengaduan: its data and its whole history, for the file."""
    return _case(sheet, "paper_card.html", f"Kartu Pengaduan #{sheet.case.tracking_id}")


def compose_answer(sheet: CaseSheet) -> Composed:
    """Surat tanggapan to the citizen. Raises NotAnswered."""
    title = f"Tanggapan atas Pengaduan #{sheet.case.tracking_id}"
    return _case(sheet, "paper_answer.html", title, answer=dict(sheet.case.answer.said))


def compose_dossier(sheet: CaseSheet) -> Composed:
    """Berkas pengaduan for the Ombudsman (SOP row 5, Keterangan)."""
    case = sheet.case
    return _case(
        sheet,
        "paper_dossier.html",
        f"Berkas Pengaduan #{case.tracking_id} untuk Ombudsman RI",
        dispositions=case.of(
            Action.DISPOSE, Action.REFUSE_OPD, Action.HAND_OVER, Action.REFUSE_UNIT
        ),
        receipts=case.of(Action.DISPOSE, Action.ACKNOWLEDGE, Action.HAND_OVER),
        answers=case.of(
            Action.RECORD_PROGRESS, Action.FINISH_FOLLOW_UP, Action.ANSWER, Action.RETURN_ANSWER
        ),
        escalated=case.of(Action.ESCALATE),
    )


def _case(sheet: CaseSheet, template: str, title: str, **context: Any) -> Composed:
    document = _document(
        template,
        sheet.settings,
        sheet.marks,
        sheet.data_at,
        title=title,
        sheet=sheet,
        case=sheet.case,
        **context,
    )
    return Composed(title, sheet.settings, sheet.data_at, [document])


# -- one document --------------------------------------------------------------------------------


def _document(
    template: str,
    settings: PaperSettings,
    marks: Marks,
    made_at: datetime,
    *,
    title: str,
    whole: bool = True,
    running: str | None = None,
    **context: Any,
) -> str:
    """One HTML document; `whole`: it is all of the paper, so its pages may say of how many.

    `running` is the line at the foot of each page, the title unless said otherwise.
    """
    emblem = Markup(base64.b64encode(settings.emblem or b"").decode())  # noqa: S704 - no text
    html = (
        _environment()
        .get_template(f"report/{template}")
        .render(
            settings=settings,
            emblem=emblem,
            marks=marks,
            made_at=made_at,
            title=title,
            whole=whole,
            running=title if running is None else running,
            **context,
        )
    )
    return with_known_glyphs(html)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_with_spaces,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters = (
        *(words.number, words.signed, words.percent, words.office_span),
        *(words.month_name, words.short_month, words.plain_date, words.full_date),
        *(words.short_date, words.full_time, words.short_time, words.blocks),
        drawn,
    )
    environment.filters.update({each.__name__: each for each in filters})
    return environment


def _with_spaces(value: object) -> object:
    """What a template prints; a word without end gets spaces, since lines of it cost minutes."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return _ENDLESS.sub(r"\g<0> ", value)
    return value


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

    known = []
    for path in font_files().values():
        with TTFont(path, lazy=True) as face:
            known.append(frozenset(face.getBestCmap()))
    return frozenset.intersection(*known)
