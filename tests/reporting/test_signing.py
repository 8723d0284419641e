"""Signing an approved paper: what the result holds, and what pyHanko, Poppler and qpdf say."""

import asyncio
import logging
import subprocess
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from portal.reporting.pades import certificates
from portal.reporting.sheets import render_html
from portal.reporting.signing import SignedPdf, sign_pdf
from portal.reporting.signing_key import WrongPassphrase
from portal.reporting.stamp import NoPlaceForStamp
from tests.reporting import forging
from tests.reporting.pki import (
    EXPIRED,
    NOW,
    PASSPHRASE,
    STAMP,
    Holder,
    authority,
    bsre,
    head_of_office,
    holder,
    paper,
)

BSRE_SENTENCE = (
    "Dokumen ini telah ditandatangani secara elektronik menggunakan sertifikat elektronik yang "
    "diterbitkan oleh Balai Besar Sertifikasi Elektronik (BSrE), BSSN"
)


@cache
def signed_by(signer: Holder) -> SignedPdf:
    return sign_pdf(paper(), signer.p12(), PASSPHRASE, STAMP, now=NOW)


def text_of(pdf: bytes, folder: Path) -> str:
    """What a reader's eye finds, stamps included, in one line."""
    (folder / "berkas.pdf").write_bytes(pdf)
    found = subprocess.run(
        ["pdftotext", folder / "berkas.pdf", "-"], capture_output=True, check=True, text=True
    )
    return " ".join(found.stdout.split())


def poppler_says(pdf: bytes, folder: Path) -> str:
    (folder / "berkas.pdf").write_bytes(pdf)
    done = subprocess.run(["pdfsig", folder / "berkas.pdf"], capture_output=True, text=True)
    return done.stdout


def pyhanko_says(pdf: bytes) -> list[tuple[bool, bool]]:
    """Of each signature: whether it is cryptographically sound, and whether by a known issuer."""

    async def check() -> list[tuple[bool, bool]]:
        context = ValidationContext(trust_roots=certificates([authority().der]), moment=NOW)
        statuses = [
            await async_validate_pdf_signature(embedded, context)
            for embedded in PdfFileReader(BytesIO(pdf)).embedded_signatures
        ]
        return [(status.intact and status.valid, status.trusted) for status in statuses]

    return asyncio.run(check())


def test_the_approved_bytes_stay_an_unchanged_beginning() -> None:
    signed = signed_by(head_of_office())
    assert signed.content.startswith(paper())
    assert len(signed.content) > len(paper())


def test_a_signature_tells_who_when_and_by_which_certificate() -> None:
    (signature,) = signed_by(head_of_office()).signatures
    certificate = signature.certificate
    assert certificate.subject == "Ratna Kusumaningrum"
    assert certificate.issuer == "Otorita Contoh"
    assert int(certificate.serial, 16) == head_of_office().certificate.serial_number
    assert signature.signed_at == NOW
    assert signature.timestamp_by is None
    assert signature.pages == (1,)
    assert signature.remarks == (
        "Penerbit sertifikatnya tidak dapat dipastikan oleh portal ini.",
        "Waktunya menurut jam komputer penanda tangan, tanpa stempel waktu dari pihak ketiga.",
    )


def test_a_signature_validates_with_pyhanko_and_after_one_changed_byte_does_not() -> None:
    signed = signed_by(head_of_office()).content
    assert pyhanko_says(signed) == [(True, True)]
    assert pyhanko_says(changed(signed)) == [(False, False)]


def test_a_signature_validates_with_poppler_and_after_one_changed_byte_does_not(
    tmp_path: Path,
) -> None:
    signed = signed_by(head_of_office()).content
    words = poppler_says(signed, tmp_path)
    assert "Signature is Valid." in words
    assert "Total document signed" in words
    assert "Signature Type: ETSI.CAdES.detached" in words
    assert "Signature is Valid." not in poppler_says(changed(signed), tmp_path)


def changed(pdf: bytes) -> bytes:
    """One bit in the middle of the approved part is another one."""
    at = len(paper()) // 2
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def test_a_second_signature_leaves_the_first_valid(tmp_path: Path) -> None:
    twice = forging.also_signed_by(signed_by(head_of_office()).content, holder("Sekretaris"))
    assert pyhanko_says(twice) == [(True, True), (True, False)]
    words = poppler_says(twice, tmp_path)
    assert words.count("Signature is Valid.") == 2
    assert words.count("Total document signed") == 1


