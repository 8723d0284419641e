"""What is other in a text, word by word."""

from portal.pages.report_view import word_changes


def test_what_came_and_what_went_is_marked_and_the_rest_stands() -> None:
    marks = word_changes("Menambah petugas lampu jalan.", "Menambah dua petugas jalan.")
    assert [text.strip() for kind, text in marks if kind == "ins"] == ["dua"]
    assert [text.strip() for kind, text in marks if kind == "del"] == ["lampu"]


def test_the_new_text_can_be_read_off_the_marks() -> None:
    before = "Satu dua tiga empat lima.\n\nEnam tujuh."
    after = "Satu dua empat lima enam.\n\nEnam delapan tujuh."
    marks = word_changes(before, after)
    assert "".join(text for kind, text in marks if kind != "del") == after
    assert "".join(text for kind, text in marks if kind != "ins") == before


def test_texts_that_have_little_in_common_stand_one_after_the_other() -> None:
    marks = word_changes("Sama sekali lain.", "Tidak ada kesamaan di antaranya, sungguh.")
    assert [kind for kind, _ in marks] == ["del", "same", "ins"]


def test_texts_too_long_to_compare_stand_one_after_the_other() -> None:
    long = "kata " * 2000
    assert word_changes(long, long + "lagi") == [
        ("del", long),
        ("same", "\n\n"),
        ("ins", long + "lagi"),
    ]
