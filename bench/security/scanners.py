"""Scanners of others, let loose on a portal on the loopback, signed in as each desk."""

import csv
import json
import re
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench.processes import Environment
from bench.security.surface import DESKS, LEAVING, NOBODY, Door
from bench.security.target import Target, attacked
from bench.security.tools import program
from portal.blueprints.held import CONFIRMATION
from portal.sop.procedure import Role

# Those that ask somebody else on the net, or look for the products of others, are left out.
MODULES = (
    "backup,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,ldap,methods,permanentxss,"
    "redirect,shellshock,sql,timesql,upload,xss,xxe"
)


# What the least of the desks is asked by a scanner that runs at all.
FEWEST_REQUESTS = 5


class NotRun(Exception):
    """A scanner did not do its work: what it found, or did not, says nothing."""


@dataclass
class Outcome:
    """What a part counted, and what it found: (rule, place, words)."""

    figures: Counter[str] = field(default_factory=Counter)
    findings: list[tuple[str, str, str]] = field(default_factory=list)

    def note(self, target: Target) -> None:
        """The requests that a server was sent, and where it was at fault."""
        asked = target.asked()
        self.figures["requests"] += len(asked)
        self.figures.update(f"answers {status // 100}xx" for status, *_ in asked)
        self.findings += [("5xx", place, "the server was at fault") for place in target.faults()]


Attack = Callable[[Target, str, list[Door], Path, float], Iterator[tuple[str, str, str]]]


def run(
    attack: Attack, demo: Path, environment: Environment, all_doors: list[Door], folder: Path,
    seconds: float,
) -> Outcome:  # fmt: skip
    """One attack from every desk, each on a portal of its own and with its share of the time."""
    outcome = Outcome()
    all_doors = [one for one in all_doors if one.endpoint not in LEAVING]
    if attack is sqlmap:
        all_doors = marked(all_doors)
    by_desk = {desk: [one for one in all_doors if one.desk == desk] for desk in (NOBODY, *DESKS)}
    left, until = len(all_doors), time.monotonic() + seconds
    for desk, doors in by_desk.items():
        if not doors:
            continue
        with attacked(demo, environment, folder, desk) as target:
            share = (until - time.monotonic()) * len(doors) / left
            before = len(target.asked())
            outcome.findings += attack(target, desk, doors, folder, share)
            if (asked := len(target.asked()) - before) < FEWEST_REQUESTS:
                raise NotRun(f"{attack.__name__} asked {asked} times at {desk or 'nobody'}")
            outcome.note(target)
        left -= len(doors)
        outcome.figures["desks"] += 1
        outcome.figures["routes"] += len({one.name[:2] for one in doors})
        if attack is sqlmap:
            outcome.figures["parameters"] += sum(map(_marks, doors))
            outcome.figures["parameters seen through"] += _seen_through(folder)
        else:
            outcome.figures["parameters"] += sum(len(one.parameters) for one in doors)
    return outcome


def wapiti(
    target: Target, desk: str, doors: list[Door], folder: Path, seconds: float
) -> Iterator[tuple[str, str, str]]:
    """What wapiti calls a vulnerability in what it finds from the start on by itself."""
    report = folder / f"wapiti-{desk}.json"
    command = [program("wapiti", "wapiti"), "-u", f"{target.address}/", "--scope", "folder"]
    command += ["-m", MODULES, "-f", "json", "-o", report, "--store-session", folder / "wapiti"]
    command += ["--flush-session", "--no-bugreport", "-v", "0"]
    command += ["-C", target.cookie, "--tasks", "4"]  # more lock each other out of its database
    for out in ("keluar", "keluar-semua", "bahasa", "dua-langkah/matikan"):
        command += ["-x", f"{target.address}/{out}"]
    command += ["--max-links-per-page", "60", "--max-files-per-dir", "30"]
    command += ["--max-scan-time", str(int(seconds * 0.25))]
    command += ["--max-attack-time", str(max(2, int(seconds * 0.75 / 19)))]
    ended = _within(command, folder, seconds + 30)
    if ended and not report.exists():
        raise NotRun("wapiti ended without a report")
    told = json.loads(report.read_text()) if report.exists() else {"vulnerabilities": {}}
    for kind, found in told["vulnerabilities"].items():
        for one in found:
            yield kind, f"{one['method']} {urlsplit(one['path']).path}", one["info"][:200]


