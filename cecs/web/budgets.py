"""How often one may ask. A whole school may share an address, so that no budget is a person's."""

from collections.abc import Callable
from functools import reduce, wraps
from typing import Any

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from limits import parse

from cecs.extensions import limiter
from cecs.services import api_keys
from cecs.services.api_keys import Holder
from cecs.web.problems import Problem

# The API: each of its addresses has this budget.
ADDRESS = "120/minute;3000/day"
KEY = "3000/minute"
CHECKS = "60/hour"
# All who come without a key, together.
EVERYONE = "12000/minute"
# The pages: searches at the speed of typing, and how many before two words must be typed.
PAGES = "300/minute"
SEARCHES = parse("200/10minutes")
ALL_SEARCHES = parse(EVERYONE)
SEARCHES_AFTER_WORDS = parse("600/hour")

Route = Callable[..., ResponseReturnValue]


def key_sent() -> str:
    """The key in the request's headers, or nothing."""
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if kind.lower() == "bearer" else request.headers.get("X-API-Key", "")


def holder() -> Holder | None:
    """Who sent a key that is good; looked up once a request."""
    if "api_holder" not in g:
        key = key_sent()
        g.api_holder = api_keys.holder(key) if key else None
    found: Holder | None = g.api_holder
    return found


def in_words(budget: str) -> str:
    """A budget as people read it: 120 requests a minute and 3,000 a day."""
    parts = [part.split("/") for part in budget.split(";")]
    said = [f"{int(amount):,} a {period}" for amount, period in parts]
    return " and ".join(said)


def _has_key() -> bool:
    return holder() is not None


def _has_none() -> bool:
    return holder() is None


def by_key() -> str:
    """What is counted for a key; what comes without a good one counts for its address."""
    found = holder()
    return f"key {found.key_id}" if found else get_remote_address()


def _everyone() -> str:
    return "everyone"


def of_api(route: Route) -> Route:
    """Limits a route of the API: by address and all together, or by key."""
    limits = (
        limiter.shared_limit(EVERYONE, "api", key_func=_everyone, exempt_when=_has_key),
        limiter.limit(KEY, key_func=by_key, exempt_when=_has_none),
        limiter.limit(ADDRESS, exempt_when=_has_key),
    )
    return reduce(lambda limited, limit: limit(limited), limits, _refusing_bad_keys(route))


def of_checks(route: Route) -> Route:
    """Limits the check of lists, which needs a key."""

    @wraps(route)
    def keyed(**values: Any) -> ResponseReturnValue:
        if not key_sent():
            raise Problem("no-key", _("Lists are checked for districts that have a key. Ask us."))
        return route(**values)

    return limiter.limit(CHECKS, key_func=by_key)(_refusing_bad_keys(keyed))


def search_again(browser: str | None) -> bool:
    """Counts a search on the pages; False where two words must be typed first.

    `browser` is one in which they were typed: it has a budget of its own, whatever its address.
    """
    if browser:
        return limiter.limiter.hit(SEARCHES_AFTER_WORDS, "words", browser)
    few = limiter.limiter.hit(SEARCHES, "search", get_remote_address())
    return limiter.limiter.hit(ALL_SEARCHES, "search", _everyone()) and few


def _refusing_bad_keys(route: Route) -> Route:
    """A key that is wrong must not look as if it helped; the try is counted all the same."""

    @wraps(route)
    def known(**values: Any) -> ResponseReturnValue:
        if key_sent() and holder() is None:
            raise Problem("no-key", _("This key is not known, or was revoked."))
        return route(**values)

    return known
