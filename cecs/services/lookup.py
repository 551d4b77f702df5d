"""Is this person certified? What anyone may ask, and no more than anyone may know.

Answers come from the read model, one row an educator. A name is looked for as it was typed, then
as its beginning; only where that finds nobody is a slip forgiven, and the answer says which.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import chain, islice, zip_longest
from pathlib import Path

from cecs.desk import Desk
from cecs.domain import lookup as rules
from cecs.domain import names
from cecs.domain.certificates import Standing
from cecs.domain.regime import CertificateType, Endorsement
from cecs.gateways.reader import Reader
from cecs.services.forwarding import BY_NUMBER
from cecs.services.lookup_rows import (
    AT_MOST,
    Narrowed,
    Start,
    beginning,
    facts,
    of_surname,
    rows,
    under_other_names,
)
from cecs.services.lookup_rows import How as How
from cecs.services.lookup_rows import Row as Row
from cecs.services.transactions import Gone

SYNONYMS = Path(__file__).resolve().parents[1] / "wordlists" / "first_names.txt"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a visitor wants to know. Names may be beginnings; all that is given must fit.

    `after` is the public id of the last one seen, to go on from there.
    """

    last_name: str = ""
    first_name: str = ""
    number: str = ""  # the educator number, digits only
    district: str = ""  # the key of a district
    active_only: bool = False
    after: str = ""


@dataclass(frozen=True, slots=True)
class ListedCertificate:
    """A certificate as everyone may see it; `verify` is the code that finds it again."""

    verify: str
    type: CertificateType
    endorsements: tuple[Endorsement, ...]
    issued_on: date
    expires_on: date
    standing: Standing


@dataclass(frozen=True, slots=True)
class Listed:
    """An educator as everyone may see one: no number, birth date or address to give away."""

    public_id: str
    first_name: str
    last_name: str
    district: str | None  # its name, with the school year for which it reported
    school_year: str | None
    certificates: tuple[ListedCertificate, ...]
    how: How = How.AS_TYPED


@dataclass(frozen=True, slots=True)
class Answer:
    """Who was found, whether there were more than we show, and when that was true.

    `searched_all` is False where a rare name was not looked for to the end: narrow the search.
    """

    found: tuple[Listed, ...]
    more: bool
    at: datetime
    searched_all: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """Entries that fit, at most 25, in the order of names."""

    rows: tuple[Row, ...]
    more: bool
    searched_all: bool


def search(desk: Desk, asked: Asked) -> Answer:
    """Active records that fit, by name, at most 25. Something to look for must be given."""
    at, today = desk.now(), desk.today()
    found = find(desk, asked)
    known = facts(desk.reader, found.rows)
    listed = tuple(
        _listed(desk, row, known[row.educator_id], today)
        for row in found.rows
        if row.educator_id in known  # else it left between two statements
    )
    return Answer(listed, found.more, at, found.searched_all)


def find(desk: Desk, asked: Asked) -> Found:
    """The entries that fit, as they lie there: for those who want their JSON."""
    last, first = names.key(asked.last_name), names.key(asked.first_name)
    if asked.number:
        return Found(tuple(_by_number(desk.reader, asked, last, first)), False, True)
    if not last:
        return Found((), False, True)
    start = _start(desk.reader, asked.after)
    narrowed = Narrowed(asked.district, desk.today() if asked.active_only else None)
    found, searched_all = beginning(desk.reader, last, first, start, narrowed)
    if not asked.after and len(found) <= AT_MOST:
        known = {row.educator_id for row in found}
        found += under_other_names(desk.reader, last, first, narrowed, known)
        found = found or _forgiven(desk.reader, last, first, narrowed)
    return Found(tuple(found[:AT_MOST]), len(found) > AT_MOST, searched_all)


def educator(desk: Desk, public_id: str) -> Row:
    """The entry of a public id. Raises Gone."""
    for row in rows(desk.reader, "WHERE public_id = :id", {"id": public_id}, 1):
        return row
    raise Gone("no such educator")


