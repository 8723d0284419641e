"""What figures are called, and which of them differ."""

from dataclasses import replace

import pytest

from portal.reporting.figure_words import differences, figure_words
from portal.reporting.figures import Count, MonthFigures, traced
from tests.reporting.papers import MONTH, month_figures


@pytest.fixture(scope="module")
def figures() -> MonthFigures:
    return month_figures(MONTH, 40, opening=5)


def test_every_figure_that_can_be_traced_has_words(figures: MonthFigures) -> None:
    for path in traced(figures):
        words = figure_words(figures, path)
        assert words
        assert all(words), path


def test_words_lead_from_the_general_to_the_particular(figures: MonthFigures) -> None:
    assert figure_words(figures, "arrived") == ("Masuk",)
    assert figure_words(figures, "steps.3.late") == ("Langkah 3", "Terlambat")
    office = figures.offices[0]
    assert figure_words(figures, f"offices.{office.id}.open") == (office.name, "Masih di OPD")
    assert figure_words(figures, f"offices.{office.id}.steps.5.done") == (
        office.name,
        "Langkah 5",
        "Selesai dikerjakan",
    )
    assert figure_words(figures, "by.status.closed") == ("Status", "Selesai")
    assert figure_words(figures, "by.opd.") == ("OPD", "Belum ada")
    assert figure_words(figures, "by.kecamatan.") == ("Kecamatan", "Tidak diisi")
    assert figure_words(figures, "ratings.5") == ("Nilai pelapor", "5")


def test_a_path_that_is_none_is_no_figure(figures: MonthFigures) -> None:
    with pytest.raises(KeyError):
        figure_words(figures, "tidak-ada")


def test_the_same_figures_do_not_differ(figures: MonthFigures) -> None:
    assert differences(figures, figures) == []


def test_a_difference_names_what_was_what_is_and_the_complaints_that_came_or_went(
    figures: MonthFigures,
) -> None:
    after = replace(
        figures,
        escalated=Count.of([*figures.escalated.ids, 9001]),
        by={**figures.by, "source": {**figures.by["source"], "Surat": Count((9001,))}},
    )
    found = {one.path: one for one in differences(figures, after)}
    assert set(found) == {"escalated", "by.source.Surat"}
    assert found["escalated"].ids == (9001,)
    assert found["escalated"].after == found["escalated"].before + 1
    assert (found["by.source.Surat"].before, found["by.source.Surat"].after) == (0, 1)


def test_a_figure_that_is_gone_differs_too_and_so_does_one_of_other_complaints(
    figures: MonthFigures,
) -> None:
    first, *rest = figures.arrived.ids
    after = replace(figures, arrived=Count.of([*rest, 9001]), offices=figures.offices[1:])
    paths = {one.path for one in differences(figures, after)}
    assert "arrived" in paths
    assert f"offices.{figures.offices[0].id}.received" in paths
    arrived = next(one for one in differences(figures, after) if one.path == "arrived")
    assert (arrived.before, arrived.after) == (arrived.after, arrived.before)
    assert arrived.ids == (first, 9001)
