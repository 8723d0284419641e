"""The files that pages load: made ready once for each version, then kept for good.

They lie in `static/` of the instance folder, without the comments, under names that hold a piece of
their content's hash, each beside its brotli and its gzip form. A web server in front may send them.
"""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from flask import Flask, current_app
from rjsmin import jsmin

from portal.config import HTMX_CDN, HTMX_FILE, HTMX_INTEGRITY, ROOT
from portal.language import LANGUAGES, language, translate
from portal.wire import ENDINGS, FILE_QUALITY, compress

_SOURCES = ROOT / "portal" / "static"
# In a style sheet: lines that are comments, and the white space before the others.
_SLACK = re.compile(rb"^\s*(?:/\*.*\*/\n)?\s*", re.MULTILINE)
# How a script names another one that it brings.
_BROUGHT = re.compile(rb"\{(\w+\.js)\}")
_WORDS = re.compile(rb'\b_\("([^"]*)"\)')
# There, white space around the signs that set parts off says nothing either.
_AROUND = re.compile(rb"\s*([{};])\s*")


def init_app(app: Flask) -> None:
    """Make ready what is not; the first start of a version does it, every later one only looks."""
    instance = Path(app.instance_path)
    folder = folder_of(instance)
    folder.mkdir(exist_ok=True)
    htmx = instance / "htmx" / HTMX_FILE
    own = _prepare(htmx, htmx.read_bytes(), folder) if htmx.exists() else ""
    icon = (_SOURCES / "icon.svg").read_text("utf-8").strip()
    places = {
        "HTMX_CDN": HTMX_CDN,
        "HTMX_INTEGRITY": HTMX_INTEGRITY,
        "HTMX_OWN": own,
        "ICON": quote(icon, safe=' /:=<>".'),
    }
    names: dict[tuple[str, str], str] = {}
    app.extensions["assets"] = names

    def ready(filename: str, name: str) -> str:
        if (filename, name) not in names:
            file = _SOURCES / filename
            content = _BROUGHT.sub(
                lambda found: ready(found[1].decode(), name).encode(), _lean(file, places)
            )
            names[filename, name] = _prepare(file, _say(content, name), folder)
        return names[filename, name]

    for file in _SOURCES.iterdir():
        if file.suffix != ".svg":  # the icon lies in a script
            for name in LANGUAGES:
                ready(file.name, name)


def folder_of(instance: Path) -> Path:
    return instance / "static"


def asset_name(filename: str) -> str:
    """The name under which a file of portal/static is served, in the reader's language."""
    names: dict[tuple[str, str], str] = current_app.extensions["assets"]
    return names[filename, language()]


def _lean(file: Path, places: Mapping[str, str]) -> bytes:
    """The file as it goes over the line; scripts learn here where htmx is."""
    if file.suffix == ".css":
        return _AROUND.sub(rb"\1", _SLACK.sub(b"", file.read_bytes()))
    script: str = jsmin(file.read_text("utf-8"))
    for name, value in places.items():
        script = script.replace(f"{{{name}}}", value)
    return script.encode()


def _say(content: bytes, name: str) -> bytes:
    """The script with its words in the language `name`; a page then need not bring them."""
    return _WORDS.sub(lambda found: _as_script(translate(found[1].decode(), name)), content)


def _as_script(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False).encode()


def _prepare(file: Path, content: bytes, folder: Path) -> str:
    name = f"{file.stem}-{hashlib.sha256(content).hexdigest()[:8]}{file.suffix}"
    if not (folder / name).exists():
        for coding, ending in ENDINGS.items():
            _store(folder / (name + ending), compress(content, coding, FILE_QUALITY[coding]))
        _store(folder / name, content)
    return name


def _store(path: Path, content: bytes) -> None:
    """Whole or not at all: another process may be doing the same."""
    part = path.with_name(f"{path.name}.{os.getpid()}")
    part.write_bytes(content)
    part.replace(path)
