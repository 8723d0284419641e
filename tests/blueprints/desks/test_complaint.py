"""The page of a complaint, and its actions: what comes back, with htmx and without."""

import io
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Complaint, Entry
from portal.sop.vocabulary import Action, Status
from tests.blueprints.desks.officer import Enter
from tests.files import pdf

Make = Callable[..., Complaint]
Act = Callable[..., None]
PDF = pdf(b"laporan")


def count(session: Session) -> int:
    session.rollback()
    return len(session.scalars(select(Entry.id)).all())


# -- the page ------------------------------------------------------------------------------------


def test_the_page_tells_the_whole_of_it(
    enter: Enter, make_complaint: Make, act: Act, clock: SimpleNamespace
) -> None:
    complaint = make_complaint()
    act(complaint, "nasional", Action.RECEIVE)
    act(complaint, "nasional", Action.FORWARD)
    clock.now += timedelta(hours=1)
    text = enter("instansi").page(complaint).text
    for words in (
        f"#{complaint.tracking_id}",
        "Lampu merah rusak simpang Maospati",
        "Pengaduan tidak berkadar pengawasan",
        "Verifikasi Admin Instansi",
        "Lampu merah simpang empat menyala merah semua",
        "Hari Basuki",
        "masuk Senin, 23 November 2026 09.00 WIB lewat Android",
        "Langkah 3: Identifikasi",
        "besok, 1 hari kerja",
        "Mengapa besok 16.00?",
        "hari kejadian, tidak dihitung",
        "1 hari kerja (SOP baris 3)",
        "Diteruskan ke Admin Instansi: Pemerintah Kabupaten Magetan",
        "oleh Ratna Sari, Admin Nasional",
        "Kewenangan kabupaten.",
        "Langkah 2 selesai dalam kurang dari 1 menit; standar 1 hari kerja, tepat waktu.",
    ):
        assert words in text


def test_the_lane_marks_done_late_and_present_steps(
    enter: Enter, make_complaint: Make, act: Act, clock: SimpleNamespace
) -> None:
    complaint = make_complaint()
    clock.now += timedelta(minutes=20)
    act(complaint, "nasional", Action.RECEIVE)
    text = enter("nasional").page(complaint).text
    assert 'class="late"><span><b>1 Terima</b>' in text
    assert '20 menit<span class="sr">, selesai, lewat batas</span>' in text
    assert 'class="now" aria-current="step"><span><b>2 Verifikasi</b>' in text
    assert 'class="todo"><span><b>3 Identifikasi</b>' in text


def test_steps_that_lapor_did_are_never_called_on_time(
    enter: Enter, cast: SimpleNamespace, make_complaint: Make
) -> None:
    answer = enter("instansi").post(
        "catat", {"title": "Jalan rusak", "body": "Berlubang.", "case_class": "complaint"}
    )
    text = enter("instansi").get(answer.location).text
    assert "di LAPOR!, tidak diukur" in text
    assert text.count('class="skipped"') == 2


def test_an_entry_recorded_later_shows_both_times_and_says_so(
    enter: Enter, make_complaint: Make, act: Act, clock: SimpleNamespace
) -> None:
    complaint = make_complaint(Status.RECEIVED)
    clock.now += timedelta(days=2)
    officer = enter("nasional")
    answer = officer.act(
        complaint, "minta-kelengkapan", missing="Foto?", happened_at="2026-11-23T10:00"
    )
    text = officer.get(answer.location).text
    assert "Sen 23 Nov 10.00" in text or "23 Nov 10.00" in text
    assert "dicatat hari ini 09.00" in text
    assert "dicatat terlambat" in text


@pytest.mark.parametrize("who", ["penghubung", "unit", "kepala", "nasional"])
@pytest.mark.parametrize("protected", ["anonymous", "confidential"])
def test_a_protected_reporter_is_named_at_no_desk_that_has_no_need_of_it(
    enter: Enter, make_complaint: Make, act: Act, who: str, protected: str
) -> None:
    start = Status.RECEIVED if who == "nasional" else Status.WITH_LIAISON
    complaint = make_complaint(
        start,
        reporter_name="Siti Namarahasia",
        reporter_phone="0812-555",
        **{protected: True},
    )
    if who == "unit":
        act(complaint, "penghubung", Action.HAND_OVER)
    officer = enter(who)
    for text in (
        officer.page(complaint).text,
        officer.get().text,
        officer.get("cari?q=lampu").text,
        officer.page(complaint, htmx=True).text,
    ):
        assert "Namarahasia" not in text
        assert "0812-555" not in text
    assert "Dirahasiakan" in officer.page(complaint).text


