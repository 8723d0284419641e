"""One complaint at a desk: its page, and its actions, each of which swaps the page's panel."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import abort, current_app, flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.access import Permission, requires
from portal.blueprints.confirm import confirmation
from portal.blueprints.desk_here import Here, here
from portal.blueprints.desk_inbox import work_of
from portal.cases.act import ChangedMeanwhile, Done, Form, NotFound, act
from portal.cases.answers import Invalid, UnknownVersion
from portal.cases.case_papers import papers_for
from portal.cases.sightings import saw_complaint
from portal.formats import sentence
from portal.language import gettext
from portal.models import Entry
from portal.pages.clocks import changed_steps, clock_views
from portal.pages.forms import Attempt, read_form
from portal.pages.history import entry_title, since_words
from portal.pages.panel import holder_words, make_panel
from portal.pages.rows import RowMaker, RowView
from portal.queries.complaint import CaseFile, case_after, done_since, open_case
from portal.queries.inbox import next_in_line
from portal.sop.asks import ASKS
from portal.sop.text import Refusal
from portal.sop.vocabulary import ABOUT_IDENTITY, Action
from portal.sop.workflow import NotAllowedNow, NotYours
from portal.web import acted_under, form_key, now, render, wants_fragment

BY_SLUG = {action.slug: action for action in Action}
Notice = tuple[str, str]
# What is answered in them stands among the complaint's facts.
_TELLING = frozenset({Action.VERIFY, Action.RECORD_FEEDBACK, Action.CORRECT, Action.DISCLOSE})


@requires(Permission.SIGNED_IN)
def show(tracking_id: str) -> Response:
    """The complaint as this desk sees it; 404 when it does not.

    With `mengapa`, also why that clock is due when it is; for htmx that alone.
    """
    desk = here()
    case = open_case(desk.session, desk.actor, tracking_id, desk.rules, now())
    if case is None:
        abort(404)
    asked = request.args.get("mengapa", "")
    if not (asked and wants_fragment()):
        return _panel(desk, case, asked=asked)
    for clock in clock_views(case, desk.role, desk.rules, now(), asked):
        if clock.kind == asked:
            return _respond("complaint/_why.html", 200, clock=clock)
    abort(404)


@requires(Permission.SIGNED_IN)
def act_on(tracking_id: str, slug: str) -> Response:
    """Do one action; what comes back is the panel as it is then, or what stood in the way."""
    desk = here()
    action = BY_SLUG.get(slug)
    if action is None:
        abort(404)
    question = confirmation() if action in ABOUT_IDENTITY else None
    if question is not None:
        return question
    form = read_form(action)
    try:
        done = perform(desk, tracking_id, form)
    except NotFound:
        return _not_here(desk, tracking_id, form)
    except Invalid as invalid:
        return _form_again(desk, tracking_id, Attempt(form, invalid.errors))
    except UnknownVersion as refusal:
        return _refused(desk, tracking_id, form, refusal, 422)
    except ChangedMeanwhile as refusal:
        form = replace(form, key=form_key()) if refusal.spent else form
        return _refused(desk, tracking_id, form, refusal, 409, refusal.since)
    except NotYours as refusal:
        return _refused(desk, tracking_id, form, refusal, 403)
    except NotAllowedNow as refusal:
        return _refused(desk, tracking_id, form, refusal, 409)
    return _after(desk, tracking_id, form, done)


def perform(desk: Here, tracking_id: str, form: Form) -> Done:
    """`act` with what this desk brings along; raises what it raises."""
    done = act(
        desk.session,
        desk.actor,
        tracking_id,
        form,
        folder=current_app.config["FILES"],
        now=now(),
    )
    acted_under(done.rules)
    return done


# -- it went well --------------------------------------------------------------------------------


def _after(desk: Here, tracking_id: str, form: Form, done: Done) -> Response:
    """What it changed, or where the complaint went; without htmx the page that shows it."""
    case = case_after(desk.actor, done, desk.rules, now())
    words = done_words(desk, done)
    if not wants_fragment():
        flash(words, "ok")
        if case is None:
            return redirect(url_for(desk.endpoint("inbox")), 303)
        return redirect(url_for(desk.endpoint("complaint"), tracking_id=tracking_id), 303)
    notices = [("ok", words)]
    if case is None:
        return _gone(desk, tracking_id, notices, but=done.complaint.id)
    if form.action is Action.ANONYMISE:  # which changes all that the page says
        return _panel(desk, case, notices=notices)
    return _changes(desk, case, form, notices)


def _changes(desk: Here, case: CaseFile, form: Form, notices: Sequence[Notice]) -> Response:
    """The pieces of the page that `form` was sent from which are others now.

    History only grows: of it, what that page has not shown yet. The text changes by correction
    alone, or is told in full when an identity is opened, and it is often the longest of all.
    """
    panel = make_panel(desk.session, desk.actor, case, desk.rules, now())
    is_over = not any(form.is_usual for form in panel.forms)
    answer = _respond(
        "complaint/_changes.html",
        200,
        desk=desk,
        panel=panel,
        notices=notices,
        next=_next(desk, case.complaint.id) if is_over else None,
        moved_on=True,
        steps=changed_steps(panel.lane, case, form.seq, desk.rules, now()),
        fresh=sum(entry.seq > form.seq for entry in case.entries),
        told=form.action in _TELLING
        or papers_for(case.entries[: form.seq]) != papers_for(case.entries),
        reworded=form.action in (Action.CORRECT, Action.DISCLOSE),
        work=work_of(desk),
    )
    answer.headers["HX-Retarget"] = "#top"
    return answer


def done_words(desk: Here, done: Done) -> str:
    """What was done, and who has the complaint now."""
    what = f"#{done.complaint.tracking_id}: {entry_title(done.entry)}."
    holder = holder_words(done.complaint, done.history.timeline.state, desk.procedure)
    if not holder:
        return what
    now_at = gettext("Sekarang di meja %(holder)s.", holder=holder)
    return f"{what} {now_at}"


# -- something stood in the way ------------------------------------------------------------------


def _form_again(desk: Here, tracking_id: str, attempt: Attempt) -> Response:
    """The form alone with its sentences; all else on the page stays as it was typed."""
    case = open_case(desk.session, desk.actor, tracking_id, desk.rules, now())
    if case is None:
        return _not_here(desk, tracking_id, attempt.form)
    if not wants_fragment():
        return _panel(desk, case, 422, attempt=attempt)
    panel = make_panel(desk.session, desk.actor, case, desk.rules, now(), attempt)
    form = next(form for form in panel.forms if form.action is attempt.form.action)
    response = make_response(render("complaint/_again.html", 422, form=form, panel=panel))
    response.headers["HX-Retarget"] = f"#{form.slug}"
    return response


def _refused(
    desk: Here,
    tracking_id: str,
    form: Form,
    refusal: Refusal,
    status: int,
    since: Sequence[Entry] = (),
) -> Response:
    """The fresh panel, what others did meanwhile, and what was typed: in its form, or to copy."""
    case = open_case(desk.session, desk.actor, tracking_id, desk.rules, now())
    if case is None:
        return _not_here(desk, tracking_id, form)
    words = sentence(refusal)
    if form.action in {row.action for row in case.rows}:
        words += " " + gettext(
            "Yang Anda ketik masih ada di formulirnya: periksa, lalu kirim lagi."
        )
    notices = [("error", words)]
    return _panel(desk, case, status, notices=notices, since=since, attempt=Attempt(form))


def _not_here(desk: Here, tracking_id: str, form: Form) -> Response:
    """The complaint is not at this desk: gone meanwhile (then by whom), or never seen here."""
    since = done_since(desk.session, desk.actor, tracking_id, form.seq, desk.rules)
    words = (
        gettext("Pengaduan ini tidak lagi di meja Anda. Belum ada yang disimpan dari Anda.")
        if since
        else gettext("Pengaduan ini tidak ada di meja Anda. Belum ada yang disimpan.")
    )
    return _gone(
        desk,
        tracking_id,
        [("error", words)],
        status=409 if since else 404,
        since=since,
        kept=Attempt(form).texts(ASKS.get(form.action, ())),
    )


# -- drawing -------------------------------------------------------------------------------------


def _panel(
    desk: Here,
    case: CaseFile,
    status: int = 200,
    *,
    notices: Sequence[Notice] = (),
    since: Sequence[Entry] = (),
    attempt: Attempt | None = None,
    asked: str = "",
) -> Response:
    """The complaint's panel, alone for htmx, else in its page."""
    panel = make_panel(desk.session, desk.actor, case, desk.rules, now(), attempt, asked)
    identity = panel.reporter.is_shown
    if case.seen_today is None or case.seen_today < identity:
        saw_complaint(desk.session, desk.actor, case.complaint, now(), identity=identity)
    possible = {form.action for form in panel.forms}
    lost = attempt is not None and attempt.form.action not in possible
    return _respond(
        "complaint/_panel.html" if wants_fragment() else "complaint/page.html",
        status,
        desk=desk,
        panel=panel,
        notices=notices,
        since=[since_words(entry, now()) for entry in since],
        kept=attempt.texts(ASKS.get(attempt.form.action, ())) if attempt and lost else [],
    )


def _gone(
    desk: Here,
    tracking_id: str,
    notices: Sequence[Notice],
    *,
    status: int = 200,
    but: int = 0,
    since: Sequence[Entry] = (),
    kept: Sequence[tuple[str, str]] = (),
) -> Response:
    """What stands in the panel's place when the complaint is not (any longer) at this desk."""
    return _respond(
        "complaint/_gone.html" if wants_fragment() else "complaint/gone_page.html",
        status,
        desk=desk,
        tracking_id=tracking_id,
        notices=notices,
        since=[since_words(entry, now()) for entry in since],
        kept=kept,
        next=_next(desk, but),
        work=work_of(desk) if wants_fragment() else "",
    )


def _respond(template: str, status: int, **context: Any) -> Response:
    response = make_response(render(template, status, **context))
    if "panel" in context and context["panel"].reporter.is_secret:
        response.headers["Cache-Control"] = "no-store"
    return response


def _next(desk: Here, but: int) -> RowView | None:
    """The next complaint of this desk's own work."""
    row = next_in_line(desk.session, desk.actor, desk.procedure, but)
    return RowMaker(desk.role, desk.rules, now()).row(row, act=True) if row else None
