"""The lookup's page, printed once for all who ask alike: what it depends on, and its gaps.

Two ways lead to it: the route of `lookup`, which prints it, and `direct`, which fills in what is
printed already before Flask is asked.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote_plus

from cecs.desk import Desk
from cecs.domain import names
from cecs.services import lookup
from cecs.services.lookup import Asked
from cecs.web import budgets, found
from cecs.web.found import Told
from cecs.web.headers import for_pages
from cecs.web.languages import ENGLISH, NAMES
from cecs.web.printing import PAGE, Blanks, place
from cecs.web.said import Said

TEMPLATE = "lookup/search.html"
OF_ANSWER = ("iso", "moment", "entries")  # what differs among answers that are told alike
TYPED = ("last_name", "first_name", "number", "district", "after")
LONGEST = {"last_name": 100, "first_name": 100, "after": 250}


class Choices(NamedTuple):
    """What was asked beside the words that are typed."""

    district: str = ""  # its key
    endorsement: str = ""  # its code
    active: bool = False


def key(typed: Mapping[str, str], chosen: Choices, told: Told | None) -> Hashable:
    """All on which the page depends beside its gaps."""
    shape = told and (told.many, told.searched_all, told.more, told.begins, told.goes_on)
    return chosen, bool(typed.get("last_name")), bool(typed.get("first_name")), shape


def gaps(
    typed: Mapping[str, str], again: Mapping[str, str], told: Told | None, after: str
) -> dict[str, str | bytes]:
    """What is filled in. `again` is what an address needs to ask the same again."""
    said = {name: f"{name}={quote_plus(words)}" for name, words in again.items()}
    filled: dict[str, str | bytes] = {
        name: typed.get(name, "") for name in ("last_name", "first_name", "number")
    }
    filled["question"] = "".join([f"{each}&" for name, each in said.items() if name != "lang"])
    if told:
        filled |= {name: getattr(told, name) for name in OF_ANSWER}
        filled["again"] = "&".join(said.values())
        said["after"] = f"after={quote_plus(after)}"
        filled["after"] = "&".join(said.values())
    return filled


def filled(
    desk: Desk, blanks: Blanks, sent: Sequence[tuple[str, str]], address: str
) -> Said | None:
    """The page for who types a name and has no cookie; None for Flask to answer.

    `sent` is what stands in the address, `address` where it came from.
    """
    typed = {name: words for name, words in sent if words}
    code = typed.get("lang", ENGLISH)
    if len(dict(sent)) < len(sent) or not _is_usual(typed) or code not in NAMES:
        return None
    if budgets.is_over(desk, *budgets.of_visitor(address)):
        return None  # who is refused has nobody looked up
    asked = Asked(typed["last_name"], typed.get("first_name", ""), after=typed.get("after", ""))
    answer = lookup.find(desk, asked, code)
    told = found.plainly(desk, answer, code)
    blank = blanks.get(place(TEMPLATE, PAGE, code, key(typed, Choices(), told))) if told else None
    if told is None or blank is None:
        return None
    # Counted last: what is left to Flask is counted there.
    spent = budgets.tightest(desk, *budgets.of_visitor(address))
    if spent.is_over:
        return None
    again = {name: words for name in TYPED if (words := typed.get(name, "").strip())}
    again |= {"lang": code} if code != ENGLISH else {}
    body = blank.sent_with(gaps(typed, again, told, lookup.after(answer)))
    length = ("Content-Length", str(len(body)))
    return Said(200, [*for_pages(desk.settings.is_https), *spent.headers, length], body)


def _is_usual(typed: Mapping[str, str]) -> bool:
    """Whether it is a name and nothing else, as the form takes it."""
    return (
        typed.keys() <= {"last_name", "first_name", "after", "lang"}
        and len(names.key(typed.get("last_name", ""))) >= 2
        and all(len(typed.get(name, "")) <= most for name, most in LONGEST.items())
        and not any("\0" in words for words in typed.values())
    )
