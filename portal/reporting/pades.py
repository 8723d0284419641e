"""A signature is added to a PDF (PAdES, ETSI EN 319 142) by pyHanko.

Importing pyHanko takes half a second: this module is imported inside the function that signs.
"""

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from asn1crypto import cms, keys, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from portal.reporting.signing_key import SigningKey
from portal.reporting.stamp import Place
from portal.sop.text import N_, Refusal

FIELD = "TandaTangan"
FIELD_LABEL = "Tanda tangan elektronik"
TSA_SECONDS = 15


class NoTimestamp(Refusal):
    def __init__(self) -> None:
        super().__init__(
            N_(
                "Layanan stempel waktu (TSA) tidak menjawab sebagaimana mestinya, jadi berkas "
                "belum ditandatangani. Coba lagi, atau minta administrator memeriksa alamatnya."
            )
        )


class NoLongTermData(Refusal):
    def __init__(self) -> None:
        super().__init__(
            N_(
                "Data validasi jangka panjang tidak dapat dikumpulkan, jadi berkas belum "
                "ditandatangani: sertifikat tidak berlaku, sertifikat akar penerbitnya atau "
                "layanan stempel waktunya belum dikenal portal, atau penerbitnya tidak menjawab."
            )
        )


class _Signer(PdfSigner):
    """A PdfSigner that is told the time."""

    def __init__(self, now: datetime, **settings: Any) -> None:
        self.now = now
        super().__init__(**settings)

    def init_signing_session(self, *arguments: Any, **named: Any) -> PdfSigningSession:
        session = super().init_signing_session(*arguments, **named)
        session.system_time = self.now
        return session


class _TimeStamper(HTTPTimeStamper):
    """An HTTPTimeStamper whose every failure is a NoTimestamp."""

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except Exception:
            # Network, HTTP, a refusal, an answer that is none: many types, one sentence.
            raise NoTimestamp from None


def add_signature(
    pdf: bytes,
    key: SigningKey,
    stamp: bytes,
    place: Place,
    *,
    now: datetime,
    tsa_url: str | None,
    long_term: bool,
    roots: Sequence[bytes],
) -> bytes:
    """`pdf` followed by a revision that signs it and shows the PDF page `stamp` at `place`.

    PAdES B-B; B-T with a time-stamp authority; `long_term` makes it B-LTA, which fetches the
    revocation data of chains that must end in `roots` (DER). Raises NoTimestamp, NoLongTermData.
    """
    if long_term and not tsa_url:
        raise NoTimestamp
    context = _fetching(roots, now) if long_term else None
    with tempfile.NamedTemporaryFile(suffix=".pdf") as stamp_file:
        stamp_file.write(stamp)
        stamp_file.flush()
        signer = _Signer(
            now,
            signature_meta=PdfSignatureMetadata(
                field_name=FIELD,
                md_algorithm="sha256",
                subfilter=SigSeedSubFilter.PADES,
                validation_context=context,
                embed_validation_info=long_term,
                use_pades_lta=long_term,
                signer_key_usage=set(),  # seen to when the key was opened
            ),
            signer=key_holder(key),
            timestamper=_TimeStamper(tsa_url, timeout=TSA_SECONDS) if tsa_url else None,
            stamp_style=StaticStampStyle.from_pdf_file(
                stamp_file.name,
                border_width=0,
                background_layout=SimpleBoxLayoutRule(
                    x_align=AxisAlignment.ALIGN_MID,
                    y_align=AxisAlignment.ALIGN_MID,
                    margins=Margins.uniform(0),
                ),
            ),
            new_field_spec=SigFieldSpec(
                FIELD, on_page=place.page, box=place.box, readable_field_name=FIELD_LABEL
            ),
        )
        try:
            return asyncio.run(_sign(signer, pdf, context))
        except (SigningError, PathError):
            raise NoLongTermData from None


async def _sign(signer: PdfSigner, pdf: bytes, context: ValidationContext | None) -> bytes:
    try:
        output = await signer.async_sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)))
        return bytes(output.getvalue())
    finally:
        if context:
            await context.aclose()


def key_holder(key: SigningKey) -> SimpleSigner:
    others = SimpleCertificateStore()
    others.register_multiple(certificates(key.chain))
    return SimpleSigner(
        signing_cert=x509.Certificate.load(key.certificate_der),
        signing_key=keys.PrivateKeyInfo.load(key.key),
        cert_registry=others,
    )


def _fetching(roots: Sequence[bytes], now: datetime) -> ValidationContext:
    return ValidationContext(
        trust_roots=certificates(roots),
        allow_fetching=True,
        moment=now,
        revocation_mode="hard-fail",
    )


def certificates(ders: Sequence[bytes]) -> list[x509.Certificate]:
    return [x509.Certificate.load(der) for der in ders]
