"""What the actions of the table of transitions cost on the wire, each done on the demo.

They go through the application itself: its answers with their headers, and those that gunicorn
adds, are what `bench.weight` sees in Chromium for one of them.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal import create_app
from portal.cases.rules import load_rules
from portal.demo.people import PASSWORD
from portal.extensions import db
from portal.models import Account, Complaint, Unit
from portal.queries.complaint import open_case
from portal.sop.procedure import Role
from portal.sop.vocabulary import Action
from portal.sop.workflow import TRANSITIONS, Transition
from portal.viewer import actor_of
from tests.stories import answers_for

WHO = {
    Role.ADMIN_NASIONAL: "nasional",
    Role.ADMIN_INSTANSI: "instansi",
    Role.PEJABAT_PENGHUBUNG: "dishub",
    Role.UNIT_KERJA: "dishub-lalin",
}
# What gunicorn says before the application's headers, and what Chromium says of itself.
SERVER = (
    "HTTP/1.1 200 OK\r\nServer: gunicorn\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\n"
    "Connection: keep-alive\r\n\r\n"
)
BROWSER = 1_120
HTMX = {"HX-Request": "true", "Accept-Encoding": "gzip, deflate, br"}
_HIDDEN = re.compile(r'name="(csrf_token|key|seq)" value="([^"]*)"')


def weigh_actions(instance: Path) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Bytes (down, up) by desk, action and the status that it was done in.

    Every row of the table is done once at each desk and in each status for which the demo has a
    complaint; what is done stays done.
    """
    app = create_app(instance)
    return {
        (role.value, row.action.value, status): weighed
        for role, user in WHO.items()
        for row in TRANSITIONS
        if role in row.roles
        for status, weighed in _weigh_row(app, user, row)
    }


def _weigh_row(app: Flask, user: str, row: Transition) -> Iterator[tuple[str, tuple[int, int]]]:
    client = app.test_client()
    _sign_in(client, user)
    for status in row.sources:
        with app.app_context():
            pages, answers = _cases_for(user, row, status), _answers(row.action)
            db.engine.dispose()
        for page in pages:
            url = f"{page}/{row.action.slug}"
            _, found, form = client.get(page).text.partition(f'action="{url}"')
            if not found:
                continue
            sent = dict(_HIDDEN.findall(form.partition("</form>")[0])) | answers
            answer = client.post(url, data=sent, headers=HTMX)
            assert answer.status_code == 200, f"{row.action} in {status}: {answer.status}"
            yield status.value, (_down(answer), BROWSER + len(urlencode(sent)))
            break


def _sign_in(client: FlaskClient, user: str) -> None:
    page = client.get("/masuk").text
    sent = {name: unescape(value) for name, value in _HIDDEN.findall(page)}
    client.post("/masuk", data={**sent, "username": user, "password": PASSWORD})


def _cases_for(user: str, row: Transition, status: str) -> list[str]:
    """The pages of the complaints to which `user` can do it now, the latest first."""
    session, now = db.session(), datetime.now(UTC)
    rules = load_rules(session)
    account = session.scalars(select(Account).where(Account.username == user)).one()
    actor = actor_of(account, account.assignments[0])
    desk = actor.role.value.replace("_", "-")
    numbers = select(Complaint.tracking_id).where(Complaint.status == status)
    cases = [
        open_case(session, actor, number, rules, now)
        for number in session.scalars(numbers.order_by(Complaint.id.desc()))
    ]
    return [
        f"/{desk}/pengaduan/{case.complaint.tracking_id}"
        for case in cases
        if case is not None and row in case.rows
    ]


def _answers(action: Action) -> dict[str, str]:
    account = db.session().scalars(select(Account).where(Account.username == "dishub-lalin")).one()
    unit = db.session().get_one(Unit, account.assignments[0].unit_id)
    cast = SimpleNamespace(own_id=1, opd_id=unit.opd_id, unit_id=unit.id)
    answers = answers_for(cast, action)
    match action:
        case Action.REGISTER:
            return {"published_on": f"{datetime.now(UTC):%Y-%m-%d}"}
        case Action.RECORD_FEEDBACK:
            del answers["unit"]  # the complaint has its own
    return answers


def _down(answer: TestResponse) -> int:
    headers = sum(len(f"{name}: {value}\r\n") for name, value in answer.headers)
    return len(SERVER) + headers + len(answer.data)
