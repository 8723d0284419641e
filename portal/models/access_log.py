"""Who did what with accounts and sessions, from where; append-only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base


class Access(StrEnum):
    """What happened."""

    SIGNED_IN = "signed_in"
    SIGNED_IN_BY_RECOVERY = "signed_in_by_recovery"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - the name of an event
    WRONG_CODE = "wrong_code"
    TURNED_AWAY = "turned_away"
    SIGNED_OUT = "signed_out"
    SESSIONS_ENDED = "sessions_ended"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    PASSWORD_RESET = "password_reset"  # noqa: S105
    FACTOR_SET = "factor_set"
    FACTOR_REMOVED = "factor_removed"
    RECOVERY_RENEWED = "recovery_renewed"
    ACCOUNT_CREATED = "account_created"
    ACCOUNT_EDITED = "account_edited"
    ACTIVATED = "activated"
    DEACTIVATED = "deactivated"
    ASSIGNED = "assigned"
    ASSIGNMENT_ENDED = "assignment_ended"
    SAFETY_SET = "safety_set"
    RETENTION_SET = "retention_set"


ARRIVALS = (Access.SIGNED_IN, Access.SIGNED_IN_BY_RECOVERY)
FAILURES = (Access.WRONG_PASSWORD, Access.WRONG_CODE, Access.TURNED_AWAY)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks (None: nobody is signed in), from which address, and when (aware)."""

    account_id: int | None
    address: str
    at: datetime


class AccessEvent(Base):
    """One line of the log: `account_id` did `what` to `object` ("account:12"; "" for himself)."""

    __tablename__ = "access_log"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    what: Mapped[Access] = mapped_column(String(30))
    address: Mapped[str] = mapped_column(String(45))
    object: Mapped[str] = mapped_column(String(60), default="")

    __table_args__ = (
        Index("ix_access_log_account_id_id", "account_id", "id"),
        Index("ix_access_log_object_id", "object", "id"),
    )
