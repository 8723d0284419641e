"""A scanner that did not run is a failure of the run, not a run without findings."""

from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bench.security import scanners
from bench.security.scanners import NotRun
from bench.security.surface import NOBODY, Door

DOORS = [Door(NOBODY, "auth.sign_in", "GET", "/masuk", query={"next": "/"})]


def attack(
    monkeypatch: pytest.MonkeyPatch, folder: Path, part: str, program: Path | str, asked: int = 0
) -> Any:
    """Run `part` on a portal that only counts, with `program` in the place of the scanner."""
    lines: list[tuple[int, str, str]] = []
    target = SimpleNamespace(
        address="http://127.0.0.1:1", cookie="", csrf_token="", faults=list, asked=lambda: [*lines]
    )

    @contextmanager
    def attacked(*_: object) -> Any:
        yield target

    def scanner(*_: object) -> str:
        lines.extend([(200, "GET", "/masuk")] * asked)
        return str(program)

    monkeypatch.setattr(scanners, "attacked", attacked)
    monkeypatch.setattr(scanners, "program", scanner)
    return scanners.run(scanners.ATTACKS[part], folder, {}, DOORS, folder, 30)


@pytest.mark.parametrize("part", scanners.ATTACKS)
@pytest.mark.parametrize("program", ["/bin/false", "/bin/true"])
def test_a_scanner_that_asks_nothing_has_not_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, part: str, program: str
) -> None:
    with pytest.raises(NotRun):
        attack(monkeypatch, tmp_path, part, program)


@pytest.mark.parametrize("part", scanners.ATTACKS)
def test_nor_has_one_that_ends_in_an_unknown_way(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, part: str
) -> None:
    (broken := tmp_path / "broken").write_text("#!/bin/sh\necho no such option\nexit 2\n")
    broken.chmod(0o755)
    with pytest.raises(NotRun, match="ended with 2: no such option"):
        attack(monkeypatch, tmp_path, part, broken, asked=50)


def test_nor_has_wapiti_without_its_report(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(NotRun, match="without a report"):
        attack(monkeypatch, tmp_path, "wapiti", "/bin/true", asked=50)


@pytest.mark.parametrize("part", ["sqlmap", "schemathesis"])
def test_one_that_asked_and_ended_well_has_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, part: str
) -> None:
    outcome = attack(monkeypatch, tmp_path, part, "/bin/true", asked=50)
    assert outcome.findings == []
    assert outcome.figures["requests"] >= 50
