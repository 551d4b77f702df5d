"""How often one may ask. A whole school may share an address, so that no budget is a person's."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache, wraps
from ipaddress import IPv6Address
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from limits import parse_many
from limits.errors import StorageError
from werkzeug.exceptions import TooManyRequests

from cecs.desk import Desk
from cecs.services import api_keys
from cecs.web.desk import desk
from cecs.web.problems import Problem

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# The API, from one address, and with a key.
ADDRESS = "120/minute;3000/day"
KEY = "3000/minute"
CHECKS = "60/hour"
# A site of IPv6, whose owner has 65,536 addresses as we count them: of all else TIMES as much.
SITE, TIMES = "1200/minute;30000/day", 10
# All who come without a key, together.
EVERYONE = "12000/minute"
# Each address, once these have spent theirs: a crowd must not shut out who asks a few times.
IN_A_CROWD = "30/minute"
CROWD = "all "  # how it begins whose budget that is: of the API, of the pages, of a frame
PROGRAMS, VISITORS = f"{CROWD}programs", f"{CROWD}visitors"
# The pages: searches at the speed of typing, and how many before two words must be typed.
PAGES = "300/minute"
SEARCHES = "200/10minutes"
SEARCHES_AFTER_WORDS = "600/hour"

Route = Callable[..., ResponseReturnValue]


def address() -> str:
    """Where a request came from."""
    return network(request.remote_addr or "")


def network(address: str, bits: int = 64) -> str:
    """What is counted for an address: of IPv6 its first half, for who has one has all of those."""
    if ":" not in address:
        return address
    bare = _without_port(address)
    if ":" not in bare:
        return bare
    try:
        found = IPv6Address(bare)
    except ValueError:
        return address
    rest = 128 - bits
    return str(found.ipv4_mapped or IPv6Address(int(found) >> rest << rest))


def _of_site(address: str, what: str, budget: str = "") -> Sequence[tuple[str, str]]:
    """The budget of all that one owner of IPv6 may have; others have no more than an address."""
    return [(budget or SITE, f"site {network(address, 48)} {what}")] if ":" in address else []


def _without_port(address: str) -> str:
    """Some proxies hand on 192.0.2.7:5678 or [2001:db8::7]:5678."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


def key_in(sent: "WSGIEnvironment") -> str:
    """The key in a request's headers, or nothing."""
    kind, _, key = sent.get("HTTP_AUTHORIZATION", "").partition(" ")
    return key.strip() if kind.lower() == "bearer" else sent.get("HTTP_X_API_KEY", "")


def in_words(budget: str) -> str:
    """A budget as people read it: 120 requests a minute and 3,000 a day."""
    parts = [part.split("/") for part in budget.split(";")]
    said = [
        f"{int(amount):,} {'an' if period == 'hour' else 'a'} {period}" for amount, period in parts
    ]
    return " and ".join(said)


class Spent(NamedTuple):
    """What is left of the tightest budget that a request counted for."""

    limit: int
    left: int
    ends: float  # when its window ends, in seconds since 1970

    @property
    def is_over(self) -> bool:
        """Whether this request was one too many."""
        return self.left < 0

    @property
    def headers(self) -> Sequence[tuple[str, str]]:
        """The same for the program that asks."""
        told = (
            ("X-RateLimit-Limit", str(self.limit)),
            ("X-RateLimit-Remaining", str(max(0, self.left))),
            ("X-RateLimit-Reset", str(math.ceil(self.ends))),
        )
        if not self.is_over:
            return told
        return *told, ("Retry-After", str(max(1, math.ceil(self.ends - time.time()))))


def limit(
    *budgets: tuple[str, Callable[[], str]] | str, methods: Sequence[str] = ()
) -> Callable[[Route], Route]:
    """Limits a route by each of these budgets: by address and site, or by what is called for it.

    `methods`: only requests of these are counted.
    """
    by = [(each, address) if isinstance(each, str) else each for each in budgets]

    def limited(route: Route) -> Route:
        @wraps(route)
        def counted(**values: Any) -> ResponseReturnValue:
            if not methods or request.method in methods:
                _count(*_of_each(by, route.__name__))
            return route(**values)

        return counted

    return limited


def _of_each(by: Sequence[tuple[str, Callable[[], str]]], what: str) -> Iterator[tuple[str, str]]:
    for budget, whose in by:
        yield budget, f"{whose()} {what}"
        if whose is address:
            yield from _of_site(request.remote_addr or "", what, _times(budget, TIMES))


@cache
def _times(budget: str, times: int) -> str:
    """So many times as much."""
    parts = [part.split("/") for part in budget.split(";")]
    return ";".join(f"{times * int(amount)}/{period}" for amount, period in parts)


