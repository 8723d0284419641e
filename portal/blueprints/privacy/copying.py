"""A copy of all that the portal holds of a person, for the person who asks for it."""

import json
from typing import Any

from flask import current_app, request, send_file

from portal.access import Permission, fresh, requires
from portal.blueprints.privacy.base import blueprint
from portal.cases.answers import Invalid
from portal.cases.enter import read_numbers
from portal.cases.fields import Fields
from portal.cases.report_bundle import Item, write_bundle
from portal.cases.sightings import copied
from portal.extensions import db
from portal.identity.person import LABELS
from portal.identity.scan import hide
from portal.models import Attachment
from portal.pages.plain_form import WHOLE, PlainForm
from portal.queries.personal_data import attachments_of, complaints_of, personal_data
from portal.sop.text import N_, Refusal
from portal.web import actor, now, render

_NOBODY = N_("Tidak ada pengaduan dengan NIK atau nomor telepon itu.")
_NUMBER = N_("Isi NIK atau nomor telepon.")


@blueprint.get("/salinan")
@requires(Permission.COPY_PERSONAL_DATA)
def copying() -> Any:
    """The form; nothing of a person stands in an address."""
    return render("privacy/copying.html", form=PlainForm())


@blueprint.post("/salinan")
@requires(Permission.COPY_PERSONAL_DATA)
@fresh
def copy() -> Any:
    """The file, after it was noted who made it and what for."""
    session, fields = db.session(), Fields(request.form)
    who, reason = read_numbers(fields), fields.text("reason")
    if not (who or fields.errors):
        fields.refuse(WHOLE, _NUMBER)
    try:
        fields.check()
        found = complaints_of(session, actor(), who)
        if not found:
            raise Invalid({WHOLE: Refusal(_NOBODY)})
    except Invalid as invalid:
        form = PlainForm(request.form, invalid.errors)
        return render("privacy/copying.html", form.status, form=form)
    for complaint in found:
        copied(session, actor(), complaint, hide(reason, who), now())
    data = [personal_data(session, one, _file_name) for one in found]
    page, _ = render("privacy/copy.html", data=data, labels=LABELS, made_at=now())
    told = json.dumps(
        {"dibuat": now().isoformat(), "pengaduan": data}, ensure_ascii=False, indent=1
    )
    files = [
        Item(_file_name(file), "", file.sha256, file.size)
        for one in found
        for file in attachments_of(session, one)
    ]
    bundle = write_bundle(
        [Item.of("data.json", "", told.encode()), *files], page, current_app.config["FILES"]
    )
    response = send_file(
        bundle, "application/zip", as_attachment=True, download_name="salinan-data-pribadi.zip"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _file_name(file: Attachment) -> str:
    return f"lampiran/{file.id}-{file.name}"
