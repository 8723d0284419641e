"""What a form brings, without parts that have no name."""

from typing import IO, Any

from flask import Request
from werkzeug.datastructures import MultiDict
from werkzeug.formparser import FormDataParser


class _NamedParts(FormDataParser):
    """No view can ask for a field of a multipart form without a name; Flask-WTF falls over one."""

    def parse(
        self, stream: IO[bytes], mimetype: str, *more: Any, **options: Any
    ) -> tuple[IO[bytes], MultiDict[str, Any], MultiDict[str, Any]]:
        rest, form, files = super().parse(stream, mimetype, *more, **options)
        named = (pair for pair in form.items(multi=True) if pair[0] is not None)
        return rest, self.cls(named), files


class PortalRequest(Request):
    form_data_parser_class = _NamedParts
