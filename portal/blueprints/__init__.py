"""HTTP only: parse, call a verb or a query, render."""

from flask import Flask

from portal.blueprints import static


def register_blueprints(app: Flask) -> None:
    app.add_url_rule("/static/<path:filename>", "static", static.send)
