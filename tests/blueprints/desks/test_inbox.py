"""The inbox of each desk: what stands in it, and how it refreshes itself."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy.orm import Session

from portal.cases.rules import Rules
from portal.models import Assignment, Complaint, writing
from portal.sop.procedure import Role
from portal.sop.vocabulary import Action, Status
from tests.blueprints.desks.officer import Enter, Officer
from tests.conftest import MONDAY
from tests.statements import counted
from tests.stories import arrive

Make = Callable[..., Complaint]
Act = Callable[..., None]


def test_what_must_be_done_stands_with_the_time_left_and_one_thing_to_do(
    enter: Enter, make_complaint: Make, clock: SimpleNamespace
) -> None:
    complaint = make_complaint(Status.VERIFIED, title="Lampu merah padam")
    clock.now += timedelta(minutes=35)
    text = enter("instansi").get().text
    assert "Yang harus dikerjakan sekarang" in text
    assert "Siap didisposisi" in text
    assert "25 menit lagi" in text
    assert "batas hari ini 10.00" in text
    assert f'href="/admin-instansi/pengaduan/{complaint.tracking_id}#disposisi"' in text


def test_what_is_late_says_so_in_words(
    enter: Enter, make_complaint: Make, clock: SimpleNamespace
) -> None:
    make_complaint(Status.VERIFIED)
    clock.now += timedelta(hours=2)
    assert "lewat 1 jam" in enter("instansi").get().text


def test_marks_say_what_an_officer_must_know_before_opening_it(
    enter: Enter, make_complaint: Make, act: Act
) -> None:
    complaint = make_complaint(
        Status.WITH_LIAISON, anonymous=True, confidential=True, setwapres=True
    )
    act(complaint, "penghubung", Action.REFUSE_OPD)
    text = enter("instansi").get().text
    for mark in ("Anonim", "Rahasia", "Setwapres", "dikembalikan 1×"):
        assert mark in text


def test_the_admin_instansi_sees_what_lies_at_the_opd_and_whom_to_call(
    enter: Enter,
    make_complaint: Make,
    clock: SimpleNamespace,
    session: Session,
    cast: SimpleNamespace,
) -> None:
    with writing(session):
        session.merge(cast.penghubung).phone = "0351-891234"
    make_complaint(Status.WITH_LIAISON, title="Rambu roboh", reporter_name="Siti Namarahasia")
    assert "Belum ada tanda terima OPD" not in enter("instansi").get().text
    clock.now += timedelta(minutes=61)
    text = enter("instansi").get().text
    assert "Belum ada tanda terima OPD" in text
    assert "Budi Hartono" in text
    assert 'href="tel:0351-891234"' in text
    assert "https://wa.me/?text=" in text
    message = text.partition('<textarea class="sr" id="m')[2].partition("</textarea>")[0]
    assert "Mohon tanda terima di portal: http" in message
    assert "Siti" not in message
    assert "Rambu roboh" not in message


def test_an_opd_without_a_liaison_is_said_to_have_none(
    enter: Enter, make_complaint: Make, clock: SimpleNamespace, session: Session
) -> None:
    make_complaint(Status.WITH_LIAISON)
    with writing(session):
        for one in session.query(Assignment).filter_by(role=Role.PEJABAT_PENGHUBUNG):
            one.valid_to = MONDAY.date() - timedelta(days=1)
    clock.now += timedelta(hours=2)
    assert "belum ada pejabat penghubung terdaftar" in enter("instansi").get().text


def test_a_row_that_asks_nothing_acts_from_the_list(enter: Enter, make_complaint: Make) -> None:
    make_complaint(Status.WITH_LIAISON)
    text = enter("penghubung").get().text
    assert 'action="/pejabat-penghubung/massal/tanda-terima"' in text
    assert 'name="only"' in text


def test_the_kepala_dinas_reads_and_has_nothing_to_press(
    enter: Enter, make_complaint: Make
) -> None:
    complaint = make_complaint(Status.WITH_LIAISON)
    officer = enter("kepala")
    text = officer.get().text
    assert "Pengaduan yang sedang berjalan" in text
    assert f"#{complaint.tracking_id}" in text
    assert 'method="post"' not in text
    assert 'method="post"' not in officer.page(complaint).text
    assert officer.post("massal/terima").status_code == 404
    assert officer.post(f"pengaduan/{complaint.tracking_id}/terima").status_code == 404


def test_an_empty_desk_says_so(enter: Enter) -> None:
    assert "Tidak ada yang menunggu." in enter("unit").get().text
    assert "Tidak ada yang cocok." in enter("unit").get("?kecamatan=Bendo").text


def test_the_filter_is_kept_in_the_list_that_refreshes_itself(
    enter: Enter, make_complaint: Make
) -> None:
    make_complaint(kecamatan="Plaosan")
    make_complaint(kecamatan="Bendo")
    text = enter("nasional").get("?kecamatan=Plaosan&opd=x&waktu=&klasifikasi=zz").text
    assert "kecamatan=Plaosan" in text.partition('id="list" hx-get="')[2].partition('"')[0]
    assert text.count('<li class="row">') == 1


def test_a_query_that_is_none_of_ours_goes_into_no_link(enter: Enter) -> None:
    for path in ("?_scheme=javascript&_external=1&x=y", "cari?_scheme=javascript&_external=1"):
        text = enter("instansi").get(path).text
        assert "javascript:" not in text
        assert "x=y" not in text


def test_a_long_section_goes_on_page_by_page(
    enter: Enter, session: Session, cast: SimpleNamespace, rules: Rules
) -> None:
    for _ in range(53):
        arrive(session, cast, rules, MONDAY)
    officer = enter("nasional")
    first = officer.get().text
    assert first.count('<li class="row">') == 50
    assert "50+ · langkah 1" in first
    link = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    second = officer.get(link.replace("&amp;", "&")).text
    assert second.count('<li class="row">') == 3
    assert 'rel="prev"' in second


# -- the list that refreshes itself --------------------------------------------------------------


def test_the_fragment_stands_in_the_page(enter: Enter, make_complaint: Make) -> None:
    make_complaint(Status.VERIFIED)
    officer = enter("instansi")
    fragment, _, count = officer.get(htmx=True).text.strip().partition('<span class="n" id="work"')
    assert fragment.startswith('<div id="list"')
    assert fragment.strip() in officer.get().text
    assert count.endswith("</span>")


def test_a_history_restore_gets_the_whole_page(enter: Enter) -> None:
    officer = enter("instansi")
    answer = officer.browser.get(
        "/admin-instansi/",
        headers={"HX-Request": "true", "HX-History-Restore-Request": "true"},
    )
    assert answer.text.lstrip().startswith("<!doctype html>")
    assert "HX-Request" in answer.headers["Vary"]


def poll(officer: Officer, etag: str) -> int:
    return officer.get(htmx=True, **{"If-None-Match": etag}).status_code


def test_an_unchanged_list_costs_a_304_and_two_queries(enter: Enter, make_complaint: Make) -> None:
    make_complaint(Status.VERIFIED)
    officer = enter("instansi")
    etag = officer.get(htmx=True).headers["ETag"]
    with counted() as statements:
        answer = officer.get(htmx=True, **{"If-None-Match": etag})
    assert (answer.status_code, answer.data) == (304, b"")
    assert len(statements) == 2


def test_the_page_carries_the_tag_that_its_list_is_asked_with(enter: Enter) -> None:
    officer = enter("instansi")
    etag = officer.get(htmx=True).headers["ETag"].strip('"')
    assert f'"If-None-Match": "\\"{etag}\\""' in officer.get().text.replace("\\u0022", '"')


def test_any_entry_and_five_minutes_of_office_time_renew_the_list(
    enter: Enter, make_complaint: Make, clock: SimpleNamespace
) -> None:
    officer = enter("instansi")
    etag = officer.get(htmx=True).headers["ETag"]
    clock.now += timedelta(minutes=4)
    assert poll(officer, etag) == 304
    make_complaint(Status.VERIFIED)
    assert poll(officer, etag) == 200
    etag = officer.get(htmx=True).headers["ETag"]
    clock.now += timedelta(minutes=1)
    assert poll(officer, etag) == 200


def test_a_night_renews_nothing_until_the_day_changes(enter: Enter, clock: SimpleNamespace) -> None:
    clock.now = MONDAY.replace(hour=17)
    etag = enter("instansi").get(htmx=True).headers["ETag"]
    clock.now = MONDAY.replace(hour=23)
    assert poll(enter("instansi"), etag) == 304
    clock.now += timedelta(hours=2)
    assert poll(enter("instansi"), etag) == 200


def test_two_desks_and_two_filters_have_tags_of_their_own(enter: Enter) -> None:
    tags = {
        enter("instansi").get(htmx=True).headers["ETag"],
        enter("instansi").get("?waktu=late", htmx=True).headers["ETag"],
        enter("kepala").get(htmx=True).headers["ETag"],
        enter("penghubung").get(htmx=True).headers["ETag"],
        enter("penghubung_lain").get(htmx=True).headers["ETag"],
    }
    assert len(tags) == 5


def test_a_list_that_refreshed_itself_brings_the_count_for_the_head(
    enter: Enter, make_complaint: Make
) -> None:
    make_complaint()
    assert 'id="work" hx-swap-oob="true">1</span>' in enter("nasional").get(htmx=True).text
    assert 'id="work"' not in enter("kepala").get(htmx=True).text
    assert enter("nasional").get().text.count('id="work"') == 1


# -- whose desk ----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["nasional", "penghubung", "unit", "kepala", "administrator"])
def test_a_desk_that_is_not_ones_own_is_closed(enter: Enter, who: str) -> None:
    for path in ("/", "/cari", "/catat", "/massal/catat", "/pengaduan/1"):
        assert enter(who).get(f"/admin-instansi{path}").status_code == 403


def test_who_holds_two_desks_works_at_both_whichever_he_chose(
    enter: Enter, session: Session, cast: SimpleNamespace, make_complaint: Make
) -> None:
    with writing(session):
        session.add(
            Assignment(
                account_id=cast.nasional.id,
                role=Role.ADMIN_INSTANSI,
                instansi_id=cast.own_id,
                valid_from=MONDAY.date(),
            )
        )
    complaint = make_complaint(Status.WITH_INSTANSI)
    officer = enter("nasional")
    assert f"#{complaint.tracking_id}" in officer.get("/admin-instansi/").text
    assert officer.get().status_code == 200


def test_an_assignment_that_has_ended_opens_nothing(
    enter: Enter, session: Session, cast: SimpleNamespace, clock: SimpleNamespace
) -> None:
    with writing(session):
        session.merge(cast.instansi).assignments[0].valid_to = MONDAY.date()
    assert enter("instansi").get().status_code == 200
    clock.now += timedelta(days=1)
    assert enter("instansi").get().status_code == 403
