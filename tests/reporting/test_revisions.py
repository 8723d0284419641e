"""A PDF that was signed elsewhere: accepted only if it is the approved bytes and signatures."""

from collections.abc import Callable
from functools import cache
from io import BytesIO

import pikepdf
import pytest
from asn1crypto import keys, x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from portal.reporting import revisions
from portal.reporting.revisions import (
    BrokenSignature,
    NotSigned,
    OtherChanges,
    appended_signatures,
)
from portal.reporting.sheets import render_html
from portal.reporting.signing import NotTheApprovedFile, SignedPdf, check_external
from tests.reporting import forging
from tests.reporting.pki import NOW, authority, bsre, head_of_office, holder, paper


def checked(uploaded: bytes) -> SignedPdf:
    return check_external(paper(), uploaded, now=NOW)


@cache
def signed_elsewhere() -> bytes:
    return forging.also_signed_by(paper(), head_of_office())


def test_the_approved_paper_with_a_signature_is_accepted_as_it_came() -> None:
    uploaded = signed_elsewhere()
    accepted = checked(uploaded)
    assert accepted.content == uploaded
    (signature,) = accepted.signatures
    assert signature.certificate.subject == "Ratna Kusumaningrum"
    assert not signature.trusted
    assert signature.pages == ()


def test_a_certificate_by_bsre_is_told_from_others() -> None:
    uploaded = forging.also_signed_by(paper(), holder("Ratna", issuer=bsre()), box=(9, 9, 99, 99))
    (signature,) = checked(uploaded).signatures
    assert signature.certificate.is_bsre
    assert signature.pages == (2,)


def test_a_chain_to_a_known_root_is_trusted() -> None:
    (signature,) = check_external(
        paper(), signed_elsewhere(), now=NOW, roots=[authority().der]
    ).signatures
    assert signature.trusted


def test_the_approved_file_itself_is_not_signed() -> None:
    with pytest.raises(NotSigned, match="belum ditandatangani"):
        checked(paper())


def test_a_revision_that_signs_nothing_is_not_signed() -> None:
    with pytest.raises(NotSigned):
        checked(forging.revised(paper(), lambda writer: writer.update_root()))


def another_paper() -> bytes:
    return render_html("<title>Lain</title><p>1<p style='break-before:page'>2")


def rewritten() -> bytes:
    output = BytesIO()
    with pikepdf.open(BytesIO(signed_elsewhere())) as document:
        document.save(output)
    return output.getvalue()


OTHERS: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "no PDF": lambda: b"bukan PDF",
    "cut short": lambda: paper()[:-7],
    "written anew": rewritten,
    "another paper": lambda: forging.also_signed_by(another_paper(), head_of_office()),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_does_not_begin_with_the_approved_bytes_is_refused(name: str) -> None:
    with pytest.raises(NotTheApprovedFile, match="Unduh PDF yang disetujui"):
        checked(OTHERS[name]())


@pytest.mark.parametrize(
    "change",
    [
        forging.other_figures,
        forging.note,
        forging.empty_field,
        forging.text_field,
        forging.xfa_form,
    ],
)
def test_a_change_beside_the_signature_is_refused_before_and_after_it(
    change: Callable[[IncrementalPdfFileWriter], None],
) -> None:
    with pytest.raises(OtherChanges, match="juga diubah"):
        checked(forging.revised(signed_elsewhere(), change))
    with pytest.raises(OtherChanges):
        checked(forging.also_signed_by(forging.revised(paper(), change), head_of_office()))


IMPROPER: dict[str, Callable[[], bytes]] = {
    "a rest": lambda: signed_elsewhere() + b"sisa",
    "a second end": lambda: signed_elsewhere() + b"\nstartxref\n9\n%%EOF\n",
    "an end only": lambda: paper() + b"startxref\n0\n%%EOF\n",
    "two files": lambda: paper() + signed_elsewhere(),
    "no past": lambda: forging.without_past(signed_elsewhere()),
    "cut short": lambda: signed_elsewhere()[:-40],
    "zeros": lambda: paper() + bytes(100),
}


@pytest.mark.parametrize("name", IMPROPER)
def test_bytes_that_belong_to_no_proper_revision_are_refused(name: str) -> None:
    with pytest.raises(OtherChanges):
        checked(IMPROPER[name]())


def test_another_paper_behind_the_approved_one_is_refused_signed_or_not() -> None:
    other = forging.replaced_by(paper(), another_paper())
    with pikepdf.open(BytesIO(other)) as document:
        assert str(document.docinfo["/Title"]) == "Lain", "a reader shows the other paper"
    with pytest.raises(OtherChanges):
        checked(other)
    with pytest.raises(OtherChanges):
        checked(forging.also_signed_by(other, head_of_office()))


def test_a_broken_signature_is_refused() -> None:
    with pytest.raises(BrokenSignature, match="rusak atau tidak lengkap"):
        checked(forging.last_digit_of_signature_changed(signed_elsewhere()))


def stamper() -> DummyTimeStamper:
    maker = holder("TSA Contoh", issuer=authority(), stamps_time=True)
    key = maker.key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return DummyTimeStamper(
        x509.Certificate.load(maker.der), keys.PrivateKeyInfo.load(key), fixed_dt=NOW
    )


def test_a_document_time_stamp_is_accepted_after_a_signature_but_shows_nothing() -> None:
    assert len(checked(forging.time_stamped(signed_elsewhere(), stamper(), None)).signatures) == 1
    with pytest.raises(OtherChanges):
        checked(forging.time_stamped(signed_elsewhere(), stamper(), forging.WHOLE_PAGE))


def test_a_time_stamp_alone_is_no_signature() -> None:
    with pytest.raises(NotSigned):
        checked(forging.time_stamped(paper(), stamper(), None))


@pytest.mark.parametrize("limit", ["MAX_APPENDED", "MAX_REVISIONS"])
def test_too_much_after_the_approved_bytes_is_refused(
    limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revisions, limit, 0)
    with pytest.raises(OtherChanges):
        checked(signed_elsewhere())


def test_a_signature_with_too_many_certificates_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(revisions, "MAX_CERTIFICATES", 0)
    with pytest.raises(BrokenSignature):
        checked(signed_elsewhere())


def test_only_what_follows_the_known_bytes_counts_as_added() -> None:
    once = signed_elsewhere()
    twice = forging.time_stamped(once, stamper(), None)
    assert appended_signatures(twice, len(once), now=NOW) == ()