def test_the_desk_that_writes_to_the_citizen_sees_who_it_is(
    enter: Enter, make_complaint: Make
) -> None:
    complaint = make_complaint(
        Status.WITH_INSTANSI, anonymous=True, reporter_name="Siti", reporter_phone="0812-555"
    )
    text = enter("instansi").page(complaint).text
    assert "<dd>Siti</dd>" in text
    assert "<dd>0812-555</dd>" in text


def test_what_a_citizen_wrote_is_text_and_never_markup(enter: Enter, make_complaint: Make) -> None:
    script = "<script>alert(1)</script>"
    complaint = make_complaint(title=script, body=script, category='"><b>', reporter_name=script)
    officer = enter("nasional")
    for path in ("", "cari", f"pengaduan/{complaint.tracking_id}"):
        text = officer.get(path).text
        assert script not in text
        assert "&lt;script&gt;" in text


def test_only_what_is_possible_now_has_a_form(enter: Enter, make_complaint: Make) -> None:
    complaint = make_complaint(Status.VERIFIED)
    text = enter("instansi").page(complaint).text
    possible = [action for action in Action if f'id="{action.slug}"' in text]
    assert set(possible) == {Action.DISPOSE, Action.SEND_BACK, Action.CORRECT}
    assert " open>" in text.partition('id="disposisi"')[2][:10]
    assert " open>" not in text.partition('id="koreksi"')[2][:10]


def test_who_passed_it_on_is_quoted_to_who_has_it_now(
    enter: Enter, make_complaint: Make, act: Act
) -> None:
    complaint = make_complaint(Status.VERIFIED)
    act(complaint, "instansi", Action.DISPOSE, instruction="Rawan kecelakaan.")
    side = enter("penghubung").page(complaint).text.partition('class="sheet side"')[2]
    assert "Rawan kecelakaan." in side.partition("Riwayat")[0]
    own = enter("instansi").page(complaint).text.partition('class="sheet side"')[2]
    assert "Rawan kecelakaan." not in own.partition("Riwayat")[0]


def test_a_complaint_that_is_not_the_desks_is_not_there(enter: Enter, make_complaint: Make) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    for who in ("penghubung_lain", "unit", "nasional"):
        assert enter(who).page(complaint).status_code == 404
    assert enter("instansi").get("pengaduan/404").status_code == 404


# -- acting --------------------------------------------------------------------------------------


def test_without_htmx_an_action_leads_back_to_the_page_with_its_news(
    enter: Enter, make_complaint: Make
) -> None:
    complaint = make_complaint()
    officer = enter("nasional")
    answer = officer.act(complaint, "terima")
    assert (answer.status_code, answer.location) == (
        303,
        f"/admin-nasional/pengaduan/{complaint.tracking_id}",
    )
    text = officer.get(answer.location).text
    assert f"#{complaint.tracking_id}: Diterima. Sekarang di meja Admin Nasional." in text
    assert "Diterima, menunggu verifikasi" in text


def test_with_htmx_what_the_action_changed_comes_and_stands_in_the_page(
    enter: Enter, make_complaint: Make
) -> None:
    complaint = make_complaint()
    officer = enter("nasional")
    answer = officer.act(complaint, "terima", htmx=True)
    assert answer.status_code == 200
    assert answer.headers["HX-Retarget"] == "#top"
    assert '<p class="notice ok" role="status" data-announce>' in answer.text
    assert "data-focus" in answer.text.partition('id="h-now"')[2][:20]
    page = officer.page(complaint).text
    for piece in ("step-1", "step-2", "entries", "work"):
        assert piece_of(answer.text, piece) == piece_of(page, piece)
    for piece in ("step-3", "facts", "body"):  # as they were
        assert f'id="{piece}"' not in answer.text


def test_what_was_answered_stands_among_the_facts_at_once(
    enter: Enter, make_complaint: Make
) -> None:
    complaint = make_complaint(Status.WITH_INSTANSI)
    officer = enter("instansi")
    answers = {"case_class": "complaint", "category": "Perhubungan"}
    answer = officer.act(complaint, "verifikasi", htmx=True, **answers)
    facts = answer.text[answer.text.index('<dl id="facts" hx-swap-oob="true">') :]
    assert "<dd>Perhubungan</dd>" in facts.partition("</dl>")[0]


