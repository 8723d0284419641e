"""Clients race the same complaints over HTTP while the portal's processes are killed under them.

    python -m bench.torture [--seconds 60] [--clients 16] [--kills 20] [--seed 1] [--json]

Everything happens on the loopback, in an instance folder that goes when it ends. Exits 1 if
anything was lost, done twice or done half.
"""

import argparse
import hashlib
import json
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from random import Random
from types import SimpleNamespace

from pikepdf import Pdf
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.data import open_instance
from bench.officer import Answer, Officer, PageForm, Pairs, complaints_on, forms_of
from bench.processes import Processes, flask, free_port, make_demo, wait_for
from bench.torture_check import (
    ACKNOWLEDGED,
    CONFLICT,
    KINDS,
    REFUSED,
    Before,
    Sent,
    Verdict,
    inspect,
    left_over,
)
from portal.cases.rules import load_rules
from portal.cases.tick import tick
from portal.models import Instansi, Opd
from portal.models.faults import passes
from portal.sop.vocabulary import Action, Status
from tests.stories import arrive

# Who sits at the desks; the clients take them in turn, so that several are the same officer.
OFFICERS = ("instansi", "dishub", "dishub-lalin", "nasional")
ACTIONS = {action.slug: action for action in Action}
RACED = 6  # of the complaints in an inbox: the first ones
# A duplicate needs more; a corrected category would be proposed again in the next form.
CHOSEN = {"reason": "too_general", "field": "title"}
FED_EVERY = 0.4  # seconds
SECONDS_TO_START = 20  # at most, each time
PATIENCE = 45  # seconds after the end until which a client still sends what broke off
LONG_AGO = timedelta(days=60)


@dataclass
class Course:
    """What the torture has to say to its threads, and they to it."""

    until: float
    sent: list[Sent] = field(default_factory=list)
    tally: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def runs(self) -> bool:
        return time.monotonic() < self.until

    def count(self, what: str) -> None:
        with self._lock:
            self.tally[what] += 1

    def note(self, sent: Sent) -> None:
        with self._lock:
            self.sent.append(sent)


