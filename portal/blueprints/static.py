"""Static files, to be kept for good when the URL carries the content's hash."""

from pathlib import Path

from flask import Response, current_app, request, send_from_directory

from portal.access import Permission, requires
from portal.config import HTMX_FILE, ROOT

_STATIC = ROOT / "portal" / "static"


@requires(Permission.PUBLIC)
def send(filename: str) -> Response:
    """A file of portal/static, or the instance's own copy of htmx."""
    htmx = Path(current_app.instance_path) / "htmx"
    folder = htmx if filename == HTMX_FILE else _STATIC
    response = send_from_directory(folder, filename)
    if "v" in request.args or folder == htmx:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
