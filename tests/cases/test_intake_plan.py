from pathlib import Path
from types import SimpleNamespace

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.intake_plan import TITLE_LIMIT, Unknown
from portal.cases.intake_words import WordKind, remember_word
from portal.models import Complaint, Entry, Opd, writing
from portal.sop.procedure import CaseClass
from portal.sop.vocabulary import Status
from tests.cases.exports import report, take_in


def test_a_report_that_is_not_here_is_new(session: Session, tmp_path: Path) -> None:
    plan = take_in(session, tmp_path, report(1), report(2), dry_run=True)
    assert plan.counts == {"new": 2, "changed": 0, "unchanged": 0, "rejected": 0}
    assert [arrival.row.tracking_id for arrival in plan.new] == ["9100001", "9100002"]


def test_a_dry_run_writes_nothing(session: Session, tmp_path: Path) -> None:
    take_in(session, tmp_path, report(1), dry_run=True)
    assert session.scalars(select(Complaint)).all() == []
    assert not (tmp_path / "files").exists()


def test_a_disposed_report_enters_at_its_opd_when_that_is_known(
    session: Session, tmp_path: Path
) -> None:
    status = "Terdisposisi Sedang Diproses"
    plan = take_in(
        session,
        tmp_path,
        report(1, status=status, opd="DISHUB"),
        report(2, status=status, opd="Kementerian Pekerjaan Umum"),
        report(3, status=status, opd=""),
        report(4, status=status, opd="-"),
        dry_run=True,
    )
    dishub = session.scalars(select(Opd.id).where(Opd.name == "Dinas Perhubungan")).one()
    assert [(one.status, one.opd_id) for one in plan.new] == [
        (Status.WITH_LIAISON, dishub),
        (Status.WITH_INSTANSI, None),
        (Status.WITH_INSTANSI, None),
        (Status.WITH_INSTANSI, None),
    ]
    assert plan.unknown == [Unknown(WordKind.OPD, "Kementerian Pekerjaan Umum", 1)]


def test_unknown_words_are_listed_once_with_how_many_rows_have_them(
    session: Session, tmp_path: Path
) -> None:
    plan = take_in(
        session,
        tmp_path,
        report(1, status="Menunggu Konfirmasi Lain"),
        report(2, status="MENUNGGU  konfirmasi lain", kind="Whistleblowing"),
        report(3, opd="PDAM Lawu Tirta"),
        dry_run=True,
    )
    assert plan.unknown == [
        Unknown(WordKind.STATUS, "Menunggu Konfirmasi Lain", 2),
        Unknown(WordKind.CLASS, "Whistleblowing", 1),
        Unknown(WordKind.OPD, "PDAM Lawu Tirta", 1),
    ]


def test_a_row_of_unknown_class_or_status_is_rejected_until_it_is_explained(
    session: Session, tmp_path: Path
) -> None:
    reports = (report(1, status="Selesai"), report(2, kind=""), report(3, day=""))
    plan = take_in(session, tmp_path, *reports, dry_run=True)
    assert [(row.row, row.column) for row in plan.rejected] == [
        (5, "Status Laporan"),
        (6, "Klasifikasi Laporan"),
        (7, "Tanggal Laporan Masuk"),
    ]
    assert "Selesai" in plan.rejected[0].reason
    with writing(session):
        remember_word(session, WordKind.STATUS, "Selesai", "closed")
        remember_word(session, WordKind.CLASS, "", "complaint")
    plan = take_in(session, tmp_path, *reports, dry_run=True)
    assert [(one.status, one.case_class) for one in plan.new] == [
        (Status.CLOSED, CaseClass.COMPLAINT),
        (Status.ARRIVED, CaseClass.COMPLAINT),
    ]
    assert [row.row for row in plan.rejected] == [7]


def test_words_of_rows_that_are_here_already_need_no_explanation(
    session: Session, tmp_path: Path
) -> None:
    take_in(session, tmp_path, report(1))
    plan = take_in(
        session, tmp_path, report(1, status="Selesai", opd="Entah", kind="Lain"), dry_run=True
    )
    assert (plan.unknown, plan.rejected) == ([], [])
    assert plan.counts["changed"] == 1


def test_only_what_lapor_owns_makes_a_row_changed(session: Session, tmp_path: Path) -> None:
    take_in(session, tmp_path, report(1))
    others = report(1, opd="Dinas Kesehatan", name="Orang Lain", kind="Aspirasi", clock="09:00")
    plan = take_in(session, tmp_path, others, dry_run=True)
    assert plan.counts == {"new": 0, "changed": 0, "unchanged": 1, "rejected": 0}
    owned = report(
        1,
        title="PJU mati total",
        body="Lampu mati.",
        status="Ditutup oleh Pelapor",
        reason="Selesai",
        rating="5",
        privacy="Anonim, Rahasia",
    )
    (change,) = take_in(session, tmp_path, owned, dry_run=True).changed
    assert change.changes == {
        "title": ("PJU mati", "PJU mati total"),
        "body": ("Lampu di depan balai desa mati.", "Lampu mati."),
        "lapor_status": ("Belum Terverifikasi", "Ditutup oleh Pelapor"),
        "lapor_reason": ("", "Selesai"),
        "rating": (None, 5),
        "anonymous": (False, True),
        "confidential": (False, True),
    }


def test_the_final_text_is_the_one_that_is_kept(session: Session, tmp_path: Path) -> None:
    take_in(session, tmp_path, report(1, final="Lampu mati sejak Senin."))
    assert session.scalars(select(Complaint.body)).one() == "Lampu mati sejak Senin."


def test_a_report_without_a_title_is_called_by_its_beginning(
    session: Session, tmp_path: Path
) -> None:
    long = "Lampu\ndi depan balai desa mati " * 20
    take_in(
        session, tmp_path, report(1, title="", body="Lampu mati."), report(2, title="", body=long)
    )
    short, cut = session.scalars(select(Complaint.title).order_by(Complaint.id))
    assert short == "Lampu mati."
    assert cut.startswith("Lampu di depan")
    assert cut.endswith("…")
    assert len(cut) <= TITLE_LIMIT


def test_a_report_without_a_text_says_its_title(session: Session, tmp_path: Path) -> None:
    take_in(session, tmp_path, report(1, title="PJU mati", body=""))
    assert session.scalars(select(Complaint.body)).one() == "PJU mati"


def test_a_complaint_that_was_typed_in_learns_from_lapor_what_is_different(
    session: Session, tmp_path: Path, cast: SimpleNamespace, make_complaint: object
) -> None:
    complaint = make_complaint(tracking_id="9100001")  # type: ignore[operator]
    typed = complaint.title
    take_in(session, tmp_path, report(1))
    session.refresh(complaint)
    assert (complaint.title, complaint.lapor_status) == ("PJU mati", "Belum Terverifikasi")
    entry = session.scalars(select(Entry).order_by(Entry.id.desc())).first()
    assert entry is not None
    assert entry.details["changes"]["title"] == {"old": typed, "new": "PJU mati"}
    assert take_in(session, tmp_path, report(1), dry_run=True).counts["unchanged"] == 1
