"""The history in words: what was done, by whom, when it happened and when it was recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import url_for

from portal.cases.rules import Rules
from portal.formats import label, short_date
from portal.language import gettext
from portal.models import Attachment, Complaint, Entry
from portal.pages.time_words import measured_words, moment_words
from portal.queries.complaint import CaseFile
from portal.sop.asks import ASKS, CORRECTABLE, Ask, Kind
from portal.sop.clocks import ClockKind
from portal.sop.procedure import CaseClass
from portal.sop.text import N_
from portal.sop.vocabulary import Action, Record

_ONE_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    at: str
    recorded: str
    title: str
    by: str
    text: str
    detail: str
    tags: list[tuple[str, str]]
    files: list[tuple[str, str]]


def history_line(entry: Entry, case: CaseFile, rules: Rules, now: datetime) -> HistoryLine:
    at_once = entry.recorded_at - entry.happened_at < _ONE_MINUTE
    measured = [measured_words(data, rules.procedures) for data in entry.measured]
    files = [file for file in case.attachments if file.entry_seq == entry.seq > 1]
    return HistoryLine(
        at=moment_words(entry.happened_at, now),
        recorded="" if at_once else moment_words(entry.recorded_at, now),
        title=entry_title(entry),
        by=gettext("oleh %(name)s", name=label(entry.actor_name)),
        text=_said(entry),
        detail=" ".join([*_facts(entry), *filter(None, measured)]),
        tags=[(gettext("dicatat terlambat"), "back")] if entry.recorded_late else [],
        files=[file_link(case.complaint, file) for file in files],
    )


def since_words(entry: Entry, now: datetime) -> str:
    """ "Diverifikasi oleh Rina Kurniawati, Admin Instansi, hari ini 14.05"."""
    return gettext(
        "%(done)s oleh %(name)s, %(when)s",
        done=entry_title(entry),
        name=label(entry.actor_name),
        when=moment_words(entry.recorded_at, now),
    )


def entry_title(entry: Entry) -> str:
    """What was done, and to which office it led."""
    name = next((entry.details[key] for key in _PLACES if entry.details.get(key)), "")
    done = label(entry.verb.done)
    return f"{done}: {name}" if name else done


_PLACES = ("opd_name", "unit_name", "instansi_name")


def _said(entry: Entry) -> str:
    """What the officer wrote, each text with its label where there are several."""
    asks = [ask for ask in ASKS.get(entry.action, ()) if ask.kind is Kind.TEXT]
    texts = [
        (label(ask.label), str(entry.details[ask.name]))
        for ask in asks
        if ask.name in entry.details
    ]
    if entry.action == Action.CORRECT:
        return _corrected(entry.details)
    if len(texts) == 1:
        return texts[0][1]
    return "\n\n".join(f"{name}:\n{text}" for name, text in texts)


def _corrected(details: Mapping[str, Any]) -> str:
    old, new = details["old"], details["value"]
    if details["field"] == "case_class":
        old, new = (label(CaseClass(one).label) for one in (old, new))
    return f"{old} → {new}\n{details['reason']}"


def _facts(entry: Entry) -> list[str]:
    """The other answers, as sentences, and what a record says by itself."""
    match entry.verb:
        case Record.ARRIVE:
            return _arrival_facts(entry.details)
        case Record.LAPOR_CHANGE:
            names = ", ".join(
                label(_LAPOR_FIELDS.get(name, name)) for name in entry.details["changes"]
            )
            return [gettext("Berubah di LAPOR!: %(names)s.", names=names)]
        case Record.REMIND:
            clock = label(ClockKind(entry.details["clock"]).label)
            days = entry.details["mark"]
            return [gettext("%(clock)s: sudah %(days)s hari kerja.", clock=clock, days=days)]
    facts = ((ask, _fact(ask, entry.details)) for ask in ASKS.get(entry.action, ()))
    return [f"{_asked(ask)} {fact}." for ask, fact in facts if fact]


def _asked(ask: Ask) -> str:
    words = label(ask.label)
    return words if words.endswith("?") else f"{words}:"


_LAPOR_FIELDS = {
    **dict(CORRECTABLE),
    "lapor_status": N_("Status LAPOR!"),
    "lapor_reason": N_("Alasan"),
    "rating": N_("Nilai"),
    "anonymous": N_("Anonim"),
    "confidential": N_("Rahasia"),
}


def _arrival_facts(details: Mapping[str, Any]) -> list[str]:
    facts = []
    if details.get("lapor_status"):
        facts.append(gettext("Status di LAPOR!: %(status)s.", status=details["lapor_status"]))
    if details.get("skipped"):
        steps = ", ".join(str(no) for no in details["skipped"])
        facts.append(gettext("Langkah %(steps)s di LAPOR!, tidak diukur.", steps=steps))
    return facts


def _fact(ask: Ask, details: Mapping[str, Any]) -> str:
    value = details.get(ask.name)
    if value is None or {ask.name, f"{ask.name}_name"} & {*_PLACES}:
        return ""  # the title says it
    match ask.kind:
        case Kind.CHOICE | Kind.FIELD:
            return label(dict(ask.choices).get(value, value))
        case Kind.YES_NO:
            return gettext("Ya") if value else gettext("Tidak")
        case Kind.DATE:
            return short_date(datetime.fromisoformat(value).date())
        case Kind.OPD:
            return str(details[f"{ask.name}_name"])
        case Kind.TRACKING_ID:
            return f"#{value}"
        case Kind.LINE | Kind.CATEGORY | Kind.RATING:
            return str(value)
    return ""


def file_link(complaint: Complaint, file: Attachment) -> tuple[str, str]:
    name = f"{file.name} ({max(file.size // 1024, 1)} KB)"
    url = url_for("complaints.attachment", tracking_id=complaint.tracking_id, attachment_id=file.id)
    return name, url
