"""The web server and the worker on a disk that is full, their log and temporary files on it too."""

from collections.abc import Callable
from http.client import HTTPException
from random import Random

import pytest

from bench.officer import Officer, complaints_on, forms_of
from bench.processes import Processes, free_port, make_demo, wait_for
from tests.disks import small_disk

TYPED = "Modul lampu diganti, diuji siang dan malam."


def test_they_serve_say_it_and_go_on_when_there_is_room(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    root = tmp_path_factory.mktemp("servers")
    with small_disk(root / "small", 48) as disk:
        environment = make_demo(disk.path) | {"TMPDIR": str(disk.path)}
        address = f"http://127.0.0.1:{(port := free_port())}"
        with Processes(environment, port, disk.path / "server.log") as processes:
            wait_for(address)
            officer = Officer(address, "nasional")
            officer.sign_in()
            path = complaints_on(officer.get("/admin-nasional/"))[0]
            form = forms_of(officer.get(path))[0]
            pairs = form.filled(Random(1), TYPED, {})
            disk.fill()
            assert officer.post(form.action, pairs).status == 507
            assert officer.get(path).status == 200
            processes.kill(0, Random(1))  # and one that starts without room serves as well
            assert until_answered(lambda: officer.post(form.action, pairs).status) == 507
            disk.make_room()
            assert officer.post(form.action, pairs).status == 303
            assert processes.faults() == []


def until_answered(ask: Callable[[], int]) -> int:
    """The first answer that comes through; the limit only ends a test that hangs."""
    for _ in range(600):
        try:
            return ask()
        except (OSError, HTTPException):
            continue
    raise AssertionError("no answer")
