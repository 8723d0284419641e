"""What an electronic signature and its certificate say of themselves."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from portal.sop.text import N_, Refusal

# BSrE's issuers as they stand in certificates: "CN=BSRE CA DS G1, O=Badan Siber dan Sandi Negara"
# and, from before 2022, "CN=OSD LU Kelas 2, O=Lembaga Sandi Negara".
BSRE_ORGANISATIONS = frozenset({"badan siber dan sandi negara", "lembaga sandi negara"})
BSRE_NAMES = frozenset({"bsre", "osd"})
TRIAL_NAMES = frozenset({"demo", "test", "uji", "dev", "development"})


@dataclass(frozen=True, slots=True)
class Certificate:
    """The signer's certificate. Times are UTC, `serial` is hexadecimal."""

    subject: str
    issuer: str
    serial: str
    valid_from: datetime
    valid_to: datetime
    self_signed: bool
    is_bsre: bool


@dataclass(frozen=True, slots=True)
class Signature:
    """An intact signature in a PDF.

    `signed_at` (UTC) is told by the time-stamp authority `timestamp_by`, or, without one, by the
    signer's own clock; `expired` and `not_yet_valid` compare it with the certificate. `trusted`:
    on the day of the check the chain ended in one of the roots that the portal was given.
    `pages`, from 1, are those on which something of it is seen, and may cover what is below.
    """

    certificate: Certificate
    signed_at: datetime | None
    timestamp_by: str | None
    trusted: bool
    pages: tuple[int, ...]

    @property
    def expired(self) -> bool:
        return self.signed_at is not None and self.signed_at > self.certificate.valid_to

    @property
    def not_yet_valid(self) -> bool:
        return self.signed_at is not None and self.signed_at < self.certificate.valid_from

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader must know, as msgids; empty for a signature beyond doubt."""
        return tuple(
            sentence
            for holds, sentence in (
                (
                    self.certificate.self_signed,
                    N_(
                        "Sertifikatnya dibuat sendiri oleh penanda tangan, tidak diterbitkan oleh "
                        "penyelenggara sertifikasi elektronik."
                    ),
                ),
                (self.expired, N_("Sertifikatnya sudah kedaluwarsa ketika dipakai.")),
                (self.not_yet_valid, N_("Sertifikatnya belum berlaku ketika dipakai.")),
                (
                    not (self.trusted or self.certificate.self_signed),
                    N_("Penerbit sertifikatnya tidak dapat dipastikan oleh portal ini."),
                ),
                (
                    self.timestamp_by is None,
                    N_(
                        "Waktunya menurut jam komputer penanda tangan, tanpa stempel waktu dari "
                        "pihak ketiga."
                    ),
                ),
            )
            if holds
        )

    def to_data(self) -> dict[str, Any]:
        """As JSON can keep it."""
        data = asdict(self)
        data["signed_at"] = self.signed_at and self.signed_at.isoformat()
        for name in ("valid_from", "valid_to"):
            data["certificate"][name] = data["certificate"][name].isoformat()
        return data

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        certificate = dict(data["certificate"])
        for name in ("valid_from", "valid_to"):
            certificate[name] = datetime.fromisoformat(certificate[name])
        signed_at = data["signed_at"] and datetime.fromisoformat(data["signed_at"])
        return cls(
            certificate=Certificate(**certificate),
            signed_at=signed_at,
            timestamp_by=data["timestamp_by"],
            trusted=data["trusted"],
            pages=tuple(data["pages"]),
        )


class NotACertificate(Refusal):
    def __init__(self) -> None:
        super().__init__(N_("Berkas ini tidak memuat sertifikat (PEM atau DER)."))


def read_certificates(content: bytes) -> tuple[bytes, ...]:
    """The certificates (DER) of a file that holds one in DER or several in PEM, such as roots.

    Raises NotACertificate.
    """
    try:
        if b"-----BEGIN" in content:
            found = x509.load_pem_x509_certificates(content)
        else:
            found = [x509.load_der_x509_certificate(content)]
    except (ValueError, x509.InvalidVersion):
        raise NotACertificate from None
    return tuple(one.public_bytes(Encoding.DER) for one in found)


def certificate_of(der: bytes) -> Certificate:
    """Read a DER certificate; raises ValueError for what is none."""
    certificate = x509.load_der_x509_certificate(der)
    return Certificate(
        subject=_called(certificate.subject),
        issuer=_called(certificate.issuer),
        serial=f"{certificate.serial_number:x}",
        valid_from=certificate.not_valid_before_utc,
        valid_to=certificate.not_valid_after_utc,
        self_signed=certificate.issuer == certificate.subject,
        is_bsre=_issued_by_bsre(certificate),
    )


def _issued_by_bsre(certificate: x509.Certificate) -> bool:
    """Whether the issuer bears BSrE's name: organisation BSSN (or its forerunner) and a BSrE CA.

    A name can be borrowed: whoever makes a certificate authority may call it so. It keeps the
    sentence about BSrE off honest certificates of others; that a chain really ends at BSrE is
    what `Signature.trusted` says. Self-made and trial ("OSD DEMO") certificates never count.
    """
    issuer = certificate.issuer
    if issuer == certificate.subject:
        return False
    organisation = " ".join(_parts(issuer, NameOID.ORGANIZATION_NAME)).casefold()
    words = set(" ".join(_parts(issuer, NameOID.COMMON_NAME)).casefold().split())
    return (
        organisation in BSRE_ORGANISATIONS and bool(words & BSRE_NAMES) and not words & TRIAL_NAMES
    )


def _called(name: x509.Name) -> str:
    """The common name, or all of a name that has none."""
    return " ".join(_parts(name, NameOID.COMMON_NAME)) or name.rfc4514_string()


def _parts(name: x509.Name, oid: x509.ObjectIdentifier) -> list[str]:
    return [str(part.value) for part in name.get_attributes_for_oid(oid)]
