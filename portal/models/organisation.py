"""Who the offices are: instansi, OPD with their spellings, units, kecamatan."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.base import Base


class Instansi(Base):
    """A government that LAPOR! forwards to; ours is the one with desks here."""

    __tablename__ = "instansi"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)


class Opd(Base):
    """An office that a complaint can be disposed to. Deactivated ones stay for the history."""

    __tablename__ = "opd"
    id: Mapped[int] = mapped_column(primary_key=True)
    instansi_id: Mapped[int] = mapped_column(ForeignKey("instansi.id"))
    name: Mapped[str] = mapped_column(String(200), unique=True)
    active: Mapped[bool] = mapped_column(default=True)
    units: Mapped[list["Unit"]] = relationship(back_populates="opd", order_by="Unit.name")
    spellings: Mapped[list["OpdSpelling"]] = relationship(back_populates="opd")


class OpdSpelling(Base):
    """How LAPOR! writes an office, normalised; `opd_id` None: known not to be one of ours."""

    __tablename__ = "opd_spelling"
    normal: Mapped[str] = mapped_column(String(200), primary_key=True)
    text: Mapped[str] = mapped_column(String(200))
    opd_id: Mapped[int | None] = mapped_column(ForeignKey("opd.id"))
    opd: Mapped[Opd | None] = relationship(back_populates="spellings")


class Unit(Base):
    """A work unit of an OPD; `kinds` are the kinds of complaint that it takes, one a line."""

    __tablename__ = "unit"
    id: Mapped[int] = mapped_column(primary_key=True)
    opd_id: Mapped[int] = mapped_column(ForeignKey("opd.id"))
    name: Mapped[str] = mapped_column(String(200))
    kinds: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    opd: Mapped[Opd] = relationship(back_populates="units")


class Kecamatan(Base):
    __tablename__ = "kecamatan"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
