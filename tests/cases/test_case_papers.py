"""The papers of one complaint, and the Ombudsman's file that an escalation makes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.cases.act import NotFound
from portal.cases.case_papers import (
    CASE_PAPERS,
    keep_dossier,
    missing_dossiers,
    order_case_paper,
    papers_for,
)
from portal.cases.files import read_kept
from portal.cases.record import history_of
from portal.cases.tick import tick
from portal.models import Attachment, Complaint, Rendering
from portal.sop.vocabulary import Action, Status
from tests.report_story import ReportStory, some_pdf
from tests.stories import do, do_anyway

Make = Callable[..., Complaint]


def order(story: ReportStory, complaint: Complaint, name: str, who: str = "instansi") -> Rendering:
    return order_case_paper(
        story.session,
        story.cast.actor(story.cast.accounts[who]),
        complaint.tracking_id,
        name,
        story.rules,
        story.folder,
        story.now,
    )


@pytest.fixture
def answered(story: ReportStory, make_complaint: Make) -> Complaint:
    """A complaint that went from the Admin Instansi to its answer."""
    complaint = make_complaint(Status.WITH_INSTANSI)
    for who, action in (
        ("instansi", Action.VERIFY),
        ("instansi", Action.DISPOSE),
        ("penghubung", Action.HAND_OVER),
        ("unit", Action.ANSWER),
    ):
        do(story.session, story.cast, story.folder, complaint, who, action, story.now)
    return complaint


def test_a_complaint_has_the_papers_of_what_was_done(
    story: ReportStory, make_complaint: Make, answered: Complaint
) -> None:
    fresh = history_of(story.session, make_complaint())
    assert papers_for(fresh) == ["kartu"]
    done = history_of(story.session, answered)
    assert papers_for(done) == ["kartu", "lembar-disposisi", "surat-tanggapan"]


@pytest.mark.parametrize("name", ["kartu", "lembar-disposisi", "surat-tanggapan"])
def test_a_paper_is_ordered_once_for_each_state_of_the_complaint(
    story: ReportStory, answered: Complaint, name: str
) -> None:
    first = order(story, answered, name).hash
    assert order(story, answered, name).hash == first
    do(
        story.session,
        story.cast,
        story.folder,
        answered,
        "instansi",
        Action.REGISTER,
        story.now + timedelta(minutes=5),
    )
    assert order(story, answered, name).hash != first


@pytest.mark.parametrize("name", ["berkas-ombudsman", "tidak-ada"])
def test_a_paper_that_it_does_not_have_is_not_found(
    story: ReportStory, answered: Complaint, name: str
) -> None:
    with pytest.raises(NotFound):
        order(story, answered, name)


@pytest.mark.parametrize("who", ["nasional", "penghubung_lain", "administrator"])
def test_papers_are_for_who_sees_the_complaint(
    story: ReportStory, answered: Complaint, who: str
) -> None:
    with pytest.raises(NotFound):
        order(story, answered, "kartu", who)


def test_a_confidential_reporter_stands_in_no_paper(
    story: ReportStory, make_complaint: Make
) -> None:
    complaint = make_complaint(
        Status.WITH_LIAISON,
        confidential=True,
        reporter_name="Sri Wahyuningsih",
        reporter_phone="0812-3456-7890",
        body="Saya, Sri Wahyuningsih, dapat dihubungi di 0812-3456-7890.",
    )
    do_anyway(
        story.session,
        story.cast,
        story.folder,
        complaint,
        "penghubung",
        Action.HAND_OVER,
        story.now,
        instruction="Hubungi Bu Wahyuningsih.",
    )
    order(story, complaint, "kartu")
    story.session.expire_all()
    for row in story.session.scalars(select(Rendering)):
        text = "".join(row.inputs["documents"])
        assert "Dirahasiakan" in text
        assert "Wahyuningsih" not in text
        assert "3456" not in text


@pytest.fixture
def escalated(story: ReportStory, make_complaint: Make) -> Complaint:
    complaint = make_complaint(Status.WITH_LIAISON)
    tick(story.session, story.now + timedelta(days=120))
    story.session.refresh(complaint)
    assert complaint.escalated
    return complaint


def test_an_escalation_makes_the_ombudsmans_file_once_and_keeps_it_with_its_entry(
    story: ReportStory, escalated: Complaint
) -> None:
    ((complaint_id, seq),) = missing_dossiers(story.session)
    assert complaint_id == escalated.id
    printed = []

    def render(paper: object) -> bytes:
        printed.append(paper)
        return some_pdf(paper)  # type: ignore[arg-type]

    for _ in range(2):
        keep_dossier(story.session, complaint_id, seq, render, story.rules, story.folder, story.now)
    (file,) = story.session.scalars(select(Attachment)).all()
    assert file.name == f"berkas-ombudsman-{escalated.tracking_id}.pdf"
    assert file.entry_seq == seq
    assert history_of(story.session, escalated)[seq - 1].action == Action.ESCALATE
    assert read_kept(story.folder, file.sha256) == some_pdf(printed[0])  # type: ignore[arg-type]
    assert missing_dossiers(story.session) == []


def test_the_ombudsmans_file_can_be_printed_again_with_what_followed(
    story: ReportStory, escalated: Complaint
) -> None:
    assert "berkas-ombudsman" in papers_for(history_of(story.session, escalated))
    assert order(story, escalated, "berkas-ombudsman").hash


def test_every_paper_has_its_title() -> None:
    assert all(kind.title for kind in CASE_PAPERS.values())
