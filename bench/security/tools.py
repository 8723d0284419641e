"""The attackers' programs, each lock file in an environment of its own: they need other versions of
what the portal stands on. Made at the first run, again when the file has changed.
"""

import fcntl
import hashlib
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent  # said anew: what imports the portal cannot be told what it ran


def environment(name: str) -> Path:
    """The folder of the environment that holds the pins of `NAME.txt`, checked by their hashes."""
    lock = HERE / f"{name}.txt"
    folder = ROOT / "instance" / "security" / name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{name}.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # readers are fuzzed two at once
        _make(folder, lock)
    return folder


def _make(folder: Path, lock: Path) -> None:
    digest, made = hashlib.sha256(lock.read_bytes()).hexdigest(), folder / "installed"
    if not made.exists() or made.read_text() != digest:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip = [folder / "bin" / "pip", "--quiet", "--disable-pip-version-check", "install"]
        subprocess.run([*pip, "--require-hashes", "-r", lock], check=True)
        made.write_text(digest)


def program(name: str, command: str) -> str:
    return str(environment(name) / "bin" / command)


def packages(name: str) -> str:
    """Where an environment's packages lie, for a program that also needs the portal's."""
    return str(next(environment(name).glob("lib/python*/site-packages")))
