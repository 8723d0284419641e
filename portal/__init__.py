"""Portal Pengaduan Magetan: citizens' complaints by SOP 065/403.113/2021."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(instance: Path | None = None, **overrides: Any) -> "Flask":
    """Wire the application for an instance folder (default: `PORTAL_INSTANCE` or instance/).

    The web is loaded here and not with the package: a printing process needs none of it.
    """
    from flask import Flask
    from werkzeug.middleware.proxy_fix import ProxyFix

    from portal import assets, cli, errors, language, web
    from portal.blueprints import register_blueprints
    from portal.config import ROOT, instance_path, load_config
    from portal.cookies import SessionCookie
    from portal.extensions import csrf, db, login_manager, migrate
    from portal.form_parts import PortalRequest
    from portal.identity.vault import Vault
    from portal.models.base import prepare_engine

    folder = instance or instance_path()
    app = Flask(__name__, instance_path=str(folder), static_folder=None)
    app.config.from_mapping(load_config(folder))
    app.config.from_mapping(overrides)
    app.session_interface = SessionCookie()
    app.request_class = PortalRequest
    errors.init_app(app)  # its limits come before anything reads a form
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    csrf.init_app(app)
    login_manager.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
        vault = Vault(app.config["IDENTITY_KEYS"])
        db.engine.update_execution_options(vault=vault)
    language.init_app(app)
    assets.init_app(app)
    web.init_app(app)
    register_blueprints(app)
    cli.init_app(app)
    if proxies := app.config["PROXIES"]:
        fix = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)
        app.wsgi_app = fix  # type: ignore[method-assign]
    return app
