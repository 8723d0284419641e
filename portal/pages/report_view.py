"""What the page of a monthly report says beside its figures: its fields, history, differences."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from flask import url_for

from portal.cases.report_content import REASON, TEXT_PARTS
from portal.formats import label, month_name
from portal.language import gettext
from portal.models import Report, ReportEntry, ReportFile
from portal.pages.history import HistoryLine
from portal.pages.time_words import moment_words
from portal.queries.reports import ReportCase
from portal.reporting.narrative import proposed_texts
from portal.reporting.signature import Signature
from portal.sop.report_workflow import ReportAction, ReportState
from portal.sop.text import N_

FIELDS: Mapping[str, str] = {
    "number": N_("Nomor surat"),
    "dated": N_("Tanggal surat"),
    REASON: N_("Alasan adendum"),
    **dict(TEXT_PARTS),
}
_STATE_TAGS = {
    ReportState.DRAFT: "neutral",
    ReportState.SUBMITTED: "anonim",
    ReportState.RETURNED: "back",
    ReportState.APPROVED: "ok",
    ReportState.ARCHIVED: "ok",
}
# Beyond so many words a comparison takes too long, and below so much likeness it confuses: then the
# texts stand one after the other.
_MOST_WORDS, _ALIKE = 3000, 0.5


@dataclass(frozen=True, slots=True)
class TextField:
    """A text of the form; `is_own`: an officer wrote it, so it does not follow the figures."""

    key: str
    title: str
    value: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of an approved report, with what its electronic signatures say of themselves."""

    title: str
    file: ReportFile
    url: str
    signatures: Sequence[Signature]


def report_title(report: Report) -> str:
    """ "Laporan Oktober 2026", "Adendum 1 Laporan Oktober 2026"."""
    month = month_name(report.month)
    if report.addendum_no:
        return gettext("Adendum %(no)s Laporan %(month)s", no=report.addendum_no, month=month)
    return gettext("Laporan %(month)s", month=month)


def state_tag(report: Report) -> tuple[str, str]:
    """The report's state in words, and the kind of tag."""
    state = ReportState(report.state)
    return label(state.label), _STATE_TAGS[state]


def text_fields(case: ReportCase) -> list[TextField]:
    """The texts as the form shows them; an addendum also says why."""
    if case.paper is None:
        return []
    own = case.report.texts
    proposed = proposed_texts(case.paper.figures)
    fields = [
        TextField(key, label(title), own.get(key, proposed.get(key, "")), key in own)
        for key, title in TEXT_PARTS
    ]
    if case.report.addendum_no:
        fields.insert(0, TextField(REASON, label(FIELDS[REASON]), own.get(REASON, ""), False))
    return fields


def history_lines(entries: Sequence[ReportEntry], now: datetime) -> list[HistoryLine]:
    """A report's history, newest first."""
    return [
        HistoryLine(
            at=moment_words(entry.at, now),
            recorded="",
            title=label(entry.verb.done),
            by=gettext("oleh %(name)s", name=entry.actor_name),
            text=str(entry.details.get("note", "")),
            detail=_detail(entry),
            tags=[],
            files=[],
        )
        for entry in reversed(entries)
    ]


def since_words(entry: ReportEntry, now: datetime) -> str:
    """ "Disetujui oleh Hendra Gunawan, Kepala Dinas, hari ini 14.05"."""
    return gettext(
        "%(done)s oleh %(name)s, %(when)s",
        done=label(entry.verb.done),
        name=entry.actor_name,
        when=moment_words(entry.at, now),
    )


def _detail(entry: ReportEntry) -> str:
    match entry.verb:
        case ReportAction.WRITE:
            names = [label(FIELDS[name]) for name in entry.details["changed"] if name in FIELDS]
            return ", ".join(names)
        case ReportAction.SUBMIT:
            return gettext("Nomor %(number)s", number=entry.details["number"])
        case _ if "sha256" in entry.details:
            return f"SHA-256 {entry.details['sha256']}"
        case _:
            return ""


def file_lines(case: ReportCase) -> list[FileLine]:
    """The kept files, the approved one first, of signed files and scans the newest first."""
    said = {entry.seq: entry for entry in case.entries}
    lines = [_file_line(file, said[file.entry_seq]) for file in case.files]
    return lines[:1] + lines[:0:-1]


FILE_TITLES = {
    "original": N_("Naskah yang disetujui"),
    "signed": N_("Bertanda tangan elektronik"),
    "scan": N_("Pindaian tanda tangan basah"),
}


def _file_line(file: ReportFile, entry: ReportEntry) -> FileLine:
    return FileLine(
        label(FILE_TITLES[file.kind]),
        file,
        url_for("reports.file", report_id=file.report_id, file_id=file.id),
        [Signature.from_data(data) for data in entry.details.get("signatures", ())],
    )


def word_changes(before: str, after: str) -> list[tuple[str, str]]:
    """`after` beside `before` word by word: pairs of "same", "del" or "ins" and a piece of text."""
    old, new = (re.findall(r"\s+|[^\s]+", text) for text in (before, after))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if len(old) + len(new) > _MOST_WORDS or matcher.ratio() < _ALIKE:
        return [("del", before), ("same", "\n\n"), ("ins", after)]
    pieces: list[tuple[str, str]] = []
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(("same", "".join(old[i:j])))
            continue
        pieces += [
            (mark, "".join(words))
            for mark, words in (("del", old[i:j]), ("ins", new[k:m]))
            if words
        ]
    return pieces
