"""Opening an identity, and being warned of one, as an officer meets them on his pages."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy.orm import Session

from portal.cases.identity import identity_of
from portal.cases.record import history_of
from portal.identity.person import Identity
from portal.models import Complaint
from portal.sop.vocabulary import Action, Status
from tests.blueprints.desks.conftest import Act
from tests.blueprints.desks.officer import Enter, form_of
from tests.conftest import MONDAY
from tests.stories import do_anyway

Make = Callable[..., Complaint]
KNOWN = {"reporter_name": "Siti Namarahasia", "reporter_phone": "0812-3456-7890"}
BODY = "Saya Siti Namarahasia; juru parkir menolak memberi karcis."


@pytest.fixture
def secret(make_complaint: Make) -> Complaint:
    return make_complaint(Status.WITH_LIAISON, confidential=True, body=BODY, **KNOWN)


@pytest.mark.parametrize("htmx", [False, True])
def test_with_a_reason_it_opens_for_half_an_hour_and_is_kept_by_no_browser(
    enter: Enter, secret: Complaint, clock: SimpleNamespace, htmx: bool
) -> None:
    officer = enter("penghubung")
    closed = officer.page(secret)
    assert "<dd>Dirahasiakan</dd>" in closed.text
    assert "happened_at" not in form_of(closed.text, "buka-identitas")
    assert "no-store" not in closed.headers["Cache-Control"]

    answer = officer.act(secret, "buka-identitas", htmx=htmx, reason="Perlu melihat lokasi.")
    opened = answer if htmx else officer.page(secret)
    assert "<dd>Siti Namarahasia</dd>" in opened.text
    assert BODY in opened.text
    assert "terbuka bagi Anda sampai 09.30" in opened.text
    assert 'id="buka-identitas"' not in opened.text
    assert opened.headers["Cache-Control"] == "no-store"

    clock.now += timedelta(minutes=30)
    text = officer.page(secret).text
    assert "Namarahasia" not in text
    assert 'id="buka-identitas"' in text
    assert "Identitas pelapor dibuka" in text
    assert "Perlu melihat lokasi." in text


@pytest.mark.parametrize("htmx", [False, True])
def test_a_while_after_signing_in_the_password_is_asked_first(
    enter: Enter, secret: Complaint, clock: SimpleNamespace, htmx: bool
) -> None:
    officer = enter("penghubung")
    clock.now += timedelta(minutes=6)
    answer = officer.act(secret, "buka-identitas", htmx=htmx, reason="Perlu melihat lokasi.")
    assert answer.status_code == 422
    assert "Masukkan kata sandi lagi" in answer.text
    assert "Perlu melihat lokasi." in answer.text
    assert "Namarahasia" not in answer.text + officer.page(secret).text


def test_what_the_other_desks_see_stays_closed(enter: Enter, secret: Complaint, act: Act) -> None:
    act(secret, "penghubung", Action.DISCLOSE)
    assert "Namarahasia" not in enter("kepala").page(secret).text
    assert "Namarahasia" in enter("instansi").page(secret).text


def test_no_form_opens_what_is_not_closed(enter: Enter, make_complaint: Make) -> None:
    plain = make_complaint(Status.WITH_LIAISON, reporter_nik="")
    assert 'id="buka-identitas"' not in enter("penghubung").page(plain).text
    numbered = make_complaint(Status.WITH_LIAISON)
    assert 'id="buka-identitas"' in enter("penghubung").page(numbered).text
    assert 'id="buka-identitas"' not in enter("instansi").page(numbered).text


def test_the_kepala_dinas_reads_what_was_opened(enter: Enter, secret: Complaint, act: Act) -> None:
    kepala = enter("kepala")
    assert "Belum ada identitas yang dibuka." in kepala.get("/identitas-dibuka/").text
    act(secret, "penghubung", Action.DISCLOSE, reason="Untuk <b>survei</b>.")
    text = kepala.get("/identitas-dibuka/").text
    assert f"#{secret.tracking_id}" in text
    assert "Budi Hartono, Pejabat Penghubung OPD Dinas Perhubungan" in text
    assert "Untuk &lt;b&gt;survei&lt;/b&gt;." in text
    assert "Namarahasia" not in text
    assert '<a href="/identitas-dibuka/"' in kepala.get().text
    assert "/identitas-dibuka/" not in enter("instansi").get().text


def test_the_kepala_dinas_reads_a_reason_without_the_reporter_whom_it_names(
    enter: Enter, secret: Complaint, session: Session, cast: SimpleNamespace, tmp_path: Path
) -> None:
    reason = "Perlu bertemu Ibu Siti Namarahasia di rumahnya."
    do_anyway(session, cast, tmp_path, secret, "penghubung", Action.DISCLOSE, MONDAY, reason=reason)
    text = enter("kepala").get("/identitas-dibuka/").text
    assert "Perlu bertemu Ibu [dirahasiakan] di rumahnya." in text


# -- warnings ------------------------------------------------------------------------------------


@pytest.mark.parametrize("htmx", [False, True])
def test_a_warning_keeps_what_was_typed_and_lets_it_be_sent_anyway(
    enter: Enter,
    session: Session,
    make_complaint: Make,
    htmx: bool,
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON, **KNOWN)
    officer = enter("penghubung")
    typed = {"reason": "Hubungi pelapor di 0812-3456-7890 dahulu."}
    answer = officer.act(complaint, "kembalikan-opd", htmx=htmx, **typed)
    assert answer.status_code == 422
    form = form_of(answer.text, "kembalikan-opd")
    assert "Memuat nomor telepon. Hapus bila tidak perlu" in form
    assert typed["reason"] in form
    ticked = re.search(r'name="send_anyway" value="(\w+)"', form)
    assert ticked is not None
    assert len(history_of(session, complaint)) == 1

    hidden = dict(re.findall(r'name="(key|seq)" value="([^"]*)"', form))
    sent = {**hidden, **typed, "send_anyway": ticked[1]}
    assert officer.send(complaint, "kembalikan-opd", sent, htmx=htmx).status_code in (200, 303)
    session.rollback()
    assert history_of(session, complaint)[-1].details["reason"] == typed["reason"]


def test_what_may_not_be_sent_offers_no_way_around(
    enter: Enter, secret: Complaint, act: Act
) -> None:
    act(secret, "penghubung", Action.HAND_OVER)
    answer = enter("unit").act(
        secret, "tanggapi", htmx=True, answer="Yth. Siti Namarahasia", report="x"
    )
    assert answer.status_code == 422
    assert "Pelapor ini dirahasiakan" in answer.text
    assert "send_anyway" not in answer.text


def test_several_at_once_are_warned_of_too(
    enter: Enter, session: Session, cast: SimpleNamespace, make_complaint: Make
) -> None:
    made = [make_complaint(Status.RECEIVED) for _ in range(2)]
    picks = [f"{one.tracking_id}:{one.seq}" for one in made]
    officer = enter("nasional")
    answers = {"instansi": str(cast.own_id), "note": "Telepon 0812-3456-7890."}
    answer = officer.post("massal/teruskan", {"pilih": picks, "key": "k", **answers})
    assert answer.status_code == 422
    ticked = re.search(r'name="send_anyway" value="(\w+)"', answer.text)
    assert ticked is not None
    sent = {"pilih": picks, "key": "k2", "send_anyway": ticked[1], **answers}
    assert officer.post("massal/teruskan", sent).status_code == 303
    session.expire_all()
    assert {one.status for one in made} == {Status.WITH_INSTANSI}


def test_before_the_opd_reads_it_the_text_itself_is_warned_of(
    enter: Enter, make_complaint: Make
) -> None:
    words = "Isi laporan memuat NIK, nomor telepon, dan OPD akan membacanya."
    body = "NIK saya 3520011203800001, HP 081234567890."
    assert words in enter("instansi").page(make_complaint(Status.WITH_INSTANSI, body=body)).text
    protected = make_complaint(Status.WITH_INSTANSI, body=body, anonymous=True)
    assert words not in enter("instansi").page(protected).text
    given = make_complaint(Status.WITH_LIAISON, body=body)
    assert words not in enter("penghubung").page(given).text


# -- entering and finding again ------------------------------------------------------------------


def test_what_is_known_of_a_reporter_is_entered_field_by_field(
    enter: Enter, session: Session
) -> None:
    officer = enter("instansi")
    form = {
        **{"key": "k", "title": "Pungli", "body": "Diminta uang.", "case_class": "complaint"},
        **{"reporter_name": "Siti", "reporter_nik": "3520 0112 0380 0001", "confidential": "1"},
        **{"reporter_phone": "0812-1", "reporter_email": "siti@", "reporter_address": "Jl. 3"},
    }
    answer = officer.post("catat", form)
    assert answer.status_code == 422
    assert "Tulis nomor telepon dengan angka" in answer.text
    assert "Tulis alamat surel seperti nama@contoh.id." in answer.text
    good = {"reporter_phone": "0812-3456-7890", "reporter_email": "siti@contoh.id"}
    assert officer.post("catat", {**form, **good}).status_code == 303
    complaint = session.query(Complaint).one()
    assert identity_of(session, complaint) == Identity(
        "Siti", "3520011203800001", "0812-3456-7890", "siti@contoh.id", "Jl. 3"
    )
    again = officer.post("catat", {**form, **good, "key": "k2", "reporter_nik": "123"})
    assert "NIK terdiri dari 16 angka." in again.text


def test_the_admin_instansi_finds_the_same_reporters_other_complaints(
    enter: Enter, secret: Complaint, make_complaint: Make
) -> None:
    other = make_complaint(Status.WITH_LIAISON, reporter_phone="+62 812 3456 7890")
    link = f'<a href="/pengaduan/{other.tracking_id}">#{other.tracking_id}</a>'
    assert link in enter("instansi").page(secret).text
    assert link not in enter("penghubung").page(secret).text
