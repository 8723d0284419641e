from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access import SYSTEM
from portal.cases.identity import identity_of
from portal.cases.ledger import verify_ledger
from portal.cases.record import Note, append, cached_values, history_of, timeline_of
from portal.cases.rules import Rules
from portal.identity.person import Identity
from portal.models import Complaint, Entry, ImportBatch, Instansi, LedgerDay, Opd, writing
from portal.sop.office_time import ZONE
from portal.sop.vocabulary import Action, Record, Status
from tests.cases.exports import report, take_in
from tests.conftest import MONDAY
from tests.stories import do

ALL_STATUSES = [
    report(1),
    report(2, status="Terdisposisi Belum Ditindaklanjuti", opd="DISHUB"),
    report(3, status="Terdisposisi Sedang Diproses", opd="Kementerian Pekerjaan Umum"),
    report(4, status="Tertunda", reason="Mohon foto"),
    report(5, status="Diarsipkan", reason="Terlalu umum"),
    report(6, status="Ditutup oleh Sistem", opd="DISHUB", rating="4"),
    report(7, kind="Aspirasi", clock="23:59"),
]


def complaint_of(session: Session, number: int) -> Complaint:
    tracking_id = str(9_100_000 + number)
    return session.scalars(select(Complaint).where(Complaint.tracking_id == tracking_id)).one()


def first_entry(session: Session, number: int) -> Entry:
    return history_of(session, complaint_of(session, number))[0]


