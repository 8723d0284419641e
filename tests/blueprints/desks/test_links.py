"""The addresses of a complaint that no desk owns: the link in messages, and its files."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.act import Form, act
from portal.cases.files import Upload, path_of, store
from portal.cases.ledger import verify_ledger
from portal.models import Assignment, Attachment, Complaint, writing
from portal.sop.procedure import Role
from portal.sop.vocabulary import Action, Status
from tests.blueprints.desks.officer import Enter
from tests.cases.exports import report, take_in
from tests.conftest import MONDAY
from tests.files import pdf
from tests.stories import USUAL, WAY, do

Make = Callable[..., Complaint]
PDF = pdf(b"isi")


@pytest.fixture
def complaint(make_complaint: Make) -> Complaint:
    return make_complaint(Status.WITH_LIAISON)


@pytest.mark.parametrize("who", ["instansi", "penghubung", "kepala"])
def test_the_link_leads_to_the_page_at_ones_own_desk(
    enter: Enter, complaint: Complaint, who: str
) -> None:
    officer = enter(who)
    answer = officer.get(f"/pengaduan/{complaint.tracking_id}")
    assert answer.status_code == 303
    assert answer.location == f"/{officer.slug}/pengaduan/{complaint.tracking_id}"


@pytest.mark.parametrize("who", ["nasional", "penghubung_lain", "unit", "administrator"])
def test_who_may_not_see_it_finds_nothing_there(
    enter: Enter, complaint: Complaint, who: str
) -> None:
    assert enter(who).get(f"/pengaduan/{complaint.tracking_id}").status_code == 404


def test_who_holds_two_desks_is_led_to_the_one_that_sees_it(
    enter: Enter, complaint: Complaint, session: Session, cast: SimpleNamespace
) -> None:
    with writing(session):
        session.add(
            Assignment(
                account_id=cast.administrator.id,
                role=Role.PEJABAT_PENGHUBUNG,
                opd_id=cast.opd_id,
                valid_from=MONDAY.date(),
            )
        )
    answer = enter("administrator").get(f"/pengaduan/{complaint.tracking_id}")
    assert answer.location == f"/pejabat-penghubung/pengaduan/{complaint.tracking_id}"


@pytest.fixture
def file(app: Flask, session: Session, complaint: Complaint) -> str:
    """The address of a file of the complaint."""
    with writing(session):
        kept = Attachment(
            complaint_id=complaint.id,
            entry_seq=1,
            name="surat.pdf",
            media_type="application/pdf",
            size=len(PDF),
            sha256=store(app.config["FILES"], PDF),
            added_at=MONDAY,
        )
        session.add(kept)
        session.flush()
        number = kept.id
    return f"/pengaduan/{complaint.tracking_id}/lampiran/{number}"


def test_a_file_is_downloaded_and_never_shown_with_rights_of_its_own(
    enter: Enter, file: str
) -> None:
    with enter("penghubung").browser.get(file) as answer:
        assert answer.data == PDF
        assert answer.headers["Content-Disposition"] == "attachment; filename=surat.pdf"
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_that_came_before_lapor_protected_its_reporter_is_named_without_him(
    app: Flask, enter: Enter, session: Session, cast: SimpleNamespace, tmp_path: Path
) -> None:
    take_in(session, tmp_path, report(1, name="Siti Namarahasia"))
    complaint = session.scalars(select(Complaint)).one()
    folder = Path(app.config["FILES"])
    for action in WAY[Status.WITH_UNIT]:
        do(session, cast, folder, complaint, USUAL[action], action, MONDAY)
    form = Form(
        Action.RECORD_PROGRESS,
        "kunci",
        complaint.seq,
        {"text": "Diperiksa."},
        [Upload("KTP Siti.pdf", PDF)],
    )
    act(session, cast.actor(cast.unit), complaint.tracking_id, form, folder=folder, now=MONDAY)
    [number] = session.scalars(select(Attachment.id)).all()
    url = f"/pengaduan/{complaint.tracking_id}/lampiran/{number}"
    assert "KTP Siti.pdf" in enter("unit").page(complaint).text
    take_in(session, tmp_path, report(1, name="Siti Namarahasia", privacy="Rahasia"))
    assert "KTP [dirahasiakan].pdf" in enter("unit").page(complaint).text
    assert "Siti" not in enter("unit").page(complaint).text
    with enter("unit").browser.get(url) as answer:
        assert "Siti" not in answer.headers["Content-Disposition"]
    with enter("instansi").browser.get(url) as answer:
        assert "KTP Siti.pdf" in answer.headers["Content-Disposition"]
    assert verify_ledger(session).broken is None


@pytest.mark.parametrize(
    "harm", [lambda path: path.write_bytes(b"lain"), lambda path: path.unlink()]
)
def test_a_file_that_was_changed_or_lost_on_disk_is_not_given_out(
    app: Flask, enter: Enter, file: str, harm: Callable[[Path], Any]
) -> None:
    harm(path_of(app.config["FILES"], sha256(PDF).hexdigest()))
    answer = enter("penghubung").get(file)
    assert answer.status_code == 500
    assert "hilang atau berubah di penyimpanan" in answer.text


@pytest.mark.parametrize("who", ["nasional", "penghubung_lain", "unit", "administrator"])
def test_a_file_is_only_for_who_sees_its_complaint(enter: Enter, file: str, who: str) -> None:
    assert enter(who).get(file).status_code == 404


def test_a_file_is_not_found_under_another_complaint(
    enter: Enter, file: str, make_complaint: Make
) -> None:
    other = make_complaint(Status.WITH_LIAISON)
    number = file.rpartition("/")[2]
    assert (
        enter("instansi").get(f"/pengaduan/{other.tracking_id}/lampiran/{number}").status_code
        == 404
    )


def test_a_file_that_came_with_the_complaint_stands_beside_its_text(
    enter: Enter, file: str, complaint: Complaint
) -> None:
    text = enter("instansi").page(complaint).text
    assert f'<a href="{file}">surat.pdf (1 KB)</a>' in text
