"""What two applications of one run have in common is worked out for the first of them only.

Each test has an application of its own; nine tenths of making one were spent writing Python for
the same templates and the same addresses, which depend on nothing that a test could change.
"""

from collections.abc import Callable
from types import CodeType
from typing import Any

from jinja2 import Environment
from werkzeug.routing import Rule

_templates: dict[tuple[object, ...], CodeType] = {}
_addresses: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}
_compile, _compile_builder = Environment.compile, Rule._compile_builder


def remember() -> None:
    """From now on, in this process and those that are forked from it."""
    Environment.compile = _template  # type: ignore[method-assign, assignment]
    Rule._compile_builder = _address  # type: ignore[method-assign]


def _template(self: Environment, source: Any, *names: Any, **more: Any) -> Any:
    # An entry's pages and Flask's are compiled by other rules: their environments' types tell.
    key = (type(self), source, names, tuple(more.items()))
    if key not in _templates:
        _templates[key] = _compile(self, source, *names, **more)
    return _templates[key]


def _address(self: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    # The function is bound to its rule by who asks for it.
    key = (self.rule, repr(self.defaults), tuple(self._trace), append_unknown)
    if key not in _addresses:
        _addresses[key] = _compile_builder(self, append_unknown)
    return _addresses[key]
