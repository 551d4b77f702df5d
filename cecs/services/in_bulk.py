"""Work on rows by the million."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def in_bulk() -> Iterator[None]:
    """Python looks for cycles among objects when it is told, not while rows come and go.

    It would look through all that lives again and again and find none. Call `tidy` now and then.
    """
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def tidy() -> None:
    """Looks through what came since the beginning, which is little between two batches."""
    gc.collect()
