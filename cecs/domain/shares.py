"""Parts of a whole, drawn in one bar."""

from collections.abc import Sequence

from cecs.domain.timelines import Bar

LEAST = 1.0  # percent: a part must be seen, however small


def shares(parts: Sequence[int]) -> tuple[Bar, ...]:
    """Where each part is drawn, one after the other; a part of none has no width."""
    whole = sum(parts) or 1
    widths = [max(LEAST, 100 * part / whole) if part else 0.0 for part in parts]
    scale = 100 / (sum(widths) or 1)
    bars, left = [], 0.0
    for width in widths:
        bars.append(Bar(round(left, 2), round(width * scale, 2)))
        left += width * scale
    return tuple(bars)
