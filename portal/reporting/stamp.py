"""The visible part of an electronic signature, drawn to fit the box it is placed in."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path

import jinja2
from babel.dates import format_datetime
from markupsafe import Markup

from portal.reporting.qr import qr_svg
from portal.reporting.sheets import render_html
from portal.sop.office_time import ZONE
from portal.sop.text import N_, Refusal

MARK = "tanda-tangan"  # where the empty link leads that a paper leaves for the stamp
TEMPLATES = Path(__file__).parent.parent / "templates"
TYPE_SIZES = (8.0, 7.5, 7.0, 6.5, 6.0, 5.5)  # points; the largest that leaves one page is taken


@dataclass(frozen=True, slots=True)
class StampContent:
    """What the stamp says: the check page's code and full URL, and the signer as on the paper.

    `position` may be empty; "Plt." and "a.n." belong to it.
    """

    code: str
    url: str
    name: str
    nip: str
    position: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where the stamp goes: page index, and the box (left, bottom, right, top) in points."""

    page: int
    box: tuple[int, int, int, int]


class NoPlaceForStamp(Refusal):
    def __init__(self) -> None:
        super().__init__(N_("Berkas ini tidak menyediakan tempat untuk tanda tangan elektronik."))


def find_place(pdf: bytes) -> Place:
    """The box of the first link to #tanda-tangan; raises NoPlaceForStamp."""
    import pikepdf

    with pikepdf.open(BytesIO(pdf)) as document:
        for index, page in enumerate(document.pages):
            for link in page.get("/Annots", ()):
                if str(link.get("/Dest")) == MARK:
                    x1, y1, x2, y2 = map(round, map(float, link["/Rect"]))
                    return Place(index, (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)))
    raise NoPlaceForStamp


def draw_stamp(content: StampContent, place: Place, *, signed_at: datetime, by_bsre: bool) -> bytes:
    """A PDF of one page that has the size of the place.

    `by_bsre`: whether the sentence that names BSrE as the certificate's issuer is true.
    """
    left, bottom, right, top = place.box
    for type_size in TYPE_SIZES:
        pdf = render_html(
            _template().render(
                content=content,
                qr=Markup(qr_svg(content.url)),  # noqa: S704 - made of numbers only
                when=format_datetime(
                    signed_at.astimezone(ZONE), "d MMMM y 'pukul' HH.mm 'WIB'", locale="id"
                ),
                by_bsre=by_bsre,
                width=right - left,
                height=top - bottom,
                type_size=type_size,
            )
        )
        if _pages(pdf) == 1:
            break
    return pdf


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report/paper_stamp.html")


def _pages(pdf: bytes) -> int:
    import pikepdf

    with pikepdf.open(BytesIO(pdf)) as document:
        return len(document.pages)
