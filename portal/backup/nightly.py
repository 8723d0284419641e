"""When a backup is due, and how the last ones went: for the worker and the administrator."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from portal.backup.make import Made, back_up, backups
from portal.backup.retention import Keep, kept
from portal.models import Setting, writing
from portal.sop.office_time import ZONE
from portal.sop.text import N_, Refusal

_SETTING = "backup"
_AGAIN = timedelta(hours=1)
OLD = timedelta(days=2)
_FAILED = N_("Cadangan gagal; sebabnya tertulis di log.")


@dataclass(frozen=True, slots=True)
class Past:
    """The last backup (`made_at`, bytes, number of flaws) and what failed since.

    `why`: the msgid and params of the failure; empty when the last one came about.
    """

    made_at: datetime | None = None
    size: int = 0
    flaws: int = 0
    failed_at: datetime | None = None
    why: Mapping[str, Any] = field(default_factory=dict)

    @property
    def failure(self) -> Refusal | None:
        return Refusal(self.why["message"], **self.why["params"]) if self.why else None

    def is_old(self, now: datetime) -> bool:
        return self.made_at is None or not _within(OLD, self.made_at, now)


def past_backups(session: Session) -> Past:
    """What the portal knows of its backups."""
    stored = session.get(Setting, _SETTING)
    values = dict(stored.value) if stored else {}
    for name in ("made_at", "failed_at"):
        values[name] = datetime.fromisoformat(values[name]) if values.get(name) else None
    return Past(**values)


def note_made(session: Session, made: Made, now: datetime) -> None:
    _note(session, Past(made_at=now, size=made.size, flaws=len(made.flaws)))


def note_failed(session: Session, why: Refusal, now: datetime) -> None:
    params = {name: str(value) for name, value in why.params.items()}
    told = {"message": why.message, "params": params}
    _note(session, replace(past_backups(session), failed_at=now, why=told))


def _note(session: Session, past: Past) -> None:
    values = asdict(past)
    for name in ("made_at", "failed_at"):
        values[name] = values[name].isoformat() if values[name] else None
    with writing(session):
        session.merge(Setting(name=_SETTING, value=values))


def is_due(past: Past, at: time, now: datetime) -> bool:
    """Whether none came about since the local time `at` passed last; a failed one waits an hour."""
    local = now.astimezone(ZONE)
    due = datetime.combine(local.date(), at, ZONE)
    if due > local:
        due -= timedelta(days=1)
    if past.made_at and _within(local - due, past.made_at, now):
        return False
    return past.failed_at is None or not _within(_AGAIN, past.failed_at, now)


def _within(span: timedelta, moment: datetime, now: datetime) -> bool:
    """Not longer ago than `span`, nor to come: a clock that was ahead must not keep us still."""
    return timedelta() <= now - moment <= span


def nightly(
    session: Session,
    instance: Path,
    folder: Path,
    recipient: str,
    keep: Keep,
    now: datetime,
) -> None:
    """Make a backup, note how it went, and remove those that need not stay any longer.

    Nothing is removed after one with flaws: an older one may be the last that is whole.
    """
    try:
        made = back_up(session, instance, folder, recipient, now)
    except Exception as error:
        note_failed(session, error if isinstance(error, Refusal) else Refusal(_FAILED), now)
        raise
    note_made(session, made, now)
    if not made.flaws:
        found = backups(folder)
        for moment in found.keys() - kept(found, keep):
            found[moment].unlink()
