"""Entering a complaint by hand: one that came by letter, telephone or in person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from re import fullmatch
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access import Actor, could_see
from portal.cases.answers import TEXT_LIMIT, Invalid
from portal.cases.fields import Fields
from portal.cases.files import Upload, check_upload, keep_files, named
from portal.cases.identity import take_reporter, vault_of
from portal.cases.incoming import claim
from portal.cases.record import Note, append
from portal.cases.rules import Rules
from portal.cases.sent_forms import digest_of, remember
from portal.identity.person import NIK_DIGITS, Identity, digits
from portal.lapor.columns import LONGEST_ID, IdTooLong, bare_id
from portal.models import Complaint, Instansi, Kecamatan, SentForm, writing
from portal.sop.office_time import ZONE
from portal.sop.procedure import CaseClass, Role
from portal.sop.text import N_, Refusal
from portal.sop.vocabulary import Record, Status

# Where a complaint enters that is entered at a desk, and the steps that it skips thereby.
ENTERED_AT: Mapping[Role, tuple[Status, tuple[int, ...]]] = {
    Role.ADMIN_NASIONAL: (Status.ARRIVED, ()),
    Role.ADMIN_INSTANSI: (Status.WITH_INSTANSI, (1, 2)),
}
SOURCES = (
    N_("Datang langsung"),
    N_("Surat"),
    N_("Telepon"),
    N_("Whatsapp"),
    N_("Media sosial"),
    N_("LAPOR!"),
)
TITLE_LIMIT = 200
_KINDS = {
    CaseClass.INFORMATION: "Permintaan Informasi",
    CaseClass.ASPIRATION: "Aspirasi",
    CaseClass.COMPLAINT: "Pengaduan",
    CaseClass.SUPERVISORY: "Pengaduan",
}


class EnteredBefore(Invalid):
    """The form made a complaint already, and says something else now."""


@dataclass(frozen=True)
class EntryForm:
    """What the browser sent; `key` makes it enter one complaint however often it is sent.

    `uploads` are the tokens of files that came before it, part by part.
    """

    key: str
    answers: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[Upload] = ()
    uploads: Sequence[str] = ()

    @property
    def digest(self) -> str:
        """Of what it says."""
        said = {name: text for name, text in self.answers.items() if name != "csrf_token"}
        return digest_of(said, self.files, self.uploads)


def enter(
    session: Session,
    actor: Actor,
    form: EntryForm,
    *,
    rules: Rules,
    folder: Path,
    now: datetime,
) -> Complaint:
    """Take in a complaint at the actor's desk, in one transaction.

    Without a Tracking ID of LAPOR! it gets the next local number, "M-2026-0001": the M keeps it
    apart from LAPOR!'s, which are all digits. Raises Invalid for what cannot be taken, also for a
    Tracking ID that is there already.
    """
    fields = Fields(form.answers)
    values = _read(session, fields)
    who = _read_identity(fields)
    values["arrived_at"] = _read_arrival(fields, now)
    # Each account's keys are its own: another's form is never taken for this one.
    key = f"{actor.account_id}.{form.key}"[:64]
    with writing(session):
        sent = session.get(SentForm, key)
        if sent is not None:
            return _entered_before(session, sent, form)
        values["instansi_id"] = actor.instansi_id or session.scalars(select(Instansi.id)).first()
        values["tracking_id"] = _read_number(session, actor, fields, values["arrived_at"])
        files = [*form.files, *claim(session, actor, form.uploads, folder, now)]
        _check_files(fields, files)
        fields.check()
        complaint = _take_in(session, actor, values, who, files, rules, folder, now)
        remember(session, actor, key, _digest(session, form), complaint, 1, now)
    return complaint


def _digest(session: Session, form: EntryForm) -> str:
    """Keyed: of a form of which all else is known, a bare hash would tell the telephone number."""
    return vault_of(session).current.lookup("form", form.digest).hex()


def _entered_before(session: Session, sent: SentForm, form: EntryForm) -> Complaint:
    """The complaint that this form made. Raises EnteredBefore if it says something else now."""
    complaint = session.get_one(Complaint, sent.complaint_id)
    if sent.digest != _digest(session, form):
        words = N_(
            "Formulir ini sudah dicatat sebagai pengaduan #%(id)s; yang Anda ubah sesudah itu "
            "belum disimpan. Betulkan di sana, atau kirim lagi sebagai pengaduan lain."
        )
        raise EnteredBefore({"tracking_id": Refusal(words, id=complaint.tracking_id)})
    return complaint


def _take_in(
    session: Session,
    actor: Actor,
    values: Mapping[str, Any],
    who: Identity,
    files: Sequence[Upload],
    rules: Rules,
    folder: Path,
    now: datetime,
) -> Complaint:
    """Write the complaint with its arrival."""
    status, skipped = ENTERED_AT[actor.role]
    complaint = Complaint(**values, status=status, changed_at=now)
    vouched = take_reporter(session, complaint, who)
    session.add(complaint)
    session.flush()
    details = {
        "instansi": complaint.instansi_id,
        "case_class": complaint.case_class,
        "skipped": list(skipped),
        **vouched,
        **named(keep_files(session, complaint, files, folder, now)),
    }
    note = Note(Record.ARRIVE, status, complaint.arrived_at, details)
    append(session, complaint, None, note, actor, rules, now)
    return complaint


def _read(session: Session, fields: Fields) -> dict[str, Any]:
    """The columns that are typed as they are, and the class with LAPOR!'s word for it."""
    places = session.scalars(select(Kecamatan.name)).all()
    case_class = fields.choice("case_class", list(CaseClass)) or CaseClass.COMPLAINT.value
    return {
        "case_class": case_class,
        "kind": _KINDS[CaseClass(case_class)],
        "title": fields.line("title", limit=TITLE_LIMIT),
        "body": fields.text("body", limit=TEXT_LIMIT),
        "category": fields.line("category", required=False),
        "source": fields.choice("source", SOURCES, required=False),
        "kecamatan": fields.choice("kecamatan", places, required=False),
        "kelurahan": fields.line("kelurahan", required=False, limit=100),
        "anonymous": fields.ticked("anonymous"),
        "confidential": fields.ticked("confidential"),
    }


