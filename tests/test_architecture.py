"""The rooms of the house: an arrow may run only downwards, and files stay short."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

ROOT = Path(__file__).parent.parent
PORTAL = ROOT / "portal"
# Each room and the rooms that it may import from, beside itself.
ALLOWED = {
    "sop": set(),
    "identity": {"sop"},
    "lapor": {"sop"},
    "models": {"sop"},
    "access": {"models", "sop"},
    "viewer": {"access", "models", "sop"},
    "reporting": {"access", "identity", "models", "sop"},
    "backup": {"cases", "identity", "models", "sop"},
    "queries": {"access", "cases", "identity", "models", "reporting", "sop", "lapor"},
    "cases": {"access", "identity", "models", "reporting", "sop", "lapor"},
    "language": {"config"},
    "formats": {"language", "sop"},
    "pages": {
        "access",
        "backup",
        "cases",
        "formats",
        "identity",
        "language",
        "models",
        "queries",
        "reporting",
        "sop",
        "web",
    },
}
WITHOUT_FLASK = (
    "sop",
    "lapor",
    "models",
    "cases",
    "queries",
    "reporting",
    "access",
    "identity",
    "backup",
)
WRITES = {"add", "add_all", "delete", "merge", "commit", "flush"}


def sources(room: str) -> list[Path]:
    single = PORTAL / f"{room}.py"
    return [single] if single.exists() else sorted((PORTAL / room).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("room", ALLOWED)
def test_a_room_imports_only_from_the_rooms_below_it(room: str) -> None:
    for path in sources(room):
        rooms = {name.split(".")[1] for name in imported(path) if name.startswith("portal.")}
        assert rooms - {room} <= ALLOWED[room], path


@pytest.mark.parametrize("room", WITHOUT_FLASK)
def test_rules_verbs_and_questions_know_no_web(room: str) -> None:
    for path in sources(room):
        assert not [name for name in imported(path) if name.startswith("flask")], path


@pytest.mark.parametrize("room", ["sop", "lapor"])
def test_the_sop_and_the_reading_of_exports_know_no_database(room: str) -> None:
    for path in sources(room):
        assert not [name for name in imported(path) if name.startswith("sqlalchemy")], path


def test_blueprints_never_write_to_the_session() -> None:
    for path in sources("blueprints"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in WRITES:
                owner = ast.unparse(node.value)
                assert "session" not in owner, f"{path}: {owner}.{node.attr}"


def test_what_an_address_says_is_never_taken_for_what_a_form_says() -> None:
    """But the ticked rows of a list, which both may name."""
    mixed = {
        path.name
        for path in sources("blueprints")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "request.values"
    }
    assert mixed == {"desk_bulk.py"}


def test_files_of_a_request_reach_no_verb_unexamined() -> None:
    """What makes an `Upload` has examined it, found it examined, scans it itself, or drew it."""
    makers = {
        path.relative_to(PORTAL).as_posix()
        for path in sorted(PORTAL.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Upload"
    }
    scan_themselves = {"blueprints/intake.py", "blueprints/administrator/papers.py"}
    for name in scan_themselves:
        assert "scan(" in (PORTAL / name).read_text(encoding="utf-8")
    assert makers - scan_themselves == {
        "blueprints/reports/actions.py",
        "cases/incoming.py",
        "cases/upload_checks.py",
        "demo/pictures.py",
    }


def test_only_the_record_sets_a_status() -> None:
    for path in sorted(PORTAL.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            targets = node.targets if isinstance(node, ast.Assign) else []
            for target in targets:
                if isinstance(target, ast.Attribute) and target.attr == "status":
                    assert ast.unparse(target.value) == "response", path


def test_weasyprint_is_never_imported_at_the_top_of_a_module() -> None:
    for path in sorted(PORTAL.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        top = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
        assert "weasyprint" not in "".join(ast.unparse(node) for node in top), path


def test_a_web_process_loads_nothing_that_makes_or_signs_papers(app: Flask) -> None:
    program = f"""
import sys
from pathlib import Path
from portal import create_app

client = create_app(Path({app.instance_path!r})).test_client()
for path in ("/masuk", "/admin-instansi/", "/verifikasi/"):
    assert client.get(path).status_code < 400, path
heavy = {{"weasyprint", "fontTools", "pyhanko", "pikepdf"}}
print(sorted(heavy & {{name.partition(".")[0] for name in sys.modules}}))
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("[]\n", 0), done.stderr


def test_words_are_translated_in_one_place() -> None:
    for path in sorted(PORTAL.rglob("*.py")):
        assert "flask_babel" not in set(imported(path)), path


def test_files_stay_under_400_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for folder in ("portal", "tests", "bench", "migrations", "bin")
        for path in (ROOT / folder).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}
