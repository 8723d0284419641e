"""The reader's language, and the portal's words in it. The source speaks Indonesian."""

from functools import cache, lru_cache

from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, session

from portal.config import ROOT

LANGUAGES = ("id", "en")


def init_app(app: Flask) -> None:
    """Give every template the same words: `_`, `ngettext` and `pgettext`."""
    app.jinja_env.globals.update(_=gettext, ngettext=ngettext, pgettext=pgettext)


def language() -> str:
    """The language chosen in this session; Indonesian unless another was, and without a session."""
    kept = g._get_current_object()  # asked for each word of a page
    known: str | None = kept.get("language")
    if known is None:
        chosen = session.get("language") if has_request_context() else None
        kept.language = known = chosen if chosen in LANGUAGES else LANGUAGES[0]
    return known


def gettext(message: str, **params: object) -> str:
    """`message` in the reader's language, with `params` filled in."""
    text = translate(message, language())
    return text % params if params else text


@lru_cache(maxsize=4096)
def translate(message: str, name: str) -> str:
    """`message` in the language `name`. Kept: a page says few words, many times."""
    return str(_catalogue(name).gettext(message))


def ngettext(singular: str, plural: str, number: int, **params: object) -> str:
    """The form of the sentence that suits `number`, which it calls %(num)s."""
    text = _catalogue(language()).ngettext(singular, plural, number)
    return text % {"num": number, **params}


def pgettext(context: str, message: str) -> str:
    """`message` as it is meant in `context`, where one Indonesian word has several meanings."""
    return str(_catalogue(language()).pgettext(context, message))


@cache
def _catalogue(name: str) -> NullTranslations:
    """The compiled catalogue of a language, read once a process; Indonesian needs none."""
    return Translations.load(ROOT / "translations", [name])
