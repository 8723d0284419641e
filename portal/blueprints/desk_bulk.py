"""One action on several complaints: from the list where it asks nothing, else with one form."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from flask import abort, flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission, requires
from portal.blueprints.desk_complaint import BY_SLUG, Notice, perform
from portal.blueprints.desk_here import Here, here
from portal.blueprints.desk_inbox import CHANGED, list_context, page_context
from portal.cases.act import Form, NotFound
from portal.cases.answers import Invalid
from portal.cases.rules import read_version
from portal.formats import label, sentence
from portal.language import gettext, ngettext
from portal.models import Complaint
from portal.pages.forms import ActionForm, Attempt, action_form, read_form
from portal.pages.rows import BULK, row_view
from portal.queries.complaint import open_case
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
    """A chosen complaint, in the version that the list showed."""

    tracking_id: str
    seq: int

    @classmethod
    def parse(cls, text: str) -> "Pick | None":
        tracking_id, _, seq = text.rpartition(":")
        if not tracking_id or len(tracking_id) > 30 or not seq.isdecimal() or len(seq) > 9:
            return None
        return cls(tracking_id, int(seq))

    def __str__(self) -> str:
        return f"{self.tracking_id}:{self.seq}"


@dataclass(slots=True)
class Outcome:
    """Which went, and which did not and why; `invalid` is set when the answers were at fault."""

    done: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    invalid: Invalid | None = None

    def notices(self, action: Action) -> list[Notice]:
        found: list[Notice] = []
        if self.done:
            words = ngettext("%(num)s pengaduan", "%(num)s pengaduan", len(self.done))
            numbers = ", ".join(f"#{tracking_id}" for tracking_id in self.done)
            found.append(("ok", f"{words}: {label(action.done)} ({numbers})."))
        found += [("error", f"#{tracking_id}: {why}") for tracking_id, why in self.refused]
        return found


@requires(Permission.SIGNED_IN)
def bulk(slug: str) -> Response:
    """GET: the form for what the answers are asked once; POST: do it to each that was picked."""
    desk = here()
    action = BY_SLUG.get(slug)
    if action not in BULK or not _is_ours(desk, action):
        abort(404)
    picks = _picks()
    if request.method == "GET":
        return _form_page(desk, action, picks)
    if not picks:
        words = gettext("Pilih dulu pengaduannya.")
        return _inbox(desk, 422, [("error", words)])
    form = read_form(action)
    outcome = _perform_each(desk, form, picks)
    if outcome.invalid is not None and not outcome.done:
        return _form_page(desk, action, picks, Attempt(form, outcome.invalid.errors), 422)
    notices = outcome.notices(action)
    if wants_fragment() or not outcome.done:
        answer = _inbox(desk, 200 if outcome.done else 409, notices)
        answer.headers.update(CHANGED)
        return answer
    for kind, words in notices:
        flash(words, kind)
    return redirect(url_for(desk.endpoint("inbox")), 303)


def _is_ours(desk: Here, action: Action) -> bool:
    return any(desk.role in row.roles for row in rows_for(action))


def _picks() -> list[Pick]:
    """What was ticked; a row's own button stands for that row alone."""
    given = request.values
    texts = given.getlist("only") or given.getlist("pilih")
    return [pick for pick in map(Pick.parse, texts[:PAGE]) if pick is not None]


def _perform_each(desk: Here, form: Form, picks: Sequence[Pick]) -> Outcome:
    """Each in a transaction of its own: one that is refused holds up no other."""
    outcome = Outcome()
    for pick in picks:
        try:
            perform(desk, pick.tracking_id, _form_for(pick, form))
        except Invalid as invalid:
            outcome.invalid = invalid
            words = " ".join(sentence(error) for error in invalid.errors.values())
            outcome.refused.append((pick.tracking_id, words))
        except NotFound:
            words = gettext("Tidak (lagi) di meja Anda.")
            outcome.refused.append((pick.tracking_id, words))
        except Refusal as refusal:
            outcome.refused.append((pick.tracking_id, sentence(refusal)))
        else:
            outcome.done.append(pick.tracking_id)
    return outcome


def _form_for(pick: Pick, form: Form) -> Form:
    """The form as if it had been sent for this one alone; its key acts once for each."""
    return Form(
        action=form.action,
        key=f"{form.key[:32]}.{pick.tracking_id}",
        seq=pick.seq,
        answers=form.answers,
    )


def _inbox(desk: Here, status: int, notices: Sequence[Notice]) -> Response:
    """The list with what became of it, alone for htmx, else in its page."""
    desk = replace(desk, version=read_version(desk.session))
    if wants_fragment():
        return make_response(
            render("desk/_list.html", status, **list_context(desk, notices=notices))
        )
    return make_response(render("desk/inbox.html", status, **page_context(desk, notices=notices)))


def _form_page(
    desk: Here,
    action: Action,
    picks: Sequence[Pick],
    attempt: Attempt | None = None,
    status: int = 200,
) -> Response:
    """The chosen complaints (all that wait for `action`, when none was) above one form."""
    if not ASKS.get(action):
        abort(405)
    chosen = {pick.tracking_id for pick in picks}
    rows = _waiting(desk, action, chosen)
    page = render(
        "desk/bulk.html",
        status,
        desk=desk,
        action=action,
        rows=[row_view(row, desk.role, desk.rules, now(), act=True) for row in rows],
        chosen=chosen,
        form=_form_on(desk, action, rows[0], attempt) if rows else None,
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
