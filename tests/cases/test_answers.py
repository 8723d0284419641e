"""What officers type: taken when it can be, else a sentence at the field and nothing written."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.act import Form, act
from portal.cases.answers import Invalid, clean_text
from portal.cases.files import MAX_BYTES, Upload, check_upload, safe_name
from portal.cases.record import history_of
from portal.cases.rules import Rules
from portal.models import Complaint, Instansi, Opd, Unit, writing
from portal.sop.text import Refusal
from portal.sop.vocabulary import Action, Status
from tests.stories import answers_for, do

A, S = Action, Status
# Statuses that no complaint arrives in, and the way there from the liaison's desk.
WAY = {
    S.WITH_UNIT: (("penghubung", A.HAND_OVER),),
    S.ANSWERED: (("penghubung", A.HAND_OVER), ("unit", A.ANSWER)),
}


@pytest.fixture
def answer(
    session: Session,
    cast: SimpleNamespace,
    rules: Rules,
    tmp_path: Path,
    make_complaint: Callable[..., Complaint],
    clock: SimpleNamespace,
) -> Callable[..., dict[str, str]]:
    """Try `action` on a fresh complaint in `status`; the sentences at its fields, {} if taken."""

    def attempt(
        status: Status, who: str, action: Action, *, files: tuple[Upload, ...] = (), **raw: str
    ) -> dict[str, str]:
        way = WAY.get(status, ())
        complaint = make_complaint(S.WITH_LIAISON if way else status)
        for officer, step in way:
            do(session, cast, tmp_path, complaint, officer, step, clock.now)
        answers = {**answers_for(cast, action), **raw}
        form = Form(
            action, key=complaint.tracking_id, seq=complaint.seq, answers=answers, files=files
        )
        entries = len(history_of(session, complaint))
        try:
            act(
                session,
                cast.actor(cast.accounts[who]),
                complaint.tracking_id,
                form,
                folder=tmp_path,
                now=clock.now + timedelta(minutes=5),
            )
        except Invalid as invalid:
            assert len(history_of(session, complaint)) == entries
            return {name: str(error) for name, error in invalid.errors.items()}
        return {}

    return attempt


@pytest.mark.parametrize(
    ("raw", "field", "sentence"),
    [
        ({"missing": ""}, "missing", "wajib diisi"),
        ({"missing": "   \n "}, "missing", "wajib diisi"),
        ({"missing": "x" * 100_000}, "missing", "100000 huruf, paling banyak 20000"),
        ({"missing": "bel\x07"}, "missing", "karakter yang tidak dapat disimpan"),
        ({"missing": "balik\u202e"}, "missing", "karakter yang tidak dapat disimpan"),
        ({"missing": "\u200b \ufeff"}, "missing", "wajib diisi"),
    ],
)
def test_a_text_that_is_empty_too_long_or_unprintable_is_refused(
    answer: Callable[..., dict[str, str]], raw: dict[str, str], field: str, sentence: str
) -> None:
    errors = answer(S.RECEIVED, "nasional", A.REQUEST_COMPLETION, **raw)
    assert list(errors) == [field]
    assert sentence in errors[field]


def test_text_that_looks_like_a_formula_or_like_html_is_only_text(
    answer: Callable[..., dict[str, str]],
) -> None:
    for text in ("=HYPERLINK(1)", "@SUM(A1)", "<script>alert(1)</script>", "-1+1"):
        assert answer(S.RECEIVED, "nasional", A.REQUEST_COMPLETION, missing=text) == {}


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({"reason": "duplicate"}, "duplicate_of"),
        ({"reason": " duplicate "}, "duplicate_of"),
        ({"reason": "duplicate", "duplicate_of": "123"}, "duplicate_of"),
        ({"reason": "other"}, "note"),
        ({"reason": "karena"}, "reason"),
        ({"reason": ""}, "reason"),
    ],
)
def test_dismissing_needs_a_known_reason_and_what_goes_with_it(
    answer: Callable[..., dict[str, str]], raw: dict[str, str], field: str
) -> None:
    assert list(answer(S.RECEIVED, "nasional", A.DISMISS, **raw)) == [field]


def test_a_duplicate_names_another_complaint_with_or_without_its_hash_sign(
    answer: Callable[..., dict[str, str]], make_complaint: Callable[..., Complaint]
) -> None:
    original = make_complaint(S.RECEIVED).tracking_id
    raw = {"reason": "duplicate", "duplicate_of": f"#{original}"}
    assert answer(S.RECEIVED, "nasional", A.DISMISS, **raw) == {}
    itself = str(int(original) + 2)
    raw = {"reason": "duplicate", "duplicate_of": itself}
    errors = answer(S.RECEIVED, "nasional", A.DISMISS, **raw)
    assert "nomor pengaduan ini sendiri" in errors["duplicate_of"]


def test_a_duplicate_of_what_the_desk_does_not_see_is_refused_as_of_none(
    session: Session,
    answer: Callable[..., dict[str, str]],
    make_complaint: Callable[..., Complaint],
) -> None:
    foreign = make_complaint(S.WITH_INSTANSI, confidential=True)
    with writing(session):
        session.add(ngawi := Instansi(name="Pemerintah Kabupaten Ngawi"))
        session.flush()
        foreign.instansi_id = ngawi.id
    for number in (foreign.tracking_id, "123456"):
        raw = {"reason": "duplicate", "duplicate_of": number}
        told = answer(S.WITH_INSTANSI, "instansi", A.DISMISS, **raw)
        sentence = f"Tidak ada pengaduan #{number} yang dapat Anda lihat."
        assert told == {"duplicate_of": sentence}


def test_admin_nasional_names_as_the_original_one_that_he_has_handed_on(
    answer: Callable[..., dict[str, str]], make_complaint: Callable[..., Complaint]
) -> None:
    original = make_complaint(S.WITH_UNIT).tracking_id
    raw = {"reason": "duplicate", "duplicate_of": original}
    assert answer(S.RECEIVED, "nasional", A.DISMISS, **raw) == {}


def test_only_an_active_opd_of_the_instansi_can_be_chosen(
    answer: Callable[..., dict[str, str]], session: Session, cast: SimpleNamespace
) -> None:
    for opd in ("", "0", "abc", "99999", "9" * 30):
        assert list(answer(S.VERIFIED, "instansi", A.DISPOSE, opd=opd)) == ["opd"]
    with writing(session):
        session.get_one(Opd, cast.other_opd_id).active = False
    assert list(answer(S.VERIFIED, "instansi", A.DISPOSE, opd=str(cast.other_opd_id))) == ["opd"]


def test_only_a_unit_of_the_same_opd_can_be_chosen(
    answer: Callable[..., dict[str, str]], session: Session, cast: SimpleNamespace
) -> None:
    foreign = session.get_one(Opd, cast.other_opd_id)
    assert foreign.units == []
    errors = answer(S.WITH_LIAISON, "penghubung", A.HAND_OVER, unit="7777")
    assert list(errors) == ["unit"]
    assert answer(S.WITH_LIAISON, "penghubung", A.HAND_OVER, unit=str(cast.other_unit_id)) == {}


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2026-11-24", "masa depan"),
        ("2026-11-20", "sebelum tanggapan"),
        ("23 November", "seperti 2026-11-23"),
        ("", "Isi tanggalnya"),
    ],
)
def test_an_answer_is_published_between_its_giving_and_today(
    answer: Callable[..., dict[str, str]], day: str, sentence: str
) -> None:
    errors = answer(S.ANSWERED, "instansi", A.REGISTER, published_on=day)
    assert sentence in errors["published_on"]


def test_a_unit_of_another_instansi_or_of_an_office_that_is_gone_takes_nothing_up(
    answer: Callable[..., dict[str, str]], session: Session, cast: SimpleNamespace
) -> None:
    with writing(session):
        other = Instansi(name="Pemerintah Kabupaten Ngawi")
        session.add(other)
        session.flush()
        session.get_one(Opd, cast.opd_id).active = False
        foreign = Opd(instansi_id=other.id, name="Dinas Ngawi")
        session.add(Unit(opd=foreign, name="Bidang Ngawi"))
    unit_ids = [cast.unit_id, session.scalars(select(Unit.id).order_by(Unit.id.desc())).first()]
    for unit_id in unit_ids:
        raw = {"satisfied": "tidak", "unit": str(unit_id)}
        assert list(answer(S.CLOSED, "instansi", A.RECORD_FEEDBACK, **raw)) == ["unit"]


@pytest.mark.parametrize("action", [A.ANSWER, A.FINISH_FOLLOW_UP])
def test_a_follow_up_report_is_text_or_a_file(
    answer: Callable[..., dict[str, str]], action: Action
) -> None:
    pdf = Upload("hasil.pdf", b"%PDF-1.7")
    assert list(answer(S.WITH_UNIT, "unit", action, report="")) == ["report"]
    assert answer(S.WITH_UNIT, "unit", action, report="", files=(pdf,)) == {}
    assert answer(S.WITH_UNIT, "unit", action, report="sudah") == {}


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({"satisfied": "mungkin"}, "satisfied"),
        ({"rating": "6"}, "rating"),
        ({"satisfied": "tidak", "unit": ""}, "unit"),
    ],
)
def test_feedback_is_checked_field_by_field(
    answer: Callable[..., dict[str, str]], raw: dict[str, str], field: str
) -> None:
    assert list(answer(S.CLOSED, "instansi", A.RECORD_FEEDBACK, **raw)) == [field]


def test_a_complaint_closed_at_lapor_is_taken_up_again_by_the_unit_that_is_named(
    answer: Callable[..., dict[str, str]],
    session: Session,
    cast: SimpleNamespace,
) -> None:
    assert answer(S.CLOSED, "instansi", A.RECORD_FEEDBACK, satisfied="tidak") == {}
    complaint = session.scalars(select(Complaint).order_by(Complaint.id.desc())).first()
    assert complaint is not None
    assert (complaint.status, complaint.unit_id) == (S.WITH_UNIT, cast.unit_id)
    assert complaint.opd_id == cast.opd_id
    assert complaint.disposed_at is not None


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"field": "case_class", "value": "rahasia"}, "Klasifikasi yang dikenal"),
        ({"field": "title", "value": "x" * 501}, "paling banyak 500"),
        ({"field": "kecamatan", "value": "Maospati"}, "sudah berisi itu"),
        ({"field": "source", "value": "x" * 61}, "paling banyak 60"),
    ],
)
def test_a_correction_must_be_possible_and_change_something(
    answer: Callable[..., dict[str, str]], raw: dict[str, str], sentence: str
) -> None:
    assert sentence in answer(S.WITH_INSTANSI, "instansi", A.CORRECT, **raw)["value"]


def test_a_corrected_class_is_taken(answer: Callable[..., dict[str, str]]) -> None:
    raw = {"field": "case_class", "value": "ASPIRASI"}
    assert answer(S.WITH_INSTANSI, "instansi", A.CORRECT, **raw) == {}


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (Upload("foto.jpg", b""), "kosong"),
        (Upload("foto.jpg", b"\xff\xd8\xff" + b"0" * MAX_BYTES), "lebih dari 10 MB"),
        (Upload("foto.pdf", b"\xff\xd8\xff"), "bukan PDF, JPEG, atau PNG"),
        (Upload("skrip.pdf", b"#!/bin/sh"), "bukan PDF, JPEG, atau PNG"),
        (Upload("foto.exe", b"%PDF-1.7"), "bukan PDF, JPEG, atau PNG"),
    ],
)
def test_a_file_too_large_or_of_a_false_type_is_refused_at_the_field(
    answer: Callable[..., dict[str, str]], upload: Upload, sentence: str
) -> None:
    errors = answer(S.WITH_UNIT, "unit", A.RECORD_PROGRESS, files=(upload,))
    assert sentence in errors["files"]
    with pytest.raises(Refusal):
        check_upload(upload)


def test_a_file_keeps_its_own_name_without_folders_and_tricks() -> None:
    assert safe_name(r"C:\Users\admin\foto simpang.jpg") == "foto simpang.jpg"
    assert safe_name("../../etc/passwd") == "passwd"
    assert safe_name('a"b<c>.pdf') == "a_b_c_.pdf"
    assert safe_name("...") == "berkas"


def test_line_ends_and_composed_letters_are_made_uniform() -> None:
    assert clean_text(" satu\r\ndua\rtiga e\u0301 ", 100) == "satu\ndua\ntiga \u00e9"
