"""Fetches the pinned htmx into the instance folder, from npm or the CDN, and checks it."""

import base64
import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
import urllib.request
from pathlib import Path

from _setup import INSTANCE, Stop, apt_install, config, say

LOCAL = INSTANCE / "htmx" / f"htmx-{config.HTMX_VERSION}.min.js"
IN_PACKAGE = "package/dist/htmx.min.js"
SECONDS = 60


def fetch_htmx() -> None:
    """Make `LOCAL` the file that `HTMX_INTEGRITY` stands for; `Stop` if nobody hands it out."""
    if LOCAL.exists() and _is_genuine(LOCAL.read_bytes()):
        return
    say(f"Mengambil htmx {config.HTMX_VERSION} ...")
    for source in (_from_npm, _from_cdn, _from_installed_npm):
        content = source()
        if content and _is_genuine(content):
            return _store(content)
    raise Stop(
        f"htmx {config.HTMX_VERSION} tidak dapat diunduh; sambungkan komputer ini ke internet lalu "
        f"jalankan lagi, atau salin dist/htmx.min.js dari paket itu ke {LOCAL}."
    )


def _is_genuine(content: bytes) -> bool:
    digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
    return f"sha384-{digest}" == str(config.HTMX_INTEGRITY)


def _from_npm() -> bytes | None:
    npm = shutil.which("npm")
    if not npm:
        return None
    package = f"htmx.org@{config.HTMX_VERSION}"
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run(
                [npm, "pack", package, "--silent", "--fetch-retries=1"],
                cwd=folder,
                check=True,
                capture_output=True,
                timeout=SECONDS,
            )
            with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
                member = archive.extractfile(IN_PACKAGE)
                return member.read() if member else None
        except (subprocess.SubprocessError, tarfile.TarError, OSError, KeyError, StopIteration):
            return None


def _from_cdn() -> bytes | None:
    try:
        with urllib.request.urlopen(config.HTMX_CDN, timeout=SECONDS) as answer:  # noqa: S310
            return bytes(answer.read())
    except OSError:
        return None


def _from_installed_npm() -> bytes | None:
    """The last resort, for it brings much with it: npm from the system's packages."""
    return _from_npm() if not shutil.which("npm") and apt_install("npm") else None


def _store(content: bytes) -> None:
    """Whole or not at all: pages may already be asking for it."""
    LOCAL.parent.mkdir(exist_ok=True)
    part = LOCAL.with_suffix(".part")
    part.write_bytes(content)
    os.replace(part, LOCAL)
