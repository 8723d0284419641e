"""Honest pages for what went wrong, and a log line with the request id and no personal data.

A form that could not be taken comes back in them: see `blueprints.held`.
"""

import logging
from traceback import walk_tb
from types import CodeType
from typing import Any

from flask import Flask, Response, current_app, g, render_template, request, session
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError

from portal.blueprints.desk_lost import desks_that_may, what_ended
from portal.blueprints.held import Held
from portal.cases.files import MAX_BYTES
from portal.config import MIB
from portal.language import gettext, language
from portal.models.faults import Ailment, ailment_of
from portal.sop.text import N_
from portal.web import sends_a_part, static_url, wants_fragment

log = logging.getLogger("portal")

_PAGES = {
    400: (
        N_("Permintaan tidak dapat dibaca"),
        N_("Kembali ke halaman sebelumnya dan coba lagi."),
    ),
    403: (
        N_("Bukan untuk meja ini"),
        N_("Halaman atau tindakan ini milik meja lain. Ganti meja bila Anda berhak."),
    ),
    404: (
        N_("Tidak ada di sini"),
        N_("Alamatnya keliru, atau pengaduan itu tidak (lagi) di meja Anda."),
    ),
    405: (
        N_("Cara membukanya keliru"),
        N_("Buka halaman ini lewat tautannya."),
    ),
    500: (
        N_("Ada yang salah di portal"),
        N_(
            "Tindakan terakhir tidak disimpan. Coba lagi; bila terulang, beri tahu "
            "administrator dengan nomor di bawah ini."
        ),
    ),
}

_AILMENTS = {
    Ailment.DAMAGED: (
        500,
        N_("Database portal rusak"),
        N_(
            "Tidak ada yang disimpan. Beri tahu teknisi: hentikan portal dan pulihkan cadangan "
            "terakhir dengan `flask restore`, seperti tertulis di docs/pemasangan.md, bagian "
            "Cadangan."
        ),
    ),
    Ailment.FULL: (
        507,
        N_("Penyimpanan portal penuh"),
        N_(
            "Tindakan terakhir tidak disimpan: di server tidak ada ruang lagi. Beri tahu "
            "administrator, lalu kirim lagi setelah ada ruang."
        ),
    ),
    Ailment.READ_ONLY: (
        503,
        N_("Penyimpanan portal terkunci"),
        N_(
            "Tindakan terakhir tidak disimpan: folder data di server tidak dapat ditulisi. Beri "
            "tahu administrator, lalu kirim lagi setelah dipulihkan."
        ),
    ),
    Ailment.BUSY: (
        503,
        N_("Portal sedang sibuk"),
        N_(
            "Tindakan terakhir tidak disimpan: terlalu banyak yang disimpan bersamaan. Kirim lagi "
            "sebentar lagi."
        ),
    ),
}
# Not his desk's, not his to see or not there, not from a page of ours, not what it takes.
_REFUSED = (400, 403, 404, 405, 413)
_STILL_IN_BROWSER = N_(
    "Belum ada yang disimpan. Bila halaman formulirnya sudah berganti, tekan tombol Kembali "
    "di browser: yang Anda ketik masih ada di sana."
)


def init_app(app: Flask) -> None:
    app.before_request(_limit_text)
    app.after_request(_log_refusal)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(Exception, _fault)


def _limit_text() -> None:
    """Only files may take more than a text may; the framework itself limits texts beside files."""
    if request.mimetype != "multipart/form-data":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]


def _log_refusal(response: Response) -> Response:
    """Note what somebody who is signed in asked for and no page of his offers him."""
    account = str(session.get("_user_id", "")).partition(".")[0]
    if account and response.status_code in _REFUSED:
        given = {name: str(value) for name, value in (request.view_args or {}).items()}
        # Numbers of ours are short; anything else in an address may be somebody's.
        objects = {name: no for name, no in given.items() if no.isdecimal() and len(no) < 10}
        log.warning(
            "refused status=%s request=%s account=%s endpoint=%s objects=%s method=%s",
            response.status_code,
            g.get("request_id", "-"),
            account,
            request.endpoint,
            objects,
            request.method,
        )
    return response


