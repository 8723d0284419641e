"""Entering a complaint by hand."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.answers import Invalid
from portal.cases.enter import EnteredBefore, EntryForm, enter
from portal.cases.files import Upload, path_of
from portal.cases.record import history_of
from portal.cases.rules import Rules
from portal.models import Attachment, Complaint
from portal.sop.vocabulary import Status
from tests.conftest import MONDAY

GOOD = {
    "title": "  Jalan  berlubang ",
    "body": "Di depan pasar.\r\nDalam sekali.",
    "case_class": "complaint",
    "category": "Pekerjaan Umum",
    "source": "Surat",
    "kecamatan": "Bendo",
    "reporter_name": "Siti",
    "confidential": "1",
}
Enter = Callable[..., Complaint]


@pytest.fixture
def entered(session: Session, cast: SimpleNamespace, rules: Rules, tmp_path: Path) -> Enter:
    """Enter `GOOD` with changes, as an officer, with a key of its own unless given."""
    keys = iter(range(100))

    def run(
        who: str = "instansi", key: str = "", files: tuple[Upload, ...] = (), **changes: str
    ) -> Complaint:
        form = EntryForm(key or f"isian-{next(keys)}", {**GOOD, **changes}, files)
        actor = cast.actor(cast.accounts[who])
        return enter(session, actor, form, rules=rules, folder=tmp_path, now=MONDAY)

    return run


def refused(entered: Enter, **changes: str) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        entered(**changes)
    return {name: str(error) for name, error in caught.value.errors.items()}


def test_what_was_typed_is_kept_tidied(entered: Enter) -> None:
    complaint = entered()
    assert complaint.title == "Jalan berlubang"
    assert complaint.body == "Di depan pasar.\nDalam sekali."
    assert (complaint.confidential, complaint.anonymous) == (True, False)
    assert (complaint.kind, complaint.source) == ("Pengaduan", "Surat")


def test_at_the_admin_instansi_it_enters_at_step_3_and_skips_what_lapor_would_have_done(
    entered: Enter, session: Session
) -> None:
    complaint = entered()
    [entry] = history_of(session, complaint)
    assert complaint.status == Status.WITH_INSTANSI
    assert entry.details["skipped"] == [1, 2]


def test_at_the_admin_nasional_it_enters_at_step_1(
    entered: Enter, session: Session, cast: SimpleNamespace
) -> None:
    complaint = entered("nasional")
    [entry] = history_of(session, complaint)
    assert (complaint.status, complaint.instansi_id) == (Status.ARRIVED, cast.own_id)
    assert entry.details["skipped"] == []


def test_without_a_tracking_id_it_gets_the_next_local_number_of_its_year(entered: Enter) -> None:
    assert [entered().tracking_id for _ in range(2)] == ["M-2026-0001", "M-2026-0002"]
    assert entered(arrived_at="2025-12-31T09:00").tracking_id == "M-2025-0001"


def test_after_9999_the_numbers_go_on(
    entered: Enter, make_complaint: Callable[..., Complaint]
) -> None:
    make_complaint(tracking_id="M-2026-9999")
    assert entered().tracking_id == "M-2026-10000"
    assert entered().tracking_id == "M-2026-10001"


@pytest.mark.parametrize("typed", ["9155064", "#9155064", " # 9155064 "])
def test_lapors_own_number_is_kept_without_its_sign(entered: Enter, typed: str) -> None:
    assert entered(tracking_id=typed).tracking_id == "9155064"


def test_a_number_that_is_there_already_is_refused(entered: Enter) -> None:
    entered(tracking_id="9155064")
    assert refused(entered, tracking_id="9155064") == {
        "tracking_id": "Pengaduan #9155064 sudah ada di portal."
    }


def test_of_a_number_that_is_too_long_the_length_is_said_not_that_it_is_none(
    entered: Enter,
) -> None:
    assert refused(entered, tracking_id=f"#{'1' * 40}") == {
        "tracking_id": "Tracking ID ini 40 angka; paling banyak 30."
    }
    assert entered(tracking_id=f"#{'1' * 30}").tracking_id == "1" * 30


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tracking_id": "M-2026-0001"}, "tracking_id"),
        ({"tracking_id": "91x"}, "tracking_id"),
        ({"tracking_id": "1" * 31}, "tracking_id"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"body": ""}, "body"),
        ({"body": "x" * 100_000}, "body"),
        ({"body": "a\x00b"}, "body"),
        ({"case_class": "nonsens"}, "case_class"),
        ({"source": "Merpati pos"}, "source"),
        ({"kecamatan": "Atlantis"}, "kecamatan"),
        ({"anonymous": "mungkin"}, "anonymous"),
        ({"confidential": "ya"}, "confidential"),
        ({"arrived_at": "besok"}, "arrived_at"),
        ({"arrived_at": "2026-11-24T09:00"}, "arrived_at"),
        ({"arrived_at": "1899-01-01T09:00"}, "arrived_at"),
    ],
)
def test_what_cannot_be_taken_has_a_sentence_at_its_field_and_nothing_is_written(
    entered: Enter, session: Session, changes: dict[str, str], field: str
) -> None:
    assert set(refused(entered, **changes)) == {field}
    assert session.scalar(select(Complaint.id)) is None


def test_every_wrong_field_has_its_sentence_at_once(entered: Enter) -> None:
    assert set(refused(entered, title="", body="", case_class="")) == {
        "title",
        "body",
        "case_class",
    }


def test_the_clock_counts_from_when_it_came_and_a_late_entry_is_marked(
    entered: Enter, session: Session
) -> None:
    came = MONDAY - timedelta(days=6)
    complaint = entered(arrived_at=f"{came:%Y-%m-%dT%H:%M}")
    [entry] = history_of(session, complaint)
    assert (complaint.arrived_at, entry.happened_at) == (came, came)
    assert entry.recorded_late
    assert not history_of(session, entered())[0].recorded_late


def test_the_same_form_sent_twice_enters_once(entered: Enter) -> None:
    assert entered(key="sama").id == entered(key="sama").id
    assert entered("nasional", key="sama").id != entered(key="sama").id


def test_what_was_changed_after_it_had_been_entered_is_not_dropped_unseen(
    session: Session, entered: Enter
) -> None:
    complaint = entered(key="sama")
    with pytest.raises(EnteredBefore) as caught:
        entered(key="sama", title="Jalan berlubang dua")
    assert f"#{complaint.tracking_id}" in str(caught.value.errors["tracking_id"])
    assert session.scalars(select(Complaint.title)).all() == ["Jalan berlubang"]


def test_its_files_are_kept_and_a_false_one_refuses_the_whole(
    entered: Enter, session: Session, tmp_path: Path
) -> None:
    pdf = Upload("surat pengaduan.pdf", b"%PDF-1.4 isi")
    complaint = entered(files=(pdf,))
    [kept] = session.scalars(select(Attachment)).all()
    assert (kept.complaint_id, kept.entry_seq, kept.name) == (
        complaint.id,
        1,
        "surat pengaduan.pdf",
    )
    assert path_of(tmp_path, kept.sha256).read_bytes() == pdf.content
    with pytest.raises(Invalid) as caught:
        entered(files=(Upload("foto.jpg", b"bukan foto"),))
    assert set(caught.value.errors) == {"files"}
