"""The virus scanner is asked by its own protocol; one that does not answer lets nothing in."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal.cases.clamd import NoAnswer, find_virus
from portal.cases.upload_checks import examine
from tests.files import pdf

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def judge(content: bytes) -> bytes:
    """What ClamAV says of a stream."""
    return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


@contextmanager
def clamd(judge: Callable[[bytes], bytes], path: str = "") -> Iterator[str]:
    """A daemon that answers one request; its address."""
    listening = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
    listening.bind(path or ("127.0.0.1", 0))
    listening.listen()

    def serve() -> None:
        line, _ = listening.accept()
        with line, line.makefile("rb") as asked:
            assert asked.read(10) == b"zINSTREAM\0"
            content = b""
            while size := int.from_bytes(asked.read(4), "big"):
                content += asked.read(size)
            line.sendall(judge(content))

    serving = threading.Thread(target=serve)
    serving.start()
    try:
        yield path or f"127.0.0.1:{listening.getsockname()[1]}"
    finally:
        serving.join(10)
        listening.close()


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 200_000])
def test_a_clean_file_is_clean_however_many_pieces_it_takes(size: int) -> None:
    with clamd(judge) as address:
        assert find_virus(bytes(size), address) is None


def test_a_virus_is_found_wherever_it_lies_and_named(tmp_path: Path) -> None:
    with clamd(judge, str(tmp_path / "clamd.ctl")) as address:
        assert find_virus(bytes(65_500) + EICAR, address) == "Eicar-Test-Signature"


@pytest.mark.parametrize(
    "answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: x ERROR\0", b"\xff\xff"]
)
def test_any_other_answer_is_none(answer: bytes) -> None:
    with clamd(lambda content: answer) as address, pytest.raises(NoAnswer):
        find_virus(b"isi", address)


def test_a_scanner_that_cannot_be_reached_lets_nothing_in(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for address in (f"127.0.0.1:{port}", str(tmp_path / "tidak-ada")):
        refusal = examine("surat.pdf", pdf(), address).refusal
        assert isinstance(refusal, NoAnswer)
        assert "Pemeriksa virus tidak menyahut" in str(refusal)


def test_a_file_is_scanned_as_it_came_and_refused_with_the_name_of_the_virus() -> None:
    infected = pdf(EICAR)
    with clamd(judge) as address:
        refusal = examine("surat.pdf", infected, address).refusal
    assert "“surat.pdf” ditolak pemeriksa virus (Eicar-Test-Signature)" in str(refusal)
    with clamd(judge) as address:
        assert examine("surat.pdf", pdf(), address).refusal is None
