"""Reading what an officer typed into an action's form, by what the table says it asks."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.access import Actor, known_to
from portal.cases.files import Upload, check_upload
from portal.models import Complaint, Entry, Instansi, Opd, Unit
from portal.sop.asks import CORRECTABLE, Ask, Kind
from portal.sop.office_time import ZONE
from portal.sop.procedure import CaseClass
from portal.sop.text import N_, Refusal
from portal.sop.vocabulary import Action
from portal.sop.workflow import State

TEXT_LIMIT = 20_000
LINE_LIMIT = 200
# Control characters, and marks that turn the direction of writing.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile("[\\s\u200b-\u200f\u2060\ufeff]*")


class Invalid(Exception):
    """Answers that cannot be taken: a sentence for each field, by its name."""

    def __init__(self, errors: Mapping[str, Refusal]) -> None:
        self.errors = errors
        super().__init__("; ".join(f"{name}: {error}" for name, error in errors.items()))


class UnknownVersion(Refusal):
    """The form names a version that never was: it was damaged on its way, or made up."""

    def __init__(self) -> None:
        super().__init__(
            N_("Nomor versi di formulir ini rusak. Belum ada yang disimpan dari Anda.")
        )


@dataclass(frozen=True)
class Desk:
    """What the readers need around the form: who answers, about which complaint, when."""

    session: Session
    actor: Actor
    complaint: Complaint
    state: State
    entries: Sequence[Entry]
    now: datetime


def read_answers(
    desk: Desk, action: Action, asks: Sequence[Ask], raw: Mapping[str, str], files: Sequence[Upload]
) -> dict[str, Any]:
    """The answers as the history keeps them (JSON values; names beside ids).

    Raises Invalid with one sentence for each field that is wrong.
    """
    details: dict[str, Any] = {}
    errors: dict[str, Refusal] = {}
    for ask in asks:
        try:
            if ask.kind is Kind.FILES:
                for upload in files:
                    check_upload(upload)
            else:
                details |= _read(desk, ask, raw)
        except Refusal as refusal:
            errors[ask.name] = refusal
    if not errors:
        errors = _cross_checks(desk, action, details, files)
    if errors:
        raise Invalid(errors)
    return details


def clean_text(text: str, limit: int) -> str:
    """`text` trimmed, its line ends and composed characters made uniform; else raises Refusal."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if _INVISIBLE.fullmatch(text):
        return ""
    if _UNWANTED.search(text):
        raise Refusal(N_("Ada karakter yang tidak dapat disimpan. Ketik ulang bagian itu."))
    if len(text) > limit:
        raise Refusal(
            N_("Terlalu panjang: %(length)s huruf, paling banyak %(limit)s."),
            length=len(text),
            limit=limit,
        )
    return text


def read_moment(raw: str, entries: Sequence[Entry], now: datetime) -> datetime:
    """When it happened: `raw` as the browser writes a local time, `now` when empty.

    Raises Invalid at `happened_at` for what cannot be: later than now, or before the entry
    that precedes it.
    """
    if not raw.strip():
        return max(now, entries[-1].happened_at)
    try:
        moment = datetime.fromisoformat(raw.strip())
    except ValueError:
        sentence = N_("Tulis tanggal dan jam seperti 2026-11-23T14:05.")
        raise Invalid({"happened_at": Refusal(sentence)}) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=ZONE)
    if moment > now:
        raise Invalid({"happened_at": Refusal(N_("Waktu kejadian tidak boleh di masa depan."))})
    # The form knows minutes only: the minute of the last entry itself is not before it.
    if moment < entries[-1].happened_at.replace(second=0, microsecond=0):
        earliest = entries[-1].happened_at.astimezone(ZONE)
        raise Invalid(
            {
                "happened_at": Refusal(
                    N_("Waktu kejadian tidak boleh sebelum catatan terakhir (%(time)s)."),
                    time=f"{earliest:%d-%m-%Y %H.%M}",
                )
            }
        )
    return max(moment.astimezone(UTC), entries[-1].happened_at)


def _read(desk: Desk, ask: Ask, raw: Mapping[str, str]) -> dict[str, Any]:
    limit = TEXT_LIMIT if ask.kind is Kind.TEXT else LINE_LIMIT
    text = clean_text(raw.get(ask.name, ""), limit)
    if text:
        return _READERS[ask.kind](desk, ask, text)
    needed = ask.needs is not None and raw.get(ask.needs[0], "").strip() in ask.needs[1]
    if ask.required or needed:
        raise Refusal(_EMPTY.get(ask.kind, N_("Isian ini wajib diisi.")))
    return {}


_EMPTY = {
    Kind.CHOICE: N_("Pilih salah satu."),
    Kind.YES_NO: N_("Pilih salah satu."),
    Kind.FIELD: N_("Pilih salah satu."),
    Kind.OPD: N_("Pilih OPD tujuan."),
    Kind.UNIT: N_("Pilih unit kerja tujuan."),
    Kind.INSTANSI: N_("Pilih instansi tujuan."),
    Kind.DATE: N_("Isi tanggalnya."),
}


def _as_text(desk: Desk, ask: Ask, text: str) -> dict[str, Any]:
    return {ask.name: text}


def _as_line(desk: Desk, ask: Ask, text: str) -> dict[str, Any]:
    return {ask.name: " ".join(text.split())}


def _as_choice(desk: Desk, ask: Ask, text: str) -> dict[str, Any]:
    if text not in dict(ask.choices):
        raise Refusal(N_("Pilih salah satu dari daftar."))
    return {ask.name: text}


