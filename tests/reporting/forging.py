"""What somebody may do to a paper after it was approved, with pyHanko's own tools."""

import asyncio
import re
from collections.abc import Callable
from io import BytesIO

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers import PdfSignatureMetadata, PdfTimeStamper, async_sign_pdf
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import DocumentSecurityStore

from portal.reporting.pades import certificates, key_holder
from portal.reporting.signing_key import open_pkcs12
from tests.reporting.pki import PASSPHRASE, Holder

WHOLE_PAGE = (0, 0, 595, 842)


def revised(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """`pdf` and a revision in which `change` was made."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    change(writer)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def also_signed_by(
    pdf: bytes, signer: Holder, box: tuple[int, int, int, int] | None = None
) -> bytes:
    """As another program adds a signature; if it has a box it is seen on page 2."""
    field = SigFieldSpec("Kedua", on_page=1, box=box)
    signing = async_sign_pdf(
        IncrementalPdfFileWriter(BytesIO(pdf)),
        PdfSignatureMetadata(field_name="Kedua", subfilter=SigSeedSubFilter.PADES),
        key_holder(open_pkcs12(signer.p12(), PASSPHRASE)),
        new_field_spec=field,
    )
    return bytes(asyncio.run(signing).getvalue())


def time_stamped(pdf: bytes, stamper: TimeStamper, box: tuple[int, int, int, int] | None) -> bytes:
    """A revision with a document time stamp, whose field may be seen on the first page."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    append_signature_field(writer, SigFieldSpec("Waktu", box=box))
    stamping = PdfTimeStamper(stamper, field_name="Waktu").async_timestamp_pdf(writer, "sha256")
    return bytes(asyncio.run(stamping).getvalue())


def page(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    found: generic.DictionaryObject = writer.find_page_for_modification(0)[0].get_object()
    return found


def other_figures(writer: IncrementalPdfFileWriter) -> None:
    """The page shows something else."""
    content = generic.StreamObject(stream_data=b"q 1 0 0 rg 100 100 200 200 re f Q")
    page(writer)[pdf_name("/Contents")] = writer.add_object(content)
    writer.update_container(page(writer))


def note(writer: IncrementalPdfFileWriter) -> None:
    """A note is stuck on the page."""
    text = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (9, 9, 99, 99))),
            pdf_name("/Contents"): generic.pdf_string("Jumlah pengaduan 7."),
        }
    )
    page(writer)["/Annots"].append(writer.add_object(text))
    writer.update_container(page(writer)["/Annots"])


def note_instead(writer: IncrementalPdfFileWriter) -> None:
    """The note takes the place of an annotation that was there."""
    note(writer)
    annotations = page(writer)["/Annots"]
    page(writer)[pdf_name("/Annots")] = generic.ArrayObject([annotations.raw_get(-1)])


def empty_field(writer: IncrementalPdfFileWriter) -> None:
    """A signature field that covers the page, and that nobody signed."""
    append_signature_field(writer, SigFieldSpec("Kosong", box=WHOLE_PAGE))


def parts_as_objects(writer: IncrementalPdfFileWriter) -> None:
    """Parts of the catalog and of a page become objects of their own, as PDFBox does."""
    intents = generic.ArrayObject(map(writer.add_object, writer.root["/OutputIntents"]))
    writer.root[pdf_name("/OutputIntents")] = writer.add_object(intents)
    page(writer)[pdf_name("/MediaBox")] = writer.add_object(page(writer)["/MediaBox"])
    writer.update_root()
    writer.update_container(page(writer))


def other_parts_as_objects(writer: IncrementalPdfFileWriter) -> None:
    """As above, but the page is another size."""
    parts_as_objects(writer)
    page(writer)["/MediaBox"][2] = generic.NumberObject(400)


def fields_removed(writer: IncrementalPdfFileWriter) -> None:
    """The form forgets its signatures."""
    writer.root["/AcroForm"][pdf_name("/Fields")] = generic.ArrayObject()
    writer.update_container(writer.root["/AcroForm"])


def action_on_field(writer: IncrementalPdfFileWriter) -> None:
    """A signature field that does something when clicked."""
    signed_field(writer, {pdf_name("/A"): generic.DictionaryObject()})


