"""Whose data an account has opened: on the page, in the workbook, by the command."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.access import Actor
from portal.models import Complaint
from portal.queries.sightings import opened_since, sightings
from portal.sop.procedure import Role
from portal.sop.vocabulary import Action, Status
from tests.blueprints.desks.conftest import Act
from tests.blueprints.desks.officer import Enter

Make = Callable[..., Complaint]
KNOWN = {"reporter_name": "=Siti Namarahasia", "reporter_phone": "0812-3456-7890"}


@pytest.fixture
def opened(enter: Enter, make_complaint: Make, act: Act, clock: SimpleNamespace) -> SimpleNamespace:
    """What the liaison did to the complaints of his OPD, on two days; one he left alone."""
    made = {
        name: make_complaint(Status.WITH_LIAISON, confidential=name == "secret", **KNOWN)
        for name in ("before", "plain", "secret", "acted", "alone")
    }
    enter("penghubung").page(made["before"])
    clock.now += timedelta(days=1)
    for name in ("plain", "secret", "plain"):
        enter("penghubung").page(made[name])
    act(made["acted"], "penghubung", Action.ACKNOWLEDGE)
    enter("unit_lain").page(made["alone"])
    return SimpleNamespace(**made)


def query(cast: SimpleNamespace, clock: SimpleNamespace) -> dict[str, str]:
    return {"akun": str(cast.penghubung.id), "sejak": f"{clock.now:%Y-%m-%d}"}


def table(answer: TestResponse) -> list[list[object]]:
    assert answer.status_code == 200, answer.text
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


@pytest.mark.parametrize("who", ["administrator", "kepala", "instansi"])
def test_the_page_names_what_was_opened_since_the_day_and_no_reporter(
    enter: Enter, cast: SimpleNamespace, clock: SimpleNamespace, opened: SimpleNamespace, who: str
) -> None:
    text = enter(who).browser.get("/pelindungan-data/akun", query_string=query(cast, clock)).text
    for complaint in (opened.plain, opened.secret, opened.acted):
        assert f"#{complaint.tracking_id}" in text
    for complaint in (opened.before, opened.alone):
        assert f"#{complaint.tracking_id}" not in text
    assert "3 pengaduan" in text
    assert "Namarahasia" not in text


@pytest.mark.parametrize("who", ["administrator", "kepala", "instansi"])
def test_the_workbook_tells_whom_to_write_to_only_to_who_writes_to_citizens(
    enter: Enter,
    session: Session,
    cast: SimpleNamespace,
    clock: SimpleNamespace,
    opened: SimpleNamespace,
    who: str,
) -> None:
    browser = enter(who).browser
    rows = table(browser.post("/pelindungan-data/akun", data=query(cast, clock)))
    seen = {str(row[0]): row[5] for row in rows}
    assert seen == {
        opened.plain.tracking_id: "terlihat",
        opened.secret.tracking_id: "tidak terlihat",
        opened.acted.tracking_id: "terlihat",
    }
    assert ("=Siti Namarahasia" in str(rows)) is (who == "instansi")
    session.rollback()  # each request of a browser reads anew
    log = browser.get("/pelindungan-data/").text
    assert ("Daftar data-dibuka-" in log) is (who == "instansi")


def test_the_password_is_asked_before_the_workbook(
    enter: Enter, cast: SimpleNamespace, clock: SimpleNamespace, opened: SimpleNamespace
) -> None:
    browser, asked = enter("instansi").browser, query(cast, clock)
    clock.now += timedelta(minutes=6)
    answer = browser.post("/pelindungan-data/akun", data=asked)
    assert answer.status_code == 422
    assert "Masukkan kata sandi lagi" in answer.text


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_wrong_question_is_answered_at_its_field(enter: Enter, method: str) -> None:
    asked = {"akun": "404404", "sejak": "kemarin"}
    options = {"query_string": asked} if method == "get" else {"data": asked}
    answer = getattr(enter("kepala").browser, method)("/pelindungan-data/akun", **options)
    assert answer.status_code == 422
    assert "Pilih salah satu dari daftar." in answer.text
    assert "Tulis tanggal seperti 2026-11-23." in answer.text


def test_another_offices_data_stays_its_own(
    enter: Enter,
    session: Session,
    cast: SimpleNamespace,
    clock: SimpleNamespace,
    opened: SimpleNamespace,
) -> None:
    other = Actor(Role.KEPALA_DINAS, "Lain", instansi_id=cast.own_id + 1)
    found = opened_since(session, other, cast.penghubung.id, clock.now.date())
    assert (found.complaints, found.lists) == ([], [])
    assert sightings(session, other, 0, "", 0) == ([], None)


def test_the_log_is_narrowed_to_an_account_or_a_complaint(
    enter: Enter, cast: SimpleNamespace, opened: SimpleNamespace
) -> None:
    browser = enter("administrator").browser
    number = opened.secret.tracking_id
    page = browser.get(f"/pelindungan-data/?pengaduan=%23{number}").text
    assert page.count("<tr><td") == 1
    assert "tanpa identitas pelapor" in page
    assert "<tr><td" not in browser.get(f"/pelindungan-data/?akun={cast.unit.id}").text


def test_the_command_lists_the_same_and_writes_no_identity(
    app: Flask,
    cast: SimpleNamespace,
    clock: SimpleNamespace,
    opened: SimpleNamespace,
    tmp_path: Path,
) -> None:
    out = tmp_path / "daftar.xlsx"
    asked = ["breach", "penghubung", "--since", f"{clock.now:%Y-%m-%d}", "--out", str(out)]
    done = app.test_cli_runner().invoke(args=asked)
    assert done.exit_code == 0, done.output
    assert f"#{opened.plain.tracking_id}" in done.output
    assert "3 pengaduan, 0 daftar." in done.output
    assert "Namarahasia" not in done.output
    assert len(list(openpyxl.load_workbook(out).active.iter_rows())) == 4
    assert app.test_cli_runner().invoke(args=[*asked[:1], "tak.ada", *asked[2:]]).exit_code == 2
