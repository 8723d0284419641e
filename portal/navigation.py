"""The links in the page's head: what the viewer's desk may open."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for

from portal.access import Actor, Permission, may
from portal.cases.rules import load_rules
from portal.extensions import db
from portal.language import gettext
from portal.queries.inbox import inbox_count
from portal.queries.reports import waiting_reports
from portal.sop.procedure import DESKS, Role
from portal.sop.text import N_
from portal.viewer import Viewer, desk_name


@dataclass(frozen=True, slots=True)
class Link:
    """`count`: what waits there, and where it is asked anew; empty where nothing is counted."""

    label: str
    url: str
    current: bool = False
    count: str = ""
    count_url: str = ""


@dataclass(frozen=True, slots=True)
class Who:
    """The signed-in account as the page's head shows it, with the link to its own page."""

    name: str
    desk_label: str
    url: str


def who_is(viewer: Viewer | None) -> Who | None:
    if viewer is None:
        return None
    desk = desk_name(viewer.assignment) if viewer.assignment else ""
    return Who(viewer.account.name, gettext(desk) if desk else "", url_for("auth.choose_desk"))


def navigation(actor: Actor | None, endpoint: str | None, now: datetime) -> list[Link]:
    """The links for the actor, in a fixed order; `endpoint` is the page being shown."""
    if actor is None:
        return []
    links = [
        Link(
            gettext(label),
            url_for(target),
            current=endpoint == target,
            count=waiting_reports(db.session(), actor) if target == "reports.index" else "",
        )
        for label, target, permission in _links(actor.role)
        if may(actor, permission)
    ]
    return [_counted(links[0], actor, now), *links[1:]] if actor.role in DESKS else links


def _counted(inbox: Link, actor: Actor, now: datetime) -> Link:
    """The inbox with the number of the desk's own work."""
    session = db.session()
    count = inbox_count(session, actor, load_rules(session).procedures.at(now))
    return replace(inbox, count=count, count_url=url_for(f"{actor.role.value}.counts"))


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
    yield N_("SOP"), "sop.sheet", Permission.SIGNED_IN
