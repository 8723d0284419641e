"""who saw whose data

A line is never changed. One that is younger than a year is not removed either. A later migration
that rebuilds `sighting` on SQLite (batch_alter_table) drops its triggers and must make them anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_REFUSED = "the log of who saw what is kept as it is for a year"
_ONCE = sa.text("what IN ('complaint', 'identity')")


def upgrade() -> None:
    op.create_table(
        "sighting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("instansi_id", sa.Integer()),
        sa.Column("complaint_id", sa.Integer()),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{table}_id"], [f"{table}.id"], name=op.f(f"fk_sighting_{table}_id_{table}")
            )
            for table in ("account", "instansi", "complaint")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sighting")),
    )
    op.create_index(
        "uq_sighting_once",
        "sighting",
        ["account_id", "day", "complaint_id", "what"],
        unique=True,
        sqlite_where=_ONCE,
        postgresql_where=_ONCE,
    )
    op.create_index("ix_sighting_complaint_id", "sighting", ["complaint_id"])
    op.create_index("ix_sighting_day", "sighting", ["day"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER sighting_no_update BEFORE UPDATE ON sighting "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        )
        op.execute(
            "CREATE TRIGGER sighting_no_delete BEFORE DELETE ON sighting "
            "WHEN OLD.day > date('now', '-1 year') "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION sighting_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF TG_OP = 'DELETE' AND OLD.day <= current_date - interval '1 year' "
        f"THEN RETURN OLD; END IF; RAISE EXCEPTION '{_REFUSED}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER sighting_no_change BEFORE UPDATE OR DELETE ON sighting "
        "FOR EACH ROW EXECUTE FUNCTION sighting_refuse()"
    )


def downgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    op.drop_table("sighting")  # its triggers go with it
    if not on_sqlite:
        op.execute("DROP FUNCTION sighting_refuse")
