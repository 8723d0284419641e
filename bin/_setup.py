"""What both commands make ready, each thing once: `.venv`, system packages, translations.

Standard library only, for it runs before anything is installed. Whatever cannot be had becomes
`Stop`: one sentence that tells the person at the terminal what to do. What the tools behind it
write goes to `setup.log` in the instance folder.
"""

import ctypes
import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
INSTALLED = VENV / "installed"
VENV_PACKAGE = f"python3.{sys.version_info.minor}-venv"

# Debian package -> the library that shows it is there. WeasyPrint prints with the first two; the
# third makes it a third faster.
LIBRARIES = {
    "libpango-1.0-0": "libpango-1.0.so.0",
    "libpangoft2-1.0-0": "libpangoft2-1.0.so.0",
    "libharfbuzz-subset0": "libharfbuzz-subset.so.0",
}
FONTS = Path("/usr/share/fonts")
NO_NETWORK = re.compile(
    r"NameResolution|NewConnection|Max retries exceeded|Network is unreachable|ProxyError"
    r"|Connect(ion)? ?[Tt]ime(d )?out|Read timed out|Connection (refused|reset)"
)


class Stop(Exception):
    """Set-up cannot go on; the message is one Indonesian sentence that says what to do."""


class CommandFailed(Exception):
    """A tool exited with an error; the message is all that it wrote."""


def _load(name: str, path: Path) -> ModuleType:
    """A module by its path: importing `portal.config` would import Flask with `portal`."""
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


config = _load("config", ROOT / "portal" / "config.py")
INSTANCE: Path = config.instance_path()
LOG = INSTANCE / "setup.log"


def say(text: str) -> None:
    print(text, flush=True)


def exit_with(main: Callable[[list[str]], int], command: str) -> None:
    """Run `main` on the arguments; what stops it is told in a sentence, and the code is 1."""
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as stop:
        sys.exit(f"{command}: {stop}")
    except OSError as error:
        sys.exit(
            f"{command}: {error.filename or 'Berkas'} tidak dapat dipakai ({error.strerror}); "
            "periksa hak akses dan sisa ruang penyimpanan, lalu jalankan lagi."
        )
    except KeyboardInterrupt:
        sys.exit(130)


def run(*command: str | Path, env: Mapping[str, str] | None = None) -> str:
    """What the command wrote, kept in the log too. Raises `CommandFailed`."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(map(str, command))}\n{done.stdout}\n")
    if done.returncode:
        raise CommandFailed(done.stdout)
    return done.stdout


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the project's folder, so that two starts at once do not install over each other."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def ensure_writable_instance() -> None:
    """Make the instance folder and see that it and the files in it can be written; a new log."""
    advice = "beri pengguna yang menjalankan portal hak tulis di sana, lalu jalankan lagi"
    try:
        INSTANCE.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=INSTANCE).close()
        LOG.write_text("", encoding="utf-8")
    except OSError:
        raise Stop(f"Folder instance {INSTANCE} tidak dapat ditulisi; {advice}.") from None
    for path in INSTANCE.iterdir():
        if not os.access(path, os.W_OK):
            raise Stop(f"Berkas {path} tidak dapat ditulisi; {advice}.")


def install(requirements: str, *supersets: str) -> None:
    """Make `.venv` hold the pins of a requirements file, checked by their hashes.

    Nothing is done when `.venv` was last filled from this file, or from one of `supersets`,
    as it is now.
    """
    digests = [
        hashlib.sha256((ROOT / name).read_bytes()).hexdigest()
        for name in (requirements, *supersets)
    ]
    if _venv_works() and INSTALLED.exists() and INSTALLED.read_text() in digests:
        return
    say(f"Memasang pustaka Python dari {requirements}; sekali saja, sekitar setengah menit ...")
    INSTALLED.unlink(missing_ok=True)
    _ensure_venv()
    pip = (PYTHON, "-m", "pip", "--no-input", "--retries=2", "--disable-pip-version-check")
    try:
        run(*pip, "install", "--require-hashes", "-r", requirements)
    except CommandFailed as failed:
        raise Stop(_why_pip_failed(str(failed))) from None
    INSTALLED.write_text(digests[0])


def _why_pip_failed(output: str) -> str:
    if "DO NOT MATCH THE HASHES" in output:
        return (
            "Berkas pustaka yang diunduh tidak sama dengan yang dicatat proyek ini dan ditolak; "
            f"periksa sambungan atau proksi internet, lalu jalankan lagi (rincian: {LOG})."
        )
    if NO_NETWORK.search(output):
        return (
            "Pustaka Python belum dapat diunduh karena tidak ada sambungan internet; "
            "sambungkan komputer ini ke internet, lalu jalankan lagi."
        )
    return f"Pustaka Python tidak dapat dipasang; baca sebabnya di {LOG}, lalu jalankan lagi."


def _ensure_venv() -> None:
    """Make `.venv` unless it works; one made for a Python that is gone does not."""
    if _venv_works():
        return
    try:
        run(sys.executable, "-m", "venv", "--clear", VENV)
    except CommandFailed:
        raise Stop(f"Folder {VENV} tidak dapat dibuat; baca sebabnya di {LOG}.") from None


def _venv_works() -> bool:
    if not PYTHON.exists():
        return False
    return subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode == 0


def ensure_packages() -> None:
    """See to the system's packages: as root install what is missing, else tell the one command.

    `Stop` if no virtual environment can be made; without the others all but the PDFs works.
    """
    if (missing := _missing_packages()) and apt_install(*missing):
        missing = _missing_packages()
    if VENV_PACKAGE in missing:
        raise Stop(f"Jalankan sekali `{apt_command(*missing)}`, lalu jalankan lagi perintah ini.")
    if missing:
        say(f"Untuk mencetak PDF jalankan sekali `{apt_command(*missing)}`.")


def _missing_packages() -> list[str]:
    importlib.invalidate_caches()
    missing = [package for package, library in LIBRARIES.items() if not loads(library)]
    if not any(FONTS.glob("*/*/LiberationSans-Regular.ttf")):
        missing.append("fonts-liberation")
    if importlib.util.find_spec("ensurepip") is None and not _venv_works():
        missing.append(VENV_PACKAGE)
    return missing


def loads(library: str) -> bool:
    """Whether the system has a shared library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def apt_command(*packages: str) -> str:
    return f"sudo apt-get install {' '.join(packages)}"


def apt_install(*packages: str) -> bool:
    """Install Debian packages if we may. Returns whether that was tried."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say(f"Memasang paket sistem {' '.join(packages)} ...")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ("apt-get", "-y", "-o", "DPkg::Lock::Timeout=60", "--no-install-recommends")
    with suppress(CommandFailed):
        run(*apt, "update", env=env)
    try:
        run(*apt, "install", *packages, env=env)
    except CommandFailed:
        # A name that this release does not know must not keep the others away.
        for package in packages:
            with suppress(CommandFailed):
                run(*apt, "install", package, env=env)
    return True


def compile_translations() -> None:
    """Compile the catalogues that are newer than their compiled form."""
    catalogues = ROOT.glob("translations/*/LC_MESSAGES/*.po")
    if all(_is_compiled(catalogue) for catalogue in catalogues):
        return
    try:
        run(PYTHON, "-m", "babel.messages.frontend", "compile", "-d", "translations")
    except CommandFailed:
        raise Stop(f"Terjemahan tidak dapat disusun; baca sebabnya di {LOG}.") from None


def _is_compiled(catalogue: Path) -> bool:
    compiled = catalogue.with_suffix(".mo")
    return compiled.exists() and compiled.stat().st_mtime >= catalogue.stat().st_mtime
