"""HTTP only: parse, call a verb or a query, render."""

from flask import Flask

from portal.blueprints import (
    administrator,
    archive,
    auth,
    disclosures,
    intake,
    papers,
    privacy,
    reports,
    second_factor,
    static,
    uploads,
    verification,
)
from portal.blueprints.complaints import complaints
from portal.blueprints.confirm import confirm_fresh
from portal.blueprints.desks import READERS, make_desk
from portal.blueprints.sop_page import sop


def register_blueprints(app: Flask) -> None:
    app.add_url_rule("/static/<filename>", "static", static.send)
    app.before_request(confirm_fresh)
    app.register_blueprint(auth.blueprint)
    app.register_blueprint(second_factor.blueprint)
    app.register_blueprint(administrator.blueprint)
    app.register_blueprint(intake.blueprint)
    for role in READERS:
        app.register_blueprint(make_desk(role))
    app.register_blueprint(complaints)
    app.register_blueprint(uploads.blueprint)
    app.register_blueprint(sop)
    app.register_blueprint(reports.blueprint)
    app.register_blueprint(archive.blueprint)
    app.register_blueprint(disclosures.blueprint)
    app.register_blueprint(privacy.blueprint)
    app.register_blueprint(verification.blueprint)
    app.register_blueprint(papers.blueprint)
    papers.init_app(app)
