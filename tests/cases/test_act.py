"""One function applies a row of the table: all of it or nothing, once, and never over others."""

import hashlib
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.cases.act import ChangedMeanwhile, Done, Form, NotFound, act
from portal.cases.answers import Invalid
from portal.cases.files import Upload, path_of
from portal.cases.record import cached_values, history_of, timeline_of
from portal.cases.rules import Rules, load_rules, rules_changed
from portal.models import Attachment, Complaint, Entry, SentForm, SpecialDay, writing
from portal.sop.office_time import ZONE
from portal.sop.procedure import Role
from portal.sop.vocabulary import Action, Status
from portal.sop.workflow import NotAllowedNow, NotYours, Transition
from tests.stories import BY_HAND, WHO

A = Action
PDF = Upload("Laporan hasil.pdf", b"%PDF-1.7 isi")
PDF_HASH = hashlib.sha256(PDF.content).hexdigest()


@pytest.mark.parametrize(("row", "status", "role"), BY_HAND)
def test_every_row_of_the_table_moves_a_real_complaint_and_leaves_one_entry(
    session: Session,
    play: SimpleNamespace,
    rules: Rules,
    row: Transition,
    status: Status,
    role: Role,
) -> None:
    complaint = play.to(status)
    before = len(history_of(session, complaint))
    done = play.do(complaint, row.action, WHO[role])
    entries = history_of(session, complaint)
    assert len(entries) == before + 1
    assert done.entry is entries[-1]
    assert (done.entry.action, done.entry.source) == (row.action, status)
    assert complaint.status == done.entry.target
    assert complaint.status in (*row.to, status)
    assert complaint.seq == before + 1
    for column, value in cached_values(timeline_of(entries, rules), rules).items():
        assert getattr(complaint, column) == value


