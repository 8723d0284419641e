"""second factors, ended sessions, and the append-only log of accounts and sessions

A later migration that rebuilds `access_log` on SQLite (batch_alter_table) drops its triggers and
must make them anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_REFUSED = "the log of accesses is append-only"


def upgrade() -> None:
    _make_tables()
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER access_log_no_{verb.lower()} BEFORE {verb} ON access_log "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
            )
        # INSERT OR REPLACE deletes without asking the DELETE trigger.
        op.execute(
            "CREATE TRIGGER access_log_no_replace BEFORE INSERT ON access_log WHEN EXISTS "
            "(SELECT 1 FROM access_log WHERE id = NEW.id) "
            "BEGIN SELECT RAISE(ABORT, 'the log of accesses is append-only'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION access_log_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$"
    )
    for when, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER access_log_no_{each.lower()} BEFORE {when} ON access_log "
            f"FOR EACH {each} EXECUTE FUNCTION access_log_refuse()"
        )


def _make_tables() -> None:
    op.create_table(
        "second_factor",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_second_factor_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index("ix_recovery_code_account_id", "recovery_code", ["account_id"])
    op.create_table(
        "ended_session",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("ended_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ended_session")),
    )
    op.create_table(
        "access_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("account_id", sa.Integer()),
        sa.Column("what", sa.String(30), nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("object", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_access_log_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
    )
    for column in ("account_id", "object"):
        op.create_index(f"ix_access_log_{column}_id", "access_log", [column, "id"])


def downgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in ("access_log", "ended_session", "recovery_code", "second_factor"):
        op.drop_table(table)  # its triggers go with it
    if not on_sqlite:
        op.execute("DROP FUNCTION access_log_refuse")
