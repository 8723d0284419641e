"""All that the portal holds of one person, for that person (UU 27/2022 art. 7)."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.access import Actor, visible_to
from portal.cases.identity import is_from, told
from portal.cases.record import history_of
from portal.identity.person import Identity
from portal.models import Attachment, Complaint, Reporter, Sighting
from portal.reporting.entry_words import Voice, entry_facts, entry_texts, entry_title
from portal.reporting.words import plain_date
from portal.sop.procedure import CaseClass
from portal.sop.vocabulary import Status

_PAPER = Voice(str, plain_date)


def complaints_of(session: Session, actor: Actor, who: Identity) -> Sequence[Complaint]:
    """The complaints of the NIK or telephone number of `who` that `actor` sees, oldest first."""
    same = is_from(session, who)
    if same is None:
        return []
    query = (
        select(Complaint)
        .join(Reporter, Reporter.complaint_id == Complaint.id)
        .where(same, visible_to(actor))
        .options(*map(joinedload, (Complaint.reporter, Complaint.opd, Complaint.unit)))
        .order_by(Complaint.arrived_at, Complaint.id)
    )
    return session.scalars(query).all()


def attachments_of(session: Session, complaint: Complaint) -> Sequence[Attachment]:
    query = select(Attachment).where(Attachment.complaint_id == complaint.id)
    return session.scalars(query.order_by(Attachment.id)).all()


def personal_data(
    session: Session, complaint: Complaint, name_of: Callable[[Attachment], str]
) -> dict[str, Any]:
    """All of a complaint as its reporter may have it, as JSON values, words in Indonesian.

    `name_of`: under which name a file is given along.
    """
    tale = told(session, complaint)
    return {
        "tracking_id": complaint.tracking_id,
        "pelapor": {name: value for name, value in asdict(tale.who).items() if value},
        "judul": tale.title,
        "isi": tale.body,
        "masuk": complaint.arrived_at.isoformat(),
        "sumber": complaint.source,
        "klasifikasi": CaseClass(complaint.case_class).label,
        "kategori": complaint.category,
        "kecamatan": complaint.kecamatan,
        "kelurahan": complaint.kelurahan,
        "anonim": complaint.anonymous,
        "rahasia": complaint.confidential,
        "status": Status(complaint.status).label,
        "opd": complaint.opd.name if complaint.opd else "",
        "unit": complaint.unit.name if complaint.unit else "",
        "nilai": complaint.rating,
        "lapor": complaint.lapor,
        "riwayat": [
            {
                "waktu": entry.happened_at.isoformat(),
                "dicatat": entry.recorded_at.isoformat(),
                "kejadian": entry_title(entry, _PAPER),
                "oleh": entry.actor_name,
                "teks": dict(entry_texts(entry, _PAPER)),
                "keterangan": list(entry_facts(entry, _PAPER)),
            }
            for entry in history_of(session, complaint)
        ],
        "lampiran": [
            {"berkas": name_of(file), "sha256": file.sha256, "byte": file.size}
            for file in attachments_of(session, complaint)
        ],
        "dilihat": [
            {"tanggal": day.isoformat(), "oleh": actor_name, "apa": what}
            for day, actor_name, what in _seen(session, complaint)
        ],
    }


def _seen(session: Session, complaint: Complaint) -> Sequence[tuple[date, str, str]]:
    query = select(Sighting.day, Sighting.actor_name, Sighting.what).where(
        Sighting.complaint_id == complaint.id
    )
    return session.execute(query.order_by(Sighting.id)).tuples().all()
