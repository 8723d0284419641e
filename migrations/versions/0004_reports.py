"""monthly reports; their entries, snapshots and files are append-only

A later migration that rebuilds one of these tables on SQLite (batch_alter_table) drops its
triggers and must make them anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_REFUSED = "what was reported is append-only"
# Each append-only table and what makes two of its rows the same.
_KEYS = {
    "report_entry": "id = NEW.id OR (report_id = NEW.report_id AND seq = NEW.seq)",
    "report_snapshot": "hash = NEW.hash",
    "report_file": "id = NEW.id",
}
# What an approved report says of itself.
_SEALED = (
    "instansi_id",
    "month",
    "addendum_no",
    "code",
    "number",
    "number_key",
    "dated",
    "snapshot",
    "last_entry",
    "approved_at",
)


def upgrade() -> None:
    _make_tables()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _make_tables() -> None:
    op.add_column("account", sa.Column("rank", sa.String(60), nullable=False, server_default=""))
    op.create_table(
        "report_snapshot",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_report_snapshot")),
    )
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instansi_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("addendum_no", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("number", sa.String(100), nullable=False),
        sa.Column("number_key", sa.String(120)),
        sa.Column("dated", sa.Date()),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("last_entry", sa.Integer()),
        sa.Column("computed_at", _TIME),
        sa.Column("computing", sa.Boolean(), nullable=False),
        sa.Column("beat_at", _TIME),
        sa.Column("error", sa.JSON(), nullable=False),
        sa.Column("paper", sa.String(64)),
        sa.Column("snapshot", sa.String(64)),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("approved_at", _TIME),
        sa.ForeignKeyConstraint(
            ["instansi_id"], ["instansi.id"], name=op.f("fk_report_instansi_id_instansi")
        ),
        sa.ForeignKeyConstraint(
            ["snapshot"],
            ["report_snapshot.hash"],
            name=op.f("fk_report_snapshot_report_snapshot"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("code", name=op.f("uq_report_code")),
        sa.UniqueConstraint("number_key", name=op.f("uq_report_number_key")),
        sa.UniqueConstraint(
            "instansi_id",
            "month",
            "addendum_no",
            name=op.f("uq_report_instansi_id_month_addendum_no"),
        ),
    )
    op.create_table(
        "report_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("source", sa.String(20)),
        sa.Column("target", sa.String(20), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("role", sa.String(30), nullable=False),
        sa.Column("account_id", sa.Integer()),
        sa.Column("assignment_id", sa.Integer()),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("ledger_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_entry_report_id_report")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_report_entry_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignment.id"],
            name=op.f("fk_report_entry_assignment_id_assignment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_entry")),
        sa.UniqueConstraint("report_id", "seq", name=op.f("uq_report_entry_report_id_seq")),
    )
    op.create_table(
        "report_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("entry_seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("identity", sa.String(128), nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_report_file_report_id_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_file")),
    )
    for column in ("report_id", "sha256", "identity"):
        op.create_index(op.f(f"ix_report_file_{column}"), "report_file", [column])
    op.create_table(
        "rendering",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("requested_at", _TIME, nullable=False),
        sa.Column("beat_at", _TIME, nullable=False),
        sa.Column("finished_at", _TIME),
        sa.Column("sha256", sa.String(64)),
        sa.Column("size", sa.Integer()),
        sa.Column("error", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_rendering")),
    )


def _guard_sqlite() -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
    for table, same in _KEYS.items():
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {refuse}"
            )
        # INSERT OR REPLACE deletes without asking the DELETE trigger.
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {refuse}"
        )
    changed = _changed("IS NOT")
    op.execute(
        "CREATE TRIGGER report_sealed BEFORE UPDATE ON report "
        f"WHEN OLD.approved_at IS NOT NULL AND ({changed}) {refuse}"
    )
    op.execute(f"CREATE TRIGGER report_no_delete BEFORE DELETE ON report {refuse}")


def _changed(differs: str) -> str:
    """The condition that an approved report would become another, or open again."""
    columns = [f"NEW.{name} {differs} OLD.{name}" for name in _SEALED]
    return " OR ".join([*columns, "NEW.state NOT IN ('approved', 'archived')"])


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION report_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$"
    )
    for table in (*_KEYS, "report"):
        verbs = "DELETE" if table == "report" else "UPDATE OR DELETE"
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE {verbs} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION report_refuse()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION report_refuse()"
        )
    changed = _changed("IS DISTINCT FROM")
    op.execute(
        "CREATE TRIGGER report_sealed BEFORE UPDATE ON report FOR EACH ROW "
        f"WHEN (OLD.approved_at IS NOT NULL AND ({changed})) EXECUTE FUNCTION report_refuse()"
    )


def downgrade() -> None:
    for table in ("rendering", "report_file", "report_entry", "report", "report_snapshot"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION report_refuse")
    with op.batch_alter_table("account") as account:
        account.drop_column("rank")
