"""`app` for a WSGI server; `python app.py` sets up a demo and serves it until Ctrl-C."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  (said in a sentence, not by a traceback)
    sys.exit("CECS needs Python 3.11 or newer.")

if __name__ == "__main__":
    from cecs.supervisor import main

    sys.exit(main())
else:
    from cecs.wsgi import app  # noqa: F401
