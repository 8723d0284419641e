"""What the administrator should see to."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, current_app, request

from portal.access import Permission, requires
from portal.backup.nightly import past_backups
from portal.cases.sessions import safety
from portal.extensions import db
from portal.formats import label
from portal.pages.backup_words import backup_warnings, last_backup
from portal.queries.access import failures
from portal.queries.administration import overview
from portal.queries.sightings import many_opened
from portal.sop.office_time import ZONE, Calendar
from portal.viewer import desk_name
from portal.web import now, render

blueprint = Blueprint("administrator", __name__, url_prefix="/administrator")
# Ids in URLs stay within what every database takes.
ID = "int(max=999999999)"
# No day of work asks for more complaints, no slips of fingers for so many wrong passwords.
MANY_OPENED, MANY_FAILURES = 100, 20


def today() -> date:
    """The local day of this request."""
    return now().astimezone(ZONE).date()


def whole_form(*names: str) -> Mapping[str, str]:
    """The form of this request; 422 unless it has all of `names`.

    A browser sends text fields that are empty, too: one that is missing was lost on the way, and
    what is stored must not be emptied by that.
    """
    if [name for name in names if name not in request.form]:
        abort(422)
    return request.form


def switch(name: str) -> bool:
    """What the button that was pressed says, "1" or "0"; 422 if it says neither."""
    said = request.form.get(name)
    if said not in ("0", "1"):
        abort(422)
    return said == "1"


@blueprint.get("/")
@requires(Permission.ADMINISTER)
def home() -> Any:
    """The overview."""
    shown = overview(db.session(), today())
    ending = [(one, label(desk_name(one))) for one in shown.ending]
    provisional = [
        year for year in (today().year, today().year + 1) if Calendar.is_provisional(year)
    ]
    failed = failures(db.session(), now()).count
    past = past_backups(db.session())
    nightly = current_app.config["BACKUP_DIR"] is not None
    return render(
        "administrator/home.html",
        overview=shown,
        ending=ending,
        provisional=provisional,
        many_opened=many_opened(db.session(), today() - timedelta(days=6), MANY_OPENED),
        failures=failed if failed >= MANY_FAILURES else 0,
        second_factor=safety(db.session()).second_factor,
        last_backup=last_backup(past),
        backup_warnings=backup_warnings(past, now(), nightly=nightly),
    )
