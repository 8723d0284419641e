"""The history in words: every kind of entry says what was done and what was answered."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy.orm import Session

from portal.access import SYSTEM
from portal.cases.record import Note, append, read_history
from portal.cases.rules import Rules
from portal.cases.tick import tick
from portal.models import Complaint, writing
from portal.sop.vocabulary import Action, Record, Status
from tests.blueprints.desks.officer import Enter
from tests.conftest import MONDAY

Make = Callable[..., Complaint]
Act = Callable[..., None]


def history(enter: Enter, complaint: Complaint, who: str = "kepala") -> str:
    return enter(who).page(complaint).text.partition('<ol class="hist" id="history">')[2]


@pytest.mark.parametrize(
    ("status", "who", "action", "answers", "words"),
    [
        (
            Status.RECEIVED,
            "nasional",
            Action.TRANSFER,
            {"instansi_name": "Kementerian PU", "note": "Jalan nasional."},
            ["Dialihkan ke instansi lain: Kementerian PU", "Jalan nasional."],
        ),
        (
            Status.RECEIVED,
            "nasional",
            Action.DISMISS,
            {"reason": "other", "note": "Sudah ditutup."},
            ["Diarsipkan, tidak ditindaklanjuti", "Alasan: Alasan lain.", "Sudah ditutup."],
        ),
        (
            Status.WITH_LIAISON,
            "penghubung",
            Action.REFUSE_OPD,
            {"reason": "Bukan kami.", "suggested_opd": "1"},
            ["Dikembalikan, bukan kewenangan OPD", "Bukan kami.", "Usul OPD yang berwenang: "],
        ),
        (
            Status.AWAITING_FEEDBACK,
            "instansi",
            Action.RECORD_FEEDBACK,
            {"satisfied": "ya", "text": "Terima kasih.", "rating": "5", "unit": ""},
            ["Tanggapan balik dicatat", "Pelapor puas? Ya.", "Nilai: 5.", "Terima kasih."],
        ),
        (
            Status.VERIFIED,
            "instansi",
            Action.CORRECT,
            {"field": "title", "value": "Judul baru", "reason": "Salah ketik."},
            [
                "Data dikoreksi",
                "Yang dikoreksi: Judul.",
                "Lampu merah rusak simpang Maospati → Judul baru",
                "Salah ketik.",
            ],
        ),
    ],
)
def test_an_action_shows_the_answers_that_were_given(
    enter: Enter,
    make_complaint: Make,
    act: Act,
    status: Status,
    who: str,
    action: Action,
    answers: dict[str, str],
    words: list[str],
) -> None:
    complaint = make_complaint(status)
    act(complaint, who, action, **answers)
    text = history(enter, complaint)
    for word in words:
        assert word in text


def test_a_duplicate_names_the_other_and_a_publication_its_day(
    enter: Enter, make_complaint: Make, act: Act
) -> None:
    other, complaint = make_complaint(), make_complaint(Status.RECEIVED)
    act(
        complaint,
        "nasional",
        Action.DISMISS,
        reason="duplicate",
        duplicate_of=other.tracking_id,
    )
    text = history(enter, complaint)
    assert "Alasan: Duplikat pengaduan lain." in text
    assert f"Duplikat dari Tracking ID: #{other.tracking_id}." in text
    answered = make_complaint(Status.WITH_LIAISON)
    act(answered, "penghubung", Action.HAND_OVER)
    act(answered, "unit", Action.ANSWER)
    act(answered, "instansi", Action.REGISTER)
    assert "Tanggal tanggapan diumumkan di lapor.go.id: 23 Nov 2026." in history(enter, answered)


def test_what_the_portal_did_by_itself_stands_there_like_anybody_elses(
    enter: Enter, make_complaint: Make, session: Session, clock: SimpleNamespace
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    clock.now += timedelta(days=100)
    tick(session, clock.now)
    text = history(enter, complaint)
    assert "Diteruskan ke Ombudsman RI</b> oleh Sistem" in text
    assert "Peringatan batas waktu" in text
    assert "Batas sebelum diteruskan ke Ombudsman RI: sudah 30 hari kerja." in text
    assert ">Ombudsman</span>" in enter("kepala").page(complaint).text


def test_a_change_at_lapor_names_what_changed_and_nobodys_name(
    enter: Enter, make_complaint: Make, session: Session, rules: Rules
) -> None:
    complaint = make_complaint(Status.WITH_INSTANSI)
    changes = {
        "body": {"old": "a", "new": "b"},
        "lapor_status": {"old": "x", "new": "y"},
    }
    with writing(session):
        before = read_history(session, complaint, rules)
        note = Note(Record.LAPOR_CHANGE, Status.WITH_INSTANSI, MONDAY, {"changes": changes})
        append(session, session.merge(complaint), before, note, SYSTEM, rules, MONDAY)
    text = history(enter, complaint)
    assert "Berubah di LAPOR!: Isi laporan, Status LAPOR!." in text


def test_who_has_it_now_is_not_said_of_what_has_ended(enter: Enter, make_complaint: Make) -> None:
    complaint = make_complaint(Status.RECEIVED)
    officer = enter("nasional")
    answer = officer.act(complaint, "arsipkan", htmx=True, reason="too_general")
    assert "Diarsipkan, tidak ditindaklanjuti.</p>" in answer.text
    assert "Sekarang di meja" not in answer.text


def test_an_ended_complaint_says_so_where_the_work_would_be(
    enter: Enter, make_complaint: Make
) -> None:
    text = enter("kepala").page(make_complaint(Status.CLOSED)).text
    assert '<h2 id="h-now">Berakhir</h2>' in text
    assert 'aria-current="step"' not in text


def test_a_follow_up_under_way_is_not_yet_step_6s_hour(
    enter: Enter, make_complaint: Make, act: Act
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    act(complaint, "penghubung", Action.HAND_OVER)
    assert '<h2 id="h-now">Tindak lanjut</h2>' in enter("unit").page(complaint).text
    act(complaint, "unit", Action.FINISH_FOLLOW_UP)
    text = enter("unit").page(complaint).text
    assert "Langkah 6: Tanggapan" in text
    assert "1 jam lagi" in text
