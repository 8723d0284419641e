"""Honest pages for what went wrong, and a log line with the request id and no personal data."""

import logging

from flask import Flask, g, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

log = logging.getLogger("portal")

_PAGES = {
    400: (
        lazy_gettext("Permintaan tidak dapat dibaca"),
        lazy_gettext("Kembali ke halaman sebelumnya dan coba lagi."),
    ),
    403: (
        lazy_gettext("Bukan untuk meja ini"),
        lazy_gettext("Halaman atau tindakan ini milik meja lain. Ganti meja bila Anda berhak."),
    ),
    404: (
        lazy_gettext("Tidak ada di sini"),
        lazy_gettext("Alamatnya keliru, atau pengaduan itu tidak (lagi) di meja Anda."),
    ),
    405: (
        lazy_gettext("Cara membukanya keliru"),
        lazy_gettext("Buka halaman ini lewat tautannya."),
    ),
    413: (
        lazy_gettext("Terlalu besar"),
        lazy_gettext("Kiriman melebihi 10 MB. Perkecil atau bagi berkasnya, lalu kirim lagi."),
    ),
    500: (
        lazy_gettext("Ada yang salah di portal"),
        lazy_gettext(
            "Tindakan terakhir tidak disimpan. Coba lagi; bila terulang, beri tahu "
            "administrator dengan nomor di bawah ini."
        ),
    ),
}


def init_app(app: Flask) -> None:
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _fault)


def _http_error(error: HTTPException) -> tuple[str, int]:
    code = error.code or 500
    title, advice = _PAGES.get(code, _PAGES[400])
    return _page(code, str(title), str(advice))


def _csrf_error(error: CSRFError) -> tuple[str, int]:
    return _page(
        400,
        gettext("Formulir ini sudah kedaluwarsa"),
        gettext("Kembali, muat ulang halaman, lalu kirim lagi. Belum ada yang disimpan."),
    )


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
    title, advice = _PAGES[500]
    return _page(500, str(title), str(advice))


def _page(code: int, title: str, advice: str) -> tuple[str, int]:
    request_id = g.get("request_id", "")
    page = render_template(
        "error.html", code=code, title=title, advice=advice, request_id=request_id
    )
    return page, code