def _count(*budgets: tuple[str, str]) -> None:
    """Counts this request, which its answer tells. Raises TooManyRequests."""
    g.spent = spent = tightest(desk(), *budgets)
    if spent.is_over:
        raise TooManyRequests


def of_program(address: str, key_id: int | None, keyed: str = "") -> Sequence[tuple[str, str]]:
    """What a request of the API counts for: its key, or its address and all without one.

    `keyed` is another budget than KEY, for a key.
    """
    if key_id is not None:
        return [(keyed or KEY, f"key {key_id}")]
    return [
        (ADDRESS, network(address)), *_of_site(address, "programs"), (EVERYONE, PROGRAMS)
    ]  # fmt: skip


def of_visitor(address: str) -> Sequence[tuple[str, str]]:
    """What a search on the page counts for: its address, and all searches together."""
    who = f"{network(address)} search"
    return [
        (PAGES, who), (SEARCHES, who), *_of_site(address, "search"), (EVERYONE, VISITORS)
    ]  # fmt: skip


def tightest(desk: Desk, *budgets: tuple[str, str]) -> Spent:
    """Counts for each of them, the asker's own first; gives the one that is nearest to its end.

    Where counters are out of reach everyone may ask: the lookup must not depend on them.
    """
    try:
        left, amount, counter = _nearest(budgets, desk.counters.incr)
        return Spent(amount, left, desk.counters.get_expiry(counter))
    except StorageError:
        amount, seconds = _parts(budgets[0][0])[0]
        return Spent(amount, amount, time.time() + seconds)


def is_over(desk: Desk, *budgets: tuple[str, str]) -> bool:
    """Whether another request would be one too many; counts none."""
    try:
        return _nearest(budgets, lambda counter, _: desk.counters.get(counter) + 1)[0] < 0
    except StorageError:
        return False


def _nearest(
    budgets: Sequence[tuple[str, str]], count: Callable[[str, int], int]
) -> tuple[int, int, str]:
    """Of all parts of these budgets: the least that is left, of how many, and where it is counted.

    Where a crowd has spent its budget, the asker has one for crowded times instead. Who is refused
    anyway spends nothing of a crowd's: else one alone could make it crowded for all.
    """
    found: list[tuple[int, int, str]] = []
    for budget, whose in budgets:
        if found and whose.startswith(CROWD) and min(found)[0] < 0:
            continue
        for amount, seconds in _parts(budget):
            counter = f"{budget} {seconds} {whose}"
            left = amount - count(counter, seconds)
            if left < 0 and whose.startswith(CROWD):
                found.append(_nearest([(IN_A_CROWD, budgets[0][1])], count))
            else:
                found.append((left, amount, counter))
    return min(found)


@cache
def _parts(budget: str) -> Sequence[tuple[int, int]]:
    """A budget as numbers: how many in how many seconds."""
    return [(part.amount, part.get_expiry()) for part in parse_many(budget)]


def of_api(route: Route, keyed: str = "") -> Route:
    """Counts a request of the API, and refuses a key that is wrong: it must not seem to help."""

    @wraps(route)
    def counted(**values: Any) -> ResponseReturnValue:
        sent = request.environ
        key = key_in(sent)
        found = api_keys.holder(key) if key else None
        _count(*of_program(sent.get("REMOTE_ADDR", ""), found.key_id if found else None, keyed))
        if key and found is None:
            raise Problem("no-key", _("This key is not known, or was revoked."))
        return route(**values)

    return counted


def of_checks(route: Route) -> Route:
    """Limits the check of lists, which needs a key."""

    @wraps(route)
    def keyed(**values: Any) -> ResponseReturnValue:
        if not key_in(request.environ):
            raise Problem("no-key", _("Lists are checked for districts that have a key. Ask us."))
        return route(**values)

    return of_api(keyed, CHECKS)


def check_again(key_id: int) -> Spent:
    """Counts a list that a person sends, in the budget of what programs send with that key."""
    g.spent = tightest(desk(), *of_program(address(), key_id, CHECKS))
    found: Spent = g.spent
    return found


def spent() -> Spent | None:
    """What is left after this request, if it was counted."""
    found: Spent | None = g.get("spent")
    return found


def search_again(browser: str | None) -> bool:
    """Counts a search on the pages; False where two words must be typed first.

    `browser` is one in which they were typed: it has a budget of its own, whatever its address.
    """
    if browser:
        return not tightest(desk(), (SEARCHES_AFTER_WORDS, f"words {browser}")).is_over
    spent = tightest(desk(), *of_visitor(address())[1:])  # the page itself is counted already
    if not spent.is_over:
        g.spent = spent
    return not spent.is_over
