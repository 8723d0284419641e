"""Configuration: environment first, then `instance/config.env`, then what suits one office."""

import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
HTMX_VERSION = "2.0.11"
HTMX_FILE = f"htmx-{HTMX_VERSION}.min.js"
HTMX_CDN = f"https://cdn.jsdelivr.net/npm/htmx.org@{HTMX_VERSION}/dist/htmx.min.js"
HTMX_INTEGRITY = "sha384-2OatzQy1H+Zd/IIrjr1TcuDGqLXeHhbooAyJY1KdQMKnr4LZ22k31GBLdYKHmVjg"
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Htmx:
    """Where pages get htmx from: the CDN, a copy of the same file in the instance, or both."""

    cdn: str | None
    integrity: str
    local: str | None


def instance_path() -> Path:
    """The folder of the database, the files and the secret key (`PORTAL_INSTANCE`)."""
    return Path(os.environ.get("PORTAL_INSTANCE", ROOT / "instance")).resolve()


def load_config(instance: Path) -> dict[str, Any]:
    """Read the settings for an instance folder; makes its secret key at the first start."""
    values = {**_read_env_file(instance / "config.env"), **os.environ}
    url = values.get("DATABASE_URL") or f"sqlite:///{instance / 'portal.db'}"
    return {
        "SECRET_KEY": values.get("SECRET_KEY") or _secret_key(instance / "secret_key"),
        "SQLALCHEMY_DATABASE_URI": url,
        # What citizens wrote must not reach a log by way of a database error.
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},
        "HTMX_SOURCE": values.get("HTMX_SOURCE", "cdn"),
        # How many reverse proxies stand in front and tell the caller's address and scheme.
        "PROXIES": int(values.get("PORTAL_PROXIES", "0")),
        "DEMO": values.get("PORTAL_DEMO") == "1",
        "FILES": instance / "files",
        "QUEUE": instance / "queue.db",
        "MAX_CONTENT_LENGTH": 12 * MIB,
        "MAX_FORM_MEMORY_SIZE": 4 * MIB,
        # The idle limit ends a sign-in; the cookie outlives it so that a form left open overnight
        # keeps its CSRF token and what was typed in it.
        "PERMANENT_SESSION_LIFETIME": 31 * 24 * 3600,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SECURE": values.get("PORTAL_HTTPS") == "1",
        "WTF_CSRF_TIME_LIMIT": None,
    }


def _read_env_file(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def _secret_key(path: Path) -> str:
    """The key in `path`; made once and whole, also by two starts at once."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent)  # readable by the owner alone
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(draft, path)
        os.unlink(draft)
    return path.read_text(encoding="ascii")
