"""The history in words: what was done, by whom, when it happened and when it was recorded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for

from portal.cases.rules import Rules
from portal.formats import label, short_date
from portal.language import gettext
from portal.models import Attachment, Complaint, Entry
from portal.pages.time_words import measured_words, moment_words
from portal.queries.complaint import CaseFile
from portal.reporting import entry_words
from portal.sop.vocabulary import Action

_ONE_MINUTE = timedelta(minutes=1)
_SCREEN = entry_words.Voice(label, short_date)


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


def history_line(
    entry: Entry, case: CaseFile, rules: Rules, now: datetime, clean: Callable[[str], str]
) -> HistoryLine:
    """`clean` takes out of what somebody wrote what the reader is not to know."""
    at_once = entry.recorded_at - entry.happened_at < _ONE_MINUTE
    measured = [measured_words(data, rules.procedures) for data in entry.measured]
    files = [file for file in case.attachments if file.entry_seq == entry.seq > 1]
    return HistoryLine(
        at=moment_words(entry.happened_at, now),
        recorded="" if at_once else moment_words(entry.recorded_at, now),
        title=entry_title(entry),
        by=gettext("oleh %(name)s", name=label(entry.actor_name)),
        text=clean(_said(entry)),
        detail=" ".join(
            [*map(clean, entry_words.entry_facts(entry, _SCREEN)), *filter(None, measured)]
        ),
        tags=[(gettext("dicatat terlambat"), "back")] if entry.recorded_late else [],
        files=[file_link(case.complaint, file, clean) for file in files],
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
    return entry_words.entry_title(entry, _SCREEN)


def _said(entry: Entry) -> str:
    """What the officer wrote, each text with its label where there are several."""
    texts = list(entry_words.entry_texts(entry, _SCREEN))
    if entry.action == Action.CORRECT:
        old, new, reason = (text for _, text in texts)
        return f"{old} → {new}\n{reason}"
    if len(texts) == 1:
        return texts[0][1]
    return "\n\n".join(f"{name}:\n{text}" for name, text in texts)


def file_link(
    complaint: Complaint, file: Attachment, clean: Callable[[str], str]
) -> tuple[str, str]:
    name = f"{clean(file.name)} ({max(file.size // 1024, 1)} KB)"
    url = url_for("complaints.attachment", tracking_id=complaint.tracking_id, attachment_id=file.id)
    return name, url
