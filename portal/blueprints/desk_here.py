"""The desk at which a request is made: whose it is, and the rules in force there."""

from dataclasses import dataclass

from flask import g
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden

from portal.access import Actor
from portal.cases.rules import Rules, Version
from portal.extensions import db
from portal.sop.procedure import Procedure, Role
from portal.viewer import actor_of
from portal.web import procedure, rules, version, viewer


@dataclass(frozen=True, slots=True)
class Here:
    """What every view of a desk needs; `version`: of what it is made, as the request began."""

    role: Role
    actor: Actor
    rules: Rules
    procedure: Procedure
    session: Session
    version: Version

    def endpoint(self, name: str) -> str:
        return f"{self.role.value}.{name}"


def sit_down(role: Role) -> None:
    """Take the viewer's seat at a desk of `role`: the chosen one, else one that he also holds.

    Raises Forbidden when he holds none.
    """
    who = viewer()
    assignment = who.assignment_for(role) if who else None
    if who is None or assignment is None:
        raise Forbidden()
    actor = actor_of(who.account, assignment)
    g.here = Here(role, actor, rules(), procedure(), db.session(), version())


def here() -> Here:
    """The desk that `sit_down` found for this request."""
    found: Here = g.here
    return found
