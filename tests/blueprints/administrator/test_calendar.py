"""The calendar, each change with its preview."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.cases.rules import load_rules
from portal.models import Complaint, SpecialDay
from portal.sop.vocabulary import Status
from tests.blueprints.pages import form_of, landed

Post = Callable[..., TestResponse]

DAY = {"day": "2026-11-24", "name": "Hari Jadi", "kind": "off"}


def test_a_day_off_shows_what_moves_before_it_is_saved_and_then_moves_it(
    admin: FlaskClient,
    post: Post,
    session: Session,
    make_complaint: Callable[..., Complaint],
) -> None:
    complaint = make_complaint(Status.WITH_INSTANSI)
    preview = post("kalender/hari", **DAY)
    assert preview.status_code == 200
    assert "Selasa, 24 November 2026 menjadi hari libur: Hari Jadi" in preview.text
    assert "1 batas waktu bergeser" in preview.text
    assert f"#{complaint.tracking_id}" in preview.text
    assert "Standar waktu SOP, langkah 3" in preview.text
    assert "24 Nov 2026 16.00 → <b>25 Nov 2026 16.00</b>" in preview.text
    assert session.scalars(select(SpecialDay)).all() == []
    page = landed(admin, post("kalender/hari", **form_of(preview.text), confirm="1"))
    assert "Kalender disimpan; 1 batas waktu bergeser." in page
    assert "Hari Jadi" in page
    session.expire_all()
    assert f"{complaint.due_at:%d %H}" == "25 09"


def test_of_many_deadlines_the_preview_shows_twenty(
    post: Post, make_complaint: Callable[..., Complaint]
) -> None:
    for _ in range(22):
        make_complaint(Status.WITH_INSTANSI)
    preview = post("kalender/hari", **DAY).text
    assert "22 batas waktu bergeser" in preview
    assert preview.count('<td class="id">') == 20
    assert "dan 2 lainnya" in preview


def test_a_deadline_that_would_be_missed_at_once_is_marked(
    admin: FlaskClient,
    post: Post,
    clock: SimpleNamespace,
    cast: SimpleNamespace,
    sign_in: Callable[..., None],
    make_complaint: Callable[..., Complaint],
) -> None:
    landed(admin, post("kalender/hari", **DAY, confirm="1"))
    make_complaint(Status.WITH_INSTANSI)
    landed(admin, post("kalender/hari", **DAY | {"day": "2026-11-25"}, confirm="1"))
    clock.now = clock.now.replace(day=24, hour=18)
    sign_in(admin, cast.administrator)
    preview = post("kalender/hari", **DAY | {"kind": "working"}).text
    assert "langsung lewat" in preview


def test_a_wrong_day_keeps_what_was_typed(post: Post) -> None:
    answer = post("kalender/hari", **DAY | {"day": "2026-02-30"})
    assert answer.status_code == 422
    assert "Tulis tanggal seperti 2026-11-23." in answer.text
    assert 'value="Hari Jadi"' in answer.text


def test_a_declared_day_is_taken_back_with_a_preview(
    admin: FlaskClient, post: Post, session: Session
) -> None:
    landed(admin, post("kalender/hari", **DAY, confirm="1"))
    preview = post("kalender/hari/hapus", day="2026-11-24")
    assert "kembali menurut kalender nasional" in preview.text
    assert "Tidak ada batas waktu yang bergeser" in preview.text
    landed(admin, post("kalender/hari/hapus", **form_of(preview.text), confirm="1"))
    assert session.scalars(select(SpecialDay)).all() == []
    assert post("kalender/hari/hapus", day="2026-11-20").status_code == 422


def test_ramadan_is_set(admin: FlaskClient, post: Post) -> None:
    raw = {"first_day": "2027-02-09", "last_day": "2027-03-10"}
    preview = post("kalender/ramadan", **raw)
    assert "Ramadan dari Selasa, 9 Februari 2027" in preview.text
    page = landed(admin, post("kalender/ramadan", **raw, confirm="1"))
    assert "9 Feb 2027" in page
    assert post("kalender/ramadan", **raw | {"last_day": "2027-05-01"}).status_code == 422


def test_office_hours_are_set_from_a_day_on_and_withdrawn(
    admin: FlaskClient, post: Post, session: Session
) -> None:
    raw = form_of(admin.get("/administrator/kalender/jam-kerja").text)
    assert raw["mon_thu_opens"] == "07.30"
    raw |= {"valid_from": "2026-12-01", "mon_thu_opens": "08.00"}
    assert post("kalender/jam-kerja", **raw | {"fri_opens": "siang"}).status_code == 422
    assert "Jam kerja baru sejak" in post("kalender/jam-kerja", **raw).text
    page = landed(admin, post("kalender/jam-kerja", **raw, confirm="1"))
    assert "08.00–16.00" in page
    day = load_rules(session).calendar.day(date(2026, 12, 1))
    assert day.hours is not None
    assert day.hours.opens.hour == 8
    assert "dicabut" in post("kalender/jam-kerja/cabut", valid_from="2026-12-01").text
    page = landed(admin, post("kalender/jam-kerja/cabut", valid_from="2026-12-01", confirm="1"))
    assert "08.00–16.00" not in page
    past = post("kalender/jam-kerja/cabut", valid_from="2023-04-12")
    assert past.status_code == 422
    assert "Yang sudah berlaku tidak dapat dicabut." in past.text
