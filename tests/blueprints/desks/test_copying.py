"""A copy of all that is held of a person: readable by the person and by a program."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import html5lib
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.files import store
from portal.models import Attachment, Complaint, Instansi, Saw, Sighting, writing
from portal.sop.vocabulary import Action, Status
from tests.blueprints.desks.officer import Enter
from tests.conftest import MONDAY

Make = Callable[..., Complaint]
NAME, NIK, PHONE = "Zubaidah <b>Kirana</b>", "3520011203800007", "0812-9876-5432"
ADDRESS = "/pelindungan-data/salinan"
REASON = {"reason": "Surat permintaan 12/XI/2026"}


@pytest.fixture
def held(app: Any, session: Session, play: SimpleNamespace, make_complaint: Make) -> Any:
    """Two complaints of one person, by NIK and by telephone, and one of somebody else."""
    who = {"reporter_name": NAME, "reporter_nik": NIK, "reporter_phone": PHONE}
    first = play.to(Status.CLOSED, confidential=True, body=f"Saya {NAME}.", **who)
    second = make_complaint(
        reporter_nik="", reporter_phone="+62 812 9876 5432", title="Jalan rusak"
    )
    other = make_complaint(reporter_phone="0811-0000-0000")
    content = b"%PDF-1.7 kartu tanda penduduk"
    with writing(session):
        session.add(
            Attachment(
                complaint_id=first.id,
                entry_seq=1,
                name="KTP.pdf",
                media_type="application/pdf",
                size=len(content),
                sha256=store(app.config["FILES"], content),
                added_at=MONDAY,
            )
        )
    return SimpleNamespace(first=first, second=second, other=other, content=content)


def bundle_of(answer: Any) -> dict[str, bytes]:
    with answer:
        assert answer.status_code == 200, answer.text
        assert "no-store" in answer.headers["Cache-Control"]
        content = answer.data
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"reporter_nik": NIK}, ["first"]),
        ({"reporter_phone": "62812 98765432"}, ["first", "second"]),
        ({"reporter_nik": "3520 0112 0380 0007", "reporter_phone": PHONE}, ["first", "second"]),
    ],
)
def test_it_holds_all_complaints_of_the_person_and_nobody_elses(
    enter: Enter, held: Any, asked: dict[str, str], found: list[str]
) -> None:
    parts = bundle_of(enter("instansi").post(ADDRESS, REASON | asked))
    told = json.loads(parts["data.json"])["pengaduan"]
    wanted = [getattr(held, name).tracking_id for name in found]
    assert [one["tracking_id"] for one in told] == wanted
    page = parts["index.html"].decode()
    assert [number in page for number in wanted] == [True] * len(wanted)
    assert held.other.tracking_id not in page


def test_what_another_instansi_holds_of_him_is_not_in_it(
    enter: Enter, session: Session, held: Any
) -> None:
    with writing(session):
        session.add(ngawi := Instansi(name="Pemerintah Kabupaten Ngawi"))
        session.flush()
        held.second.instansi_id = ngawi.id
    parts = bundle_of(enter("instansi").post(ADDRESS, REASON | {"reporter_phone": PHONE}))
    told = json.loads(parts["data.json"])["pengaduan"]
    assert [one["tracking_id"] for one in told] == [held.first.tracking_id]
    assert not [name for name, part in parts.items() if b"Jalan rusak" in part]


def test_it_says_who_what_when_and_by_whom_it_was_seen(
    enter: Enter, session: Session, held: Any
) -> None:
    enter("kepala").page(held.first)
    session.rollback()  # each request of a browser reads anew
    parts = bundle_of(enter("instansi").post(ADDRESS, REASON | {"reporter_nik": NIK}))
    [told] = json.loads(parts["data.json"])["pengaduan"]
    assert told["pelapor"] == {
        "name": NAME,
        "nik": NIK,
        "phone": PHONE,
    }
    assert told["isi"] == f"Saya {NAME}."
    answered = next(one for one in told["riwayat"] if one["kejadian"] == "Tanggapan diberikan")
    assert answered["teks"]["Tanggapan untuk pelapor"] == "Lampu sudah diperbaiki."
    [seen] = told["dilihat"]
    assert seen["oleh"].startswith("Hendra Gunawan")
    assert seen["apa"] == "complaint"
    [file] = told["lampiran"]
    assert parts[file["berkas"]] == held.content


def test_the_page_of_it_is_a_sound_one_and_escapes_what_somebody_wrote(
    enter: Enter, held: Any
) -> None:
    page = bundle_of(enter("instansi").post(ADDRESS, REASON | {"reporter_nik": NIK}))["index.html"]
    html5lib.HTMLParser(strict=True).parse(page.decode())
    assert b"<b>" not in page
    assert b'href="data.json"' in page


def test_it_is_noted_with_what_it_was_made_for(enter: Enter, session: Session, held: Any) -> None:
    reason = {"reason": f"Diminta pemilik NIK {NIK}"}
    bundle_of(enter("instansi").post(ADDRESS, reason | {"reporter_phone": PHONE}))
    session.rollback()
    lines = session.execute(
        select(Sighting.complaint_id, Sighting.note).where(Sighting.what == Saw.COPY)
    ).all()
    note = "Diminta pemilik NIK [dirahasiakan]"
    assert lines == [(held.first.id, note), (held.second.id, note)]
    log = enter("kepala").get("/pelindungan-data/").text
    assert log.count("Membuat salinan data pribadi pelapor") == 2


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, "Isi NIK atau nomor telepon."),
        ({"reporter_nik": "12"}, "NIK terdiri dari 16 angka."),
        ({"reporter_nik": "3520010101800099"}, "Tidak ada pengaduan dengan NIK"),
        ({"reporter_nik": NIK, "reason": " "}, "Isian ini wajib diisi."),
    ],
)
def test_what_finds_nobody_is_said_and_writes_nothing(
    enter: Enter, session: Session, held: Any, asked: dict[str, str], sentence: str
) -> None:
    answer = enter("instansi").post(ADDRESS, REASON | asked)
    assert answer.status_code == 422
    assert sentence in answer.text
    session.rollback()
    assert session.scalars(select(Sighting)).all() == []


def test_the_password_is_asked_first(enter: Enter, clock: SimpleNamespace, held: Any) -> None:
    officer = enter("instansi")
    clock.now += timedelta(minutes=6)
    answer = officer.post(ADDRESS, REASON | {"reporter_nik": NIK})
    assert answer.status_code == 422
    assert "Masukkan kata sandi lagi" in answer.text


def test_who_was_taken_out_is_found_no_more(
    enter: Enter, session: Session, play: SimpleNamespace, held: Any
) -> None:
    session.refresh(held.first)
    play.do(held.first, Action.ANONYMISE)
    answer = enter("instansi").post(ADDRESS, REASON | {"reporter_nik": NIK})
    assert answer.status_code == 422
