"""The links in the page's head: what the viewer's desk may open."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from portal.access import Permission, may
from portal.sop.procedure import DESKS, Role
from portal.sop.text import N_
from portal.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Link:
    """`count`: what waits there, None where nothing is counted."""

    label: str
    url: str
    current: bool = False
    count: str | None = None


def navigation(who: Viewer | None, endpoint: str | None, now: datetime) -> list[Link]:
    """The links for the viewer, in a fixed order; `endpoint` is the page being shown."""
    if who is None or who.actor is None:
        return []
    return [
        Link(label, url_for(target), current=_section(endpoint) == _section(target))
        for label, target, permission in _links(who.actor.role)
        if may(who.actor, permission)
    ]


def _links(role: Role) -> list[tuple[str, str, Permission]]:
    links = []
    if role in DESKS:
        links.append((N_("Kotak masuk"), f"{role.value}.inbox", Permission.WORK_DESK))
    return links


def _section(endpoint: str | None) -> str:
    return (endpoint or "").partition(".")[0]
