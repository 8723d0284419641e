"""One action on several complaints: receive, acknowledge, forward, register."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import Complaint
from portal.sop.vocabulary import Action, Status
from tests.blueprints.desks.officer import Enter

Make = Callable[..., Complaint]
Act = Callable[..., None]


def pick(*complaints: Complaint) -> list[str]:
    return [f"{one.tracking_id}:{one.seq}" for one in complaints]


def ticked(answer: TestResponse) -> list[str]:
    """The boxes that stand ticked."""
    return re.findall(r'<input type="checkbox" name="pilih" value="([^"]*)" checked>', answer.text)


def statuses(session: Session, *complaints: Complaint) -> list[Status]:
    session.rollback()
    return [Status(session.get_one(Complaint, one.id).status) for one in complaints]


def test_the_ticked_ones_are_received_and_the_list_says_which(
    enter: Enter, make_complaint: Make, session: Session
) -> None:
    one, two, other = make_complaint(), make_complaint(), make_complaint()
    answer = enter("nasional").post(
        "massal/terima", {"key": "k", "pilih": pick(one, two)}, htmx=True
    )
    assert answer.status_code == 200
    assert answer.headers["HX-Retarget"] == "#said"
    assert f"2 pengaduan: Diterima (#{one.tracking_id}, #{two.tracking_id})." in answer.text
    assert '<span class="n" id="work" hx-swap-oob="true">' in answer.text
    assert statuses(session, one, two, other) == [
        Status.RECEIVED,
        Status.RECEIVED,
        Status.ARRIVED,
    ]


def test_a_rows_own_button_stands_for_that_row_alone(
    enter: Enter, make_complaint: Make, session: Session
) -> None:
    one, other = make_complaint(), make_complaint()
    data = {"key": "k", "only": pick(one)[0], "pilih": pick(other)}
    answer = enter("nasional").post("massal/terima", data, htmx=True)
    assert statuses(session, one, other) == [Status.RECEIVED, Status.ARRIVED]
    assert one.tracking_id in answer.text
    assert other.tracking_id not in answer.text  # it stays in the page as it is, ticked


def test_rows_go_to_where_they_stand_now_without_the_rest_of_the_list(
    enter: Enter, make_complaint: Make, act: Act, clock: SimpleNamespace
) -> None:
    there, one, other = make_complaint(), make_complaint(), make_complaint()
    act(there, "nasional", Action.RECEIVE)
    clock.now += timedelta(minutes=1)
    answer = enter("nasional").post("massal/terima", {"key": "k", "only": pick(one)}, htmx=True)
    url = f"/admin-nasional/pengaduan/{one.tracking_id}"
    assert f"""<i hx-swap-oob='delete:[href="{url}"]'>""" in answer.text
    _, _, row = answer.text.partition("<ol hx-swap-oob='beforeend:#s-received .rows'>")
    assert f'value="{one.tracking_id}:2"' in row
    assert answer.text.count('<li class="row">') == 1
    assert '<span hx-swap-oob="innerHTML:#s-arrived header .muted">1 ·' in answer.text
    assert other.tracking_id not in answer.text


def test_a_section_that_ends_goes_and_one_that_begins_comes(
    enter: Enter, make_complaint: Make, act: Act
) -> None:
    one, waiting = make_complaint(), make_complaint()
    act(waiting, "nasional", Action.RECEIVE)
    act(waiting, "nasional", Action.REQUEST_COMPLETION)
    answer = enter("nasional").post("massal/terima", {"key": "k", "only": pick(one)}, htmx=True)
    assert '<i hx-swap-oob="delete:#s-arrived">' in answer.text
    _, _, begun = answer.text.partition('<div hx-swap-oob="beforebegin:#s-awaiting_completion">')
    assert 'id="s-received"' in begun


def test_without_htmx_the_news_stand_in_the_inbox(enter: Enter, make_complaint: Make) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    officer = enter("penghubung")
    answer = officer.post("massal/tanda-terima", {"key": "k", "only": pick(complaint)[0]})
    assert (answer.status_code, answer.location) == (303, "/pejabat-penghubung/")
    assert "1 pengaduan: Tanda terima diberikan" in officer.get().text


def test_one_that_cannot_holds_up_no_other_and_says_why(
    enter: Enter,
    make_complaint: Make,
    act: Act,
) -> None:
    good, stale, gone = make_complaint(), make_complaint(), make_complaint(Status.WITH_INSTANSI)
    picked = pick(good, stale, gone)
    act(stale, "nasional", Action.RECEIVE)
    for htmx in (True, False):
        answer = enter("nasional").post("massal/terima", {"key": "k", "pilih": picked}, htmx=htmx)
        assert answer.status_code == 409
        assert f"1 pengaduan: Diterima (#{good.tracking_id})." in answer.text
        assert f"#{stale.tracking_id}: Pengaduan ini berubah sejak halaman dibuka." in answer.text
        assert f"#{stale.tracking_id}</label>" in answer.text  # it waits for another action now
        assert ticked(answer) == []
        assert f"#{gone.tracking_id}: Tidak (lagi) di meja Anda." in answer.text


def test_when_none_went_it_is_a_conflict_with_the_reasons(
    enter: Enter, make_complaint: Make
) -> None:
    gone = make_complaint(Status.WITH_INSTANSI)
    for htmx in (True, False):
        answer = enter("nasional").post(
            "massal/terima", {"key": "k", "pilih": pick(gone)}, htmx=htmx
        )
        assert answer.status_code == 409
        assert f"#{gone.tracking_id}: Tidak (lagi) di meja Anda." in answer.text


def test_nothing_ticked_is_said(enter: Enter, make_complaint: Make) -> None:
    make_complaint()
    for data in ({"key": "k"}, {"key": "k", "pilih": ["nonsens", ":1", "9" * 31 + ":1"]}):
        for htmx in (True, False):
            answer = enter("nasional").post("massal/terima", data, htmx=htmx)
            assert answer.status_code == 422
            assert "Pilih dulu pengaduannya." in answer.text


@pytest.mark.parametrize("version", ["x", "-1", "", "99", "1" * 12])
def test_a_version_that_never_was_is_called_broken_and_the_row_stays_ticked(
    enter: Enter, make_complaint: Make, session: Session, version: str
) -> None:
    complaint = make_complaint()
    number = complaint.tracking_id
    for htmx in (True, False):
        data = {"key": "k", "pilih": f"{number}:{version}"}
        answer = enter("nasional").post("massal/terima", data, htmx=htmx)
        assert answer.status_code == 409
        assert f"#{number}: Nomor versi di formulir ini rusak." in answer.text
        assert "berubah" not in answer.text
        assert ticked(answer) == pick(complaint)
    assert statuses(session, complaint) == [Status.ARRIVED]


def test_what_was_ticked_and_changed_stays_ticked_in_its_list_as_it_is_now(
    enter: Enter, make_complaint: Make, act: Act, session: Session
) -> None:
    changed, other = make_complaint(), make_complaint()
    picked = pick(changed)
    act(changed, "instansi", Action.CORRECT)
    session.refresh(changed)
    officer = enter("nasional")
    for htmx in (True, False):
        answer = officer.post("massal/terima", {"key": "k", "pilih": picked}, htmx=htmx)
        assert answer.status_code == 409
        assert "Sementara itu: Data dikoreksi oleh Wahyu Hidayat, Admin Instansi" in answer.text
        assert ticked(answer) == pick(changed)
    again = {"key": "k", "pilih": ticked(answer)}
    assert officer.post("massal/terima", again).status_code == 303
    assert statuses(session, changed, other) == [Status.RECEIVED, Status.ARRIVED]


def test_an_answer_without_htmx_stays_in_the_part_of_the_inbox_that_it_was_sent_from(
    enter: Enter, make_complaint: Make
) -> None:
    complaint = make_complaint()
    officer = enter("nasional")
    where = "?bagian=arrived"
    url = f"massal/terima{where}"
    assert f'hx-post="/admin-nasional/{url}"' in officer.get(where).text
    data = {"key": "k", "only": pick(complaint)}
    assert officer.post(url, data).location == f"/admin-nasional/{where}"


def test_a_second_click_acts_once_and_says_the_same(
    enter: Enter, make_complaint: Make, session: Session
) -> None:
    complaint = make_complaint()
    data = {"key": "k" * 32, "pilih": pick(complaint)}
    officer = enter("nasional")
    answers = [officer.post("massal/terima", data, htmx=True) for _ in range(2)]
    assert all("1 pengaduan: Diterima" in answer.text for answer in answers)
    session.rollback()
    assert session.get_one(Complaint, complaint.id).seq == 2


# -- with answers --------------------------------------------------------------------------------


def test_forwarding_several_asks_once(
    enter: Enter, make_complaint: Make, session: Session, cast: SimpleNamespace
) -> None:
    one, two, other = (make_complaint(Status.RECEIVED) for _ in range(3))
    officer = enter("nasional")
    page = officer.get(f"massal/teruskan?pilih={pick(one)[0]}&pilih={pick(two)[0]}")
    assert page.text.count(" checked>") == 2
    assert f"#{other.tracking_id}" not in page.text
    data = {
        "key": "k",
        "pilih": pick(one, two),
        "instansi": str(cast.own_id),
        "note": "Kewenangan kabupaten.",
    }
    assert officer.post("massal/teruskan", data).status_code == 303
    assert statuses(session, one, two) == [Status.WITH_INSTANSI, Status.WITH_INSTANSI]
    assert "2 pengaduan: Diteruskan ke Admin Instansi" in officer.get().text


def test_with_none_ticked_all_that_wait_are_offered_unticked(
    enter: Enter, make_complaint: Make
) -> None:
    one, two = make_complaint(Status.RECEIVED), make_complaint(Status.RECEIVED)
    text = enter("nasional").get("massal/teruskan").text
    assert f"#{one.tracking_id}" in text
    assert f"#{two.tracking_id}" in text
    assert " checked>" not in text


def test_answers_that_are_wrong_come_back_with_their_sentence_and_what_was_typed(
    enter: Enter, make_complaint: Make, session: Session
) -> None:
    complaint = make_complaint(Status.RECEIVED)
    data = {"key": "k", "pilih": pick(complaint), "instansi": "99", "note": "Catatan saya."}
    answer = enter("nasional").post("massal/teruskan", data)
    assert answer.status_code == 422
    assert "Pilih instansi tujuan." in answer.text
    assert "Catatan saya." in answer.text
    assert " checked>" in answer.text
    assert statuses(session, complaint) == [Status.RECEIVED]


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "tanpa-javascript"])
def test_of_those_refused_is_said_who_did_what_and_the_note_stays_in_the_form(
    enter: Enter,
    make_complaint: Make,
    session: Session,
    cast: SimpleNamespace,
    act: Act,
    htmx: bool,
) -> None:
    good, changed, gone = (make_complaint(Status.RECEIVED) for _ in range(3))
    data = {
        "key": "k",
        "pilih": pick(good, changed, gone),
        "instansi": str(cast.own_id),
        "note": "Kewenangan kabupaten.",
    }
    act(changed, "instansi", Action.CORRECT)
    act(gone, "nasional", Action.FORWARD)
    session.refresh(changed)
    officer = enter("nasional")
    answer = officer.post("massal/teruskan", data, htmx=htmx)
    assert answer.status_code == 409
    assert answer.text.lstrip().startswith('<div id="bulk">') is htmx
    assert f"(#{good.tracking_id})." in answer.text
    assert re.search(rf"#{changed.tracking_id}: .*itu: Data dikoreksi oleh Wahyu", answer.text)
    assert re.search(rf"#{gone.tracking_id}: .*Diteruskan.* oleh Ratna Sari", answer.text)
    assert "Kewenangan kabupaten.</textarea>" in answer.text
    assert ticked(answer) == pick(changed)
    assert statuses(session, good, changed) == [Status.WITH_INSTANSI, Status.RECEIVED]

    twice = officer.post("massal/teruskan", data, htmx=htmx)
    assert f"(#{good.tracking_id})." in twice.text
    session.rollback()
    assert session.get_one(Complaint, good.id).seq == good.seq

    again = officer.post("massal/teruskan", {**data, "pilih": ticked(answer)}, htmx=htmx)
    assert again.status_code == (204 if htmx else 303)
    assert again.headers.get("HX-Redirect", again.location) == "/admin-nasional/"
    assert "1 pengaduan: Diteruskan ke Admin Instansi" in officer.get().text
    assert statuses(session, changed) == [Status.WITH_INSTANSI]


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "tanpa-javascript"])
def test_with_nothing_ticked_the_note_stays_in_the_form(
    enter: Enter, make_complaint: Make, htmx: bool
) -> None:
    complaint = make_complaint(Status.RECEIVED)
    data = {"key": "k", "note": "Kewenangan kabupaten."}
    answer = enter("nasional").post("massal/teruskan", data, htmx=htmx)
    assert answer.status_code == 422
    assert "Pilih dulu pengaduannya." in answer.text
    assert "Kewenangan kabupaten.</textarea>" in answer.text
    assert f'value="{pick(complaint)[0]}"' in answer.text


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "tanpa-javascript"])
def test_when_none_waits_any_longer_the_note_is_there_to_be_copied(
    enter: Enter, make_complaint: Make, act: Act, htmx: bool
) -> None:
    gone = make_complaint(Status.RECEIVED)
    data = {"key": "k", "pilih": pick(gone), "note": "Kewenangan kabupaten."}
    act(gone, "nasional", Action.FORWARD)
    answer = enter("nasional").post("massal/teruskan", data, htmx=htmx)
    assert answer.status_code == 409
    assert re.search(r"<textarea [^>]*readonly>Kewenangan kabupaten.</textarea>", answer.text)
    assert "Tidak ada pengaduan yang menunggu tindakan ini." in answer.text


def test_registering_several_takes_one_date(
    enter: Enter, make_complaint: Make, session: Session, act: Act
) -> None:
    one, two = make_complaint(Status.WITH_LIAISON), make_complaint(Status.WITH_LIAISON)
    for each in (one, two):
        act(each, "penghubung", Action.HAND_OVER)
        act(each, "unit", Action.ANSWER)
    officer = enter("instansi")
    page = officer.get(f"massal/catat?pilih={pick(one)[0]}&pilih={pick(two)[0]}")
    assert 'value="2026-11-23"' in page.text
    data = {"key": "k", "pilih": pick(one, two), "published_on": "2026-11-23"}
    officer.post("massal/catat", data)
    assert set(statuses(session, one, two)) == {Status.AWAITING_FEEDBACK}


def test_with_nothing_to_do_the_page_says_so(enter: Enter) -> None:
    text = enter("instansi").get("massal/catat").text
    assert "Tidak ada pengaduan yang menunggu tindakan ini." in text


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("nasional", "massal/catat"),
        ("instansi", "massal/terima"),
        ("instansi", "massal/disposisi"),
        ("instansi", "massal/hapus"),
        ("unit", "massal/tanggapi"),
    ],
)
def test_only_what_suits_several_and_this_desk_is_there(enter: Enter, who: str, path: str) -> None:
    officer = enter(who)
    assert officer.get(path).status_code == 404
    assert officer.post(path, {"key": "k"}).status_code == 404


def test_what_asks_nothing_has_no_page_of_its_own(enter: Enter) -> None:
    assert enter("nasional").get("massal/terima").status_code == 405
