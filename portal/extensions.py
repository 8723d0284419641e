"""The Flask extensions, made once and bound to an application by `create_app`."""

from typing import Any

from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Connection, Engine

from portal.models import Base


class _OneDatabase(Session):
    """A session that need not find out for each statement which database it is for."""

    def __init__(self, db: SQLAlchemy, **options: Any) -> None:
        super().__init__(db, **options)
        self._engine = db.engine

    def get_bind(
        self,
        mapper: Any = None,
        clause: Any = None,
        bind: Engine | Connection | None = None,
        **given: Any,
    ) -> Engine | Connection:
        return bind or self._engine


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": _OneDatabase})
migrate = Migrate(render_as_batch=True, compare_type=True)
login_manager = LoginManager()
csrf = CSRFProtect()
