"""Looking into PDFs with Poppler, qpdf and pikepdf."""

import subprocess
from io import BytesIO
from pathlib import Path

import pikepdf


def run(pdf: bytes, folder: Path, *command: str) -> str:
    """What a program says of `pdf`; its path stands in for "FILE"."""
    path = folder / "naskah.pdf"
    path.write_bytes(pdf)
    line = [str(path) if part == "FILE" else part for part in command]
    return subprocess.run(line, check=True, capture_output=True, text=True).stdout


def pages(pdf: bytes, folder: Path) -> list[str]:
    """The text of each page as it is laid out."""
    return run(pdf, folder, "pdftotext", "-layout", "FILE", "-").split("\f")[:-1]


def fonts(pdf: bytes, folder: Path) -> list[tuple[str, bool, bool]]:
    """Each font: its name without the mark of a subset, whether embedded, whether a subset."""
    lines = run(pdf, folder, "pdffonts", "FILE").splitlines()[2:]
    table = [line.split() for line in lines]
    return [(row[0].split("+")[-1], row[-5] == "yes", row[-4] == "yes") for row in table]


def sizes(pdf: bytes) -> set[tuple[int, int]]:
    """Width and height of the pages, in whole millimetres."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return {
            (round(float(page.mediabox[2]) * 25.4 / 72), round(float(page.mediabox[3]) * 25.4 / 72))
            for page in document.pages
        }
