"""The papers of one complaint: what they say of its history, and what they never say."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.access import SYSTEM
from portal.cases.identity import identity_of
from portal.cases.record import Note, append, history_of, read_history
from portal.cases.rules import Rules
from portal.identity.person import NOBODY
from portal.models import Attachment, Complaint, writing
from portal.reporting.case_paper import CasePaper, NotAnswered, NotDisposed, case_paper
from portal.reporting.compose import (
    CaseSheet,
    Composed,
    compose_answer,
    compose_card,
    compose_disposition,
    compose_dossier,
)
from portal.reporting.paper import Letter, PaperSettings
from portal.reporting.register import register_row
from portal.sop.office_time import ZONE
from portal.sop.vocabulary import Action, Record, Status
from tests.conftest import MONDAY
from tests.reporting.papers import DATA_AT, SIGNER
from tests.stories import do_anyway

WAY = (
    ("nasional", Action.RECEIVE),
    ("nasional", Action.FORWARD),
    ("instansi", Action.VERIFY),
    ("instansi", Action.DISPOSE),
    ("penghubung", Action.REFUSE_OPD),
    ("instansi", Action.DISPOSE),
    ("penghubung", Action.ACKNOWLEDGE),
    ("penghubung", Action.HAND_OVER),
    ("unit", Action.RECORD_PROGRESS),
    ("unit", Action.FINISH_FOLLOW_UP),
    ("unit", Action.ANSWER),
    ("instansi", Action.REGISTER),
    ("instansi", Action.CORRECT),
    ("instansi", Action.RECORD_FEEDBACK),
)
SECRETS = ("Basuki", "0812", "3520011203800001", "contoh.id")
BODY = "Nama saya Hari Basuki, NIK 3520011203800001, HP 0812-3456-7890.\nLampu mati."


@pytest.fixture
def told(
    session: Session,
    cast: SimpleNamespace,
    rules: Rules,
    tmp_path: Path,
    make_complaint: Callable[..., Complaint],
) -> Callable[..., CasePaper]:
    """Take a complaint `steps` of the way, an hour each, and print it."""

    def tell(steps: int = len(WAY), **columns: Any) -> CasePaper:
        complaint = make_complaint(body=BODY, reporter_email="h@contoh.id", **columns)
        for no, (who, action) in enumerate(WAY[:steps], 1):
            answers = {"text": "Bapak Basuki puas."} if action is Action.RECORD_FEEDBACK else {}
            moment = MONDAY + timedelta(hours=no)
            do_anyway(session, cast, tmp_path, complaint, who, action, moment, **answers)
        photo = Attachment(
            complaint_id=complaint.id,
            entry_seq=9,
            name="foto Basuki.jpg",
            media_type="image/jpeg",
            size=234_567,
            sha256="ab" * 32,
            added_at=MONDAY,
        )
        entries = history_of(session, complaint)
        who_told = identity_of(session, complaint)
        return case_paper(complaint, who_told, entries, [photo], rules.procedures, rules.calendar)

    return tell


def sheet(case: CasePaper) -> CaseSheet:
    return CaseSheet(PaperSettings(), case, DATA_AT, SIGNER, Letter("065/7", DATA_AT.date()))


def html(composed: Composed) -> str:
    (document,) = composed.documents
    return document


def test_the_card_tells_the_whole_history_with_its_hashes(told: Callable[..., CasePaper]) -> None:
    case = told()
    card = html(compose_card(sheet(case)))
    assert len(case.events) == len(WAY) + 1
    for event in case.events:
        assert event.done in card
        assert event.hash in card
    assert "Didisposisi ke OPD: Dinas Perhubungan" in card
    assert "Petunjuk untuk Pejabat Penghubung: Segera diperiksa." in card
    assert "ab" * 32 in card
    assert BODY.splitlines()[0] in card


def test_events_say_what_was_answered_and_what_the_clocks_took(
    told: Callable[..., CasePaper],
) -> None:
    case = told()
    facts = {event.verb: " ".join(event.facts) for event in case.events}
    assert facts[Action.VERIFY].startswith("Klasifikasi: Pengaduan tidak berkadar pengawasan.")
    assert "Kategori: Lampu lalu lintas." in facts[Action.VERIFY]
    assert "Langkah 3 selesai dalam" in facts[Action.VERIFY]
    assert "Langkah 1 selesai dalam 1 jam kerja, terlambat." in facts[Action.RECEIVE]
    assert "Langkah 5 berhenti setelah" in facts[Action.REFUSE_OPD]
    assert "Tindak lanjut selesai dalam" in facts[Action.FINISH_FOLLOW_UP]
    assert "Pelapor puas? Ya." in facts[Action.RECORD_FEEDBACK]
    (feedback,) = case.of(Action.RECORD_FEEDBACK)
    assert feedback.done == "Tanggapan balik dicatat"
    assert "diumumkan di lapor.go.id: 23 November 2026." in facts[Action.REGISTER]
    said = dict(case.of(Action.CORRECT)[0].said)
    assert said == {"Semula": "", "Menjadi": "Kraton", "Alasan": "Salah ketik."}


def test_the_disposition_names_the_opd_its_instruction_and_the_deadlines(
    told: Callable[..., CasePaper],
) -> None:
    case = told(steps=6)
    paper = html(compose_disposition(sheet(case)))
    assert "Dinas Perhubungan" in paper
    assert "Segera diperiksa." in paper
    assert case.limits == (
        ("Diteruskan ke unit kerja", datetime(2026, 11, 24, 16, 0, tzinfo=ZONE)),
        ("Tindak lanjut menurut klasifikasi", datetime(2026, 12, 11, 16, 30, tzinfo=ZONE)),
        (
            "Diteruskan ke Ombudsman RI bila tidak ditanggapi",
            datetime(2027, 2, 22, 15, 0, tzinfo=ZONE),
        ),
    )
    assert "Diteruskan ke unit kerja: Selasa, 24 November 2026 16.00 WIB" in paper


def test_without_a_disposition_or_an_answer_there_is_nothing_to_print(
    told: Callable[..., CasePaper],
) -> None:
    case = told(steps=2)
    with pytest.raises(NotDisposed, match=r"belum didisposisi"):
        compose_disposition(sheet(case))
    with pytest.raises(NotAnswered, match=r"belum ditanggapi"):
        compose_answer(sheet(case))


def test_the_answer_is_a_letter_to_the_citizen(told: Callable[..., CasePaper]) -> None:
    letter = html(compose_answer(sheet(told())))
    assert "Yth. Sdr. Hari Basuki" in letter
    assert "Lampu sudah diperbaiki." in letter
    assert "Modul lampu diganti" not in letter
    assert "065/7" in letter


@pytest.mark.parametrize("secrecy", ["anonymous", "confidential"])
def test_no_paper_says_who_asked_for_secrecy(told: Callable[..., CasePaper], secrecy: str) -> None:
    case = sheet(told(**{secrecy: True, "title": "Keluhan Hari Basuki"}))
    for compose in (compose_card, compose_disposition, compose_answer, compose_dossier):
        document = html(compose(case))
        assert not [secret for secret in SECRETS if secret in document], compose
    assert "Yth. Pelapor Pengaduan #" in html(compose_answer(case))


def test_the_dossier_has_chronology_dispositions_answers_receipts_and_hashes(
    told: Callable[..., CasePaper],
) -> None:
    dossier = html(compose_dossier(sheet(told())))
    heads = ("A. Data pengaduan", "B. Kronologi", "C. Disposisi", "D. Tindak lanjut")
    for head in (*heads, "E. Bukti penyampaian", "F. Jejak keaslian"):
        assert f"<h2>{head}" in dossier
    receipts = dossier[dossier.index("E. Bukti") : dossier.index("F. Jejak")]
    assert receipts.count("Tanda terima diberikan") == 1
    assert "Perkembangan dicatat" not in receipts


def test_the_dossier_of_a_complaint_that_nobody_touched_says_so(
    told: Callable[..., CasePaper],
) -> None:
    dossier = html(compose_dossier(sheet(told(steps=0))))
    assert "Belum ada disposisi di portal." in dossier
    assert "Belum ada tindak lanjut atau tanggapan." in dossier
    assert "Belum ada penyampaian." in dossier


def test_records_of_the_portal_are_told_too(
    session: Session, rules: Rules, make_complaint: Callable[..., Complaint]
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    notes = (
        (Record.LAPOR_CHANGE, {"changes": {"title": "x"}}),
        (Record.REMIND, {"clock": "ombudsman", "mark": 30}),
        (Action.ESCALATE, {}),
    )
    for verb, details in notes:
        with writing(session):
            before = read_history(session, complaint, rules)
            note = Note(verb, Status.WITH_LIAISON, MONDAY, details)
            append(session, complaint, before, note, SYSTEM, rules, MONDAY)
    entries = history_of(session, complaint)
    more = {"lapor_status": "Terdisposisi", "skipped": [1, 2]}
    with session.no_autoflush:
        entries[0].kept = {**entries[0].kept, **more}
        case = case_paper(complaint, NOBODY, entries, [], rules.procedures, rules.calendar)
    session.rollback()
    arrived, changed, reminded, escalated = (event.facts for event in case.events)
    assert arrived == (
        "Status di LAPOR!: Terdisposisi.",
        "Langkah 1, 2 di LAPOR!, tidak diukur.",
    )
    assert changed == ("Berubah di LAPOR!: Judul.",)
    assert "sudah 30 hari kerja." in reminded[0]
    assert escalated == ()
    assert "diteruskan ke Ombudsman Republik Indonesia oleh sistem pada Senin" in html(
        compose_dossier(sheet(case))
    )


@pytest.mark.parametrize(
    ("columns", "reporter", "title"),
    [
        ({}, "Hari Basuki", "Keluhan Hari Basuki"),
        ({"anonymous": True}, "Anonim", "Keluhan [dirahasiakan]"),
        ({"confidential": True}, "Dirahasiakan", "(isi dirahasiakan)"),
    ],
)
def test_a_line_of_the_register_keeps_the_secret_too(
    make_complaint: Callable[..., Complaint],
    columns: dict[str, bool],
    reporter: str,
    title: str,
) -> None:
    complaint = make_complaint(title="Keluhan Hari Basuki", **columns)
    row = register_row(complaint, "Hari Basuki", opd="Dinas Perhubungan", status=Status.CLOSED)
    assert (row.reporter, row.title) == (reporter, title)
    assert (row.status, row.case_class) == ("Selesai", "Pengaduan tidak berkadar pengawasan")


def test_a_word_without_end_is_printed_in_reasonable_pieces(
    told: Callable[..., CasePaper],
) -> None:
    case = replace(told(steps=0), body="W" * 1000, title="Judul yang biasa")
    card = html(compose_card(sheet(case)))
    assert max(map(len, re.findall("W+", card))) == 70
    assert card.count("W") >= 1000
    assert "Judul yang biasa" in card
