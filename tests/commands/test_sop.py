"""`flask sop table`: the SOP and the table of transitions as other programs read them."""

import json
from typing import Any

import pytest
from flask import Flask

from portal.sop.procedure import SHEET, Role
from portal.sop.vocabulary import Action, Status
from portal.sop.workflow import TRANSITIONS


@pytest.fixture
def printed(app: Flask) -> dict[str, Any]:
    result = app.test_cli_runner().invoke(args=["sop", "table", "--json"])
    assert result.exit_code == 0
    data: dict[str, Any] = json.loads(result.output)
    return data


@pytest.fixture
def rows(printed: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["action"]: row for row in printed["transitions"]}


def test_the_seven_steps_are_printed_in_the_words_of_the_sop(printed: dict[str, Any]) -> None:
    assert [step["no"] for step in printed["steps"]] == [1, 2, 3, 4, 5, 6, 7]
    assert printed["steps"][4] == {
        "no": 5,
        "kegiatan": (
            "Menerima dan Meneruskan Pengaduan ke Unit Kerja OPD Berdasarkan Jenis Pengaduan"
        ),
        "actor": "pejabat_penghubung",
        "standard": "1 hari",
        "kelengkapan": "Komputer, Sistem, Jaringan Internet, Kajian dan Laporan",
        "output": "Laporan Pengaduan",
        "keterangan": (
            "Jika Tidak Ditindak Lanjuti Dalam 60 Hari Kerja Maka Laporan Tersebut "
            "Diteruskan Oleh Sistem ke Ombudsman RI"
        ),
    }


def test_every_status_is_printed_with_the_desk_that_holds_it(printed: dict[str, Any]) -> None:
    assert {status["code"]: status["desk"] for status in printed["statuses"]} == {
        "arrived": "admin_nasional",
        "received": "admin_nasional",
        "awaiting_completion": "admin_nasional",
        "returned": "admin_nasional",
        "with_instansi": "admin_instansi",
        "verified": "admin_instansi",
        "with_liaison": "pejabat_penghubung",
        "with_unit": "unit_kerja",
        "answered": "admin_instansi",
        "awaiting_feedback": "admin_instansi",
        "closed": None,
        "not_followed_up": None,
        "transferred": None,
    }


def test_every_action_is_printed_once_in_the_order_of_the_table(printed: dict[str, Any]) -> None:
    order = list(dict.fromkeys(row.action.value for row in TRANSITIONS))
    assert [row["action"] for row in printed["transitions"]] == order
    assert set(order) == {action.value for action in Action}


def test_an_action_of_two_desks_is_printed_as_one(rows: dict[str, dict[str, Any]]) -> None:
    assert rows["dismiss"]["actor"] == ["admin_nasional", "admin_instansi"]
    assert rows["dismiss"]["from"] == ["received", "returned", "with_instansi"]
    assert rows["dismiss"]["to"] == ["not_followed_up"]
    assert rows["dismiss"]["completes"] == [2, 3]
    assert rows["request_completion"]["from"] == ["received", "returned", "with_instansi"]


def test_an_action_that_stays_leads_to_no_status(rows: dict[str, dict[str, Any]]) -> None:
    staying = {action for action, row in rows.items() if not row["to"]}
    assert staying == {
        "acknowledge",
        "record_progress",
        "finish_follow_up",
        "escalate",
        "correct",
        "disclose",
        "anonymise",
    }
    assert rows["correct"]["from"] == [status.value for status in Status]


def test_an_action_that_the_answers_decide_names_every_way(rows: dict[str, dict[str, Any]]) -> None:
    assert rows["record_feedback"]["to"] == ["closed", "with_unit"]
    assert rows["record_completion"]["to"] == ["received", "returned", "with_instansi"]


def test_an_action_names_what_it_asks_with_label_and_duty(rows: dict[str, dict[str, Any]]) -> None:
    assert rows["hand_over"]["asks"] == ["unit", "complaint_type", "instruction"]
    assert rows["hand_over"]["fields"][0] == {
        "name": "unit",
        "label": "Unit kerja",
        "required": True,
    }
    assert rows["receive"]["asks"] == []


def test_the_table_for_people_names_every_step_status_and_action(app: Flask) -> None:
    text = app.test_cli_runner().invoke(args=["sop", "table"]).output
    lines = text.splitlines()
    assert SHEET.number in lines[0]
    for name in [*Status, *Action]:
        assert any(line.startswith(f"{name.value} ") for line in lines)
    assert Role.UNIT_KERJA.label in text
    assert max(len(line) for line in lines) < 160