def _as_yes_no(desk: Desk, ask: Ask, text: str) -> dict[str, Any]:
    if text not in ("ya", "tidak"):
        raise Refusal(N_("Pilih salah satu dari daftar."))
    return {ask.name: text == "ya"}


def _as_date(desk: Desk, ask: Ask, text: str) -> dict[str, Any]:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refusal(N_("Tulis tanggal seperti 2026-11-23.")) from None
    if day > desk.now.astimezone(ZONE).date():
        raise Refusal(N_("Tanggal ini masih di masa depan."))
    answers = (entry for entry in reversed(desk.entries) if entry.action == Action.ANSWER)
    answered = next(answers, desk.entries[0]).happened_at
    if day < answered.astimezone(ZONE).date():
        raise Refusal(N_("Tanggal ini sebelum tanggapan diberikan."))
    return {ask.name: day.isoformat()}


def _as_rating(desk: Desk, ask: Ask, text: str) -> dict[str, Any]:
    if text not in ("1", "2", "3", "4", "5"):
        raise Refusal(N_("Nilai dari 1 sampai 5."))
    return {ask.name: int(text)}


def _as_tracking_id(desk: Desk, ask: Ask, text: str) -> dict[str, Any]:
    tracking_id = text.removeprefix("#").strip()
    if tracking_id == desk.complaint.tracking_id:
        raise Refusal(N_("Itu nomor pengaduan ini sendiri."))
    known = select(Complaint.id).where(Complaint.tracking_id == tracking_id, known_to(desk.actor))
    if desk.session.scalar(known) is None:
        raise Refusal(N_("Tidak ada pengaduan #%(id)s yang dapat Anda lihat."), id=tracking_id)
    return {ask.name: tracking_id}


def _as_id(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _as_instansi(desk: Desk, ask: Ask, text: str) -> dict[str, Any]:
    instansi = desk.session.get(Instansi, _as_id(text))
    if instansi is None:
        raise Refusal(_EMPTY[Kind.INSTANSI])
    return {ask.name: instansi.id, f"{ask.name}_name": instansi.name}


def _as_opd(desk: Desk, ask: Ask, text: str) -> dict[str, Any]:
    opd = desk.session.get(Opd, _as_id(text))
    if opd is None or not opd.active or opd.instansi_id != desk.complaint.instansi_id:
        raise Refusal(_EMPTY[Kind.OPD])
    return {ask.name: opd.id, f"{ask.name}_name": opd.name}


def _as_unit(desk: Desk, ask: Ask, text: str) -> dict[str, Any]:
    unit = desk.session.get(Unit, _as_id(text), options=[joinedload(Unit.opd)])
    if unit is None or not unit.active or not _takes(unit.opd, desk.complaint):
        raise Refusal(_EMPTY[Kind.UNIT])
    return {ask.name: unit.id, f"{ask.name}_name": unit.name, "opd": unit.opd_id}


def _takes(opd: Opd, complaint: Complaint) -> bool:
    """Whether a unit of `opd` may get the complaint: it lies there, or lies nowhere yet."""
    ours = opd.active and opd.instansi_id == complaint.instansi_id
    return ours and complaint.opd_id in (None, opd.id)


_READERS: Mapping[Kind, Callable[[Desk, Ask, str], dict[str, Any]]] = {
    Kind.TEXT: _as_text,
    Kind.LINE: _as_line,
    Kind.CATEGORY: _as_line,
    Kind.CHOICE: _as_choice,
    Kind.FIELD: _as_choice,
    Kind.YES_NO: _as_yes_no,
    Kind.DATE: _as_date,
    Kind.RATING: _as_rating,
    Kind.TRACKING_ID: _as_tracking_id,
    Kind.INSTANSI: _as_instansi,
    Kind.OPD: _as_opd,
    Kind.UNIT: _as_unit,
}


def _cross_checks(
    desk: Desk, action: Action, details: dict[str, Any], files: Sequence[Upload]
) -> dict[str, Refusal]:
    """What one field alone cannot tell."""
    match action:
        case Action.FINISH_FOLLOW_UP | Action.ANSWER:
            if not desk.state.reported and not details.get("report") and not files:
                sentence = N_("Laporan hasil tindak lanjut wajib: tulis atau lampirkan berkasnya.")
                return {"report": Refusal(sentence)}
        case Action.RECORD_FEEDBACK:
            homeless = desk.state.unit_id is None and "unit" not in details
            if not details["satisfied"] and homeless:
                return {"unit": Refusal(_EMPTY[Kind.UNIT])}
        case Action.CORRECT:
            return _check_correction(desk, details)
        case _:
            pass
    return {}


def _check_correction(desk: Desk, details: dict[str, Any]) -> dict[str, Refusal]:
    """Add the old value to `details`, or say what is wrong with the new one."""
    name = details["field"]
    old = getattr(desk.complaint, name)
    if name == "case_class":
        classes = {case_class.label.casefold(): case_class.value for case_class in CaseClass}
        typed = details["value"].casefold()
        if typed not in classes:
            choices = ", ".join(case_class.label for case_class in CaseClass)
            sentence = N_("Klasifikasi yang dikenal: %(choices)s.")
            return {"value": Refusal(sentence, choices=choices)}
        details["value"] = details["case_class"] = classes[typed]
    elif name != "body":
        column = Complaint.__table__.c[name].type
        try:
            clean_text(details["value"], getattr(column, "length", LINE_LIMIT))
        except Refusal as refusal:
            return {"value": refusal}
    if details["value"] == old:
        label = dict(CORRECTABLE)[name]
        return {"value": Refusal(N_("%(field)s sudah berisi itu."), field=label)}
    details["old"] = str(old)
    return {}
