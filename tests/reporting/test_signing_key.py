"""Opening a PKCS#12 file: with its passphrase, or with a sentence that says why not."""

import traceback

import pytest
from asn1crypto import core
from asn1crypto import pkcs12 as pfx
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


@pytest.mark.parametrize("place", ["mac", "certificates", "key"])
@pytest.mark.parametrize(("count", "refusal"), [(2**31 - 1, NotAKeyFile), (3000, WrongPassphrase)])
def test_a_file_that_asks_for_hours_of_work_is_refused_before_any_is_done(
    place: str, count: int, refusal: type[Exception]
) -> None:
    file = pfx.Pfx.load(head_of_office().p12())
    if place == "mac":
        file["mac_data"]["iterations"] = count
    else:
        safe = file.authenticated_safe
        for part in safe:
            if part["content_type"].native == "encrypted_data" and place == "certificates":
                inner = part["content"]["encrypted_content_info"]["content_encryption_algorithm"]
                inner["parameters"]["key_derivation_func"]["parameters"]["iteration_count"] = count
            elif part["content_type"].native == "data" and place == "key":
                bags = pfx.SafeContents.load(part["content"].native)
                inner = bags[0]["bag_value"]["encryption_algorithm"]["parameters"]
                inner["key_derivation_func"]["parameters"]["iteration_count"] = count
                part["content"] = core.OctetString(bags.dump(force=True))
        file["auth_safe"]["content"] = core.OctetString(safe.dump(force=True))
    with pytest.raises(refusal):
        open_pkcs12(file.dump(force=True), PASSPHRASE)


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
