"""The signed-in account at the desk that it chose: what Flask-Login calls the user."""

from datetime import date

from flask_login import UserMixin
from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session, joinedload

from portal.access import Actor
from portal.models import Account, Assignment, EndedSession, Opd, Unit
from portal.sop.procedure import Role


class Viewer(UserMixin):  # type: ignore[misc]
    """An account with its valid assignments and the one it acts in; `actor` None without any."""

    def __init__(self, account: Account, assignments: list[Assignment], chosen: int | None):
        self.account = account
        self.assignments = assignments
        by_id = {assignment.id: assignment for assignment in assignments}
        first = assignments[0] if assignments else None
        self.assignment = by_id.get(chosen or 0, first)
        self.actor = actor_of(account, self.assignment) if self.assignment else None
        # Kept: what is read of an account after a write is asked of the database again.
        self.account_id, self.name = account.id, account.name
        self.desk = desk_name(self.assignment) if self.assignment else ""

    def get_id(self) -> str:
        return session_id(self.account)

    def assignment_for(self, role: Role) -> Assignment | None:
        """The assignment to work at a desk of `role`: the chosen one if it is, else the first."""
        if self.assignment is not None and self.assignment.role == role:
            return self.assignment
        return next((one for one in self.assignments if one.role == role), None)


def session_id(account: Account) -> str:
    """What the session cookie holds; it changes when the account's sessions must end."""
    return f"{account.id}.{account.session_epoch}"


def load_viewer(
    session: Session, signed_in_as: str, name: str, chosen: int | None, today: date
) -> Viewer | None:
    """The viewer of a session cookie's id, or None when that session, or its `name`, has ended."""
    number, _, _ = signed_in_as.partition(".")
    known = session.scalars(_ACTIVE, {"id": int(number or 0), "session": name})
    account = known.unique().one_or_none()
    if account is None or session_id(account) != signed_in_as:
        return None
    valid = [one for one in account.assignments if one.is_valid_on(today)]
    return Viewer(account, valid, chosen)


_OFFICES = (
    joinedload(Assignment.opd).load_only(Opd.name),
    joinedload(Assignment.unit).load_only(Unit.name),
)
_ACTIVE = (
    select(Account)
    .where(
        Account.id == bindparam("id"),
        Account.active,
        ~exists().where(EndedSession.id == bindparam("session")),
    )
    .options(joinedload(Account.assignments).options(*_OFFICES))
)


def actor_of(account: Account, assignment: Assignment) -> Actor:
    """The actor that an account is in one of its assignments; `name` is what the history prints."""
    return Actor(
        role=Role(assignment.role),
        name=", ".join(part for part in (account.name, desk_name(assignment)) if part),
        account_id=account.id,
        assignment_id=assignment.id,
        instansi_id=assignment.instansi_id,
        opd_id=assignment.opd_id,
        unit_id=assignment.unit_id,
    )


def desk_name(assignment: Assignment) -> str:
    """Such as "Plh. Kepala Dinas a.n. …" or "Pejabat Penghubung OPD Dinas Perhubungan"."""
    title = assignment.position or Role(assignment.role).label
    scope = assignment.unit or assignment.opd
    words = [assignment.acting, title, scope.name if scope and not assignment.position else ""]
    if assignment.on_behalf_of:
        words += ["a.n.", assignment.on_behalf_of]
    return " ".join(word for word in words if word)
