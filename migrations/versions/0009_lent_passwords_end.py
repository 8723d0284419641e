"""an initial password ends by itself

Whoever has one that nobody has changed yet may still use it for a week from now.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("lent_until", sa.DateTime(timezone=True)))
    account = sa.table(
        "account",
        sa.column("lent_until", sa.DateTime(timezone=True)),
        sa.column("must_change_password", sa.Boolean()),
    )
    op.execute(
        account.update()
        .where(account.c.must_change_password)
        .values(lent_until=datetime.now(UTC) + timedelta(days=7))
    )
    op.drop_column("account", "must_change_password")


def downgrade() -> None:
    op.add_column(
        "account",
        sa.Column("must_change_password", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.execute("UPDATE account SET must_change_password = (lent_until IS NOT NULL)")
    op.drop_column("account", "lent_until")
