"""Files that no one wrote, for each reader of files: a program that reads them until time is up.

    python -m bench.security.fuzz READER FOLDER SECONDS

Readers written in Python are guided by what they ran (atheris). Those of workbooks, pictures and
PDFs are native and run in programs of their own, where nothing guides: good files are changed by
chance. A file that a reader fell over is kept in FOLDER, and the exit code is not 0. What was read
is told as libFuzzer does ("stat::number_of_executed_units: N").
"""

import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from bench.security.tools import packages

GUIDED = ("csv", "archive", "signature", "key file", "certificates", "held form", "names")
CHANGED = ("workbook", "upload")
INSTRUMENTED = ["portal", "pyhanko", "tarfile", "csv"]
MAX_BYTES = 100_000
SECONDS_A_FILE = 20


def main(reader: str, folder: Path, seconds: int) -> None:
    if reader in CHANGED:
        from bench.security import readers

        sys.exit(changed(readers.READERS[reader], readers.seeds(reader), folder, seconds))
    sys.path.append(packages("tools"))  # behind the portal's own packages
    import atheris

    with atheris.instrument_imports(include=INSTRUMENTED):
        from bench.security import readers
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(readers.seeds(reader)):
        (corpus / str(number)).write_bytes(seed)
    options = [f"-max_total_time={seconds}", f"-max_len={MAX_BYTES}", f"-timeout={SECONDS_A_FILE}"]
    options += [f"-artifact_prefix={folder}/", "-print_final_stats=1", "-rss_limit_mb=2048"]
    atheris.Setup([reader, str(corpus), *options], readers.READERS[reader])
    atheris.Fuzz()


def changed(
    read: Callable[[bytes], None], seeds: Sequence[bytes], folder: Path, seconds: int
) -> int:
    """Read good files with changes until time is up; 1 if the reader fell over one."""
    rng, until, files = Random(1), time.monotonic() + seconds, 0
    while time.monotonic() < until:
        content, files = spoil(rng, rng.choice(seeds)), files + 1
        try:
            read(content)
        except Exception:
            traceback.print_exc()
            (folder / f"crash-{files}").write_bytes(content)
            return 1
    print(f"stat::number_of_executed_units: {files}")
    return 0


def spoil(rng: Random, content: bytes) -> bytes:
    """Change, double or take away a few pieces, mostly small ones."""
    spoiled = bytearray(content)
    for _ in range(rng.randint(1, 6)):
        at, length = rng.randrange(len(spoiled) + 1), rng.choice((1, 1, 2, 4, 16, 200))
        piece = bytes(spoiled[at : at + length])
        put = rng.choice((rng.randbytes(length), b"", piece * 2, b"\xff" * length, b"9" * length))
        spoiled[at : at + length] = put
    return bytes(spoiled)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
