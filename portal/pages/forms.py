"""The form of an action, made from what the table says it asks; and what came back from one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import current_app, request, url_for
from sqlalchemy.orm import Session

from portal.cases.act import Form
from portal.cases.files import MAX_BYTES, Upload
from portal.cases.incoming import whole_ones
from portal.cases.outgoing import TellsIdentity
from portal.cases.upload_checks import examine
from portal.formats import label, sentence
from portal.language import gettext
from portal.models import IncomingFile
from portal.queries.complaint import (
    CATEGORIES,
    CaseFile,
    Offer,
    answer_to_improve,
    complaint_kinds,
    instansi_offers,
    opd_offers,
    unit_offers,
)
from portal.sop.asks import Ask, Kind
from portal.sop.office_time import ZONE
from portal.sop.procedure import CaseClass, Role
from portal.sop.text import Refusal
from portal.sop.vocabulary import ABOUT_IDENTITY, Action
from portal.sop.workflow import Transition
from portal.web import actor, form_key, now

# Answers that cost typing; the others are a click.
_TYPED = frozenset({Kind.TEXT, Kind.LINE, Kind.CATEGORY, Kind.TRACKING_ID})
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
HAPPENED_AT = "happened_at"
KEY_LENGTH = 22  # of `form_key`
# What sends a complaint away or back; it stands last and looks it.
AGAINST = frozenset(
    {Action.DISMISS, Action.SEND_BACK, Action.REFUSE_OPD, Action.REFUSE_UNIT, Action.RETURN_ANSWER}
)
# Value and words; a third, the small print, where the field is drawn as cards.
Options = list[tuple[str, ...]]


def confirm_word(errors: Mapping[str, Refusal]) -> str:
    """What has to be sent along to send it all the same; empty where nobody may, or need."""
    found = [error for error in errors.values() if isinstance(error, TellsIdentity)]
    return found[0].confirm if all(error.confirm for error in found) and found else ""


@dataclass(frozen=True)
class Attempt:
    """A form that was sent and not taken: what was typed, and the sentences at its fields."""

    form: Form
    errors: Mapping[str, Refusal] = field(default_factory=dict)

    def typed(self, name: str) -> str:
        return printable(self.form.answers.get(name, ""))

    def error(self, name: str) -> str:
        """The sentence at a field, also that a browser never fills a chosen file in again."""
        error = self.errors.get(name)
        if error is not None:
            return sentence(error)
        if name == "files" and self.form.files:
            return gettext("Pilih lagi berkasnya: browser tidak menyimpan pilihan tadi.")
        return ""

    @property
    def confirm(self) -> str:
        """What the officer has to send along to send it anyway; empty where he may not."""
        return confirm_word(self.errors)

    def texts(self, asks: Sequence[Ask]) -> list[tuple[str, str]]:
        """What was typed, as (label, text), for an action that is no longer possible."""
        typed = (ask for ask in asks if ask.kind in _TYPED)
        pairs = ((label(ask.label), self.typed(ask.name)) for ask in typed)
        return [(name, text) for name, text in pairs if text]


@dataclass(frozen=True, slots=True)
class Field:
    """One field as a template draws it."""

    kind: str
    name: str
    label: str
    required: bool
    hint: str = ""
    value: str = ""
    error: str = ""
    options: Options = field(default_factory=list)
    kept: Sequence[IncomingFile] = ()


@dataclass(frozen=True, slots=True)
class ActionForm:
    """A form in its place: `key` makes it act once, `seq` is the version that it was made from.

    `confirm`: what the officer sends along to send what he was warned of; empty for no warning.
    """

    action: Action
    url: str
    key: str
    seq: int
    fields: Sequence[Field]
    against: bool
    is_usual: bool
    is_open: bool
    has_files: bool
    happened_at: str
    happened_error: str
    confirm: str

    @property
    def slug(self) -> str:
        return self.action.slug

    @property
    def asks_when(self) -> bool:
        """An identity is opened or destroyed now and at no other time."""
        return self.action not in ABOUT_IDENTITY

    @property
    def has_errors(self) -> bool:
        return bool(self.happened_error) or any(field.error for field in self.fields)


def read_form(action: Action) -> Form:
    """What the browser sent for `action`.

    The forms of a page have one key; with the action's name it is the form's own.
    """
    given = request.form
    return Form(
        action=action,
        key=f"{given.get('key', '')[:KEY_LENGTH] or form_key()}.{action.value}",
        seq=read_seq(given.get("seq", "")),
        answers=given.to_dict(),
        files=read_uploads(),
        uploads=given.getlist("upload"),
        happened_at=given.get(HAPPENED_AT, ""),
    )


def read_seq(text: str) -> int:
    """The version that a form was made from; 0, which never was, for what is no number."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def printable(text: str) -> str:
    """`text` as a page can carry it: what a browser sent may hold signs that HTML may not."""
    return _UNPRINTABLE.sub("", text)


def read_uploads() -> list[Upload]:
    """The files that came with the request; an empty choice sends a nameless one.

    Of one that is too large no more is read than shows it.
    """
    uploads = []
    for file in request.files.getlist("files"):
        if file.filename:
            uploads.append(
                examine(file.filename, file.read(MAX_BYTES + 1), current_app.config["CLAMD"])
            )
        file.close()
    return uploads


