"""What is done to a submitted or approved report: each action a form of its own."""

from collections.abc import Callable
from typing import Any

from flask import abort, current_app, flash, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from portal.access import Permission, fresh, requires
from portal.blueprints.reports.base import ID, blueprint, folder, opened, queue, to_report
from portal.blueprints.reports.page import done, refused, report_page
from portal.cases.answers import Invalid
from portal.cases.files import MAX_BYTES, Upload, read_kept, store
from portal.cases.report_approval import approve_report, return_report
from portal.cases.report_archive import archive_report
from portal.cases.report_record import ReportChanged, ReportNotFound
from portal.cases.report_signature import (
    Doubtful,
    KeyFile,
    attach_scan,
    attach_signed,
    sign_report,
)
from portal.cases.reports import create_addendum
from portal.cases.upload_checks import examine
from portal.extensions import db
from portal.language import gettext, ngettext
from portal.pages.plain_form import PlainForm
from portal.reporting.signature import Signature
from portal.sop.report_workflow import ReportRefused
from portal.sop.text import N_, Refusal
from portal.web import actor, now

_NO_FILE = N_("Pilih dahulu berkasnya.")


def _acted(report_id: int, doing: str, act: Callable[[int], str]) -> Any:
    """Do `act` on the version that the form was made from; what it says was done, or why not."""
    try:
        words = act(request.form.get("seq", -1, type=int))
    except ReportNotFound:
        abort(404)
    except ReportChanged as changed:
        return refused(report_id, changed, 409, since=changed.since, doing=doing)
    except ReportRefused as refusal:
        return refused(report_id, refusal, 409, doing=doing)
    except Invalid as invalid:
        form = PlainForm(request.form, invalid.errors)
        return report_page(opened(report_id), 422, form=form, doing=doing)
    except Doubtful as doubt:
        return _asked(report_id, doubt)
    except Refusal as refusal:
        return refused(report_id, refusal, 422, doing=doing)
    return done(report_id, words)


def _chosen() -> tuple[str, bytes]:
    """The name and the bytes of the file that was chosen; raises Refusal when none was."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Refusal(_NO_FILE)
    content = file.read(MAX_BYTES + 1)
    file.close()
    return file.filename, content


def _upload() -> Upload:
    return examine(*_chosen(), current_app.config["CLAMD"])


@blueprint.post(f"/<{ID}:report_id>/kembalikan")
@requires(Permission.APPROVE_REPORTS)
def send_back(report_id: int) -> Any:
    """Return it with a note."""

    def act(seq: int) -> str:
        return_report(db.session(), actor(), report_id, seq, request.form, now())
        return gettext("Laporan dikembalikan ke Admin Instansi.")

    return _acted(report_id, "return", act)


@blueprint.post(f"/<{ID}:report_id>/setujui")
@requires(Permission.APPROVE_REPORTS)
@fresh
def approve(report_id: int) -> Any:
    """Approve the paper that the page showed."""

    def act(seq: int) -> str:
        paper = request.form.get("paper", "")
        approve_report(db.session(), actor(), report_id, seq, paper, folder(), now())
        return gettext("Laporan disetujui. Isinya tidak dapat berubah lagi.")

    return _acted(report_id, "approve", act)


@blueprint.post(f"/<{ID}:report_id>/tanda-tangan")
@requires(Permission.APPROVE_REPORTS)
def sign(report_id: int) -> Any:
    """Sign by a PKCS#12 file, which is read and forgotten in this request."""

    def act(seq: int) -> str:
        key = KeyFile(_chosen()[1], request.form.get("passphrase", ""))
        made = sign_report(db.session(), actor(), report_id, seq, key, folder(), now())
        return _signed_words(made)

    return _acted(report_id, "sign", act)


@blueprint.post(f"/<{ID}:report_id>/unggah-bertanda-tangan")
@requires(Permission.READ_REPORTS)
def upload_signed(report_id: int) -> Any:
    """Take a PDF that was signed elsewhere."""

    def act(seq: int) -> str:
        found = attach_signed(db.session(), actor(), report_id, seq, _upload(), folder(), now())
        return _signed_words(found)

    return _acted(report_id, "attach_signed", act)


def _signed_words(signatures: tuple[Signature, ...]) -> str:
    """What was signed, and what a reader must know of the certificates."""
    words = ngettext(
        "%(num)s tanda tangan elektronik diperiksa dan utuh.",
        "%(num)s tanda tangan elektronik diperiksa dan utuh.",
        len(signatures),
    )
    remarks = dict.fromkeys(remark for one in signatures for remark in one.remarks)
    return " ".join([words, *(gettext(remark) for remark in remarks)])


@blueprint.post(f"/<{ID}:report_id>/unggah-pindaian")
@requires(Permission.READ_REPORTS)
def upload_scan(report_id: int) -> Any:
    """Take the scan of the paper signed in ink; one that looks like another's is asked about.

    What is asked about is kept meanwhile, so that it need not be chosen again.
    """

    def act(seq: int) -> str:
        upload = _held_upload(report_id) or _upload()
        sure = bool(request.form.get("sure"))
        attach_scan(db.session(), actor(), report_id, seq, upload, folder(), now(), sure=sure)
        return gettext("Pindaian sudah disimpan di samping naskah yang disetujui.")

    return _acted(report_id, "attach_scan", act)


def _asked(report_id: int, doubt: Doubtful) -> Response:
    """The question, with the file kept meanwhile."""
    upload = doubt.upload
    token = _holder().dumps(
        {"report": report_id, "name": upload.name, "sha256": store(folder(), upload.content)}
    )
    form = PlainForm(request.form, {"sure": doubt})
    held = {"name": upload.name, "token": token}
    return report_page(opened(report_id), 422, form=form, doing="attach_scan", held=held)


def _held_upload(report_id: int) -> Upload | None:
    """The file that waits to be confirmed, if the form is about one."""
    token = request.form.get("held", "")
    if not token:
        return None
    try:
        kept = _holder().loads(token)
    except BadSignature:
        abort(400)
    if kept["report"] != report_id:
        abort(400)
    return Upload(kept["name"], read_kept(folder(), kept["sha256"]))


def _holder() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="held-scan")


@blueprint.post(f"/<{ID}:report_id>/arsipkan")
@requires(Permission.WRITE_REPORTS)
def archive(report_id: int) -> Any:
    """Put it into the archive."""

    def act(seq: int) -> str:
        archive_report(db.session(), actor(), report_id, seq, now())
        return gettext("Laporan diarsipkan.")

    return _acted(report_id, "archive", act)


@blueprint.post(f"/<{ID}:report_id>/adendum")
@requires(Permission.WRITE_REPORTS)
def addend(report_id: int) -> Any:
    """Begin an addendum, or go to the one that is being written."""
    try:
        addendum = create_addendum(db.session(), actor(), report_id, now())
    except ReportNotFound:
        abort(404)
    except ReportRefused as refusal:
        return refused(report_id, refusal, 409)
    if addendum.computing:
        queue().compute_report(addendum.id)
        flash(gettext("Adendum dimulai; angkanya sedang dihitung."), "ok")
    return to_report(addendum.id)
