"""A report's paper as plain data: kept, and printed again as it was."""

import json
from dataclasses import replace
from datetime import date

from portal.models import Seal
from portal.reporting.compose import compose_report
from portal.reporting.paper import Letter, Marks
from portal.reporting.report_paper import Addendum, Change, report_data, report_from
from portal.sop.procedure import SHEET, Role
from tests.reporting.papers import report_paper


def test_a_paper_comes_back_from_json_as_it_was() -> None:
    step = replace(SHEET.steps[6], actor=Role.UNIT_KERJA, standard_text="2 jam kerja")
    addendum = Addendum("065/9/2026", date(2026, 10, 5), "Impor.", (Change("Masuk", "1", "2"),))
    paper = report_paper(
        12,
        letter=Letter("", None),
        marks=Marks(True, "https://contoh.id/verifikasi/A", "<svg></svg>"),
        sheet=replace(SHEET, steps=(*SHEET.steps[:6], step)),
        addendum=addendum,
        seal=Seal(date(2026, 10, 5), 412, "ab" * 32),
    )
    again = report_from(json.loads(json.dumps(report_data(paper))))
    assert again == replace(paper, register=list(paper.register))
    assert compose_report(again).key == compose_report(paper).key


def test_the_emblem_is_kept_apart_and_handed_in_again() -> None:
    paper = report_paper(0)
    data = report_data(replace(paper, settings=replace(paper.settings, emblem=b"png")))
    assert "emblem" not in data["settings"]
    assert report_from(data, emblem=b"png").settings.emblem == b"png"
