"""The search for programs: its question, its budget and its answer, without a framework.

Two ways lead here: the route of `api`, and `direct`, which answers before Flask is asked.
"""

import json
import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from flask_babel import lazy_gettext as _l

from cecs.desk import Desk
from cecs.domain import educator_numbers, names
from cecs.domain.lookup import How
from cecs.services import lookup
from cecs.services.lookup import Asked
from cecs.web.budgets import Spent
from cecs.web.headers import for_programs
from cecs.web.inputs import in_address
from cecs.web.problems import Problem
from cecs.web.said import Said

PATH = "/api/v1/educators"
PARAMETERS = ("last", "first", "district", "endorsement", "ein", "active", "after")
LONGEST, LONGEST_PLACE = 100, 250  # characters of a parameter
KEEPS = 60  # seconds; a revocation must show soon

BEGINNING = b'"%b"}' % How.BEGINNING.encode()
_text = json.encoder.encode_basestring  # a text as JSON, with letters as they are
_SHORT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

Pairs = Sequence[tuple[str, str]]


def answer(desk: Desk, question: Asked, sent: Pairs, known_tag: str, spent: Spent) -> Said:
    """The answer to a question, which is repeated as it stood in the address.

    `known_tag` is what came as If-None-Match.
    """
    found = lookup.find(desk, question)
    # Finished words are joined as they lie there: nothing is read or written anew.
    entries = b",".join([
        words if otherwise is None else _fitting(words, otherwise)
        for _place, words, otherwise in lookup.told(desk, found)
    ])  # fmt: skip
    after = _after(desk, sent, found)
    searched_all = found.searched_all and bool(after or not found.more)
    content = b'"asked":{%b},"found":[%b],"next":%b,"searched_all":%b' % (
        _repeated(sent).encode(), entries, _text(after).encode() if after else b"null",
        b"true" if searched_all else b"false",
    )  # fmt: skip
    return said(desk, content, found.at, known_tag, spent)


def _fitting(words: bytes, how: str) -> bytes:
    """An entry ends with how the name fits; it lies there as one that only begins as typed."""
    return words.removesuffix(BEGINNING) + b'"%b"}' % how.encode()


def said(
    desk: Desk, body: bytes, at: datetime, known_tag: str, spent: Spent, keeps: int = KEEPS
) -> Said:
    """`body`: the members of a JSON object. To them comes `at`, when they were true.

    The tag is weak, since that time is not in it; a 304 says that all is still true at its Date.
    No answer is kept beyond the legal day: at midnight words change.
    """
    left = desk.left_of_day(at)
    tag = f'W/"{zlib.crc32(body):08x}{len(body):x}"'
    headers = [
        *for_programs(desk.settings.is_https),
        *spent.headers,
        ("Content-Type", "application/json"),
        ("ETag", tag),
        ("Cache-Control", f"public, max-age={min(keeps, left)}"),
    ]
    if known_tag == "*" or tag[2:] in known_tag:
        return Said(304, headers, b"")
    told = b'{"as_of":"%b",%b}' % (at.isoformat(timespec="seconds").encode(), body)
    headers.append(("Content-Length", str(len(told))))
    return Said(200, headers, told)


def asked(desk: Desk, sent: Pairs) -> Asked:
    """The question in the address. Raises Problem."""
    refuse_others(sent, PARAMETERS)
    given = {name: words.strip() for name, words in sent}
    last, number, district = given.get("last", ""), given.get("ein", ""), given.get("district", "")
    endorsement, active = given.get("endorsement", ""), given.get("active", "")
    after = given.get("after", "")
    if not (last or number or endorsement):
        detail = _l("Give a last name, a number, or a district and an endorsement.")
        raise Problem("missing-parameter", detail, "last")
    if last and len(names.key(last)) < 2:
        raise _wrong("last", _l("Give at least two letters of the last name."))
    digits = desk.regime.office.educator_number_digits
    plain = educator_numbers.normalise(number, digits) if number else ""
    if plain is None:
        raise _wrong("ein", _l("Give all %(digits)s digits.", digits=digits))
    _refuse_unknown(desk, district, endorsement)
    if active not in ("", "true", "false"):
        raise _wrong("active", _l("Say true or false."))
    if after and not lookup.place(after):
        raise _wrong("after", _l("Take the whole address that the answer before gave as next."))
    first = given.get("first", "")
    return Asked(last, first, plain, district, endorsement, active == "true", after)


def _refuse_unknown(desk: Desk, district: str, endorsement: str) -> None:
    if district and district not in desk.regime.districts:
        raise _wrong("district", _l("There is no such district. The list is at /api/v1/districts."))
    if endorsement and endorsement not in desk.regime.endorsements:
        detail = _l("There is no such endorsement. The list is at /api/v1/endorsements.")
        raise _wrong("endorsement", detail)
    if endorsement and not district:
        detail = _l("Give a district, too: an endorsement is looked for in one district.")
        raise Problem("missing-parameter", detail, "district")


def refuse_others(sent: Pairs, known: Sequence[str]) -> None:
    """Raises Problem for what is not known here, is given twice, or is too long."""
    seen = set()
    for name, words in sent:
        if "\0" in words:
            raise Problem("unreadable", _l("Check the address and the headers."))
        if name not in known:
            title = _l("There is no parameter of this name here.")
            raise Problem("unknown-parameter", title, name[:50])
        if name in seen:
            raise _wrong(name, _l("Give it once."))
        if len(words) > (LONGEST_PLACE if name == "after" else LONGEST):
            raise _wrong(name, _l("It is too long."))
        seen.add(name)


def as_json(value: Any) -> str:
    """As short as it goes, with letters as they are."""
    return _SHORT.encode(value)


def _wrong(parameter: str, detail: Any) -> Problem:
    return Problem("wrong-parameter", detail, parameter)


def _repeated(sent: Pairs) -> str:
    """The question as it was typed: the members of a JSON object, whose names we know."""
    return ",".join([
        f'"{name}":{words if name == "active" else _text(words)}' for name, words in sent if words
    ])  # fmt: skip


def _after(desk: Desk, sent: Pairs, found: lookup.Answer) -> str | None:
    """The address at which the list goes on, if it does."""
    last = lookup.after(found)
    if not last:
        return None
    same = [f"{name}={in_address(words)}&" for name, words in sent if name != "after"]
    return f"{desk.settings.public_url}{PATH}?{''.join(same)}after={quote_plus(last)}"
