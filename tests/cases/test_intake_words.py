import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.intake_words import (
    NOT_OURS,
    Entrance,
    WordKind,
    load_words,
    remember_word,
)
from portal.models import Opd, writing
from portal.sop.procedure import CaseClass
from portal.sop.text import Refusal
from portal.sop.vocabulary import Status


def opd_id(session: Session, name: str = "Dinas Perhubungan") -> int:
    return session.scalars(select(Opd.id).where(Opd.name == name)).one()


@pytest.mark.parametrize(
    ("text", "entrance"),
    [
        ("Belum Terverifikasi", Entrance.ARRIVED),
        ("BELUM TERVERIFIKASI ", Entrance.ARRIVED),
        ("Terdisposisi Belum Ditindaklanjuti", Entrance.DISPOSED),
        ("Terdisposisi - Sedang Diproses", Entrance.DISPOSED),
        ("Tertunda", Entrance.AWAITING_COMPLETION),
        ("Diarsipkan", Entrance.NOT_FOLLOWED_UP),
        ("Ditutup oleh Sistem", Entrance.CLOSED),
        ("Ditutup oleh Admin", Entrance.CLOSED),
        ("Ditutup oleh Pelapor", Entrance.CLOSED),
    ],
)
def test_the_statuses_of_lapor_are_known(session: Session, text: str, entrance: Entrance) -> None:
    assert load_words(session).entrances[WordKind.STATUS.key(text)] is entrance


def test_the_kinds_of_lapor_are_known(session: Session) -> None:
    classes = load_words(session).classes
    assert classes[WordKind.CLASS.key("PENGADUAN")] is CaseClass.COMPLAINT
    assert classes[WordKind.CLASS.key("Permintaan Informasi")] is CaseClass.INFORMATION


def test_an_opd_is_known_by_any_of_its_spellings_and_by_its_name(session: Session) -> None:
    opds = load_words(session).opds
    for text in ("Dinas Perhubungan", "DISHUB KAB. MAGETAN", "dinas perhubungan kab magetan"):
        assert opds[WordKind.OPD.key(text)] == opd_id(session)


def test_an_opd_that_was_added_without_spellings_is_known_by_its_name(session: Session) -> None:
    with writing(session):
        session.add(Opd(instansi_id=1, name="Dinas Pemadam Kebakaran"))
    known = load_words(session).opds[WordKind.OPD.key("DINAS PEMADAM KEBAKARAN")]
    assert known == opd_id(session, "Dinas Pemadam Kebakaran")


def test_an_opd_that_is_no_longer_active_has_no_desk(session: Session) -> None:
    with writing(session):
        session.get_one(Opd, opd_id(session)).active = False
    assert load_words(session).opds[WordKind.OPD.key("Dishub")] is None


def test_what_an_officer_chose_is_known_from_then_on(session: Session) -> None:
    with writing(session):
        remember_word(session, WordKind.OPD, "Dinas Lalin", str(opd_id(session)))
        remember_word(session, WordKind.OPD, "BBPJN Jatim-Bali", NOT_OURS)
        remember_word(session, WordKind.CLASS, "Whistleblowing", "complaint")
        remember_word(session, WordKind.STATUS, "Menunggu Konfirmasi Lain", "awaiting_completion")
    words = load_words(session)
    assert words.opds[WordKind.OPD.key("DINAS LALIN")] == opd_id(session)
    assert words.opds[WordKind.OPD.key("BBPJN Jatim Bali")] is None
    assert words.classes["whistleblowing"] is CaseClass.COMPLAINT
    assert words.entrances["menunggu konfirmasi lain"] is Entrance.AWAITING_COMPLETION


@pytest.mark.parametrize(
    ("kind", "choice"),
    [
        (WordKind.OPD, "99999"),
        (WordKind.OPD, "Dinas Perhubungan"),
        (WordKind.CLASS, "supervisory"),
        (WordKind.CLASS, "awaiting_completion"),
        (WordKind.STATUS, "verified"),
    ],
)
def test_what_is_not_on_the_list_cannot_be_chosen(
    session: Session, kind: WordKind, choice: str
) -> None:
    with pytest.raises(Refusal), writing(session):
        remember_word(session, kind, "Kata baru", choice)
    assert load_words(session).classes.get("kata baru") is None


def test_an_opd_that_is_no_longer_active_cannot_be_chosen(session: Session) -> None:
    with writing(session):
        session.get_one(Opd, opd_id(session)).active = False
    with pytest.raises(Refusal), writing(session):
        remember_word(session, WordKind.OPD, "Dinas Lalin", str(opd_id(session)))


def test_the_answer_a_later_choice_gives_replaces_the_earlier(session: Session) -> None:
    for choice in ("closed", "arrived"):
        with writing(session):
            remember_word(session, WordKind.STATUS, "Selesai", choice)
    assert load_words(session).entrances["selesai"] is Entrance.ARRIVED


def test_a_disposed_complaint_goes_to_its_opd_if_that_is_ours_else_to_step_3() -> None:
    assert Entrance.DISPOSED.status(7) is Status.WITH_LIAISON
    assert Entrance.DISPOSED.status(None) is Status.WITH_INSTANSI
    assert Entrance.CLOSED.status(7) is Status.CLOSED


def test_a_government_that_nobody_knows_is_ours(session: Session) -> None:
    words = load_words(session)
    assert words.instansi_of("PEMERINTAH KABUPATEN MAGETAN") == words.own_instansi
    assert words.instansi_of("") == words.own_instansi
