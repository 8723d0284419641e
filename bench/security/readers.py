"""The portal's readers of strangers' bytes, each as a function that may only be content or refuse.

Whatever else comes out of one is a finding, and so is a file that was taken but should not have
been. `seeds` are good files to begin with.
"""

import gzip
import io
import re
import tempfile
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from PIL import Image

from bench.security.fuzz import spoil
from portal.backup.archive import Altered, unpack
from portal.blueprints.held import Held
from portal.cases.files import Upload
from portal.cases.upload_checks import examine
from portal.identity.person import Identity
from portal.identity.scan import Trace, find_traces, hide
from portal.lapor.rows import read_export
from portal.lapor.sheet import UnreadableFile
from portal.reporting.signature import read_certificates
from portal.reporting.signing_key import open_pkcs12
from portal.sop.text import Refusal
from tests.backup.test_archive import packed, write
from tests.files import pdf, photo
from tests.make_lapor_export import export_lines, write_csv, write_xlsx
from tests.reporting.pki import head_of_office
from tests.reporting.test_verify import judged, signed, twice

_FOLDER = Path(tempfile.mkdtemp())  # in that of the run
_NOW = datetime(2026, 12, 1, tzinfo=UTC)
_NAMES = ("foto.jpg", "foto.png", "surat.pdf")


def csv(content: bytes) -> None:
    (_FOLDER / "ekspor").write_bytes(content)
    with suppress(UnreadableFile):
        read_export(_FOLDER / "ekspor", _NOW)


def workbook(content: bytes) -> None:
    """The file itself is changed by chance, or what is packed in it."""
    rng = Random(content)
    if rng.random() < 0.8:
        content = _repacked(rng, _workbook())
    csv(content)


def _repacked(rng: Random, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        names = old.namelist()
        chosen = rng.choice(names)
        for name in names:
            part = old.read(name)
            new.writestr(name, spoil(rng, part) if name == chosen else part)
    return out.getvalue()


def upload(content: bytes) -> None:
    for name in _NAMES:
        taken = examine(name, content, "")
        if taken.refusal is None:
            _is_harmless(taken)


def _is_harmless(taken: Upload) -> None:
    if taken.name.endswith("pdf"):
        return
    with Image.open(io.BytesIO(taken.content)) as picture:
        picture.load()
        assert not picture.getexif(), "a picture came out with more than its points"


def archive(content: bytes) -> None:
    """The heads of members get the sum that belongs to them, or nothing behind it is reached."""
    fixed = bytearray(content)
    for at in range(0, len(fixed) - 511, 512):
        if fixed[at + 257 : at + 262] == b"ustar":
            fixed[at + 148 : at + 156] = b" " * 8
            fixed[at + 148 : at + 156] = b"%06o\0 " % sum(fixed[at : at + 512])
    with tempfile.TemporaryDirectory(dir=_FOLDER) as folder:
        (Path(folder) / "arsip").write_bytes(gzip.compress(bytes(fixed), 1))
        inside = Path(folder) / "isi"
        inside.mkdir()
        with suppress(Altered):
            unpack(Path(folder) / "arsip", inside)
        assert {path.name for path in Path(folder).iterdir()} == {"arsip", "isi"}


def signature(content: bytes) -> None:
    judged(content)


def key_file(content: bytes) -> None:
    with suppress(Refusal):
        open_pkcs12(content, "rahasia")


def certificates(content: bytes) -> None:
    with suppress(Refusal):
        read_certificates(content)


def held_form(content: bytes) -> None:
    held = Held.unpack(content.decode(errors="replace"))
    if held:
        assert re.match(r"/(?!/)", held.path)
        assert Held.unpack(held.packed) == held


_WHO = Identity(name="Dra. Siti Nur Aini", nik="3520014107850003", phone="081234567890")


def names(content: bytes) -> None:
    text = content.decode(errors="replace")
    for found in find_traces(text, _WHO):
        assert text[found.start : found.end]
    left = find_traces(hide(text, _WHO), _WHO)
    assert not [one for one in left if one.trace in (Trace.NIK, Trace.PHONE)]


READERS = {
    "csv": csv,
    "workbook": workbook,
    "upload": upload,
    "archive": archive,
    "signature": signature,
    "key file": key_file,
    "certificates": certificates,
    "held form": held_form,
    "names": names,
}


def _workbook() -> bytes:
    path = _FOLDER / "baik.xlsx"
    if not path.exists():
        write_xlsx(path, export_lines(5, "2026-10"))
    return path.read_bytes()


def _csv() -> bytes:
    write_csv(_FOLDER / "baik.csv", export_lines(5, "2026-10"))
    return (_FOLDER / "baik.csv").read_bytes()


def _archive() -> bytes:
    contents = {name: name.encode() for name in ("portal.db", "segel.txt", "config.env")}
    return gzip.decompress(packed(write(_FOLDER, contents)))


def seeds(reader: str) -> list[bytes]:
    match reader:
        case "csv":
            return [_csv(), b"Tracking ID;Rating\r\n1;2\r\n"]
        case "workbook":
            return [_workbook()]
        case "upload":
            return [photo(), photo("PNG"), pdf(), pdf(OpenAction="<</S /JavaScript /JS (x)>>")]
        case "archive":
            return [_archive()]
        case "signature":
            return [signed(), twice()]
        case "key file":
            return [head_of_office().p12("rahasia")]
        case "certificates":
            return [head_of_office().der]
        case "held form":
            return [b'{"path": "/meja", "fields": [["x", "y"]], "file_fields": ["files"]}']
    return [b"Dra. Siti Nur Aini, 0812-3456-7890, NIK 3520014107850003, a@b.id"]
