"""What pages cost the server: times against an empty route's, growth, queries, memory.

    python -m bench.latency [--complaints 1000,10000,100000] [--rounds 60] [--actions 60]

One worker process as `bin/serve` configures it, for each number of complaints and for an empty
Flask route with a constant template. Seven in ten complaints are open, far more than an office
ever has, so that every section of the inbox fills its first page. Each server is asked by turns
with the empty one, as an office has one: asked by turns with each other, they would drive each
other's memory out of the processor's caches, by a fifth of the time. First goes one request at
a time, then eight browsers ask at once, and medians are compared. Where the machine does much
else, what waits for a processor makes long requests longer than short ones: there the times of
the worker on its processor tell more, which stand beside. The action is the receipt of a
complaint, by htmx. Prints a table and JSON; exit code 1 when a target is missed.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from uuid import uuid4

from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from sqlalchemy import event, select

from bench.data import add_officer, fill, make_instance
from bench.server import Browser, Server, serve
from portal import create_app
from portal.extensions import db
from portal.models import Complaint
from portal.sop.procedure import Role
from portal.sop.vocabulary import Status
from portal.viewer import session_id

OPEN_SHARE = 0.7
AT_ONCE = 8
WARM_UP = 5
READER, ACTOR = Role.ADMIN_INSTANSI, Role.ADMIN_NASIONAL
INBOX = "/admin-instansi/"
EMPTY = "empty"
KINDS = {"inbox": "Kotak masuk", "complaint": "Halaman pengaduan", "action": "Tindakan"}
# The most that each figure may be. Times are multiples of the empty route's; memory is in MiB.
TARGETS = {
    "inbox": 10.0,
    "complaint": 8.0,
    "action": 8.0,
    "growth": 1.15,
    "inbox_queries": 6,
    "action_queries": 15,
    "pss_mib": 90.0,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.latency")
    parser.add_argument("--complaints", default="1000,10000,100000")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--actions", type=int, default=60)
    chosen = parser.parse_args()
    numbers = [int(number) for number in chosen.complaints.split(",")]
    with TemporaryDirectory() as name, ExitStack() as running:
        offices = [Office(Path(name) / str(number), number) for number in numbers]
        queries = offices[0].queries()
        empty = running.enter_context(serve("bench.empty:app"))
        for office in offices:
            office.open(running.enter_context(serve("wsgi:app", office.folder)))
        result = measure(offices, empty, chosen.rounds, chosen.actions)
        result |= measure_at_once(offices, empty, chosen.rounds) | queries
        result["pss_mib"] = round(max(office.server.pss_mib() for office in offices), 1)
    result["ok"] = all(_worst(result[name]) <= most for name, most in TARGETS.items())
    print(_table(result))
    print(json.dumps(result))
    return 0 if result["ok"] else 1


def measure(
    offices: Sequence["Office"], empty: Server, rounds: int, actions: int
) -> dict[str, Any]:
    """Medians in milliseconds, and as multiples of the empty route's in the same rounds; the same
    for the time that the worker was on a processor (`_cpu`).
    """
    browser = Browser(empty.port)
    taken: dict[str, list[list[Cost]]] = {kind: [] for kind in (EMPTY, *KINDS)}
    for office in offices:
        for costs in taken.values():
            costs.append([])
        for number in range(WARM_UP + rounds):
            taken[EMPTY][-1].append(_cost(empty, browser, "/"))
            for kind in KINDS:
                if kind != "action" or number < WARM_UP + actions:
                    taken[kind][-1].append(office.ask(kind))
    result: dict[str, Any] = {"complaints": [office.number for office in offices]}
    for measured, suffix in ((0, ""), (1, "_cpu")):
        medians = {
            kind: [median(cost[measured] for cost in costs[WARM_UP:]) for costs in by_office]
            for kind, by_office in taken.items()
        }
        for kind, seconds in medians.items():
            multiples = [one / least for one, least in zip(seconds, medians[EMPTY], strict=True)]
            result[f"{kind}{suffix}_ms"] = [_ms(one) for one in seconds]
            result[f"{kind}{suffix}"] = [round(one, 1) for one in multiples]
    result["growth"] = round(result["inbox"][-1] / result["inbox"][0], 2)
    return result


class Cost(NamedTuple):
    """Seconds until the whole answer was there, and those of the worker on a processor."""

    seconds: float
    cpu: float


def _cost(
    server: Server, browser: Browser, path: str, form: Mapping[str, str] | None = None
) -> Cost:
    before = server.cpu_seconds()
    return Cost(browser.ask(path, form), server.cpu_seconds() - before)


def measure_at_once(offices: Sequence["Office"], empty: Server, rounds: int) -> dict[str, Any]:
    """The inbox asked by eight browsers at once, and the empty route likewise."""
    base = _at_once([Browser(empty.port) for _ in range(AT_ONCE)], "/", rounds)
    medians = [
        _at_once([office.browser(READER) for _ in range(AT_ONCE)], INBOX, rounds)
        for office in offices
    ]
    return {
        "empty_at_once_ms": _ms(base),
        "inbox_at_once_ms": [_ms(one) for one in medians],
        "inbox_at_once": [round(one / base, 1) for one in medians],
    }


def _at_once(browsers: Sequence[Browser], path: str, rounds: int) -> float:
    with ThreadPoolExecutor(len(browsers)) as pool:
        took = pool.map(lambda browser: [browser.ask(path) for _ in range(rounds)], browsers)
        return median(second for seconds in took for second in seconds)


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 2)


class Office:
    """An instance with so many complaints, its officers, and the server that they work on."""

    server: Server

    def __init__(self, folder: Path, number: int) -> None:
        self.number, self.folder = number, folder
        make_instance(folder)
        self._app = create_app(folder)
        with self._app.app_context():
            fill(db.session(), folder, number, OPEN_SHARE)
            self._arrived = iter(_oldest(Status.ARRIVED))
            self._read = _oldest(Status.WITH_INSTANSI)[0]
            db.engine.dispose()
        self._sessions = {role: _sign_in(self._app, role) for role in (READER, ACTOR)}

    def open(self, server: Server) -> None:
        self.server = server
        self._browsers = {role: self.browser(role) for role in (READER, ACTOR)}

    def browser(self, role: Role) -> Browser:
        return Browser(self.server.port, self._sessions[role].cookie)

    def ask(self, kind: str) -> Cost:
        """One request of a kind of `KINDS`."""
        role, path, form = self._request(kind)
        return _cost(self.server, self._browsers[role], path, form)

    def queries(self) -> dict[str, int]:
        """Statements of an inbox and of an action, counted in this process."""
        counted: list[str] = []
        with self._app.app_context():
            event.listen(db.engine, "before_cursor_execute", lambda *call: counted.append(call[2]))
        result = {}
        for kind in (*KINDS, *KINDS):  # the second counts: some is read once a process
            role, path, form = self._request(kind)
            client = self._app.test_client()
            client.set_cookie("session", self._sessions[role].cookie)
            counted.clear()
            if form is None:
                answer = client.get(path)
            else:
                answer = client.post(path, data=form, headers={"HX-Request": "true"})
            assert answer.status_code == 200, answer.text
            asked = [one for one in counted if not one.startswith(("BEGIN", "PRAGMA"))]
            result[f"{kind}_queries"] = len(asked)
        return result

    def _request(self, kind: str) -> tuple[Role, str, dict[str, str] | None]:
        match kind:
            case "inbox":
                return READER, INBOX, None
            case "complaint":
                return READER, f"{INBOX}pengaduan/{self._read}", None
        form = {"csrf_token": self._sessions[ACTOR].token, "key": uuid4().hex, "seq": "1"}
        return ACTOR, f"/admin-nasional/pengaduan/{next(self._arrived)}/terima", form


class SignedIn(NamedTuple):
    cookie: str
    token: str


def _sign_in(app: Flask, role: Role) -> SignedIn:
    """The session cookie of a new officer, and the token that his forms carry."""
    with app.test_request_context():
        session["_user_id"] = session_id(add_officer(db.session(), role))
        session["_fresh"] = True
        token = generate_csrf()
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert signer is not None
        return SignedIn(str(signer.dumps(dict(session))), token)


def _oldest(status: Status) -> Sequence[str]:
    of_status = select(Complaint.tracking_id).where(Complaint.status == status)
    return db.session.scalars(of_status.order_by(Complaint.due_at).limit(1000)).all()


def _worst(value: Any) -> float:
    return float(max(value) if isinstance(value, list) else value)


def _table(result: dict[str, Any]) -> str:
    def row(name: str, values: Sequence[object]) -> str:
        return f"{name:<34}" + "".join(f"{value:>10}" for value in values)

    lines = [
        row("pengaduan", result["complaints"]),
        row("halaman kosong, ms", result["empty_ms"]),
        row("  prosesor, ms", result["empty_cpu_ms"]),
    ]
    for kind, name in KINDS.items():
        lines.append(row(f"{name}, ms", result[f"{kind}_ms"]))
        lines.append(row("  kali halaman kosong", result[kind]) + _most(kind))
        lines.append(row("  prosesor, ms", result[f"{kind}_cpu_ms"]))
        lines.append(row("  kali halaman kosong", result[f"{kind}_cpu"]))
    lines.append(row(f"{AT_ONCE} sekaligus: kosong, ms", [result["empty_at_once_ms"]]))
    lines.append(row("  kotak masuk, ms", result["inbox_at_once_ms"]))
    lines.append(row("  kali halaman kosong", result["inbox_at_once"]))
    lines.append(row("kotak masuk, terbanyak/tersedikit", [result["growth"]]) + _most("growth"))
    for kind, name in KINDS.items():
        key = f"{kind}_queries"
        lines.append(row(f"kueri, {name.lower()}", [result[key]]) + _most(key))
    lines.append(row("proses web, MiB (PSS)", [result["pss_mib"]]) + _most("pss_mib"))
    return "\n".join(lines)


def _most(name: str) -> str:
    return f"    (paling banyak {TARGETS[name]:g})" if name in TARGETS else ""


if __name__ == "__main__":
    sys.exit(main())
