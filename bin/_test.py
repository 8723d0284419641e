"""Makes the tools of development ready, then runs every check, or pytest with the arguments."""

import os
import shutil
import subprocess

import _setup as setup
from _scripts import HTMX, Script, fetch
from _setup import INSTANCE, PYTHON, ROOT, Stop, say

# Debian package -> the program by which the tests look into PDFs.
PDF_TOOLS = {"poppler-utils": "pdffonts", "qpdf": "qpdf", "zbar-tools": "zbarimg"}
# What looks at pages as those who hear, or only touch, them need it.
AXE = Script(
    "axe-core",
    "axe-core",
    "4.14.1",
    "axe.min.js",
    "https://cdn.jsdelivr.net/npm/axe-core@4.14.1/axe.min.js",
    "sha384-xt1SFg49QaDwsyt0Xfs2XAyBtYPClXl3X2q5OOLeGAUmq9jZTYIMdztpF99WdhiH",
    INSTANCE / "axe-core" / "axe-core-4.14.1.min.js",
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
CHECKS = {
    "ruff check": ("ruff", "check", "."),
    "ruff format": ("ruff", "format", "--check", "."),
    "mypy": ("mypy",),
    "bandit": ("bench.security", "bandit"),
}
# As many tests at once as there are cores; a file's tests stay together, with what they share,
# and the files stand in the order in which they are to begin (tests/browser/conftest.py).
AT_ONCE = ("--numprocesses=auto", "--dist=loadfile", "--no-loadscope-reorder")
# Databases that live for one test need not survive a power cut.
MEMORY = "/dev/shm"  # noqa: S108 - pytest makes a folder of its own there
# Least branch coverage, in per cent, of the rooms that hold the rules.
COVERAGE = {"portal/sop": 100, "portal/cases": 95, "portal/reporting": 95}


def main(arguments: list[str]) -> int:
    setup.ensure_writable_instance()
    with setup.one_at_a_time():
        setup.ensure_packages()
        setup.install("requirements-dev.txt")
        setup.compile_translations()
        fetch(HTMX)
        fetch(AXE)
        browser = ensure_browser()
    if browser:
        os.environ["PORTAL_CHROMIUM"] = browser
    if os.access(MEMORY, os.W_OK):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", MEMORY)
    if arguments:
        return module("pytest", *arguments)
    return check_everything(with_browser=browser is not None)


def ensure_browser() -> str | None:
    """The Chromium for the browser tests; none is allowed only where nobody relies on the tests."""
    if (missing := _missing_packages()) and setup.apt_install(*missing):
        missing = _missing_packages()
    if not missing:
        return _find_browser()
    advice = f"Uji peramban memerlukan Chromium; jalankan sekali `{setup.apt_command(*missing)}`."
    if os.environ.get("CI") == "true":
        raise Stop(advice)
    say(advice)
    return None


def _missing_packages() -> list[str]:
    missing = [package for package, tool in PDF_TOOLS.items() if not shutil.which(tool)]
    if not setup.loads("libatomic.so.1"):  # for Playwright's driver
        missing.append("libatomic1")
    return missing if _find_browser() else [*missing, "chromium"]


def _find_browser() -> str | None:
    """The first that starts: Ubuntu's chromium-browser may be a mere pointer to a snap."""
    for path in filter(None, map(shutil.which, BROWSERS)):
        if subprocess.run([path, "--version"], capture_output=True).returncode == 0:
            return path
    return None


def module(name: str, *arguments: str) -> int:
    return subprocess.run([PYTHON, "-m", name, *arguments], cwd=ROOT).returncode


def check_everything(*, with_browser: bool) -> int:
    """Run all the checks, also after one has failed, and sum them up in the last lines."""
    results = {name: module(*command) for name, command in CHECKS.items()}
    chosen = () if with_browser else ("-m", "not browser")
    measured = (f"--cov={room}" for room in COVERAGE)
    results["pytest"] = module("pytest", *AT_ONCE, *measured, "--cov-report=", *chosen)
    for room, least in COVERAGE.items():
        gate = (
            "report",
            f"--include={room}/*",
            f"--fail-under={least}",
            "--show-missing",
            "--skip-covered",
        )
        results[f"cakupan {room} {least} %"] = module("coverage", *gate)
    say("")
    for name, code in results.items():
        say(f"{'GAGAL' if code else 'lulus'}  {name}")
    if not with_browser:
        say("tidak dijalankan: uji peramban (tidak ada Chromium)")
    return int(any(results.values()))


if __name__ == "__main__":
    setup.exit_with(main, "bin/test")
