from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.cases import import_lapor
from portal.cases.import_lapor import (
    COMMAND_LINE,
    NotInPreview,
    choose_words,
    confirm_batch,
    receive_file,
    run_batch,
    unfinished_batches,
)
from portal.cases.intake_words import WordKind
from portal.cases.rules import load_rules
from portal.lapor.rows import Reading
from portal.lapor.sheet import MAX_BYTES, UnreadableFile
from portal.models import Complaint, Entry, ImportBatch, ImportState, writing
from portal.sop.text import Refusal
from tests.cases.exports import report, take_in, write_export
from tests.conftest import MONDAY

TWO = (report(1), report(2))


@pytest.fixture
def officer(cast: SimpleNamespace) -> Actor:
    actor: Actor = cast.actor(cast.nasional)
    return actor


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return tmp_path / "files"


def upload(session: Session, actor: Actor, files: Path, *reports: dict[str, Any]) -> int:
    content = write_export(files.parent, *reports).read_bytes()
    return receive_file(session, actor, "ekspor.csv", content, files, MONDAY).id


def run(session: Session, batch_id: int, files: Path, now: Any = MONDAY) -> ImportBatch:
    told: list[tuple[int, int]] = []
    rules = load_rules(session)
    run_batch(session, batch_id, COMMAND_LINE, rules, files, now, lambda *rows: told.append(rows))
    return state(session, batch_id)


def state(session: Session, batch_id: int) -> ImportBatch:
    session.rollback()
    return session.get_one(ImportBatch, batch_id)


def complaints(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count(Complaint.id))) or 0


def test_an_upload_is_read_previewed_confirmed_and_written(
    session: Session, officer: Actor, files: Path
) -> None:
    batch_id = upload(session, officer, files, *TWO, report(3, day=""))
    batch = state(session, batch_id)
    assert (batch.state, batch.account_id) == (ImportState.READING, officer.account_id)
    assert [path.name for path in (files / "imports").iterdir()] == [str(batch_id)]

    batch = run(session, batch_id, files)
    assert batch.state == ImportState.PREVIEW
    assert batch.preview["counts"] == {"new": 2, "changed": 0, "unchanged": 0, "rejected": 1}
    (rejected,) = batch.preview["rejected"]
    assert (rejected["row"], rejected["column"]) == (7, "Tanggal Laporan Masuk")
    assert complaints(session) == 0

    confirm_batch(session, batch_id, batch.preview["counts"], MONDAY)
    assert state(session, batch_id).state == ImportState.IMPORTING
    batch = run(session, batch_id, files)
    assert (batch.state, batch.finished_at) == (ImportState.DONE, MONDAY)
    assert complaints(session) == 2
    assert list((files / "imports").iterdir()) == []


def test_equal_rows_are_told_in_the_preview(session: Session, officer: Actor, files: Path) -> None:
    batch_id = upload(session, officer, files, report(1), report(1))
    assert run(session, batch_id, files).preview["repeated"] == 1


@pytest.mark.parametrize("content", [b"%PDF-1.7 nothing to see", b"", b"a;b\n1;2\n"])
def test_a_small_file_that_is_no_export_leaves_nothing(
    session: Session, officer: Actor, files: Path, content: bytes
) -> None:
    with pytest.raises(UnreadableFile):
        receive_file(session, officer, "surat.pdf", content, files, MONDAY)
    assert session.scalars(select(ImportBatch)).all() == []
    assert not files.exists()


def test_a_file_over_the_limit_is_refused_before_it_is_kept(
    session: Session, officer: Actor, files: Path
) -> None:
    with pytest.raises(UnreadableFile, match="10 MB"):
        receive_file(session, officer, "besar.csv", b"x" * (MAX_BYTES + 1), files, MONDAY)
    assert not files.exists()


def test_a_large_file_that_is_no_export_fails_its_batch_with_the_sentence(
    session: Session, officer: Actor, files: Path
) -> None:
    content = b"a;b\n" + b"1;2\n" * 100_000
    batch_id = receive_file(session, officer, "besar.csv", content, files, MONDAY).id
    batch = run(session, batch_id, files)
    assert batch.state == ImportState.FAILED
    assert "Tracking ID" in batch.error["message"] % batch.error["params"]


