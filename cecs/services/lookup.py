"""Is this person certified? What anyone may ask, and no more than anyone may know.

Answers come from the read model, one row an educator. A name is looked for as it was typed, then
as its beginning; only where that finds nobody is a slip forgiven, and the answer says which.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import NamedTuple

from cecs.desk import Desk
from cecs.domain import codes, names
from cecs.domain import lookup as rules
from cecs.domain.lookup import How, ShownEducator
from cecs.gateways.entry_writer import JSON
from cecs.gateways.reader import Reader
from cecs.services.forwarding import BY_NUMBER, BY_PUBLIC_ID, IS_KNOWN
from cecs.services.lookup_rows import (
    AS_ROW,
    AT_MOST,
    Found,
    Wanted,
    beginning,
    borne,
    facts,
    of_other_name,
    of_surname,
    rows,
    under_other_names,
    wanted_of,
    written,
)
from cecs.services.lookup_rows import Row as Row
from cecs.services.transactions import Gone

# A last name, a first name and a public id, as an address carries them.
PLACE = re.compile(r"\w{0,100}\.\w{0,100}\.\w{1,20}")
SURNAMES = 100  # similar ones that are looked at; only names of three letters have more
# What is said of a former name instead.
OF_FORMER = {How.PART: How.FORMER, How.REORDERED: How.FORMER, How.SIMILAR_PART: How.SIMILAR_FORMER}
IN_ORDER = (None, How.AS_TYPED)  # who lies in the order of names
SYNONYMS = Path(__file__).resolve().parents[1] / "wordlists" / "first_names.txt"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a visitor wants to know. Names may be beginnings; all that is given must fit.

    `endorsement` is looked for in a district only; the two need no name. With it, `active_only`
    asks for a certificate in force that carries it. `after` is the place of the last one seen, to
    go on from there.
    """

    last_name: str = ""
    first_name: str = ""
    number: str = ""  # the educator number, digits only
    district: str = ""  # the key of a district
    endorsement: str = ""  # the code of one
    active_only: bool = False
    after: str = ""

    def __post_init__(self) -> None:
        if self.endorsement and not self.district:
            raise ValueError("an endorsement is looked for in a district only")


class Answer(NamedTuple):
    """Entries that fit, at most 20, whether there were more, and when that was true.

    `searched_all` is False where a rare name was not looked for to the end: narrow the search.
    `goes_on` where it leaves out those of the list who come before.
    """

    found: tuple[Found, ...]
    more: bool
    searched_all: bool
    at: datetime
    day: date  # the legal day of that moment
    form: str
    goes_on: bool = False

    @property
    def rows(self) -> tuple[Row, ...]:
        """The entries by name; where thousands are asked for in a second, they are `found`."""
        return tuple(map(AS_ROW, self.found))


def find(desk: Desk, asked: Asked, form: str = JSON) -> Answer:
    """Active records that fit, by name, in that form. Something to look for must be given."""
    at = desk.now()
    day = desk.day_of(at)
    last, first = names.key(asked.last_name), names.key(asked.first_name)
    wanted = wanted_of(
        form, desk.writer.edition, day.isoformat(),
        asked.district, asked.endorsement, asked.active_only,
    )  # fmt: skip
    if asked.number:
        of_number = _by_number(desk.reader, asked.number, last, first, wanted)
        return Answer(_wholly(of_number), False, True, at, day, form)
    if not (last or asked.endorsement):
        return Answer((), False, True, at, day, form)
    seen = place(asked.after)
    start = seen if seen.startswith(last) else ""  # a place of another list hides nobody
    rows, searched_all = beginning(desk.reader, last, first, start, wanted)
    if last and len(rows) <= AT_MOST:  # the end of those found as typed
        others, looked_at_all = under_other_names(desk.reader, last, first, wanted)
        rows, searched_all = rows + others, searched_all and looked_at_all
        if not (rows or start):
            rows = _forgiven(desk.reader, asked, wanted)
    more, whole = len(rows) > AT_MOST, _whole(last, first)
    found: tuple[Found, ...] = tuple(rows[:AT_MOST])
    # By last name they come before all that only begin so.
    if found and (not last or whole(found[0][0])):
        found = _wholly(found, whole)
    return Answer(found, more, searched_all, at, day, form, bool(start))


