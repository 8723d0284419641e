"""Who signs in, at which desks they sit and for how long, and what guards the sign-in."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.base import Base
from portal.models.organisation import Instansi, Opd, Unit
from portal.sop.procedure import Role


class Account(Base):
    """A person. `session_epoch` goes up when sessions must end: new password, changed rights.

    `rank` is the pangkat that stands under a signature. `lent_until`: the password came from the
    administrator, opens until then, and must be changed first; None for a password of one's own.
    """

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    nip: Mapped[str] = mapped_column(String(30), default="")
    rank: Mapped[str] = mapped_column(String(60), default="", server_default="")
    phone: Mapped[str] = mapped_column(String(30), default="")
    password_hash: Mapped[str] = mapped_column(String(200))
    lent_until: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(default=True)
    session_epoch: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None]
    assignments: Mapped[list["Assignment"]] = relationship(
        back_populates="account", order_by="Assignment.id"
    )
    second_factor: Mapped["SecondFactor | None"] = relationship(cascade="all, delete-orphan")
    recovery_codes: Mapped[list["RecoveryCode"]] = relationship(
        cascade="all, delete-orphan", order_by="RecoveryCode.id"
    )


class Assignment(Base):
    """A desk that an account may sit at, from one local day to another (inclusive).

    `acting` is "", "Plt." or "Plh."; `on_behalf_of` names whom an acting official stands in for.
    """

    __tablename__ = "assignment"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[Role] = mapped_column(String(30))
    instansi_id: Mapped[int | None] = mapped_column(ForeignKey("instansi.id"))
    opd_id: Mapped[int | None] = mapped_column(ForeignKey("opd.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    position: Mapped[str] = mapped_column(String(120), default="")
    acting: Mapped[str] = mapped_column(String(10), default="")
    on_behalf_of: Mapped[str] = mapped_column(String(120), default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    account: Mapped[Account] = relationship(back_populates="assignments")
    instansi: Mapped[Instansi | None] = relationship()
    opd: Mapped[Opd | None] = relationship()
    unit: Mapped[Unit | None] = relationship()

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class SecondFactor(Base):
    """What an account's telephone makes codes of, sealed by the key numbered `key`.

    `last_step`: the half minute of the code that was used last; none may be used again.
    """

    __tablename__ = "second_factor"
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    key: Mapped[int]
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int]
    since: Mapped[datetime]


class RecoveryCode(Base):
    """A code for who has lost his telephone; gone once it was used."""

    __tablename__ = "recovery_code"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(200))


class EndedSession(Base):
    """A session that was signed out: a copy of its cookie must not revive it."""

    __tablename__ = "ended_session"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    ended_at: Mapped[datetime]


class SignInThrottle(Base):
    """Failures in a row with one account name, one account's code or one address (`key`)."""

    __tablename__ = "sign_in_throttle"
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_failure_at: Mapped[datetime]


class SetupLink(Base):
    """The one-time link that creates the first administrator; only its hash is kept."""

    __tablename__ = "setup_link"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
