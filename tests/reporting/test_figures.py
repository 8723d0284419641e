"""What each figure of a month counts, told by single complaints."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from portal.reporting.figures import (
    Count,
    CrossFootError,
    MonthFigures,
    TrendPoint,
    bounds,
    figures_for,
    from_data,
    ids_of,
    months_later,
    report_for,
    to_data,
    traced,
)
from portal.sop.vocabulary import Action, Status
from tests.reporting.histories import (
    CALENDAR,
    DISCLOSE,
    LATER,
    Teller,
    at,
    at_liaison,
    at_unit,
    figures,
    published,
)

A, S = Action, Status
FLOW = (
    *("opening", "arrived", "reopened", "finished_by_word", "finished_silently"),
    *("finished_at_lapor", "not_followed_up", "transferred", "open_at_end"),
)


def flow(month: str, *tellers: Teller) -> dict[str, int]:
    """The flow of the month, without its empty figures."""
    found = figures(month, *tellers)
    found.cross_foots()
    return {name: getattr(found, name).n for name in FLOW if getattr(found, name).n}


# -- months ------------------------------------------------------------------------------------


def test_a_month_without_complaints_is_nil_and_whole() -> None:
    nil = figures("2026-01")
    nil.cross_foots()
    assert {count.n for count in traced(nil).values()} == {0}
    assert [step.no for step in nil.steps] == [1, 2, 3, 4, 5, 6, 7]
    assert {(step.median_minutes, step.p90_minutes) for step in nil.steps} == {(None, None)}
    assert (nil.share_on_time, nil.offices, nil.recorded_late_entries) == (None, (), 0)
    assert list(nil.ratings) == [1, 2, 3, 4, 5]
    assert all(parts == {} for parts in nil.by.values())
    report = report_for([], date(2026, 1, 1), CALENDAR, LATER)
    report.cross_foots()
    assert from_data(to_data(report)) == report


def test_the_last_minute_of_the_year_here_is_december_and_the_next_is_january() -> None:
    last, first = Teller(1, S.ARRIVED, at("2025-12-31T23:59")), at("2026-01-01T00:00")
    assert flow("2025-12", last) == {"arrived": 1, "open_at_end": 1}
    assert flow("2026-01", last) == {"opening": 1, "open_at_end": 1}
    # midnight here is still 31 December in UTC
    assert flow("2025-12", Teller(1, S.ARRIVED, first)) == {}
    assert flow("2026-01", Teller(1, S.ARRIVED, first)) == {"arrived": 1, "open_at_end": 1}


def test_the_bounds_of_a_month_are_midnights_of_jakarta() -> None:
    begin, end = bounds(date(2025, 12, 17))
    assert (begin.isoformat(), end.isoformat()) == (
        "2025-11-30T17:00:00+00:00",
        "2025-12-31T17:00:00+00:00",
    )


@pytest.mark.parametrize(
    ("n", "month"),
    [(0, (2026, 1)), (1, (2026, 2)), (11, (2026, 12)), (12, (2027, 1)), (-1, (2025, 12))],
)
def test_months_are_counted_across_years(n: int, month: tuple[int, int]) -> None:
    assert months_later(date(2026, 1, 31), n) == date(*month, 1)


# -- the flow ----------------------------------------------------------------------------------


def test_what_was_imported_late_was_open_from_its_arrival() -> None:
    late = Teller(1, S.WITH_LIAISON, at("2025-11-20T10:00"), at("2026-01-05T09:00"))
    assert flow("2025-10", late) == {}
    assert flow("2025-11", late) == {"arrived": 1, "open_at_end": 1}
    assert flow("2025-12", late) == {"opening": 1, "open_at_end": 1}
    assert figures("2025-11", late).steps[3].not_measured.ids == (1,)
    assert figures("2026-01", late).steps[3].not_measured.ids == ()


def test_what_had_ended_at_lapor_counts_in_the_month_of_its_arrival() -> None:
    imported = at("2026-01-05T09:00")
    closed = Teller(1, S.CLOSED, at("2025-11-20T10:00"), imported, opd=26)
    archived = Teller(2, S.NOT_FOLLOWED_UP, at("2025-11-21T10:00"), imported)
    assert flow("2025-11", closed, archived) == {
        "arrived": 2,
        "finished_at_lapor": 1,
        "not_followed_up": 1,
    }
    assert flow("2026-01", closed, archived) == {}
    by_opd = figures("2025-11", closed, archived).by["opd"]
    assert {name: count.ids for name, count in by_opd.items()} == {
        "": (2,),
        "RSUD dr. Sayidiman": (1,),
    }


def test_the_citizens_word_and_silence_finish_apart() -> None:
    by_word = published(id=1).then(A.RECORD_FEEDBACK, "2026-01-12T09:00")
    silent = published(id=2).then(A.CLOSE_SILENT, "2026-01-20T16:00")
    found = figures("2026-01", by_word, silent)
    assert (found.finished_by_word.ids, found.finished_silently.ids) == ((1,), (2,))
    assert found.finished.ids == (1, 2)
    assert flow("2026-02", by_word, silent) == {}


def test_a_late_word_of_thanks_changes_only_the_month_in_which_it_came() -> None:
    silent = published().then(A.CLOSE_SILENT, "2026-01-20T16:00")
    thanked = published().then(A.CLOSE_SILENT, "2026-01-20T16:00")
    assert flow("2026-01", silent) == {"arrived": 1, "finished_silently": 1}
    thanked.then(A.RECORD_FEEDBACK, "2026-01-25T09:00")
    assert flow("2026-01", thanked) == {"arrived": 1, "finished_by_word": 1}
    silent.then(A.RECORD_FEEDBACK, "2026-02-03T09:00", rating=5)
    assert flow("2026-01", silent) == {"arrived": 1, "finished_silently": 1}
    assert flow("2026-02", silent) == {}
    assert figures("2026-02", silent).ratings[5].ids == (1,)


def test_a_complaint_opened_again_in_a_later_month_is_reopened() -> None:
    opened = published().then(A.CLOSE_SILENT, "2026-01-20T16:00")
    opened.then(A.RECORD_FEEDBACK, "2026-02-03T09:00", satisfied=False)
    assert flow("2026-01", opened) == {"arrived": 1, "finished_silently": 1}
    assert flow("2026-02", opened) == {"reopened": 1, "open_at_end": 1}
    assert flow("2026-03", opened) == {"opening": 1, "open_at_end": 1}
    assert figures("2026-02", opened).unsatisfied.ids == (1,)


def test_a_complaint_closed_and_opened_again_within_a_month_is_open() -> None:
    opened = published().then(A.CLOSE_SILENT, "2026-01-20T16:00")
    opened.then(A.RECORD_FEEDBACK, "2026-01-22T09:00", satisfied=False)
    assert flow("2026-01", opened) == {"arrived": 1, "open_at_end": 1}
    assert figures("2026-01", opened).unsatisfied.ids == (1,)


def test_a_complaint_closed_twice_in_a_month_is_finished_once() -> None:
    twice = published().then(A.CLOSE_SILENT, "2026-01-20T16:00")
    twice.then(A.RECORD_FEEDBACK, "2026-02-02T09:00", satisfied=False)
    twice.then(A.ANSWER, "2026-02-03T09:00").then(A.REGISTER, "2026-02-03T10:00")
    twice.then(A.RECORD_FEEDBACK, "2026-02-04T09:00")
    twice.then(A.RECORD_FEEDBACK, "2026-02-05T09:00", satisfied=False)
    twice.then(A.ANSWER, "2026-02-06T09:00").then(A.REGISTER, "2026-02-06T10:00")
    twice.then(A.RECORD_FEEDBACK, "2026-02-09T09:00")
    assert flow("2026-02", twice) == {"reopened": 1, "finished_by_word": 1}
    step = figures("2026-02", twice).steps[5]
    assert (step.done.ids, step.done_passages) == ((1,), 2)


def test_transferred_lapsed_and_archived_complaints_end_each_in_their_own_way() -> None:
    moved = Teller(1, S.ARRIVED, at("2026-01-05T09:00")).then(A.RECEIVE, "2026-01-05T09:05")
    moved.then(A.TRANSFER, "2026-01-06T09:00")
    lapsed = Teller(2, S.AWAITING_COMPLETION, at("2025-12-05T09:00"))
    lapsed.then(A.LAPSE, "2026-01-05T16:00")
    archived = Teller(3, S.WITH_INSTANSI, at("2026-01-05T09:00")).then(
        A.DISMISS, "2026-01-05T10:00"
    )
    found = figures("2026-01", moved, lapsed, archived)
    assert found.transferred.ids == (1,)
    assert found.not_followed_up.ids == (2, 3)
    assert found.handled.ids == (1, 2, 3)
    assert {name: count.ids for name, count in found.by["status"].items()} == {
        "not_followed_up": (2, 3),
        "transferred": (1,),
    }


def test_an_escalated_complaint_is_counted_and_stays_where_it_is() -> None:
    late = at_unit().then(A.ESCALATE, "2026-04-15T16:00")
    assert flow("2026-04", late) == {"opening": 1, "open_at_end": 1}
    assert figures("2026-04", late).escalated.ids == (1,)
    assert figures("2026-05", late).escalated.ids == ()


# -- breakdowns --------------------------------------------------------------------------------


def test_what_arrived_is_broken_down_as_it_stood_at_the_months_end() -> None:
    told = Teller(1, S.WITH_INSTANSI, at("2026-01-05T09:00"), case_class="aspiration")
    told.then(A.VERIFY, "2026-02-02T09:00", case_class="information")
    told.then(A.DISPOSE, "2026-02-02T10:00").then(A.HAND_OVER, "2026-02-02T11:00", unit=62)
    by = figures("2026-01", told, at_unit(id=2)).by
    keys = {kind: {key: count.ids for key, count in parts.items()} for kind, parts in by.items()}
    assert keys == {
        "class": {"aspiration": (1,), "complaint": (2,)},
        "category": {"Air Bersih": (1, 2)},
        "kecamatan": {"Maospati": (1, 2)},
        "source": {"Android": (1, 2)},
        "opd": {"": (1,), "Dinas Perhubungan": (2,)},
        "unit": {"": (1,), "Dinas Perhubungan – Bidang Lalu Lintas": (2,)},
        "status": {"with_instansi": (1,), "with_unit": (2,)},
    }


def test_a_later_correction_of_the_class_says_what_it_always_was() -> None:
    told = Teller(1, S.WITH_INSTANSI, at("2026-01-05T09:00"), case_class="aspiration")
    told.corrected("case_class", "supervisory", "2026-03-02T09:00")
    assert list(figures("2026-01", told).by["class"]) == ["supervisory"]


# -- what else is counted ----------------------------------------------------------------------


def test_the_last_rating_of_the_month_counts_whoever_passed_it_on() -> None:
    came = Teller(1, S.CLOSED, at("2026-01-05T09:00"), at("2026-02-02T09:00"), lapor_rating=2)
    changed = Teller(2, S.ARRIVED, at("2026-01-05T09:00"), lapor_rating=2)
    changed.rated_at_lapor("2026-01-20T09:00", 2, 4).rated_at_lapor("2026-02-20T09:00", 4, None)
    told = published(id=3).then(A.RECORD_FEEDBACK, "2026-01-12T09:00", rating=5)
    ratings = figures("2026-01", came, changed, told).ratings
    assert {rating: count.ids for rating, count in ratings.items() if count.n} == {
        2: (1,),
        4: (2,),
        5: (3,),
    }
    assert {count.n for count in figures("2026-02", came, changed, told).ratings.values()} == {0}


def test_entries_recorded_late_are_counted_in_the_month_of_what_happened() -> None:
    told = Teller(1, S.ARRIVED, at("2026-01-05T09:00"))
    told.then(A.RECEIVE, "2026-01-05T09:05", recorded=at("2026-02-10T09:00"))
    told.then(A.FORWARD, "2026-01-05T09:10")  # hence recorded as late as that
    found = figures("2026-01", told)
    assert (found.recorded_late.ids, found.recorded_late_entries) == ((1,), 2)
    assert figures("2026-02", told).recorded_late_entries == 0


def test_an_identity_that_was_opened_is_counted() -> None:
    told = at_liaison().remark(DISCLOSE, "2026-01-06T09:00").remark(DISCLOSE, "2026-01-07T09:00")
    assert figures("2026-01", told).disclosures.ids == (1,)
    assert figures("2026-02", told).disclosures.ids == ()


# -- a report ----------------------------------------------------------------------------------


def test_a_report_compares_with_last_month_and_last_year_and_shows_twelve_months() -> None:
    tellers = [
        Teller(1, S.ARRIVED, at("2025-01-05T09:00")),
        Teller(2, S.CLOSED, at("2025-12-05T09:00")),
        published("2026-01-05T09:00", id=3),
    ]
    histories = [teller.history() for teller in tellers]
    report = report_for(histories, date(2026, 1, 1), CALENDAR, LATER)
    report.cross_foots()
    assert (report.last_year.month, report.last_year.arrived.ids) == (date(2025, 1, 1), (1,))
    assert (report.previous.month, report.previous.arrived.ids) == (date(2025, 12, 1), (2,))
    assert report.month.opening.ids == (1,)
    assert [point.month for point in report.trend] == [
        months_later(date(2025, 2, 1), n) for n in range(12)
    ]
    one, two, three = Count((1,)), Count((2,)), Count((3,))
    assert report.trend[-2:] == (
        TrendPoint(date(2025, 12, 1), two, two, one, Count(), None),
        TrendPoint(date(2026, 1, 1), three, Count(), Count((1, 3)), three, 1.0),
    )
    single = figures_for(histories, date(2026, 1, 1), CALENDAR, LATER)
    assert report.month == single


def test_a_figure_is_found_by_its_path_also_where_a_name_has_dots() -> None:
    found = figures("2026-01", at_unit(opd=26))
    assert ids_of(found, "by.opd.RSUD dr. Sayidiman") == (1,)
    assert ids_of(found, "offices.26.received") == ids_of(found, "offices.26.steps.5.done") == (1,)
    assert ids_of(found, "steps.5.on_time") == ids_of(found, "handled") == (1,)
    for path in ("", "month", "by.opd", "steps.8.late", "offices.6.open", "arrived.ids"):
        with pytest.raises(KeyError):
            ids_of(found, path)


def _without_arrival(found: MonthFigures) -> MonthFigures:
    return replace(found, arrived=Count())


def _open_twice(found: MonthFigures) -> MonthFigures:
    return replace(found, transferred=found.open_at_end)


def _other_complaint(found: MonthFigures) -> MonthFigures:
    return replace(found, open_at_end=Count((2,)))


def _without_a_class(found: MonthFigures) -> MonthFigures:
    return replace(found, by={**found.by, "class": {}})


def _without_a_status(found: MonthFigures) -> MonthFigures:
    return replace(found, by={**found.by, "status": {}})


@pytest.mark.parametrize(
    ("spoil", "table"),
    [
        (_without_arrival, "alur"),
        (_open_twice, "alur"),
        (_other_complaint, "alur"),
        (_without_a_class, "Klasifikasi"),
        (_without_a_status, "Status"),
    ],
)
def test_figures_that_do_not_add_up_are_refused(
    spoil: Callable[[MonthFigures], MonthFigures], table: str
) -> None:
    found = figures("2026-01", at_unit())
    found.cross_foots()
    with pytest.raises(CrossFootError, match=rf"Angka bulan 01-2026 tidak seimbang \({table}\)"):
        spoil(found).cross_foots()


def test_a_month_must_open_as_the_one_before_ended() -> None:
    report = report_for([at_unit("2025-12-01T09:00").history()], date(2026, 1, 1), CALENDAR, LATER)
    report.cross_foots()
    spoiled = replace(report, previous=figures("2025-12"))
    with pytest.raises(CrossFootError, match=r"Sisa awal bulan 01-2026 \(1\)"):
        spoiled.cross_foots()
