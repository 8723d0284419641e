"""The WSGI entry: `gunicorn wsgi:app`, `flask --app wsgi ...`."""

import sys

from portal import create_app
from portal.config import BadSetting

try:
    app = create_app()
except BadSetting as bad:
    sys.exit(str(bad))
