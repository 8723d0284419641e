"""Who saw whose data, when; what was seen is not repeated here."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base


class Saw(StrEnum):
    """What somebody saw: a complaint, a complaint with its reporter, a list of persons, all that
    there is of one person."""

    COMPLAINT = "complaint"
    IDENTITY = "identity"
    LIST = "list"
    COPY = "copy"


class Sighting(Base):
    """One line of the log. A complaint, or a list, stands in it once a local day for each account
    and kind.

    `instansi_id`: whose data it was; `complaint_id` None for a list, of which `note` is the name
    and `persons` the number of reporters in it. Of a copy `note` is what it was made for.
    """

    __tablename__ = "sighting"
    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    at: Mapped[datetime]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    actor_name: Mapped[str]
    what: Mapped[Saw] = mapped_column(String(20))
    instansi_id: Mapped[int | None] = mapped_column(ForeignKey("instansi.id"))
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"))
    persons: Mapped[int] = mapped_column(default=1)
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        Index(
            "uq_sighting_once",
            *("account_id", "day", "complaint_id", "what"),
            unique=True,
            sqlite_where=text("what IN ('complaint', 'identity')"),
            postgresql_where=text("what IN ('complaint', 'identity')"),
        ),
        Index("ix_sighting_complaint_id", "complaint_id"),
        Index("ix_sighting_day", "day"),
    )
