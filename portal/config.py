"""Configuration: environment first, then `instance/config.env`, then what suits one office."""

import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
HTMX_VERSION = "4.0.1"
HTMX_FILE = f"htmx-{HTMX_VERSION}.min.js"
HTMX_CDN = f"https://cdn.jsdelivr.net/npm/htmx.org@{HTMX_VERSION}/dist/htmx.min.js"
HTMX_INTEGRITY = "sha384-Qp9rdC8H7EqOoX+nR0P3RPG2Noji+qdwJlGpfzwQJsfOpp3sGwIdSP9xO3+UlEhn"
MIB = 1024 * 1024
# Every setting: what it is when nobody says, what it may be, and that in words.
SETTINGS = {
    "HTMX_SOURCE": ("cdn", r"cdn|local", "cdn atau local"),
    "PORTAL_HTTPS": ("0", r"[01]", "0 atau 1"),
    "PORTAL_PROXIES": ("0", r"[0-9]", "angka dari 0 sampai 9"),
    "PORTAL_HOSTS": (
        "",
        r"[\w.-]+(,[\w.-]+)*",
        "nama host dipisah koma seperti pengaduan.example.go.id,10.0.0.5",
    ),
    "PORTAL_CLAMD": (
        "",
        r"/.+|[\w.-]+:[0-9]{1,5}",
        "alamat clamd seperti 127.0.0.1:3310 atau /run/clamav/clamd.ctl",
    ),
    "PORTAL_DEMO": ("0", r"[01]", "0 atau 1"),
    "PORTAL_BACKUP_DIR": ("", r"/.+", "alamat folder yang diawali /, misalnya /cadangan"),
    "PORTAL_BACKUP_RECIPIENT": ("", r"age1[a-z0-9]{58}", "kunci umum dari `flask backup-key`"),
    "PORTAL_BACKUP_TIME": ("01:00", r"([01][0-9]|2[0-3]):[0-5][0-9]", "jam seperti 01:00"),
    "PORTAL_BACKUP_KEEP": (
        "7/4/12",
        r"[0-9]{1,3}/[0-9]{1,3}/[0-9]{1,3}",
        "banyaknya hari/minggu/bulan seperti 7/4/12",
    ),
    "DATABASE_URL": ("", r"\w+(\+\w+)?://.+", "alamat database seperti sqlite:////data/portal.db"),
    "PORTAL_IDENTITY_KEYS": ("", r"/.+", "alamat berkas yang diawali /"),
    "SECRET_KEY": ("", r".{32,}", "paling sedikit 32 huruf yang tidak dapat ditebak"),
}


class BadSetting(ValueError):
    """A setting that means nothing; one Indonesian sentence that says what it may be."""


def instance_path() -> Path:
    """The folder of the database, the files and the secret key (`PORTAL_INSTANCE`)."""
    return Path(os.environ.get("PORTAL_INSTANCE", ROOT / "instance")).resolve()


def load_config(instance: Path) -> dict[str, Any]:
    """Read the settings for an instance folder; makes its secret key at the first start.

    Raises BadSetting.
    """
    values = _checked({**_read_env_file(instance / "config.env"), **os.environ})
    url = values["DATABASE_URL"] or f"sqlite:///{instance / 'portal.db'}"
    return {
        "SECRET_KEY": values["SECRET_KEY"] or _secret_key(instance / "secret_key"),
        "SQLALCHEMY_DATABASE_URI": url,
        # What citizens wrote must not reach a log by way of a database error.
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},
        "HTMX_SOURCE": values["HTMX_SOURCE"],
        # How many reverse proxies stand in front and tell the caller's address and scheme.
        "PROXIES": int(values["PORTAL_PROXIES"]),
        # The names under which the portal answers; None: any, as an office network needs it.
        "TRUSTED_HOSTS": values["PORTAL_HOSTS"].split(",") if values["PORTAL_HOSTS"] else None,
        # The virus scanner that is asked about each file, "" for none.
        "CLAMD": values["PORTAL_CLAMD"],
        "DEMO": values["PORTAL_DEMO"] == "1",
        "FILES": instance / "files",
        "IDENTITY_KEYS": Path(values["PORTAL_IDENTITY_KEYS"] or instance / "identity_keys"),
        "QUEUE": instance / "queue.db",
        # Where the worker puts a backup each night, if anywhere.
        "BACKUP_DIR": Path(values["PORTAL_BACKUP_DIR"]) if values["PORTAL_BACKUP_DIR"] else None,
        "BACKUP_RECIPIENT": values["PORTAL_BACKUP_RECIPIENT"],
        "BACKUP_TIME": time.fromisoformat(values["PORTAL_BACKUP_TIME"]),
        # Of how many days, weeks and months one stays.
        "BACKUP_KEEP": tuple(map(int, values["PORTAL_BACKUP_KEEP"].split("/"))),
        # Wide enough that a file too large for us is read, and refused beside what was typed.
        "MAX_CONTENT_LENGTH": 50 * MIB,
        "MAX_FORM_MEMORY_SIZE": 4 * MIB,
        "MAX_FORM_PARTS": 1000,
        # The idle limit ends a sign-in; the cookie outlives it so that a form left open overnight
        # keeps its CSRF token and what was typed in it.
        "PERMANENT_SESSION_LIFETIME": 31 * 24 * 3600,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_HTTPONLY": True,
        # A request that came by https gets such a cookie in any case (portal.cookies).
        "SESSION_COOKIE_SECURE": values["PORTAL_HTTPS"] == "1",
        "WTF_CSRF_TIME_LIMIT": None,
    }


def _read_env_file(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    values = {name.strip(): value.strip() for name, _, value in pairs}
    for name in values.keys() - SETTINGS.keys():
        raise BadSetting(
            f"Tidak ada setelan “{name[:60]}” yang ditulis di {path}; yang ada: "
            f"{', '.join(SETTINGS)}."
        )
    return values


def _checked(given: Mapping[str, str]) -> dict[str, str]:
    """All settings; one that is given empty is as if nobody had said it."""
    values = {}
    for name, (default, pattern, words) in SETTINGS.items():
        values[name] = given.get(name) or default
        if given.get(name) and not re.fullmatch(pattern, values[name]):
            told = "" if name in _SECRET else f" “{values[name][:60]}”"
            raise BadSetting(f"Setelan {name}{told} tidak dikenal; isi dengan {words}.")
    return values


# A password may stand in them.
_SECRET = {"DATABASE_URL", "SECRET_KEY"}


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