@pytest.mark.parametrize(
    ("number", "status", "skipped"),
    [
        (1, Status.ARRIVED, []),
        (2, Status.WITH_LIAISON, [1, 2, 3, 4]),
        (3, Status.WITH_INSTANSI, [1, 2]),
        (4, Status.AWAITING_COMPLETION, [1]),
        (5, Status.NOT_FOLLOWED_UP, [1, 2]),
        (6, Status.CLOSED, [1, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_the_status_at_lapor_decides_where_it_enters_and_what_is_not_measured(
    session: Session, tmp_path: Path, number: int, status: Status, skipped: list[int]
) -> None:
    take_in(session, tmp_path, *ALL_STATUSES)
    entry = first_entry(session, number)
    assert complaint_of(session, number).status == status
    assert (entry.source, entry.target, entry.action) == (None, status, "arrive")
    assert entry.details["skipped"] == skipped
    assert (entry.measured, entry.completes) == ([], None)


def test_the_waiting_of_an_unverified_report_began_when_it_arrived_at_lapor(
    session: Session, tmp_path: Path
) -> None:
    take_in(session, tmp_path, *ALL_STATUSES)
    arrived = datetime(2026, 11, 3, 8, 15, tzinfo=ZONE)
    assert first_entry(session, 1).happened_at == arrived
    assert not first_entry(session, 1).recorded_late
    assert complaint_of(session, 1).due_at == arrived + timedelta(minutes=15)


def test_at_any_other_desk_the_clock_starts_at_the_import(session: Session, tmp_path: Path) -> None:
    take_in(session, tmp_path, *ALL_STATUSES)
    for number in (2, 3, 4, 5, 6):
        assert first_entry(session, number).happened_at == MONDAY
        assert not first_entry(session, number).recorded_late
        assert complaint_of(session, number).arrived_at == datetime(2026, 11, 3, 8, 15, tzinfo=ZONE)


def test_a_report_that_waits_for_the_citizen_goes_on_at_step_2(
    session: Session, tmp_path: Path
) -> None:
    take_in(session, tmp_path, *ALL_STATUSES)
    complaint = complaint_of(session, 4)
    assert complaint.resume_to == Status.RECEIVED
    assert first_entry(session, 4).details["lapor_reason"] == "Mohon foto"


def test_the_arrival_says_what_the_rules_and_the_reader_need(
    session: Session, tmp_path: Path
) -> None:
    take_in(session, tmp_path, *ALL_STATUSES)
    dishub = session.scalars(select(Opd.id).where(Opd.name == "Dinas Perhubungan")).one()
    batch = session.scalars(select(ImportBatch)).one()
    own = session.scalars(select(Instansi.id)).one()
    details = dict(first_entry(session, 2).details)
    assert len(details.pop("reporter")) == 64  # vouches for the reporter without naming him
    assert details == {
        "instansi": own,
        "opd": dishub,
        "skipped": [1, 2, 3, 4],
        "case_class": "complaint",
        "lapor_status": "Terdisposisi Belum Ditindaklanjuti",
        "import": batch.id,
    }
    assert "opd" not in first_entry(session, 1).details
    assert first_entry(session, 2).actor_name == "Sistem (impor)"


def test_the_columns_of_the_export_are_kept(session: Session, tmp_path: Path) -> None:
    take_in(session, tmp_path, report(1, privacy="Rahasia", rating="3", name="Sri Wahyuni"))
    complaint = complaint_of(session, 1)
    assert (complaint.kind, complaint.title, complaint.body) == (
        "Pengaduan",
        "PJU mati",
        "Lampu di depan balai desa mati.",
    )
    assert (complaint.confidential, complaint.anonymous) == (True, False)
    assert (complaint.rating, identity_of(session, complaint)) == (3, Identity("Sri Wahyuni"))
    assert (complaint.lapor_status, complaint.lapor_opd) == (
        "Belum Terverifikasi",
        "Dinas Perhubungan",
    )


def test_the_import_writes_the_same_as_one_entry_after_another(
    session: Session, tmp_path: Path, rules: Rules
) -> None:
    """`append` and the bulk write are two ways to the same rows and the same hashes' content."""
    take_in(session, tmp_path, *ALL_STATUSES)
    for complaint in session.scalars(select(Complaint)).all():
        (entry,) = history_of(session, complaint)
        note = Note(Record.ARRIVE, entry.target, entry.happened_at, entry.details)
        twin = Complaint(
            **{
                column.name: getattr(complaint, column.name)
                for column in Complaint.__table__.columns
                if column.name not in ("id", "tracking_id")
            },
            tracking_id=f"1{complaint.tracking_id}",
        )
        with writing(session):
            session.add(twin)
            session.flush()
            again = append(session, twin, None, note, SYSTEM, rules, MONDAY).entries[-1]
        for name in ("seq", "source", "target", "completes", "measured"):
            assert getattr(again, name) == getattr(entry, name), name
        for name in cached_values(timeline_of([entry], rules), rules):
            assert getattr(twin, name) == getattr(complaint, name), name


def test_the_cached_columns_are_what_the_history_says(
    session: Session, tmp_path: Path, rules: Rules
) -> None:
    take_in(session, tmp_path, *ALL_STATUSES)
    for complaint in session.scalars(select(Complaint)):
        entries = history_of(session, complaint)
        for name, value in cached_values(timeline_of(entries, rules), rules).items():
            assert getattr(complaint, name) == value, (complaint.tracking_id, name)
        assert complaint.seq == len(entries)


def test_the_chain_holds_through_imports_and_changes(session: Session, tmp_path: Path) -> None:
    take_in(session, tmp_path, *ALL_STATUSES)
    changed = [one | {"Judul Laporan": "Judul baru"} for one in ALL_STATUSES]
    take_in(session, tmp_path, *changed, report(9), now=MONDAY + timedelta(days=1))
    verdict = verify_ledger(session)
    assert (verdict.entries, verdict.broken) == (15, None)
    days = session.execute(select(LedgerDay.day, LedgerDay.entries).order_by(LedgerDay.day))
    assert [entries for _, entries in days] == [7, 8]


def test_more_rows_than_one_statement_takes_are_written(session: Session, tmp_path: Path) -> None:
    plan = take_in(session, tmp_path, *(report(number) for number in range(1201)))
    assert plan.counts["new"] == 1201
    assert session.scalar(select(func.count(Complaint.id))) == 1201
    assert verify_ledger(session).broken is None


def test_a_change_is_told_in_the_history_and_moves_nothing(
    session: Session, tmp_path: Path, rules: Rules
) -> None:
    take_in(session, tmp_path, *ALL_STATUSES)
    before = complaint_of(session, 2)
    old = {
        name: getattr(before, name) for name in cached_values(_timeline(session, 2, rules), rules)
    }
    later = MONDAY + timedelta(days=1)
    new = ALL_STATUSES[1] | {"Status Laporan": "Ditutup oleh Pelapor", "Rating": "5"}
    take_in(session, tmp_path, new, now=later)
    complaint = complaint_of(session, 2)
    arrival, change = history_of(session, complaint)
    assert change.action == Record.LAPOR_CHANGE
    assert (change.source, change.target) == (Status.WITH_LIAISON, Status.WITH_LIAISON)
    assert change.details["changes"] == {
        "lapor_status": {
            "old": "Terdisposisi Belum Ditindaklanjuti",
            "new": "Ditutup oleh Pelapor",
        },
        "rating": {"old": None, "new": 5},
    }
    assert (change.happened_at, change.measured, change.recorded_late) == (later, [], False)
    assert change.previous_hash == arrival.hash
    assert (complaint.seq, complaint.changed_at) == (2, later)
    assert (complaint.lapor_status, complaint.rating) == ("Ditutup oleh Pelapor", 5)
    assert {name: getattr(complaint, name) for name in old} == old
    assert cached_values(_timeline(session, 2, rules), rules) == old


def _timeline(session: Session, number: int, rules: Rules) -> Any:
    return timeline_of(history_of(session, complaint_of(session, number)), rules)


def test_the_history_never_names_the_reporter(session: Session, tmp_path: Path) -> None:
    take_in(session, tmp_path, report(1, name="Sri Wahyuni"))
    take_in(session, tmp_path, report(1, name="Sri Wahyuni", privacy="Rahasia"))
    told = [str(entry.details) for entry in session.scalars(select(Entry))]
    assert len(told) == 2
    assert not [details for details in told if "Wahyuni" in details]


def test_a_correction_outlives_the_import_of_the_same_file(
    session: Session, tmp_path: Path, cast: SimpleNamespace, rules: Rules
) -> None:
    take_in(session, tmp_path, report(1))
    complaint = complaint_of(session, 1)
    correction = {"field": "title", "value": "Lampu jalan mati", "reason": "Jelas"}
    do(session, cast, tmp_path, complaint, "instansi", Action.CORRECT, MONDAY, **correction)
    assert take_in(session, tmp_path, report(1)).counts["unchanged"] == 1
    assert complaint_of(session, 1).title == "Lampu jalan mati"

    plan = take_in(session, tmp_path, report(1, status="Ditutup oleh Admin"))
    assert plan.counts["changed"] == 1
    assert complaint_of(session, 1).title == "Lampu jalan mati"

    take_in(session, tmp_path, report(1, status="Ditutup oleh Admin", title="PJU padam"))
    assert complaint_of(session, 1).title == "PJU padam"


def test_the_same_file_again_changes_nothing_at_all(
    session: Session, tmp_path: Path, dump: Callable[[], list[Any]]
) -> None:
    take_in(session, tmp_path, *ALL_STATUSES)
    before = dump()
    plan = take_in(session, tmp_path, *ALL_STATUSES, now=MONDAY + timedelta(days=2))
    assert plan.counts == {"new": 0, "changed": 0, "unchanged": 7, "rejected": 0}
    assert dump() == before


@pytest.fixture
def dump(session: Session) -> Callable[[], list[Any]]:
    """Every row of the tables that an import writes."""

    def read() -> list[Any]:
        session.rollback()
        tables = [model.__table__ for model in (Complaint, Entry, LedgerDay, ImportBatch)]
        return [tuple(row) for table in tables for row in session.execute(select(table))]

    return read


def test_a_change_is_never_dated_before_the_entry_that_it_follows(
    session: Session, tmp_path: Path
) -> None:
    take_in(session, tmp_path, report(1, status="Diarsipkan"), now=MONDAY)
    earlier = MONDAY - timedelta(minutes=5)
    take_in(session, tmp_path, report(1, status="Diarsipkan", title="Lain"), now=earlier)
    arrival, change = history_of(session, complaint_of(session, 1))
    assert change.happened_at == arrival.happened_at
