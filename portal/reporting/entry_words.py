"""What an entry of a complaint's history says: the same words on the screen and on paper."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.models import Entry
from portal.sop.asks import ASKS, CORRECTABLE, Ask, Kind
from portal.sop.clocks import ClockKind
from portal.sop.procedure import CaseClass
from portal.sop.text import N_
from portal.sop.vocabulary import Action, Record

_PLACES = ("opd_name", "unit_name", "instansi_name")
_MOVES = (Action.FORWARD, Action.DISPOSE, Action.HAND_OVER, Action.TRANSFER)
_LAPOR_FIELDS = {
    **dict(CORRECTABLE),
    "lapor_status": N_("Status LAPOR!"),
    "lapor_reason": N_("Alasan"),
    "rating": N_("Nilai"),
    "anonymous": N_("Anonim"),
    "confidential": N_("Rahasia"),
}


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: how a msgid is said, and how a day is written."""

    translate: Callable[[str], str]
    day: Callable[[date], str]

    def say(self, message: str, **params: object) -> str:
        words = self.translate(message)
        return words % params if params else words


def entry_title(entry: Entry, voice: Voice) -> str:
    """What was done, and to which office it led."""
    places = (entry.details.get(key) for key in _PLACES) if entry.action in _MOVES else ()
    place = next(filter(None, places), "")
    done = voice.say(entry.verb.done)
    return f"{done}: {place}" if place else done


def entry_texts(entry: Entry, voice: Voice) -> Iterator[tuple[str, str]]:
    """What the officer wrote, each text with its label."""
    details = entry.details
    if entry.action == Action.CORRECT:
        old, new = details["old"], details["value"]
        if details["field"] == "case_class":
            old, new = (voice.say(CaseClass(one).label) for one in (old, new))
        yield voice.say(N_("Semula")), str(old)
        yield voice.say(N_("Menjadi")), str(new)
        yield voice.say(N_("Alasan")), str(details["reason"])
        return
    for ask in ASKS.get(entry.action, ()):
        if ask.kind is Kind.TEXT and ask.name in details:
            yield voice.say(ask.label), str(details[ask.name])


def entry_facts(entry: Entry, voice: Voice) -> Iterator[str]:
    """The other answers, as sentences, and what a record says by itself."""
    details = entry.details
    match entry.verb:
        case Record.ARRIVE:
            if details.get("lapor_status"):
                yield voice.say(N_("Status di LAPOR!: %(status)s."), status=details["lapor_status"])
            if details.get("skipped"):
                steps = ", ".join(map(str, details["skipped"]))
                yield voice.say(N_("Langkah %(steps)s di LAPOR!, tidak diukur."), steps=steps)
        case Record.LAPOR_CHANGE:
            names = ", ".join(
                voice.say(_LAPOR_FIELDS.get(name, name)) for name in details["changes"]
            )
            yield voice.say(N_("Berubah di LAPOR!: %(names)s."), names=names)
        case Record.REMIND:
            yield voice.say(
                N_("%(clock)s: sudah %(days)s hari kerja."),
                clock=voice.say(ClockKind(details["clock"]).label),
                days=details["mark"],
            )
        case _:
            for ask in ASKS.get(entry.action, ()):
                in_title = entry.action in _MOVES and {ask.name, f"{ask.name}_name"} & {*_PLACES}
                if not in_title and (fact := _fact(ask, details, voice)):
                    asked = voice.say(ask.label)
                    yield f"{asked} {fact}." if asked.endswith("?") else f"{asked}: {fact}."


def _fact(ask: Ask, details: Mapping[str, Any], voice: Voice) -> str:
    value = details.get(ask.name)
    if value is None:
        return ""
    match ask.kind:
        case Kind.CHOICE | Kind.FIELD:
            return voice.say(dict(ask.choices).get(value, value))
        case Kind.YES_NO:
            return voice.say(N_("Ya") if value else N_("Tidak"))
        case Kind.DATE:
            return voice.day(datetime.fromisoformat(value).date())
        case Kind.UNIT if details.get("satisfied"):
            return ""  # who is content sends it back to nobody
        case Kind.OPD | Kind.UNIT:
            return str(details[f"{ask.name}_name"])
        case Kind.TRACKING_ID:
            return f"#{value}"
        case Kind.LINE | Kind.CATEGORY | Kind.RATING:
            return str(value)
    return ""
