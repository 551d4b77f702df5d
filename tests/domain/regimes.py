"""The default regime, for the tests of what is done with it."""

from functools import cache
from pathlib import Path

from cecs.domain import regime

FOLDER = Path(regime.__file__).parents[1] / "regimes"


@cache
def default() -> regime.Regime:
    """The regime that default.txt names."""
    return regime.load(default_folder())


def default_folder() -> Path:
    """Its folder."""
    return FOLDER / (FOLDER / "default.txt").read_text().strip()
