"""The application as a WSGI server wants it, refused when its database is not ready."""

import os
import sys

from cecs import create_app
from cecs.config import ConfigError, settings_from
from cecs.schema import OldSchema, must_be_up_to_date

try:
    app = create_app(settings_from(os.environ))
    # `flask cecs init` is what makes the schema, so it may start without one.
    if sys.argv[-2:] != ["cecs", "init"]:
        must_be_up_to_date(app)
except (ConfigError, OldSchema) as fault:
    sys.exit(f"CECS cannot start:\n{fault}")
