"""Taking a reporter out, on the complaint's page; the administrator's page of the years."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.retention import retention
from portal.models import Complaint, Report, Reporter, writing
from portal.sop.procedure import CaseClass
from portal.sop.report_workflow import ReportState
from portal.sop.vocabulary import Status
from tests.blueprints.desks.officer import Enter
from tests.blueprints.pages import landed
from tests.conftest import MONDAY

KNOWN = {"reporter_name": "Siti Namarahasia", "reporter_phone": "0812-3456-7890"}
FORM = {one.value: "0" for one in CaseClass} | {"log_years": "5"}


@pytest.fixture
def ended(play: SimpleNamespace) -> Complaint:
    body = "Siti Namarahasia: juru parkir menolak memberi karcis."
    return play.to(Status.CLOSED, body=body, **KNOWN)


@pytest.mark.parametrize("htmx", [False, True])
def test_all_of_the_page_is_without_the_reporter_and_says_who_took_him_out(
    enter: Enter, session: Session, ended: Complaint, htmx: bool
) -> None:
    officer = enter("instansi")
    assert "Namarahasia" in officer.page(ended).text
    answer = officer.act(ended, "hapus-identitas", htmx=htmx, reason="Diminta pelapor.")
    page = answer.text if htmx else landed(officer.browser, answer)
    assert "Namarahasia" not in page
    assert "Identitas pelapor dihapus" in page
    assert "Diminta pelapor." in page
    assert ">Identitas dihapus</span>" in page
    assert 'class="act"' not in page
    session.rollback()
    assert session.scalars(select(Reporter)).all() == []


def test_the_password_is_asked_first(
    enter: Enter, session: Session, clock: SimpleNamespace, ended: Complaint
) -> None:
    officer = enter("instansi")
    clock.now += timedelta(minutes=6)
    answer = officer.act(ended, "hapus-identitas", reason="Diminta pelapor.")
    assert answer.status_code == 422
    assert "Masukkan kata sandi lagi" in answer.text
    assert len(session.scalars(select(Reporter)).all()) == 1


def test_no_form_takes_out_the_reporter_of_what_is_under_way_or_at_another_desk(
    enter: Enter, play: SimpleNamespace, ended: Complaint
) -> None:
    under_way = play.to(Status.ANSWERED)
    assert 'id="hapus-identitas"' not in enter("instansi").page(under_way).text
    assert 'id="hapus-identitas"' not in enter("kepala").page(ended).text


def test_the_years_are_set_and_what_they_would_do_is_shown_before(
    enter: Enter,
    session: Session,
    cast: SimpleNamespace,
    clock: SimpleNamespace,
    ended: Complaint,
) -> None:
    with writing(session):
        session.add(
            Report(
                instansi_id=cast.own_id,
                month=date(2026, 11, 1),
                state=ReportState.APPROVED,
                code="K7MX",
                created_at=MONDAY,
            )
        )
    clock.now = MONDAY.replace(year=2030)
    browser = enter("administrator").browser
    assert ended.tracking_id not in browser.get("/pelindungan-data/masa-simpan").text
    answer = browser.post("/pelindungan-data/masa-simpan", data=FORM | {"complaint": "3"})
    page = landed(browser, answer)
    assert f"#{ended.tracking_id}" in page
    assert "1 pengaduan" in page
    assert retention(session).years == {CaseClass.COMPLAINT: 3}
    session.rollback()
    log = browser.get("/administrator/keamanan/catatan").text
    assert "Masa simpan identitas diubah" in log


def test_wrong_years_come_back_with_their_sentence(enter: Enter, session: Session) -> None:
    browser = enter("administrator").browser
    answer = browser.post("/pelindungan-data/masa-simpan", data=FORM | {"complaint": "selamanya"})
    assert answer.status_code == 422
    assert "Tulis angka dari 0 sampai 30." in answer.text
    assert 'value="selamanya"' in answer.text
    assert retention(session).years == {}
