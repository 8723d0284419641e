"""Opening a PKCS#12 file: with its passphrase, or with a sentence that says why not."""

import traceback

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from portal.reporting.signing_key import (
    NoKeyInside,
    NotAKeyFile,
    NotForSigning,
    WrongPassphrase,
    open_pkcs12,
)
from tests.reporting.pki import ENCIPHERING, PASSPHRASE, authority, head_of_office, holder


def test_a_key_file_opens_with_its_passphrase() -> None:
    key = open_pkcs12(head_of_office().p12(), PASSPHRASE)
    assert key.certificate.subject == "Ratna Kusumaningrum"
    assert key.certificate_der == head_of_office().der
    assert key.chain == (authority().der,)


@pytest.mark.parametrize("passphrase", ["", "salah", PASSPHRASE + " ", "é" * 5000])
def test_a_wrong_passphrase_is_refused(passphrase: str) -> None:
    with pytest.raises(WrongPassphrase, match="Frasa sandi tidak cocok"):
        open_pkcs12(head_of_office().p12(), passphrase)


def test_no_refusal_carries_the_passphrase() -> None:
    typed = "".join(["sandi", "yang", "salah"])
    with pytest.raises(WrongPassphrase) as refused:
        open_pkcs12(head_of_office().p12(), typed)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__
    assert typed not in "".join(traceback.format_exception(refused.value))
    assert not refused.value.params


def test_an_opened_key_shows_no_key() -> None:
    key = open_pkcs12(head_of_office().p12(), PASSPHRASE)
    assert repr(key) == f"SigningKey(certificate={key.certificate!r})"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7 bukan sertifikat",
        head_of_office().der,
        head_of_office().p12()[:-100],
        head_of_office().p12() + bytes(300_000),
    ],
    ids=["empty", "a PDF", "a certificate alone", "cut short", "far too large"],
)
def test_what_is_no_key_file_is_refused(content: bytes) -> None:
    with pytest.raises(NotAKeyFile, match="bukan berkas sertifikat"):
        open_pkcs12(content, PASSPHRASE)


def test_a_file_without_a_private_key_is_refused() -> None:
    only_certificate = pkcs12.serialize_key_and_certificates(
        b"",
        None,
        head_of_office().certificate,
        None,
        serialization.BestAvailableEncryption(PASSPHRASE.encode()),
    )
    with pytest.raises(NoKeyInside, match="tidak memuat kunci pribadi"):
        open_pkcs12(only_certificate, PASSPHRASE)


def test_a_key_without_its_certificate_is_refused() -> None:
    only_key = pkcs12.serialize_key_and_certificates(
        b"",
        head_of_office().key,
        None,
        None,
        serialization.BestAvailableEncryption(PASSPHRASE.encode()),
    )
    with pytest.raises(NoKeyInside):
        open_pkcs12(only_key, PASSPHRASE)


def test_a_certificate_that_may_not_sign_is_refused_by_name() -> None:
    wrong = holder("Kunci Rahasia Kantor", issuer=authority(), usage=ENCIPHERING)
    with pytest.raises(NotForSigning, match="Kunci Rahasia Kantor tidak diterbitkan untuk"):
        open_pkcs12(wrong.p12(), PASSPHRASE)


def test_a_certificate_without_key_usage_may_sign() -> None:
    plain = holder("Tanpa Batasan", issuer=authority(), usage=None)
    assert open_pkcs12(plain.p12(), PASSPHRASE).certificate.subject == "Tanpa Batasan"
