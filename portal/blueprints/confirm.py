"""Before what weighs more the password is asked again: the form waits in the page that asks."""

from flask import current_app, make_response, request, session
from werkzeug.wrappers import Response

from portal.blueprints.held import CONFIRMATION, Held
from portal.cases.sessions import is_proved
from portal.cases.sign_in import WrongCredentials, prove
from portal.cases.throttle import TooManyAttempts
from portal.extensions import db
from portal.pages.plain_form import WHOLE, PlainForm
from portal.sop.text import N_, Refusal
from portal.web import caller, now, render, viewer


def confirm_fresh() -> Response | None:
    """Before each request: ask if its view is `fresh` and something is sent to it."""
    view = current_app.view_functions.get(request.endpoint or "")
    return confirmation() if request.method == "POST" and hasattr(view, "fresh") else None


def confirmation() -> Response | None:
    """The page that asks the viewer for his password and sends this request's form again with it;
    None when he typed it a moment ago, or just now."""
    who = viewer()
    if who is None or is_proved(session, now()):
        return None
    form = PlainForm()
    if CONFIRMATION in request.form:
        try:
            prove(db.session(), who.account.id, request.form[CONFIRMATION], caller())
        except WrongCredentials:
            form = PlainForm(errors={CONFIRMATION: Refusal(N_("Kata sandi tidak cocok."))})
        except TooManyAttempts as refusal:
            form = PlainForm(errors={WHOLE: refusal})
        else:
            session["proved"] = int(now().timestamp())
            return None
    held = Held.of_request() or Held.handed_on()
    page, _ = render("auth/confirm.html", form=form, held=held, field=CONFIRMATION)
    answer = make_response(page, 422)
    # A fragment's place holds part of a page only: the whole page gives way to the question.
    answer.headers.update(
        {"HX-Retarget": "#main", "HX-Reswap": "innerHTML", "HX-Reselect": "#confirm"}
    )
    return answer
