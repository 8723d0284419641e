"""The desk at which a request is made: whose it is, and the rules in force there."""

from dataclasses import dataclass

from flask import g
from sqlalchemy.orm import Session
from werkzeug.exceptions import Forbidden

from portal.access import Actor
from portal.cases.rules import Rules
from portal.extensions import db
from portal.sop.procedure import Procedure, Role
from portal.viewer import actor_of
from portal.web import procedure, rules, viewer


@dataclass(frozen=True, slots=True)
class Here:
    """What every view of a desk needs."""

    role: Role
    actor: Actor
    session: Session

    @property
    def rules(self) -> Rules:
        return rules()

    @property
    def procedure(self) -> Procedure:
        return procedure()

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
    g.here = Here(role, actor_of(who.account, assignment), db.session())


def here() -> Here:
    """The desk that `sit_down` found for this request."""
    found: Here = g.here
    return found
