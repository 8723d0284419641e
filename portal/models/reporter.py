"""Who complained, sealed; apart from the complaint, so that no list of complaints can read it."""

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.models.base import Base
from portal.models.complaint import Complaint


class Reporter(Base):
    """The reporter of one complaint; every value sealed by the key numbered `key`.

    `title` and `body` are the complaint's words as they were written, where the complaint itself
    holds them without what tells who its reporter is. `nik_hash` and `phone_hash` find the same
    reporter again. `salt` is that of the commitment in the complaint's first history entry.
    """

    __tablename__ = "reporter"
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    key: Mapped[int] = mapped_column(index=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    name: Mapped[bytes | None] = mapped_column(LargeBinary)
    nik: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone: Mapped[bytes | None] = mapped_column(LargeBinary)
    email: Mapped[bytes | None] = mapped_column(LargeBinary)
    address: Mapped[bytes | None] = mapped_column(LargeBinary)
    title: Mapped[bytes | None] = mapped_column(LargeBinary)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    nik_hash: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    phone_hash: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)

    complaint: Mapped[Complaint] = relationship(back_populates="reporter")
