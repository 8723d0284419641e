"""Imports of LAPOR! exports and what officers decided about words that the portal did not know."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.models.base import Base


class ImportState(StrEnum):
    READING = "reading"
    PREVIEW = "preview"
    IMPORTING = "importing"
    DONE = "done"
    FAILED = "failed"


class ImportBatch(Base):
    """An uploaded export on its way in; the file lies sealed in the instance folder until it is.

    `preview` holds the counts, the rejected rows and the unknown words; `error` the msgid and
    params of the sentence that says why it failed; `beat_at` is renewed by
    the worker at work, so that another can take over after a crash.
    """

    __tablename__ = "import_batch"
    id: Mapped[int] = mapped_column(primary_key=True)
    filename: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[ImportState] = mapped_column(String(20))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    created_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    preview: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class LaporWord(Base):
    """An unknown class or status of LAPOR! (`kind`, normalised `word`) and what it stands for."""

    __tablename__ = "lapor_word"
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    word: Mapped[str] = mapped_column(String(100), primary_key=True)
    value: Mapped[str] = mapped_column(String(30))
