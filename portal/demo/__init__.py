"""Invented accounts and complaints that show every desk in every state."""

from sqlalchemy.orm import Session

from portal.models import Setting

MARK = "demo"


def is_demo(session: Session) -> bool:
    """Whether this database holds the demo, and may therefore be played with."""
    return session.get(Setting, MARK) is not None
