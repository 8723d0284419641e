"""Officers at their desks, and what they did before a test begins."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.models import Complaint
from portal.sop.vocabulary import Action
from tests.blueprints.desks.officer import Enter, Officer
from tests.stories import do

Act = Callable[..., None]


@pytest.fixture
def enter(app: Flask, cast: SimpleNamespace, sign_in: Any) -> Enter:
    """`enter("instansi")`: that officer at his desk, signed in at the application's time."""
    return lambda who: Officer(app, cast, who, sign_in)


@pytest.fixture
def act(session: Session, cast: SimpleNamespace, tmp_path: Path, clock: SimpleNamespace) -> Act:
    """Let an officer do an action now, with good answers unless given otherwise."""

    def run(complaint: Complaint, who: str, action: Action, **answers: str) -> None:
        do(session, cast, tmp_path, complaint, who, action, clock.now, **answers)

    return run
