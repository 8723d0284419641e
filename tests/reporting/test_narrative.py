"""The texts that the report proposes, and what it finds wrong in a month."""

from dataclasses import replace
from typing import Any

import pytest

from portal.reporting.figures import Count, MonthFigures, ReportFigures, TrendPoint
from portal.reporting.findings import findings
from portal.reporting.narrative import PARTS, proposed_texts
from portal.sop.procedure import SHEET
from tests.reporting.papers import MONTH, report_figures, trend_point


def quiet_month(**changes: Any) -> ReportFigures:
    """Ten complaints that arrived and were all finished in time, but for `changes`."""
    figures = report_figures(10)
    everything = figures.month.arrived
    steps = tuple(
        replace(step, on_time=everything, late=Count(), on_time_passages=10, late_passages=0)
        for step in figures.month.steps
    )
    month = replace(
        figures.month,
        opening=Count(),
        finished_by_word=everything,
        finished_silently=Count(),
        not_followed_up=Count(),
        transferred=Count(),
        open_at_end=Count(),
        escalated=Count(),
        steps=steps,
        offices=(),
        unsatisfied=Count(),
        recorded_late=Count(),
        recorded_late_entries=0,
        by={**figures.month.by, "kecamatan": {"Maospati": everything}},
    )
    return replace(figures, month=replace(month, **changes))


def problems(figures: ReportFigures) -> str:
    return "\n".join(each.problem for each in findings(figures, SHEET))


def test_every_part_of_the_report_has_a_text() -> None:
    texts = proposed_texts(report_figures(76))
    assert list(texts) == [part.key for part in PARTS]
    assert all(texts.values())


@pytest.mark.parametrize("complaints", [0, 1, 76])
def test_every_sentence_ends(complaints: int) -> None:
    for key, text in proposed_texts(report_figures(complaints)).items():
        for line in filter(None, text.splitlines()):
            assert line[-1] in ".!:;", f"{key}: {line}"
            assert "  " not in line


def test_the_letter_says_what_came_in_and_what_became_of_it() -> None:
    letter = proposed_texts(quiet_month())["letter"]
    assert "bulan September 2026" in letter
    assert "ditangani 10 pengaduan: 10 masuk. Dari seluruhnya, 10 selesai." in letter
    assert "100% selesai dalam standar waktunya" in letter
    assert letter.endswith("kami mengucapkan terima kasih.")


def test_a_month_without_complaints_is_reported_as_nil() -> None:
    texts = proposed_texts(report_figures(0))
    assert "tidak ada pengaduan yang masuk" in texts["letter"]
    assert "(nihil)" in texts["summary"]
    assert texts["timing"] == "Pada bulan ini tidak ada langkah SOP yang selesai dan terukur."
    assert texts["problems"].startswith("Nihil")
    assert "tidak ada pengaduan yang masuk" in texts["trend"]


def test_a_month_that_only_worked_off_what_was_left_says_that_nothing_arrived() -> None:
    left = Count((1, 2))
    month = quiet_month(opening=left, arrived=Count(), finished_by_word=left, by={})
    assert "Tidak ada pengaduan baru yang masuk (nihil)." in proposed_texts(month)["summary"]


def test_the_month_is_compared_with_the_month_before_and_last_years() -> None:
    figures = report_figures(10)
    last_year = replace(figures.previous, month=MONTH.replace(year=2025))
    summary = proposed_texts(replace(figures, last_year=last_year))["summary"]
    assert "berjumlah 10, 2 lebih banyak daripada bulan Agustus 2026 (8) dan" in summary
    assert "bulan September 2025 (8)." in summary


def test_equal_and_smaller_months_are_called_so() -> None:
    figures = report_figures(10)
    same = replace(figures.previous, arrived=figures.month.arrived)
    more = replace(figures.previous, arrived=Count(tuple(range(30))))
    assert "sama dengan bulan" in proposed_texts(replace(figures, previous=same))["summary"]
    assert "20 lebih sedikit daripada" in proposed_texts(replace(figures, previous=more))["summary"]


def test_a_first_month_is_compared_with_nothing() -> None:
    figures = report_figures(10)
    first = replace(figures, previous=figures.last_year)
    assert "daripada" not in proposed_texts(first)["summary"]


def test_the_summary_names_the_greatest_and_the_mean_of_the_ratings() -> None:
    month = quiet_month(
        by={
            "class": {"complaint": Count((1, 2)), "aspiration": Count((3,))},
            "category": {"": Count((1, 2)), "Jalan": Count((3,))},
            "opd": {},
            "kecamatan": {"": Count((1, 2, 3))},
        },
        ratings={5: Count((1,)), 2: Count((2,))},
        finished_silently=Count((3,)),
        escalated=Count((1,)),
    )
    summary = proposed_texts(month)["summary"]
    assert "klasifikasi Pengaduan tidak berkadar pengawasan (2) dan kategori Jalan (1)." in summary
    assert "2 penilaian dengan rata-rata 3,5 dari 5" in summary
    assert "1 dianggap selesai karena tidak ada tanggapan balik" in summary
    assert "Sebanyak 1 pengaduan diteruskan ke Ombudsman RI." in summary


def test_a_month_without_ratings_or_qualities_says_nothing_of_them() -> None:
    summary = proposed_texts(quiet_month(by={}, ratings={}))["summary"]
    assert "penilaian" not in summary
    assert "terbanyak" not in summary


