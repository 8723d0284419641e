"""One action on several complaints: receive, acknowledge, forward, register."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from sqlalchemy.orm import Session

from portal.models import Complaint
from portal.sop.vocabulary import Action, Status
from tests.blueprints.desks.officer import Enter

Make = Callable[..., Complaint]
Act = Callable[..., None]


def pick(*complaints: Complaint) -> list[str]:
    return [f"{one.tracking_id}:{one.seq}" for one in complaints]


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
    assert answer.text.strip().startswith('<div id="list"')
    assert f"2 pengaduan: Diterima (#{one.tracking_id}, #{two.tracking_id})." in answer.text
    assert answer.headers["HX-Trigger"] == "inbox-changed"
    assert statuses(session, one, two, other) == [
        Status.RECEIVED,
        Status.RECEIVED,
        Status.ARRIVED,
    ]


def test_a_rows_own_button_stands_for_that_row_alone(
    enter: Enter, make_complaint: Make, session: Session
) -> None:
    one, ticked = make_complaint(), make_complaint()
    data = {"key": "k", "only": pick(one)[0], "pilih": pick(ticked)}
    enter("nasional").post("massal/terima", data, htmx=True)
    assert statuses(session, one, ticked) == [Status.RECEIVED, Status.ARRIVED]


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
    answer = enter("nasional").post("massal/terima", {"key": "k", "pilih": picked}, htmx=True)
    assert answer.status_code == 200
    assert f"1 pengaduan: Diterima (#{good.tracking_id})." in answer.text
    assert f"#{stale.tracking_id}: Pengaduan ini berubah sejak halaman dibuka." in answer.text
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
    for data in ({"key": "k"}, {"key": "k", "pilih": ["nonsens", ":1", "9:x", "9:" + "1" * 12]}):
        answer = enter("nasional").post("massal/terima", data, htmx=True)
        assert answer.status_code == 422
        assert "Pilih dulu pengaduannya." in answer.text


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