def test_words_are_chosen_before_the_import_is_confirmed(
    session: Session, officer: Actor, files: Path
) -> None:
    batch_id = upload(session, officer, files, report(1, status="Selesai", opd="PDAM"))
    batch = run(session, batch_id, files)
    assert batch.preview["unknown"] == [
        {"kind": "opd", "text": "PDAM", "rows": 1},
        {"kind": "status", "text": "Selesai", "rows": 1},
    ]
    with pytest.raises(Refusal, match="belum dipilih"):
        confirm_batch(session, batch_id, batch.preview["counts"], MONDAY)

    choose_words(session, batch_id, {(WordKind.OPD, "PDAM"): "bukan"}, MONDAY)
    batch = run(session, batch_id, files)
    assert batch.preview["unknown"] == [{"kind": "status", "text": "Selesai", "rows": 1}]

    choose_words(session, batch_id, {(WordKind.STATUS, "Selesai"): "closed"}, MONDAY)
    batch = run(session, batch_id, files)
    assert (batch.preview["unknown"], batch.preview["counts"]["new"]) == ([], 1)


def test_only_words_of_this_file_can_be_explained(
    session: Session, officer: Actor, files: Path
) -> None:
    batch_id = upload(session, officer, files, *TWO)
    run(session, batch_id, files)
    choose_words(session, batch_id, {(WordKind.STATUS, "Lain"): "closed"}, MONDAY)
    run(session, batch_id, files)
    assert take_in(session, files.parent, report(9, status="Lain")).counts["rejected"] == 1


def test_a_choice_that_is_not_on_the_list_is_refused_and_nothing_is_kept(
    session: Session, officer: Actor, files: Path
) -> None:
    batch_id = upload(session, officer, files, report(1, status="Selesai", opd="PDAM"))
    run(session, batch_id, files)
    choices = {(WordKind.OPD, "PDAM"): "bukan", (WordKind.STATUS, "Selesai"): "apa saja"}
    with pytest.raises(Refusal):
        choose_words(session, batch_id, choices, MONDAY)
    assert state(session, batch_id).state == ImportState.PREVIEW
    assert len(run(session, batch_id, files).preview["unknown"]) == 2


def test_counts_that_the_officer_did_not_see_are_not_confirmed(
    session: Session, officer: Actor, files: Path
) -> None:
    batch_id = upload(session, officer, files, *TWO)
    run(session, batch_id, files)
    with pytest.raises(Refusal, match="berubah"):
        confirm_batch(session, batch_id, {"new": 1}, MONDAY)
    assert state(session, batch_id).state == ImportState.PREVIEW


def test_who_imports_the_same_meanwhile_makes_a_fresh_preview_with_a_sentence(
    session: Session, officer: Actor, files: Path
) -> None:
    batch_id = upload(session, officer, files, *TWO)
    batch = run(session, batch_id, files)
    confirm_batch(session, batch_id, batch.preview["counts"], MONDAY)
    take_in(session, files.parent, report(1))

    batch = run(session, batch_id, files)
    assert batch.state == ImportState.PREVIEW
    assert batch.preview["counts"] == {"new": 1, "changed": 0, "unchanged": 1, "rejected": 0}
    assert "berubah" in batch.error["message"]
    assert complaints(session) == 1

    confirm_batch(session, batch_id, batch.preview["counts"], MONDAY)
    batch = run(session, batch_id, files)
    assert (batch.state, batch.error) == (ImportState.DONE, {})
    assert complaints(session) == 2


def test_a_batch_that_went_on_is_neither_confirmed_nor_explained_again(
    session: Session, officer: Actor, files: Path
) -> None:
    batch_id = upload(session, officer, files, *TWO)
    counts = run(session, batch_id, files).preview["counts"]
    confirm_batch(session, batch_id, counts, MONDAY)
    with pytest.raises(NotInPreview):
        confirm_batch(session, batch_id, counts, MONDAY)
    with pytest.raises(NotInPreview):
        choose_words(session, batch_id, {}, MONDAY)


def test_a_batch_that_waits_for_nobody_is_left_alone(
    session: Session, officer: Actor, files: Path
) -> None:
    batch_id = upload(session, officer, files, *TWO)
    counts = run(session, batch_id, files).preview["counts"]
    assert run(session, batch_id, files).state == ImportState.PREVIEW
    confirm_batch(session, batch_id, counts, MONDAY)
    run(session, batch_id, files)
    assert run(session, batch_id, files).state == ImportState.DONE
    assert complaints(session) == 2


