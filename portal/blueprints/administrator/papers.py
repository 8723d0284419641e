"""The letterhead, the page, the numbering and the signature of the office's papers."""

from io import BytesIO
from pathlib import Path
from typing import Any

from flask import abort, current_app, flash, redirect, request, send_file, url_for

from portal.access import Permission, requires
from portal.blueprints.administrator.home import blueprint, whole_form
from portal.cases.answers import Invalid
from portal.cases.files import MAX_BYTES, Upload, read_kept
from portal.cases.report_settings import SIDES, emblem_hash, save_settings, settings_form
from portal.cases.upload_checks import scan
from portal.extensions import db
from portal.language import gettext
from portal.pages.plain_form import PlainForm
from portal.reporting.paper import FONT_SIZES, LEAST_MARGIN, MOST_MARGIN, SIZES
from portal.sop.text import N_, Refusal
from portal.web import render

_SIDE_WORDS = {"top": N_("Atas"), "right": N_("Kanan"), "bottom": N_("Bawah"), "left": N_("Kiri")}


@blueprint.get("/naskah/")
@requires(Permission.ADMINISTER)
def papers() -> Any:
    """The settings of the papers."""
    return _page(PlainForm(settings_form(db.session(), _folder())))


@blueprint.post("/naskah/")
@requires(Permission.ADMINISTER)
def save_papers() -> Any:
    """Keep them; the picture, if one was chosen, is checked and made small."""
    file = request.files.get("emblem")
    upload = Upload(file.filename, file.read(MAX_BYTES + 1)) if file and file.filename else None
    raw = whole_form("address", "copies", "address_for_all", "tsa_url", "roots")
    try:
        if upload:
            scan(upload, current_app.config["CLAMD"])
        save_settings(db.session(), raw, upload, _folder())
    except Invalid as invalid:
        return _page(PlainForm(request.form, invalid.errors))
    except Refusal as refusal:
        return _page(PlainForm(request.form, {"emblem": refusal}))
    flash(gettext("Pengaturan naskah disimpan. Naskah yang sudah diajukan tidak berubah."), "ok")
    return redirect(url_for("administrator.papers"), 303)


@blueprint.get("/naskah/lambang.png")
@requires(Permission.ADMINISTER)
def emblem() -> Any:
    """The emblem as it is printed."""
    sha256 = emblem_hash(db.session())
    if not sha256:
        abort(404)
    return send_file(BytesIO(read_kept(_folder(), sha256)), "image/png")


def _page(form: PlainForm) -> Any:
    return render(
        "administrator/papers.html",
        form.status,
        form=form,
        emblem=emblem_hash(db.session()),
        sizes=[
            (name, f"{name} ({width} × {height} mm)") for name, (width, height) in SIZES.items()
        ],
        font_sizes=[(size, str(size)) for size in FONT_SIZES],
        least_margin=LEAST_MARGIN,
        most_margin=MOST_MARGIN,
        sides=[(side, _SIDE_WORDS[side]) for side in SIDES],
    )


def _folder() -> Path:
    return Path(current_app.config["FILES"])
