"""A form that came too late (its session, its token, its desk had ended) is not lost.

What was typed goes back to the browser that sent it, in the answer itself: the sign-in page holds
it, and once somebody is signed in there a page offers to send it again. Nothing is kept here.
Only passwords and files stay out; the files' owner chooses them again.
"""

import json
from dataclasses import asdict, dataclass
from re import fullmatch
from typing import Self
from urllib.parse import urlsplit

from flask import request

# The field by which `blueprints.confirm` asks for the password.
CONFIRMATION = "confirm_password"
_UNHELD = frozenset({"csrf_token", "held", "passphrase", CONFIRMATION})
_WITH_PASSWORDS = ("auth", "second_factor")


@dataclass(frozen=True)
class Held:
    """A form: where it was going, its fields in order, the names of its file fields."""

    path: str
    fields: list[tuple[str, str]]
    file_fields: list[str]

    @classmethod
    def of_request(cls) -> Self | None:
        """The form of this request; None where there is none, or it is one with passwords."""
        if request.method != "POST" or request.blueprint in _WITH_PASSWORDS:
            return None
        return cls(
            path=request.full_path.rstrip("?"),
            fields=[
                (name, value)
                for name, value in request.form.items(multi=True)
                if name not in _UNHELD
            ],
            file_fields=[name for name, file in request.files.items() if file.filename],
        )

    @classmethod
    def handed_on(cls) -> Self:
        """A form with passwords or codes, without them: it only hands on the one that it held."""
        carried = [("held", request.form["held"])] if "held" in request.form else []
        return cls(request.path, carried, [])

    @classmethod
    def unpack(cls, packed: str) -> Self | None:
        """The inverse of `packed`; None for anything else."""
        try:
            held = cls(**json.loads(packed))
            fields = [(str(name), str(value)) for name, value in held.fields]
            files = [str(name) for name in held.file_fields]
        except (ValueError, TypeError, RecursionError):
            return None
        path = local_path(str(held.path))
        return cls(path, fields, files) if path else None

    @property
    def packed(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @property
    def texts(self) -> list[str]:
        """What somebody wrote, as far as it can be told from choices and keys."""
        inner = Held.unpack(dict(self.fields).get("held", ""))
        if inner:
            return inner.texts
        return [value for _, value in self.fields if " " in value.strip()]


def local_path(target: str) -> str | None:
    """`target` if it is a path of this portal, else None; browsers read `\\` as `/`."""
    safe = fullmatch(r"/(?![/\\])[^\x00-\x20\\]*", target) is not None
    return target if safe and not urlsplit(target).netloc else None


def came_from_us() -> bool:
    """Whether the browser says that a page of this portal sent the request."""
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host
