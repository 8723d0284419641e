"""Who saw whose data, and whose data an account that was misused has opened."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import make_response, request

from portal.access import Permission, fresh, requires
from portal.blueprints.privacy.base import SHOWN, blueprint
from portal.cases.answers import Invalid
from portal.cases.fields import Fields
from portal.cases.sightings import saw_list
from portal.extensions import db
from portal.models import Account
from portal.pages.plain_form import PlainForm
from portal.pages.sighting_lines import exposure_workbook, line_words, shown_words
from portal.queries.access import account_names
from portal.queries.search import as_tracking_id
from portal.queries.sightings import Exposure, opened_since, sightings
from portal.sop.office_time import ZONE
from portal.sop.procedure import Role
from portal.web import actor, asked_id, now, render

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LATELY = timedelta(days=30)


@blueprint.get("/")
@requires(Permission.READ_SIGHTINGS)
def index() -> Any:
    """The log: of all, or of an account (`akun`) or complaint (`pengaduan`); newest first."""
    session, account_id = db.session(), asked_id("akun")
    given = request.args.get("pengaduan", "")[:40]
    number = as_tracking_id(given) or given.strip()
    lines, after = sightings(session, actor(), account_id, number, asked_id("sebelum"))
    return render(
        "privacy/sightings.html",
        lines=lines,
        words=line_words,
        after=after,
        account_id=account_id,
        names=account_names(session),
        tracking_id=number,
    )


@blueprint.get("/akun")
@requires(Permission.READ_SIGHTINGS)
def breach() -> Any:
    """Whose data an account (`akun`) opened since a day (`sejak`); without one, the question."""
    if not request.args.get("akun"):
        since = now().astimezone(ZONE).date() - _LATELY
        return _breach_page(PlainForm({"sejak": since.isoformat()}))
    try:
        account, since = _account_and_day(request.args)
    except Invalid as invalid:
        return _breach_page(PlainForm(request.args, invalid.errors))
    found = opened_since(db.session(), actor(), account.id, since)
    return _breach_page(PlainForm(request.args), account, since, found)


def _breach_page(
    form: PlainForm,
    account: Account | None = None,
    since: date | None = None,
    found: Exposure | None = None,
) -> Any:
    return render(
        "privacy/breach.html",
        form.status,
        form=form,
        account=account,
        since=since,
        found=found,
        shown=SHOWN,
        words=shown_words,
        names=account_names(db.session()),
        contacts=_gives_contacts(),
    )


@blueprint.post("/akun")
@requires(Permission.READ_SIGHTINGS)
@fresh
def breach_list() -> Any:
    """The same as a workbook; whoever writes to citizens has it with whom to write to."""
    session = db.session()
    try:
        account, since = _account_and_day(request.form)
    except Invalid as invalid:
        return _breach_page(PlainForm(request.form, invalid.errors))
    found = opened_since(session, actor(), account.id, since)
    name = f"data-dibuka-{since}-akun-{account.id}.xlsx"
    if _gives_contacts():
        saw_list(session, actor(), name, len(found.complaints), now())
    response = make_response(exposure_workbook(session, found, contacts=_gives_contacts()))
    response.headers["Content-Type"] = _XLSX
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    response.headers["Cache-Control"] = "no-store"
    return response


def _gives_contacts() -> bool:
    return actor().role is Role.ADMIN_INSTANSI


def _account_and_day(raw: Mapping[str, str]) -> tuple[Account, date]:
    """Whom `raw` names, and since when. Raises Invalid."""
    fields = Fields(raw)
    chosen = fields.choice("akun", [str(one) for one in account_names(db.session())])
    since = fields.day("sejak")
    fields.check()
    return db.session.get_one(Account, int(chosen)), since
