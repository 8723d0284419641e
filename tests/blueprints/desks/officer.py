"""An officer at a browser without a screen."""

import re
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from portal.models import Account, Complaint

HTMX = {"HX-Request": "true"}
SLUGS = {
    "nasional": "admin-nasional",
    "instansi": "admin-instansi",
    "penghubung": "pejabat-penghubung",
    "penghubung_lain": "pejabat-penghubung",
    "unit": "unit-kerja",
    "unit_lain": "unit-kerja",
    "kepala": "kepala-dinas",
}
_HIDDEN = re.compile(r'name="(key|seq)" value="([^"]*)"')


class Officer:
    """Somebody of the cast, signed in, at his desk."""

    def __init__(self, app: Flask, cast: SimpleNamespace, who: str, sign_in: Any) -> None:
        self.slug = SLUGS.get(who, "")
        self.browser = app.test_client()
        account: Account = cast.accounts[who]
        sign_in(self.browser, account)

    def get(self, path: str = "", *, htmx: bool = False, **headers: str) -> TestResponse:
        """A page of the desk (or `path` from the root, with its slash)."""
        return self.browser.get(self._url(path), headers={**(HTMX if htmx else {}), **headers})

    def post(
        self,
        path: str,
        data: Mapping[str, Any] | None = None,
        *,
        htmx: bool = False,
        **options: Any,
    ) -> TestResponse:
        headers = HTMX if htmx else {}
        return self.browser.post(self._url(path), data=data, headers=headers, **options)

    def page(self, complaint: Complaint, **options: Any) -> TestResponse:
        return self.get(f"pengaduan/{complaint.tracking_id}", **options)

    def act(
        self, complaint: Complaint, slug: str, *, htmx: bool = False, **answers: Any
    ) -> TestResponse:
        """Open the complaint's page and send its form for `slug` with `answers`."""
        hidden = self.hidden(complaint, slug)
        return self.send(complaint, slug, {**hidden, **answers}, htmx=htmx)

    def send(
        self, complaint: Complaint, slug: str, data: Mapping[str, Any], *, htmx: bool = False
    ) -> TestResponse:
        path = f"pengaduan/{complaint.tracking_id}/{slug}"
        return self.post(path, data, htmx=htmx, content_type="multipart/form-data")

    def hidden(self, complaint: Complaint, slug: str) -> dict[str, str]:
        """The hidden fields of the form for `slug` on the complaint's page."""
        return hidden_of(form_of(self.page(complaint).text, slug))

    def _url(self, path: str) -> str:
        return path if path.startswith("/") else f"/{self.slug}/{path}"


Enter = Callable[[str], Officer]


def form_of(text: str, slug: str) -> str:
    """The part of a page that is the form of an action."""
    _, found, rest = text.partition(f'<details class="act" id="{slug}"')
    assert found, f"no form for {slug}"
    return rest.partition("</form>")[0]


def hidden_of(text: str) -> dict[str, str]:
    return dict(_HIDDEN.findall(text))
