"""The SOP sheet as issued, and with the numbers of a later version."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.cases.sop_versions import set_show_errata
from portal.sop.office_time import Duration
from portal.sop.procedure import SHEET, Procedure, Role, sheet_in_force
from tests.blueprints.desks.officer import Enter


@pytest.mark.parametrize("who", ["nasional", "unit", "kepala", "administrator"])
def test_everybody_reads_the_sheet_in_its_own_words(enter: Enter, who: str) -> None:
    text = enter(who).get("/sop/").text
    assert SHEET.number in text
    for step in SHEET.steps:
        assert step.activity in text
        assert step.output in text
    for law in SHEET.laws:
        assert law.text in text


def test_our_notes_on_its_citations_can_be_switched_off(enter: Enter, session: Session) -> None:
    assert "yang dimaksud agaknya" in enter("unit").get("/sop/").text
    set_show_errata(session, False)
    assert "yang dimaksud agaknya" not in enter("unit").get("/sop/").text


def test_the_sheet_in_force_is_the_one_issued_while_nothing_was_revised() -> None:
    assert sheet_in_force(Procedure()) == SHEET


def test_a_revised_standard_and_actor_stand_in_the_sheet(app: Flask) -> None:
    usual = Procedure()
    revised = replace(
        usual,
        standards={**usual.standards, 4: Duration(2, "h")},
        actors={**usual.actors, 7: Role.PEJABAT_PENGHUBUNG},
    )
    with app.test_request_context():
        steps = sheet_in_force(revised).steps
    assert steps[3].standard_text == "2 jam kerja"
    assert steps[2].standard_text == "1 Hari"
    assert steps[6].actor is Role.PEJABAT_PENGHUBUNG
