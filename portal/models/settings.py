"""What the administrator sets: office hours, Ramadan, days off, SOP versions, switches."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base


class OfficeHours(Base):
    """Office hours from a date on; `hours` is what `cases.rules` reads and writes."""

    __tablename__ = "office_hours"
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    hours: Mapped[dict[str, Any]] = mapped_column(JSON)


class Ramadan(Base):
    """A Ramadan's first and last day (inclusive)."""

    __tablename__ = "ramadan"
    first_day: Mapped[date] = mapped_column(primary_key=True)
    last_day: Mapped[date]


class SpecialDay(Base):
    """A day off that the calendar does not know, or (`working`) one that was cancelled."""

    __tablename__ = "special_day"
    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    working: Mapped[bool] = mapped_column(default=False)


class SopVersion(Base):
    """The numbers and actors of the SOP from a date on; `settings` as in `cases.rules`."""

    __tablename__ = "sop_version"
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)


class Setting(Base):
    """One switch or number by its name, which the `cases` module that reads it defines."""

    __tablename__ = "setting"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
