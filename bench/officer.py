"""An officer at his browser, as the measurements play him: pages and their forms over HTTP."""

import re
import socket
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from random import Random
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

PASSWORD = "demo-magetan"  # noqa: S105 - of the invented officers
TIMEOUT = 60
_TUS = {"Tus-Resumable": "1.0.0"}
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    text: str
    location: str
    headers: dict[str, str]


@dataclass
class Field:
    """One field of a form: its kind, what it says by itself, what it can say."""

    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)


@dataclass
class PageForm:
    """A form of a page, its fields by name in order."""

    action: str
    fields: dict[str, Field] = field(default_factory=dict)

    def value(self, name: str) -> str:
        return self.fields[name].value

    def filled(self, rng: Random, words: str, chosen: Mapping[str, str]) -> Pairs:
        """What somebody sends who writes `words` wherever he can.

        What is not in `chosen` (by field) he takes by chance.
        """
        pairs = []
        for name, one in self.fields.items():
            value = one.value
            if chosen.get(name) in one.options:
                value = chosen[name]
            elif one.kind == "textarea":
                value = words
            elif one.options and not value:
                value = rng.choice(one.options)
            elif one.kind == "text" and not value and name != "duplicate_of":
                value = words
            if one.kind != "file":
                pairs.append((name, value))
        return pairs


class _Forms(HTMLParser):
    """Collects the POST forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._open: PageForm | None = None
        self._field: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("method") == "post":
            self._open = PageForm(given.get("action", ""))
            self.forms.append(self._open)
        elif self._open is None:
            return
        elif tag in ("input", "textarea", "select") and "name" in given:
            self._read(tag, given)
        elif tag == "option" and self._field and given.get("value"):
            self._field.options.append(given["value"])
            if "selected" in given:
                self._field.value = given["value"]

    def _read(self, tag: str, given: dict[str, str]) -> None:
        assert self._open is not None
        kind = given.get("type", "text") if tag == "input" else tag
        one = self._open.fields.setdefault(given["name"], Field(kind))
        if kind == "radio":
            one.options.append(given["value"])
        if kind not in ("radio", "checkbox") or "checked" in given:
            one.value = given.get("value", "")
        self._field = one

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = self._field = None


class Officer:
    """A browser without scripts. Whatever breaks the connection comes out as OSError."""

    def __init__(self, address: str, username: str) -> None:
        self.username = username
        self._host, self._port = urlsplit(address).hostname or "", urlsplit(address).port
        self._cookies: SimpleCookie = SimpleCookie()

    def sign_in(self) -> None:
        self._cookies.clear()
        page = self.get("/masuk")
        form = next(one for one in forms_of(page) if "password" in one.fields)
        data = {"csrf_token": form.value("csrf_token"), "username": self.username}
        answer = self.post(form.action, list((data | {"password": PASSWORD}).items()))
        if answer.status == 429:  # the throttle counts a try whose process was killed in it
            time.sleep(int(answer.headers["Retry-After"]))
            raise OSError("to be tried again")
        assert answer.status == 303, f"{self.username} was not let in: {answer.status}"

    @property
    def cookies(self) -> str:
        """What the browser sends along of what it was given."""
        return "; ".join(f"{one.key}={one.coded_value}" for one in self._cookies.values())

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def post(self, path: str, pairs: Pairs, file: tuple[str, bytes] | None = None) -> Answer:
        """Send a form, with a file in its field `files` if given."""
        if file is None:
            body, kind = urlencode(pairs).encode(), "application/x-www-form-urlencoded"
        else:
            boundary = uuid4().hex
            body = b"".join(_multipart(boundary, pairs, file))
            kind = f"multipart/form-data; boundary={boundary}"
        return self.send("POST", path, body, {"Content-Type": kind})

    def send(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer:
        connection = HTTPConnection(self._host, self._port, timeout=TIMEOUT)
        try:
            given = {"Cookie": self.cookies, **(headers or {})}
            connection.request(method, path, body, given)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            self._cookies.load(line)
        return Answer(
            answer.status, text, answer.getheader("Location", ""), dict(answer.getheaders())
        )

    def begin_upload(self, name: str, size: int, headers: dict[str, str]) -> str:
        """Announce a file that comes in parts; the path to which they go."""
        named = b64encode(name.encode()).decode()
        told = {"Upload-Length": str(size), "Upload-Metadata": f"filename {named}"}
        answer = self.send("POST", "/unggahan", b"", _TUS | headers | told)
        if answer.status != 201:
            raise OSError(f"an upload was answered {answer.status}")
        return answer.location

    def upload_offset(self, path: str) -> int:
        """How much of it has come."""
        answer = self.send("HEAD", path, b"", _TUS)
        if answer.status != 200:
            raise OSError(f"an upload was answered {answer.status}")
        return int(answer.headers["Upload-Offset"])

    def send_part(self, path: str, offset: int, part: bytes, headers: dict[str, str]) -> Answer:
        """Send the next part of it."""
        kind = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        return self.send("PATCH", path, part, _TUS | headers | kind)

    def abandon(self, path: str, pairs: Pairs) -> None:
        """Send a form and hang up without hearing the answer."""
        body = urlencode(pairs).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n"
            f"Cookie: {self.cookies}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection((self._host, self._port), TIMEOUT) as line:
            line.sendall(head.encode() + body)


def _multipart(boundary: str, pairs: Pairs, file: tuple[str, bytes]) -> Iterator[bytes]:
    disposition = "Content-Disposition: form-data; name="
    for name, value in pairs:
        yield f'--{boundary}\r\n{disposition}"{name}"\r\n\r\n{value}\r\n'.encode()
    name, content = file
    yield f'--{boundary}\r\n{disposition}"files"; filename="{name}"\r\n\r\n'.encode()
    yield content + f"\r\n--{boundary}--\r\n".encode()


def forms_of(page: Answer) -> list[PageForm]:
    """The forms by POST of a page."""
    reader = _Forms()
    reader.feed(page.text)
    return reader.forms


def complaints_on(page: Answer) -> list[str]:
    """The paths of the complaints to which an inbox leads."""
    found = re.findall(r'href="(/[a-z-]+/pengaduan/\w+)"', page.text)
    return list(dict.fromkeys(found))
