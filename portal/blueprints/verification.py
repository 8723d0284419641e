"""Whether a paper is ours: by the code that it bears, or by the file itself. Open to everybody."""

from collections import deque
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, redirect, request, url_for

from portal.access import Permission, requires
from portal.cases.files import MAX_BYTES
from portal.cases.report_settings import signing_settings
from portal.extensions import db
from portal.formats import label
from portal.queries.archive import KnownFiles, checked_report
from portal.reporting.check_code import clean_code
from portal.reporting.verify import Finding, verify
from portal.sop.report_workflow import ReportState
from portal.sop.text import N_, Refusal
from portal.web import now, render

blueprint = Blueprint("verification", __name__, url_prefix="/verifikasi")
CHECKS, WITHIN = 20, timedelta(minutes=10)
_MOST_ADDRESSES = 10_000
_NO_FILE = N_("Pilih dahulu berkas PDF-nya.")
_TOO_LARGE = N_("Berkas lebih dari %(limit)s MB; laporan kami tidak sebesar itu.")
_NOT_PDF = N_("Berkas ini bukan PDF.")
_TOO_OFTEN = N_("Terlalu banyak pemeriksaan dari alamat ini. Coba lagi beberapa menit lagi.")
_NO_CODE = N_("Kode itu tidak lengkap: dua belas huruf dan angka, seperti tercetak di naskah.")
_checks: dict[str, deque[datetime]] = {}


@blueprint.get("/")
@requires(Permission.PUBLIC)
def index() -> Any:
    """Both forms; a code typed into the first leads to its page."""
    typed = request.args.get("kode", "").strip()
    if not typed:
        return _page()
    code = clean_code(typed)
    if code is None:
        return _page(422, code_error=Refusal(_NO_CODE), typed=typed)
    return redirect(url_for("verification.show", code=code), 303)


@blueprint.get("/<code>")
@requires(Permission.PUBLIC)
def show(code: str) -> Any:
    """What anybody may know of the report with this code."""
    clean = clean_code(code)
    found = checked_report(db.session(), clean) if clean else None
    return _page(200 if found else 404, found=found, code=clean or code, asked=True)


@blueprint.post("/")
@requires(Permission.PUBLIC)
def check() -> Any:
    """Compare a PDF with every file that was approved or signed; it is not kept."""
    if _too_often(request.remote_addr or "", now()):
        return _page(429, error=Refusal(_TOO_OFTEN))
    try:
        content = _uploaded()
    except Refusal as refusal:
        return _page(422, error=refusal)
    session = db.session()
    roots = signing_settings(session).root_certificates
    finding = verify(content, KnownFiles(session), now=now(), roots=roots)
    return _page(finding=finding)


def _uploaded() -> bytes:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Refusal(_NO_FILE)
    content: bytes = file.read(MAX_BYTES + 1)
    file.close()
    if len(content) > MAX_BYTES:
        raise Refusal(_TOO_LARGE, limit=MAX_BYTES // 1024**2)
    if b"%PDF-" not in content[:1024]:
        raise Refusal(_NOT_PDF)
    return content


def _too_often(address: str, moment: datetime) -> bool:
    """Whether an address has had its checks; counted in this process, which is enough here."""
    if len(_checks) > _MOST_ADDRESSES:
        _checks.clear()
    times = _checks.setdefault(address, deque(maxlen=CHECKS))
    if len(times) == CHECKS and moment - times[0] < WITHIN:
        return True
    times.append(moment)
    return False


def _page(
    status: int = 200,
    *,
    finding: Finding[Any] | None = None,
    **context: Any,
) -> Any:
    found = context.pop("found", None) or (finding.file if finding else None)
    return render(
        "reports/check.html",
        status,
        finding=finding,
        found=found,
        state_of=lambda report: label(ReportState(report.state).label),
        **context,
    )
