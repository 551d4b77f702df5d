"""`app` for a WSGI server; `python app.py` sets up a demo and serves it until Ctrl-C."""

import gc
import sys

if sys.version_info < (3, 11):  # noqa: UP036  (said in a sentence, not by a traceback)
    sys.exit("CECS needs Python 3.11 or newer.")

if __name__ == "__main__":
    from cecs.supervisor import main

    sys.exit(main())
else:
    # What a start makes stays. To look for waste in it again and again takes a sixth of the start.
    gc.disable()
    from cecs.wsgi import app  # noqa: F401

    gc.freeze()
    gc.enable()