class Client:
    """One officer at one browser, who is in a hurry."""

    def __init__(self, address: str, number: int, course: Course, seed: int) -> None:
        self._officer = Officer(address, OFFICERS[number % len(OFFICERS)])
        self._course = course
        self._rng = Random(seed * 1000 + number)
        self._inbox = ""

    def play(self) -> None:
        while self._course.runs:
            try:
                self._act()
            except (OSError, HTTPException):
                self._course.count("connections broken or refused")
                time.sleep(0.5)
            except Exception as error:
                self._course.faults.append(f"a client gave up: {error!r}")
                return

    def _act(self) -> None:
        if not self._inbox:
            self._officer.sign_in()
            self._inbox = self._get("/").location
        paths = complaints_on(self._get(self._inbox))[:RACED]
        if not paths:
            time.sleep(0.2)
            return
        path = self._rng.choice(paths)
        forms = [one for one in forms_of(self._get(path)) if one.action in actions_on(path)]
        if forms:
            # The first is what usually comes next: others as often would send all of it away.
            self._send(forms[0] if self._rng.random() < 0.6 else self._rng.choice(forms))

    def _get(self, path: str) -> Answer:
        self._course.count("requests")
        return self._officer.get(path)

    def _send(self, form: PageForm) -> None:
        *_, tracking_id, slug = form.action.split("/")
        # The forms of a page have one key; with the action's name it is the form's own.
        key = f"{form.value('key')}.{ACTIONS[slug].value}"
        words = f"Catatan petugas {key[:12]}"
        pairs = form.filled(self._rng, words, CHOSEN)
        wrote = any(words in value for _, value in pairs)
        sent = Sent(key, tracking_id, slug, words if wrote else "")
        file = None
        if "files" in form.fields and self._rng.random() < 0.7:
            content = _pdf(key)
            sent.sha256 = hashlib.sha256(content).hexdigest()
            if self._rng.random() < 0.5:
                file = (f"{key}.pdf", content)
            else:
                pairs.append(("upload", self._upload(form, f"{key}.pdf", content)))
        self._course.note(sent)
        if file is None and self._rng.random() < 0.1:
            self._course.count("requests")
            self._course.count("answers not heard")
            self._officer.abandon(form.action, pairs)
        self._deliver(sent, form.action, pairs, file)
        if sent.outcome == ACKNOWLEDGED and self._rng.random() < 0.1:
            self._deliver(sent, form.action, pairs, file)

    def _deliver(self, sent: Sent, path: str, pairs: Pairs, file: tuple[str, bytes] | None) -> None:
        """Send until there is an answer; now and then somebody closes the browser instead."""
        while time.monotonic() < self._course.until + PATIENCE:
            self._course.count("requests")
            try:
                answer = self._officer.post(path, pairs, file)
            except (OSError, HTTPException):
                self._course.count("connections broken or refused")
                if self._rng.random() < 0.2 and sent.outcome != ACKNOWLEDGED:
                    return
                time.sleep(0.5)
                continue
            if answer.status in (503, 507):
                self._course.count("told to wait")
                time.sleep(0.2)
                continue
            self._hear(sent, answer)
            return

    def _hear(self, sent: Sent, answer: Answer) -> None:
        before = sent.outcome
        if answer.status == 303 and not answer.location.startswith("/masuk"):
            sent.outcome = ACKNOWLEDGED
        elif answer.status == 409:
            sent.outcome = CONFLICT
        elif answer.status in (403, 404, 422):
            sent.outcome = REFUSED
        else:
            self._course.faults.append(f"{sent.slug} was answered {answer.status}")
        if before == ACKNOWLEDGED:
            self._course.count("sent again after it was acknowledged")
            if sent.outcome != ACKNOWLEDGED:
                self._course.faults.append(f"{sent.slug} was done, then answered {answer.status}")

    def _upload(self, form: PageForm, name: str, content: bytes) -> str:
        """Send a file ahead in two parts, going on after a break; its token."""
        csrf = {"X-CSRFToken": form.value("csrf_token")}
        half = len(content) // 2
        path = self._officer.begin_upload(name, len(content), csrf)
        self._course.count("requests")
        while True:
            self._course.count("requests")
            try:
                offset = self._officer.upload_offset(path)
                if offset == len(content):
                    return path.rsplit("/", 1)[1]
                end = half if offset < half else len(content)
                self._officer.send_part(path, offset, content[offset:end], csrf)
            except (OSError, HTTPException):
                self._course.count("connections broken or refused")
                if time.monotonic() > self._course.until + PATIENCE:
                    raise
                time.sleep(0.2)


def actions_on(path: str) -> set[str]:
    """Where the actions on a complaint are sent; its page has forms of other kinds besides."""
    return {f"{path}/{slug}" for slug in ACTIONS}


def _pdf(words: str) -> bytes:
    """A small PDF that is like no other."""
    with Pdf.new() as pdf, tempfile.TemporaryFile() as file:
        pdf.add_blank_page()
        pdf.docinfo["/Title"] = words
        pdf.save(file, static_id=True)
        file.seek(0)
        return file.read()


def feed(instance: Path, course: Course) -> None:
    """Let complaints arrive whose timers have long been due, and do what is due, all the time."""
    with open_instance(instance) as session:
        rules = load_rules(session)
        dishub = select(Opd.id).where(Opd.name == "Dinas Perhubungan")
        place = SimpleNamespace(
            own_id=session.scalars(select(Instansi.id)).first(), opd_id=session.scalar(dishub)
        )
        number = 0
        while course.runs:
            number += 1
            now = datetime.now(UTC)
            status = (Status.WITH_LIAISON, Status.ARRIVED, Status.WITH_INSTANSI)[number % 3]
            arrived_at = now - LONG_AGO if status is Status.WITH_LIAISON else now
            try:
                arrive(session, place, rules, arrived_at, status)
                if number % 3 == 0:
                    tick(session, now)
            except Exception as error:
                if not passes(error):
                    course.faults.append(f"nothing more arrived: {error!r}")
                    return
            time.sleep(FED_EVERY)


