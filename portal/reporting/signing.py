"""Signing an approved paper, here or elsewhere: bytes in, bytes and findings out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.reporting.signature import Signature
from portal.reporting.signing_key import open_pkcs12
from portal.reporting.stamp import StampContent, draw_stamp, find_place
from portal.sop.text import N_, Refusal


class NotTheApprovedFile(Refusal):
    def __init__(self) -> None:
        super().__init__(
            N_(
                "Berkas ini tidak memuat laporan yang disetujui tanpa perubahan. Unduh PDF yang "
                "disetujui dari portal, tanda tangani berkas itu dengan aplikasi yang tidak "
                "menulis ulang isinya, lalu unggah hasilnya."
            )
        )


@dataclass(frozen=True, slots=True)
class SignedPdf:
    """A signed file, which begins with the approved bytes, and its signatures, oldest first."""

    content: bytes
    signatures: tuple[Signature, ...]


def sign_pdf(
    approved: bytes,
    p12: bytes,
    passphrase: str,
    stamp: StampContent,
    *,
    now: datetime,
    tsa_url: str | None = None,
    long_term: bool = False,
    roots: Sequence[bytes] = (),
) -> SignedPdf:
    """Sign the approved bytes with a PKCS#12 file and show the stamp in the paper's place for it.

    PAdES B-B, or B-T with the time-stamp authority at `tsa_url`, or, `long_term`, B-LTA, for which
    signer and authority must be known by `roots` (certificates, DER). The result has been checked
    as anybody else's would be. An expired or self-made certificate is allowed: the signature's
    `remarks` say so. Raises the Refusals of signing_key, NoPlaceForStamp, NoTimestamp,
    NoLongTermData. The passphrase is used to open the file and nowhere else.
    """
    from portal.reporting.pades import add_signature
    from portal.reporting.revisions import appended_signatures

    key = open_pkcs12(p12, passphrase)
    place = find_place(approved)
    drawn = draw_stamp(stamp, place, signed_at=now, by_bsre=key.certificate.is_bsre)
    signed = add_signature(
        approved,
        key,
        drawn,
        place,
        now=now,
        tsa_url=tsa_url,
        long_term=long_term,
        roots=roots,
    )
    return SignedPdf(signed, appended_signatures(signed, len(approved), now=now, roots=roots))


def check_external(
    approved: bytes, uploaded: bytes, *, now: datetime, roots: Sequence[bytes] = ()
) -> SignedPdf:
    """A PDF that was signed elsewhere, if it is the approved bytes and then only signatures.

    Every signature must be intact; whether its chain is `trusted` is said, not asked. Raises
    NotTheApprovedFile, or NotSigned, BrokenSignature, OtherChanges of `revisions`.
    """
    from portal.reporting.revisions import NotSigned, appended_signatures

    if not uploaded.startswith(approved):
        raise NotTheApprovedFile
    signatures = appended_signatures(uploaded, len(approved), now=now, roots=roots)
    if not signatures:  # but time stamps
        raise NotSigned
    return SignedPdf(uploaded, signatures)
