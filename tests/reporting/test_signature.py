"""What a certificate says, whose issuer counts as BSrE, and what a reader is told."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from portal.reporting.signature import (
    Certificate,
    NotACertificate,
    Signature,
    certificate_of,
    read_certificates,
)
from tests.reporting.pki import NOW, VALID, authority, bsre, head_of_office, holder

CERTIFICATE = Certificate(
    subject="Ratna Kusumaningrum",
    issuer="Otorita Contoh",
    serial="1f",
    valid_from=VALID[0],
    valid_to=VALID[1],
    self_signed=False,
    is_bsre=False,
)
SIGNATURE = Signature(
    certificate=CERTIFICATE, signed_at=NOW, timestamp_by="TSA Contoh", trusted=True, pages=(1,)
)


@pytest.mark.parametrize(
    ("common", "organisation"),
    [
        ("BSRE CA DS G1", "Badan Siber dan Sandi Negara"),
        ("BSrE CA DS G9", "BADAN SIBER DAN SANDI NEGARA"),
        ("OSD LU Kelas 2", "Lembaga Sandi Negara"),
    ],
)
def test_issuers_that_are_named_as_bsre_is(common: str, organisation: str) -> None:
    issued = holder("Ratna", issuer=authority(common, organisation))
    assert certificate_of(issued.der).is_bsre


@pytest.mark.parametrize(
    ("common", "organisation"),
    [
        ("BSrE CA", "Toko Makmur"),
        ("Toko Makmur CA", "Badan Siber dan Sandi Negara"),
        ("OSD DEMO", "Badan Siber dan Sandi Negara"),
        ("Otorita Contoh", "Contoh CA"),
    ],
)
def test_issuers_that_are_not_bsre(common: str, organisation: str) -> None:
    issued = holder("Ratna", issuer=authority(common, organisation))
    assert not certificate_of(issued.der).is_bsre


def test_a_certificate_that_names_itself_bsre_is_not_issued_by_it() -> None:
    made = certificate_of(bsre().der)
    assert made.self_signed
    assert not made.is_bsre


def test_a_signature_beyond_doubt_has_no_remarks() -> None:
    assert SIGNATURE.remarks == ()


@pytest.mark.parametrize(
    ("signature", "words"),
    [
        (
            replace(SIGNATURE, certificate=replace(CERTIFICATE, self_signed=True), trusted=False),
            "dibuat sendiri",
        ),
        (replace(SIGNATURE, signed_at=VALID[1] + timedelta(days=1)), "sudah kedaluwarsa"),
        (replace(SIGNATURE, signed_at=VALID[0] - timedelta(days=1)), "belum berlaku"),
        (replace(SIGNATURE, trusted=False), "tidak dapat dipastikan"),
        (replace(SIGNATURE, timestamp_by=None), "jam komputer penanda tangan"),
    ],
)
def test_each_doubt_is_one_remark(signature: Signature, words: str) -> None:
    (remark,) = signature.remarks
    assert words in remark


def test_a_signature_without_a_time_is_neither_early_nor_late() -> None:
    timeless = replace(SIGNATURE, signed_at=None)
    assert not timeless.expired
    assert not timeless.not_yet_valid


@pytest.mark.parametrize("signature", [SIGNATURE, replace(SIGNATURE, signed_at=None, pages=())])
def test_a_signature_comes_back_from_json_as_it_was(signature: Signature) -> None:
    assert Signature.from_data(json.loads(json.dumps(signature.to_data()))) == signature


def test_roots_are_read_from_pem_and_from_der() -> None:
    one, two = authority().certificate, head_of_office().certificate
    pem = one.public_bytes(Encoding.PEM) + two.public_bytes(Encoding.PEM)
    assert read_certificates(pem) == (authority().der, head_of_office().der)
    assert read_certificates(authority().der) == (authority().der,)


# A certificate says its version near its beginning; there are three.
OF_NO_VERSION = authority().der.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x12")


@pytest.mark.parametrize(
    "content", [b"", b"bukan", b"-----BEGIN CERTIFICATE-----\nx", OF_NO_VERSION]
)
def test_what_is_no_certificate_is_refused(content: bytes) -> None:
    with pytest.raises(NotACertificate, match="tidak memuat sertifikat"):
        read_certificates(content)