def kept_uploads(session: Session, tokens: Sequence[str]) -> list[IncomingFile]:
    """The viewer's uploads that a form named which is shown again: they need not be sent anew."""
    return whole_ones(session, actor(), tokens, current_app.config["FILES"], now())


def action_form(
    session: Session,
    role: Role,
    case: CaseFile,
    row: Transition,
    attempt: Attempt | None = None,
    *,
    is_usual: bool = False,
) -> ActionForm:
    """The form of one row of the table for one complaint, filled with what `attempt` had typed."""
    make = _FieldMaker(session, case, attempt)
    tracking_id = case.complaint.tracking_id
    return ActionForm(
        action=row.action,
        url=url_for(f"{role.value}.act", tracking_id=tracking_id, slug=row.action.slug),
        key=attempt.form.key[:KEY_LENGTH] if attempt else form_key(),
        seq=case.complaint.seq,
        fields=[make.field(ask) for ask in row.asks],
        against=row.action in AGAINST,
        is_usual=is_usual,
        is_open=is_usual or not row.asks or attempt is not None,
        has_files=any(ask.kind is Kind.FILES for ask in row.asks),
        happened_at=printable(attempt.form.happened_at) if attempt else "",
        happened_error=attempt.error(HAPPENED_AT) if attempt else "",
        confirm=attempt.confirm if attempt else "",
    )


class _FieldMaker:
    """Fields for the forms of one complaint."""

    def __init__(self, session: Session, case: CaseFile, attempt: Attempt | None) -> None:
        self._session = session
        self._case = case
        self._attempt = attempt

    def field(self, ask: Ask) -> Field:
        offers = self._offers(ask)
        return Field(
            kind=ask.kind.value,
            name=ask.name,
            label=label(ask.label),
            required=ask.required,
            hint=label(ask.hint) or _suggestion(offers) or _hint(ask),
            value=self._attempt.typed(ask.name) if self._attempt else self._first(ask, offers),
            error=self._attempt.error(ask.name) if self._attempt else "",
            options=[(str(one.id), one.name) for one in offers] or self._options(ask),
            kept=kept_uploads(self._session, self._attempt.form.uploads)
            if self._attempt and ask.kind is Kind.FILES
            else (),
        )

    def _offers(self, ask: Ask) -> list[Offer]:
        match ask.kind:
            case Kind.OPD:
                return opd_offers(self._session, self._case.complaint)
            case Kind.UNIT:
                return unit_offers(self._session, self._case.complaint)
            case Kind.INSTANSI:
                return instansi_offers(self._session)
        return []

    def _options(self, ask: Ask) -> Options:
        match ask.kind, ask.name:
            case Kind.YES_NO, _:
                return [("ya", gettext("Ya"), ""), ("tidak", gettext("Tidak"), "")]
            case Kind.CATEGORY, _:
                return [(name, "") for name in CATEGORIES]
            case Kind.LINE, "complaint_type":
                kinds = complaint_kinds(self._session, self._case.complaint)
                return [(kind, "") for kind in kinds]
            case Kind.CHOICE, _:
                return [(value, label(words), "") for value, words in ask.choices]
        return [(value, label(words)) for value, words in ask.choices]

    def _first(self, ask: Ask, offers: Sequence[Offer]) -> str:
        """What a fresh form proposes; never in a field that may stay empty."""
        if not ask.required:
            return ""
        match ask.kind, ask.name:
            case Kind.INSTANSI, _:
                return str(self._case.complaint.instansi_id)
            case ((Kind.OPD | Kind.UNIT), _) if offers and (offers[0].is_clear or len(offers) == 1):
                return str(offers[0].id)
            case (Kind.CATEGORY, _) | (_, "complaint_type"):
                return self._case.complaint.category
            case Kind.CHOICE, "case_class":
                return self._case.timeline.state.case_class.value
            case Kind.DATE, _:
                return now().astimezone(ZONE).date().isoformat()
            case Kind.TEXT, "answer":
                return answer_to_improve(self._case.entries)
        return ""


def _hint(ask: Ask) -> str:
    match ask.kind, ask.name:
        case Kind.FILES, _:
            limit = MAX_BYTES // 1024**2
            return gettext("PDF, JPEG, atau PNG, paling besar %(limit)s MB.", limit=limit)
        case Kind.TRACKING_ID, _:
            return gettext("Isi bila alasannya duplikat.")
        case Kind.TEXT, "value":
            names = ", ".join(one.label for one in CaseClass)  # as the check reads them
            return gettext("Untuk klasifikasi, salah satu dari: %(names)s.", names=names)
    return ""


def _suggestion(offers: Sequence[Offer]) -> str:
    """Why the first offer stands first; empty where nothing speaks for it."""
    if not offers:
        return ""
    first = offers[0]
    reasons = [gettext("menurut LAPOR!")] if first.from_lapor else []
    if first.votes and first.of:
        reasons.append(gettext("%(n)s dari %(all)s pengaduan serupa", n=first.votes, all=first.of))
    elif first.votes:
        reasons.append(gettext("menangani jenis ini"))
    if not reasons:
        return ""
    return gettext("Usul: %(name)s (%(reasons)s)", name=first.name, reasons=", ".join(reasons))