def told(desk: Desk, answer: Answer) -> Sequence[Found]:
    """The entries of an answer with their words, in the form that was asked for."""
    return written(desk, answer.found, answer.form, answer.day)


def after(answer: Answer) -> str:
    """The place from which the list goes on, if it does; all in it was shown.

    Forgiven names are no place in the order of names: narrow the search.
    """
    place, _words, otherwise = answer.found[-1] if answer.more else ("", None, None)
    return place if otherwise in IN_ORDER else ""


def _whole(last: str, first: str) -> Callable[[str], bool]:
    """Tells the places of those whose names are these; of what was not typed, any will do."""
    if last:
        begins = f"{last}.{first}." if first else f"{last}."
        return lambda place: place.startswith(begins)
    return lambda place: not first or f".{first}." in place


def _wholly(found: Iterable[Found], whole: Callable[[str], bool] = bool) -> tuple[Found, ...]:
    """Says of those whose names are the whole of what was typed that they are."""
    return tuple([
        (place, words, How.AS_TYPED) if otherwise is None and whole(place)
        else (place, words, otherwise)
        for place, words, otherwise in found
    ])  # fmt: skip


def place(after: str) -> str:
    """The place in the order of names that `after` wrote; empty where it is none."""
    return after if PLACE.fullmatch(after) else ""


def educator(desk: Desk, public_id: str) -> Row:
    """The entry of a public id. Raises Gone."""
    return _only(desk, "WHERE public_id = :id", {"id": public_id})


def led(desk: Desk, public_id: str) -> Row | None:
    """The entry to which the id of a record that went leads; None where it was removed.

    Raises Gone for an id of no such record.
    """
    try:
        return _only(desk, BY_PUBLIC_ID, {"id": public_id})
    except Gone:
        if desk.reader.rows(IS_KNOWN, {"id": public_id}):
            return None
        raise


def by_code(desk: Desk, code: str) -> Row:
    """The entry whose certificate has this code. Raises Gone."""
    where = "WHERE educator_id = (SELECT educator_id FROM lookup_code WHERE code = :code)"
    return _only(desk, where, {"code": codes.plain(code)[:20]})


def known(desk: Desk, row: Row) -> ShownEducator:
    """What is known of an entry, without words. Raises Gone."""
    try:
        return facts(desk.reader, [row])[row.public_id]
    except KeyError as gone:
        raise Gone("no such educator any more") from gone


def in_words(desk: Desk, row: Row) -> str:
    """One entry as JSON with all its certificates, right today. Raises Gone."""
    return desk.writer.whole(row.public_id, known(desk, row), desk.today())


def _only(desk: Desk, where: str, values: Mapping[str, str]) -> Row:
    wanted = wanted_of(JSON, desk.writer.edition, desk.today().isoformat())
    for row in rows(desk.reader, where, {**wanted.values, **values}, 1, wanted):
        return AS_ROW(row)
    raise Gone("no such entry")


