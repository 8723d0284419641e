"""A portal to be attacked: a server on a fresh copy of the demo, which counts what it is asked."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.officer import Officer, forms_of
from bench.processes import Environment, Processes, free_port, wait_for
from bench.security.surface import NOBODY, Door, doors_of, listen
from tests.blueprints.pages import Caller
from tests.demo_house import open_demo


@dataclass(frozen=True, slots=True)
class Target:
    """A server, and a session of a desk there: its cookie and the token of its forms."""

    address: str
    cookie: str
    csrf_token: str
    log: Path

    def asked(self) -> list[tuple[int, str, str]]:
        """Every request by now: status, method, path as it was sent, without its query."""
        said = self.log.read_bytes().decode("latin-1") if self.log.exists() else ""
        lines = [line.split(" ") for line in said.split("\n")[:-1]]
        return [(int(status), method, to.partition("?")[0]) for status, method, to, *_ in lines]

    def faults(self) -> list[str]:
        """Where the server said that it was at fault."""
        found = {f"{method} {path}" for status, method, path in self.asked() if status >= 500}
        return sorted(found)


@contextmanager
def attacked(demo: Path, environment: Environment, folder: Path, desk: str) -> Iterator[Target]:
    """A server on a copy of `demo` in `folder`, where somebody at `desk` has signed in."""
    instance, log = folder / f"at-{desk or 'nobody'}", folder / f"asked-{desk or 'nobody'}.log"
    shutil.copytree(demo, instance)
    asks = f"--access-logfile {log} --access-logformat '%(s)s %(r)s'"
    settings = {"PORTAL_INSTANCE": str(instance), "GUNICORN_CMD_ARGS": asks}
    address = f"http://127.0.0.1:{(port := free_port())}"
    with Processes(environment | settings, port, instance / "server.log"):
        wait_for(address)
        officer = Officer(address, desk)
        if desk != NOBODY:
            officer.sign_in()
        forms = forms_of(officer.get("/meja" if desk else "/masuk"))
        token = next(form.value("csrf_token") for form in forms if "csrf_token" in form.fields)
        yield Target(address, officer.cookies, token, log)


def doors(demo: Path, folder: Path) -> tuple[list[Door], Path]:
    """Each way into the demo once, by a desk to which it is open; and the demo, with reports."""
    with open_demo(demo, folder) as app:
        house = shutil.copytree(app.instance_path, folder / "house")
        app.test_client_class = Caller
        listen(app)
        return [*{door.name: door for door in reversed(doors_of(app))}.values()], house
