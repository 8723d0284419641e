"""Bad input at a desk: each has its sentence at the field, nothing written, nothing typed lost."""

import io
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Complaint, Entry
from portal.sop.vocabulary import Action, Status
from tests.blueprints.desks.officer import Enter, form_of, hidden_of
from tests.files import pdf

Make = Callable[..., Complaint]
Act = Callable[..., None]
PDF = pdf(b"laporan")


def count(session: Session) -> int:
    session.rollback()
    return len(session.scalars(select(Entry.id)).all())


@pytest.mark.parametrize(
    ("slug", "status", "answers", "sentence"),
    [
        ("kembalikan", Status.VERIFIED, {"reason": "  "}, "Isian ini wajib diisi."),
        ("kembalikan", Status.VERIFIED, {"reason": "x" * 100_000}, "Terlalu panjang: 100000 huruf"),
        ("kembalikan", Status.VERIFIED, {"reason": "a\x00b"}, "tidak dapat disimpan"),
        ("disposisi", Status.VERIFIED, {"opd": "999"}, "Pilih OPD tujuan."),
        ("disposisi", Status.VERIFIED, {}, "Pilih OPD tujuan."),
        ("verifikasi", Status.WITH_INSTANSI, {"case_class": "x", "category": "y"}, "dari daftar"),
        ("catat", Status.ANSWERED, {"published_on": "2026-11-24"}, "masih di masa depan"),
        ("koreksi", Status.VERIFIED, {"field": "title"}, "Isian ini wajib diisi."),
    ],
)
@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "tanpa-javascript"])
def test_a_wrong_answer_has_its_sentence_at_the_field_and_nothing_is_lost(
    enter: Enter,
    make_complaint: Make,
    session: Session,
    slug: str,
    status: Status,
    answers: dict[str, str],
    sentence: str,
    htmx: bool,
) -> None:
    complaint = make_complaint(status)
    before = count(session)
    officer = enter("instansi")
    answer = officer.act(complaint, slug, htmx=htmx, **answers)
    assert answer.status_code == 422
    form = form_of(answer.text, slug)
    assert sentence in form
    assert 'aria-invalid="true"' in form
    for typed in answers.values():
        assert len(typed) < 10 or typed in form
    assert count(session) == before


def test_with_htmx_only_the_form_comes_back_for_its_own_place(
    enter: Enter, make_complaint: Make
) -> None:
    complaint = make_complaint(Status.VERIFIED)
    answer = enter("instansi").act(complaint, "kembalikan", htmx=True, reason="")
    assert answer.headers["HX-Retarget"] == "#kembalikan"
    assert answer.text.strip().startswith('<details class="act" id="kembalikan" open>')
    assert "data-focus" in answer.text


@pytest.mark.parametrize(
    ("happened_at", "sentence"),
    [
        ("2026-11-23T23:00", "Waktu kejadian tidak boleh di masa depan."),
        ("2020-01-01T08:00", "Waktu kejadian tidak boleh sebelum catatan terakhir"),
        ("kemarin", "Tulis tanggal dan jam"),
    ],
)
def test_an_impossible_time_is_refused_and_kept(
    enter: Enter, make_complaint: Make, happened_at: str, sentence: str
) -> None:
    complaint = make_complaint()
    answer = enter("nasional").act(complaint, "terima", htmx=True, happened_at=happened_at)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{happened_at}"' in answer.text


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("foto.jpg", b"GIF89a", "bukan PDF, JPEG, atau PNG"),
        ("kosong.pdf", b"", "kosong"),
        ("besar.pdf", PDF + b"x" * 100, "Perkecil atau bagi berkasnya"),
        ("virus.exe", PDF, "bukan PDF, JPEG, atau PNG"),
    ],
)
def test_a_false_file_is_refused_and_the_text_beside_it_kept(
    enter: Enter,
    make_complaint: Make,
    act: Act,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    content: bytes,
    sentence: str,
) -> None:
    monkeypatch.setattr("portal.cases.files.MAX_BYTES", len(PDF))
    complaint = make_complaint(Status.WITH_LIAISON)
    act(complaint, "penghubung", Action.HAND_OVER)
    answer = enter("unit").act(
        complaint,
        "catat-perkembangan",
        htmx=True,
        text="Sudah diperiksa di lapangan.",
        files=[(io.BytesIO(content), name)],
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Sudah diperiksa di lapangan." in answer.text


def test_a_good_file_beside_a_wrong_answer_must_be_chosen_again_and_is_told(
    enter: Enter, make_complaint: Make, act: Act
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    act(complaint, "penghubung", Action.HAND_OVER)
    answer = enter("unit").act(
        complaint,
        "catat-perkembangan",
        htmx=True,
        text="",
        files=[(io.BytesIO(PDF), "foto.pdf")],
    )
    assert "Pilih lagi berkasnya" in answer.text


def test_an_unknown_action_is_not_there(enter: Enter, make_complaint: Make) -> None:
    complaint = make_complaint()
    assert enter("nasional").send(complaint, "hapus", {}).status_code == 404


def test_the_sent_form_again_gives_the_same_answer_and_acts_once(
    enter: Enter, make_complaint: Make, session: Session
) -> None:
    complaint = make_complaint()
    officer = enter("nasional")
    hidden = officer.hidden(complaint, "terima")
    first = officer.send(complaint, "terima", hidden, htmx=True)
    entries = count(session)
    again = officer.send(complaint, "terima", hidden, htmx=True)
    assert (first.status_code, again.status_code) == (200, 200)
    assert "Diterima. Sekarang di meja Admin Nasional." in again.text
    assert count(session) == entries


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "tanpa-javascript"])
@pytest.mark.parametrize("seq", ["", "x", "-1", "0", "99", "1" * 30])
def test_a_version_that_never_was_is_called_broken_and_what_was_typed_stays_in_its_form(
    enter: Enter, make_complaint: Make, session: Session, seq: str, htmx: bool
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    before = count(session)
    typed = {"key": "k" * 100, "seq": seq, "reason": "Bukan kewenangan kami."}
    answer = enter("penghubung").send(complaint, "kembalikan-opd", typed, htmx=htmx)
    assert answer.status_code == 422
    assert "Nomor versi di formulir ini rusak." in answer.text
    assert "berubah sejak" not in answer.text
    assert "sementara itu" not in answer.text
    form = form_of(answer.text, "kembalikan-opd")
    assert "Bukan kewenangan kami." in form
    assert hidden_of(form)["seq"] == "1"
    assert count(session) == before


def test_the_form_that_comes_back_has_the_same_key_and_the_fresh_version(
    enter: Enter, make_complaint: Make, act: Act
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    officer = enter("penghubung")
    hidden = officer.hidden(complaint, "kembalikan-opd")
    act(complaint, "penghubung", Action.ACKNOWLEDGE)
    answer = officer.send(
        complaint, "kembalikan-opd", {**hidden, "reason": "Bukan kewenangan kami."}, htmx=True
    )
    form = form_of(answer.text, "kembalikan-opd")
    assert hidden_of(form) == {"key": hidden["key"], "seq": "2"}
    assert "Bukan kewenangan kami." in form
