"""The files that pages load. Their names change with their content, so they are kept for good."""

import mimetypes
from pathlib import Path

from flask import Response, abort, current_app, request

from portal.access import Permission, requires
from portal.assets import folder_of
from portal.wire import ENDINGS, coding_for

_ENDS = (".css", ".js")


@requires(Permission.PUBLIC)
def send(filename: str) -> Response:
    """A file of this version or, for pages that are still open, of an older one."""
    path = folder_of(Path(current_app.instance_path)) / filename
    if path.suffix not in _ENDS or not path.exists():
        abort(404)
    coding = coding_for(request)
    content = path.with_name(filename + ENDINGS.get(coding, "")).read_bytes()
    response = Response(content, mimetype=mimetypes.guess_type(filename)[0])
    response.headers["Cache-Control"] = "max-age=31536000, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.vary.add("Accept-Encoding")
    if coding:
        response.headers["Content-Encoding"] = coding
    return response