def written(session: Session) -> tuple[int, ...]:
    """How many rows stand in every table that an action writes to."""
    tables = (Entry, SentForm, Attachment)
    return tuple(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def test_an_action_of_another_desk_is_refused_and_nothing_is_written(
    session: Session, play: SimpleNamespace
) -> None:
    complaint = play.to(Status.WITH_UNIT)
    before = written(session)
    with pytest.raises(NotYours, match="meja Unit Kerja"):
        play.do(complaint, A.FINISH_FOLLOW_UP, "penghubung")
    with pytest.raises(NotAllowedNow):
        play.do(complaint, A.HAND_OVER)
    assert written(session) == before
    assert complaint.status == Status.WITH_UNIT


@pytest.mark.parametrize("who", ["nasional", "penghubung_lain", "unit_lain", "administrator"])
def test_somebody_elses_complaint_does_not_exist(play: SimpleNamespace, who: str) -> None:
    complaint = play.to(Status.WITH_UNIT)
    with pytest.raises(NotFound):
        play.do(complaint, A.RECORD_PROGRESS, who)


def test_the_first_of_two_wins_and_the_second_learns_who_did_what(
    session: Session, play: SimpleNamespace, cast: SimpleNamespace, rules: Rules, folder: Path
) -> None:
    complaint = play.to(Status.VERIFIED)
    stale = complaint.seq
    play.do(complaint, A.DISPOSE)
    before = written(session)
    form = Form(A.SEND_BACK, key="terlambat", seq=stale, answers={"reason": "bukan kami"})
    with pytest.raises(ChangedMeanwhile) as refusal:
        act(
            session,
            cast.actor(cast.instansi),
            complaint.tracking_id,
            form,
            folder=folder,
            now=datetime.fromisoformat("2026-11-23T12:00:00+07:00"),
        )
    assert [entry.action for entry in refusal.value.since] == [A.DISPOSE]
    assert refusal.value.since[0].actor_name == "Wahyu Hidayat, Admin Instansi"
    assert written(session) == before


def test_the_same_form_sent_twice_acts_once(
    session: Session, play: SimpleNamespace, cast: SimpleNamespace, rules: Rules, folder: Path
) -> None:
    complaint = play.to(Status.ARRIVED)
    now = complaint.arrived_at + timedelta(minutes=5)
    form = Form(A.RECEIVE, key="satu", seq=complaint.seq)

    def send(who: str) -> Done:
        actor = cast.actor(cast.accounts[who])
        return act(session, actor, complaint.tracking_id, form, folder=folder, now=now)

    first, second = send("nasional"), send("nasional")
    assert (first.repeated, second.repeated) == (False, True)
    assert first.entry.id == second.entry.id
    assert len(history_of(session, complaint)) == 2
    with pytest.raises(NotFound):
        send("instansi")


def test_the_same_key_with_other_words_is_a_stale_form_and_not_taken_for_the_first(
    session: Session, play: SimpleNamespace, cast: SimpleNamespace, folder: Path
) -> None:
    complaint = play.to(Status.WITH_UNIT)
    now = complaint.changed_at + timedelta(minutes=5)

    def send(words: str, seq: int, **more: Any) -> Done:
        form = Form(A.RECORD_PROGRESS, "dua", seq, {"text": words, "csrf_token": words}, **more)
        actor = cast.actor(cast.unit)
        return act(session, actor, complaint.tracking_id, form, folder=folder, now=now)

    seq = complaint.seq
    first = send("Petugas berangkat.", seq)
    for words, more in (
        ("Petugas berangkat pagi.", {}),
        ("Petugas berangkat.", {"files": [PDF]}),
        ("Petugas berangkat.", {"uploads": ["x"]}),
        ("Petugas berangkat.", {"happened_at": "2026-11-23T08:00"}),
    ):
        for stale in (seq, seq + 1):
            with pytest.raises(ChangedMeanwhile) as refusal:
                send(words, stale, **more)
            assert refusal.value.spent
        assert send("Petugas berangkat.", seq).entry.id == first.entry.id


def test_an_entry_says_who_acted_in_which_assignment(
    session: Session, play: SimpleNamespace, cast: SimpleNamespace
) -> None:
    entry = play.do(play.to(Status.WITH_LIAISON), A.ACKNOWLEDGE).entry
    assert entry.actor_name == "Budi Hartono, Pejabat Penghubung OPD Dinas Perhubungan"
    assert entry.assignment_id == cast.penghubung.assignments[0].id
    assert entry.role == Role.PEJABAT_PENGHUBUNG


def test_what_happened_earlier_counts_from_then_and_is_marked_when_recorded_late(
    play: SimpleNamespace, clock: SimpleNamespace
) -> None:
    complaint = play.to(Status.WITH_UNIT)
    clock.now += timedelta(days=2)
    punctual = send(play, complaint, clock, "2026-11-24T16:00")
    assert punctual.happened_at.isoformat() == "2026-11-24T09:00:00+00:00"
    assert not punctual.recorded_late
    clock.now += timedelta(days=1)
    assert send(play, complaint, clock, "2026-11-24T16:00").recorded_late


def send(
    play: SimpleNamespace, complaint: Complaint, clock: SimpleNamespace, happened_at: str
) -> Entry:
    form = Form(
        A.RECORD_PROGRESS,
        key=f"{clock.now.isoformat()}-{happened_at}",
        seq=complaint.seq,
        answers={"text": "di lokasi"},
        happened_at=happened_at,
    )
    return play.send(complaint, "unit", form).entry  # type: ignore[no-any-return]


@pytest.fixture(autouse=True)
def _send(
    play: SimpleNamespace,
    session: Session,
    cast: SimpleNamespace,
    rules: Rules,
    folder: Path,
    clock: SimpleNamespace,
) -> None:
    def post(complaint: Complaint, who: str, form: Form) -> Done:
        actor = cast.actor(cast.accounts[who])
        return act(
            session,
            actor,
            complaint.tracking_id,
            form,
            folder=folder,
            now=clock.now,
        )

    play.send = post


@pytest.mark.parametrize(
    ("happened_at", "sentence"),
    [
        ("2026-11-23T23:00", "masa depan"),
        ("2026-11-20T08:00", "sebelum catatan terakhir"),
        ("kemarin", "seperti 2026-11-23T14:05"),
    ],
)
def test_an_impossible_time_is_refused_at_its_field(
    session: Session,
    play: SimpleNamespace,
    clock: SimpleNamespace,
    happened_at: str,
    sentence: str,
) -> None:
    complaint = play.to(Status.WITH_UNIT)
    before = written(session)
    with pytest.raises(Invalid) as refusal:
        send(play, complaint, clock, happened_at)
    assert sentence in str(refusal.value.errors["happened_at"])
    assert written(session) == before


def test_files_are_kept_under_their_hash_and_named_in_the_entry(
    session: Session, play: SimpleNamespace, folder: Path
) -> None:
    complaint = play.to(Status.WITH_UNIT)
    form = Form(A.FINISH_FOLLOW_UP, key="berkas", seq=complaint.seq, files=[PDF])
    entry = play.send(complaint, "unit", form).entry
    attachment = session.scalars(select(Attachment)).one()
    assert attachment.entry_seq == entry.seq
    assert attachment.media_type == "application/pdf"
    assert path_of(folder, attachment.sha256).read_bytes() == PDF.content
    assert entry.details["files"] == [
        {
            "name": "Laporan hasil.pdf",
            "sha256": PDF_HASH,
            "size": len(PDF.content),
        }
    ]


def test_a_correction_keeps_the_old_value_in_the_history(
    session: Session, play: SimpleNamespace
) -> None:
    complaint = play.to(Status.CLOSED, kelurahan="Keraton")
    entry = play.do(complaint, A.CORRECT).entry
    assert complaint.kelurahan == "Kraton"
    assert (entry.details["old"], entry.details["value"]) == ("Keraton", "Kraton")
    assert complaint.status == Status.CLOSED


def test_verifying_sets_class_and_category_and_feedback_the_rating(play: SimpleNamespace) -> None:
    complaint = play.to(Status.WITH_INSTANSI)
    play.do(complaint, A.VERIFY, case_class="supervisory", category="Pungutan liar")
    assert (complaint.case_class, complaint.category) == ("supervisory", "Pungutan liar")
    waiting = play.to(Status.AWAITING_FEEDBACK)
    play.do(waiting, A.RECORD_FEEDBACK, rating="4")
    assert waiting.rating == 4


def test_a_limit_that_passed_while_the_worker_was_down_comes_before_the_officer(
    session: Session, play: SimpleNamespace, clock: SimpleNamespace
) -> None:
    complaint = play.to(Status.AWAITING_COMPLETION)
    clock.now += timedelta(days=60)
    with pytest.raises(ChangedMeanwhile) as refusal:
        play.do(complaint, A.RECORD_COMPLETION, "instansi")
    assert [entry.action for entry in refusal.value.since] == ["remind", A.LAPSE]
    assert complaint.status == Status.NOT_FOLLOWED_UP


def test_an_answer_is_registered_with_its_true_date_also_after_a_correction(
    play: SimpleNamespace, clock: SimpleNamespace
) -> None:
    complaint = play.to(Status.ANSWERED)
    clock.now += timedelta(days=2)
    play.do(complaint, A.CORRECT)
    play.do(complaint, A.REGISTER, published_on="2026-11-23")
    assert complaint.status == Status.AWAITING_FEEDBACK


def test_files_on_an_action_that_asks_for_none_are_not_taken(
    session: Session, play: SimpleNamespace
) -> None:
    complaint = play.to(Status.ARRIVED)
    files = [Upload("x.exe", b"MZ"), PDF]
    play.send(complaint, "nasional", Form(A.RECEIVE, "tanpa", complaint.seq, files=files))
    assert session.scalars(select(Attachment)).all() == []


def test_a_day_off_that_was_saved_a_moment_ago_counts_for_the_action(
    session: Session, play: SimpleNamespace
) -> None:
    complaint = play.to(Status.ARRIVED)
    load_rules(session)
    with writing(session):
        session.add(SpecialDay(day=date(2026, 11, 24), name="Cuti bersama", working=False))
        rules_changed(session)
    play.do(complaint, A.RECEIVE)
    assert complaint.due_at == datetime(2026, 11, 25, 16, tzinfo=ZONE)
