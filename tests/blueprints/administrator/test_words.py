"""The words of exports that officers explained: changed, forgotten, never lost by a wrong form."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.cases.intake_words import NOT_OURS, Entrance, WordKind, load_words, remember_word
from portal.models import Opd, writing
from portal.sop.procedure import CaseClass
from tests.blueprints.pages import landed

Post = Callable[..., TestResponse]


@pytest.fixture(autouse=True)
def explained(session: Session) -> None:
    """What an officer once said, wrongly."""
    with writing(session):
        remember_word(session, WordKind.CLASS, "Curhat", "complaint")
        remember_word(session, WordKind.STATUS, "Diproses ulang", "closed")
        remember_word(session, WordKind.OPD, "Dinas Pasar", NOT_OURS)


def test_every_word_stands_there_with_its_meaning(admin: FlaskClient) -> None:
    page = admin.get("/administrator/kata/").text
    for word in ("curhat", "diproses ulang", "Dinas Pasar"):
        assert f">{word}</label>" in page
    for meaning in ("complaint", "closed", NOT_OURS):
        assert f'<option value="{meaning}" selected>' in page


def test_another_meaning_holds_for_the_next_import(
    admin: FlaskClient, post: Post, session: Session
) -> None:
    opd = session.scalars(select(Opd.id).where(Opd.name == "Dinas Perhubungan")).one()
    landed(admin, post("kata/", kind="class", word="curhat", meaning="aspiration"))
    landed(admin, post("kata/", kind="status", word="diproses ulang", meaning="disposed"))
    page = landed(admin, post("kata/", kind="opd", word="dinas pasar", meaning=str(opd)))
    assert "Arti kata disimpan" in page
    assert "Dinas Pasar" not in page  # now a spelling, on the page of its OPD
    words = load_words(session)
    assert words.classes["curhat"] is CaseClass.ASPIRATION
    assert words.entrances["diproses ulang"] is Entrance.DISPOSED
    assert words.opds["dinas pasar"] == opd


def test_a_word_that_is_forgotten_is_asked_for_again(
    admin: FlaskClient, post: Post, session: Session
) -> None:
    for kind, word in (("class", "curhat"), ("opd", "dinas pasar")):
        page = landed(admin, post("kata/", kind=kind, word=word, forget="1"))
        assert f">{word}</label>" not in page
    words = load_words(session)
    assert "curhat" not in words.classes
    assert "dinas pasar" not in words.opds


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "class", "word": "curhat", "meaning": "supervisory"},
        {"kind": "class", "word": "curhat", "meaning": ""},
        {"kind": "status", "word": "curhat", "meaning": "closed"},
        {"kind": "opd", "word": "dinas pasar", "meaning": "99999"},
        {"kind": "opd", "word": "dinas perhubungan", "meaning": NOT_OURS},
        {"kind": "opd", "word": "dinas perhubungan", "forget": "1"},
        {"kind": "cuaca", "word": "curhat", "forget": "1"},
        {"forget": "1"},
    ],
)
def test_a_wrong_form_changes_nothing(post: Post, session: Session, fields: dict[str, str]) -> None:
    before = load_words(session)
    answer = post("kata/", **fields)
    assert answer.status_code == 422
    assert 'class="notice error"' in answer.text
    session.rollback()
    assert load_words(session) == before
