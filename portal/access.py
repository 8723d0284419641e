"""Who may see and do what: the one place that knows scopes."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import ColumnElement, Integer, bindparam, false, func, select, true

from portal.models import Assignment, Complaint, ImportBatch, Instansi, Report, Sighting
from portal.sop.procedure import DESKS, Role
from portal.sop.vocabulary import Status
from portal.sop.workflow import State


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody at a desk: an account in one of its assignments, or the portal itself."""

    role: Role
    name: str
    account_id: int | None = None
    assignment_id: int | None = None
    instansi_id: int | None = None
    opd_id: int | None = None
    unit_id: int | None = None

    @property
    def office(self) -> int:
        """The id of the office whose complaints the desk sees; 0 where it sees no office's."""
        scope = _SCOPES.get(self.role)
        return (scope and getattr(self, scope)) or 0


# What of a complaint, and of an actor, says whose it is.
_SCOPES = {
    Role.ADMIN_INSTANSI: "instansi_id",
    Role.KEPALA_DINAS: "instansi_id",
    Role.PEJABAT_PENGHUBUNG: "opd_id",
    Role.UNIT_KERJA: "unit_id",
}
# Stands for `Actor.office` in a statement that is made once for all desks of a role.
OFFICE = bindparam("office", type_=Integer)
SYSTEM = Actor(Role.SYSTEM, "Sistem")

# "complaints at steps 1-2, and those sent back as not ours"
_NATIONAL = (
    Status.ARRIVED,
    Status.RECEIVED,
    Status.RETURNED,
    Status.AWAITING_COMPLETION,
)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on complaints that `actor` may see; every query of complaints carries it."""
    return visible_at(actor.role, actor.office)


def visible_at(role: Role, office: int | ColumnElement[int] = OFFICE) -> ColumnElement[bool]:
    """The same for a desk of `role`, whose office the statement may leave open."""
    match role:
        case Role.ADMIN_NASIONAL:
            return Complaint.status.in_(_NATIONAL)
        case Role.SYSTEM:
            return true()
        case _ if role in _SCOPES:
            column: ColumnElement[int] = getattr(Complaint, _SCOPES[role])
            return column == office
    return false()


def could_see(actor: Actor, stands: State | Complaint) -> bool:
    """The same for a complaint at hand, or one that stood so in the past."""
    match actor.role:
        case Role.ADMIN_NASIONAL:
            return stands.status in _NATIONAL
        case Role.SYSTEM:
            return True
        case role if role in _SCOPES and actor.office:
            return bool(getattr(stands, _SCOPES[role]) == actor.office)
    return False


def known_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on complaints that `actor` may know of by their number.

    Each has lain with the Admin Nasional (SOP rows 1 and 2), also one that he handed on since.
    """
    return true() if actor.role is Role.ADMIN_NASIONAL else visible_to(actor)


def sees_reporter(actor: Actor, complaint: Complaint) -> bool:
    """Whether the reporter may be named at this desk.

    Of an anonymous or confidential complaint only the Admin Instansi, who writes to the citizen,
    needs the name.
    """
    protected = complaint.anonymous or complaint.confidential
    return actor.role is Role.ADMIN_INSTANSI or not protected


def imports_of(actor: Actor) -> ColumnElement[bool]:
    """The condition on imports that `actor` may see.

    A preview repeats words of the file, and in a file with shifted columns they may be a name:
    only the Admin Instansi sees what others uploaded, and that of his own instansi alone.
    """
    own = ImportBatch.account_id == actor.account_id
    if actor.role is Role.ADMIN_INSTANSI:
        desks = select(Assignment.id).where(Assignment.instansi_id == actor.office)
        # at the server imports who runs it: the first instansi, whose desks these are
        first = select(func.min(Instansi.id)).scalar_subquery()
        at_server = ImportBatch.assignment_id.is_(None) & (first == actor.office)
        return own | ImportBatch.assignment_id.in_(desks) | at_server
    return own


def reports_of(actor: Actor) -> ColumnElement[bool]:
    """The condition on monthly reports that `actor` may see: those of his own instansi."""
    return reports_at(actor.role, actor.office)


def reports_at(role: Role, office: int | ColumnElement[int] = OFFICE) -> ColumnElement[bool]:
    """The same for a desk of `role`, whose office the statement may leave open."""
    if role not in _ROLES[Permission.READ_REPORTS]:
        return false()
    return Report.instansi_id == office


def answerable(actor: Actor, model: type[Complaint | Sighting]) -> ColumnElement[bool]:
    """The condition on complaints, or on what was seen of them, whose data `actor` answers for.

    The administrator, who looks after accounts, is told which ones were seen; never what they say.
    """
    if actor.role in (Role.ADMINISTRATOR, Role.SYSTEM):
        return true()
    if actor.role not in _ROLES[Permission.READ_SIGHTINGS]:
        return false()
    return model.instansi_id == actor.office


class Permission(StrEnum):
    """What a route asks for; a route that asks for nothing answers 403."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    READ_COMPLAINTS = "read_complaints"
    ATTACH = "attach"
    IMPORT = "import"
    READ_REPORTS = "read_reports"
    WRITE_REPORTS = "write_reports"
    APPROVE_REPORTS = "approve_reports"
    READ_DISCLOSURES = "read_disclosures"
    READ_SIGHTINGS = "read_sightings"
    COPY_PERSONAL_DATA = "copy_personal_data"
    ADMINISTER = "administer"


_ROLES: dict[Permission, frozenset[Role]] = {
    Permission.SIGNED_IN: frozenset(Role),
    Permission.READ_COMPLAINTS: frozenset({*DESKS, Role.KEPALA_DINAS}),
    Permission.ATTACH: frozenset(DESKS),
    Permission.IMPORT: frozenset({Role.ADMIN_NASIONAL, Role.ADMIN_INSTANSI}),
    Permission.READ_REPORTS: frozenset({Role.ADMIN_INSTANSI, Role.KEPALA_DINAS}),
    Permission.WRITE_REPORTS: frozenset({Role.ADMIN_INSTANSI}),
    Permission.APPROVE_REPORTS: frozenset({Role.KEPALA_DINAS}),
    Permission.READ_DISCLOSURES: frozenset({Role.KEPALA_DINAS}),
    Permission.READ_SIGHTINGS: frozenset(
        {Role.ADMIN_INSTANSI, Role.KEPALA_DINAS, Role.ADMINISTRATOR}
    ),
    Permission.COPY_PERSONAL_DATA: frozenset({Role.ADMIN_INSTANSI}),
    Permission.ADMINISTER: frozenset({Role.ADMINISTRATOR}),
}


def may(actor: Actor | None, permission: Permission) -> bool:
    """Whether a route with `permission` is open to `actor` (None: nobody signed in)."""
    if permission is Permission.PUBLIC:
        return True
    return actor is not None and actor.role in _ROLES[permission]


View = TypeVar("View", bound=Callable[..., object])


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare what a view asks for; a view without a declaration answers 403."""

    def declare(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return declare


def fresh(view: View) -> View:
    """Declare that what is sent to a view asks for the password, unless it was typed just now."""
    view.fresh = True  # type: ignore[attr-defined]
    return view
