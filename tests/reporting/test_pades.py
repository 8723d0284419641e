"""Time stamps and long-term validation data, from services on this machine."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from portal.reporting.pades import NoLongTermData, NoTimestamp
from portal.reporting.signing import SignedPdf, check_external, sign_pdf
from tests.reporting.pki import (
    EXPIRED,
    ISSUING,
    NOW,
    PASSPHRASE,
    STAMP,
    VALID,
    Holder,
    holder,
    paper,
    revocation_list,
)
from tests.reporting.services import Services, services
from tests.reporting.test_signing import poppler_says


@pytest.fixture
def offered() -> Iterator[Services]:
    with services() as running:
        yield running


class Country:
    """A root, an authority that stamps the time and a signer, with revocation lists at a URL."""

    def __init__(self, offered: Services, valid: tuple = VALID) -> None:
        self.url = f"{offered.url}/tsa"
        self.root = holder("Akar Contoh", "Negara", usage=ISSUING, valid=(EXPIRED[0], VALID[1]))
        crl_url = f"{offered.url}/akar.crl"
        self.signer = holder("Penanda Tangan", issuer=self.root, valid=valid, crl_url=crl_url)
        self.stamper = holder("TSA Contoh", issuer=self.root, stamps_time=True, crl_url=crl_url)
        offered.answers["/akar.crl"] = ("application/pkix-crl", revocation_list(self.root))
        offered.stamps_with(self.stamper)

    def sign(self, *, long_term: bool = True, roots: tuple[Holder, ...] | None = None) -> SignedPdf:
        known = (self.root,) if roots is None else roots
        return sign_pdf(
            paper(),
            self.signer.p12(),
            PASSPHRASE,
            STAMP,
            now=NOW,
            tsa_url=self.url,
            long_term=long_term,
            roots=[root.der for root in known],
        )


def test_a_time_stamp_names_its_authority_and_leaves_no_remark(offered: Services) -> None:
    (signature,) = Country(offered).sign(long_term=False).signatures
    assert signature.timestamp_by == "TSA Contoh"
    assert signature.signed_at == NOW
    assert signature.trusted
    assert signature.remarks == ()
    assert set(offered.asked) == {"/tsa"}


def test_long_term_data_and_its_time_stamp_follow_the_signature(
    offered: Services, tmp_path: Path
) -> None:
    signed = Country(offered).sign()
    reader = PdfFileReader(BytesIO(signed.content))
    assert signed.content.startswith(paper())
    assert len(reader.root["/DSS"]["/CRLs"]) == 1
    assert [found.sig_object_type for found in reader.embedded_signatures] == [
        "/Sig",
        "/DocTimeStamp",
    ]
    assert [one.certificate.subject for one in signed.signatures] == ["Penanda Tangan"]
    assert poppler_says(signed.content, tmp_path).count("Signature is Valid.") == 1


def test_a_file_with_long_term_data_is_accepted_as_signed_elsewhere(offered: Services) -> None:
    signed = Country(offered).sign()
    asked = len(offered.asked)
    assert check_external(paper(), signed.content, now=NOW).signatures[0].pages == (1,)
    assert len(offered.asked) == asked, "judging a file asks nobody"


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("text/html", b"<h1>Bukan layanan stempel waktu</h1>"),
        ("application/timestamp-reply", b"bukan stempel"),
        ("application/timestamp-reply", bytes.fromhex("30053003020102")),  # "rejection"
        ("text/plain", b""),
    ],
)
def test_whoever_answers_with_no_time_stamp_signs_nothing(
    offered: Services, media_type: str, content: bytes
) -> None:
    country = Country(offered)
    offered.stamper = None
    offered.answers["/tsa"] = (media_type, content)
    with pytest.raises(NoTimestamp, match="belum ditandatangani"):
        country.sign(long_term=False)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/tsa", "bukan alamat", "ftp://a/b", "http://"])
def test_an_authority_that_is_not_there_signs_nothing(offered: Services, url: str) -> None:
    country = Country(offered)
    country.url = url
    with pytest.raises(NoTimestamp):
        country.sign(long_term=False)


def test_long_term_data_need_roots_that_the_portal_knows(offered: Services) -> None:
    with pytest.raises(NoLongTermData, match="jangka panjang tidak dapat dikumpulkan"):
        Country(offered).sign(roots=())


def test_long_term_data_need_the_revocation_list(offered: Services) -> None:
    country = Country(offered)
    offered.answers.clear()
    with pytest.raises(NoLongTermData):
        country.sign()


def test_long_term_data_need_a_certificate_in_force(offered: Services) -> None:
    with pytest.raises(NoLongTermData):
        Country(offered, valid=EXPIRED).sign()


def test_long_term_data_need_a_time_stamp_authority(offered: Services) -> None:
    country = Country(offered)
    country.url = ""
    with pytest.raises(NoTimestamp):
        country.sign()
