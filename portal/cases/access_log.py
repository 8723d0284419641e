"""Writing the log of accounts and sessions."""

from sqlalchemy.orm import Session

from portal.models import Access, AccessEvent, Caller


def note(session: Session, what: Access, by: Caller, account_id: int | None = None) -> None:
    """Add a line, inside the caller's write; `account_id`: to whose account it was done."""
    about = f"account:{account_id}" if account_id and account_id != by.account_id else ""
    session.add(
        AccessEvent(
            at=by.at, account_id=by.account_id, what=what, address=by.address[:45], object=about
        )
    )
