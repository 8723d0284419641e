"""What pages ask of the database: so many questions, however much lies there."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from portal.models import Complaint
from portal.sop.procedure import DESKS, Role
from portal.sop.vocabulary import Action, Status
from tests.blueprints.desks.officer import Enter
from tests.statements import counted
from tests.stories import BY_HAND, WHO, answers_for

MOST_OF_AN_INBOX, MOST_OF_AN_ACTION = 6, 15


@pytest.mark.parametrize("role", [*DESKS, Role.KEPALA_DINAS])
def test_an_inbox_asks_six_questions_at_most_however_many_complaints_there_are(
    enter: Enter, make_complaint: Callable[..., Complaint], role: Role
) -> None:
    officer = enter(WHO.get(role, "kepala"))
    officer.get()  # what is read once a process
    asked = []
    for _ in range(2):
        for status in (Status.ARRIVED, Status.WITH_INSTANSI, Status.VERIFIED, Status.WITH_LIAISON):
            make_complaint(status)
        with counted() as statements:
            officer.get()
        asked.append(len(statements))
    assert asked[0] == asked[1] <= MOST_OF_AN_INBOX


@pytest.mark.parametrize(
    ("action", "status", "role"), [(row.action, status, role) for row, status, role in BY_HAND]
)
def test_an_action_asks_fifteen_questions_at_most(
    enter: Enter,
    cast: SimpleNamespace,
    clock: SimpleNamespace,
    play: SimpleNamespace,
    action: Action,
    status: Status,
    role: Role,
) -> None:
    complaint = play.to(status)
    officer = enter(WHO[role])
    hidden = officer.hidden(complaint, action.slug)
    answers = {"published_on": f"{clock.now:%Y-%m-%d}", **answers_for(cast, action)}
    with counted() as statements:
        answer = officer.send(complaint, action.slug, {**hidden, **answers}, htmx=True)
    assert answer.status_code == 200, answer.text
    assert len(statements) <= MOST_OF_AN_ACTION, "\n".join(statements)
