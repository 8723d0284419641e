"""The two commands: what they say when they cannot go on, and that they do no work twice."""

import base64
import hashlib
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pip
import pytest
from alembic.script import ScriptDirectory
from packaging.requirements import Requirement

from portal.config import HTMX_FILE

ROOT = Path(__file__).resolve().parent.parent
HTMX = b"/* htmx */"


def call(code: str, project: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a line of Python beside the modules in `bin/`, as the commands do."""
    lines = f"import sys; sys.path.insert(0, 'bin'); {code}"
    return run([sys.executable, "-c", lines], project, **env)


def serve(*arguments: str, project: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    return run(["bin/serve", *arguments], project, **env)


def run(command: list[str], project: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=project, env={**os.environ, **env}, capture_output=True, text=True
    )


def is_one_sentence(refused: subprocess.CompletedProcess[str], *words: str) -> bool:
    line = refused.stderr.strip()
    return (
        refused.returncode == 1
        and "\n" not in line
        and line.startswith("bin/serve: ")
        and line.endswith(".")
        and all(word in line for word in words)
    )


@contextmanager
def started(instance: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [ROOT / "bin" / "serve", "--port", str(port)],
        env={**os.environ, "PORTAL_INSTANCE": str(instance)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def worker_of(parent: subprocess.Popen[str]) -> int:
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
    return next(
        int(pid) for pid in children if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )


@contextmanager
def cdn(project: Path, content: bytes) -> Iterator[None]:
    """A CDN that hands out `content`, where the project expects `HTMX`."""
    (project / "cdn").mkdir()
    (project / "cdn" / "htmx.js").write_bytes(content)

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=project / "cdn"))
    threading.Thread(target=server.serve_forever).start()
    integrity = base64.b64encode(hashlib.sha384(HTMX).digest()).decode()
    with (project / "portal" / "config.py").open("a") as config:
        config.write(f'HTMX_CDN = "http://127.0.0.1:{server.server_port}/htmx.js"\n')
        config.write(f'HTMX_INTEGRITY = "sha384-{integrity}"\n')
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def fetch_htmx(project: Path) -> subprocess.CompletedProcess[str]:
    """Without npm, so that the CDN is asked."""
    return call(
        "import _scripts, _setup; _setup.ensure_writable_instance(); _scripts.fetch(_scripts.HTMX)",
        project,
        PATH="",
        PORTAL_INSTANCE=str(project / "instance"),
    )


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the commands alone, and a `.venv` that has pip and nothing of its own."""
    shutil.copytree(ROOT / "bin", tmp_path / "bin")
    (tmp_path / "portal").mkdir()
    shutil.copy(ROOT / "portal" / "config.py", tmp_path / "portal")
    (tmp_path / "requirements-dev.txt").write_text("")
    venv.create(tmp_path / ".venv", symlinks=True)
    [packages] = (tmp_path / ".venv" / "lib").glob("*/site-packages")
    (packages / "pip.pth").write_text(str(Path(pip.__file__).parent.parent))
    return tmp_path


def require(project: Path, pin: str, content: bytes) -> None:
    digest = hashlib.sha256(content).hexdigest()
    (project / "requirements.txt").write_text(f"{pin} --hash=sha256:{digest}\n")


def wheel(folder: Path) -> bytes:
    """The bytes of an empty package `kosong` 1.0 that pip can install from the folder."""
    path = folder / "kosong-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        info = "kosong-1.0.dist-info"
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: kosong\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path.read_bytes()


# What stops a start


def test_a_port_in_use_is_refused_before_anything_else(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        instance = tmp_path / "instance"
        refused = serve("--port", str(port), PORTAL_INSTANCE=str(instance))
    assert is_one_sentence(refused, f"Port {port} sedang dipakai", f"--port {port + 1}")
    assert not instance.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "0"], "Port 0 tidak ada"),
        (["--port", "65536"], "Port 65536 tidak ada"),
        (["--port", "delapan"], "tidak dikenal"),
        (["--hots", "127.0.0.1"], "tidak dikenal"),
        (["--host", "192.0.2.1"], "Alamat 192.0.2.1 bukan alamat komputer ini"),
    ],
)
def test_an_impossible_address_is_refused(arguments: list[str], words: str) -> None:
    assert is_one_sentence(serve(*arguments), words)


def test_an_instance_folder_that_cannot_be_written_is_refused(tmp_path: Path, port: int) -> None:
    (tmp_path / "berkas").touch()
    refused = serve("--port", str(port), PORTAL_INSTANCE=str(tmp_path / "berkas" / "instance"))
    assert is_one_sentence(refused, "tidak dapat ditulisi", "hak tulis")


def test_a_database_from_a_newer_version_is_refused_and_left_as_it_was(
    tmp_path: Path, port: int
) -> None:
    database = tmp_path / "portal.db"
    stored = sqlite3.connect(database)
    stored.executescript(
        "CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('9');"
    )
    stored.close()
    before = database.read_bytes()
    refused = serve("--port", str(port), PORTAL_INSTANCE=str(tmp_path))
    assert is_one_sentence(refused, "versi portal yang lebih baru", "perbarui program")
    assert database.read_bytes() == before


def test_a_damaged_database_is_refused_and_left_as_it_was(tmp_path: Path, port: int) -> None:
    database = tmp_path / "portal.db"
    database.write_bytes(b"\xa5" * 8192)
    refused = serve("--port", str(port), PORTAL_INSTANCE=str(tmp_path))
    assert is_one_sentence(refused, str(database), "rusak", "pulihkan cadangan terakhir")
    assert database.read_bytes() == b"\xa5" * 8192


