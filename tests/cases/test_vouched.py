"""What is changed beside the history, behind the portal's back, is found by the history."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.cases.act import Form, act
from portal.cases.files import DOSSIER, Upload, store
from portal.cases.ledger import Break, verify_ledger
from portal.cases.tick import tick
from portal.models import Complaint, Entry
from portal.sop.vocabulary import Action, Status
from tests.conftest import MONDAY

PDF = b"%PDF-1.7 isi asli"
FORGED = b"%PDF-1.7 isi palsu, lebih panjang"
Tamper = Callable[..., Break | None]


@pytest.fixture
def tamper(session: Session) -> Tamper:
    """Run SQL as somebody with the database file would; what is found of it."""

    def run(*statements: str, **params: Any) -> Break | None:
        assert verify_ledger(session).broken is None
        for statement in statements:
            session.execute(text(statement), params)
        session.commit()
        return verify_ledger(session).broken

    return run


@pytest.fixture
def complaint(play: SimpleNamespace) -> Complaint:
    """One whose unit attached two files to an entry, and that another complaint follows."""
    complaint: Complaint = play.to(Status.WITH_UNIT)
    files = [Upload("surat.pdf", PDF), Upload("salinan.pdf", PDF)]
    form = Form(
        Action.RECORD_PROGRESS, "berkas", complaint.seq, {"text": "Diperiksa."}, files=files
    )
    session, cast, folder = play.scene
    unit = cast.actor(cast.unit)
    act(session, unit, complaint.tracking_id, form, folder=folder, now=play.clock.now)
    play.to(Status.WITH_UNIT)
    return complaint


COPIED = "complaint_id, name, media_type, size, sha256, added_at"


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("UPDATE attachment SET sha256 = :forged, size = :size", "surat.pdf"),
        ("UPDATE attachment SET size = size + 1 WHERE name = 'salinan.pdf'", "salinan.pdf"),
        ("UPDATE attachment SET name = 'lain.pdf' WHERE name = 'surat.pdf'", "lain.pdf"),
        ("DELETE FROM attachment", "surat.pdf"),
        ("DELETE FROM attachment WHERE name = 'salinan.pdf'", "salinan.pdf"),
        (
            f"INSERT INTO attachment (entry_seq, {COPIED}) "  # noqa: S608
            f"SELECT entry_seq, {COPIED} FROM attachment WHERE name = 'surat.pdf'",
            "surat.pdf",
        ),
    ],
)
def test_a_file_that_is_not_the_one_its_entry_names_is_found(
    tamper: Tamper, play: SimpleNamespace, complaint: Complaint, change: str, name: str
) -> None:
    values = {"forged": store(play.folder, FORGED), "size": len(FORGED)}
    place = complaint.id, complaint.seq
    used = {key: value for key, value in values.items() if f":{key}" in change}
    assert tamper(change, **used) == Break(
        *place, f"berkas “{name}” bukan yang dijamin catatan ini, atau hilang"
    )


def test_a_file_that_is_put_under_another_entry_or_complaint_is_found(
    tamper: Tamper, complaint: Complaint
) -> None:
    found = tamper("UPDATE attachment SET entry_seq = 1 WHERE name = 'surat.pdf'")
    assert found is not None
    assert (found.complaint_id, found.seq) == (complaint.id, 1)


def test_of_an_anonymised_complaint_only_what_was_told_to_be_removed_may_be_gone(
    tamper: Tamper, play: SimpleNamespace, session: Session, complaint: Complaint
) -> None:
    seq = complaint.seq
    for action in (Action.ANSWER, Action.REGISTER, Action.RECORD_FEEDBACK, Action.ANONYMISE):
        session.refresh(complaint)
        play.do(complaint, action)
    session.rollback()
    found = tamper("DELETE FROM attachment")
    assert found is not None
    assert (found.complaint_id, found.seq) == (complaint.id, seq)


@pytest.fixture
def dossier(session: Session, make_complaint: Callable[..., Complaint]) -> dict[str, Any]:
    """What an Ombudsman's file of a complaint that was passed on would be, as columns."""
    complaint = make_complaint(Status.WITH_LIAISON)
    tick(session, MONDAY + timedelta(days=120))
    session.refresh(complaint)
    query = select(Entry.seq).where(Entry.action == Action.ESCALATE)
    name = f"{DOSSIER}{complaint.tracking_id}.pdf"
    return {"c": complaint.id, "s": session.scalars(query).one(), "n": name}


ADDED = (
    "INSERT INTO attachment (complaint_id, entry_seq, name, media_type, size, sha256, added_at)"
    " VALUES (:c, :s, :n, 'application/pdf', 1, 'aa', '2026-11-23 02:00:00.000000')"
)


def test_the_ombudsmans_file_is_made_after_its_entry_but_once_and_nowhere_else(
    tamper: Tamper, dossier: dict[str, Any]
) -> None:
    assert tamper(ADDED, **dossier) is None
    assert tamper(ADDED, **dossier) is not None


@pytest.mark.parametrize("other", [{"s": 1}, {"n": "surat.pdf"}])
def test_nothing_else_passes_for_the_ombudsmans_file(
    tamper: Tamper, dossier: dict[str, Any], other: dict[str, Any]
) -> None:
    assert tamper(ADDED, **dossier | other) is not None


@pytest.mark.parametrize(
    "change",
    ["DELETE FROM reporter WHERE complaint_id = :c", "UPDATE reporter SET name = NULL"],
)
def test_a_reporter_who_was_taken_away_is_found(
    tamper: Tamper, complaint: Complaint, change: str
) -> None:
    used = {"c": complaint.id} if ":c" in change else {}
    assert tamper(change, **used) == Break(
        complaint.id, 1, "identitas pelapor bukan yang dijamin catatan ini, atau hilang"
    )
