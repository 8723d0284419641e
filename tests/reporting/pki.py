"""Certificates and key files of invented authorities, and the paper that they sign."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from portal.reporting.sheets import render_html
from portal.reporting.stamp import StampContent

NOW = datetime(2026, 10, 5, 3, 15, tzinfo=UTC)
VALID = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
EXPIRED = (datetime(2023, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))
PASSPHRASE = "sandi rahasia sekali"
STAMP = StampContent(
    code="K7MX-29QD-HRWT",
    url="https://pengaduan.contoh.go.id/verifikasi/K7MX-29QD-HRWT",
    name="RATNA KUSUMANINGRUM, S.Sos., M.Si.",
    nip="19760520 199511 1 001",
    position="Kepala Dinas Komunikasi dan Informatika",
)
SIGNING = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
ENCIPHERING = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=True,
    data_encipherment=True,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
ISSUING = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True)
class Holder:
    """Somebody with a key and a certificate; `issuer` is the holder above (None: oneself)."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate
    issuer: "Holder | None"

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def p12(self, passphrase: str = PASSPHRASE) -> bytes:
        return pkcs12.serialize_key_and_certificates(
            b"tanda tangan",
            self.key,
            self.certificate,
            [self.issuer.certificate] if self.issuer else None,
            serialization.BestAvailableEncryption(passphrase.encode()),
        )


def distinguished(common: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


@cache
def holder(
    common: str,
    organisation: str = "Pemerintah Kabupaten Contoh",
    *,
    issuer: Holder | None = None,
    usage: x509.KeyUsage | None = SIGNING,
    valid: tuple[datetime, datetime] = VALID,
    stamps_time: bool = False,
    crl_url: str = "",
) -> Holder:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = distinguished(common, organisation)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.BasicConstraints(ca=usage is ISSUING, path_length=None), critical=True)
    )
    if usage:
        builder = builder.add_extension(usage, critical=True)
    if stamps_time:
        purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(purposes, critical=True)
    if crl_url:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(crl_url)], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    signing_key = issuer.key if issuer else key
    return Holder(key, builder.sign(signing_key, hashes.SHA256()), issuer)


def authority(common: str = "Otorita Contoh", organisation: str = "Contoh CA") -> Holder:
    return holder(common, organisation, usage=ISSUING, valid=(EXPIRED[0], VALID[1]))


def bsre() -> Holder:
    """An authority that is named as BSrE's is."""
    return authority("BSRE CA DS G1", "Badan Siber dan Sandi Negara")


def head_of_office() -> Holder:
    return holder("Ratna Kusumaningrum", issuer=authority())


def revocation_list(issuer: Holder) -> bytes:
    """An empty one of `issuer`, issued an hour before NOW."""
    return (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(NOW - timedelta(hours=1))
        .next_update(NOW + timedelta(days=7))
        .sign(issuer.key, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )


@cache
def paper() -> bytes:
    """Two pages, the first with a place for the stamp."""
    return render_html(
        """<!doctype html><html lang="id"><head><title>Laporan bulan September 2026</title><style>
        @page { size: A4; margin: 25mm } html { font: 11pt "Liberation Sans" }
        #tanda-tangan { display: block; width: 78mm; height: 32mm; margin-left: 80mm }
        </style></head><body><h1>Laporan</h1><p>Jumlah pengaduan 76.</p>
        <a id="tanda-tangan" href="#tanda-tangan"></a><p>RATNA KUSUMANINGRUM</p>
        <p style="break-before: page">Lampiran</p></body></html>"""
    )
