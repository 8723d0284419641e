"""what somebody wrote stands beside what the chain says for good, and can be masked

`entry.details` gives up its texts to `entry.words`. The hash of an entry that is there already is
over both, as it always was. A later migration that rebuilds `entry` on SQLite (batch_alter_table)
drops its triggers and must make them anew, those of 0002 too.
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# What each action's texts are called; of "dismiss" the reason is a choice.
_WRITTEN = {
    "arrive": {"lapor_reason", "files"},
    "correct": {"value", "old", "reason"},
    "dismiss": {"note"},
}
_USUAL = {
    *("answer", "complaint_type", "files", "instansi_name", "instruction", "missing", "note"),
    *("reason", "report", "suggested_owner", "text"),
}
_CHANGES = {"title", "body", "lapor_reason"}
_CHAIN = (
    *("id", "complaint_id", "seq", "action", "source", "target", "completes", "happened_at"),
    *("recorded_at", "recorded_late", "role", "account_id", "assignment_id", "actor_name"),
    *("details", "measured", "previous_hash", "ledger_hash", "hash"),
)
_REFUSED = "history is append-only"
_ENTRY = sa.table(
    "entry",
    sa.column("id", sa.Integer()),
    sa.column("action", sa.String()),
    sa.column("details", sa.JSON()),
    sa.column("words", sa.JSON()),
)


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    op.add_column("entry", sa.Column("words", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("entry", sa.Column("salt", sa.LargeBinary()))
    op.add_column(
        "complaint",
        sa.Column("anonymised", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    if on_sqlite:
        op.execute("DROP TRIGGER entry_no_update")
    else:
        op.execute("DROP TRIGGER entry_no_change ON entry")
    _move(_apart)
    columns = ", ".join(_CHAIN)
    if on_sqlite:
        op.execute(
            f"CREATE TRIGGER entry_no_update BEFORE UPDATE OF {columns} ON entry "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        )
        op.execute(
            "CREATE TRIGGER entry_words_no_update BEFORE UPDATE OF words, salt ON entry "
            "WHEN NEW.salt IS NOT NULL "
            "BEGIN SELECT RAISE(ABORT, 'history is append-only, but for masking'); END"
        )
        return
    op.execute(
        f"CREATE TRIGGER entry_no_change BEFORE UPDATE OF {columns} OR DELETE ON entry "
        "FOR EACH ROW EXECUTE FUNCTION entry_refuse()"
    )
    op.execute(
        "CREATE TRIGGER entry_words_no_change BEFORE UPDATE OF words, salt ON entry "
        "FOR EACH ROW WHEN (NEW.salt IS NOT NULL) EXECUTE FUNCTION entry_refuse()"
    )


def _move(changed: Any) -> None:
    """Give each entry the details and words that `changed` makes of those that it has."""
    connection = op.get_bind()
    last = 0
    while True:
        page = sa.select(_ENTRY).where(_ENTRY.c.id > last).order_by(_ENTRY.c.id).limit(1000)
        rows = connection.execute(page).all()
        if not rows:
            return
        last = rows[-1].id
        moved = [(row, changed(row.action, row.details, row.words)) for row in rows]
        values = [
            {"b_id": row.id, "b_details": details, "b_words": words}
            for row, (details, words) in moved
            if json.dumps([details, words]) != json.dumps([row.details, row.words])
        ]
        if values:
            connection.execute(
                sa.update(_ENTRY)
                .where(_ENTRY.c.id == sa.bindparam("b_id"))
                .values(details=sa.bindparam("b_details"), words=sa.bindparam("b_words")),
                values,
            )


def _apart(
    action: str, details: dict[str, Any], _words: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    names = _WRITTEN.get(action, _USUAL)
    kept = {name: value for name, value in details.items() if name not in names}
    words = {name: value for name, value in details.items() if name in names}
    if "changes" in kept:
        texts = {name: one for name, one in kept["changes"].items() if name in _CHANGES}
        kept["changes"] = {
            name: one for name, one in kept["changes"].items() if name not in _CHANGES
        }
        words |= {"changes": texts} if texts else {}
    return kept, words


def downgrade() -> None:
    """Only of a history whose entries are all older than this: those since have other hashes."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM entry WHERE salt IS NOT NULL")):
        raise RuntimeError("entries were recorded since; restore a backup instead")
    if on_sqlite:
        op.execute("DROP TRIGGER entry_words_no_update")
        op.execute("DROP TRIGGER entry_no_update")
    else:
        op.execute("DROP TRIGGER entry_words_no_change ON entry")
        op.execute("DROP TRIGGER entry_no_change ON entry")
    _move(_together)
    for column in ("salt", "words"):
        op.drop_column("entry", column)
    op.drop_column("complaint", "anonymised")
    if on_sqlite:
        op.execute(
            "CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        )
        return
    op.execute(
        "CREATE TRIGGER entry_no_change BEFORE UPDATE OR DELETE ON entry "
        "FOR EACH ROW EXECUTE FUNCTION entry_refuse()"
    )


def _together(
    _action: str, details: dict[str, Any], words: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    changes = {**details.get("changes", {}), **words.get("changes", {})}
    return {**details, **words, **({"changes": changes} if changes else {})}, {}
