"""A PKCS#12 file opened with its passphrase, or a sentence that says why it does not open."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from asn1crypto import pkcs12 as pfx
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from portal.reporting.signature import Certificate, certificate_of
from portal.sop.text import N_, Refusal

MAX_BYTES = 256 * 1024
# Makers ask for thousands, the most careful for a million; a minute of work has a hundred million.
MAX_ITERATIONS = 5_000_000


class NotAKeyFile(Refusal):
    def __init__(self) -> None:
        super().__init__(
            N_("Berkas ini bukan berkas sertifikat (PKCS#12, berakhiran .p12 atau .pfx).")
        )


class WrongPassphrase(Refusal):
    def __init__(self) -> None:
        super().__init__(N_("Frasa sandi tidak cocok dengan berkas sertifikat ini."))


class NoKeyInside(Refusal):
    def __init__(self) -> None:
        super().__init__(
            N_(
                "Berkas sertifikat ini tidak memuat kunci pribadi beserta sertifikatnya. "
                "Ekspor kembali dari aplikasi asalnya, termasuk kunci pribadinya."
            )
        )


class NotForSigning(Refusal):
    def __init__(self, subject: str) -> None:
        super().__init__(
            N_("Sertifikat %(subject)s tidak diterbitkan untuk menandatangani dokumen."),
            subject=subject,
        )


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key (PKCS#8, DER), its certificate and those above it (DER).

    It lives for one signing; it is never stored, and its text shows no key.
    """

    key: bytes = field(repr=False)
    certificate_der: bytes = field(repr=False)
    chain: tuple[bytes, ...] = field(repr=False)
    certificate: Certificate


def open_pkcs12(content: bytes, passphrase: str) -> SigningKey:
    """The key in a PKCS#12 file; raises the Refusals above.

    No refusal carries the passphrase, nor an error of the library that might.
    """
    if len(content) > MAX_BYTES or not _is_pkcs12(content):
        raise NotAKeyFile
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(content, passphrase.encode())
    except Exception:
        raise WrongPassphrase from None
    if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)) or not certificate:
        raise NoKeyInside
    der = certificate.public_bytes(serialization.Encoding.DER)
    read = certificate_of(der)
    if not _may_sign(certificate):
        raise NotForSigning(read.subject)
    return SigningKey(
        key=key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        certificate_der=der,
        chain=tuple(other.public_bytes(serialization.Encoding.DER) for other in others),
        certificate=read,
    )


def _is_pkcs12(content: bytes) -> bool:
    """Whether the outer form is PKCS#12, which can be read without the passphrase, and trying one
    takes no more work than makers of such files ask for."""
    try:
        file = pfx.Pfx.load(content, strict=True)
        return file["version"].native == "v3" and max(_iterations(file)) <= MAX_ITERATIONS
    except (ValueError, TypeError, KeyError):
        return False


def _iterations(file: pfx.Pfx) -> Iterator[int]:
    """How often each key that the passphrase gives is stirred."""
    yield int(file["mac_data"]["iterations"].native)
    for part in file.authenticated_safe:
        if part["content_type"].native == "encrypted_data":
            inner = part["content"]["encrypted_content_info"]
            yield int(inner["content_encryption_algorithm"].kdf_iterations)
        else:
            for bag in pfx.SafeContents.load(part["content"].native):
                if bag["bag_id"].native == "pkcs8_shrouded_key_bag":
                    yield int(bag["bag_value"]["encryption_algorithm"].kdf_iterations)


def _may_sign(certificate: x509.Certificate) -> bool:
    """RFC 5280, 4.2.1.3: without the extension every use is allowed."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment
