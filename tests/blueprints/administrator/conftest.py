"""The administrator in front of his pages."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.models import Account


@pytest.fixture
def admin(
    client: FlaskClient, cast: SimpleNamespace, sign_in: Callable[[FlaskClient, Account], None]
) -> FlaskClient:
    sign_in(client, cast.administrator)
    return client


@pytest.fixture
def post(admin: FlaskClient) -> Callable[..., TestResponse]:
    """Send a form to a page below /administrator/."""
    return lambda path, **fields: admin.post(f"/administrator/{path}", data=fields)
