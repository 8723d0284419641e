"""Searching by Tracking ID and by words, within what one may see."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.cases.rules import Rules
from portal.models import Complaint
from portal.queries.search import Found, as_tracking_id, search_complaints
from portal.sop.vocabulary import Status
from tests.conftest import MONDAY
from tests.stories import arrive


@pytest.mark.parametrize(
    ("text", "tracking_id"),
    [
        ("9155064", "9155064"),
        ("#9155064", "9155064"),
        (" # 9155064 ", "9155064"),
        ("m-2026-0001", "M-2026-0001"),
        ("lampu", ""),
        ("lampu 9155064", ""),
        ("12", ""),
        ("", ""),
    ],
)
def test_a_tracking_id_is_known_with_and_without_its_sign(text: str, tracking_id: str) -> None:
    assert as_tracking_id(text) == tracking_id


@pytest.fixture
def search(session: Session, cast: SimpleNamespace) -> Callable[..., Found]:
    def run(text: str, who: str = "instansi", **places: Any) -> Found:
        actor = cast.actor(cast.accounts[who])
        return search_complaints(session, actor, text, **places)

    return run


Search = Callable[..., Found]
Make = Callable[..., Complaint]


@pytest.fixture
def lampu(make_complaint: Make) -> Complaint:
    return make_complaint(
        Status.WITH_LIAISON,
        title="Lampu merah padam",
        body="Simpang empat Maospati gelap 100% sejak kemarin.",
        category="Perhubungan",
        reporter_name="Siti Namarahasia",
        reporter_phone="0812-555",
    )


@pytest.mark.parametrize(
    "text", ["lampu", "LAMPU", "simpang gelap", "perhubungan", "lampu maospati hubung", "100%"]
)
def test_every_word_is_looked_for_in_title_text_and_category(
    search: Search, lampu: Complaint, text: str
) -> None:
    assert [row.id for row in search(text).rows] == [lampu.id]


@pytest.mark.parametrize("text", ["lampu sampah", "100_", "%%", "Namarahasia", "0812-555"])
def test_what_does_not_stand_there_is_not_found_and_nobody_is_found_by_name(
    search: Search, lampu: Complaint, text: str
) -> None:
    assert search(text).rows == []


def test_a_desk_finds_only_what_it_may_see(search: Search, lampu: Complaint) -> None:
    assert [row.id for row in search("lampu", "penghubung").rows] == [lampu.id]
    for who in ("penghubung_lain", "nasional", "unit", "administrator"):
        assert search("lampu", who).rows == []


def test_without_words_everything_is_found_newest_first_page_by_page(
    search: Search, session: Session, cast: SimpleNamespace, rules: Rules
) -> None:
    moments = (MONDAY + timedelta(minutes=n // 2 - 60) for n in range(120))
    made = [arrive(session, cast, rules, moment).id for moment in moments]
    first = search("")
    second = search("", after=first.next)
    third = search("", after=second.next)
    seen = [[row.id for row in page.rows] for page in (first, second, third)]
    assert [len(page) for page in seen] == [50, 50, 20]
    assert [*seen[0], *seen[1], *seen[2]] == made[::-1]
    assert (first.prev, third.next) == (None, None)
    back = search("", before=third.prev)
    assert [row.id for row in back.rows] == seen[1]
    assert [row.id for row in search("", before=back.prev).rows] == seen[0]
    assert search("", before=second.prev).prev is None


def test_a_page_of_nothing_leads_nowhere(search: Search) -> None:
    found = search("apa pun")
    assert (found.rows, found.next, found.prev) == ([], None, None)
