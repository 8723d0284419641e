"""How long the import of 10,000 rows takes, as a ratio to the least that any import must do.

    python -m bench.import_lapor [--rows 10000] [--rounds 5]

The least: read the same workbook with calamine and insert its rows into the same columns of the
same table with one executemany, through SQLAlchemy as everything here; nothing is checked, looked
up, dated, chained or noted in a history. Both run in processes of their own, turn by turn, and the
best of each counts, so that a busy machine favours neither. Prints a table and JSON; exit code 1
when the ratio or the peak memory is over its target.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.data import FIRST_ROW, ROOT, make_export, make_instance, open_instance
from portal.lapor import workbook

TARGET_RATIO = 3.0
TARGET_MIB = 250


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.import_lapor")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--run", nargs=3, metavar=("WHAT", "EXPORT", "INSTANCE"))
    chosen = parser.parse_args()
    if chosen.run:
        what, export, instance = chosen.run
        print(json.dumps(_measured(what, Path(export), Path(instance))))
        return 0
    with TemporaryDirectory() as name:
        result = measure(Path(name), chosen.rows, chosen.rounds)
    print(_table(result))
    print(json.dumps(result))
    return 0 if result["ok"] else 1


def measure(folder: Path, rows: int, rounds: int) -> dict[str, Any]:
    """The best seconds of each and the import's highest peak, of `rounds` turns in `folder`."""
    export, empty = folder / "export.xlsx", folder / "empty"
    make_export(export, rows)
    make_instance(empty)
    runs: dict[str, list[dict[str, float]]] = {"least": [], "import": []}
    for _ in range(rounds):
        for what, measured in runs.items():
            shutil.copytree(empty, folder / what)
            measured.append(_in_a_process(what, export, folder / what))
            shutil.rmtree(folder / what)
    seconds = {what: min(run["seconds"] for run in measured) for what, measured in runs.items()}
    ratio = seconds["import"] / seconds["least"]
    peak = max(run["peak_mib"] for run in runs["import"])
    return {
        "rows": rows,
        "least_seconds": round(seconds["least"], 3),
        "import_seconds": round(seconds["import"], 3),
        "ratio": round(ratio, 2),
        "peak_mib": round(peak),
        "ok": ratio <= TARGET_RATIO and peak <= TARGET_MIB,
    }


def _in_a_process(what: str, export: Path, instance: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.import_lapor", "--run", what, export, instance]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _measured(what: str, export: Path, instance: Path) -> dict[str, float]:
    """Peak: this process and the one that reads the workbook for it, as if both peaked at once."""
    seconds = {"least": least, "import": whole_import}[what](export, instance)
    own = peak_mib(Path("/proc/self/status").read_text())
    return {"seconds": seconds, "peak_mib": own + _readers_peak(export)}


def _readers_peak(export: Path) -> float:
    """What the program that reads the workbook needs, by its own account: to the one that starts
    it the kernel reports the starter's own peak, if that is higher."""
    with export.open("rb") as file:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _READER, workbook.__file__],
            check=True,
            stdin=file,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
    return peak_mib(done.stderr)


_READER = """
import runpy, sys
runpy.run_path(sys.argv[1], run_name="__main__")
sys.stderr.write(open("/proc/self/status").read())
"""


def peak_mib(status: str) -> float:
    """The peak in what the kernel says of a process, in MiB."""
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def least(export: Path, instance: Path) -> float:
    """Seconds for reading the workbook and inserting its rows, and nothing else."""
    from python_calamine import CalamineWorkbook
    from sqlalchemy import insert

    from portal.models import Complaint, writing

    with open_instance(instance) as session:
        started = time.perf_counter()
        sheet = CalamineWorkbook.from_path(str(export)).get_sheet_by_index(0).to_python()
        rows = [_as_complaint(row) for row in sheet[FIRST_ROW:]]
        with writing(session):
            session.execute(insert(Complaint.__table__), rows)
        return time.perf_counter() - started


def _as_complaint(row: list[Any]) -> dict[str, Any]:
    """The row's cells where they belong; in the other columns what an imported row has there."""
    said = {"title": row[7], "body": row[8], "rating": None}
    return {
        **said,
        "lapor": said,
        "lapor_status": row[15],
        "lapor_reason": row[16],
        "tracking_id": row[0],
        "kind": row[4],
        "category": row[6],
        "source": row[11],
        "lapor_opd": row[14],
        "kecamatan": row[19],
        "kelurahan": row[20],
        "instansi_id": 1,
        "status": "arrived",
        "case_class": "complaint",
        "seq": 1,
        **dict.fromkeys(("arrived_at", "changed_at", "due_at"), _MOMENT),
        **dict.fromkeys(("resume_to", "opd_id", "unit_id", "disposed_at", "wake_at")),
        **dict.fromkeys(_FLAGS, False),
        "sent_back": 0,
    }


_FLAGS = (
    "anonymous",
    "confidential",
    "setwapres",
    "reported",
    "acknowledged",
    "escalated",
    "closed_silently",
)
_MOMENT = datetime(2025, 1, 1, tzinfo=UTC)


def whole_import(export: Path, instance: Path) -> float:
    """Seconds for the import as `flask import-lapor` does it: plan, history and chain included."""
    from portal.cases.import_lapor import import_file
    from portal.cases.rules import load_rules

    with open_instance(instance) as session:
        now = datetime.now(UTC)
        rules = load_rules(session)
        rules.calendar.add_working_days(now, 1)  # loads the days off, once in a worker's life
        started = time.perf_counter()
        plan = import_file(session, export, rules, instance / "files", now, dry_run=False)
        seconds = time.perf_counter() - started
    assert not plan.rejected
    return seconds


def _table(result: dict[str, Any]) -> str:
    return "\n".join(
        (
            f"Impor {result['rows']} baris",
            f"  calamine + executemany  {result['least_seconds']:8.3f} s",
            f"  flask import-lapor      {result['import_seconds']:8.3f} s",
            f"  perbandingan            {result['ratio']:8.2f}    (paling banyak {TARGET_RATIO:g})",
            f"  memori puncak           {result['peak_mib']:8} MiB (paling banyak {TARGET_MIB})",
        )
    )


if __name__ == "__main__":
    sys.exit(main())
