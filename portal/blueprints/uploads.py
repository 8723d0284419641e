"""Files sent part by part by the tus protocol 1.0.0 (https://tus.io/protocols/resumable-upload).

Core, with the extensions creation, expiration, checksum and termination. What is finished is named
by its token, the end of its address, in the field `upload` of the form that attaches it.
"""

import hashlib
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterator, Mapping
from datetime import UTC
from email.utils import format_datetime

from flask import Blueprint, Response, abort, current_app, request, url_for

from portal.access import Permission, requires
from portal.cases import incoming
from portal.cases.files import MAX_BYTES, TooLarge
from portal.extensions import db
from portal.formats import sentence
from portal.models import IncomingFile
from portal.sop.text import N_, Refusal
from portal.web import actor, now

blueprint = Blueprint("uploads", __name__, url_prefix="/unggahan")
_VERSION = "1.0.0"
_CHECKSUMS = ("sha1", "sha256", "md5")
_PIECE = 16 * 1024
_DESCRIBED_LIMIT = 1000
_CAPABILITIES = {
    "Tus-Version": _VERSION,
    "Tus-Extension": "creation,expiration,checksum,termination",
    "Tus-Max-Size": str(MAX_BYTES),
    "Tus-Checksum-Algorithm": ",".join(_CHECKSUMS),
}


@blueprint.before_request
def _check_version() -> Response | None:
    if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != _VERSION:
        return _answer(412, _CAPABILITIES)
    return None


@blueprint.after_request
def _say_version(response: Response) -> Response:
    response.headers["Tus-Resumable"] = _VERSION
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.errorhandler(Refusal)
def _refused(refusal: Refusal) -> Response:
    """The sentence alone, for whoever shows it."""
    statuses = {incoming.NotHere: 404, incoming.TooMany: 429, TooLarge: 413}
    return _answer(statuses.get(type(refusal), 422), text=sentence(refusal))


@blueprint.route("", methods=["OPTIONS"], provide_automatic_options=False)
@requires(Permission.ATTACH)
def capabilities() -> Response:
    """What this server can do."""
    return _answer(204, _CAPABILITIES)


@blueprint.post("")
@requires(Permission.ATTACH)
def create() -> Response:
    """Expect a file; 201 with the address to which its parts go."""
    described = request.headers.get("Upload-Metadata", "")
    if len(described) > _DESCRIBED_LIMIT:
        abort(400)
    size = _number("Upload-Length")
    file = incoming.begin(db.session(), actor(), _name_in(described), size, described, now())
    address = url_for("uploads.one", token=file.token)
    return _answer(201, {"Location": address, **_expiry(file)})


@blueprint.route(
    "/<token>", methods=["HEAD", "PATCH", "DELETE", "POST"], provide_automatic_options=False
)
@requires(Permission.ATTACH)
def one(token: str) -> Response:
    """One file: how much of it is here (HEAD), its next part (PATCH), or its end (DELETE)."""
    file = incoming.find(db.session(), actor(), token, now())
    method = request.method
    if method == "POST":  # for networks that let nothing else pass
        method = request.headers.get("X-HTTP-Method-Override", "")
    if method == "PATCH":
        return _receive(file)
    if method == "DELETE":
        incoming.give_up(db.session(), file, now())
        return _answer(204)
    if method != "HEAD":
        abort(405)
    _settle(file)  # whoever hears that all of it came may attach it
    headers = {
        "Upload-Offset": str(incoming.arrived(current_app.config["FILES"], file)),
        "Upload-Length": str(file.size),
        "Upload-Metadata": file.described,
        **_expiry(file),
    }
    return _answer(200, headers)


def _receive(file: IncomingFile) -> Response:
    if request.mimetype != "application/offset+octet-stream":
        abort(415)
    offset = _number("Upload-Offset")
    pieces = _checked_body() if "Upload-Checksum" in request.headers else _pieces()
    if pieces is None:
        return _answer(460)
    try:
        offset = incoming.receive(current_app.config["FILES"], file, offset, pieces)
    except incoming.WrongOffset:
        return _answer(409)
    _settle(file)
    return _answer(204, {"Upload-Offset": str(offset), **_expiry(file)})


def _settle(file: IncomingFile) -> None:
    try:
        incoming.settle(current_app.config["FILES"], file, current_app.config["CLAMD"])
    except Refusal:
        incoming.give_up(db.session(), file, now())
        raise


def _pieces() -> Iterator[bytes]:
    """The body as it comes, so that a break keeps what came before."""
    while piece := request.stream.read(_PIECE):
        yield piece


def _checked_body() -> list[bytes] | None:
    """The body whole, or None if it is not what its checksum says: then nothing is kept of it."""
    algorithm, _, encoded = request.headers["Upload-Checksum"].partition(" ")
    if algorithm not in _CHECKSUMS:
        abort(400)
    body = request.stream.read()
    digest = hashlib.new(algorithm, body, usedforsecurity=False).digest()
    return [body] if b64encode(digest).decode() == encoded.strip() else None


def _number(header: str) -> int:
    text = request.headers.get(header, "")
    if not text.isascii() or not text.isdecimal() or len(text) > 15:
        abort(400)
    return int(text)


def _name_in(described: str) -> str:
    """The file's name, which every client that we know sends as `filename`."""
    pairs = dict(pair.strip().partition(" ")[::2] for pair in described.split(","))
    try:
        return b64decode(pairs.get("filename", ""), validate=True).decode()
    except (NotBase64, UnicodeDecodeError):
        raise Refusal(N_("Nama berkasnya tidak terbaca.")) from None


def _expiry(file: IncomingFile) -> dict[str, str]:
    return {"Upload-Expires": format_datetime(file.expires_at.astimezone(UTC), usegmt=True)}


def _answer(status: int, headers: Mapping[str, str] | None = None, text: str = "") -> Response:
    return Response(text, status, dict(headers or {}), mimetype="text/plain")
