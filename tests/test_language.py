"""The reader's language: as chosen, and the words in it."""

from flask import Flask, session

from portal.language import gettext, language, ngettext


def test_it_is_indonesian_unless_the_session_says_otherwise(app: Flask) -> None:
    assert language() == "id"
    with app.test_request_context():
        assert (language(), gettext("Kotak masuk")) == ("id", "Kotak masuk")


def test_a_chosen_language_holds_for_every_word(app: Flask) -> None:
    with Flask(__name__).app_context(), app.test_request_context():
        session["language"] = "en"
        assert gettext("Kotak masuk") == "Inbox"
        assert gettext("sejak %(day)s", day="23 Nov") == "since 23 Nov"
        assert ngettext("%(num)s hari", "%(num)s hari", 1) == "1 day"
        assert ngettext("%(num)s hari", "%(num)s hari", 2) == "2 days"


def test_a_language_that_the_portal_does_not_speak_is_indonesian(app: Flask) -> None:
    with Flask(__name__).app_context(), app.test_request_context():
        session["language"] = "fr"
        assert gettext("Kotak masuk") == "Kotak masuk"


def test_what_is_filled_into_a_sentence_of_a_page_is_escaped(app: Flask) -> None:
    template = app.jinja_env.from_string("{{ _('sejak %(day)s', day=day) }}")
    with app.test_request_context():
        assert template.render(day="<b>") == "sejak &lt;b&gt;"
