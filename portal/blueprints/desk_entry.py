"""The page on which a desk enters a complaint by hand."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import uuid4

from flask import current_app, flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission, requires
from portal.blueprints.desk_here import Here, here
from portal.cases.answers import Invalid
from portal.cases.enter import SOURCES, EnteredBefore, EntryForm, enter
from portal.formats import label, sentence
from portal.language import gettext
from portal.pages.forms import kept_uploads, printable, read_uploads
from portal.queries.complaint import CATEGORIES, is_visible
from portal.queries.rows import filter_choices
from portal.sop.procedure import CaseClass
from portal.sop.text import Refusal
from portal.web import now, render


@requires(Permission.SIGNED_IN)
def enter_by_hand() -> Response:
    """The form; sent, the complaint's page, or the form again with its sentences."""
    desk = here()
    if request.method != "POST":
        return _page(desk, EntryForm(uuid4().hex, {"case_class": CaseClass.COMPLAINT.value}))
    form = EntryForm(
        key=request.form.get("key", "")[:64] or uuid4().hex,
        answers=request.form.to_dict(),
        files=read_uploads(),
        uploads=request.form.getlist("upload"),
    )
    try:
        complaint = enter(
            desk.session,
            desk.actor,
            form,
            rules=desk.rules,
            folder=current_app.config["FILES"],
            now=now(),
        )
    except EnteredBefore as invalid:
        return _page(desk, replace(form, key=uuid4().hex), dict(invalid.errors), 422)
    except Invalid as invalid:
        return _page(desk, form, dict(invalid.errors), 422)
    flash(gettext("Pengaduan #%(id)s dicatat.", id=complaint.tracking_id), "ok")
    return redirect(url_for(desk.endpoint("complaint"), tracking_id=complaint.tracking_id), 303)


def _page(
    desk: Here, form: EntryForm, errors: Mapping[str, Refusal] | None = None, status: int = 200
) -> Response:
    errors = errors or {}
    places, _ = filter_choices(desk.session)
    said = {name: sentence(error) for name, error in errors.items()}
    if form.files:
        again = gettext("Pilih lagi berkasnya: browser tidak menyimpan pilihan tadi.")
        said.setdefault("files", again)
    page = render(
        "desk/enter.html",
        status,
        desk=desk,
        key=form.key,
        values={name: printable(text) for name, text in form.answers.items()},
        kept=kept_uploads(desk.session, form.uploads),
        errors=said,
        there_already=_there_already(desk, errors),
        classes=[(one.value, label(one.label), "") for one in CaseClass],
        sources=[(text, label(text)) for text in SOURCES],
        places=[(name, name) for name in places],
        categories=CATEGORIES,
    )
    return make_response(page)


def _there_already(desk: Here, errors: Mapping[str, Refusal]) -> str:
    """The Tracking ID that is in the portal already, where this desk may see it."""
    error = errors.get("tracking_id")
    tracking_id = str(error.params.get("id", "")) if error else ""
    return tracking_id if is_visible(desk.session, desk.actor, tracking_id) else ""
