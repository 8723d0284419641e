"""A portal in which monthly reports are made."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy.orm import Session

from portal.cases.rules import Rules
from tests.conftest import MONDAY
from tests.report_story import ReportStory


@pytest.fixture
def story(session: Session, cast: SimpleNamespace, rules: Rules, tmp_path: Path) -> ReportStory:
    return ReportStory(session, cast, rules, tmp_path / "files", MONDAY)
