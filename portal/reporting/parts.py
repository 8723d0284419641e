"""Printing a paper in parts, side by side in two processes, and joining them into one PDF.

A long register costs WeasyPrint time and memory that grow with it; its parts cost less together. No
part knows how many pages there are in all, so the numbers of the pages are one more document that
is laid over the joined pages.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from io import BytesIO
from multiprocessing import get_context
from typing import TYPE_CHECKING

from portal.reporting.compose import Composed
from portal.reporting.sheets import render_html, render_part

if TYPE_CHECKING:
    import pikepdf

PROCESSES = 2
Progress = Callable[[int, int], None]


def print_paper(paper: Composed, progress: Progress | None = None) -> bytes:
    """One PDF/A of a paper; `progress` hears how many of its parts are done, of how many.

    Raises MissingFont.
    """
    tell, documents = progress or _nobody, paper.documents
    tell(0, len(documents))
    if len(documents) == 1:
        pdf = render_html(documents[0])
        tell(1, 1)
        return pdf
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        printing = [pool.submit(render_part, document) for document in documents]
        for done, each in enumerate(as_completed(printing), 1):
            each.result()
            tell(done, len(printing))
        with _joined([each.result() for each in printing]) as whole:
            shapes = [page.mediabox[2] > page.mediabox[3] for page in whole.pages]
            numbers = pool.submit(render_part, paper.numbers(shapes)).result()
            return _numbered(whole, numbers)


def _nobody(done: int, of: int) -> None:
    """Hear nothing."""


def _joined(pdfs: Sequence[bytes]) -> "pikepdf.Pdf":
    """The parts in one file that stays PDF/A: the first one, to which the others are added."""
    import pikepdf  # a web process asks for papers and makes none

    whole = pikepdf.open(BytesIO(pdfs[0]))
    for pdf in pdfs[1:]:
        with pikepdf.open(BytesIO(pdf)) as part:
            whole.add_pages_from(part)
    return whole


def _numbered(whole: "pikepdf.Pdf", numbers: bytes) -> bytes:
    """`whole` with a page of `numbers` laid over each of its own."""
    import pikepdf

    output = BytesIO()
    with pikepdf.open(BytesIO(numbers)) as overlay:
        for page, number in zip(whole.pages, overlay.pages, strict=True):
            page.add_overlay(number, None)
        whole.save(
            output,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )
    return output.getvalue()