def read_numbers(fields: Fields) -> Identity:
    """NIK and telephone number, by which somebody is found again; each may stay empty."""
    nik = digits(fields.line("reporter_nik", required=False))
    if nik and len(nik) != NIK_DIGITS:
        fields.refuse("reporter_nik", N_("NIK terdiri dari 16 angka."))
    phone = fields.line("reporter_phone", required=False, limit=30)
    if phone and not fullmatch(r"[+(]*[0-9][0-9 .()-]{6,}", phone):
        fields.refuse(
            "reporter_phone", N_("Tulis nomor telepon dengan angka, misalnya 0812-3456-7890.")
        )
    return Identity(nik=nik, phone=phone)


def _read_identity(fields: Fields) -> Identity:
    """Who complained; each field may stay empty."""
    email = fields.line("reporter_email", required=False)
    if email and not fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        fields.refuse("reporter_email", N_("Tulis alamat surel seperti nama@contoh.id."))
    return replace(
        read_numbers(fields),
        name=fields.line("reporter_name", required=False),
        email=email,
        address=fields.line("reporter_address", required=False),
    )


def _read_arrival(fields: Fields, now: datetime) -> datetime:
    """When it came: a local time as the browser writes it, `now` when empty."""
    text = fields.line("arrived_at", required=False)
    if not text:
        return now
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=ZONE)
    except ValueError:
        fields.refuse("arrived_at", N_("Tulis tanggal dan jam seperti 2026-11-23T14:05."))
        return now
    if moment > now:
        fields.refuse("arrived_at", N_("Waktu masuk tidak boleh di masa depan."))
    elif moment.year < 2000:
        fields.refuse("arrived_at", N_("Waktu masuk terlalu lama berlalu."))
    return moment


def _check_files(fields: Fields, files: Sequence[Upload]) -> None:
    try:
        for upload in files:
            check_upload(upload)
    except Refusal as refusal:
        fields.errors["files"] = refusal


def _read_number(session: Session, actor: Actor, fields: Fields, arrived_at: datetime) -> str:
    """LAPOR!'s Tracking ID, or the next local number of the year of arrival.

    Of a complaint that the actor may not see, the refusal does not say that it is there.
    """
    text = bare_id(fields.line("tracking_id", required=False))
    if not text:
        return _next_local_number(session, arrived_at.astimezone(ZONE).year)
    if not fullmatch(r"[0-9]+", text):
        fields.refuse("tracking_id", N_("Tracking ID LAPOR! hanya terdiri dari angka."))
    elif len(text) > LONGEST_ID:
        fields.errors["tracking_id"] = IdTooLong(text)
    elif there := session.scalar(select(Complaint).where(Complaint.tracking_id == text)):
        if could_see(actor, there):
            fields.refuse("tracking_id", N_("Pengaduan #%(id)s sudah ada di portal."), id=text)
        else:
            fields.refuse(
                "tracking_id", N_("Nomor ini tidak dapat dipakai. Periksa lagi angkanya.")
            )
    return text


def _next_local_number(session: Session, year: int) -> str:
    """Inside the write transaction, so that no two complaints get the same."""
    prefix = f"M-{year}-"
    last = session.scalar(
        select(Complaint.tracking_id)
        .where(Complaint.tracking_id.between(prefix, f"{prefix}9999999"))
        .order_by(func.length(Complaint.tracking_id).desc(), Complaint.tracking_id.desc())
        .limit(1)
    )
    number = int(last.removeprefix(prefix)) + 1 if last else 1
    return f"{prefix}{number:04}"
