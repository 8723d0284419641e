"""The links in the page's head: what the viewer's desk may open."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import url_for

from portal.access import Actor, Permission, may
from portal.extensions import db
from portal.language import gettext
from portal.queries.waiting import waiting_for
from portal.sop.procedure import DESKS, Procedure, Role
from portal.sop.text import N_
from portal.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Link:
    """`count`: what waits there, empty where nothing is counted; `count_id`: answers renew it."""

    label: str
    url: str
    current: bool = False
    count: str = ""
    count_id: str = ""


@dataclass(frozen=True, slots=True)
class Who:
    """The signed-in account as the page's head shows it, with the link to its own page."""

    name: str
    desk_label: str
    url: str
    account_id: int


def who_is(viewer: Viewer | None) -> Who | None:
    if viewer is None:
        return None
    desk = gettext(viewer.desk) if viewer.desk else ""
    return Who(viewer.name, desk, url_for("auth.choose_desk"), viewer.account_id)


def navigation(
    actor: Actor | None, endpoint: str | None, procedure: Callable[[], Procedure]
) -> list[Link]:
    """The links for the actor, in a fixed order; `endpoint` is the page being shown.

    `procedure` is asked only where a desk's work is counted.
    """
    if actor is None:
        return []
    counts = _counts(actor, procedure)
    return [
        Link(gettext(label), url_for(target), endpoint == target, *counts.get(target, ()))
        for label, target, permission in _links(actor.role)
        if may(actor, permission)
    ]


def _counts(actor: Actor, procedure: Callable[[], Procedure]) -> dict[str, tuple[str, ...]]:
    """By endpoint, what waits there and the id by which an answer renews it."""
    if not may(actor, Permission.READ_COMPLAINTS):
        return {}
    waiting = waiting_for(db.session(), actor, procedure())
    counts: dict[str, tuple[str, ...]] = {"reports.index": (waiting.reports,)}
    if actor.role in DESKS:
        counts[f"{actor.role.value}.inbox"] = waiting.work, "work"
    return counts


def _links(role: Role) -> Iterator[tuple[str, str, Permission]]:
    if role is Role.ADMINISTRATOR:
        yield N_("Administrasi"), "administrator.home", Permission.ADMINISTER
    else:
        inbox = N_("Daftar pengaduan") if role is Role.KEPALA_DINAS else N_("Kotak masuk")
        yield inbox, f"{role.value}.inbox", Permission.READ_COMPLAINTS
        yield N_("Cari"), f"{role.value}.search", Permission.READ_COMPLAINTS
    yield N_("Impor LAPOR!"), "intake.index", Permission.IMPORT
    yield N_("Laporan bulanan"), "reports.index", Permission.READ_REPORTS
    yield N_("Arsip"), "archive.index", Permission.READ_REPORTS
    yield N_("Identitas dibuka"), "disclosures.index", Permission.READ_DISCLOSURES
    yield N_("Pelindungan data"), "privacy.index", Permission.READ_SIGHTINGS
    yield N_("SOP"), "sop.sheet", Permission.SIGNED_IN