def test_the_trend_tells_its_greatest_month_and_how_the_rest_changed() -> None:
    points = tuple(trend_point(MONTH.replace(month=n), 10 * n, 5, n) for n in (7, 8, 9))
    trend = proposed_texts(replace(report_figures(10), trend=points))["trend"]
    assert "masuk 240 pengaduan, rata-rata 80 setiap bulan" in trend
    assert "terbanyak pada bulan September 2026 (90)" in trend
    assert "dari 7 (Juli 2026) menjadi 9 (September 2026)" in trend


def test_the_trend_begins_with_the_first_month_that_has_complaints() -> None:
    empty = [trend_point(MONTH.replace(month=n), 0, 0, 0) for n in range(1, 8)]
    points = [trend_point(MONTH.replace(month=n), 10 * n, 5, n) for n in (8, 9)]
    figures = report_figures(10)

    def trend(*points: TrendPoint) -> str:
        return proposed_texts(replace(figures, trend=points))["trend"]

    assert trend(*empty, *points).startswith("Sejak Agustus 2026, bulan pertama di portal, masuk")
    assert "masuk 170 pengaduan, rata-rata 85 setiap bulan" in trend(*empty, *points)
    assert "baru bulan September 2026" in trend(*empty, points[-1])
    assert "tidak ada pengaduan" in trend(*empty)


def test_the_letter_points_to_problems_only_when_there_are_some() -> None:
    assert "bab V" in proposed_texts(report_figures(10))["letter"]
    assert "bab V" not in proposed_texts(quiet_month())["letter"]


def test_a_month_in_order_has_no_problem() -> None:
    month = quiet_month()
    assert findings(month, SHEET) == []
    texts = proposed_texts(month)
    assert texts["problems"].startswith("Pada bulan ini tidak ditemukan permasalahan")
    assert "dipertahankan" in texts["recommendations"]
    assert "Tidak ada langkah yang terlambat." in texts["timing"]


def test_the_three_steps_that_were_late_most_are_named_worst_first() -> None:
    steps = tuple(
        replace(step, late_passages=step.no, on_time_passages=10 - step.no)
        for step in quiet_month().month.steps
    )
    lines = problems(quiet_month(steps=steps)).splitlines()
    assert [line[:9] for line in lines] == ["Langkah 7", "Langkah 6", "Langkah 5"]
    assert (
        "(Tanggapan, Unit Kerja) melewati standar 1 Jam sebanyak 6 kali dari 10 (60,0%)" in lines[1]
    )


def test_late_steps_share_one_advice() -> None:
    figures = report_figures(76)
    advice = proposed_texts(figures)["recommendations"]
    assert advice.count("Pelaksana langkah yang paling sering terlambat") == 1


def office_month(**changes: Any) -> MonthFigures:
    office = replace(
        report_figures(10).month.offices[0],
        name="Dinas Perhubungan",
        sent_back=Count(),
        without_receipt=Count(),
        oldest_open_days=None,
        steps=(),
    )
    other = replace(office, id=99, name="Dinas Kesehatan")
    return quiet_month(offices=(replace(office, **changes), other)).month


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"without_receipt": Count((1, 2))}, "2 disposisi yang belum diberi tanda terima"),
        ({"sent_back": Count((1,))}, "1 pengaduan yang dikembalikan"),
        ({"oldest_open_days": 43}, "terdapat di Dinas Perhubungan (43 hari kerja)"),
    ],
)
def test_an_office_is_named_with_what_it_left_undone(
    changes: dict[str, Any], sentence: str
) -> None:
    found = problems(replace(report_figures(10), month=office_month(**changes)))
    assert sentence in found
    assert "Dinas Perhubungan (" in found
    assert "Dinas Kesehatan" not in found


def test_an_office_that_was_late_is_named() -> None:
    late = replace(report_figures(10).month.steps[4], late=Count((1, 2, 3)))
    found = problems(replace(report_figures(10), month=office_month(steps=(late,))))
    assert "paling banyak terlambat pada langkah 5 atau 6: Dinas Perhubungan (3)." in found


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"escalated": Count((1,))}, "1 pengaduan yang diteruskan ke Ombudsman RI"),
        ({"unsatisfied": Count((1, 2))}, "2 pelapor yang menyatakan belum puas"),
        (
            {"opening": Count((1,)), "open_at_end": Count((1, 2, 3))},
            "bertambah dari 1 pada awal bulan menjadi 3 pada akhir bulan",
        ),
        (
            {"finished_by_word": Count((1,)), "finished_silently": Count((2, 3))},
            "2 dari 3 pengaduan yang selesai di portal dianggap selesai",
        ),
        (
            {"recorded_late": Count((1,)), "recorded_late_entries": 4},
            "4 catatan pada 1 pengaduan yang dicatat lebih dari satu hari kerja",
        ),
        ({"by": {"kecamatan": {"": Count((1, 2))}}}, "2 dari 10 pengaduan yang masuk tidak"),
    ],
)
def test_what_is_wrong_is_found(changes: dict[str, Any], sentence: str) -> None:
    assert sentence in problems(quiet_month(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"opening": Count((1, 2)), "open_at_end": Count((1,))},
        {"finished_by_word": Count((1, 2)), "finished_silently": Count((3,))},
        {"by": {"kecamatan": {"": Count((1,))}}},
    ],
)
def test_what_is_in_bounds_is_no_finding(changes: dict[str, Any]) -> None:
    assert problems(quiet_month(**changes)) == ""
