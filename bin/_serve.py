"""Makes everything ready, then runs the web server and the task worker until Ctrl-C or TERM."""

import argparse
import errno
import http.client
import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import NoReturn

import _setup as setup
from _database import upgrade
from _scripts import HTMX, fetch
from _setup import INSTANCE, PYTHON, ROOT, Stop, config, say

FLASK = (PYTHON, "-m", "flask", "--app", "wsgi")
SECONDS_TO_STOP = 15
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - only compared with


# How a command of the portal ends that refuses with a sentence of its own.
REFUSED = 2
USAGE = "bin/serve [--demo] [--host H] [--port N]"


class Arguments(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Stop(f"Perintah ini tidak dikenal; pakailah {USAGE}, dengan N sebuah angka.")


def main(arguments: list[str]) -> int:
    parser = Arguments(usage=USAGE, description="Menjalankan Portal Pengaduan Magetan.")
    parser.add_argument("--demo", action="store_true", help="isi dengan akun dan pengaduan contoh")
    parser.add_argument("--host", default="127.0.0.1", help="alamat (bawaan: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port (bawaan: 8000)")
    chosen = parser.parse_args(arguments)

    ensure_free(chosen.host, chosen.port)
    setup.ensure_writable_instance()
    try:
        settings = config.load_config(INSTANCE)
    except config.BadSetting as bad:
        raise Stop(str(bad)) from None
    env = {**os.environ, "PORTAL_INSTANCE": str(INSTANCE)}
    env.setdefault("PORTAL_URL", address(chosen.host, chosen.port))
    if chosen.demo:
        env["PORTAL_DEMO"] = "1"
    with setup.one_at_a_time():
        setup.ensure_packages()
        setup.install("requirements.txt", "requirements-dev.txt")
        setup.compile_translations()
        if settings["HTMX_SOURCE"] == "local":
            fetch(HTMX)
        # What holds complaints is for this user's eyes alone.
        os.umask(0o077)
        upgrade(settings["SQLALCHEMY_DATABASE_URI"], env)
        flask("identity", "check", env=env)
        if chosen.demo:
            flask("demo", "load", env=env)
    return serve(chosen.host, chosen.port, env)


def ensure_free(host: str, port: int) -> None:
    """Raise `Stop` unless a server could listen there; asked before anything slow is done."""
    if not 0 < port < 65536:
        raise Stop(f"Port {port} tidak ada; pilih angka dari 1 sampai 65535.")
    try:
        family, kind, _, _, target = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(target)
            probe.listen()
    except OSError as refusal:
        raise Stop(_why_not_free(refusal, host, port)) from None


def _why_not_free(refusal: OSError, host: str, port: int) -> str:
    if refusal.errno == errno.EADDRINUSE:
        return (
            f"Port {port} sedang dipakai program lain; hentikan program itu atau "
            f"pilih port lain, misalnya bin/serve --port {port % 65535 + 1}."
        )
    if refusal.errno == errno.EACCES:
        return f"Port {port} hanya untuk root; pilih port di atas 1023, misalnya --port 8000."
    return f"Alamat {host} bukan alamat komputer ini; pilih alamat lain, misalnya --host 0.0.0.0."


def address(host: str, port: int) -> str:
    """Where a browser on this machine finds the portal."""
    host = EVERYWHERE.get(host, host)
    return f"http://{_joined(host, port)}"


def _joined(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def flask(*command: str, env: dict[str, str]) -> None:
    """Run a command of the portal whose words are for the person at the terminal."""
    done = subprocess.run(
        [*FLASK, *command], cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True, errors="replace"
    )
    with setup.LOG.open("a", encoding="utf-8") as log:
        log.write(done.stderr)
    if done.returncode == REFUSED:
        raise Stop(done.stderr.strip())
    if done.returncode:
        raise Stop(f"`flask {' '.join(command)}` gagal; baca sebabnya di {setup.LOG}.")
    if done.stderr:
        say(done.stderr.strip())


def serve(host: str, port: int, env: dict[str, str]) -> int:
    """Run both servers until a signal asks us to stop; `Stop` when one of them ends by itself."""
    stopping = _asked_to_stop()
    gunicorn = (PYTHON, "-m", "gunicorn", "--bind", _joined(host, port), "wsgi:app")
    running = {
        "Server web": _start(*gunicorn, env=env),
        "Pekerja latar belakang": _start(*FLASK, "worker", env=env),
    }
    announced = False
    try:
        while not stopping.wait(0.2):
            for name, process in running.items():
                if process.poll() is not None:
                    raise Stop(
                        f"{name} berhenti sendiri; baca pesannya di atas, lalu jalankan lagi."
                    )
            if not announced and _answers(host, port):
                announced = True
                say(f"Portal siap di {address(host, port)} (hentikan dengan Ctrl-C).")
                if "PORTAL_DEMO" not in env:
                    flask("setup-link", env=env)
    finally:
        _stop(list(running.values()))
    say("Portal dihentikan.")
    return 0


def _asked_to_stop() -> threading.Event:
    asked = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, lambda *_: asked.set())
    return asked


def _start(*command: str | Path, env: dict[str, str]) -> subprocess.Popen[bytes]:
    """In a session of its own: Ctrl-C reaches only us, and we stop both in good order."""
    return subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(EVERYWHERE.get(host, host), port, timeout=1)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask, wait, and only then kill."""
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + SECONDS_TO_STOP
    for process in processes:
        try:
            process.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    setup.exit_with(main, "bin/serve")