def _forgiven(reader: Reader, asked: Asked, wanted: Wanted) -> list[Found]:
    """The first forgiveness that finds somebody; slips in whole names, then those in others."""
    last, first = names.key(asked.last_name), names.key(asked.first_name)
    bare, orders = names.bare(asked.last_name), names.reordered(asked.last_name)
    forms = synonyms().get(first, ())
    parted = [] if first else names.parted(asked.last_name)

    def named(last: str, first: str) -> list[Found]:
        return beginning(reader, last, first, "", wanted)[0]

    def surnamed(last: str, first: str = first) -> list[Found]:
        return of_surname(reader, last, first, "", wanted)

    def otherwise(last: str) -> list[Found]:
        return of_other_name(reader, last, first, wanted)

    def of_any(keys: list[str]) -> Iterator[list[Found]]:
        whole, others = borne(reader, keys, first)
        return chain(map(surnamed, whole), map(otherwise, others))

    # With two letters many first names begin; the last name must then be whole.
    swap: Callable[[str, str], list[Found]] = named if len(last) > 2 else surnamed
    tries: list[tuple[How, Callable[[], Iterable[list[Found]]]]] = [
        (How.REORDERED, lambda: of_any(orders)),
        (How.PART, lambda: [surnamed(bare), otherwise(bare)] if bare else []),
        (How.SYNONYM, lambda: (named(last, each) for each in forms)),
        (How.SWAPPED, lambda: (swap(each, last) for each in (first,) if each)),
        (How.PARTED, lambda: (surnamed(*each) for each in parted)),
    ]
    for how, ways in tries:
        if found := _called(how, _in_turn(ways())):
            return found
    whole, parts = borne(reader, _similar(reader, last), first)
    found = _called(How.SIMILAR, _in_turn(map(surnamed, whole)))
    if len(found) <= AT_MOST:
        seen = {place for place, *_ in found}
        of_part = _called(How.SIMILAR_PART, _in_turn(map(otherwise, parts)))
        found += [row for row in of_part if row[0] not in seen]
    return found


def _called(how: How, found: Iterable[Found]) -> list[Found]:
    """Found in that way; of a former name it is said that it is one."""
    of_former = OF_FORMER.get(how, how)
    return [
        (place, words, of_former if otherwise == How.FORMER else how)
        for place, words, otherwise in found
    ]


def _in_turn(ways: Iterable[list[Found]]) -> list[Found]:
    """One of each in turn, so that a frequent name does not hide a rare one; then by name."""
    turns = chain.from_iterable(zip_longest(*ways))
    unlike = {row[0]: row for row in turns if row}  # by place
    some = list(unlike.values())
    return [*sorted(some[:AT_MOST]), *some[AT_MOST : AT_MOST + 1]]


def _similar(reader: Reader, last: str) -> list[str]:
    """Last names, former ones and parts that one typing error parts from what was typed."""
    if len(last) < 3:
        return []
    pieces = sorted(rules.pieces(last))
    marks = ", ".join(f":p{number}" for number in range(len(pieces)))
    sql = f"SELECT DISTINCT last_key FROM lookup_surname WHERE piece IN ({marks})"
    values = {f"p{number}": piece for number, piece in enumerate(pieces)}
    near = (surname for (surname,) in reader.rows(sql, values) if surname != last)
    return list(islice((each for each in near if rules.one_error_apart(last, each)), SURNAMES))


@cache
def synonyms() -> dict[str, tuple[str, ...]]:
    """For each first name, other forms of it, from lines that list forms of one name."""
    found: dict[str, set[str]] = {}
    for line in SYNONYMS.read_text(encoding="utf-8").splitlines():
        forms = [names.key(form) for form in line.split("#")[0].split()]
        for form in forms:
            found.setdefault(form, set()).update(set(forms) - {form})
    return {form: tuple(sorted(others)) for form, others in found.items()}


def _by_number(reader: Reader, number: str, last: str, first: str, wanted: Wanted) -> Iterator[Row]:
    """The one of that number, if what else was given fits, too.

    Who must stay hidden is found only with the last name of today: a number outlives a name, and
    stands on papers that others keep.
    """

    def one(where: str) -> list[Row]:
        values = {**wanted.values, "number": number}
        tables = wanted.one_by_one(reader)
        return list(map(AS_ROW, rows(reader, f"{where}{wanted.sql}", values, 1, wanted, tables)))

    found = one("WHERE number = :number")
    # Else the one into whose record that of the number was merged.
    for row in found or [each._replace(otherwise=How.MERGED) for each in one(BY_NUMBER)]:
        fits = row.last_key.startswith(last) and row.first_key.startswith(first)
        if fits and (row.last_key == last or not _is_hidden(reader, row)):
            yield row


def _is_hidden(reader: Reader, row: Row) -> bool:
    entry = "SELECT educator_id FROM lookup_entry WHERE public_id = :id"
    sql = f"SELECT 1 FROM educator WHERE id = ({entry}) AND shielded"
    return bool(reader.rows(sql, {"id": row.public_id}))
