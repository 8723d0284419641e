"""Officers at the pages of the reports."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.models import Report
from portal.tasks import queue_of
from tests.blueprints.desks.officer import Enter, Officer
from tests.report_story import ReportStory


@pytest.fixture
def enter(app: Flask, cast: SimpleNamespace, sign_in: Any) -> Enter:
    return lambda who: Officer(app, cast, who, sign_in)


@pytest.fixture
def work(app: Flask, session: Session) -> Iterator[Callable[[], int]]:
    """Do what is queued, as the worker does; how much it was."""
    queue = queue_of(app)

    def run() -> int:
        done = 0
        while task := queue.dequeue():
            queue.execute(task)
            done += 1
        session.rollback()
        return done

    yield run
    queue.storage.close()


@pytest.fixture
def submitted(story: ReportStory) -> Report:
    """A report of October with two complaints, before the Kepala Dinas, printed."""
    story.complaints(2)
    report = story.draft()
    story.submit(report)
    return report
