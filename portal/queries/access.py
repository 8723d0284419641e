"""The log of accounts and sessions, read: one's own, and the administrator's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, distinct, func, or_, select
from sqlalchemy.orm import Session

from portal.models import ARRIVALS, FAILURES, AccessEvent, Account

PAGE = 50
_LATELY = timedelta(hours=24)


def own_events(session: Session, account_id: int, count: int) -> Sequence[AccessEvent]:
    """What was last done by an account, or to it."""
    return session.scalars(_about(account_id).limit(count)).all()


def news(session: Session, account_id: int) -> int:
    """How often, between an account's last two arrivals, one failed to get in by it or another
    did something to it."""
    arrivals = session.scalars(
        select(AccessEvent.id)
        .where(AccessEvent.account_id == account_id, AccessEvent.what.in_(ARRIVALS))
        .order_by(AccessEvent.id.desc())
        .limit(2)
    ).all()
    if len(arrivals) < 2:
        return 0
    told = or_(AccessEvent.account_id.is_distinct_from(account_id), AccessEvent.what.in_(FAILURES))
    since = _about(account_id).where(AccessEvent.id > arrivals[1], told)
    return session.scalar(select(func.count()).select_from(since.subquery())) or 0


def events(session: Session, account_id: int, before: int) -> Sequence[AccessEvent]:
    """A page of the log and one line more, newest first.

    Of one account, and before one line; 0: of all, and from the newest on.
    """
    query = _about(account_id) if account_id else _newest_first()
    if before:
        query = query.where(AccessEvent.id < before)
    return session.scalars(query.limit(PAGE + 1)).all()


def _newest_first() -> Select[tuple[AccessEvent]]:
    return select(AccessEvent).order_by(AccessEvent.id.desc())


def _about(account_id: int) -> Select[tuple[AccessEvent]]:
    return _newest_first().where(
        or_(AccessEvent.account_id == account_id, AccessEvent.object == f"account:{account_id}")
    )


def account_names(session: Session) -> dict[int, str]:
    """Every account's name, by its id."""
    return dict(session.execute(select(Account.id, Account.name)).tuples().all())


@dataclass(frozen=True, slots=True)
class Failures:
    """How many sign-ins failed in the last 24 hours, and from how many addresses."""

    count: int
    addresses: int


def failures(session: Session, now: datetime) -> Failures:
    query = select(func.count(), func.count(distinct(AccessEvent.address))).where(
        AccessEvent.what.in_(FAILURES), AccessEvent.at > now - _LATELY
    )
    return Failures(*session.execute(query).one())
