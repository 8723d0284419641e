"""The administrator's settings of the papers: letterhead, page, signature, numbering."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy.orm import Session

from portal.cases.fields import Fields
from portal.cases.files import Upload, path_of, store
from portal.cases.sop_versions import shows_errata
from portal.models import Setting, writing
from portal.reporting.emblem import prepare_emblem
from portal.reporting.paper import (
    FONT_SIZES,
    LEAST_MARGIN,
    MOST_MARGIN,
    SIZES,
    Margins,
    PaperSettings,
    settings_data,
    settings_from,
)
from portal.sop.text import N_, Refusal

_PAPER, _EMBLEM, _SIGNING = "report.paper", "report.emblem", "report.signing"
_PATTERN, _ADDRESS = "report.number_pattern", "report.address"
_DEFAULT_PATTERN = "065/{nomor}/403.113/{tahun}"
_LINES = 6
SIDES = ("top", "right", "bottom", "left")


@dataclass(frozen=True, slots=True)
class SigningSettings:
    """How electronic signatures are made. `roots`: certificates (PEM) that chains may end in."""

    tsa_url: str = ""
    long_term: bool = False
    roots: str = ""

    @property
    def root_certificates(self) -> tuple[bytes, ...]:
        """The roots in DER."""
        found = x509.load_pem_x509_certificates(self.roots.encode()) if self.roots else []
        return tuple(one.public_bytes(Encoding.DER) for one in found)


def paper_settings(session: Session, folder: Path) -> PaperSettings:
    """The paper as set now, with the emblem's bytes out of `folder`, where it still lies."""
    sha256 = emblem_hash(session)
    path = path_of(folder, sha256) if sha256 else None
    emblem = path.read_bytes() if path and path.exists() else None
    settings = settings_from(_value(session, _PAPER) or {}, emblem)
    return replace(settings, errata=shows_errata(session))


def letterhead(session: Session) -> str:
    """The lines of the office's address as its papers have them."""
    return "\n".join(settings_from(_value(session, _PAPER) or {}).address)


def emblem_hash(session: Session) -> str | None:
    """The SHA-256 by which the emblem lies in the file folder."""
    sha256: str | None = _value(session, _EMBLEM)
    return sha256


def signing_settings(session: Session) -> SigningSettings:
    return SigningSettings(**(_value(session, _SIGNING) or {}))


def number_pattern(session: Session) -> str:
    """The proposed number, with {nomor} and {tahun} to be filled in."""
    pattern: str = _value(session, _PATTERN) or _DEFAULT_PATTERN
    return pattern


def public_address(session: Session) -> str:
    """Where the public finds the portal, which the QR codes name; "" when nobody has said."""
    address: str = _value(session, _ADDRESS) or ""
    return address


def settings_form(session: Session, folder: Path) -> dict[str, str]:
    """Everything as the form of `save_settings` has it."""
    paper, signing = paper_settings(session, folder), signing_settings(session)
    return {
        **{f"margin_{side}": str(getattr(paper.margins, side)) for side in SIDES},
        "size": paper.size,
        "font_size": str(paper.font_size),
        "government": paper.government,
        "office": paper.office,
        "address": "\n".join(paper.address),
        "city": paper.city,
        "addressee": paper.addressee,
        "addressee_place": paper.addressee_place,
        "copies": "\n".join(paper.copies),
        "number_pattern": number_pattern(session),
        "address_for_all": public_address(session),
        "tsa_url": signing.tsa_url,
        "long_term": "1" if signing.long_term else "",
        "roots": signing.roots,
    }


def save_settings(
    session: Session, raw: Mapping[str, str], emblem: Upload | None, folder: Path
) -> None:
    """Keep the form; an `emblem` replaces the one there was, `remove_emblem` takes it away.

    Raises Invalid. Papers that were submitted before keep the settings of their day.
    """
    fields = Fields(raw)
    paper = _read_paper(fields)
    pattern = _read_pattern(fields)
    address = _read_url(fields, "address_for_all").rstrip("/")
    signing = _read_signing(fields)
    picture = _read_emblem(fields, emblem)
    remove_emblem = fields.ticked("remove_emblem")
    fields.check()
    with writing(session):
        _keep(session, _PAPER, settings_data(paper))
        _keep(session, _PATTERN, pattern)
        _keep(session, _ADDRESS, address)
        _keep(session, _SIGNING, signing)
        if picture is not None:
            _keep(session, _EMBLEM, store(folder, picture))
        elif remove_emblem:
            _keep(session, _EMBLEM, None)


def _read_paper(fields: Fields) -> PaperSettings:
    margins = {side: fields.number(f"margin_{side}", LEAST_MARGIN, MOST_MARGIN) for side in SIDES}
    size = fields.choice("size", SIZES)
    font_size = fields.choice("font_size", [str(one) for one in FONT_SIZES])
    return PaperSettings(
        size=size or "A4",
        margins=Margins(**margins),
        font_size=int(font_size or FONT_SIZES[0]),
        government=fields.line("government"),
        office=fields.line("office"),
        address=_lines(fields, "address"),
        city=fields.line("city"),
        addressee=fields.line("addressee"),
        addressee_place=fields.line("addressee_place"),
        copies=_lines(fields, "copies"),
    )


def _lines(fields: Fields, name: str) -> tuple[str, ...]:
    text = fields.text(name, required=False, limit=1000)
    lines = tuple(" ".join(line.split()) for line in text.splitlines() if line.strip())
    if len(lines) > _LINES:
        fields.refuse(name, N_("Paling banyak %(limit)s baris."), limit=_LINES)
    return lines


def _read_pattern(fields: Fields) -> str:
    pattern = fields.line("number_pattern", limit=80)
    if pattern and "{nomor}" not in pattern:
        fields.refuse("number_pattern", N_("Tulis {nomor} di tempat nomor urutnya."))
    return pattern


def _read_url(fields: Fields, name: str) -> str:
    url = fields.line(name, required=False)
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        sound = False
    if url and not sound:
        fields.refuse(name, N_("Tulis alamat lengkap, misalnya https://pengaduan.example.go.id."))
    return url


def _read_signing(fields: Fields) -> dict[str, object]:
    url = _read_url(fields, "tsa_url")
    roots = fields.text("roots", required=False, limit=100_000)
    long_term = fields.ticked("long_term")
    signing = SigningSettings(url, long_term, roots)
    try:
        known = signing.root_certificates
    except ValueError:
        fields.refuse(
            "roots", N_("Tempel sertifikat dalam bentuk PEM (-----BEGIN CERTIFICATE-----).")
        )
        known = ()
    if long_term and not (url and known):
        fields.refuse(
            "long_term",
            N_("Validasi jangka panjang memerlukan alamat stempel waktu dan sertifikat induk."),
        )
    return {"tsa_url": url, "long_term": long_term, "roots": roots}


def _read_emblem(fields: Fields, emblem: Upload | None) -> bytes | None:
    if emblem is None:
        return None
    try:
        return prepare_emblem(emblem.content)
    except Refusal as refusal:
        fields.errors["emblem"] = refusal
        return None


def _value(session: Session, name: str) -> Any:
    setting = session.get(Setting, name)
    return setting.value if setting else None


def _keep(session: Session, name: str, value: object) -> None:
    session.merge(Setting(name=name, value=value))
