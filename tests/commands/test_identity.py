"""`flask identity`: one sentence where the keys are wrong, and new keys on demand."""

from collections.abc import Callable
from pathlib import Path

from click.testing import Result
from flask import Flask

from portal.models import Complaint


def run(app: Flask, command: str) -> Result:
    return app.test_cli_runner().invoke(args=["identity", command])


def test_the_right_keys_are_passed_over_in_silence(app: Flask) -> None:
    done = run(app, "check")
    assert (done.exit_code, done.output) == (0, "")


def test_a_lost_file_is_one_sentence_and_no_new_file(app: Flask) -> None:
    path = Path(app.config["IDENTITY_KEYS"])
    path.unlink()
    for command in ("check", "rotate"):
        done = run(app, command)
        assert done.exit_code == 2
        assert done.output.strip() == (
            f"Berkas kunci identitas {path} tidak ada; pulihkan dari salinannya, atau sebut "
            "letaknya di PORTAL_IDENTITY_KEYS."
        )
    assert not path.exists()


def test_a_rotation_says_how_many_and_what_to_do(
    app: Flask, make_complaint: Callable[..., Complaint]
) -> None:
    make_complaint()
    done = run(app, "rotate")
    assert done.exit_code == 0
    assert "1 identitas disegel ulang. Simpan salinan" in done.output
    assert run(app, "check").exit_code == 0


def test_the_keys_lie_where_the_setting_says(tmp_path: Path) -> None:
    from portal.config import load_config

    (tmp_path / "config.env").write_text("PORTAL_IDENTITY_KEYS=/elsewhere/keys\n")
    assert load_config(tmp_path)["IDENTITY_KEYS"] == Path("/elsewhere/keys")
