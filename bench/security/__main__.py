"""Attacks on the portal, on the loopback, each bounded; exits 1 on a finding that nothing explains.

    python -m bench.security [bandit|fuzz|schemathesis|sqlmap|wapiti ...] [--seconds 300] [--json]

`--seconds` is for each part. What was found and is no hole stands in `explained.toml`, with why.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from pathlib import Path

from bench.security.fuzz import CHANGED, GUIDED
from bench.security.tools import ROOT

HERE = Path(__file__).parent
CODE = ("portal", "bin", "bench", "migrations", "wsgi.py", "gunicorn.conf.py")
PARTS = ("bandit", "fuzz", "schemathesis", "sqlmap", "wapiti")
Finding = tuple[str, str, str]  # rule, place, words
Told = tuple[dict[str, int], list[Finding]]


def bandit() -> Told:
    command = [sys.executable, "-m", "bandit", "-q", "-r", *CODE, "-f", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    told = json.loads(done.stdout)
    found = [(one["test_id"], one["filename"], one["issue_text"]) for one in told["results"]]
    found += [("unread", one["filename"], one["reason"]) for one in told["errors"]]
    return {"lines": told["metrics"]["_totals"]["loc"], "findings": len(found)}, found


def fuzz(folder: Path, seconds: int) -> Told:
    """Each reader in its share of the time, two at once."""
    readers = (*GUIDED, *CHANGED)
    with ThreadPoolExecutor(2) as pool:
        share = [max(1, seconds * 2 // len(readers))] * len(readers)
        told = [*pool.map(_read, readers, [folder] * len(readers), share)]
    figures = {f"files: {name}": files for name, (files, _) in zip(readers, told, strict=True)}
    found = [
        ("reader", name, words) for name, (_, words) in zip(readers, told, strict=True) if words
    ]
    return {"files": sum(figures.values()), **figures, "findings": len(found)}, found


def _read(reader: str, folder: Path, seconds: int) -> tuple[int, str]:
    """How many files a reader was given, and what it fell over."""
    mine = folder / reader.replace(" ", "-")
    mine.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "bench.security.fuzz", reader, mine, str(seconds)],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(mine)},
        capture_output=True,
        text=True,
        errors="replace",
    )
    said = done.stdout + done.stderr
    files = re.search(r"stat::number_of_executed_units: *(\d+)", said)
    return int(files[1]) if files else 0, said[-3000:] if done.returncode else ""


def scan(part: str, folder: Path, seconds: int) -> Told:
    from bench.processes import make_demo
    from bench.security.scanners import ATTACKS, run
    from bench.security.target import doors

    environment = make_demo(folder / "fresh")
    (folder / "seen").mkdir()
    ways, house = doors(folder / "fresh", folder / "seen")
    outcome = run(ATTACKS[part], house, environment, ways, folder, seconds)
    return {**outcome.figures, "findings": len(outcome.findings)}, outcome.findings


def unexplained(part: str, found: list[Finding]) -> list[Finding]:
    """Those for which `explained.toml` has no entry."""
    known = [
        (one["rule"], one["place"])
        for one in tomllib.loads((HERE / "explained.toml").read_text()).get(part, [])
    ]
    return [
        one
        for one in found
        if not any(one[0] == rule and fnmatch(one[1], place) for rule, place in known)
    ]


def attack(part: str, seconds: int) -> Told:
    if part == "bandit":
        return bandit()
    with tempfile.TemporaryDirectory() as folder:
        if part == "fuzz":
            return fuzz(Path(folder), seconds)
        return scan(part, Path(folder), seconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=PARTS)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    report, failed = {}, False
    for part in chosen.parts:
        figures, found = attack(part, chosen.seconds)
        open_ones = unexplained(part, found)
        explained = Counter(f"explained: {rule}" for rule, *_ in set(found) - set(open_ones))
        report[part] = {**figures, **explained, "unexplained": len(open_ones)}
        failed |= bool(open_ones)
        if not chosen.json:
            print(part)
            print("\n".join(f"  {what:40}{number:10,}" for what, number in report[part].items()))
        for rule, place, words in sorted(set(open_ones)):
            print(f"{part}: {rule} {place}: {words}", file=sys.stderr)
    if chosen.json:
        print(json.dumps(report))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
