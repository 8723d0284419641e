"""Applying a row of the table: check, write the entry, move the complaint; all or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload

from portal.access import Actor, visible_at
from portal.cases.anonymise import anonymise, destroy
from portal.cases.answers import Desk, UnknownVersion, read_answers, read_moment
from portal.cases.disclosure import sight_of
from portal.cases.files import Upload, keep_files, named
from portal.cases.identity import UNSEALED, WORDS, is_protected, keep_words
from portal.cases.incoming import claim
from portal.cases.outgoing import CONFIRM, check_outgoing
from portal.cases.record import History, Note, append, read_history
from portal.cases.rules import RULES_REVISION, Rules, load_rules
from portal.cases.sent_forms import digest_of, remember
from portal.cases.tick import wake
from portal.identity.scan import hide
from portal.models import Complaint, Entry, SentForm, writing
from portal.sop.asks import ASKS, Kind
from portal.sop.procedure import Role
from portal.sop.text import N_, Refusal
from portal.sop.vocabulary import ABOUT_IDENTITY, Action
from portal.sop.workflow import NotAllowedNow, Transition, decide, row_for


class NotFound(LookupError):
    """There is no such complaint for this actor."""


class ChangedMeanwhile(Refusal):
    """Somebody acted since the form was made; `since` are the entries, oldest first.

    `spent`: it was this very form, and it says something else now.
    """

    def __init__(self, since: Sequence[Entry], *, spent: bool = False) -> None:
        super().__init__(
            N_("Pengaduan ini berubah sejak halaman dibuka. Belum ada yang disimpan dari Anda.")
        )
        self.since = since
        self.spent = spent


@dataclass(frozen=True)
class Form:
    """What the browser sent: the action, the version it was made from, a key that it acts once.

    `uploads` are the tokens of files that came before it, part by part.
    """

    action: Action
    key: str
    seq: int
    answers: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[Upload] = ()
    uploads: Sequence[str] = ()
    happened_at: str = ""

    @property
    def digest(self) -> str:
        """Of what it says; a hidden field that changes from page to page says nothing."""
        asked = {ask.name: self.answers.get(ask.name, "") for ask in ASKS.get(self.action, ())}
        return digest_of(asked | {"": self.happened_at}, self.files, self.uploads)


@dataclass(frozen=True, slots=True)
class Done:
    """The entry that a form made, now or (`repeated`) when it was sent before; the complaint, its
    history and the rules as they are now.
    """

    complaint: Complaint
    entry: Entry
    history: History
    rules: Rules
    repeated: bool = False


def act(
    session: Session,
    actor: Actor,
    tracking_id: str,
    form: Form,
    *,
    folder: Path,
    now: datetime,
) -> Done:
    """Do what the form says to the complaint, in one transaction of its own.

    What the portal had to do by itself before `now` comes first: no officer outruns a limit that
    has passed because the worker was down. A form that has acted answers with what it did then;
    sent again with other words it is a stale one. Raises NotFound (not visible), UnknownVersion (a
    form of no version that ever was), ChangedMeanwhile (a stale one), NotYours or NotAllowedNow
    (the table), Invalid (the answers); nothing is written then. `folder` keeps the files.
    """
    while (done := _attempt(session, actor, tracking_id, form, folder, now)) is None:
        wake(session, tracking_id, now)
    if form.action is Action.ANONYMISE:
        destroy(session, done.entry.kept["removed"], folder)
    return done


def _attempt(
    session: Session, actor: Actor, tracking_id: str, form: Form, folder: Path, now: datetime
) -> Done | None:
    """`act`, but None when the portal has something to do first."""
    with writing(session, keep=True):
        complaint, sent, rules = _find(session, actor, tracking_id, form.key)
        if sent is not None and sent.account_id != actor.account_id:
            raise NotFound(form.key)
        if sent is not None and sent.digest == form.digest:
            return _sent_before(session, sent, rules)
        if complaint is None:
            raise NotFound(tracking_id)
        if complaint.wake_at is not None and complaint.wake_at <= now:
            return None
        if not 0 < form.seq <= complaint.seq:
            raise UnknownVersion
        history = read_history(session, complaint, rules)
        if sent is not None or form.seq != complaint.seq:
            raise ChangedMeanwhile(history.entries[form.seq :], spent=sent is not None)
        history = _apply(session, actor, complaint, history, form, rules, folder, now)
        remember(session, actor, form.key, form.digest, complaint, complaint.seq, now)
    return Done(complaint, history.entries[-1], history, rules)


def _find(
    session: Session, actor: Actor, tracking_id: str, key: str
) -> tuple[Complaint | None, SentForm | None, Rules]:
    """The complaint if `actor` may see it, what a form with this key did before, and the rules."""
    given = {"tracking_id": tracking_id, "key": key, "office": actor.office}
    found = session.execute(_wanted(actor.role), given).one_or_none()
    if found is None:
        return None, session.get(SentForm, key), load_rules(session)
    complaint, sent, revision = found
    return complaint, sent, load_rules(session, revision or 0)


@cache
def _wanted(role: Role) -> Select[tuple[Complaint, SentForm, int | None]]:
    """For a desk of `role`; made once: to put it together takes longer than to run it."""
    return (
        select(Complaint, SentForm, RULES_REVISION)
        .outerjoin(SentForm, SentForm.key == bindparam("key"))
        .where(Complaint.tracking_id == bindparam("tracking_id"), visible_at(role))
        .options(joinedload(Complaint.reporter))
    )


def _sent_before(session: Session, sent: SentForm, rules: Rules) -> Done:
    complaint = session.get_one(Complaint, sent.complaint_id)
    history = read_history(session, complaint, rules)
    return Done(complaint, history.entries[sent.entry_seq - 1], history, rules, repeated=True)


def _apply(
    session: Session,
    actor: Actor,
    complaint: Complaint,
    history: History,
    form: Form,
    rules: Rules,
    folder: Path,
    now: datetime,
) -> History:
    entries, state = history.entries, history.timeline.state
    row = row_for(state, form.action, actor.role, rules.procedures.at(now))
    files: list[Upload] = []
    if any(ask.kind is Kind.FILES for ask in row.asks):
        files = [*form.files, *claim(session, actor, form.uploads, folder, now)]
    desk = Desk(session, actor, complaint, state, entries, now)
    details = read_answers(desk, form.action, row.asks, form.answers, files)
    # Nobody opens or destroys an identity at another time than now.
    happened_at = "" if form.action in ABOUT_IDENTITY else form.happened_at
    moment = read_moment(happened_at, entries, now)
    _guard_identity(desk, form, row, details)
    kept = keep_files(session, complaint, files, folder, now)
    details |= named(kept)
    if form.action is Action.ANONYMISE:
        details |= anonymise(session, complaint, entries, details["reason"])
    decision = decide(row, state, details)
    note = Note(form.action, decision.target, moment, details, decision.completes)
    history = append(session, complaint, history, note, actor, rules, now)
    _apply_content(complaint, form.action, details)
    if form.action is Action.ANONYMISE:  # of the files there were, some are gone
        return read_history(session, complaint, rules)
    return replace(history, files=[*history.files, *kept])


def _guard_identity(desk: Desk, form: Form, row: Transition, details: dict[str, Any]) -> None:
    """Warn of what tells who somebody is, and keep it out of a protected complaint's words.

    Raises Invalid, and NotAllowedNow for an identity that is open already.
    """
    session, actor, complaint = desk.session, desk.actor, desk.complaint
    sight = sight_of(session, actor, complaint, desk.entries, desk.now)
    if form.action is Action.DISCLOSE and not sight.is_closed:
        raise NotAllowedNow(
            N_("Tidak ada identitas yang tertutup bagi meja ini pada pengaduan ini.")
        )
    confirmed = form.answers.get(CONFIRM, "")
    check_outgoing(actor, complaint, sight, form.action, row.asks, details, confirmed)
    field = details.get("field")
    if not is_protected(complaint):
        return
    if form.action is Action.CORRECT and field in WORDS:
        words = {field: details["value"]}
        details["value"] = keep_words(session, complaint, words, protected=True)[field]
    named = "value" if field in UNSEALED else "category"
    if named in details:
        details[named] = hide(details[named], sight.whole.who, complaint.tracking_id)


def _apply_content(complaint: Complaint, action: Action, details: Mapping[str, Any]) -> None:
    """What an action changes of the complaint's own data, beside where it stands."""
    match action:
        case Action.VERIFY:
            complaint.category = details["category"]
        case Action.CORRECT if details["field"] != "case_class":
            setattr(complaint, details["field"], details["value"])
        case Action.RECORD_FEEDBACK if "rating" in details:
            complaint.rating = details["rating"]
        case _:
            pass
