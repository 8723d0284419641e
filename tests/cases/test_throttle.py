"""The growing delay holds when several processes are asked at once."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.passwords import hash_password
from portal.cases.sign_in import WrongCredentials, sign_in
from portal.cases.throttle import TooManyAttempts
from portal.models import Access, AccessEvent, SignInThrottle, writing
from tests.conftest import BY

PROCESSES, EACH = 4, 6
PROGRAM = f"""
import sys
from datetime import datetime
from pathlib import Path
from portal import create_app
from portal.cases.sign_in import sign_in
from portal.extensions import db
from portal.models import Caller
from portal.sop.text import Refusal

with create_app(Path(sys.argv[1])).app_context():
    by = Caller(None, "10.1.2.3", datetime.fromisoformat(sys.argv[2]))
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range({EACH}):
        try:
            sign_in(db.session(), "penghubung", "salah", by)
        except Refusal as refusal:
            print(type(refusal).__name__)
"""


def test_of_many_guesses_at_once_by_several_processes_three_are_looked_at(
    app: Flask,
    session: Session,
    cast: SimpleNamespace,
    figures: Callable[[dict[str, int]], None],
) -> None:
    with writing(session):
        cast.penghubung.password_hash = hash_password("sawah hijau lereng lawu")
    guessers = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, app.instance_path, BY.at.isoformat()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    for guesser in guessers:
        assert guesser.stdout is not None
        assert guesser.stdout.readline() == "ready\n"
    for guesser in guessers:
        assert guesser.stdin is not None
        guesser.stdin.write("\n")
        guesser.stdin.flush()
    told = Counter(word for guesser in guessers for word in guesser.communicate()[0].split())
    assert told == {
        WrongCredentials.__name__: 3,
        TooManyAttempts.__name__: PROCESSES * EACH - 3,
    }
    session.rollback()
    kept = session.scalars(select(SignInThrottle.failures)).all()
    assert set(kept) == {3}
    logged = select(AccessEvent).where(AccessEvent.what == Access.WRONG_PASSWORD)
    assert len(session.scalars(logged).all()) == 3
    figures(
        {
            "processes": PROCESSES,
            "guesses": told.total(),
            "looked at": told[WrongCredentials.__name__],
            "turned away": told[TooManyAttempts.__name__],
        }
    )


def test_what_one_process_counted_the_next_one_knows(
    session: Session, cast: SimpleNamespace
) -> None:
    for _ in range(3):
        with pytest.raises(WrongCredentials):
            sign_in(session, "tidak.ada", "salah", BY)
    session.close()
    with pytest.raises(TooManyAttempts) as refused:
        sign_in(session, "tidak.ada", "salah", BY)
    assert refused.value.seconds == 3
