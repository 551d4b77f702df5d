"""What the applications of one run have in common is worked out for the first of them only.

Each test has an application and an engine of its own; most of a test's time went into writing
Python for the same templates and addresses, and SQL for the same statements, ever again.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

from argon2 import PasswordHasher
from jinja2 import Environment
from sqlalchemy.engine.default import DefaultDialect
from werkzeug.routing import Rule

import cecs
from cecs.config import ROOT
from cecs.domain import regime
from cecs.services import accounts, sign_in

SLOW_HASHER = sign_in.HASHER  # the office's own
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_templates: dict[tuple[object, ...], CodeType] = {}
_addresses: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}
_statements: dict[Any, Any] = {}
_compile, _compile_builder = Environment.compile, Rule._compile_builder
_load, _load_once = regime.load, cache(regime.load)


def remember() -> None:
    """From now on, in this process and those that are forked from it."""
    Environment.compile = _template  # type: ignore[method-assign, assignment]
    Rule._compile_builder = _address  # type: ignore[method-assign]
    regime.load = _law
    cecs.ENGINE["execution_options"] = {"compiled_cache": _statements}
    # Statements are kept by dialect, of which each engine has its own: all of one kind are alike.
    DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign, assignment]
    DefaultDialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign, assignment]


def hash_quickly() -> None:
    """Passwords of tests need no protection: two thousand sign-ins at a twentieth of a second."""
    sign_in.HASHER = accounts.HASHER = QUICK_HASHER
    sign_in.NOBODY = QUICK_HASHER.hash("that nobody has")


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


def _law(folder: Path) -> regime.Regime:
    # Tables that a test writes may change between two looks; those that ship do not.
    return (_load_once if folder.is_relative_to(ROOT) else _load)(folder)
