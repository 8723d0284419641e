"""The demo in an instance of its own, and the processes that `bin/serve` runs on it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Self
from urllib.request import urlopen

from bench.data import ROOT

Environment = dict[str, str]


def make_demo(instance: Path, *, htmx: str = "local") -> Environment:
    """Load the demo into the folder `instance`; the environment in which its processes run.

    `htmx`: `HTMX_SOURCE`.
    """
    if (ROOT / "instance" / "htmx").exists():
        shutil.copytree(ROOT / "instance" / "htmx", instance / "htmx")
    environment = {
        **os.environ,
        "PORTAL_INSTANCE": str(instance),
        "PORTAL_DEMO": "1",
        "HTMX_SOURCE": htmx,
    }
    flask(environment, "db", "upgrade")
    flask(environment, "demo", "load")
    return environment


def flask(environment: Environment, *command: str) -> str:
    """What a command of the portal prints; CalledProcessError when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *command],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def start_web(environment: Environment, port: int, log: Path) -> subprocess.Popen[bytes]:
    """The web server on the loopback `port`, in a process group of its own."""
    return _start(environment, log, "gunicorn", "--bind", f"127.0.0.1:{port}", "wsgi:app")


def start_worker(environment: Environment, log: Path) -> subprocess.Popen[bytes]:
    return _start(environment, log, "flask", "--app", "wsgi", "worker")


def _start(environment: Environment, log: Path, *command: str) -> subprocess.Popen[bytes]:
    with log.open("a") as file:
        return subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=environment,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )


def stop(*running: subprocess.Popen[bytes], seconds: float = 30) -> None:
    """Ask all to end, and wait; what does not is killed."""
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(address: str) -> None:
    """Until a page comes: a port is open long before a worker has read the program."""
    for _ in range(300):
        with suppress(OSError), urlopen(f"{address}/masuk", timeout=60):  # noqa: S310
            return
        time.sleep(0.1)
    raise AssertionError("the server did not start")


class Processes:
    """The web server and the task worker, as systemd keeps them: what is killed is started again.

    As a context: running inside, stopped gently after.
    """

    def __init__(self, environment: Environment, port: int, log: Path) -> None:
        self._start_web = lambda: start_web(environment, port, log)
        self._start_worker = lambda: start_worker(environment, log)
        self._killed: Counter[str] = Counter()
        self._started = 0

    def __enter__(self) -> Self:
        self._web, self._worker = self._start_web(), self._start_worker()
        return self

    def __exit__(self, *_: object) -> None:
        stop(self._web, self._worker)

    def kill(self, number: int, rng: Random) -> None:
        """SIGKILL the task worker, all of the web server, or one of its workers, in turn."""
        match number % 5:
            case 1:
                self._worker.kill()
                self._worker.wait()
                self._worker = self._start_worker()
                self._started += 1
                self._killed["task worker"] += 1
            case 4:
                # The unit's other processes go with the one that is its main one.
                self._web.kill()
                with suppress(ProcessLookupError):
                    os.killpg(self._web.pid, signal.SIGKILL)
                self._web.wait()
                self._web = self._start_web()
                self._started += 1
                self._killed["web server"] += 1
            case _:
                while not (children := self._children()):
                    time.sleep(0.05)
                os.kill(rng.choice(children), signal.SIGKILL)
                self._killed["web workers"] += 1

    def _children(self) -> list[int]:
        """The workers of the web server, which it starts again itself."""
        path = Path(f"/proc/{self._web.pid}/task/{self._web.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def faults(self) -> list[str]:
        """What ended without being killed."""
        running = {"the web server": self._web, "the task worker": self._worker}
        return [f"{name} ended" for name, one in running.items() if one.poll() is not None]

    def figures(self) -> dict[str, int]:
        return {
            "kills": self._killed.total(),
            **{f"kills: {what}": times for what, times in self._killed.items()},
            "restarts": self._started + self._killed["web workers"],
        }
