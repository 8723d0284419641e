"""The words of the history, in whichever language and hand they are said."""

from datetime import date
from typing import Any

from portal.models import Entry
from portal.reporting.entry_words import Voice, entry_facts, entry_texts, entry_title
from portal.sop.vocabulary import Action, Record

PAPER = Voice(str, date.isoformat)
ABROAD = Voice(lambda msgid: {"Alasan": "Reason"}.get(msgid, msgid), date.isoformat)


def entry(verb: Action | Record, **details: Any) -> Entry:
    return Entry(action=verb, details=details)


def test_a_corrected_class_is_told_by_its_name() -> None:
    corrected = entry(
        Action.CORRECT, field="case_class", old="complaint", value="aspiration", reason="Keliru."
    )
    assert list(entry_texts(corrected, PAPER)) == [
        ("Semula", "Pengaduan tidak berkadar pengawasan"),
        ("Menjadi", "Aspirasi"),
        ("Alasan", "Keliru."),
    ]


def test_labels_are_translated_and_what_people_wrote_is_not() -> None:
    corrected = entry(Action.CORRECT, field="title", old="Alasan", value="B", reason="Alasan")
    texts = list(entry_texts(corrected, ABROAD))
    assert texts == [("Semula", "Alasan"), ("Menjadi", "B"), ("Reason", "Alasan")]


def test_an_office_stands_in_the_title_and_not_among_the_facts() -> None:
    disposed = entry(Action.DISPOSE, opd=3, opd_name="Dinas Kesehatan", text="Segera.")
    assert entry_title(disposed, PAPER).endswith(": Dinas Kesehatan")
    assert not [fact for fact in entry_facts(disposed, PAPER) if "Dinas Kesehatan" in fact]


def test_a_day_is_written_as_the_place_writes_days() -> None:
    published = entry(Action.REGISTER, published_on="2026-11-20")
    assert any("2026-11-20" in fact for fact in entry_facts(published, PAPER))


def test_where_it_was_moved_to_is_said_once() -> None:
    moved = entry(Action.TRANSFER, instansi_name="Kementerian Perhubungan", note="Jalan nasional.")
    assert entry_title(moved, PAPER).endswith(": Kementerian Perhubungan")
    assert list(entry_facts(moved, PAPER)) == []
