"""How long a session lasts, who needs a second factor: what the administrator sets for safety."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.cases.access_log import note
from portal.cases.fields import Fields
from portal.models import Access, Caller, EndedSession, Setting, writing

IDLE_MINUTES, HOURS = 30, 12
_MOST_HOURS = 24
# The page warns by its own clock; a minute more here, so that the server is never the first.
_GRACE = timedelta(minutes=1)
# For so long after a password was typed, it is not asked again before what weighs more.
_PROOF_LASTS = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Safety:
    """After how many idle minutes, and at most how many hours, a session ends; whether desks that
    decide need a second factor."""

    idle_minutes: int
    hours: int
    second_factor: bool


def safety(session: Session) -> Safety:
    """What is set, and else what holds without it."""

    def value(name: str, default: int) -> int:
        stored = session.get(Setting, name)
        return int(stored.value) if stored else default

    return Safety(
        value("idle_minutes", IDLE_MINUTES),
        value("session_hours", HOURS),
        bool(value("second_factor", 0)),
    )


def set_safety(session: Session, raw: Mapping[str, str], by: Caller) -> None:
    """Set `idle_minutes` (5 to 240), `session_hours` (1 to 24) and `second_factor` (ticked or
    not), for sessions that begin from now on. Raises Invalid."""
    fields = Fields(raw)
    values = {
        "idle_minutes": fields.number("idle_minutes", 5, 240),
        "session_hours": fields.number("session_hours", 1, _MOST_HOURS),
        "second_factor": fields.ticked("second_factor"),
    }
    fields.check()
    with writing(session):
        for name, value in values.items():
            session.merge(Setting(name=name, value=value))
        note(session, Access.SAFETY_SET, by)


def session_is_over(cookie: Mapping[str, Any], now: datetime) -> bool:
    """Whether a session was left alone, or lasted, for longer than the limits that it began with.

    `cookie` holds `seen` and `began` (seconds since 1970), `idle_minutes` and `hours`.
    """
    idle = timedelta(minutes=cookie.get("idle_minutes", IDLE_MINUTES)) + _GRACE
    whole = timedelta(hours=cookie.get("hours", HOURS))
    return _older(cookie.get("seen"), idle, now) or _older(cookie.get("began"), whole, now)


def is_proved(cookie: Mapping[str, Any], now: datetime) -> bool:
    """Whether the session's owner typed his password a moment ago (`proved`)."""
    return "proved" in cookie and not _older(cookie["proved"], _PROOF_LASTS, now)


def _older(moment: float | None, limit: timedelta, now: datetime) -> bool:
    return moment is not None and now.timestamp() - moment > limit.total_seconds()


def end_session(session: Session, name: str, by: Caller) -> None:
    """Let nobody go on with the session `name`, not even who kept a copy of its cookie."""
    with writing(session):
        over = by.at - timedelta(hours=_MOST_HOURS)
        session.execute(delete(EndedSession).where(EndedSession.ended_at < over))
        session.merge(EndedSession(id=name, ended_at=by.at))
        note(session, Access.SIGNED_OUT, by)
