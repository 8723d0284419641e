"""Taking in a LAPOR! export: upload, read, preview, choose, confirm, write; all or nothing.

The state of a batch is the truth about how far it is. A step that was cut short is done again from
the stored file: reading writes nothing but the preview, and the import writes everything and the
state DONE in one transaction. Two workers at the same batch therefore do no harm.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.cases.files import safe_name
from portal.cases.identity import vault_of
from portal.cases.intake_apply import Intake, Progress
from portal.cases.intake_plan import Plan, make_plan
from portal.cases.intake_words import WordKind, remember_word
from portal.cases.kept_exports import drop_export, in_memory, keep_export, open_export
from portal.cases.rendering import discard_papers
from portal.cases.rules import Rules
from portal.lapor.rows import Reading, read_export
from portal.lapor.sheet import MAX_BYTES, UnreadableFile
from portal.models import ImportBatch, ImportState, writing
from portal.models.faults import passes
from portal.sop.procedure import Role
from portal.sop.text import N_, Refusal

# What a request reads and writes itself: about 500 rows. Anything larger is the worker's.
SMALL_BYTES = 256 * 1024
SMALL_ROWS = 500
STALE = timedelta(minutes=2)
COMMAND_LINE = Actor(Role.SYSTEM, "Sistem (impor)")

_RUNNING = (ImportState.READING, ImportState.IMPORTING)
_CHANGED_MEANWHILE = N_(
    "Isi portal berubah sejak pratinjau dibuat, jadi belum ada yang diimpor. Periksa lagi angkanya,"
    " lalu konfirmasi."
)
_UNDECIDED = N_("Masih ada kata yang belum dipilih artinya; pilih dahulu, lalu simpan.")
_FAILED = N_("Impor gagal dan tidak ada yang disimpan. Unggah lagi berkasnya.")


class NotInPreview(Refusal):
    """The batch is not waiting for an officer: somebody else went on with it."""

    def __init__(self) -> None:
        super().__init__(N_("Impor ini sudah dilanjutkan orang lain; lihat keadaannya sekarang."))


def receive_file(
    session: Session, actor: Actor, filename: str, content: bytes, folder: Path, now: datetime
) -> ImportBatch:
    """Keep an uploaded export, sealed, and open a batch for it, still to be read.

    Raises UnreadableFile, with nothing kept, when a file is too large or, being small enough to
    be read at once, is no export.
    """
    if not SMALL_BYTES < len(content) <= MAX_BYTES:
        with in_memory(content) as path:
            read_export(path, now)
    with writing(session):
        batch = _open_batch(session, actor, filename, content, now)
        keep_export(vault_of(session), folder, batch.id, content)
    return batch


def _open_batch(
    session: Session, actor: Actor, filename: str, content: bytes, now: datetime
) -> ImportBatch:
    batch = ImportBatch(
        filename=safe_name(filename),
        sha256=hashlib.sha256(content).hexdigest(),
        state=ImportState.READING,
        account_id=actor.account_id,
        assignment_id=actor.assignment_id,
        created_at=now,
        beat_at=now,
    )
    session.add(batch)
    session.flush()
    return batch


def choose_words(
    session: Session, batch_id: int, choices: Mapping[tuple[WordKind, str], str], now: datetime
) -> None:
    """Remember what words of the batch mean and have it read anew; "" leaves a word open.

    Raises NotInPreview, or Refusal for a choice that is not on the list.
    """
    with writing(session):
        batch = _in_preview(session, batch_id)
        for word in batch.preview["unknown"]:
            kind = WordKind(word["kind"])
            choice = choices.get((kind, word["text"]), "")
            if choice:
                remember_word(session, kind, word["text"], choice)
        _move(batch, ImportState.READING, now)


def confirm_batch(
    session: Session, batch_id: int, counts: Mapping[str, int], now: datetime
) -> None:
    """Let the batch be written, by an officer who saw `counts`.

    Raises NotInPreview, or Refusal while a word is undecided or `counts` are out of date.
    """
    with writing(session):
        batch = _in_preview(session, batch_id)
        if batch.preview["unknown"]:
            raise Refusal(_UNDECIDED)
        if batch.preview["counts"] != counts:
            raise Refusal(_CHANGED_MEANWHILE)
        _move(batch, ImportState.IMPORTING, now)


def _in_preview(session: Session, batch_id: int) -> ImportBatch:
    batch = session.get_one(ImportBatch, batch_id, with_for_update=True)
    if batch.state != ImportState.PREVIEW:
        raise NotInPreview()
    return batch


def _move(batch: ImportBatch, state: ImportState, now: datetime) -> None:
    batch.state = state
    batch.beat_at = now
    batch.error = {}
    if state in (ImportState.DONE, ImportState.FAILED):
        batch.finished_at = now


def unfinished_batches(session: Session, before: datetime) -> list[int]:
    """The batches that should be under way, but of which nothing was heard since `before`."""
    query = select(ImportBatch.id).where(
        ImportBatch.state.in_(_RUNNING), ImportBatch.beat_at <= before
    )
    return list(session.scalars(query.order_by(ImportBatch.id)))


def run_batch(
    session: Session,
    batch_id: int,
    actor: Actor,
    rules: Rules,
    folder: Path,
    now: datetime,
    progress: Progress,
) -> None:
    """Do the step that the batch waits for, whole; nothing when it waits for none.

    Whatever goes wrong fails the batch before it is raised, for it would go wrong again at every
    restart; but not what passes, as a full disk does: then it is done later.
    """
    with writing(session):
        batch = session.get_one(ImportBatch, batch_id, with_for_update=True)
        state = batch.state
        batch.beat_at = now
    if state not in _RUNNING:
        return
    hides = False
    try:
        with open_export(vault_of(session), folder, batch_id) as path:
            reading = read_export(path, now)
        with writing(session):
            batch = session.get_one(ImportBatch, batch_id, with_for_update=True)
            if batch.state == ImportState.READING:
                _preview(batch, make_plan(session, reading), reading, now)
            elif batch.state == ImportState.IMPORTING:
                intake = Intake(session, actor, rules, now, batch_id)
                hides = _import(batch, reading, intake, progress)
        if hides:
            discard_papers(session, folder)
    except UnreadableFile as error:
        _fail(session, batch_id, error, now)
    except OperationalError:
        raise
    except Exception as error:
        if not passes(error):
            _fail(session, batch_id, Refusal(_FAILED), now)
        raise
    finally:
        _drop_if_finished(session, batch_id, folder)


def _preview(batch: ImportBatch, plan: Plan, reading: Reading, now: datetime) -> None:
    _move(batch, ImportState.PREVIEW, now)
    batch.preview = {
        "counts": plan.counts,
        "repeated": reading.repeated,
        "rejected": [
            {"row": row.row, "column": row.column, "message": row.message, "params": row.params}
            for row in plan.rejected
        ],
        "unknown": [asdict(word) for word in plan.unknown],
    }


def _import(batch: ImportBatch, reading: Reading, intake: Intake, progress: Progress) -> bool:
    """Write the batch if it is still what the officer confirmed; else show it to him again.

    Whether it hides somebody whom papers name that were printed before.
    """
    plan = make_plan(intake.session, reading)
    if plan.unknown or plan.counts != batch.preview["counts"]:
        _preview(batch, plan, reading, intake.now)
        batch.error = {"message": _CHANGED_MEANWHILE, "params": {}}
        return False
    intake.write(plan, progress)
    _move(batch, ImportState.DONE, intake.now)
    return plan.hides_somebody


def _fail(session: Session, batch_id: int, error: Refusal, now: datetime) -> None:
    with writing(session):
        batch = session.get_one(ImportBatch, batch_id, with_for_update=True)
        if batch.state in _RUNNING:
            _move(batch, ImportState.FAILED, now)
            batch.error = {"message": error.message, "params": error.params}


def _drop_if_finished(session: Session, batch_id: int, folder: Path) -> None:
    session.rollback()
    state = session.scalar(select(ImportBatch.state).where(ImportBatch.id == batch_id))
    if state not in (*_RUNNING, ImportState.PREVIEW):
        drop_export(folder, batch_id)


def import_file(
    session: Session, path: Path, rules: Rules, folder: Path, now: datetime, *, dry_run: bool
) -> Plan:
    """Import the export at `path` at once, without a preview; the plan that was carried out.

    Rows with a class or status that nobody has explained are rejected. A file that brings
    nothing leaves no trace. Raises UnreadableFile.
    """
    reading = read_export(path, now)
    if dry_run:
        return make_plan(session, reading)
    content = path.read_bytes()
    with writing(session):
        plan = make_plan(session, reading)
        if plan.new or plan.changed:
            batch = _open_batch(session, COMMAND_LINE, path.name, content, now)
            _preview(batch, plan, reading, now)
            intake = Intake(session, COMMAND_LINE, rules, now, batch.id)
            intake.write(plan, lambda done, total: None)
            _move(batch, ImportState.DONE, now)
    if plan.hides_somebody:
        discard_papers(session, folder)
    return plan
