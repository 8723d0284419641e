"""An officer is warned of what he is about to tell, and may not tell who is to stay unknown."""

import logging
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy.orm import Session

from portal.cases.answers import Invalid
from portal.cases.outgoing import CONFIRM, TellsIdentity
from portal.cases.record import history_of
from portal.models import Complaint
from portal.sop.vocabulary import Action, Status
from tests.conftest import MONDAY
from tests.stories import do, do_anyway

Make = Callable[..., Complaint]
KNOWN = {"reporter_name": "Siti Namarahasia", "reporter_phone": "0812-3456-7890"}


@pytest.fixture
def say(session: Session, cast: SimpleNamespace, tmp_path: Path) -> Callable[..., Complaint]:
    def run(
        complaint: Complaint, action: Action = Action.ANSWER, who: str = "unit", **answers: str
    ) -> Complaint:
        return do(session, cast, tmp_path, complaint, who, action, MONDAY, **answers).complaint

    return run


@pytest.fixture
def at_unit(make_complaint: Make, say: Callable[..., Complaint]) -> Make:
    def run(**columns: object) -> Complaint:
        complaint = make_complaint(Status.WITH_LIAISON, **{**KNOWN, **columns})
        return say(complaint, Action.HAND_OVER, "penghubung")

    return run


def warned(caught: pytest.ExceptionInfo[Invalid]) -> TellsIdentity:
    [error] = caught.value.errors.values()
    assert isinstance(error, TellsIdentity)
    return error


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        ("Yth. Ibu siti namarahasia, lampu menyala.", "nama pelapor"),
        ("Lampu menyala, Bu Siti.", "nama pelapor"),
        ("Lampu menyala, bu siti.", "nama pelapor"),
        (
            "NIK 3520\u20130112\u20130380\u20130007, lalu 0812\u20139876\u20135432.",
            "NIK, nomor telepon",
        ),
        ("NIK 3520 0112 0380 0001 sudah diperiksa.", "NIK"),
        ("Hubungi +62 812-3456-7890.", "nomor telepon"),
        ("Kirim ke warga@contoh.id", "alamat surel"),
        ("Siti, 081234567890", "nama pelapor, nomor telepon"),
    ],
)
def test_what_tells_who_somebody_is_is_warned_of_and_sent_when_confirmed(
    session: Session,
    cast: SimpleNamespace,
    tmp_path: Path,
    at_unit: Make,
    say: Callable[..., Complaint],
    answer: str,
    what: str,
) -> None:
    complaint = at_unit()
    with pytest.raises(Invalid) as caught:
        say(complaint, answer=answer)
    assert f"Memuat {what}. Hapus" in str(warned(caught))
    assert len(history_of(session, complaint)) == 2
    do_anyway(session, cast, tmp_path, complaint, "unit", Action.ANSWER, MONDAY, answer=answer)
    assert history_of(session, complaint)[-1].details["answer"] == answer


@pytest.mark.parametrize("answer", ["Yth. Suparmi, sudah.", "Yth. suparmi, sudah."])
def test_a_protected_reporter_with_a_name_of_one_word_is_named_in_no_answer(
    at_unit: Make, say: Callable[..., Complaint], answer: str
) -> None:
    complaint = at_unit(confidential=True, reporter_name="Suparmi")
    with pytest.raises(Invalid) as caught:
        say(complaint, answer=answer)
    assert not warned(caught).confirm


def test_a_category_is_warned_of_as_any_text(
    make_complaint: Make, say: Callable[..., Complaint]
) -> None:
    complaint = make_complaint(Status.WITH_INSTANSI, **KNOWN)
    with pytest.raises(Invalid) as caught:
        say(complaint, Action.VERIFY, "instansi", category="Siti 3520011203800007")
    assert "Memuat nama pelapor, NIK. Hapus" in str(warned(caught))


def test_what_was_written_after_the_warning_is_warned_of_anew(
    at_unit: Make, say: Callable[..., Complaint]
) -> None:
    complaint = at_unit()
    with pytest.raises(Invalid) as caught:
        say(complaint, answer="Lampu menyala, Bu Siti.")
    confirm = warned(caught).confirm
    with pytest.raises(Invalid):
        say(complaint, answer="Lampu menyala, Bu Siti, 081234567890.", **{CONFIRM: confirm})


def test_an_ordinary_answer_needs_no_confirmation(
    at_unit: Make, say: Callable[..., Complaint]
) -> None:
    say(at_unit(), answer="Hubungi kominfo@magetan.go.id atau (0351) 895123 sebelum 23-11-2026.")


@pytest.mark.parametrize("protected", ["anonymous", "confidential"])
@pytest.mark.parametrize("answer", ["Yth. Siti Namarahasia", "Telah ditelepon: 0812 3456 7890"])
def test_a_protected_reporter_is_not_named_in_an_answer_whatever_is_confirmed(
    at_unit: Make, say: Callable[..., Complaint], protected: str, answer: str
) -> None:
    complaint = at_unit(**{protected: True})
    with pytest.raises(Invalid) as caught:
        say(complaint, answer=answer)
    assert warned(caught).confirm == ""
    assert "dirahasiakan" in str(warned(caught))
    with pytest.raises(Invalid):
        say(complaint, answer=answer, **{CONFIRM: "0" * 16})


def test_what_proves_nothing_may_be_sent_of_a_protected_one_too(
    session: Session, cast: SimpleNamespace, tmp_path: Path, at_unit: Make
) -> None:
    played = (session, cast, tmp_path, at_unit(anonymous=True), "unit", Action.ANSWER, MONDAY)
    do_anyway(*played, answer="Jalan Siti sudah diperbaiki.")


def test_whoever_tries_a_hidden_name_leaves_a_trace_without_it(
    at_unit: Make, say: Callable[..., Complaint], caplog: pytest.LogCaptureFixture
) -> None:
    complaint = at_unit(confidential=True)
    with caplog.at_level(logging.WARNING, "portal"), pytest.raises(Invalid):
        say(complaint, Action.RECORD_PROGRESS, text="Siti Namarahasia?")
    assert f"identity written complaint={complaint.tracking_id}" in caplog.text
    assert "Siti" not in caplog.text
    caplog.clear()
    with pytest.raises(Invalid):  # this desk knows the name
        say(at_unit(), Action.RECORD_PROGRESS, text="Siti Namarahasia?")
    assert caplog.text == ""
