"""What was appended to a known PDF is judged by pyHanko: signatures, or more than that.

Importing pyHanko takes half a second: this module is imported inside the functions that judge.
"""

import asyncio
import logging
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget
from pyhanko.pdf_utils.generic import DictionaryObject, IndirectObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from portal.reporting.differences import check_revisions
from portal.reporting.pades import certificates
from portal.reporting.signature import Signature, certificate_of
from portal.sop.text import N_, Refusal

MIB = 1024 * 1024
MAX_APPENDED = 8 * MIB  # a signature with its revocation lists seldom has one
MAX_REVISIONS = 16
MAX_CERTIFICATES = 20  # in one signature; chains are searched through them
_LIMITS = DecodeLimits(document_budget=DocumentDecodeBudget(base_allowance=64 * MIB, max_ratio=20))
_KEY_USAGE = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
)
_REVISION_END = re.compile(rb"startxref\s+\d+\s+%%EOF")

# Its warnings say what here is a finding, and with whole tracebacks.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class NotSigned(Refusal):
    def __init__(self) -> None:
        super().__init__(N_("Berkas ini belum ditandatangani secara elektronik."))


class BrokenSignature(Refusal):
    def __init__(self) -> None:
        super().__init__(N_("Tanda tangan elektronik pada berkas ini rusak atau tidak lengkap."))


class OtherChanges(Refusal):
    def __init__(self) -> None:
        super().__init__(
            N_("Selain ditandatangani, berkas ini juga diubah setelah laporannya disetujui.")
        )


def appended_signatures(
    pdf: bytes, known: int, *, now: datetime, roots: Sequence[bytes] = ()
) -> tuple[Signature, ...]:
    """The signatures in what follows the first `known` bytes, which are a whole PDF themselves.

    Every appended revision only signs, stamps the time, or stores validation data; every signature
    is intact and covers its whole revision. Empty if only the time was stamped. `roots`:
    certificates (DER) that chains may end in; nothing is fetched. Raises NotSigned,
    BrokenSignature, OtherChanges; what pyHanko raises over garbage becomes OtherChanges.
    """
    context = ValidationContext(trust_roots=certificates(roots), allow_fetching=False, moment=now)
    try:
        return _judge(pdf, known, context)
    except Refusal:
        raise
    except Exception:
        # pyHanko has no one error for files that are no proper PDF: KeyError, RecursionError ...
        raise OtherChanges from None


def _judge(pdf: bytes, known: int, context: ValidationContext) -> tuple[Signature, ...]:
    if len(pdf) - known > MAX_APPENDED:
        raise OtherChanges
    if len(pdf) == known:
        raise NotSigned
    reader = PdfFileReader(BytesIO(pdf), decode_limits=_LIMITS)
    base = PdfFileReader(BytesIO(pdf[:known]), decode_limits=_LIMITS)
    _only_signature_revisions(reader, base, pdf[known:])
    fields = [
        (field, EmbeddedPdfSignature(reader, field.get_object(), name))
        for name, _, field in enumerate_sig_fields(reader, filled_status=True)
    ]
    added = [pair for pair in fields if pair[1].signed_revision >= base.xrefs.total_revisions]
    if not added:
        raise NotSigned
    return tuple(asyncio.run(_signatures(reader, added, context)))


def _only_signature_revisions(reader: PdfFileReader, base: PdfFileReader, appended: bytes) -> None:
    """Raise OtherChanges or Differs unless the file is `base` and then revisions that only sign."""
    known, total = base.xrefs.total_revisions, reader.xrefs.total_revisions
    ends = list(_REVISION_END.finditer(appended))
    follows_base = total > known and all(
        reader.xrefs.get_startxref_for_revision(revision)
        == base.xrefs.get_startxref_for_revision(revision)
        for revision in range(known)
    )
    # Bytes that belong to no revision are nobody's, and readers differ in what they make of them.
    all_accounted_for = len(ends) == total - known and not appended[ends[-1].end() :].strip()
    if not (follows_base and all_accounted_for) or total - known > MAX_REVISIONS:
        raise OtherChanges
    check_revisions(reader, known)


async def _signatures(
    reader: PdfFileReader,
    added: list[tuple[Any, EmbeddedPdfSignature]],
    context: ValidationContext,
) -> list[Signature]:
    found = []
    for field, embedded in added:
        # What was added has been compared with the known bytes already: skip_diff.
        pages = _pages(reader, field)
        if len(embedded.other_embedded_certs) > MAX_CERTIFICATES:
            raise BrokenSignature
        if embedded.sig_object_type == "/DocTimeStamp":
            _check(await async_validate_pdf_timestamp(embedded, context, skip_diff=True))
            if pages:
                raise OtherChanges  # nobody's name stands by what it shows
        else:
            status = await async_validate_pdf_signature(
                embedded, context, key_usage_settings=_KEY_USAGE, skip_diff=True
            )
            _check(status)
            found.append(_signature(status, pages))
    return found


def _check(status: Any) -> None:
    """Raise BrokenSignature unless the status is of a signature over all of its revision."""
    if not (status.intact and status.valid) or (
        status.coverage < SignatureCoverageLevel.ENTIRE_REVISION
    ):
        raise BrokenSignature


def _signature(status: Any, pages: tuple[int, ...]) -> Signature:
    stamp = status.timestamp_validity
    stamped = stamp is not None and stamp.intact and stamp.valid
    signed_at = stamp.timestamp if stamped else status.signer_reported_dt
    return Signature(
        certificate=certificate_of(status.signing_cert.dump()),
        signed_at=signed_at and signed_at.astimezone(UTC),
        timestamp_by=certificate_of(stamp.signing_cert.dump()).subject if stamped else None,
        trusted=status.trusted,
        pages=pages,
    )


def _pages(reader: PdfFileReader, field: IndirectObject) -> tuple[int, ...]:
    """The pages, from 1, on which a signature field is seen."""
    widgets = [field, *_list(field.get_object(), "/Kids")]
    seen = {widget.reference for widget in widgets if _is_seen(widget.get_object())}
    return tuple(
        number
        for number in range(1, reader.root["/Pages"]["/Count"] + 1)
        if seen & {annotation.reference for annotation in _annotations(reader, number)}
    )


def _annotations(reader: PdfFileReader, number: int) -> Sequence[IndirectObject]:
    return _list(reader.find_page_for_modification(number - 1)[0].get_object(), "/Annots")


def _list(owner: DictionaryObject, key: str) -> Sequence[IndirectObject]:
    return owner[key] if key in owner else ()  # noqa: SIM401 - its get() follows no reference


def _is_seen(widget: DictionaryObject) -> bool:
    x1, y1, x2, y2 = widget["/Rect"] if "/Rect" in widget else (0, 0, 0, 0)  # noqa: SIM401
    return x1 != x2 and y1 != y2
