"""What is looked for inside a file before anything is done with it: it takes its time, and is
therefore done where a request is read, never in a transaction.
"""

import subprocess
import sys
from dataclasses import replace
from threading import Lock

from portal.cases import upload_program
from portal.cases.clamd import find_virus
from portal.cases.files import Upload, check_upload
from portal.sop.text import N_, Refusal

_SECONDS = 60
# A picture may take hundreds of megabytes while it is drawn: of these, one at a time.
_one_at_a_time = Lock()
_DAMAGED = N_("Berkas “%(name)s” rusak dan tidak dapat dibuka. Simpan ulang, lalu unggah lagi.")
_REFUSED = {
    upload_program.LOCKED: N_(
        "PDF “%(name)s” dikunci dengan kata sandi. Unggah yang tidak dikunci."
    ),
    upload_program.ACTIVE: N_(
        "PDF “%(name)s” memuat skrip, lampiran, atau formulir yang bekerja sendiri. Cetak ke PDF "
        "baru, lalu unggah hasilnya."
    ),
    upload_program.TOO_MANY_PIXELS: N_(
        "Gambar “%(name)s” berisi terlalu banyak titik. Perkecil gambarnya."
    ),
}


def examine(name: str, content: bytes, clamd: str) -> Upload:
    """A file as it may be kept, or with the `refusal` that whoever takes uploads raises.

    A picture comes out drawn anew, a PDF byte for byte. `clamd` is the address of a virus scanner,
    "" for none.
    """
    upload = Upload(name, content)
    try:
        media_type = check_upload(upload)
        scan(upload, clamd)
        return replace(upload, content=_cleaned(upload, media_type))
    except Refusal as refusal:
        return replace(upload, refusal=refusal)


def scan(upload: Upload, clamd: str) -> None:
    """Raises Refusal for a file with a virus, and when the scanner does not answer."""
    if clamd and (virus := find_virus(upload.content, clamd)):
        raise Refusal(
            N_("Berkas “%(name)s” ditolak pemeriksa virus (%(virus)s)."),
            name=upload.name,
            virus=virus,
        )


def _cleaned(upload: Upload, media_type: str) -> bytes:
    with _one_at_a_time:
        try:
            program = subprocess.run(  # noqa: S603 - our own program, no argument from outside
                [sys.executable, "-I", upload_program.__file__, media_type],
                input=upload.content,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Refusal(_DAMAGED, name=upload.name) from None
    if program.returncode:
        raise Refusal(_REFUSED.get(program.returncode, _DAMAGED), name=upload.name)
    return upload.content if media_type == "application/pdf" else program.stdout
