"""Forms that are printed once and filled in many times.

A template's words are chosen, translated and joined once; what differs from one filling to the
next are a few gaps. Filling those takes a hundredth of what rendering the template takes.
"""

from collections.abc import Callable, Iterable, Mapping

from markupsafe import Markup, escape

# Letters for private use, which nobody types and no template contains.
OPENS, CLOSES = "\ue000", "\ue001"


class Blank:
    """HTML with gaps that have names."""

    def __init__(self, render: Callable[..., str], gaps: Iterable[str]) -> None:
        """`render` is called once, with a mark for each gap as the argument of its name."""
        gaps = tuple(gaps)
        marks = {name: Markup(f"{OPENS}{name}{CLOSES}") for name in gaps}
        printed = render(**marks).strip().replace("%", "%%")
        for name in gaps:
            printed = printed.replace(marks[name], f"%({name})s")
        self._printed, self._in_bytes = printed, printed.encode()

    def filled(self, **values: str) -> Markup:
        """The form with its gaps filled; text is escaped, `Markup` is taken as it is."""
        return self.filled_with(values)

    def filled_with(self, values: Mapping[str, str]) -> Markup:
        """The same, from a mapping."""
        escaped = {name: str(escape(value)) for name, value in values.items()}
        return Markup(self._printed % escaped)

    def sent_with(self, values: Mapping[str, str | bytes]) -> bytes:
        """The same in UTF-8; bytes are taken as they are, which is HTML that lies finished."""
        escaped = {
            name.encode(): value if isinstance(value, bytes) else escape(value).encode()
            for name, value in values.items()
        }
        return self._in_bytes % escaped
