"""The verdict on a file that somebody hands in."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from functools import cache
from io import BytesIO

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.reporting import verify as module
from portal.reporting.sheets import render_html
from portal.reporting.verify import Finding, Verdict, identity, verify
from tests.reporting import forging
from tests.reporting.pki import NOW, head_of_office, holder, paper
from tests.reporting.test_signing import signed_by

# The first example signs the paper, which takes its time.
FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def signed() -> bytes:
    return signed_by(head_of_office()).content


@cache
def twice() -> bytes:
    """The signed file with a signature that the portal knows nothing of."""
    return forging.also_signed_by(signed(), holder("Sekretaris"))


class Shelf:
    """The approved paper and its signed copy."""

    def __init__(self) -> None:
        self.files = {"disetujui": paper(), "ditandatangani": signed()}

    def by_sha256(self, digests: Collection[str]) -> Mapping[str, str]:
        known = {hashlib.sha256(pdf).hexdigest(): name for name, pdf in self.files.items()}
        return {digest: known[digest] for digest in digests if digest in known}

    def by_identity(self, identities: Collection[str]) -> str | None:
        return next((n for n, pdf in self.files.items() if identity(pdf) in identities), None)


def judged(pdf: bytes) -> Finding[str]:
    return verify(pdf, Shelf(), now=NOW)


def saved_again(pdf: bytes) -> bytes:
    output = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        document.save(output)
    return output.getvalue()


def test_the_approved_file_is_genuine() -> None:
    assert judged(paper()) == Finding(Verdict.GENUINE, "disetujui")


def test_the_signed_copy_is_genuine_though_it_begins_with_the_approved_file() -> None:
    assert judged(signed()) == Finding(Verdict.GENUINE, "ditandatangani")


def test_a_signature_that_the_portal_did_not_keep_is_named() -> None:
    finding = judged(forging.also_signed_by(signed(), holder("Sekretaris"), box=(9, 9, 99, 99)))
    assert finding.verdict is Verdict.GENUINE_WITH_LATER_SIGNATURE
    assert finding.file == "ditandatangani"
    assert [one.certificate.subject for one in finding.added] == ["Sekretaris"]
    assert finding.added[0].pages == (2,), "it may cover what stood there"


def test_an_approved_file_that_somebody_signed_elsewhere_names_that_signature() -> None:
    finding = judged(forging.also_signed_by(paper(), holder("Sekretaris")))
    assert (finding.verdict, finding.file) == (Verdict.GENUINE_WITH_LATER_SIGNATURE, "disetujui")
    assert len(finding.added) == 1


ALTERED: dict[str, Callable[[], bytes]] = {
    "a note": lambda: forging.revised(signed(), forging.note),
    "other figures": lambda: forging.revised(paper(), forging.other_figures),
    "a broken signature": lambda: forging.last_digit_of_signature_changed(twice()),
    "a rest": lambda: signed() + b"sisa",
    "cut short": lambda: signed()[:-20],
    "saved again": lambda: saved_again(signed()),
    "the approved file saved again": lambda: saved_again(paper()),
    "one byte": lambda: paper()[:200] + b"!" + paper()[201:],
}


@pytest.mark.parametrize("name", ALTERED)
def test_a_known_file_with_anything_else_done_to_it_is_altered(name: str) -> None:
    finding = judged(ALTERED[name]())
    assert finding.verdict is Verdict.ALTERED
    assert finding.file in Shelf().files
    assert finding.added == ()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"%%EOF" * 1000])
def test_what_has_nothing_known_in_it_is_unknown(content: bytes) -> None:
    assert judged(content) == Finding(Verdict.UNKNOWN, None)


def test_what_is_not_known_reaches_no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    def unwanted(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("portal.reporting.revisions.appended_signatures", unwanted)
    assert judged(forging.also_signed_by(another(), holder("Lain"))).verdict is Verdict.UNKNOWN


def another() -> bytes:
    return render_html("<title>Lain</title><p>1<p style='break-before: page'>2")


def test_only_so_many_ends_of_a_file_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ENDS", 0)
    assert judged(signed()).verdict is Verdict.GENUINE
    assert judged(signed() + b"sisa").verdict is Verdict.UNKNOWN


def test_a_file_keeps_its_identity_when_signed_and_when_saved_again() -> None:
    assert identity(paper()) == identity(signed()) == identity(saved_again(signed()))
    assert identity(paper()) != identity(another())
    assert identity(b"tanpa pengenal") is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"/ID [<4A 6b4>]", "4a6b40"),
        (b"/ID[(Jk@)(Jk@)]", "4a6b40"),
        (rb"/ID [ (\112\k\100) ]", "4a6b40"),
        (rb"/ID [(\(\n\9)]", "280a39"),
    ],
)
def test_an_identity_is_read_however_it_is_written(written: bytes, read: str) -> None:
    assert identity(b"trailer << " + written) == read


def test_every_verdict_has_its_word() -> None:
    assert len({verdict.label for verdict in Verdict}) == len(Verdict)


@FUZZ
@given(st.binary(max_size=2000))
def test_random_bytes_are_never_ours_and_never_an_error(content: bytes) -> None:
    assert judged(content) == Finding(Verdict.UNKNOWN, None)


@FUZZ
@given(st.binary(min_size=1, max_size=2000))
def test_random_bytes_behind_a_known_file_make_it_altered(content: bytes) -> None:
    assert judged(signed() + content).verdict is Verdict.ALTERED


@FUZZ
@given(st.data())
def test_a_file_cut_short_is_never_a_signed_one(data: st.DataObject) -> None:
    length = data.draw(st.integers(0, len(signed()) - 1))
    finding = judged(signed()[:length])
    assert finding.verdict in (Verdict.ALTERED, Verdict.UNKNOWN) or signed()[:length] == paper()


@FUZZ
@given(st.data())
def test_no_single_bit_can_be_changed_unseen(data: st.DataObject) -> None:
    bit = data.draw(st.integers(0, len(twice()) * 8 - 1))
    changed = bytearray(twice())
    changed[bit // 8] ^= 1 << bit % 8
    finding = judged(bytes(changed))
    assert finding.verdict is Verdict.ALTERED or in_signature(bit // 8)
    assert finding.verdict is not Verdict.GENUINE


@FUZZ
@given(st.data())
def test_no_stretch_of_a_later_signature_can_be_replaced_unseen(data: st.DataObject) -> None:
    begin = data.draw(st.integers(len(signed()), len(twice())))
    end = data.draw(st.integers(begin, begin + 300))
    changed = twice()[:begin] + data.draw(st.binary(max_size=300)) + twice()[end:]
    finding = judged(changed)
    assert finding.verdict is Verdict.ALTERED or changed == twice() or in_signature(begin)


def in_signature(at: int) -> bool:
    """Whether a byte belongs to the digits of the later signature itself.

    Their case and the padding behind them may differ, and it is the same signature.
    """
    begin = twice().rindex(b"/Contents <")
    return begin < at < twice().index(b">", begin)