def torture(
    instance: Path, *, seconds: float, clients: int, kills: int, seed: int = 1
) -> tuple[dict[str, int], list[str]]:
    """The figures of one run in the empty folder `instance`, and everything that went wrong."""
    environment = make_demo(instance)
    address = f"http://127.0.0.1:{(port := free_port())}"
    with open_instance(instance) as session:
        before = Before.of(session)
    with Processes(environment, port, instance / "server.log") as processes:
        wait_for(address)
        course = Course(time.monotonic() + seconds)
        players = [Client(address, number, course, seed).play for number in range(clients)]
        threads = [threading.Thread(target=play) for play in players]
        threads.append(threading.Thread(target=feed, args=(instance, course)))
        for thread in threads:
            thread.start()
        _kill(processes, course, address, seconds / (kills + 1), kills, Random(seed))
        for thread in threads:
            thread.join()
        course.faults += processes.faults()
    with open_instance(instance) as session:
        verdict, rest = _look(session, course.sent, before, instance / "files")
    verdict.violations += [("faults", fault) for fault in course.faults]
    flask(environment, "ledger", "verify")
    return _figures(course, processes, verdict, rest), [
        f"{kind}: {words}" for kind, words in verdict.violations
    ]


def _kill(
    processes: Processes, course: Course, address: str, every: float, kills: int, rng: Random
) -> None:
    """One process after the other, each while the portal serves; the clients stop after the last.

    Where it takes long to start again, the course takes longer than it was to.
    """
    until = course.until
    course.until = until + kills * SECONDS_TO_START
    for number in range(kills):
        time.sleep(every)
        wait_for(address)
        processes.kill(number, rng)
    course.until = max(until, time.monotonic() + every)
    while course.runs:
        time.sleep(0.1)


def _look(
    session: Session, sent: Sequence[Sent], before: Before, files: Path
) -> tuple[Verdict, int]:
    now = datetime.now(UTC)
    tick(session, now)  # what came due since the worker stopped
    again = tick(session, now)
    verdict = inspect(session, sent, before, files, now)
    verdict.violations += [("timer faults", f"{one} fired twice") for one in again]
    return verdict, left_over(session, files)


def _figures(course: Course, processes: Processes, verdict: Verdict, rest: int) -> dict[str, int]:
    outcomes = Counter(one.outcome for one in course.sent)
    broken = Counter(kind for kind, _ in verdict.violations)
    return {
        "requests": course.tally["requests"],
        "actions sent": len(course.sent),
        **{f"actions {one}": outcomes[one] for one in (ACKNOWLEDGED, CONFLICT, REFUSED)},
        "actions given up unheard": outcomes["unknown"],
        **{
            what: course.tally[what]
            for what in (
                "connections broken or refused",
                "answers not heard",
                "sent again after it was acknowledged",
                "told to wait",
            )
        },
        **processes.figures(),
        "entries written": verdict.entries,
        "timers fired": verdict.timers,
        "begun files to sweep": rest,
        **{kind: broken[kind] for kind in (*KINDS, "faults")},
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures, violations = torture(
            Path(folder),
            seconds=chosen.seconds,
            clients=chosen.clients,
            kills=chosen.kills,
            seed=chosen.seed,
        )
    if chosen.json:
        print(json.dumps({"figures": figures, "violations": violations}))
    else:
        print("\n".join(f"{what:40}{number:8,}" for what, number in figures.items()))
        print("\n".join(violations) or "nothing lost, nothing twice, nothing half")
    return int(bool(violations))


if __name__ == "__main__":
    sys.exit(main())