def test_why_a_second_clock_is_due_comes_when_somebody_asks(
    enter: Enter, make_complaint: Make
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    officer = enter("penghubung")
    assert "(PermenPANRB 62/2018)" not in officer.page(complaint).text
    path = f"pengaduan/{complaint.tracking_id}?mengapa=class_limit"
    for htmx in (True, False):
        assert "(PermenPANRB 62/2018)" in officer.get(path, htmx=htmx).text
    assert officer.get(path.replace("class_limit", "lain"), htmx=True).status_code == 404


def piece_of(text: str, name: str) -> str:
    """What the element with this id says."""
    return text.partition(f'id="{name}"')[2].partition(">")[2].partition("</")[0]


def test_of_the_history_only_what_the_page_did_not_show_comes(
    enter: Enter, make_complaint: Make
) -> None:
    complaint = make_complaint(title="Lampu mati")
    officer = enter("nasional")
    answer = officer.act(complaint, "terima", htmx=True)
    _, _, added = answer.text.partition('<ol hx-swap-oob="afterbegin:#history">')
    added = added.partition("</ol>")[0]
    assert added.count("<li>") == 1
    assert added.strip() in officer.page(complaint).text
    assert complaint.body not in answer.text


def test_a_corrected_text_comes_with_its_correction(enter: Enter, make_complaint: Make) -> None:
    complaint = make_complaint(Status.VERIFIED)
    answer = enter("instansi").act(
        complaint, "koreksi", htmx=True, field="body", value="Lampu di alun-alun.", reason="Keliru."
    )
    assert '<p class="prose" id="body" hx-swap-oob="true">Lampu di alun-alun.</p>' in answer.text


def test_the_fragment_is_what_the_page_includes(enter: Enter, make_complaint: Make) -> None:
    complaint = make_complaint(Status.CLOSED)
    officer = enter("kepala")
    fragment = officer.page(complaint, htmx=True).text.strip()
    assert fragment.startswith('<article id="complaint"')
    assert fragment in officer.page(complaint).text


def test_a_complaint_that_left_the_desk_says_where_it_went_and_what_is_next(
    enter: Enter, make_complaint: Make, cast: SimpleNamespace
) -> None:
    complaint, waiting = make_complaint(Status.RECEIVED), make_complaint(title="Yang berikut")
    officer = enter("nasional")
    answer = officer.act(complaint, "teruskan", htmx=True, instansi=str(cast.own_id))
    assert answer.text.strip().startswith('<article id="complaint"')
    assert "Sekarang di meja Admin Instansi." in answer.text
    assert f'href="/admin-nasional/pengaduan/{waiting.tracking_id}" data-focus' in answer.text


def test_without_htmx_it_leads_to_the_inbox_with_the_same_news(
    enter: Enter, make_complaint: Make, cast: SimpleNamespace
) -> None:
    complaint = make_complaint(Status.RECEIVED)
    officer = enter("nasional")
    answer = officer.act(complaint, "teruskan", instansi=str(cast.own_id))
    assert answer.location == "/admin-nasional/"
    assert "Sekarang di meja Admin Instansi." in officer.get().text


def test_after_the_disposition_the_whatsapp_message_is_there_and_has_the_focus(
    enter: Enter, make_complaint: Make, cast: SimpleNamespace
) -> None:
    complaint = make_complaint(
        Status.VERIFIED,
        title="Judul Terlarang",
        body="Isi Terlarang",
        reporter_name="Siti Namarahasia",
        confidential=True,
    )
    answer = enter("instansi").act(complaint, "disposisi", htmx=True, opd=str(cast.opd_id))
    box = answer.text.partition('id="handover"')[2].partition("</div>")[0]
    assert "<h2 data-focus>" in box
    assert f"Pengaduan SP4N-LAPOR! #{complaint.tracking_id}" in box
    assert f"http://localhost/pengaduan/{complaint.tracking_id}" in box
    assert "RAHASIA" in box
    assert "https://wa.me/?text=%2APengaduan" in box
    for word in ("Terlarang", "Namarahasia"):
        assert word not in box


def test_the_receipt_takes_the_message_away(enter: Enter, make_complaint: Make, act: Act) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    assert 'id="handover"' in enter("instansi").page(complaint).text
    assert 'id="handover"' not in enter("penghubung").page(complaint).text
    act(complaint, "penghubung", Action.ACKNOWLEDGE)
    assert 'id="handover"' not in enter("instansi").page(complaint).text


def test_files_come_with_an_action_and_can_be_fetched_from_the_history(
    enter: Enter, make_complaint: Make, act: Act
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    act(complaint, "penghubung", Action.HAND_OVER)
    officer = enter("unit")
    answer = officer.act(
        complaint,
        "catat-perkembangan",
        text="Foto terlampir.",
        files=[(io.BytesIO(PDF), "foto lokasi.pdf")],
    )
    text = officer.get(answer.location).text
    link = text.partition("/lampiran/")[2].partition('"')[0]
    assert "foto lokasi.pdf (1 KB)" in text
    with officer.browser.get(f"/pengaduan/{complaint.tracking_id}/lampiran/{link}") as fetched:
        assert fetched.data == PDF
