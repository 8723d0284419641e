"""The history can only grow: the database itself refuses everything else."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.models import Complaint


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET actor_name = 'orang lain'",
        "UPDATE entry SET details = '{}', words = '{}', salt = NULL",
        "UPDATE entry SET words = '{}', salt = x'00'",
        "DELETE FROM entry",
        "INSERT OR REPLACE INTO entry SELECT * FROM entry",
    ],
)
def test_an_entry_is_neither_changed_nor_deleted_nor_replaced(
    session: Session, make_complaint: Callable[..., Complaint], statement: str
) -> None:
    make_complaint()
    with pytest.raises(IntegrityError, match="append-only"):
        session.execute(text(statement))
