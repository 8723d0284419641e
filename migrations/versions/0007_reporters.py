"""reporters are sealed, apart from their complaints; the first key is made

What stood in clear goes: the columns of the complaint, what tells of a protected reporter in its
title and text, and uploaded exports. The history is append-only and stays as it is.
"""

import json
import re
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from flask import current_app

from portal.cases.identity import sealed_values
from portal.cases.identity_keys import IN_USE
from portal.identity.person import Identity
from portal.identity.scan import hide

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_CHUNK = 500
_READ = (
    *("id", "tracking_id", "title", "body", "lapor", "lapor_reason"),
    *("anonymous", "confidential", "reporter_name", "reporter_contact"),
)
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_PHONE = re.compile(r"[+(]*[0-9][0-9 .()-]{6,}")


def upgrade() -> None:
    op.create_table(
        "reporter",
        sa.Column("complaint_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        *(
            sa.Column(name, sa.LargeBinary())
            for name in ("name", "nik", "phone", "email", "address", "title", "body")
        ),
        sa.Column("nik_hash", sa.LargeBinary()),
        sa.Column("phone_hash", sa.LargeBinary()),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name="fk_reporter_complaint_id_complaint"
        ),
        sa.PrimaryKeyConstraint("complaint_id", name="pk_reporter"),
    )
    for column in ("key", "nik_hash", "phone_hash"):
        op.create_index(f"ix_reporter_{column}", "reporter", [column])
    op.create_index(
        "ix_entry_disclosed",
        "entry",
        ["id"],
        sqlite_where=sa.text("action = 'disclose'"),
        postgresql_where=sa.text("action = 'disclose'"),
    )
    connection = op.get_bind()
    vault = connection.get_execution_options()["vault"]
    vault.create()
    key = vault.current
    setting = {"name": IN_USE, "value": json.dumps({str(key.number): key.fingerprint})}
    connection.execute(sa.text("INSERT INTO setting (name, value) VALUES (:name, :value)"), setting)
    _seal_complaints(connection, key)
    op.drop_column("complaint", "reporter_name")
    op.drop_column("complaint", "reporter_contact")
    _drop_exports(connection, Path(current_app.config["FILES"]))


def _seal_complaints(connection, key) -> None:
    meta = sa.MetaData()
    complaint = sa.Table("complaint", meta, autoload_with=connection)
    reporter = sa.Table("reporter", meta, autoload_with=connection)
    attachment = sa.Table("attachment", meta, autoload_with=connection)
    columns = [complaint.c[name] for name in _READ]
    last = 0
    while rows := connection.execute(
        sa.select(*columns).where(complaint.c.id > last).order_by(complaint.c.id).limit(_CHUNK)
    ).all():
        last = rows[-1].id
        sealed = []
        for row in rows:
            who, words = _identity(row.reporter_name, row.reporter_contact), {}
            if row.anonymous or row.confidential:
                words = _hide(connection, complaint, attachment, row, who)
            if who or words:
                values = sealed_values(key, row.tracking_id, who, words)
                sealed.append({"complaint_id": row.id, **values})
        if sealed:
            connection.execute(sa.insert(reporter), sealed)


def _hide(connection, complaint, attachment, row, who) -> dict[str, str]:
    """Take out of a protected complaint what tells of its reporter; the words that changed."""

    def shown(text):
        return hide(text, who, row.tracking_id) if isinstance(text, str) else text

    lapor = json.loads(row.lapor) if isinstance(row.lapor, str) else row.lapor or {}
    texts = {name: shown(row._mapping[name]) for name in ("title", "body", "lapor_reason")}
    kept = {name: shown(value) for name, value in lapor.items()}
    connection.execute(
        sa.update(complaint).where(complaint.c.id == row.id).values(**texts, lapor=kept)
    )
    files = sa.select(attachment.c.id, attachment.c.name).where(attachment.c.complaint_id == row.id)
    for file in connection.execute(files).all():
        connection.execute(
            sa.update(attachment).where(attachment.c.id == file.id).values(name=shown(file.name))
        )
    words = {name: row._mapping[name] for name in ("title", "body")}
    return {name: text for name, text in words.items() if text != texts[name]}


def _identity(name: str, contact: str) -> Identity:
    """The free text that a contact was, as what it is."""
    contact = contact.strip()
    if _EMAIL.fullmatch(contact):
        return Identity(name, email=contact)
    if _PHONE.fullmatch(contact):
        return Identity(name, phone=contact)
    return Identity(name, address=contact)


def _drop_exports(connection, folder: Path) -> None:
    """Uploaded exports lay among the files; one that waited is to be uploaded again."""
    error = json.dumps(
        {"message": "Impor gagal dan tidak ada yang disimpan. Unggah lagi berkasnya.", "params": {}}
    )
    connection.execute(
        sa.text(
            "UPDATE import_batch SET state = 'failed', error = :error "
            "WHERE state IN ('reading', 'preview', 'importing')"
        ),
        {"error": error},
    )
    attached = set(connection.scalars(sa.text("SELECT sha256 FROM attachment")))
    for sha256 in connection.scalars(sa.text("SELECT DISTINCT sha256 FROM import_batch")).all():
        if sha256 not in attached:
            (folder / sha256[:2] / sha256).unlink(missing_ok=True)


def downgrade() -> None:
    raise RuntimeError("what was sealed is not put in clear again; restore a backup")
