"""The keys of the identities: whether they are this database's, and changing them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.cases.identity import reseal, vault_of
from portal.cases.second_factor import reseal_secrets
from portal.identity.vault import Key, KeysUnusable
from portal.models import Complaint, Reporter, Setting, writing
from portal.models.base import CHUNK
from portal.sop.text import N_

IN_USE = "identity.keys"


def check_keys(session: Session) -> None:
    """Raise KeysUnusable unless every key is there, and right, that something is sealed by."""
    vault = vault_of(session)
    setting = session.get(Setting, IN_USE)
    for number, fingerprint in (setting.value if setting else {}).items():
        if vault.key(int(number)).fingerprint != fingerprint:
            raise KeysUnusable(
                N_(
                    "Kunci identitas nomor %(no)s bukan kunci database ini; pulihkan berkas kunci "
                    "dari salinannya."
                ),
                no=number,
            )


def note_keys(session: Session, *keys: Key) -> None:
    """Remember in the caller's transaction which keys something is sealed by."""
    in_use = {str(key.number): key.fingerprint for key in keys}
    session.merge(Setting(name=IN_USE, value=in_use))


def rotate_keys(session: Session) -> int:
    """Make a new key and seal every identity by it, and telephones' secrets; how many identities.

    A few hundred at a time, so that the office can go on; what was cut short is finished by the
    next rotation. Old keys stay in the file: older backups need them. Raises KeysUnusable.
    """
    check_keys(session)
    vault = vault_of(session)
    new = vault.add_key()
    with writing(session):
        note_keys(session, *vault.keys().values())
        reseal_secrets(session)
    resealed = 0
    query = (
        select(Reporter, Complaint.tracking_id)
        .join(Complaint, Complaint.id == Reporter.complaint_id)
        .where(Reporter.key != new.number)
        .limit(CHUNK)
    )
    while True:
        with writing(session):
            rows = session.execute(query).all()
            if not rows:
                note_keys(session, new)
                return resealed
            for reporter, tracking_id in rows:
                reseal(vault, reporter, tracking_id, new)
            resealed += len(rows)