def sqlmap(
    target: Target, desk: str, doors: list[Door], folder: Path, seconds: float
) -> Iterator[tuple[str, str, str]]:
    """What sqlmap can inject into: each parameter that is marked, two at once."""
    with ThreadPoolExecutor(2) as pool:
        halves = [
            pool.submit(_sqlmap, target, f"{desk}-{half}", doors[half::2], folder, seconds)
            for half in (0, 1)
        ]
    for half in halves:
        yield from half.result()


def _sqlmap(
    target: Target, name: str, doors: list[Door], folder: Path, seconds: float
) -> list[tuple[str, str, str]]:
    log, results = folder / f"doors-{name}.log", folder / f"sqlmap-{name}.csv"
    log.write_text("".join(_as_proxied(target, one) for one in doors))
    command = [program("tools", "sqlmap"), "-l", log, "--batch", "--dbms", "sqlite"]
    command += ["--technique", "BEU", "--level", "1", "--risk", "1"]
    command += ["--drop-set-cookie", "--disable-coloring", "-v", "1"]
    command += ["--output-dir", folder / f"sqlmap-{name}", "--results-file", results]
    command += ["--ignore-code", "*", "--timeout", "20", "--retries", "0"]
    _within(command, folder, seconds)
    return [
        (row["Note(s)"] or "injection", row["Target URL"], f"{row['Place']} {row['Parameter']}")
        for row in (csv.DictReader(results.open()) if results.exists() else ())
        if row.get("Parameter")
    ]


def marked(doors: list[Door]) -> list[Door]:
    """The doors that read texts, each parameter of each view marked for sqlmap at one of them.

    Desks share views, and all forms carry the same key and version: tried at one is enough. Last
    come passwords, after whose guessing an account has to wait.
    """
    tried: set[object] = set()
    found, guessed = [], []
    for door in doors:
        whole = door
        for kind, name in door.parameters:
            is_number = kind == "arguments" and f"<{name}>" not in door.rule  # the router reads it
            place = name if name in _IN_ALL_FORMS else (_shared(door), kind, name)
            if is_number or place in tried:
                continue
            tried.add(place)
            value = getattr(door, kind)[name] + MARK
            if name in _GUESSED:
                guessed.append(whole.with_value(kind, name, value))
            else:
                door = door.with_value(kind, name, value)
        if _marks(door):
            found.append(door)
    return found + guessed


MARK = "*"
_IN_ALL_FORMS = {"key", "seq", "happened_at", "upload", CONFIRMATION}
_GUESSED = {CONFIRMATION, "current", "password", "code"}


def _shared(door: Door) -> tuple[str, ...]:
    """The name of a door without its desk."""
    blueprint, _, view = door.endpoint.partition(".")
    return (view if blueprint in {*Role} else door.endpoint, *door.name[1:])


def _marks(door: Door) -> int:
    return sum(getattr(door, kind)[name].endswith(MARK) for kind, name in door.parameters)


def _as_proxied(target: Target, door: Door) -> str:
    """A request as a proxy's log has it."""
    form = {"csrf_token": target.csrf_token, **door.form}
    body = "" if door.method == "GET" else urlencode(form).replace("%2A", MARK)
    line = "=" * 54
    return (
        f"{line}\n10:00:00  {target.address}  [127.0.0.1]\n{line}\n"
        f"{door.method} {door.path.replace('%2A', MARK)} HTTP/1.1\n"
        f"Host: {urlsplit(target.address).netloc}\nCookie: {target.cookie}\n"
        f"Content-Type: application/x-www-form-urlencoded\n\n{body}\n{line}\n\n\n"
    )


