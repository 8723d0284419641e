"""Fetches pinned scripts into the instance folder, from npm or a CDN, and checks them."""

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from _setup import INSTANCE, Stop, apt_install, config, say

SECONDS = 60


@dataclass(frozen=True)
class Script:
    """A file of an npm package, and where the instance folder keeps it."""

    name: str
    package: str
    version: str
    inside: str
    cdn: str
    integrity: str
    local: Path


HTMX = Script(
    "htmx",
    "htmx.org",
    config.HTMX_VERSION,
    "dist/htmx.min.js",
    config.HTMX_CDN,
    config.HTMX_INTEGRITY,
    INSTANCE / "htmx" / config.HTMX_FILE,
)


def fetch(script: Script) -> None:
    """Make the local file what its integrity stands for; `Stop` if nobody hands it out."""
    if script.local.exists() and _is_genuine(script, script.local.read_bytes()):
        return
    say(f"Mengambil {script.name} {script.version} ...")
    for source in (_from_npm, _from_cdn, _from_installed_npm):
        content = source(script)
        if content and _is_genuine(script, content):
            return _store(script.local, content)
    raise Stop(
        f"{script.name} {script.version} tidak dapat diunduh; sambungkan komputer ini ke internet "
        f"lalu jalankan lagi, atau salin {script.inside} dari paket itu ke {script.local}."
    )


def _is_genuine(script: Script, content: bytes) -> bool:
    digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
    return f"sha384-{digest}" == script.integrity


def _from_npm(script: Script) -> bytes | None:
    npm = shutil.which("npm")
    if not npm:
        return None
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run(
                [
                    npm,
                    "pack",
                    f"{script.package}@{script.version}",
                    "--silent",
                    "--fetch-retries=1",
                ],
                cwd=folder,
                check=True,
                capture_output=True,
                timeout=SECONDS,
            )
            with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
                member = archive.extractfile(f"package/{script.inside}")
                return member.read() if member else None
        except (subprocess.SubprocessError, tarfile.TarError, OSError, KeyError, StopIteration):
            return None


def _from_cdn(script: Script) -> bytes | None:
    try:
        with urllib.request.urlopen(script.cdn, timeout=SECONDS) as answer:  # noqa: S310
            return bytes(answer.read())
    except OSError:
        return None


def _from_installed_npm(script: Script) -> bytes | None:
    """The last resort, for it brings much with it: npm from the system's packages."""
    return _from_npm(script) if not shutil.which("npm") and apt_install("npm") else None


def _store(local: Path, content: bytes) -> None:
    """Whole or not at all: pages may already be asking for it."""
    local.parent.mkdir(exist_ok=True)
    part = local.with_suffix(".part")
    part.write_bytes(content)
    os.replace(part, local)
