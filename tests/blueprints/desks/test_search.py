"""The search page of a desk."""

from collections.abc import Callable
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from sqlalchemy.orm import Session

from portal.cases.rules import Rules
from portal.models import Complaint
from portal.queries.search import LONGEST
from portal.sop.vocabulary import Status
from tests.blueprints.desks.officer import Enter
from tests.conftest import MONDAY
from tests.stories import arrive

Make = Callable[..., Complaint]


def test_a_tracking_id_leads_straight_to_the_complaint(enter: Enter, make_complaint: Make) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    for text in (complaint.tracking_id, f"%23{complaint.tracking_id}"):
        answer = enter("instansi").get(f"cari?q={text}")
        assert answer.status_code == 303
        assert answer.location == f"/admin-instansi/pengaduan/{complaint.tracking_id}"


def test_a_tracking_id_that_is_anothers_is_not_found(enter: Enter, make_complaint: Make) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    answer = enter("penghubung_lain").get(f"cari?q={complaint.tracking_id}")
    assert answer.status_code == 200
    assert "Tidak ada yang cocok." in answer.text


def test_words_find_complaints_of_every_status_and_say_which(
    enter: Enter, make_complaint: Make
) -> None:
    make_complaint(Status.CLOSED, title="Lampu lama")
    make_complaint(Status.VERIFIED, title="Lampu baru")
    text = enter("kepala").get("cari?q=lampu").text
    assert "Selesai · " in text
    assert "berakhir" in text
    assert "Terverifikasi, menunggu disposisi · " in text


def test_a_search_can_be_narrowed_and_keeps_what_was_asked(
    enter: Enter, make_complaint: Make
) -> None:
    make_complaint(Status.CLOSED, kecamatan="Bendo")
    make_complaint(Status.VERIFIED, kecamatan="Bendo")
    text = enter("instansi").get("cari?q=lampu&kecamatan=Bendo&status=closed").text
    assert text.count('<li class="row">') == 1
    assert 'value="lampu"' in text
    assert '<option value="closed" selected>' in text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1" * 40, "Tracking ID ini 40 angka; paling banyak 30."),
        ("#" + "1" * 40, "Tracking ID ini 40 angka; paling banyak 30."),
        ("lampu " * 500, "Yang dicari 2999 huruf; paling banyak 200."),
    ],
)
def test_what_is_too_long_to_look_for_is_said_at_the_field_and_kept(
    enter: Enter, text: str, sentence: str
) -> None:
    answer = enter("instansi").get(f"cari?{urlencode({'q': text})}")
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{text.strip()}"' in answer.text
    assert "Tidak ada yang cocok." not in answer.text


def test_the_fields_stop_where_the_search_does(enter: Enter) -> None:
    officer = enter("instansi")
    for page in ("", "cari"):
        assert f'maxlength="{LONGEST}"' in officer.get(page).text


def test_many_finds_go_on_page_by_page_and_back(
    enter: Enter, session: Session, cast: SimpleNamespace, rules: Rules
) -> None:
    for _ in range(51):
        arrive(session, cast, rules, MONDAY)
    officer = enter("instansi")
    first = officer.get("cari?q=lampu").text
    assert first.count('<li class="row">') == 50
    link = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    second = officer.get(link.replace("&amp;", "&")).text
    assert second.count('<li class="row">') == 1
    link = second.partition('rel="prev"')[0].rpartition('href="')[2].partition('"')[0]
    assert officer.get(link.replace("&amp;", "&")).text.count('<li class="row">') == 50
