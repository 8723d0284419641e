"""A reporter is taken out for good: nothing tells of him, and figures, chain and seals stay."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.cases.anonymise import destroy_all
from portal.cases.files import path_of, store
from portal.cases.identity import identity_of
from portal.cases.ledger import verify_ledger
from portal.cases.record import history_of
from portal.cases.seals import broken_seal, seals
from portal.identity.person import NOBODY
from portal.identity.scan import HIDDEN
from portal.models import Attachment, Complaint, Entry, Reporter, SentForm, writing
from portal.queries.report_basis import gather_basis
from portal.sop.vocabulary import Action, Status
from portal.sop.workflow import NotAllowedNow
from tests.cases.exports import report, take_in
from tests.conftest import MONDAY
from tests.report_story import ReportStory
from tests.stories import WAY, do_anyway

Make = Callable[..., Complaint]
KNOWN = {
    "reporter_name": "Zubaidah Kirana",
    "reporter_nik": "3520011203800007",
    "reporter_phone": "0812-9876-5432",
    "reporter_email": "zk@contoh.id",
}
TOLD = "Zubaidah Kirana (081298765432, zk@contoh.id) menelepon."
SECRETS = ("Zubaidah", "Kirana", "3520011203800007", "81298765432", "zk@contoh")


def secrets_of(session: Session) -> list[str]:
    """Which secrets any value of the database tells."""
    session.rollback()
    tables = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
    everything = [select(text("*")).select_from(text(table)) for table in tables]
    told = "".join(str(session.execute(query).all()) for query in everything)
    return [one for one in SECRETS if one in told]


@pytest.fixture
def ended(play: SimpleNamespace, session: Session) -> Complaint:
    """A closed complaint in whose every text its reporter stands."""
    complaint = play.to(Status.WITH_UNIT, body=TOLD, title="Laporan Zubaidah Kirana", **KNOWN)
    with writing(session):
        complaint.kelurahan = "rumah Kirana"
    for action, field in (
        (Action.RECORD_PROGRESS, "text"),
        (Action.ANSWER, "answer"),
        (Action.REGISTER, ""),
        (Action.RECORD_FEEDBACK, "text"),
        (Action.CORRECT, "reason"),
    ):
        answer(play, complaint, action, **({field: TOLD} if field else {}))
    assert secrets_of(session)
    return complaint


def answer(play: SimpleNamespace, complaint: Complaint, action: Action, **answers: str) -> Any:
    """Do it, and send it anyway when warned."""
    play.clock.now += timedelta(minutes=1)
    who = {Action.RECORD_PROGRESS: "unit", Action.ANSWER: "unit"}.get(action, "instansi")
    return do_anyway(*play.scene, complaint, who, action, play.clock.now, **answers)


def erase(play: SimpleNamespace, complaint: Complaint, **answers: str) -> Entry:
    return answer(play, complaint, Action.ANONYMISE, **answers).entry


def test_nothing_tells_who_it_was_any_more(
    play: SimpleNamespace, session: Session, ended: Complaint
) -> None:
    entry = erase(play, ended, reason=f"Diminta {TOLD}")
    assert secrets_of(session) == []
    assert identity_of(session, ended) == NOBODY
    assert session.scalars(select(Reporter)).all() == []
    assert "menelepon" in ended.body
    assert entry.details["reason"].startswith("Diminta [dirahasiakan]")
    assert ended.anonymised


def test_a_category_is_masked_where_it_stands_and_where_it_was_given(
    play: SimpleNamespace, session: Session, make_complaint: Make
) -> None:
    complaint = make_complaint(Status.WITH_INSTANSI, **KNOWN)
    answer(play, complaint, Action.VERIFY, category="Parkir Bu Kirana", case_class="complaint")
    assert complaint.category == "Parkir Bu Kirana"
    for action in WAY[Status.CLOSED][WAY[Status.CLOSED].index(Action.VERIFY) + 1 :]:
        play.do(complaint, action)
    erase(play, complaint)
    assert complaint.category == f"Parkir Bu {HIDDEN}"
    assert secrets_of(session) == []
    assert verify_ledger(session).broken is None


def test_the_chain_and_the_seals_stay_whole(
    play: SimpleNamespace, session: Session, ended: Complaint
) -> None:
    kept = seals(session)
    hashes = session.scalars(select(Entry.hash).order_by(Entry.id)).all()
    entry = erase(play, ended)
    assert len(entry.kept["masked"]) > 3
    session.rollback()
    verdict = verify_ledger(session)
    assert (verdict.entries, verdict.broken) == (len(hashes) + 1, None)
    assert broken_seal(session, kept) is None
    assert session.scalars(select(Entry.hash).order_by(Entry.id)).all()[:-1] == hashes


@pytest.mark.parametrize(
    "change",
    [
        """words = '{"text": "Yang lain."}'""",
        "actor_name = 'Orang lain'",
        "happened_at = '2026-11-20 02:00:00.000000'",
        "words = json_remove(words, '$.text')",
    ],
)
def test_a_masked_entry_cannot_be_changed_unseen(
    play: SimpleNamespace, session: Session, ended: Complaint, change: str
) -> None:
    entries = history_of(session, ended)
    seq = next(one.seq for one in entries if one.action == Action.RECORD_PROGRESS)
    erase(play, ended)
    session.expire_all()
    for name in ("entry_no_update", "entry_words_no_update"):
        session.execute(text(f"DROP TRIGGER {name}"))
    session.execute(
        text(f"UPDATE entry SET {change} WHERE complaint_id = :id AND seq = :seq"),  # noqa: S608
        {"id": ended.id, "seq": seq},
    )
    broken = verify_ledger(session).broken
    assert broken is not None
    assert (broken.complaint_id, broken.seq) == (ended.id, seq)


def test_every_figure_of_every_month_stays(
    play: SimpleNamespace, session: Session, cast: SimpleNamespace, ended: Complaint
) -> None:
    play.to(Status.CLOSED)
    now = play.clock.now + timedelta(days=40)
    months = [date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)]

    def figures() -> list[Any]:
        return [gather_basis(session, cast.own_id, month, now).figures for month in months]

    before = figures()
    assert before[1].month.arrived.n == 2
    erase(play, ended)
    assert figures() == before


def test_what_the_citizen_sent_goes_and_what_the_office_made_stays(
    play: SimpleNamespace, session: Session, ended: Complaint
) -> None:
    entries = history_of(session, ended)
    seqs = {one.action: one.seq for one in entries}
    paths = {}
    with writing(session):
        for action in ("arrive", "record_progress"):
            content = f"%PDF-1.7 {action}".encode()
            paths[action] = path_of(play.folder, store(play.folder, content))
            session.add(
                Attachment(
                    complaint_id=ended.id,
                    entry_seq=seqs[action],
                    name=f"KTP Zubaidah Kirana {action}.pdf",
                    media_type="application/pdf",
                    size=len(content),
                    sha256=paths[action].name,
                    added_at=MONDAY,
                )
            )
    session.refresh(ended)
    erase(play, ended)
    session.rollback()
    names = session.scalars(select(Attachment.name)).all()
    assert names == ["KTP [dirahasiakan] record_progress.pdf"]
    assert [path.exists() for path in paths.values()] == [False, True]
    paths["arrive"].write_bytes(b"cut short")
    destroy_all(session, play.folder)
    assert [path.exists() for path in paths.values()] == [False, True]


def test_it_is_over_for_good(play: SimpleNamespace, session: Session, ended: Complaint) -> None:
    erase(play, ended)
    session.refresh(ended)
    for action in (Action.ANONYMISE, Action.RECORD_FEEDBACK, Action.CORRECT):
        with pytest.raises(NotAllowedNow):
            answer(play, ended, action)


def test_not_while_a_report_that_may_name_him_is_being_written(
    play: SimpleNamespace, session: Session, ended: Complaint, story: ReportStory
) -> None:
    report = story.draft(month=date(2026, 11, 1))
    with pytest.raises(NotAllowedNow, match="sedang disusun"):
        erase(play, ended)
    assert secrets_of(session)
    assert report.month == date(2026, 11, 1)


def test_an_import_does_not_bring_him_back(
    session: Session, cast: SimpleNamespace, play: SimpleNamespace, tmp_path: Path
) -> None:
    cells = {
        **{"name": "Zubaidah Kirana", "body": TOLD, "title": "Laporan Zubaidah"},
        **{"status": "Ditutup oleh Sistem", "opd": "DISHUB"},
    }
    take_in(session, tmp_path, report(1, **cells))
    complaint = session.scalars(select(Complaint)).one()
    assert complaint.status == Status.CLOSED
    erase(play, complaint)
    assert take_in(session, tmp_path, report(1, **cells)).counts["changed"] == 0
    later = {"body": f"{TOLD} Lagi.", "privacy": "Rahasia", "rating": "4"}
    take_in(session, tmp_path, report(1, **cells | later))
    session.refresh(complaint)
    assert complaint.rating == 4
    assert not complaint.confidential
    (tmp_path / "ekspor.csv").unlink()
    assert secrets_of(session) == []
    assert verify_ledger(session).broken is None


def test_a_text_without_him_keeps_its_own_commitment(
    play: SimpleNamespace, session: Session, make_complaint: Make
) -> None:
    complaint = play.to(Status.CLOSED, **KNOWN)
    salts = [one.salt for one in history_of(session, complaint)]
    entry = erase(play, complaint)
    assert entry.kept["masked"] == {}
    assert [one.salt for one in history_of(session, complaint)][:-1] == salts
    assert session.scalars(select(SentForm.entry_seq)).all() == [entry.seq]
