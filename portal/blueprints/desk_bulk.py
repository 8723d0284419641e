"""One action on several complaints: from the list where it asks nothing, else with one form."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from flask import abort, flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission, requires
from portal.blueprints.desk_complaint import BY_SLUG, Notice, perform
from portal.blueprints.desk_here import Here, here
from portal.blueprints.desk_inbox import list_answer, list_context, list_url, page_context, work_of
from portal.cases.act import ChangedMeanwhile, Done, Form, NotFound
from portal.cases.answers import Invalid
from portal.formats import label, sentence
from portal.language import gettext, ngettext
from portal.models import Complaint, Entry
from portal.pages.forms import (
    KEY_LENGTH,
    ActionForm,
    Attempt,
    action_form,
    printable,
    read_form,
    read_seq,
)
from portal.pages.history import since_words
from portal.pages.moved import moved
from portal.pages.rows import BULK, RowMaker
from portal.queries.complaint import done_since, open_case
from portal.queries.desk import PAGE, first_action, own_sections
from portal.queries.inbox import section_page
from portal.queries.rows import ComplaintRow
from portal.sop.asks import ASKS
from portal.sop.text import Refusal
from portal.sop.vocabulary import Action
from portal.sop.workflow import rows_for
from portal.web import now, render, wants_fragment


@dataclass(frozen=True, slots=True)
class Pick:
    """A chosen complaint, in the version that the list showed; 0 where none can be read."""

    tracking_id: str
    seq: int

    @classmethod
    def parse(cls, text: str) -> "Pick | None":
        tracking_id, _, seq = printable(text).rpartition(":")
        if not tracking_id or len(tracking_id) > 30:
            return None
        return cls(tracking_id, read_seq(seq))


@dataclass(slots=True)
class Outcome:
    """Which went, and which did not and why; `invalid` is set when the answers were at fault."""

    done: dict[str, Done] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    invalid: Invalid | None = None

    def notices(self, action: Action) -> list[Notice]:
        found: list[Notice] = []
        if self.done:
            words = ngettext("%(num)s pengaduan", "%(num)s pengaduan", len(self.done))
            found.append(("ok", f"{words}: {label(action.done)} ({_numbers([*self.done])})."))
        for why in dict.fromkeys(self.refused.values()):
            alike = [one for one, reason in self.refused.items() if reason == why]
            found.append(("error", f"{_numbers(alike)}: {why}"))
        return found


def _numbers(tracking_ids: Sequence[str]) -> str:
    return ", ".join(f"#{tracking_id}" for tracking_id in tracking_ids)


@requires(Permission.SIGNED_IN)
def bulk(slug: str) -> Response:
    """GET: the form for what the answers are asked once; POST: do it to each that was picked."""
    desk = here()
    action = BY_SLUG.get(slug)
    if action not in BULK or not _is_ours(desk, action):
        abort(404)
    ticked = _picks("pilih")
    chosen = {pick.tracking_id for pick in ticked}
    if request.method != "POST":
        return _form_page(desk, action, chosen)
    picks = _picks("only") or ticked  # a row's own button stands for that row alone
    form = read_form(action)
    if not picks:
        notices = [("error", gettext("Pilih dulu pengaduannya."))]
        return _again(desk, Attempt(form), 422, notices)
    outcome = _perform_each(desk, form, picks)
    notices = outcome.notices(action)
    chosen -= {*outcome.done}
    if outcome.refused:
        errors = outcome.invalid.errors if outcome.invalid else {}
        attempt = Attempt(form, errors)
        return _again(desk, attempt, 422 if errors else 409, notices, chosen)
    return _all_went(desk, action, outcome, chosen)


def _is_ours(desk: Here, action: Action) -> bool:
    return any(desk.role in row.roles for row in rows_for(action))


def _picks(name: str) -> list[Pick]:
    texts = request.values.getlist(name)
    return [pick for pick in map(Pick.parse, texts[:PAGE]) if pick is not None]


def _perform_each(desk: Here, form: Form, picks: Sequence[Pick]) -> Outcome:
    """Each in a transaction of its own: one that is refused holds up no other."""
    outcome = Outcome()
    for pick in picks:
        try:
            done = perform(desk, pick.tracking_id, _form_for(pick, form))
        except Invalid as invalid:
            outcome.invalid = invalid
            words = " ".join(sentence(error) for error in invalid.errors.values())
            outcome.refused[pick.tracking_id] = words
        except NotFound:
            since = done_since(desk.session, desk.actor, pick.tracking_id, pick.seq, desk.rules)
            words = _with_deeds(gettext("Tidak (lagi) di meja Anda."), since)
            outcome.refused[pick.tracking_id] = words
        except ChangedMeanwhile as refusal:
            outcome.refused[pick.tracking_id] = _with_deeds(sentence(refusal), refusal.since)
        except Refusal as refusal:
            outcome.refused[pick.tracking_id] = sentence(refusal)
        else:
            outcome.done[pick.tracking_id] = done
    return outcome


def _with_deeds(words: str, since: Sequence[Entry]) -> str:
    """`words`, and who did what meanwhile."""
    deeds = "; ".join(since_words(entry, now()) for entry in since)
    return words + " " + gettext("Sementara itu: %(deeds)s.", deeds=deeds) if deeds else words


def _form_for(pick: Pick, form: Form) -> Form:
    """The form as if it had been sent for this one alone; its key acts once for each."""
    return Form(
        action=form.action,
        key=f"{form.key[:KEY_LENGTH]}.{pick.tracking_id}:{pick.seq}",
        seq=pick.seq,
        answers=form.answers,
    )


def _all_went(desk: Here, action: Action, outcome: Outcome, ticked: Collection[str]) -> Response:
    """What changed in the list; from the form's page, over to the inbox."""
    notices = outcome.notices(action)
    if wants_fragment() and not ASKS.get(action):
        return _moved(desk, outcome, notices) or _inbox(desk, 200, notices, action, ticked)
    for kind, words in notices:
        flash(words, kind)
    if wants_fragment():
        return Response(status=204, headers={"HX-Redirect": list_url(desk)})
    return redirect(list_url(desk), 303)


