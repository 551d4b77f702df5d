"""How values become words on a page, in the reader's language and the office's time."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.lists import format_list
from flask import Flask
from flask_babel import get_locale
from markupsafe import Markup

from cecs.domain.sentences import Cents, Sentence
from cecs.web.desk import desk
from cecs.web.languages import language, worded

# No seconds: nobody acts on them. Spanish has no short names for American time zones.
MOMENTS = {"en": "MMMM d, y, h:mm a z", "es": "d 'de' MMMM 'de' y, H:mm (zzzz)"}


def say(sentence: Sentence | Mapping[str, Any] | str | None) -> str:
    """A sentence of the domain, or one kept as JSON, translated, its values as people read them."""
    if isinstance(sentence, Mapping):
        sentence = Sentence.from_json(sentence)
    if not isinstance(sentence, Sentence):
        return sentence or ""
    return worded(language(), sentence.text).format(
        **{k: _word(v) for k, v in sentence.values.items()}
    )


def money(cents: int) -> str:
    """Whole cents as dollars: $1,250.00."""
    return str(Cents(cents))


def listed(words: Iterable[str]) -> str:
    """Words as people list them: Visa and MasterCard."""
    return str(format_list(list(words), locale=get_locale()))


def day(value: date) -> str:
    """A legal day in words: November 25, 2026."""
    return _day(language(), value)


@lru_cache(20_000)
def _day(code: str, value: date) -> str:
    return format_date(value, "long", locale=code)


def moment(value: datetime) -> str:
    """An instant as the clock on the office's wall showed it."""
    return moment_in(str(get_locale()), desk().regime.office.time_zone, value)


def moment_in(code: str, zone: str, value: datetime) -> str:
    """The same in a language, in a time zone, outside of any request."""
    return _moment(code, zone, value.replace(second=0, microsecond=0))


@lru_cache(1000)
def _moment(code: str, zone: str, value: datetime) -> str:
    words = MOMENTS.get(code, MOMENTS["en"])
    return format_datetime(value, words, tzinfo=ZoneInfo(zone), locale=code)


def _word(value: Any) -> str:
    if isinstance(value, Sentence):
        return say(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return day(value)
    return str(value)


def unbroken(reference: str) -> Markup:
    """A reference that a narrow page keeps on one line."""
    return Markup('<span class="reference">{}</span>').format(reference)


def add_filters(app: Flask) -> None:
    """Registers each by its own name."""
    for function in (say, money, day, moment, listed, unbroken):
        app.add_template_filter(function, function.__name__)