def test_a_setting_that_means_nothing_is_refused_by_every_way_to_start(
    tmp_path: Path, port: int
) -> None:
    env = {"PORTAL_INSTANCE": str(tmp_path), "HTMX_SOURCE": "lokal"}
    sentence = "Setelan HTMX_SOURCE “lokal” tidak dikenal; isi dengan cdn atau local."
    assert is_one_sentence(serve("--port", str(port), **env), sentence)
    command = run([sys.executable, "-m", "flask", "--app", "wsgi", "tick"], ROOT, **env)
    assert (command.returncode, command.stderr.strip()) == (1, sentence)


def test_without_network_the_packages_are_asked_for_in_a_sentence(project: Path, port: int) -> None:
    require(project, "kosong==1.0", b"")
    refused = serve(
        "--port",
        str(port),
        project=project,
        PIP_CONFIG_FILE=os.devnull,
        PIP_FIND_LINKS="",
        PIP_INDEX_URL="http://127.0.0.1:9/",
    )
    assert is_one_sentence(refused, "tidak ada sambungan internet")


def test_a_package_that_differs_from_its_pin_is_refused(project: Path, port: int) -> None:
    require(project, "kosong==1.0", wheel(project) + b"tampered")
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(project)}
    refused = serve("--port", str(port), project=project, **offline)
    assert is_one_sentence(refused, "tidak sama dengan yang dicatat", "ditolak")


def test_a_download_of_htmx_that_is_not_the_pinned_file_is_refused(project: Path) -> None:
    with cdn(project, b"something else"):
        refused = fetch_htmx(project)
    assert "Stop: htmx" in refused.stderr
    assert not (project / "instance" / "htmx").exists()


# What is done, and done once


def test_packages_are_installed_once_for_each_state_of_their_pins(project: Path) -> None:
    require(project, "kosong==1.0", wheel(project))
    code = "import _setup; _setup.ensure_writable_instance(); _setup.install('requirements.txt')"
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(project)}
    first, second = (call(code, project, **offline).stdout for _ in range(2))
    with (project / "requirements.txt").open("a") as pins:
        pins.write("# another state\n")
    third = call(code, project, **offline).stdout
    assert "Memasang" in first
    assert second == ""
    assert "Memasang" in third


def test_a_damaged_copy_of_htmx_is_fetched_anew_and_a_good_one_is_kept(project: Path) -> None:
    local = project / "instance" / "htmx" / HTMX_FILE
    local.parent.mkdir(parents=True)
    local.write_bytes(b"damaged")
    with cdn(project, HTMX):
        fetch_htmx(project)
    assert local.read_bytes() == HTMX
    assert fetch_htmx(project).stdout == ""


def test_a_first_start_gives_the_link_and_a_second_one_has_nothing_to_do(
    tmp_path: Path, port: int
) -> None:
    with started(tmp_path, port) as first:
        link = next(line for line in first.stdout if "http" in line and "siap" not in line)
        with urllib.request.urlopen(link.strip()) as page:
            assert page.status == 200
        first.terminate()
        assert first.stdout.read().strip() == "Portal dihentikan."
    assert first.returncode == 0
    with started(tmp_path, port) as second:
        assert re.fullmatch(r"Portal siap di http://127.0.0.1:\d+ .*\n", second.stdout.readline())
        os.kill(worker_of(second), signal.SIGKILL)
        assert "Pekerja latar belakang berhenti sendiri" in second.stderr.read()
    assert second.returncode == 1
    assert (tmp_path / "setup.log").read_text() == ""
    with socket.create_server(("127.0.0.1", port)):
        pass  # the web server went down with the worker


def test_the_look_at_the_migrations_agrees_with_alembic() -> None:
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    revisions = {script.revision for script in scripts.walk_revisions()}
    seen = call("import _database; print(*map(sorted, _database._revisions()))").stdout
    assert seen.strip() == f"{sorted(revisions)} {sorted(scripts.get_heads())}"


# The pins


def test_the_development_pins_hold_every_runtime_pin() -> None:
    runtime, development = (
        set(re.findall(r"^[a-z][^ ]+==[^ ]+", (ROOT / name).read_text(), re.MULTILINE))
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert runtime
    assert runtime <= development


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_package_wanted_with_extras_is_pinned_with_them(name: str) -> None:
    """Else pip, under --require-hashes, stops on the day when that package has a newer release."""
    pins = re.findall(r"^([\w.-]+)((?:\[[\w,]+\])?)==", (ROOT / name).read_text(), re.MULTILINE)
    pinned = {package.lower(): extras.strip("[]").split(",") for package, extras in pins}
    for package in pinned:
        try:
            wanted = map(Requirement, requires(package) or [])
        except PackageNotFoundError:  # pinned for other machines
            continue
        for one in wanted:
            needed = one.extras if one.marker is None or one.marker.evaluate({"extra": ""}) else ()
            lacking = set(needed) - set(pinned.get(one.name.lower(), needed))
            assert not lacking, f"{package} wants {one}"


def test_the_pins_name_no_host() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert "://" not in (ROOT / name).read_text()


# The browser


def without_browser(code: str, **env: str) -> subprocess.CompletedProcess[str]:
    nowhere = "_test.BROWSERS = (); _test.setup.apt_install = lambda *names: False"
    return call(f"import _test; {nowhere}; {code}", **env)


def test_continuous_integration_fails_without_a_browser() -> None:
    refused = without_browser("_test.ensure_browser()", CI="true")
    assert refused.returncode == 1
    assert "Stop: Uji peramban memerlukan Chromium" in refused.stderr


def test_elsewhere_a_missing_browser_is_told_with_the_command_that_brings_it() -> None:
    told = without_browser("print(_test.ensure_browser())", CI="")
    assert told.stdout.splitlines()[-1] == "None"
    assert "apt-get install chromium" in told.stdout
