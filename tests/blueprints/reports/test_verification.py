"""The page on which anybody may check a paper."""

from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.blueprints import verification
from portal.cases.report_files import latest_file, read_file
from portal.models import FileKind, Report
from tests.report_story import ReportStory


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test begins with no checks counted."""
    monkeypatch.setattr(verification, "_checks", {})


def check(client: FlaskClient, content: bytes, name: str = "laporan.pdf") -> TestResponse:
    answer = client.post("/verifikasi/", data={"file": (BytesIO(content), name)})
    return answer


def original(story: ReportStory, report: Report) -> bytes:
    file = latest_file(story.session, report, FileKind.ORIGINAL)
    assert file is not None
    return read_file(story.folder, file)


def test_the_code_tells_title_month_day_signer_hash_and_state_and_nothing_else(
    client: FlaskClient, story: ReportStory
) -> None:
    story.complaints(2)
    report = story.archived()
    answer = client.get(f"/verifikasi/{report.code}")
    file = latest_file(story.session, report, FileKind.ORIGINAL)
    assert file is not None
    for said in (
        "Laporan pengelolaan pengaduan masyarakat",
        "Oktober 2026",
        "Diarsipkan",
        "Senin, 23 November 2026",
        "Hendra Gunawan",
        file.sha256,
    ):
        assert said in answer.text
    for kept in (report.number, "Wahyu Hidayat", "Masuk", "Hari Basuki"):
        assert kept not in answer.text


def test_a_code_may_be_typed_as_people_type(client: FlaskClient, story: ReportStory) -> None:
    report = story.approved()
    typed = report.code.lower().replace("-", " ")
    answer = client.get("/verifikasi/", query_string={"kode": typed})
    assert answer.status_code == 303
    assert answer.location == f"/verifikasi/{report.code}"
    assert client.get(f"/verifikasi/{typed}").status_code == 200


def test_an_incomplete_code_is_said_at_its_field(client: FlaskClient) -> None:
    answer = client.get("/verifikasi/?kode=ABC")
    assert answer.status_code == 422
    assert "tidak lengkap" in answer.text
    assert 'value="ABC"' in answer.text


@pytest.mark.parametrize("stage", ["none", "draft", "submitted"])
def test_what_was_not_approved_is_not_known(
    client: FlaskClient, story: ReportStory, stage: str
) -> None:
    code = "K7MX-29QD-HRWT"
    if stage != "none":
        report = story.draft()
        code = report.code
        if stage == "submitted":
            story.submit(report)
    answer = client.get(f"/verifikasi/{code}")
    assert answer.status_code == 404
    assert "Tidak ada laporan yang disetujui dengan kode" in answer.text
    assert "Oktober" not in answer.text


def test_the_approved_file_itself_is_genuine(client: FlaskClient, story: ReportStory) -> None:
    answer = check(client, original(story, story.approved()))
    assert "sama persis" in answer.text
    assert "Oktober 2026" in answer.text


def test_other_bytes_are_unknown_which_is_no_proof_of_forgery(
    client: FlaskClient, story: ReportStory
) -> None:
    story.approved()
    answer = check(client, b"%PDF-1.7 lain\n%%EOF")
    assert "Tidak dikenal" in answer.text
    assert "belum berarti palsu" in answer.text


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "", "Pilih dahulu berkas PDF-nya."),
        (b"PK\x03\x04", "laporan.docx", "bukan PDF"),
        (b"%PDF-" + bytes(2000), "besar.pdf", "lebih dari"),
    ],
)
def test_what_cannot_be_one_of_ours_is_refused(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, content: bytes, name: str, words: str
) -> None:
    monkeypatch.setattr(verification, "MAX_BYTES", 1024)
    answer = check(client, content, name)
    assert answer.status_code == 422
    assert words in answer.text


def test_nobody_checks_files_without_end(client: FlaskClient, clock: SimpleNamespace) -> None:
    for _ in range(20):
        assert check(client, b"%PDF-1.7 lain").status_code == 200
    assert check(client, b"%PDF-1.7 lain").status_code == 429
    clock.now += timedelta(minutes=10)
    assert check(client, b"%PDF-1.7 lain").status_code == 200


def test_a_crowd_of_addresses_is_not_remembered_for_ever(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "_MOST_ADDRESSES", 2)
    for n in range(5):
        client.post("/verifikasi/", environ_base={"REMOTE_ADDR": f"10.0.0.{n}"})
        assert len(verification._checks) <= 3
