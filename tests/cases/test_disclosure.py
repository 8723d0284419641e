"""An identity is opened by the desk that holds the complaint, with a reason, for half an hour."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy.orm import Session

from portal.cases.answers import Invalid
from portal.cases.disclosure import OPEN_FOR, open_until, sight_of
from portal.cases.record import history_of
from portal.models import Complaint
from portal.queries.disclosures import disclosures
from portal.sop.vocabulary import Action, Status
from portal.sop.workflow import NotAllowedNow, NotYours
from tests.conftest import MONDAY
from tests.stories import do

Make = Callable[..., Complaint]


@pytest.fixture
def secret(make_complaint: Make) -> Complaint:
    return make_complaint(Status.WITH_LIAISON, confidential=True, reporter_name="Siti")


@pytest.fixture
def disclose(session: Session, cast: SimpleNamespace, tmp_path: Path) -> Callable[..., None]:
    def run(complaint: Complaint, who: str = "penghubung", **answers: str) -> None:
        do(session, cast, tmp_path, complaint, who, Action.DISCLOSE, MONDAY, **answers)

    return run


def test_it_is_open_for_half_an_hour_for_who_gave_the_reason(
    session: Session,
    cast: SimpleNamespace,
    secret: Complaint,
    disclose: Callable[..., None],
) -> None:
    penghubung, kepala = cast.actor(cast.penghubung), cast.actor(cast.kepala)
    assert open_until(history_of(session, secret), penghubung, MONDAY) is None
    disclose(secret)
    entries = history_of(session, secret)
    last = MONDAY + OPEN_FOR - timedelta(seconds=1)
    assert open_until(entries, penghubung, last) == MONDAY + timedelta(minutes=30)
    assert sight_of(session, penghubung, secret, entries, last).shown.who.name == "Siti"
    assert open_until(entries, penghubung, MONDAY + OPEN_FOR) is None
    assert sight_of(session, penghubung, secret, entries, MONDAY + OPEN_FOR).is_closed
    assert open_until(entries, kepala, MONDAY) is None
    assert sight_of(session, kepala, secret, entries, MONDAY).shown.who.name == ""


def test_it_moves_nothing_and_no_clock(secret: Complaint, disclose: Callable[..., None]) -> None:
    before = (secret.status, secret.due_at, secret.wake_at, secret.acknowledged)
    disclose(secret)
    assert (secret.status, secret.due_at, secret.wake_at, secret.acknowledged) == before
    assert secret.seq == 2


def test_without_a_reason_nothing_opens(secret: Complaint, disclose: Callable[..., None]) -> None:
    with pytest.raises(Invalid):
        disclose(secret, reason=" ")
    assert secret.seq == 1


@pytest.mark.parametrize("who", ["instansi", "kepala", "unit", "penghubung_lain", "nasional"])
def test_nobody_else_opens_it(secret: Complaint, disclose: Callable[..., None], who: str) -> None:
    with pytest.raises((NotYours, LookupError)):
        disclose(secret, who)


def test_when_the_unit_has_it_the_pejabat_penghubung_does_not(
    session: Session,
    cast: SimpleNamespace,
    tmp_path: Path,
    secret: Complaint,
    disclose: Callable[..., None],
) -> None:
    do(session, cast, tmp_path, secret, "penghubung", Action.HAND_OVER, MONDAY)
    with pytest.raises(NotYours):
        disclose(secret)
    disclose(secret, "unit")


def test_what_is_open_or_has_nothing_to_open_is_not_opened(
    secret: Complaint, make_complaint: Make, disclose: Callable[..., None]
) -> None:
    disclose(secret)
    for complaint in (secret, make_complaint(Status.WITH_LIAISON, reporter_nik="")):
        with pytest.raises(NotAllowedNow, match="Tidak ada identitas"):
            disclose(complaint)


def test_it_is_opened_now_whatever_time_the_form_names(
    session: Session,
    cast: SimpleNamespace,
    tmp_path: Path,
    secret: Complaint,
) -> None:
    from portal.cases.act import Form, act

    now = MONDAY + timedelta(hours=5)
    form = Form(Action.DISCLOSE, "k", secret.seq, {"reason": "x"}, happened_at="2026-11-23T10:00")
    actor = cast.actor(cast.penghubung)
    done = act(session, actor, secret.tracking_id, form, folder=tmp_path, now=now)
    assert (done.entry.happened_at, done.entry.recorded_at) == (now, now)


def test_the_kepala_dinas_reads_who_opened_what_and_why_page_by_page(
    session: Session,
    cast: SimpleNamespace,
    make_complaint: Make,
    disclose: Callable[..., None],
) -> None:
    made = [make_complaint(Status.WITH_LIAISON, anonymous=True) for _ in range(52)]
    for complaint in made:
        disclose(complaint, reason=f"Perlu #{complaint.tracking_id}")
    kepala = cast.actor(cast.kepala)
    first, after = disclosures(session, kepala, MONDAY)
    rest, end = disclosures(session, kepala, MONDAY, after)
    assert [row.tracking_id for row in (*first, *rest)] == [
        complaint.tracking_id for complaint in reversed(made)
    ]
    assert end is None
    assert first[0].reason == f"Perlu #{made[-1].tracking_id}"
    assert first[0].by.startswith("Budi Hartono, Pejabat Penghubung")
    assert disclosures(session, cast.actor(cast.administrator), MONDAY) == ([], None)
