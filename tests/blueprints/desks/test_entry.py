"""The page on which a complaint is entered by hand."""

from collections.abc import Callable

import pytest

from portal.models import Complaint
from portal.sop.vocabulary import Status
from tests.blueprints.desks.officer import Enter

Make = Callable[..., Complaint]
GOOD = {"key": "k", "title": "Jalan rusak", "body": "Berlubang.", "case_class": "complaint"}


@pytest.mark.parametrize("who", ["nasional", "instansi"])
def test_an_entered_complaint_is_opened_at_the_desk(enter: Enter, who: str) -> None:
    officer = enter(who)
    assert 'href="/' + officer.slug + '/catat"' in officer.get().text
    assert officer.get("catat").status_code == 200
    answer = officer.post("catat", GOOD)
    assert (answer.status_code, answer.location) == (
        303,
        f"/{officer.slug}/pengaduan/M-2026-0001",
    )
    assert "Pengaduan #M-2026-0001 dicatat." in officer.get(answer.location).text


@pytest.mark.parametrize("who", ["penghubung", "unit", "kepala"])
def test_other_desks_enter_nothing(enter: Enter, who: str) -> None:
    officer = enter(who)
    assert officer.get("catat").status_code == 404
    assert "/catat" not in officer.get().text


def test_what_is_wrong_stands_at_its_field_and_everything_typed_is_kept(enter: Enter) -> None:
    data = {**GOOD, "title": "", "kecamatan": "Bendo", "confidential": "1", "body": "Isi\x00 saya"}
    answer = enter("instansi").post("catat", data)
    assert answer.status_code == 422
    assert "Isian ini wajib diisi." in answer.text
    assert "Isi saya" in answer.text
    assert '<option value="Bendo" selected>' in answer.text
    assert 'name="key" value="k"' in answer.text


def test_what_is_on_no_list_is_refused_at_its_field_and_everything_typed_is_kept(
    enter: Enter,
) -> None:
    data = {**GOOD, "source": "Merpati pos", "kecamatan": "Atlantis", "category": "Kebun binatang"}
    answer = enter("instansi").post("catat", data)
    assert answer.status_code == 422
    assert answer.text.count("Pilih salah satu dari daftar.") == 2
    for name in ("source", "kecamatan"):
        assert f'id="f-{name}-error"' in answer.text
    assert 'value="Kebun binatang"' in answer.text
    assert "Berlubang." in answer.text


def test_a_number_that_is_there_already_has_a_link_to_it(
    enter: Enter, make_complaint: Make
) -> None:
    complaint = make_complaint(Status.CLOSED)
    data = {**GOOD, "tracking_id": complaint.tracking_id}
    answer = enter("instansi").post("catat", data)
    assert answer.status_code == 422
    assert f'href="/admin-instansi/pengaduan/{complaint.tracking_id}"' in answer.text
    hidden = enter("nasional").post("catat", data)
    assert hidden.status_code == 422
    assert "Nomor ini tidak dapat dipakai." in hidden.text
    assert "sudah ada di portal" not in hidden.text
    assert f"/pengaduan/{complaint.tracking_id}" not in hidden.text