@pytest.mark.parametrize("fault", [None, UnreadableFile("rusak")])
def test_of_two_workers_at_the_same_batch_one_writes_it_and_the_other_does_no_harm(
    session: Session,
    officer: Actor,
    files: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: UnreadableFile | None,
) -> None:
    batch_id = upload(session, officer, files, *TWO)
    counts = run(session, batch_id, files).preview["counts"]
    confirm_batch(session, batch_id, counts, MONDAY)

    def overtaken(path: Path, now: datetime) -> Reading:
        monkeypatch.undo()
        run(session, batch_id, files)
        if fault:
            raise fault
        return import_lapor.read_export(path, now)

    monkeypatch.setattr(import_lapor, "read_export", overtaken)
    assert run(session, batch_id, files).state == ImportState.DONE
    assert complaints(session) == 2


class Killed(BaseException):
    """What a worker that is killed feels: nothing after it is done."""


@pytest.mark.parametrize("after", [1, 3])
def test_a_worker_that_is_killed_leaves_no_half_import_and_another_finishes_it(
    session: Session, officer: Actor, files: Path, after: int
) -> None:
    batch_id = upload(session, officer, files, *(report(number) for number in range(1600)))
    counts = run(session, batch_id, files).preview["counts"]
    confirm_batch(session, batch_id, counts, MONDAY)

    def die(done: int, total: int) -> None:
        if done >= after * 500:
            raise Killed

    rules = load_rules(session)
    with pytest.raises(Killed):
        run_batch(session, batch_id, COMMAND_LINE, rules, files, MONDAY, die)
    assert complaints(session) == 0
    assert state(session, batch_id).state == ImportState.IMPORTING

    assert unfinished_batches(session, MONDAY + timedelta(minutes=2)) == [batch_id]
    assert run(session, batch_id, files).state == ImportState.DONE
    assert complaints(session) == 1600
    assert session.scalar(select(func.count(Entry.id))) == 1600


def test_a_fault_fails_the_batch_so_that_it_is_not_tried_for_ever(
    session: Session, officer: Actor, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id = upload(session, officer, files, *TWO)
    counts = run(session, batch_id, files).preview["counts"]
    confirm_batch(session, batch_id, counts, MONDAY)

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_batch(session, batch_id, COMMAND_LINE, load_rules(session), files, MONDAY, broken)
    batch = state(session, batch_id)
    assert (batch.state, batch.finished_at) == (ImportState.FAILED, MONDAY)
    assert "tidak ada yang disimpan" in batch.error["message"]
    assert complaints(session) == 0
    assert unfinished_batches(session, MONDAY + timedelta(days=1)) == []


def test_a_busy_database_is_waited_for_another_time(
    session: Session, officer: Actor, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id = upload(session, officer, files, *TWO)

    def busy(*_: object) -> None:
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))

    monkeypatch.setattr(import_lapor, "make_plan", busy)
    with pytest.raises(OperationalError):
        run(session, batch_id, files)
    monkeypatch.undo()
    assert state(session, batch_id).state == ImportState.READING
    assert run(session, batch_id, files).state == ImportState.PREVIEW


def test_only_batches_of_which_nothing_was_heard_are_unfinished(
    session: Session, officer: Actor, files: Path
) -> None:
    batch_id = upload(session, officer, files, *TWO)
    assert unfinished_batches(session, MONDAY - timedelta(seconds=1)) == []
    assert unfinished_batches(session, MONDAY) == [batch_id]
    run(session, batch_id, files)
    assert unfinished_batches(session, MONDAY + timedelta(days=1)) == []


def test_the_worker_says_that_it_is_at_work(session: Session, officer: Actor, files: Path) -> None:
    batch_id = upload(session, officer, files, *TWO)
    counts = run(session, batch_id, files).preview["counts"]
    confirm_batch(session, batch_id, counts, MONDAY)
    told = []
    later = MONDAY + timedelta(minutes=1)

    def watch(done: int, total: int) -> None:
        told.append((done, total))

    run_batch(session, batch_id, COMMAND_LINE, load_rules(session), files, later, watch)
    assert told == [(2, 2)]
    assert state(session, batch_id).beat_at == later


def test_a_file_that_brings_nothing_leaves_no_batch(session: Session, tmp_path: Path) -> None:
    take_in(session, tmp_path, *TWO)
    take_in(session, tmp_path, *TWO)
    with writing(session):
        batches = session.scalars(select(ImportBatch)).all()
    assert [(batch.filename, batch.state) for batch in batches] == [("ekspor.csv", "done")]