def field_within_field(writer: IncrementalPdfFileWriter) -> None:
    """A signature field with another field in it."""
    kid = generic.DictionaryObject({pdf_name("/T"): generic.pdf_string("Anak")})
    kids = generic.ArrayObject([writer.add_object(kid)])
    signed_field(writer, {pdf_name("/Kids"): kids})


def signed_field(writer: IncrementalPdfFileWriter, more: dict[generic.NameObject, object]) -> None:
    field = generic.DictionaryObject(
        {
            pdf_name("/FT"): pdf_name("/Sig"),
            pdf_name("/T"): generic.pdf_string("Palsu"),
            pdf_name("/V"): writer.add_object(generic.DictionaryObject()),
            **more,
        }
    )
    form_with(writer, {pdf_name("/Fields"): generic.ArrayObject([writer.add_object(field)])})


def text_field(writer: IncrementalPdfFileWriter) -> None:
    """A form comes along in which one may write."""
    form_with(writer, {})
    entry = generic.DictionaryObject(
        {pdf_name("/FT"): pdf_name("/Tx"), pdf_name("/T"): generic.pdf_string("Jumlah")}
    )
    writer.root["/AcroForm"]["/Fields"].append(writer.add_object(entry))


def xfa_form(writer: IncrementalPdfFileWriter) -> None:
    """A form comes along that some readers show instead of the pages."""
    packet = writer.add_object(generic.StreamObject(stream_data=b"<xdp/>"))
    form_with(writer, {pdf_name("/XFA"): packet})


def form_with(writer: IncrementalPdfFileWriter, more: dict[generic.NameObject, object]) -> None:
    form = generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject(), **more})
    writer.root[pdf_name("/AcroForm")] = form
    writer.update_root()


def with_validation_data(pdf: bytes, *holders: Holder) -> bytes:
    """A revision that stores certificates for those who will check later."""
    output = BytesIO(pdf)
    DocumentSecurityStore.add_dss(output, None, certs=certificates([one.der for one in holders]))
    return output.getvalue()


def written_by_hand(pdf: bytes, trailer: bytes, objects: dict[int, bytes | None]) -> bytes:
    """`pdf` and a revision with a classic table of `objects` (None: freed)."""
    previous = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    body, table = bytearray(pdf), b"xref\n"
    for number, content in objects.items():
        entry = b"%010d 00001 f " % 0 if content is None else b"%010d 00000 n " % len(body)
        table += b"%d 1\n%s\n" % (number, entry)
        body += b"" if content is None else b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    body += table + b"trailer\n<< /Size 90 /Prev %d %s >>\n" % (previous, trailer)
    return bytes(body) + b"startxref\n%d\n%%%%EOF\n" % start


def without_past(pdf: bytes) -> bytes:
    """The last cross-reference section no longer knows of the ones before it."""
    head, mark, tail = pdf.rpartition(b"/Prev ")
    assert mark
    return head + b"/Past " + tail


def replaced_by(pdf: bytes, other: bytes) -> bytes:
    """Another PDF behind `pdf`, its cross-references moved: readers show the other one only."""
    output = BytesIO()
    with pikepdf.open(BytesIO(other)) as document:
        document.save(output, object_stream_mode=pikepdf.ObjectStreamMode.disable)

    def moved(match: re.Match[bytes]) -> bytes:
        number = int(match["at"]) + len(pdf)
        return match["before"] + b"%0*d" % (len(match["at"]), number) + match["after"]

    entries = re.sub(rb"(?P<before>\n)(?P<at>\d{10})(?P<after> 00000 n)", moved, output.getvalue())
    return pdf + re.sub(rb"(?P<before>startxref\n)(?P<at>\d+)(?P<after>)", moved, entries)


def last_digit_of_signature_changed(pdf: bytes) -> bytes:
    found = max(re.finditer(rb"/Contents <([0-9A-F]+?)0*>", pdf), key=lambda match: match.start())
    at = found.end(1) - 1
    return pdf[:at] + (b"1" if pdf[at : at + 1] != b"1" else b"2") + pdf[at + 1 :]