def schemathesis(
    target: Target, desk: str, doors: list[Door], folder: Path, seconds: float
) -> Iterator[tuple[str, str, str]]:
    """What schemathesis makes of a description of the routes that it is given: faults alone."""
    described = folder / f"openapi-{desk}.json"
    described.write_text(json.dumps(openapi(doors)))
    command = [program("tools", "schemathesis"), "run", described, "--url", target.address]
    command += ["-H", f"Cookie: {target.cookie}", "-H", f"X-CSRFToken: {target.csrf_token}"]
    command += ["--checks", "not_a_server_error", "--phases", "coverage,fuzzing"]
    command += ["--max-examples", "25", "--generation-allow-x00", "true", "--seed", "1"]
    command += ["--no-color", "--continue-on-failure", "--request-timeout", "20"]
    _within(command, folder, seconds, codes=(0, 1))  # 1: it found something
    yield from ()  # whatever it found stands in the server's own log


def openapi(doors: list[Door]) -> dict[str, Any]:
    """A description of routes and all that they read (OpenAPI 3)."""
    paths: dict[str, dict[str, Any]] = {}
    for door in doors:
        path = re.sub(r"<(?:[^:<>]*:)?(\w+)>", r"{\1}", door.rule)
        for name in ("slug", "role", "name"):
            path = path.replace(f"{{{name}}}", door.arguments.get(name, ""))
        paths.setdefault(path, {})[door.method.lower()] = _operation(door, path)
    return {"openapi": "3.0.3", "info": {"title": "Portal", "version": "1"}, "paths": paths}


def _operation(door: Door, path: str) -> dict[str, Any]:
    text = {"type": "string"}
    told = [
        {"name": name, "in": "path", "required": True, "schema": _schema(door, name)}
        for name in door.arguments
        if f"{{{name}}}" in path
    ]
    told += [{"name": name, "in": "query", "schema": text} for name in door.query]
    operation: dict[str, Any] = {"parameters": told, "responses": {"default": {"description": ""}}}
    fields = dict.fromkeys(door.form, text) | dict.fromkeys(door.files, text | {"format": "binary"})
    if fields and door.method != "GET":
        kind = "multipart/form-data" if door.files else "application/x-www-form-urlencoded"
        schema = {"type": "object", "properties": fields}
        operation["requestBody"] = {"content": {kind: {"schema": schema}}}
    return operation


def _schema(door: Door, name: str) -> dict[str, Any]:
    """One that is there, and any other."""
    number = f"<{name}>" not in door.rule and door.arguments[name].isdecimal()
    usual = int(door.arguments[name]) if number else door.arguments[name]
    return {"type": "integer" if number else "string", "example": usual}


def _seen_through(folder: Path) -> int:
    """How many parameters sqlmap came to the end of before its time was up; told once."""
    said = ""
    for log in folder.glob("said-*"):
        said += log.read_text(errors="replace")
        log.unlink()
    return len(re.findall(r"parameter '.*' (?:does not seem to be|is) (?:\w+ )?injectable", said))


def _within(
    command: list[Any], folder: Path, seconds: float, codes: Collection[int] = (0,)
) -> bool:
    """Run a scanner; False when it was stopped as its time was up.

    Raises NotRun, with its last words, when it ended with a code that is none of `codes`.
    """
    descriptor, said = tempfile.mkstemp(prefix="said-", dir=folder)
    with open(descriptor, "w") as log:
        process = subprocess.Popen([*map(str, command)], cwd=folder, stdout=log, stderr=log)
        try:
            code = process.wait(max(5, seconds))
        except subprocess.TimeoutExpired:
            process.terminate()
            process.wait()
            return False
    if code not in codes:
        words = Path(said).read_text(errors="replace")[-500:]
        raise NotRun(f"{command[0]} ended with {code}: {words}")
    return True


ATTACKS: dict[str, Attack] = {"wapiti": wapiti, "sqlmap": sqlmap, "schemathesis": schemathesis}
