"""Taking a LAPOR! export in: upload, preview, choices, confirmation."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask, current_app, make_response, redirect, request, url_for
from werkzeug import Response
from werkzeug.exceptions import NotFound

from portal.access import Permission, requires
from portal.cases.files import Upload
from portal.cases.import_lapor import (
    SMALL_BYTES,
    SMALL_ROWS,
    STALE,
    NotInPreview,
    choose_words,
    confirm_batch,
    receive_file,
    run_batch,
)
from portal.cases.intake_words import WordKind
from portal.cases.rules import load_rules
from portal.cases.upload_checks import scan
from portal.config import MIB
from portal.extensions import db
from portal.lapor.sheet import MAX_BYTES
from portal.models.faults import passes
from portal.pages.import_words import word_meanings
from portal.queries.imports import (
    SHOWN_REJECTIONS,
    BatchView,
    find_import,
    past_imports,
)
from portal.sop.text import N_, Refusal
from portal.tasks import queue_of
from portal.web import actor, now, render, wants_fragment

blueprint = Blueprint("intake", __name__, url_prefix="/impor")

RELOAD_SECONDS = 5
_COUNTS = ("new", "changed", "unchanged", "rejected")
_NO_FILE = N_("Pilih dahulu berkas ekspor LAPOR!.")


@blueprint.get("/")
@requires(Permission.IMPORT)
def index() -> Any:
    """The upload form and the past imports."""
    return _index()


def _index(status: int = 200, error: Refusal | None = None) -> Any:
    return render(
        "intake/index.html",
        status,
        imports=past_imports(db.session(), actor()),
        error=error,
        limit=MAX_BYTES // MIB,
    )


@blueprint.post("/")
@requires(Permission.IMPORT)
def upload() -> Any:
    """Take an export in and show what it would do."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _index(422, Refusal(_NO_FILE))
    content = file.read(MAX_BYTES + 1)
    file.close()
    try:
        scan(Upload(file.filename, content), current_app.config["CLAMD"])
        batch = receive_file(
            db.session(), actor(), file.filename, content, current_app.config["FILES"], now()
        )
    except Refusal as refusal:
        return _index(422, refusal)
    return _go_on(batch.id, at_once=len(content) <= SMALL_BYTES)


@blueprint.get("/<int(max=999999999):batch_id>")
@requires(Permission.IMPORT)
def show(batch_id: int) -> Response:
    """How far an import is, and what it waits for; a running one is asked for again and again."""
    batch = _found(batch_id)
    response = make_response(_show(batch))
    if batch.running and not wants_fragment():
        # for a browser without scripts; with them the fragment polls
        response.headers["Refresh"] = str(RELOAD_SECONDS)
    elif not batch.running and "berjalan" in request.args:
        # the poll is over: a whole page ends that reloading too, before it can undo a choice
        response.headers["HX-Refresh"] = "true"
    return response


def _show(
    batch: BatchView,
    status: int = 200,
    error: Refusal | None = None,
    chosen: Mapping[str, str] | None = None,
) -> Any:
    template = "intake/_batch.html" if wants_fragment() else "intake/batch.html"
    return render(
        template,
        status,
        batch=batch,
        error=error or batch.failure,
        chosen=chosen or {},
        progress=queue_of(_app()).progress(batch.id) if batch.running else None,
        silent=batch.running and now() - batch.beat_at > STALE,
        meanings=word_meanings(db.session()) if batch.unknown else {},
        headings={kind.value: kind.heading for kind in WordKind},
        shown_rejections=SHOWN_REJECTIONS,
    )


@blueprint.post("/<int(max=999999999):batch_id>/pilihan")
@requires(Permission.IMPORT)
def choose(batch_id: int) -> Any:
    """Keep what the officer says unknown words mean, and look at the file again."""
    batch = _found(batch_id)
    chosen = dict(zip(request.form.getlist("word"), request.form.getlist("meaning"), strict=False))
    choices = {}
    for word in batch.unknown:
        kind, text = WordKind(word["kind"]), word["text"]
        choices[kind, text] = chosen.get(f"{kind.value}:{text}", "")
    try:
        choose_words(db.session(), batch_id, choices, now())
    except NotInPreview:
        return _to(batch_id)
    except Refusal as refusal:
        return _show(batch, 422, refusal, chosen)
    return _go_on(batch_id, at_once=_rows(batch) <= SMALL_ROWS)


@blueprint.post("/<int(max=999999999):batch_id>/konfirmasi")
@requires(Permission.IMPORT)
def confirm(batch_id: int) -> Any:
    """Import what the preview showed."""
    batch = _found(batch_id)
    counts = {name: request.form.get(name, -1, type=int) for name in _COUNTS}
    try:
        confirm_batch(db.session(), batch_id, counts, now())
    except NotInPreview:
        return _to(batch_id)
    except Refusal as refusal:
        return _show(_found(batch_id), 409, refusal)
    return _go_on(batch_id, at_once=_rows(batch) <= SMALL_ROWS)


def _rows(batch: BatchView) -> int:
    return sum(batch.counts.values())


def _go_on(batch_id: int, at_once: bool) -> Response:
    """Do the batch's next step in this request, or leave it to the worker."""
    if at_once:
        session = db.session()
        rules, folder = load_rules(session), current_app.config["FILES"]
        try:
            run_batch(session, batch_id, actor(), rules, folder, now(), lambda done, total: None)
        except Exception as error:
            if not passes(error):
                raise  # else the worker goes on with it, when it can
    else:
        queue_of(_app()).run_batch(batch_id)
    return _to(batch_id)


def _to(batch_id: int) -> Response:
    return redirect(url_for("intake.show", batch_id=batch_id), 303)


def _found(batch_id: int) -> BatchView:
    batch = find_import(db.session(), actor(), batch_id)
    if batch is None:
        raise NotFound()
    return batch


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app