def by_code(desk: Desk, code: str) -> Row:
    """The entry whose certificate has this code. Raises Gone."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    where = "WHERE educator_id = (SELECT educator_id FROM lookup_code WHERE code = :code)"
    for row in rows(desk.reader, where, {"code": plain[:20]}, 1):
        return row
    raise Gone("no such certificate")


def listed(desk: Desk, row: Row) -> Listed:
    """An entry as a page shows it, with the words of today."""
    return _listed(desk, row, facts(desk.reader, [row])[row.educator_id], desk.today())


def _start(reader: Reader, after: str) -> Start:
    """Where the entry of that public id stands; None for none, and for ids that are not there."""
    if not after:
        return None
    for row in rows(reader, "WHERE public_id = :id", {"id": after}, 1):
        return row.last_key, row.first_key, row.educator_id
    return None


def _forgiven(reader: Reader, last: str, first: str, narrowed: Narrowed) -> list[Row]:
    """The first forgiveness that finds somebody."""
    others = synonyms().get(first, ())
    swapped = (first,) if first else ()

    def named(last: str, first: str) -> list[Row]:
        return beginning(reader, last, first, None, narrowed)[0]

    def surnamed(last: str) -> list[Row]:
        return of_surname(reader, last, first, None, narrowed)

    tries: list[tuple[How, Callable[[], Iterable[list[Row]]]]] = [
        (How.SYNONYM, lambda: (named(last, each) for each in others)),
        (How.SWAPPED, lambda: (named(each, last) for each in swapped)),
        (How.SIMILAR, lambda: (surnamed(each) for each in _similar(reader, last))),
    ]
    for how, ways in tries:
        found = _in_turn(ways())
        if found:
            return [row._replace(how=how) for row in found]
    return []


def _in_turn(ways: Iterable[list[Row]]) -> list[Row]:
    """One of each in turn, so that a frequent name does not hide a rare one; then by name."""
    turns = chain.from_iterable(zip_longest(*ways))
    unlike = {row.educator_id: row for row in turns if row}
    some = list(unlike.values())
    shown = sorted(some[:AT_MOST], key=lambda row: (row.last_key, row.first_key, row.educator_id))
    return [*shown, *some[AT_MOST : AT_MOST + 1]]


def _similar(reader: Reader, last: str) -> Iterator[str]:
    """Surnames that one typing error parts from what was typed."""
    if len(last) < 3:
        return
    pieces = sorted(rules.pieces(last))
    marks = ", ".join(f":p{number}" for number in range(len(pieces)))
    sql = f"SELECT DISTINCT last_key FROM lookup_surname WHERE piece IN ({marks})"
    values = {f"p{number}": piece for number, piece in enumerate(pieces)}
    near = (surname for (surname,) in reader.rows(sql, values) if surname != last)
    yield from islice((each for each in near if rules.one_error_apart(last, each)), AT_MOST)


@cache
def synonyms() -> dict[str, tuple[str, ...]]:
    """For each first name, other forms of it, from lines that list forms of one name."""
    found: dict[str, set[str]] = {}
    for line in SYNONYMS.read_text(encoding="utf-8").splitlines():
        forms = [names.key(form) for form in line.split("#")[0].split()]
        for form in forms:
            found.setdefault(form, set()).update(set(forms) - {form})
    return {form: tuple(sorted(others)) for form, others in found.items()}


def _by_number(reader: Reader, asked: Asked, last: str, first: str) -> Iterator[Row]:
    """The one of that number, if the names that were given, too, are theirs."""
    values = {"number": asked.number, "district": asked.district}
    narrowed = " AND district_code = :district" if asked.district else ""
    found = rows(reader, f"WHERE number = :number{narrowed}", values, 1)
    for row in found or _merged(reader, narrowed, values):
        if row.last_key.startswith(last) and row.first_key.startswith(first):
            yield row


def _merged(reader: Reader, narrowed: str, values: Mapping[str, str]) -> Iterator[Row]:
    """The one into whose record that of the number was merged."""
    for row in rows(reader, f"{BY_NUMBER}{narrowed}", values, 1):
        yield row._replace(how=How.MERGED)


def _listed(desk: Desk, row: Row, known: rules.ShownEducator, today: date) -> Listed:
    district = desk.regime.districts.get(known.district or "")
    return Listed(
        public_id=row.public_id,
        first_name=known.first_name,
        last_name=known.last_name,
        district=district.name if district else None,
        school_year=known.school_year,
        certificates=tuple(_certificate(desk, each, today) for each in known.certificates),
        how=row.how,
    )


def _certificate(desk: Desk, each: rules.ShownCertificate, today: date) -> ListedCertificate:
    regime, kept = desk.regime, each.facts
    assert kept.expires_on is not None
    return ListedCertificate(
        verify=each.verify,
        type=regime.certificate_types[kept.type_code],
        endorsements=tuple(regime.endorsements[code] for code in kept.endorsements),
        issued_on=kept.issued_on,
        expires_on=kept.expires_on,
        standing=each.standing(today),
    )
