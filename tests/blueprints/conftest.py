"""Officers with passwords, and forms whose tokens are checked."""

from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.cases.passwords import hash_password
from portal.models import Account, writing
from tests.blueprints.pages import PASSWORD


@pytest.fixture
def guarded(app: Flask) -> None:
    """With the check of forms' tokens, which other tests leave off."""
    app.config["WTF_CSRF_ENABLED"] = True


@pytest.fixture
def budi(session: Session, cast: SimpleNamespace) -> Account:
    """The liaison, who may sign in with `PASSWORD`."""
    account: Account = cast.penghubung
    with writing(session):
        account.password_hash = hash_password(PASSWORD)
    return account
