"""The demo in an instance of its own, served as by `bin/serve`, and a Chromium to look at it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import select

from bench.data import FIRST_ROW, open_instance
from bench.processes import Processes, free_port, make_demo, wait_for
from portal.cases.import_lapor import import_file
from portal.cases.rules import load_rules
from portal.models import Account
from portal.queries.inbox import inbox_pages
from portal.viewer import actor_of
from tests.make_lapor_export import export_lines, write_csv

NEW = "Belum Terverifikasi"  # where LAPOR! itself has done nothing yet


@contextmanager
def demo_server(instance: Path, *, inbox: int = 0, htmx: str = "local") -> Iterator[str]:
    """The address of a server and its worker on a fresh demo in the empty folder `instance`.

    `inbox`: how many rows the Admin Nasional's inbox is to have at least; `htmx`: `HTMX_SOURCE`.
    """
    environment = make_demo(instance, htmx=htmx)
    fill_inbox(instance, inbox)
    with serving(instance, environment) as address:
        yield address


@contextmanager
def serving(instance: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """The address of a server that runs beside its worker on the folder `instance`."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with Processes(environment, port, instance / "server.log"):
        wait_for(address)
        yield address


def fill_inbox(instance: Path, rows: int) -> None:
    """Import as many untouched reports of this month as the Admin Nasional's inbox lacks."""
    with open_instance(instance) as session:
        rules, now = load_rules(session), datetime.now(UTC)
        account = session.scalars(select(Account).where(Account.username == "nasional")).one()
        actor = actor_of(account, account.assignments[0])
        pages = inbox_pages(session, actor, rules.procedures.at(now))
        missing = rows - sum(len(page.rows) for page in pages)
        if missing <= 0:
            return
        lines = export_lines(20 * missing, f"{now:%Y-%m}", seed=40)
        fresh = [line for line in lines[FIRST_ROW:] if NEW in line]
        export = instance / "export.csv"
        write_csv(export, [*lines[:FIRST_ROW], *fresh[:missing]])
        import_file(session, export, rules, instance / "files", now, dry_run=False)


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """A Chromium that talks to nobody but the pages' servers."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("PORTAL_CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
        )
        yield browser
        browser.close()
