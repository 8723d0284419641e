"""A program: an .xlsx on standard input, the text of its cells as lines of JSON on standard output.

It runs in a process of its own, with memory and time limited, because a workbook of a few kilobytes
can make any reader ask for hundreds of gigabytes (a cell at XFD1048576 is enough), and such a
request ends the whole process. It therefore imports nothing of the portal.

A line is `[sheet, first, rows]`: the number of the sheet, the number of the first of these rows in
it, and the rows, each a list of text from column A on. The line `{"refused": code}` is the last.
A workbook that cannot be read ends the program with an error.
"""

import gc
import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, time
from itertools import islice

from python_calamine import CalamineWorkbook

MEMORY = 1024**3
CPU_SECONDS = 60
ROWS_A_LINE = 500
MAX_ENTRIES = 500
MAX_RATIO = 100
MAX_UNPACKED = 150 * 1024**2
MAX_TEXT = 50 * 1024**2
SMALL = 1024**2  # what any archive may unpack to, however well it is packed

NOT_A_WORKBOOK = "not_a_workbook"
LOCKED = "locked"
TOO_MUCH = "too_much"


class Refused(Exception):
    """A workbook that is not opened; the only argument is one of the codes above."""


def lines(data: bytes) -> Iterator[str]:
    """The lines for the workbook `data`; raises `Refused`, or whatever a damaged file provokes."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        _check(archive.infolist(), packed_size=len(data))
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        for number, name in enumerate(book.sheet_names):
            rows, first = book.get_sheet_by_name(name).iter_rows(), 1
            while some := [_texts(row) for row in islice(rows, ROWS_A_LINE)]:
                yield json.dumps([number, first, some], ensure_ascii=False) + "\n"
                first += len(some)


def _check(entries: list[zipfile.ZipInfo], packed_size: int) -> None:
    """What the entries declare to unpack to; calamine stops at one that holds more."""
    allowance = min(MAX_UNPACKED, SMALL + MAX_RATIO * packed_size)
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > allowance:
        raise Refused(TOO_MUCH)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Refused(LOCKED)
    if "xl/workbook.xml" not in {entry.filename for entry in entries}:
        raise Refused(NOT_A_WORKBOOK)


def _texts(row: Iterable[object]) -> list[str]:
    return [cell if type(cell) is str else _text(cell) for cell in row]


def _text(cell: object) -> str:
    """A number, date or time as a person would type it; dates in ISO 8601."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))  # xlsx knows no integers: 9355010 comes as 9355010.0
    if isinstance(cell, time):
        return cell.isoformat("seconds")
    if isinstance(cell, date):  # and datetime
        return cell.isoformat()
    return str(cell)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.disable()  # too little is thrown away here to be worth looking for
    room = MAX_TEXT
    try:
        for line in lines(sys.stdin.buffer.read()):
            room -= len(line)
            if room < 0:
                raise Refused(TOO_MUCH)
            sys.stdout.buffer.write(line.encode())
            sys.stdout.buffer.flush()
    except Refused as refused:
        sys.stdout.buffer.write(json.dumps({"refused": refused.args[0]}).encode() + b"\n")


if __name__ == "__main__":
    main()
