"""Complaints for tests: how they arrive, and the shortest way to each status by real verbs."""

from datetime import datetime
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy.orm import Session

from portal.access import SYSTEM
from portal.cases.act import Done, Form, act
from portal.cases.answers import Invalid
from portal.cases.identity import take_reporter
from portal.cases.outgoing import CONFIRM, TellsIdentity
from portal.cases.record import Note, append
from portal.cases.rules import Rules
from portal.identity.person import FIELDS, Identity
from portal.models import Complaint, writing
from portal.sop.procedure import Role
from portal.sop.vocabulary import Action, Record, Status
from portal.sop.workflow import TRANSITIONS

WHO = {
    Role.ADMIN_NASIONAL: "nasional",
    Role.ADMIN_INSTANSI: "instansi",
    Role.PEJABAT_PENGHUBUNG: "penghubung",
    Role.UNIT_KERJA: "unit",
}
# The way to each status, as officers go it.
WAY = {
    Status.ARRIVED: [],
    Status.RECEIVED: [Action.RECEIVE],
    Status.AWAITING_COMPLETION: [Action.RECEIVE, Action.REQUEST_COMPLETION],
    Status.WITH_INSTANSI: [Action.RECEIVE, Action.FORWARD],
    Status.RETURNED: [Action.RECEIVE, Action.FORWARD, Action.SEND_BACK],
    Status.VERIFIED: [Action.RECEIVE, Action.FORWARD, Action.VERIFY],
    Status.WITH_LIAISON: [Action.RECEIVE, Action.FORWARD, Action.VERIFY, Action.DISPOSE],
}
WAY[Status.WITH_UNIT] = [*WAY[Status.WITH_LIAISON], Action.HAND_OVER]
WAY[Status.ANSWERED] = [*WAY[Status.WITH_UNIT], Action.ANSWER]
WAY[Status.AWAITING_FEEDBACK] = [*WAY[Status.ANSWERED], Action.REGISTER]
WAY[Status.CLOSED] = [*WAY[Status.AWAITING_FEEDBACK], Action.RECORD_FEEDBACK]
WAY[Status.NOT_FOLLOWED_UP] = [Action.RECEIVE, Action.DISMISS]
WAY[Status.TRANSFERRED] = [Action.RECEIVE, Action.TRANSFER]
USUAL = {row.action: WHO[row.roles[0]] for row in reversed(TRANSITIONS) if row.roles[0] in WHO}
BY_HAND = [
    (row, status, role)
    for row in TRANSITIONS
    for status in row.sources
    for role in row.roles
    if role in WHO
]
_numbers = count(9_500_001)
_niks = count(1)
_keys = count(1)


def arrive(
    session: Session,
    cast: SimpleNamespace,
    rules: Rules,
    now: datetime,
    status: Status = Status.ARRIVED,
    **columns: Any,
) -> Complaint:
    """A complaint that entered the portal at `now` in `status`, as an import would bring it."""
    details: dict[str, Any] = {"instansi": cast.own_id, "case_class": "complaint"}
    if status is Status.WITH_LIAISON:
        details["opd"] = cast.opd_id
    values: dict[str, Any] = {
        "tracking_id": str(next(_numbers)),
        "title": "Lampu merah rusak simpang Maospati",
        "body": "Lampu merah simpang empat menyala merah semua sejak kemarin malam.",
        "category": "Lampu Penerangan Jalan Umum",
        "kecamatan": "Maospati",
        "source": "Android",
        "kind": "Pengaduan",
    }
    known = {"name": "Hari Basuki", "nik": f"352001010180{next(_niks) % 10_000:04}"}
    for name in FIELDS:
        known[name] = columns.pop(f"reporter_{name}", known.get(name, ""))
    who = Identity(**known)
    complaint = Complaint(
        **(values | columns),
        instansi_id=cast.own_id,
        arrived_at=now,
        changed_at=now,
        status=status,
        case_class="complaint",
    )
    with writing(session):
        details |= take_reporter(session, complaint, who)
        session.add(complaint)
        session.flush()
        note = Note(Record.ARRIVE, status, now, details)
        append(session, complaint, None, note, SYSTEM, rules, now)
    return complaint


def answers_for(cast: SimpleNamespace, action: Action) -> dict[str, str]:
    """Good answers to everything that `action` asks."""
    answers: dict[Action, dict[str, str]] = {
        Action.REQUEST_COMPLETION: {"missing": "Mohon lokasi kejadian."},
        Action.RECORD_COMPLETION: {"text": "Lokasi: simpang empat Maospati."},
        Action.DISMISS: {"reason": "too_general"},
        Action.FORWARD: {"instansi": str(cast.own_id), "note": "Kewenangan kabupaten."},
        Action.TRANSFER: {"instansi_name": "Kementerian Pekerjaan Umum"},
        Action.VERIFY: {"case_class": "complaint", "category": "Lampu lalu lintas"},
        Action.SEND_BACK: {"reason": "Jalan nasional."},
        Action.DISPOSE: {"opd": str(cast.opd_id), "instruction": "Segera diperiksa."},
        Action.REFUSE_OPD: {"reason": "Bukan kewenangan kami."},
        Action.HAND_OVER: {"unit": str(cast.unit_id), "complaint_type": "Lampu lalu lintas"},
        Action.REFUSE_UNIT: {"reason": "Bukan tugas unit ini."},
        Action.RECORD_PROGRESS: {"text": "Petugas di lokasi."},
        Action.FINISH_FOLLOW_UP: {"report": "Modul lampu diganti."},
        Action.ANSWER: {"answer": "Lampu sudah diperbaiki.", "report": "Modul lampu diganti."},
        Action.RETURN_ANSWER: {"reason": "Sebutkan tanggal perbaikan."},
        Action.RECORD_FEEDBACK: {
            "satisfied": "ya",
            "text": "Terima kasih.",
            "unit": str(cast.unit_id),
        },
        Action.DISCLOSE: {"reason": "Menghubungi pelapor untuk melihat lokasi."},
        Action.ANONYMISE: {"reason": "Diminta pelapor."},
        Action.CORRECT: {"field": "kelurahan", "value": "Kraton", "reason": "Salah ketik."},
    }
    return answers.get(action, {})


def do_anyway(*played: Any, **answers: str) -> Done:
    """`do` something that names somebody: be warned, and send it anyway."""
    try:
        return do(*played, **answers)
    except Invalid as invalid:
        found = [one for one in invalid.errors.values() if isinstance(one, TellsIdentity)]
        return do(*played, **answers, **{CONFIRM: found[0].confirm})


def do(
    session: Session,
    cast: SimpleNamespace,
    folder: Path,
    complaint: Complaint,
    who: str,
    action: Action,
    now: datetime,
    **answers: str,
) -> Done:
    """Let the officer `cast.<who>` do `action`, with good answers unless given otherwise."""
    if action is Action.REGISTER:
        answers = {"published_on": f"{now:%Y-%m-%d}", **answers}
    form = Form(
        action=action,
        key=f"kunci-{next(_keys)}",
        seq=complaint.seq,
        answers={**answers_for(cast, action), **answers},
    )
    account = cast.accounts[who]
    return act(
        session,
        cast.actor(account),
        complaint.tracking_id,
        form,
        folder=folder,
        now=now,
    )
