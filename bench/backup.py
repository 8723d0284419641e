"""What a backup costs: seconds, bytes and memory, of a small office and with twice its files.

    python -m bench.backup [--complaints 2000] [--megabytes 200]

Complaints by import, files of bytes that no level makes smaller (as PDF and JPEG are); a backup and
a restore of each in a process of its own. Prints a table and JSON; exit code 1 when a target is
missed: memory must not grow with the files.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyrage

from bench.data import ROOT, fill, make_instance, open_instance
from portal.cases.files import store

MEGABYTE = 1_000_000
# The most that each may be. `growth` is memory with twice the files against memory with them.
TARGETS = {"growth": 1.1, "bytes_to_files": 1.2}
# A command of the portal; the last line printed is the peak of its process in kilobytes.
_RUN = """
import runpy, sys
sys.argv = ["flask", "--app", "wsgi", *sys.argv[1:]]
try:
    runpy.run_module("flask", run_name="__main__")
except SystemExit as end:
    status = open("/proc/self/status").read()
    print(int(status.partition("VmHWM:")[2].split()[0]))
    raise
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.backup")
    parser.add_argument("--complaints", type=int, default=2000)
    parser.add_argument("--megabytes", type=int, default=200)
    chosen = parser.parse_args()
    with TemporaryDirectory() as name:
        rows = measure(Path(name), chosen.complaints, chosen.megabytes)
    figures: dict[str, Any] = {"rows": rows}
    for what in ("backup", "restore"):
        figures[f"{what}_growth"] = round(rows[1][f"{what}_mb"] / rows[0][f"{what}_mb"], 2)
    figures["bytes_to_files"] = round(rows[1]["size_mb"] / rows[1]["data_mb"], 2)
    figures["ok"] = (
        max(figures["backup_growth"], figures["restore_growth"]) <= TARGETS["growth"]
        and figures["bytes_to_files"] <= TARGETS["bytes_to_files"]
    )
    for row in rows:
        print("  ".join(f"{name} {value}" for name, value in row.items()))
    print(json.dumps(figures))
    return 0 if figures["ok"] else 1


def measure(folder: Path, complaints: int, megabytes: int) -> list[dict[str, float]]:
    """What it takes with `megabytes` of files, and with twice that."""
    instance, backups = folder / "instance", folder / "cadangan"
    make_instance(instance)
    backups.mkdir()
    identity = pyrage.x25519.Identity.generate()
    (folder / "kunci").write_text(f"{identity}\n")
    with open_instance(instance) as session:
        fill(session, instance, complaints, open_share=0.3)
    (instance / "export.csv").unlink(missing_ok=True)
    rows = []
    for _ in range(2):
        for _ in range(megabytes):
            store(instance / "files", os.urandom(MEGABYTE))
        backup = _timed(instance, str(identity.to_public()), "backup", backups)
        (file,) = backups.glob("portal-*")
        new = folder / f"baru-{megabytes}-{len(rows)}"
        new.mkdir()
        restore = _timed(new, "", "restore", file, "--key", folder / "kunci")
        data = sum(path.stat().st_size for path in instance.rglob("*") if path.is_file())
        rows.append(
            {
                "data_mb": round(data / MEGABYTE, 1),
                "size_mb": round(file.stat().st_size / MEGABYTE, 1),
                "backup_seconds": backup[0],
                "backup_mb": backup[1],
                "restore_seconds": restore[0],
                "restore_mb": restore[1],
            }
        )
        file.unlink()
    return rows


def _timed(instance: Path, recipient: str, *arguments: str | Path) -> tuple[float, float]:
    """Seconds of a command, its start included, and the peak of its memory in megabytes."""
    environment = os.environ | {"PORTAL_INSTANCE": str(instance)}
    if recipient:
        environment["PORTAL_BACKUP_RECIPIENT"] = recipient
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    seconds = round(time.perf_counter() - started, 2)
    return seconds, round(int(done.stdout.split()[-1]) / 1024, 1)


if __name__ == "__main__":
    sys.exit(main())
