"""Two officers at once, and every action at every desk in every status."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Complaint, Entry
from portal.sop.procedure import Procedure, Role
from portal.sop.vocabulary import FINAL, Action, Status
from portal.sop.workflow import State, available
from tests.blueprints.desks.officer import Enter, form_of

Make = Callable[..., Complaint]
Act = Callable[..., None]
WHO = {
    Role.ADMIN_NASIONAL: "nasional",
    Role.ADMIN_INSTANSI: "instansi",
    Role.PEJABAT_PENGHUBUNG: "penghubung",
    Role.UNIT_KERJA: "unit",
}


def entries_of(session: Session, complaint: Complaint) -> list[str]:
    session.rollback()
    query = select(Entry.action).where(Entry.complaint_id == complaint.id).order_by(Entry.seq)
    return list(session.scalars(query))


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "tanpa-javascript"])
def test_the_second_is_told_who_did_what_and_can_send_what_he_typed_again(
    enter: Enter, make_complaint: Make, act: Act, htmx: bool
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    officer = enter("penghubung")
    hidden = officer.hidden(complaint, "kembalikan-opd")
    act(complaint, "penghubung", Action.ACKNOWLEDGE)
    typed = {"reason": "Jalan ini milik provinsi."}
    answer = officer.send(complaint, "kembalikan-opd", {**hidden, **typed}, htmx=htmx)
    assert answer.status_code == 409
    assert "Pengaduan ini berubah sejak halaman dibuka." in answer.text
    assert "Tanda terima diberikan oleh Budi Hartono" in answer.text
    assert "Yang Anda ketik masih ada di formulirnya" in answer.text
    form = form_of(answer.text, "kembalikan-opd")
    assert "Jalan ini milik provinsi." in form
    assert " open>" in form[:60]


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "tanpa-javascript"])
def test_what_was_typed_for_what_is_no_longer_possible_is_there_to_be_copied(
    enter: Enter, make_complaint: Make, act: Act, cast: SimpleNamespace, htmx: bool
) -> None:
    complaint = make_complaint(Status.VERIFIED)
    officer = enter("instansi")
    hidden = officer.hidden(complaint, "disposisi")
    act(complaint, "instansi", Action.DISPOSE)
    typed = {"opd": str(cast.opd_id), "instruction": "Periksa sore ini."}
    answer = officer.send(complaint, "disposisi", {**hidden, **typed}, htmx=htmx)
    assert answer.status_code == 409
    kept = answer.text.partition("Yang Anda ketik")[2]
    assert "readonly>Periksa sore ini.</textarea>" in kept
    assert kept.count("<textarea id=") == 1
    assert 'id="disposisi"' not in answer.text


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "tanpa-javascript"])
def test_a_complaint_that_left_meanwhile_tells_who_saw_it_what_became_of_it(
    enter: Enter, make_complaint: Make, act: Act, cast: SimpleNamespace, htmx: bool
) -> None:
    complaint = make_complaint(Status.RECEIVED)
    officer = enter("nasional")
    hidden = officer.hidden(complaint, "teruskan")
    act(complaint, "nasional", Action.FORWARD)
    typed = {"instansi": str(cast.own_id), "note": "Catatan saya."}
    answer = officer.send(complaint, "teruskan", {**hidden, **typed}, htmx=htmx)
    assert answer.status_code == 409
    assert "tidak lagi di meja Anda" in answer.text
    assert "Diteruskan ke Admin Instansi: Pemerintah Kabupaten Magetan oleh Ratna" in answer.text
    assert "readonly>Catatan saya.</textarea>" in answer.text


def test_who_never_saw_it_learns_nothing_but_keeps_what_he_typed(
    enter: Enter, make_complaint: Make, act: Act
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    act(complaint, "penghubung", Action.ACKNOWLEDGE)
    stranger = enter("penghubung_lain")
    typed = {"key": "k", "seq": "1", "reason": "Alasan saya."}
    for number in (complaint, SimpleNamespace(tracking_id="404")):
        answer = stranger.send(number, "kembalikan-opd", typed)  # type: ignore[arg-type]
        assert answer.status_code == 404
        assert "Budi" not in answer.text
        assert "readonly>Alasan saya.</textarea>" in answer.text


def test_an_answer_that_is_wrong_for_a_complaint_that_left_is_no_crash(
    enter: Enter, make_complaint: Make, act: Act
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    officer = enter("penghubung")
    hidden = officer.hidden(complaint, "kembalikan-opd")
    act(complaint, "penghubung", Action.REFUSE_OPD)
    answer = officer.send(complaint, "kembalikan-opd", {**hidden, "reason": ""}, htmx=True)
    assert answer.status_code == 409


# -- the table, played through the pages ---------------------------------------------------------

_PLAYED = [
    (status, role)
    for status in Status
    if status not in FINAL and status is not Status.AWAITING_FEEDBACK
    for role in WHO
]


@pytest.mark.parametrize(("status", "role"), _PLAYED)
def test_a_desk_is_offered_and_allowed_just_what_the_table_says(
    enter: Enter,
    make_complaint: Make,
    session: Session,
    cast: SimpleNamespace,
    status: Status,
    role: Role,
) -> None:
    complaint = make_complaint(status)
    resume_to = Status.RECEIVED if status is Status.AWAITING_COMPLETION else None
    state = State(status, resume_to=resume_to)
    allowed = {row.action for row in available(state, role, Procedure())}
    officer = enter(WHO[role])
    page = officer.page(complaint)
    if page.status_code == 404:
        assert not allowed or role in (Role.PEJABAT_PENGHUBUNG, Role.UNIT_KERJA)
        return
    assert {
        action for action in Action if f'<details class="act" id="{action.slug}"' in page.text
    } == allowed
    for action in set(Action) - allowed:
        hidden = {"key": f"k-{action}", "seq": str(complaint.seq)}
        answer = officer.send(complaint, action.slug, hidden)
        assert answer.status_code in (403, 409), action
        assert "notice error" in answer.text
        assert page.status_code == 200
    assert entries_of(session, complaint) == ["arrive"]