def test_qpdf_finds_nothing_to_complain_of(tmp_path: Path) -> None:
    (tmp_path / "berkas.pdf").write_bytes(signed_by(head_of_office()).content)
    found = subprocess.run(
        ["qpdf", "--check", tmp_path / "berkas.pdf"], capture_output=True, text=True
    )
    assert found.returncode == 0, found.stdout + found.stderr


def test_a_signed_paper_is_still_a_pdf_a_with_every_font_inside(tmp_path: Path) -> None:
    signed = signed_by(head_of_office()).content
    with pikepdf.open(BytesIO(signed)) as document:
        metadata = document.Root.Metadata.read_bytes()
    assert b'pdfaid:part="2"' in metadata
    (tmp_path / "berkas.pdf").write_bytes(signed)
    fonts = subprocess.run(
        ["pdffonts", tmp_path / "berkas.pdf"], capture_output=True, text=True, check=True
    )
    rows = fonts.stdout.splitlines()[2:]
    assert rows
    assert all("Liberation-Sans" in row and row.split()[-5] == "yes" for row in rows)


def test_a_signature_adds_less_than_40_kilobytes() -> None:
    assert len(signed_by(head_of_office()).content) - len(paper()) < 40_000


def test_the_stamp_shows_name_nip_time_and_the_code(tmp_path: Path) -> None:
    shown = text_of(signed_by(head_of_office()).content, tmp_path)
    for words in (
        "Ditandatangani secara elektronik oleh",
        "RATNA KUSUMANINGRUM, S.Sos., M.Si.",
        "NIP. 19760520 199511 1 001",
        "5 Oktober 2026 pukul 10.15 WIB",
        "K7MX-29QD-HRWT",
    ):
        assert words in shown


def test_the_sentence_about_bsre_stands_only_where_bsre_is_the_issuer(tmp_path: Path) -> None:
    by_bsre = signed_by(holder("Ratna Kusumaningrum", issuer=bsre()))
    assert by_bsre.signatures[0].certificate.is_bsre
    assert BSRE_SENTENCE in text_of(by_bsre.content, tmp_path)
    assert "BSrE" not in text_of(signed_by(head_of_office()).content, tmp_path)


def test_an_expired_certificate_signs_and_that_is_said() -> None:
    (signature,) = signed_by(holder("Kedaluwarsa", issuer=authority(), valid=EXPIRED)).signatures
    assert signature.expired
    assert "Sertifikatnya sudah kedaluwarsa ketika dipakai." in signature.remarks


def test_a_self_made_certificate_signs_and_that_is_said() -> None:
    (signature,) = signed_by(holder("Buatan Sendiri")).signatures
    assert signature.certificate.self_signed
    assert signature.remarks[0].startswith("Sertifikatnya dibuat sendiri")


def test_a_chain_is_trusted_only_through_a_root_that_the_portal_was_given() -> None:
    signer = head_of_office()
    named = sign_pdf(
        paper(), signer.p12(), PASSPHRASE, STAMP, now=NOW, roots=[authority().der]
    ).signatures[0]
    assert named.trusted
    unnamed = signed_by(signer).signatures[0]
    assert not unnamed.trusted
    assert any("tidak dapat dipastikan" in remark for remark in unnamed.remarks)


def test_a_wrong_passphrase_signs_nothing() -> None:
    with pytest.raises(WrongPassphrase):
        sign_pdf(paper(), head_of_office().p12(), "salah", STAMP, now=NOW)


def test_a_paper_without_a_place_for_the_stamp_is_refused() -> None:
    bare = render_html("<title>Tanpa tempat</title><p>Isi")
    with pytest.raises(NoPlaceForStamp):
        sign_pdf(bare, head_of_office().p12(), PASSPHRASE, STAMP, now=NOW)


def test_nothing_of_the_passphrase_is_in_the_file_or_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        signed = sign_pdf(paper(), head_of_office().p12(), PASSPHRASE, STAMP, now=NOW)
    assert caplog.records
    assert PASSPHRASE not in caplog.text
    assert PASSPHRASE.encode() not in signed.content
