"""A reporter is sealed, opened again for who may know him, and vouched for by the history."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session, undefer

from portal.cases.answers import Invalid
from portal.cases.case_papers import order_case_paper
from portal.cases.files import Upload
from portal.cases.identity import (
    commitment,
    fellow_complaints,
    identity_of,
    names_of,
    shown_to,
    told,
)
from portal.cases.ledger import verify_ledger
from portal.cases.record import history_of
from portal.cases.rules import load_rules
from portal.identity.person import FIELDS, NOBODY, Identity
from portal.identity.scan import HIDDEN
from portal.identity.vault import Tampered
from portal.models import Attachment, Complaint, Rendering, Reporter, writing
from portal.sop.vocabulary import Action, Status
from tests.cases.exports import report, take_in
from tests.conftest import MONDAY
from tests.stories import do, do_anyway

Make = Callable[..., Complaint]
KNOWN = {
    "reporter_name": "Siti Namarahasia",
    "reporter_nik": "3520011203800001",
    "reporter_phone": "0812-3456-7890",
    "reporter_email": "siti@contoh.id",
    "reporter_address": "Jl. Mawar 3",
}
WHO = Identity(*KNOWN.values())
BODY = "Saya Siti Namarahasia, 081234567890. Kepala sekolah meminta uang."
HIDDEN_BODY = "Saya [dirahasiakan], [dirahasiakan]. Kepala sekolah meminta uang."


@pytest.fixture
def secret(make_complaint: Make) -> Complaint:
    return make_complaint(
        Status.WITH_LIAISON, title="Laporan Siti", body=BODY, confidential=True, **KNOWN
    )


def test_what_is_sealed_opens_as_it_was_told(session: Session, secret: Complaint) -> None:
    tale = told(session, secret)
    assert tale.who == WHO
    assert (tale.title, tale.body) == ("Laporan Siti", BODY)
    assert (secret.title, secret.body) == ("Laporan [dirahasiakan]", HIDDEN_BODY)


def test_a_plain_complaint_keeps_its_words(session: Session, make_complaint: Make) -> None:
    complaint = make_complaint(title="Laporan Siti", body=BODY, **KNOWN)
    assert complaint.body == BODY
    reporter = session.get_one(Reporter, complaint.id)
    assert (reporter.title, reporter.body) == (None, None)


def test_no_column_holds_a_field_in_clear(session: Session, secret: Complaint) -> None:
    row = session.execute(text("SELECT * FROM reporter")).one()
    stored = b"".join(value for value in row if isinstance(value, bytes))
    for value in KNOWN.values():
        assert value.encode() not in stored


def test_a_value_that_was_moved_does_not_open(
    session: Session, secret: Complaint, make_complaint: Make
) -> None:
    other = make_complaint(reporter_name="Joko")
    name = session.get_one(Reporter, other.id).name
    with writing(session):
        session.execute(
            update(Reporter).where(Reporter.complaint_id == secret.id).values(name=name)
        )
    with pytest.raises(Tampered):
        identity_of(session, secret)
    assert verify_ledger(session).broken is not None


def test_who_is_shown_what(
    session: Session, cast: SimpleNamespace, secret: Complaint, make_complaint: Make
) -> None:
    plain = make_complaint(Status.WITH_LIAISON, **KNOWN)
    for who in ("instansi", "penghubung", "unit", "kepala", "nasional"):
        actor = cast.actor(cast.accounts[who])
        knows = who == "instansi"
        for complaint in (secret, plain):
            tale = told(session, complaint)
            shown = shown_to(actor, complaint, tale, opened=False)
            if knows:
                assert shown == tale
            elif complaint is plain:
                assert [name for name in FIELDS if getattr(shown.who, name)] == [
                    *("name", "phone", "email", "address")
                ]
            else:
                assert (shown.who, shown.body) == (NOBODY, HIDDEN_BODY)
            assert shown_to(actor, complaint, tale, opened=True) == tale


def test_only_plain_reporters_are_named_in_a_list(
    session: Session, secret: Complaint, make_complaint: Make
) -> None:
    plain, unknown = make_complaint(**KNOWN), make_complaint(reporter_name="", reporter_nik="")
    assert names_of(session, [secret, plain, unknown]) == {plain.id: "Siti Namarahasia"}


@pytest.mark.parametrize(
    ("same", "found"),
    [
        ({"reporter_phone": "+62 812 3456 7890", "reporter_nik": ""}, True),
        ({"reporter_nik": "3520011203800001"}, True),
        ({"reporter_name": "Siti Namarahasia"}, False),
    ],
)
def test_the_same_reporter_is_found_again_by_number_and_not_by_name(
    session: Session,
    cast: SimpleNamespace,
    secret: Complaint,
    make_complaint: Make,
    same: dict[str, str],
    found: bool,
) -> None:
    other = make_complaint(Status.WITH_INSTANSI, **same)
    fellows = fellow_complaints(session, cast.actor(cast.instansi), secret)
    assert fellows == ([other.tracking_id] if found else [])
    assert fellow_complaints(session, cast.actor(cast.penghubung_lain), secret) == []


# -- the history ---------------------------------------------------------------------------------


def test_the_history_vouches_for_a_reporter_whom_it_does_not_name(
    session: Session, secret: Complaint
) -> None:
    [arrival] = history_of(session, secret)
    salt = session.get_one(Reporter, secret.id).salt
    assert arrival.details["reporter"] == commitment(salt, WHO)
    assert commitment(b"another salt", WHO) != commitment(salt, WHO)
    assert verify_ledger(session).broken is None


def test_an_exchanged_reporter_is_found(
    session: Session, secret: Complaint, make_complaint: Make
) -> None:
    """Even one sealed by the right key in the right place."""
    forged = make_complaint(tracking_id="7", reporter_name="Joko")
    with writing(session):
        session.execute(update(Reporter).values(salt=b"0" * 16))
    broken = verify_ledger(session).broken
    assert broken is not None
    assert (broken.complaint_id, broken.seq) == (secret.id, 1)
    assert forged.id > secret.id


def test_a_reporter_who_is_gone_without_an_entry_is_found(
    session: Session, secret: Complaint
) -> None:
    with writing(session):
        session.delete(session.get_one(Reporter, secret.id))
    assert identity_of(session, secret) == NOBODY
    broken = verify_ledger(session).broken
    assert broken is not None
    assert (broken.complaint_id, broken.seq) == (secret.id, 1)


# -- words that change ---------------------------------------------------------------------------


def test_a_corrected_text_is_kept_without_the_reporter_too(
    session: Session, cast: SimpleNamespace, tmp_path: Path, secret: Complaint
) -> None:
    played = (session, cast, tmp_path, secret, "instansi", Action.CORRECT, MONDAY)
    written = {"field": "body", "value": "Siti Namarahasia melapor pungli."}
    with pytest.raises(Invalid):
        do(*played, **written)
    entry = do_anyway(*played, **written).entry
    assert secret.body == "[dirahasiakan] melapor pungli."
    assert told(session, secret).body == "Siti Namarahasia melapor pungli."
    assert (entry.details["value"], entry.details["old"]) == (secret.body, HIDDEN_BODY)


def test_a_file_is_not_named_after_the_reporter(
    session: Session, cast: SimpleNamespace, tmp_path: Path, secret: Complaint
) -> None:
    from portal.cases.files import keep_files, named

    with writing(session):
        upload = Upload("KTP Siti Namarahasia.pdf", b"%PDF-1.7")
        details = named(keep_files(session, secret, [upload], tmp_path, MONDAY))
    assert session.scalars(select(Attachment.name)).all() == ["KTP [dirahasiakan].pdf"]
    assert details["files"][0]["name"] == "KTP [dirahasiakan].pdf"


def complaint_of(session: Session) -> Complaint:
    session.rollback()
    return session.scalars(select(Complaint)).one()


def test_what_lapor_protects_later_is_hidden_from_then_on_and_shown_when_it_no_longer_is(
    session: Session, tmp_path: Path
) -> None:
    cells = {"name": "Siti Namarahasia", "title": "Laporan Siti", "body": BODY}
    take_in(session, tmp_path, report(1, **cells))
    assert complaint_of(session).body == BODY
    plan = take_in(session, tmp_path, report(1, privacy="Rahasia", **cells))
    assert plan.counts["changed"] == 1
    complaint = complaint_of(session)
    assert (complaint.title, complaint.body) == ("Laporan [dirahasiakan]", HIDDEN_BODY)
    assert told(session, complaint).body == BODY
    change = history_of(session, complaint)[-1].details["changes"]
    assert "Namarahasia" not in str(change)
    assert take_in(session, tmp_path, report(1, privacy="Rahasia", **cells)).counts["changed"] == 0
    take_in(session, tmp_path, report(1, **cells))
    complaint = complaint_of(session)
    assert complaint.body == told(session, complaint).body == BODY
    assert verify_ledger(session).broken is None


def test_what_lapor_protects_later_is_named_by_no_paper_category_or_village(
    session: Session, cast: SimpleNamespace, tmp_path: Path
) -> None:
    cells = {"name": "Siti Namarahasia", "category": "Ibu Siti", "kelurahan": "rumah Siti"}
    take_in(session, tmp_path, report(1, **cells))
    complaint = complaint_of(session)
    assert (complaint.category, complaint.kelurahan) == ("Ibu Siti", "rumah Siti")
    rules, folder = load_rules(session), tmp_path
    actor = cast.actor(cast.instansi)
    order_case_paper(session, actor, complaint.tracking_id, "kartu", rules, folder, MONDAY)
    inputs = undefer(Rendering.inputs)
    assert "Namarahasia" in str(session.scalars(select(Rendering).options(inputs)).one().inputs)
    take_in(session, tmp_path, report(1, privacy="Rahasia", **cells))
    complaint = complaint_of(session)
    assert (complaint.category, complaint.kelurahan) == (f"Ibu {HIDDEN}", f"rumah {HIDDEN}")
    assert session.scalars(select(Rendering)).all() == []
    assert verify_ledger(session).broken is None


def test_category_and_village_of_a_protected_complaint_are_kept_without_its_reporter(
    session: Session, cast: SimpleNamespace, tmp_path: Path, make_complaint: Make
) -> None:
    cells = {"category": "Parkir, lapor Siti 081234567890", "kelurahan": "rumah siti"}
    take_in(session, tmp_path, report(1, name="Siti Namarahasia", privacy="Rahasia", **cells))
    imported = complaint_of(session)
    kept = (f"Parkir, lapor {HIDDEN} {HIDDEN}", f"rumah {HIDDEN}")
    assert (imported.category, imported.kelurahan) == kept
    told_by_hand = make_complaint(Status.WITH_INSTANSI, confidential=True, **KNOWN, **cells)
    assert (told_by_hand.category, told_by_hand.kelurahan) == kept

    def say(action: Action, **answers: str) -> None:
        do_anyway(session, cast, tmp_path, told_by_hand, "instansi", action, MONDAY, **answers)

    say(Action.VERIFY, category="Namarahasia", case_class="complaint")
    assert told_by_hand.category == HIDDEN
    say(Action.CORRECT, field="kelurahan", value="Rumah Bu Siti")
    assert told_by_hand.kelurahan == f"Rumah Bu {HIDDEN}"
    assert "Siti" not in str([one.details for one in history_of(session, told_by_hand)])


def test_an_officers_correction_is_hidden_too_when_lapor_protects_its_reporter(
    session: Session, cast: SimpleNamespace, tmp_path: Path
) -> None:
    cells = {"name": "Siti Namarahasia", "body": "Pungli."}
    take_in(session, tmp_path, report(1, **cells))
    written = {"field": "body", "value": "Siti dimintai uang."}
    complaint = complaint_of(session)
    do_anyway(session, cast, tmp_path, complaint, "instansi", Action.CORRECT, MONDAY, **written)
    take_in(session, tmp_path, report(1, privacy="Anonim", **cells))
    complaint = complaint_of(session)
    assert complaint.body == "[dirahasiakan] dimintai uang."
    assert told(session, complaint).body == "Siti dimintai uang."
