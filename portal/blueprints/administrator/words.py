"""What officers said that words of the exports mean: to be changed, or asked again."""

from typing import Any

from flask import flash, redirect, request, url_for

from portal.access import Permission, requires
from portal.blueprints.administrator.home import blueprint
from portal.cases.intake_words import change_word, forget_word
from portal.extensions import db
from portal.formats import sentence
from portal.language import gettext
from portal.pages.import_words import word_meanings
from portal.queries.imports import remembered_words
from portal.sop.text import Refusal
from portal.web import render


@blueprint.get("/kata/")
@requires(Permission.ADMINISTER)
def words() -> Any:
    """Every word that is remembered, with its meaning."""
    return _page()


@blueprint.post("/kata/")
@requires(Permission.ADMINISTER)
def save_word() -> Any:
    """Give a word (`kind`, `word`) another `meaning`, or with `forget` none."""
    kind, word, meaning = (request.form.get(name, "") for name in ("kind", "word", "meaning"))
    try:
        if "forget" in request.form:
            forget_word(db.session(), kind, word)
            done = gettext("Kata dilupakan; impor berikutnya menanyakannya lagi.")
        else:
            change_word(db.session(), kind, word, meaning)
            done = gettext("Arti kata disimpan; berlaku sejak impor berikutnya.")
    except Refusal as refusal:
        return _page(sentence(refusal), 422)
    flash(done, "ok")
    return redirect(url_for("administrator.words"), 303)


def _page(error: str = "", status: int = 200) -> Any:
    session = db.session()
    return render(
        "administrator/words.html",
        status,
        error=error,
        words=remembered_words(session),
        meanings=word_meanings(session),
    )
