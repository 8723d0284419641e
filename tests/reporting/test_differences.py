"""What a revision may change beside the bytes that are known: nothing that a reader sees."""

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from portal.reporting.differences import Differs, check_revisions
from tests.reporting import forging
from tests.reporting.pki import authority, head_of_office, holder, paper
from tests.reporting.test_signing import signed_by

ROOT = b"/Root 2 0 R"


def check(pdf: bytes, base: bytes) -> None:
    """Does nothing if `pdf` is `base` and signatures; else raises."""
    known = PdfFileReader(BytesIO(base)).xrefs.total_revisions
    check_revisions(PdfFileReader(BytesIO(pdf)), known)


def signed() -> bytes:
    return signed_by(head_of_office()).content


def with_annotations_apart() -> bytes:
    """The paper with the first page's annotations in an object of their own."""
    output = BytesIO()
    with pikepdf.open(BytesIO(paper())) as document:
        page = document.pages[0]
        page.Annots = document.make_indirect(page.Annots)
        document.save(output)
    return output.getvalue()


def test_a_signature_beside_another_differs_in_nothing() -> None:
    check(signed(), paper())
    check(forging.also_signed_by(signed(), holder("Sekretaris"), box=(9, 9, 99, 99)), signed())
    check(forging.also_signed_by(signed(), holder("Sekretaris"), box=(9, 9, 99, 99)), paper())


def test_parts_may_become_objects_of_their_own_if_they_say_the_same() -> None:
    check(forging.revised(paper(), forging.parts_as_objects), paper())
    with pytest.raises(Differs):
        check(forging.revised(paper(), forging.other_parts_as_objects), paper())


def test_annotations_may_be_kept_apart() -> None:
    base = with_annotations_apart()
    assert base != paper()
    check(forging.also_signed_by(base, head_of_office(), box=(9, 9, 99, 99)), base)
    for change in (forging.note, forging.empty_field):
        with pytest.raises(Differs):
            check(forging.revised(base, change), base)


def test_a_change_that_a_later_revision_takes_back_is_still_a_change() -> None:
    def back(writer: IncrementalPdfFileWriter) -> None:
        contents = PdfFileReader(BytesIO(paper())).root["/Pages"]["/Kids"][0].raw_get("/Contents")
        page = forging.page(writer)
        page["/Contents"] = type(contents)(contents.idnum, contents.generation, writer)
        writer.update_container(page)

    there = forging.revised(paper(), forging.other_figures)
    check(forging.revised(paper(), back), paper())
    with pytest.raises(Differs):
        check(forging.revised(there, back), paper())


@pytest.mark.parametrize(
    "change",
    [
        forging.other_figures,
        forging.note,
        forging.note_instead,
        forging.empty_field,
        forging.text_field,
        forging.xfa_form,
        forging.action_on_field,
        forging.field_within_field,
    ],
)
def test_whatever_is_not_a_signature_differs(
    change: Callable[[IncrementalPdfFileWriter], None],
) -> None:
    with pytest.raises(Differs):
        check(forging.revised(paper(), change), paper())


def test_validation_data_may_be_stored_and_added_to() -> None:
    once = forging.with_validation_data(signed(), authority())
    check(once, signed())
    check(forging.with_validation_data(once, head_of_office()), once)


def test_a_signature_that_was_there_must_stay() -> None:
    with pytest.raises(Differs):
        check(forging.revised(signed(), forging.fields_removed), signed())


@pytest.mark.parametrize(
    ("trailer", "objects"),
    [
        (b"/Root 80 0 R", {80: b"<< /Type /Catalog /Pages 1 0 R >>"}),
        (ROOT + b" /Encrypt 80 0 R", {80: b"<< /Filter /Standard >>"}),
        (ROOT, {6: None}),
        (ROOT, {1: b"<< /Type /Pages /Count 0 /Kids [] >>"}),
        (ROOT, {1: b"[ 1 2 3 ]"}),
        (ROOT, {1: b"7"}),
        (ROOT, {6: b"<< /Length 1 >>\nstream\nq\nendstream"}),
    ],
    ids=["catalog", "encrypted", "freed", "pages", "list", "number", "stream"],
)
def test_an_object_of_the_paper_may_not_become_another(
    trailer: bytes, objects: dict[int, bytes | None]
) -> None:
    with pytest.raises(Differs):
        check(forging.written_by_hand(paper(), trailer, objects), paper())


def test_objects_that_nothing_leads_to_and_new_ones_that_are_freed_show_nothing() -> None:
    check(forging.written_by_hand(paper(), ROOT, {80: b"<< /Bekas true >>", 81: None}), paper())


def test_an_object_written_anew_in_other_words_is_the_same() -> None:
    with pikepdf.open(BytesIO(paper())) as document:
        kids = b" ".join(b"%d 0 R" % page.objgen[0] for page in document.pages)
    same = b"<< /Kids [ %s ] /Count 2.0 /Type /Pages >>" % kids
    check(forging.written_by_hand(paper(), ROOT, {1: same}), paper())
