"""The language of a page. What anyone may look up comes in English and Spanish."""

from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlencode

from babel import Locale
from flask import Flask, g, has_request_context, request
from flask_babel import get_babel, get_locale, gettext, ngettext, refresh

ENGLISH = "en"
NAMES = {"en": "English", "es": "Español"}
TRANSLATED = {"lookup", "lists", "embed"}


def chosen() -> str:
    """The language asked for with `?lang=`, else the one that `prefer` named, else English."""
    if not has_request_context() or request.blueprint not in TRANSLATED:
        return ENGLISH
    asked = request.args.get("lang", "")
    return asked if asked in NAMES else str(g.get("language", ENGLISH))


def prefer(code: str) -> None:
    """Answers this request in that language unless another is asked for."""
    g.language = code
    g.pop("language_found", None)
    refresh()


def language() -> str:
    """The code of the language that the reader is answered in."""
    if "language_found" not in g:
        g.language_found = str(get_locale())
    found: str = g.language_found
    return found


@lru_cache(5000)
def worded(code: str, text: str) -> str:
    """The text in the language that the reader is answered in, whose code that is.

    A page says the same words a hundred times; they are looked up once.
    """
    return gettext(text)


def in_language(code: str) -> str:
    """The address of this page in another language, the question kept."""
    return "?" + urlencode([*_others(), ("lang", code)])


def translated(row: Any, column: str = "title") -> str:
    """The words of a row of the regime; in English where its table has no others."""
    return getattr(row, f"{column}_{language()}", "") or str(getattr(row, column))


def add_languages(app: Flask) -> None:
    """Answers in the language that was asked for, and makes these known to the templates."""
    get_babel(app).locale_selector = lambda: _locale(chosen())
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: worded(language(), text), ngettext, newstyle=True
    )
    app.jinja_env.globals.update(language=language, in_language=in_language, languages=NAMES)
    app.add_template_filter(translated, "translated")


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(code)


def _others() -> list[tuple[str, str]]:
    return [(name, given) for name, given in request.args.items() if name != "lang"]
