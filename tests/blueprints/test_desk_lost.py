"""A desk that was lost, or left, while a form stood open: nothing that was typed is lost by it."""

import html
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import Account, Assignment, Complaint, Report, writing
from portal.sop.procedure import Role
from portal.sop.vocabulary import Status
from tests.blueprints.desks.officer import HTMX
from tests.blueprints.pages import hidden
from tests.blueprints.test_held import resent
from tests.report_story import ReportStory

NOTE = "Bukan kewenangan kami.\nMohon ke Dinas PU."
SignIn = Callable[[FlaskClient, Account], None]


@pytest.fixture
def case(make_complaint: Callable[..., Complaint]) -> Complaint:
    return make_complaint(Status.WITH_LIAISON)


def end(session: Session, account: Account, day: date | None) -> None:
    with writing(session):
        account.assignments[0].valid_to = day


def send(
    client: FlaskClient, url: str, data: dict[str, str], *, htmx: bool = False
) -> TestResponse:
    answer = client.post(url, data=data, headers=HTMX if htmx else {})
    return answer


def refuse(client: FlaskClient, case: Complaint, *, htmx: bool = False) -> TestResponse:
    url = f"/pejabat-penghubung/pengaduan/{case.tracking_id}/kembalikan-opd"
    return send(client, url, {"key": "k", "seq": "1", "reason": NOTE}, htmx=htmx)


def test_when_the_assignment_has_ended_its_day_is_said_and_the_form_can_be_sent_once_it_goes_on(
    client: FlaskClient, session: Session, cast: SimpleNamespace, sign_in: SignIn, case: Complaint
) -> None:
    sign_in(client, cast.penghubung)
    end(session, cast.penghubung, date(2026, 11, 22))
    for _ in range(2):  # sent again too early, it is still there
        answer = refuse(client, case)
        assert answer.status_code == 403
        assert "Masa tugas Anda di meja Pejabat Penghubung OPD Dinas Perhubungan" in answer.text
        assert "berakhir pada 22 Nov 2026." in answer.text
        assert f'<p class="prose">{NOTE}</p>' in answer.text
        assert resent(answer) == {"key": "k", "seq": "1", "reason": NOTE}
    session.refresh(case)
    assert case.seq == 1

    end(session, cast.penghubung, None)
    url = f"/pejabat-penghubung/pengaduan/{case.tracking_id}/kembalikan-opd"
    assert send(client, url, resent(answer)).status_code == 303
    session.refresh(case)
    assert case.seq == 2


def test_with_htmx_the_form_stays_and_the_sentence_comes_to_it(
    client: FlaskClient, session: Session, cast: SimpleNamespace, sign_in: SignIn, case: Complaint
) -> None:
    sign_in(client, cast.penghubung)
    end(session, cast.penghubung, date(2026, 11, 22))
    answer = refuse(client, case, htmx=True)
    assert answer.status_code == 403
    _, _, news = answer.text.partition("data-announce>")
    assert news.startswith("Masa tugas Anda di meja Pejabat Penghubung")
    assert "yang Anda ketik masih ada di halaman ini" in news
    assert "HX-Retarget" not in answer.headers


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "tanpa-javascript"])
def test_a_note_for_several_is_kept_as_well(
    client: FlaskClient, session: Session, cast: SimpleNamespace, sign_in: SignIn, htmx: bool
) -> None:
    sign_in(client, cast.nasional)
    end(session, cast.nasional, date(2026, 11, 22))
    data = {"key": "k", "pilih": "9100001:1", "note": NOTE}
    answer = send(client, "/admin-nasional/massal/teruskan", data, htmx=htmx)
    assert answer.status_code == 403
    assert "Masa tugas Anda di meja Admin Nasional berakhir pada 22 Nov 2026." in answer.text
    assert (NOTE in answer.text) is not htmx


def test_a_desk_that_never_was_ones_own_is_not_said_to_have_ended(
    client: FlaskClient, cast: SimpleNamespace, sign_in: SignIn, case: Complaint
) -> None:
    sign_in(client, cast.unit)
    answer = refuse(client, case)
    assert answer.status_code == 403
    assert "Ganti meja bila Anda berhak." in answer.text
    assert "berakhir" not in answer.text
    assert NOTE in answer.text


def test_another_desk_of_ones_own_at_which_it_would_pass_is_offered_and_takes_the_form_along(
    client: FlaskClient, session: Session, story: ReportStory, sign_in: SignIn
) -> None:
    story.complaints(2)
    report: Report = story.draft()
    story.submit(report)
    account: Account = story.cast.kepala
    with writing(session):
        liaison = Assignment(
            account=account,
            role=Role.PEJABAT_PENGHUBUNG,
            opd_id=story.cast.opd_id,
            valid_from=date(2026, 1, 1),
        )
        session.add(liaison)
    sign_in(client, account)
    client.post("/meja", data={"assignment": str(liaison.id)})
    url, typed = f"/laporan/{report.id}/kembalikan", {"seq": str(report.seq), "note": NOTE}

    answer = send(client, url, typed)
    assert answer.status_code == 403
    assert NOTE in answer.text
    head = f'name="assignment" value="{account.assignments[0].id}">Kepala Dinas</button>'
    assert head in answer.text
    assert f'name="assignment" value="{liaison.id}"' not in answer.text

    held = {"held": hidden(answer, "held")}
    wrong = send(client, "/meja", {"assignment": "999", **held})
    assert wrong.status_code == 422
    assert html.unescape(wrong.text).count(NOTE) == 1
    assert hidden(wrong, "held") == held["held"]
    offered = send(client, "/meja", {"assignment": str(account.assignments[0].id), **held})
    assert resent(offered) == typed
    assert send(client, url, resent(offered)).status_code == 303


def test_a_page_that_is_asked_for_keeps_nothing_but_says_what_ended(
    client: FlaskClient, session: Session, cast: SimpleNamespace, sign_in: SignIn
) -> None:
    sign_in(client, cast.penghubung)
    end(session, cast.penghubung, date(2026, 11, 22))
    answer = client.get("/pejabat-penghubung/")
    assert answer.status_code == 403
    assert "berakhir pada 22 Nov 2026." in answer.text
    assert "yang Anda ketik" not in answer.text
