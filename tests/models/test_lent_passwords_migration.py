"""Who had an initial password when they began to end may use it for a week more."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from portal import create_app
from portal.extensions import db


def test_a_lent_password_opens_for_a_week_more_and_ones_own_without_end(tmp_path: Path) -> None:
    app = create_app(tmp_path / "old")
    with app.app_context():
        upgrade(revision="0008")
        with db.engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO account (username, name, nip, phone, password_hash, active,"
                    " session_epoch, created_at, must_change_password) VALUES"
                    " (:name, :name, '', '', '!', 1, 1, '2026-01-01 00:00:00', :lent)"
                ),
                [{"name": "pinjaman", "lent": 1}, {"name": "sendiri", "lent": 0}],
            )
        upgrade(revision="0009")
        with db.engine.connect() as connection:
            ends = dict(
                connection.execute(text("SELECT username, lent_until FROM account")).tuples().all()
            )
        downgrade(revision="0008")
        with db.engine.connect() as connection:
            lent = connection.execute(
                text("SELECT username FROM account WHERE must_change_password")
            ).scalars()
            assert lent.all() == ["pinjaman"]
        db.engine.dispose()
    assert ends["sendiri"] is None
    left = datetime.fromisoformat(ends["pinjaman"]).replace(tzinfo=UTC) - datetime.now(UTC)
    assert timedelta(days=6, hours=23) < left <= timedelta(days=7)
