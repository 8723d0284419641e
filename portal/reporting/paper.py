"""What a paper is printed on: its settings, its letterhead, its signer, its fonts.

Government letter style of Indonesia (PermenANRB/Permendagri naskah dinas): the emblem at the left
of the letterhead, a double rule, a signature block of post, name, rank and NIP.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from portal.sop.text import N_, Refusal

SIZES: Mapping[str, tuple[int, int]] = {"A4": (210, 297), "F4": (215, 330)}  # mm, upright
FONT_SIZES = (11, 12)
LEAST_MARGIN, MOST_MARGIN = 10, 30  # mm

FAMILY = "Liberation Sans"
_FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
_FACES = ("Regular", "Bold", "Italic")


class MissingFont(Refusal):
    """The one family of type that papers are set in is not installed; no other takes its place."""


@dataclass(frozen=True, slots=True)
class Margins:
    """Millimetres of an upright page."""

    top: int = 20
    right: int = 20
    bottom: int = 20
    left: int = 25


@dataclass(frozen=True, slots=True)
class PaperSettings:
    """The office's paper. `emblem` is a PNG by `prepare_emblem`; `copies` are the tembusan."""

    size: str = "A4"
    margins: Margins = field(default_factory=Margins)
    font_size: int = 11
    government: str = "Pemerintah Kabupaten Magetan"
    office: str = "Dinas Komunikasi dan Informatika"
    address: tuple[str, ...] = ("Magetan, Jawa Timur",)
    emblem: bytes | None = None
    city: str = "Magetan"
    addressee: str = "Bupati Magetan"
    addressee_place: str = "Magetan"
    copies: tuple[str, ...] = (
        "Sekretaris Daerah Kabupaten Magetan",
        "Inspektur Kabupaten Magetan",
    )
    errata: bool = True

    @property
    def dimensions(self) -> tuple[int, int]:
        """Width and height of an upright page in millimetres."""
        return SIZES[self.size]


def settings_from(values: Mapping[str, Any], emblem: bytes | None = None) -> PaperSettings:
    """Settings from what `settings_data` gave; what is missing stays as it is by default."""
    known = {each.name for each in fields(PaperSettings)} - {"emblem"}
    chosen: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in values.items()
        if name in known
    }
    if "margins" in chosen:
        chosen["margins"] = Margins(**values["margins"])
    return PaperSettings(**chosen, emblem=emblem)


def settings_data(settings: PaperSettings) -> dict[str, Any]:
    """`settings` as JSON values, without the emblem's bytes."""
    margins = settings.margins
    return {
        "size": settings.size,
        "margins": {each.name: getattr(margins, each.name) for each in fields(Margins)},
        "font_size": settings.font_size,
        "government": settings.government,
        "office": settings.office,
        "address": list(settings.address),
        "city": settings.city,
        "addressee": settings.addressee,
        "addressee_place": settings.addressee_place,
        "copies": list(settings.copies),
        "errata": settings.errata,
    }


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs. `acting`: "Plt." or "Plh.", else empty; `on_behalf_of`: the post he signs for."""

    position: str
    name: str
    rank: str = ""
    nip: str = ""
    acting: str = ""
    on_behalf_of: str = ""

    @property
    def posts(self) -> tuple[str, ...]:
        """The lines above the signature: "Plt. Kepala ..." or "a.n. Kepala ...", "Sekretaris"."""
        own = f"{self.acting} {self.position}".strip()
        if self.acting or not self.on_behalf_of:
            return (own,)
        return (f"a.n. {self.on_behalf_of}", own)

    @property
    def signed_name(self) -> str:
        """The name in capitals, its titles as they are: "Dr. HENDRA GUNAWAN, S.Sos., M.Si."."""
        person, comma, titles = self.name.partition(",")
        words = (word if word.endswith(".") else word.upper() for word in person.split())
        return f"{' '.join(words)}{comma}{titles}"


@dataclass(frozen=True, slots=True)
class Letter:
    """The head of a letter; an empty number or day leaves room for ink."""

    number: str = ""
    day: date | None = None
    nature: str = "Penting"
    enclosure: str = "1 (satu) berkas"


@dataclass(frozen=True, slots=True)
class Marks:
    """What else stands on a paper. `qr` is an inline SVG of `check_url`, where anyone may check."""

    draft: bool = False
    check_url: str = ""
    qr: str = ""


@cache
def font_files() -> Mapping[str, Path]:
    """The files of the family by face. Raises MissingFont."""
    found = {
        face: path
        for face in _FACES
        for folder in _FONT_FOLDERS
        for path in folder.rglob(f"LiberationSans-{face}.ttf")
    }
    if len(found) < len(_FACES):
        raise MissingFont(
            N_(
                "Huruf %(family)s belum terpasang, jadi naskah tidak dapat dicetak. Pasang %(how)s."
            ),
            family=FAMILY,
            how="fonts-liberation",
        )
    return found
