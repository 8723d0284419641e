"""What an inbox costs over 1,000 and over 100,000 complaints: its queries and its time.

    python -m bench.inbox_scale [--few 1000] [--many 100000] [--rounds 40]

The page of the Admin Instansi, the desk that sees most, asked for as a browser does and drawn
whole. Seven in ten complaints are open, far more than an office ever has, so that every section
fills its first page in both. The two are asked turn by turn and the medians are compared. Prints a
table and JSON; exit code 1 when the queries or the ratio of the times are over their targets.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from bench.data import add_officer, fill, make_instance
from portal import create_app
from portal.extensions import db
from portal.sop.procedure import Role
from portal.viewer import session_id

TARGET_QUERIES = 8
TARGET_RATIO = 1.5
OPEN_SHARE = 0.7
ROLE = Role.ADMIN_INSTANSI
PAGE = "/admin-instansi/"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.inbox_scale")
    parser.add_argument("--few", type=int, default=1_000)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=40)
    chosen = parser.parse_args()
    with TemporaryDirectory() as name:
        result = measure(Path(name), chosen.few, chosen.many, chosen.rounds)
    print(_table(result))
    print(json.dumps(result))
    return 0 if result["ok"] else 1


def measure(folder: Path, few: int, many: int, rounds: int) -> dict[str, Any]:
    """The most queries of one page and the median milliseconds over each number of complaints."""
    inboxes = {number: Inbox(folder / str(number), number) for number in (few, many)}
    seconds: dict[int, list[float]] = {number: [] for number in inboxes}
    queries = 0
    for _ in range(rounds):
        for number, inbox in inboxes.items():
            took, asked = inbox.ask()
            seconds[number].append(took)
            queries = max(queries, asked)
    milliseconds = {number: 1000 * statistics.median(took) for number, took in seconds.items()}
    ratio = milliseconds[many] / milliseconds[few]
    return {
        "complaints": [few, many],
        "milliseconds": [round(milliseconds[number], 2) for number in (few, many)],
        "ratio": round(ratio, 2),
        "queries": queries,
        "ok": queries <= TARGET_QUERIES and ratio <= TARGET_RATIO,
    }


class Inbox:
    """The inbox of one officer over `number` complaints, in an instance of its own."""

    def __init__(self, folder: Path, number: int) -> None:
        make_instance(folder)
        self._app: Flask = create_app(folder)
        self._queries = 0
        with self._app.app_context():
            fill(db.session(), folder, number, OPEN_SHARE)
            self._client = _signed_in(self._app)
            event.listen(db.engine, "before_cursor_execute", self._count)
        self.ask()

    def ask(self) -> tuple[float, int]:
        """Seconds and queries of one page."""
        self._queries = 0
        started = time.perf_counter()
        response = self._client.get(PAGE)
        seconds = time.perf_counter() - started
        assert response.status_code == 200
        return seconds, self._queries

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        self._queries += not statement.startswith(("BEGIN", "PRAGMA"))


def _signed_in(app: Flask) -> FlaskClient:
    account = add_officer(db.session(), ROLE)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = session_id(account)
        cookie["_fresh"] = True
    return client


def _table(result: dict[str, Any]) -> str:
    lines = ["Kotak masuk Admin Instansi"]
    for number, milliseconds in zip(result["complaints"], result["milliseconds"], strict=True):
        lines.append(f"  {number:>7} pengaduan  {milliseconds:8.2f} ms")
    lines.append(f"  perbandingan       {result['ratio']:8.2f}    (paling banyak {TARGET_RATIO:g})")
    lines.append(f"  kueri              {result['queries']:8}    (paling banyak {TARGET_QUERIES})")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
