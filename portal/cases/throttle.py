"""The growing delay after failures: for a name, for a code, for an address."""

import hashlib
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from sqlalchemy import delete
from sqlalchemy.orm import Session

from portal.models import SignInThrottle, writing
from portal.sop.text import N_, Refusal

# Failures that cost nothing: with one name or code, and of an office behind one address.
_FREE, _FREE_ADDRESS = 3, 30
_FIRST_DELAY, _LONGEST_DELAY = timedelta(seconds=2), timedelta(minutes=15)
_FORGET = timedelta(hours=1)


class TooManyAttempts(Refusal):
    """Try again after `seconds`; what was tried was not looked at."""

    def __init__(self, wait: timedelta) -> None:
        self.seconds = int(wait.total_seconds()) + 1
        if self.seconds < 120:
            message = N_("Terlalu banyak percobaan. Coba lagi dalam %(count)s detik.")
            super().__init__(message, count=self.seconds)
        else:
            message = N_("Terlalu banyak percobaan. Coba lagi dalam %(count)s menit.")
            super().__init__(message, count=-(-self.seconds // 60))


def count_attempt(session: Session, tried: str, address: str, now: datetime) -> None:
    """Count a try at `tried` as failed before it is looked at, so that many at once are not all
    the first. Raises TooManyAttempts."""
    with writing(session):
        session.execute(
            delete(SignInThrottle).where(SignInThrottle.last_failure_at < now - _FORGET)
        )
        free = {_key(tried): _FREE, _network(address): _FREE_ADDRESS}
        counts = {key: session.get(SignInThrottle, key, with_for_update=True) for key in free}
        wait = max(_wait(count, free[key], now) for key, count in counts.items())
        if wait > timedelta():
            raise TooManyAttempts(wait)
        for key, count in counts.items():
            if count is None:
                count = SignInThrottle(key=key, failures=0)
                session.add(count)
            count.failures += 1
            count.last_failure_at = now


def forgive(session: Session, tried: str, address: str) -> None:
    """The try was right: in the caller's write, forget those at `tried`, and it at `address`."""
    session.execute(delete(SignInThrottle).where(SignInThrottle.key == _key(tried)))
    shared = session.get(SignInThrottle, _network(address), with_for_update=True)
    if shared is not None:
        shared.failures -= 1


def _wait(count: SignInThrottle | None, free: int, now: datetime) -> timedelta:
    beyond = count.failures - free if count else -1
    if count is None or beyond < 0:
        return timedelta()
    delay: timedelta = min(_FIRST_DELAY * 2 ** min(beyond, 20), _LONGEST_DELAY)
    return count.last_failure_at + delay - now


def _key(tried: str) -> str:
    """What is typed as a name may be anything, even a password: only its digest is kept."""
    return f"name:{hashlib.sha256(tried.encode()).hexdigest()}"


def _network(address: str) -> str:
    """An IPv4 address, or the /64 that one IPv6 household has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "address:?"
    network = parsed if parsed.version == 4 else ip_network((parsed, 64), strict=False)
    return f"address:{network}"