def _http_error(error: HTTPException) -> Any:
    code = error.code or 500
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    title, advice = map(gettext, _PAGES.get(code, _PAGES[400]))
    try:
        ended = what_ended() if code == 403 else ""
        return _page(code, title, ended or advice, _sent()), code, headers
    except Exception as fault:
        return _fault(fault)


def _too_large(error: RequestEntityTooLarge) -> tuple[str, int]:
    """What of it was too much. Nothing of it was read: only the browser still has it."""
    config = current_app.config
    raised_in = _origin(error)[0].co_name
    if raised_in == "next_event":  # Werkzeug's error does not say which limit it was
        why = gettext("Formulir ini memuat lebih dari %(n)s isian.", n=config["MAX_FORM_PARTS"])
    elif request.mimetype != "multipart/form-data" or raised_in in ("parse", "receive_data"):
        limit = config["MAX_FORM_MEMORY_SIZE"] // MIB
        why = gettext("Teks di formulir ini lebih dari %(limit)s MB. Perpendek.", limit=limit)
    else:
        why = gettext(
            "Berkas-berkasnya bersama lebih dari %(limit)s MB. Perkecil atau bagi: satu berkas "
            "paling besar %(each)s MB.",
            limit=config["MAX_CONTENT_LENGTH"] // MIB,
            each=MAX_BYTES // MIB,
        )
    rest = gettext(_STILL_IN_BROWSER)
    return _page(413, gettext("Terlalu besar"), f"{why} {rest}"), 413


def _fault(error: Exception) -> tuple[str, int] | Response:
    # The message may hold what a citizen wrote: the type and the place are enough to find it.
    place, line = _origin(error)
    log.error(
        "fault request=%s endpoint=%s type=%s at=%s:%s",
        g.get("request_id", "-"),
        request.endpoint,
        type(error).__name__,
        place.co_filename,
        line,
    )
    ailment = ailment_of(error)
    code, *words = _AILMENTS[ailment] if ailment else (500, *_PAGES[500])
    title, advice = map(gettext, words)
    if sends_a_part():
        return Response(advice, code, mimetype="text/plain")
    if isinstance(error, OSError) and "form" not in vars(request):
        held = None  # there was no room to read it to its end
        advice = f"{advice} {gettext(_STILL_IN_BROWSER)}"
    else:
        held = _sent()
    try:
        return _page(code, title, advice, held), code
    except Exception:  # the frame asks the database who is here, which may be what failed
        return _page(code, title, advice, held, framed=False), code


def _foreign_host(error: SecurityError) -> tuple[str, int]:
    """A name that is none of `PORTAL_HOSTS`: under it there are no addresses to link to."""
    title = gettext("Alamat tidak dikenal")
    advice = gettext("Portal tidak dibuka lewat alamat ini. Pakai alamat dari administrator.")
    return _bare_page(title, advice), 400


def _bare_page(title: str, advice: str) -> str:
    head = f'<!doctype html><html lang="{language()}"><title>{title}</title>'
    return f"{head}<h1>{title}</h1><p>{advice}"


def _origin(error: BaseException) -> tuple[CodeType, int]:
    """Where `error` was raised: the code and its line."""
    *_, (frame, line) = walk_tb(error.__traceback__)
    return frame.f_code, line


def _sent() -> Held | None:
    """The form that was refused; no page for nobody's form (its token was never looked at)."""
    return Held.of_request() if request.endpoint else None


def _page(
    code: int, title: str, advice: str, held: Held | None = None, *, framed: bool = True
) -> str:
    """The error page; without its frame (who is here, the menu) it needs no database."""
    context: dict[str, Any] = {}
    if held:
        kept = gettext("Belum ada yang disimpan; yang Anda ketik masih ada di halaman ini.")
        advice = f"{advice} {kept}"
    if held and not wants_fragment():
        context = {"held": held, "desks": desks_that_may() if code == 403 else []}
    context |= {
        "code": code,
        "title": title,
        "advice": advice,
        "request_id": g.get("request_id", ""),
    }
    if framed:
        return render_template("error.html", **context)
    template = current_app.jinja_env.get_template("error.html")
    return template.render(lang=language(), static_url=static_url, **context)
