"""The blueprint of what the law on personal data asks of an office, and the frame of its pages."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint

from portal.access import Permission, may
from portal.language import gettext
from portal.web import actor

blueprint = Blueprint("privacy", __name__, url_prefix="/pelindungan-data")
# Of a long list a page tells so many; the whole is for a workbook or a command.
SHOWN = 200


@blueprint.context_processor
def _frame() -> dict[str, Any]:
    """What the frame of these pages links to."""
    return {"privacy_pages": _pages}


def _pages() -> Iterator[tuple[str, str]]:
    yield "privacy.index", gettext("Siapa melihat apa")
    yield "privacy.breach", gettext("Bila akun disalahgunakan")
    if may(actor(), Permission.COPY_PERSONAL_DATA):
        yield "privacy.copying", gettext("Salinan data pribadi")
    if may(actor(), Permission.ADMINISTER):
        yield "privacy.keeping", gettext("Masa simpan")
