"""`flask report` and `flask archive verify`."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from portal.cases.files import path_of
from portal.commands import report as commands
from portal.models import Rendering, Report, ReportFile
from portal.reporting.compose import Composed
from tests.report_story import ReportStory, some_pdf


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[Composed]:
    """What was printed; the printing itself is left out."""
    papers: list[Composed] = []

    def print_paper(paper: Composed) -> bytes:
        papers.append(paper)
        return some_pdf(paper)

    monkeypatch.setattr(commands, "print_paper", print_paper)
    return papers


def run(app: Flask, *args: str) -> Result:
    return app.test_cli_runner().invoke(args=args)


def test_a_month_without_a_report_is_printed_as_a_draft_and_nothing_is_stored(
    app: Flask, story: ReportStory, tmp_path: Path, printed: list[Composed]
) -> None:
    story.complaints(2)
    out = tmp_path / "laporan.pdf"
    result = run(app, "report", "2026-10", "--out", str(out))
    assert result.exit_code == 0, result.output
    assert "draf" in result.output
    assert out.read_bytes() == some_pdf(printed[0])
    assert "DRAF" in printed[0].documents[0].upper()
    story.session.rollback()
    assert story.session.scalar(select(Report)) is None
    assert story.session.scalar(select(Rendering)) is None


def test_a_draft_is_printed_with_what_was_written_in_it(
    app: Flask, story: ReportStory, tmp_path: Path, printed: list[Composed]
) -> None:
    report = story.draft()
    story.write(report, number=report.number, text_closing="Penutup sendiri.")
    run(app, "report", "2026-10", "--out", str(tmp_path / "a.pdf"))
    assert "Penutup sendiri." in printed[0].documents[0]


def test_a_submitted_report_is_printed_as_it_was_frozen_and_as_a_draft(
    app: Flask, story: ReportStory, tmp_path: Path, printed: list[Composed]
) -> None:
    report = story.draft()
    story.submit(report)
    result = run(app, "report", "2026-10", "--out", str(tmp_path / "a.pdf"))
    assert "draf" in result.output
    assert report.number in printed[0].documents[0]


def test_an_approved_report_gives_the_approved_bytes(
    app: Flask, story: ReportStory, tmp_path: Path, printed: list[Composed]
) -> None:
    story.approved()
    out = tmp_path / "laporan.pdf"
    result = run(app, "report", "2026-10", "--out", str(out))
    assert "disetujui, nomor 065/10/403.113/2026" in result.output
    file = story.session.scalars(select(ReportFile)).one()
    assert out.read_bytes() == path_of(story.folder, file.sha256).read_bytes()
    assert printed == []


@pytest.mark.parametrize("month", ["2026", "2026-13", "26-10", "oktober", "2027-01"])
def test_a_month_that_is_none_or_to_come_exits_2_with_a_sentence(
    app: Flask, story: ReportStory, tmp_path: Path, month: str
) -> None:
    result = run(app, "report", month, "--out", str(tmp_path / "a.pdf"))
    assert result.exit_code == 2
    assert "ulan" in result.output


def test_a_file_that_cannot_be_written_exits_2_with_a_sentence(
    app: Flask, story: ReportStory, tmp_path: Path, printed: list[Composed]
) -> None:
    result = run(app, "report", "2026-10", "--out", str(tmp_path / "tidak" / "ada.pdf"))
    assert result.exit_code == 2
    assert "tidak dapat ditulis" in result.output


def test_an_archive_that_is_whole_is_said_to_be(app: Flask, story: ReportStory) -> None:
    story.archived()
    result = run(app, "archive", "verify")
    assert (result.exit_code, result.output) == (0, "utuh: 1 laporan, 6 catatan, 2 berkas\n")


def test_every_flaw_of_an_archive_is_named_and_the_exit_code_is_1(
    app: Flask, story: ReportStory
) -> None:
    story.archived()
    for file in story.session.scalars(select(ReportFile)):
        path_of(story.folder, file.sha256).unlink()
    result = run(app, "archive", "verify")
    assert result.exit_code == 1
    assert result.output.count("RUSAK: laporan 2026-10, berkas") == 2
