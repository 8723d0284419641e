"""Honest pages for what went wrong, and a log line with the request id and no personal data."""

import logging

from flask import Flask, g, render_template, request
from werkzeug.exceptions import HTTPException

from portal.language import gettext
from portal.models.base import is_damage
from portal.sop.text import N_

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
    413: (
        N_("Terlalu besar"),
        N_("Kiriman melebihi 10 MB. Perkecil atau bagi berkasnya, lalu kirim lagi."),
    ),
    500: (
        N_("Ada yang salah di portal"),
        N_(
            "Tindakan terakhir tidak disimpan. Coba lagi; bila terulang, beri tahu "
            "administrator dengan nomor di bawah ini."
        ),
    ),
}

_DAMAGED = (
    N_("Database portal rusak"),
    N_(
        "Tidak ada yang disimpan. Beri tahu teknisi: hentikan portal dan pulihkan cadangan "
        "terakhir, seperti tertulis di docs/pemasangan.md, bagian Cadangan."
    ),
)


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _fault)


def _http_error(error: HTTPException) -> tuple[str, int, dict[str, str]]:
    code = error.code or 500
    headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    try:
        return _page(code, _PAGES.get(code, _PAGES[400])), code, headers
    except Exception as fault:
        return (*_fault(fault), {})


def _fault(error: Exception) -> tuple[str, int]:
    # The message may hold what a citizen wrote: the type and the place are enough to find it.
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    log.error(
        "fault request=%s endpoint=%s type=%s at=%s",
        g.get("request_id", "-"),
        request.endpoint,
        type(error).__name__,
        place,
    )
    words = _DAMAGED if is_damage(error) else _PAGES[500]
    try:
        return _page(500, words), 500
    except Exception:  # the frame asks the database who is here, which may be what failed
        title, advice = map(gettext, words)
        request_id = g.get("request_id", "")
        return f"<!doctype html><title>{title}</title><h1>{title}</h1><p>{advice} {request_id}", 500


def _page(code: int, words: tuple[str, str]) -> str:
    title, advice = words
    return render_template(
        "error.html",
        code=code,
        title=gettext(title),
        advice=gettext(advice),
        request_id=g.get("request_id", ""),
    )
