"""A browser's part in the tests of pages: what it reads there and what it would send."""

import html
import re
from typing import Any

from flask import g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.markup import faults_of

_WITHOUT_PAGE = {204, 302, 303, 304, 308}
PASSWORD = "sawah hijau lereng lawu"
NEW_PASSWORD = {"password": "embun pagi sarangan 7", "repeat": "embun pagi sarangan 7"}


class Caller(FlaskClient):
    """Each of its requests stands alone, although the test holds the application's context."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        for name in list(g):
            g.pop(name)
        return super().open(*args, **kwargs)


class Browser(Caller):
    """Looks at every page that it fetches."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer = super().open(*args, **kwargs)
        readable = answer.mimetype == "text/html" and "Content-Encoding" not in answer.headers
        if readable and answer.status_code not in _WITHOUT_PAGE:
            faults = faults_of(answer.text)
            assert not faults, f"{answer.request.path}: {faults}"
        return answer


def enter(client: FlaskClient, password: str = PASSWORD, **more: str) -> TestResponse:
    """Send the sign-in form, as the liaison unless told otherwise."""
    return client.post("/masuk", data={"username": "penghubung", "password": password, **more})


def hidden(page: TestResponse, name: str) -> str:
    """The value of the page's hidden field `name`."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None, f"no field {name}"
    return html.unescape(found[1])


def form_of(page: str) -> dict[str, str]:
    """What a browser would send of the page's last form, as it stands."""
    form = page[page.rindex("<form") :]
    inputs = re.findall(r'<input [^>]*?name="(\w+)"[^>]*? value="([^"]*)"', form)
    selects = re.findall(
        r'<select name="(\w+)".*?<option value="(\w+)" selected>', form, flags=re.S
    )
    return {name: html.unescape(value) for name, value in [*inputs, *selects]}


def landed(client: FlaskClient, answer: TestResponse) -> str:
    """The page that a form that was taken leads to."""
    assert answer.status_code == 303
    return client.get(answer.location).text
