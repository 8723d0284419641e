"""Runs the migrations on the application's own engine."""

from alembic import context
from flask import current_app

from portal.models import Base
from portal.models.base import UtcDateTime


def render_item(kind, item, _autogen_context):
    """Write our time type as the plain column type that it stands on."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    engine = current_app.extensions["migrate"].db.engine
    arguments = current_app.extensions["migrate"].configure_args
    with engine.connect().execution_options(writes=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render_item,
            **arguments,
        )
        with context.begin_transaction():
            context.run_migrations()
    if engine.dialect.name == "sqlite":
        _leave_nothing_behind(engine)


def _leave_nothing_behind(engine) -> None:
    """What a migration took out must not lie on in free pages or in the log of writes."""
    connection = engine.raw_connection()
    try:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


run()
