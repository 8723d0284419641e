"""files that arrive in parts; what a form that acted had said"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incoming_file",
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("described", sa.String(1000), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_incoming_file_account_id_account")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_incoming_file")),
    )
    for column in ("account_id", "expires_at"):
        op.create_index(op.f(f"ix_incoming_file_{column}"), "incoming_file", [column])
    op.add_column(
        "sent_form", sa.Column("digest", sa.String(64), nullable=False, server_default="")
    )


def downgrade() -> None:
    with op.batch_alter_table("sent_form") as sent_form:
        sent_form.drop_column("digest")
    op.drop_table("incoming_file")
