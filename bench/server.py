"""A web server as `bin/serve` runs it, with one worker process; a browser's requests to it."""

import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from bench.data import ROOT
from bench.processes import free_port

SECONDS_TO_START = 60
# What a browser sends along: answers are compressed as they are for an officer.
USUAL = {"Accept": "text/html", "Accept-Encoding": "gzip, deflate, br"}


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    pid: int

    def pss_mib(self) -> float:
        """What the worker process holds of the machine's memory (MiB)."""
        rollup = Path(f"/proc/{self._worker()}/smaps_rollup").read_text()
        found = re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)
        assert found is not None
        return int(found[1]) / 1024

    def cpu_seconds(self) -> float:
        """How long the worker process has been on a processor, all its threads together."""
        return time.clock_gettime(~self._worker() << 3 | 2)  # as clock_getcpuclockid(3) names it

    def _worker(self) -> int:
        return int(Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()[0])


@contextmanager
def serve(application: str, instance: Path | None = None) -> Iterator[Server]:
    """gunicorn with the portal's own configuration; ends with the block."""
    port = free_port()
    env = dict(os.environ, **({"PORTAL_INSTANCE": str(instance)} if instance else {}))
    command = [sys.executable, "-m", "gunicorn", "--workers", "1"]
    command += ["--bind", f"127.0.0.1:{port}", application]
    process = subprocess.Popen(command, cwd=ROOT, env=env)
    try:
        _wait(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            Browser(port).ask("/")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")


class Browser:
    """One kept connection, one session, whose cookie is kept as the portal renews it."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {**USUAL, "Cookie": f"session={cookie}"}

    def ask(self, path: str, form: Mapping[str, str] | None = None) -> float:
        """Seconds until the whole answer is there; with `form`, as htmx posts it."""
        headers, body = dict(self._headers), None
        if form is not None:
            headers |= {"HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded"}
            body = urlencode(form)
        request = ("POST" if form else "GET", path, body, headers)
        try:
            return self._timed(*request)
        except (http.client.RemoteDisconnected, ConnectionError):  # idle for too long
            self._connection.close()
            return self._timed(*request)

    def _timed(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> float:
        started = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        answer.read()
        if renewed := answer.headers["Set-Cookie"]:
            self._headers["Cookie"] = renewed.partition(";")[0]
        seconds = time.perf_counter() - started
        assert answer.status < 400, f"{path}: {answer.status}"
        return seconds