def _moved(desk: Here, outcome: Outcome, notices: Sequence[Notice]) -> Response | None:
    """The list's pieces that are others now; None where that is better seen on the whole of it."""
    context = list_context(desk, notices=notices, work=work_of(desk))
    parts = context["sections"]
    left = {str(done.entry.source) for done in outcome.done.values()}
    if len(outcome.done) >= PAGE and any(part.key in left for part in parts):
        return None  # all that the page showed: what lay behind it comes forward
    urls = [url_for(desk.endpoint("complaint"), tracking_id=one) for one in outcome.done]
    pieces = moved(parts, urls, left)
    if pieces is None:
        return None
    response = make_response(render("desk/_moved.html", moved=pieces, **context))
    response.headers["HX-Retarget"] = "#said"
    return response


def _again(
    desk: Here,
    attempt: Attempt,
    status: int,
    notices: Sequence[Notice],
    ticked: Collection[str] = (),
) -> Response:
    """Where it was sent from, with what became of it, what was typed, and the rest still ticked."""
    action = attempt.form.action
    if ASKS.get(action):
        return _form_page(desk, action, ticked, status, attempt, notices)
    return _inbox(desk, status, notices, action, ticked)


def _inbox(
    desk: Here,
    status: int,
    notices: Sequence[Notice],
    action: Action,
    ticked: Collection[str],
) -> Response:
    """The list with what became of it, alone for htmx, else in its page.

    What others moved on meanwhile stands in another section, where its tick would mean another
    action: only those that still wait for the same one stay ticked.
    """
    more = {"notices": notices, "ticked": {(action, tracking_id) for tracking_id in ticked}}
    if wants_fragment():
        return list_answer(desk, status, **more)
    return make_response(render("desk/inbox.html", status, **page_context(desk, **more)))


def _form_page(
    desk: Here,
    action: Action,
    chosen: Collection[str],
    status: int = 200,
    attempt: Attempt | None = None,
    notices: Sequence[Notice] = (),
) -> Response:
    """The chosen complaints (all that wait for `action`, when none of them does) above one form."""
    if not ASKS.get(action):
        abort(405)
    rows = _waiting(desk, action, chosen) or _waiting(desk, action, ())
    form = _form_on(desk, action, rows[0], attempt) if rows else None
    make = RowMaker(desk.role, desk.rules, now())
    page = render(
        "desk/_bulk.html" if wants_fragment() else "desk/bulk.html",
        status,
        desk=desk,
        action=action,
        rows=[make.row(row, act=True) for row in rows],
        chosen=chosen,
        form=form,
        notices=notices,
        kept=attempt.texts(ASKS[action]) if attempt and not form else [],
        work=work_of(desk) if wants_fragment() else "",
    )
    return make_response(page)


def _form_on(
    desk: Here, action: Action, row: ComplaintRow, attempt: Attempt | None
) -> ActionForm | None:
    """The form as the first of the complaints has it: what it proposes suits the others."""
    case = open_case(desk.session, desk.actor, row.tracking_id, desk.rules, now())
    rows = case.rows if case else ()
    return next(
        (
            action_form(desk.session, desk.role, case, one, attempt)
            for one in rows
            if case and one.action is action
        ),
        None,
    )


def _waiting(desk: Here, action: Action, chosen: Collection[str]) -> Sequence[ComplaintRow]:
    """The chosen of those that wait for `action` here; while none is chosen, the first of all."""
    parts = [
        part
        for part in own_sections(desk.role, desk.procedure)
        if first_action(part.status, acknowledged=False, reported=False) is action
    ]
    only = (Complaint.tracking_id.in_(chosen),) if chosen else ()
    pages = (section_page(desk.session, desk.actor, part, None, only) for part in parts)
    return [row for page in pages for row in page.rows]
