"""What anyone may see of an educator: facts as they are kept, and the words of a day.

The fields here are the whole of it. Nothing else leaves the registry through the lookup.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from os.path import commonprefix
from typing import Any

from cecs.domain.certificates import CertificateFacts, CertificateState, Standing, standing
from cecs.domain.regime import Regime

# Before a part with which a last name begins. Nobody types it, so that the part is found by who
# makes a slip in it, and is in nobody's way who types it right and finds the whole name.
BEGINS = "-"
# What a certificate is called whose place a newer one has taken.
REPLACED = ("renewed", "superseded")


class How(StrEnum):
    """How a name fits what was typed."""

    AS_TYPED = "as_typed"  # the whole name
    BEGINNING = "beginning"  # it begins as it was typed
    FORMER = "former"  # a former last name, which is not told
    PART = "part"  # a part of the last name
    SYNONYM = "synonym"  # another form of the first name
    SWAPPED = "swapped"  # first and last name changed places
    REORDERED = "reordered"  # parts of the last name changed places
    SIMILAR = "similar"  # one letter is different
    SIMILAR_PART = "similar_part"  # one letter of a part of the last name is different
    SIMILAR_FORMER = "similar_former"  # one letter of a former last name, or of a part of one
    PARTED = "parted"  # first and last name were typed as one
    MERGED = "merged"  # by the number of a record that was merged into this one


@dataclass(frozen=True, slots=True)
class ShownCertificate:
    """A certificate as everyone may see it; `verify` is the code that finds it again."""

    facts: CertificateFacts
    renewal_filed: date | None
    verify: str

    def standing(self, today: date) -> Standing:
        """Where it stands today."""
        return standing(self.facts, today, self.renewal_filed)


@dataclass(frozen=True, slots=True)
class ShownEducator:
    """An educator as everyone may see one: no number, birth date or address to give away."""

    first_name: str
    last_name: str
    district: str | None  # a key; None where none reported, or where it must stay hidden
    school_year: str | None
    certificates: tuple[ShownCertificate, ...]

    def in_order(self, today: date) -> list[ShownCertificate]:
        """Those in force first, for who looks asks about today."""
        return sorted(self.certificates, key=lambda each: each.standing(today).code != "active")


def packed(shown: ShownEducator) -> dict[str, Any]:
    """The facts in a form that JSON keeps."""
    return {
        "first": shown.first_name,
        "last": shown.last_name,
        "district": shown.district,
        "year": shown.school_year,
        "certificates": [_packed(each) for each in shown.certificates],
    }


def unpacked(kept: Mapping[str, Any]) -> ShownEducator:
    """What `packed` was asked of."""
    return ShownEducator(
        kept["first"],
        kept["last"],
        kept["district"],
        kept["year"],
        tuple(_unpacked(each) for each in kept["certificates"]),
    )


def worded(regime: Regime, public_id: str, shown: ShownEducator, today: date) -> dict[str, Any]:
    """The educator as the API gives one, with the words of that day."""
    held = [_worded(regime, each, today) for each in shown.in_order(today)]
    return {**_called(regime, public_id, shown), "certificates": held}


def listed(regime: Regime, public_id: str, shown: ShownEducator, today: date) -> dict[str, Any]:
    """The educator in a list: with the certificates that count, and how many there were before.

    It ends with how the name fits: most in a list only begin as it was typed, unless someone says
    otherwise.
    """
    count = counting(shown, today)
    return {
        **_called(regime, public_id, shown),
        "certificates": [_worded(regime, each, today) for each in count],
        "earlier": len(shown.certificates) - len(count),
        "how": How.BEGINNING.value,
    }


def counting(shown: ShownEducator, today: date) -> tuple[ShownCertificate, ...]:
    """The certificates whose place no newer one has taken that day; all where none is left."""
    held = shown.in_order(today)
    return tuple([each for each in held if each.standing(today).code not in REPLACED] or held)


def holds_until(shown: ShownEducator, today: date) -> date:
    """The last day on which today's words still hold; the last of all where none changes them."""
    changes = [day for each in shown.certificates for day in _changes(each) if day > today]
    return min(changes) - timedelta(days=1) if changes else date.max


def active_until(shown: ShownEducator, today: date, code: str = "") -> date | None:
    """The last day on which any certificate that has begun may be in force, as decided up to now.

    With the code of an endorsement: any that carries it.
    """
    serving = (CertificateState.ACTIVE, CertificateState.RENEWED)
    ends = [
        each.facts.expires_on or date.max
        for each in shown.certificates
        if each.facts.state in serving
        and each.facts.valid_from <= today
        and (not code or code in each.facts.endorsements)
    ]
    return max(ends, default=None)


def endorsements(shown: ShownEducator) -> list[str]:
    """The codes of all that the certificates carry, each once and in order."""
    return sorted({code for each in shown.certificates for code in each.facts.endorsements})


def pieces(surname: str) -> set[str]:
    """A surname's key and what is left of it without any one letter.

    Two names share a piece if one typing error parts them: a letter too many, too few, or another.
    """
    return {surname} | {surname[:i] + surname[i + 1 :] for i in range(len(surname))}


def one_error_apart(one: str, other: str) -> bool:
    """Whether one letter more, less, changed, or two swapped neighbours make them the same."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    at = len(commonprefix((short, long)))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = one[at : at + 2] == other[at : at + 2][::-1]
    return one[at + 1 :] == other[at + 1 :] or (swapped and one[at + 2 :] == other[at + 2 :])


def _changes(each: ShownCertificate) -> Iterator[date]:
    """The days on which its words may change by themselves."""
    yield each.facts.valid_from
    if each.facts.expires_on:
        yield each.facts.expires_on + timedelta(days=1)


def _called(regime: Regime, public_id: str, shown: ShownEducator) -> dict[str, Any]:
    district = regime.districts.get(shown.district or "")
    return {
        "id": public_id,
        "first_name": shown.first_name,
        "last_name": shown.last_name,
        "district": {"key": district.key, "name": district.name} if district else None,
        "school_year": shown.school_year if district else None,
    }


def _worded(regime: Regime, each: ShownCertificate, today: date) -> dict[str, Any]:
    facts, now = each.facts, each.standing(today)
    return {
        "verify": each.verify,
        "type": facts.type_code,
        "title": regime.certificate_types[facts.type_code].title,
        "endorsements": [_endorsement(regime, code) for code in facts.endorsements],
        "issued_on": facts.issued_on.isoformat(),
        "valid_from": facts.valid_from.isoformat(),
        "expires_on": facts.expires_on.isoformat() if facts.expires_on else None,
        "status": now.code,
        "status_words": str(now.words),
    }


def _endorsement(regime: Regime, code: str) -> dict[str, str]:
    known = regime.endorsements[code]
    return {"code": code, "title": known.title}


def _packed(each: ShownCertificate) -> Sequence[Any]:
    facts = each.facts
    ends = facts.expires_on.isoformat() if facts.expires_on else None
    filed = each.renewal_filed.isoformat() if each.renewal_filed else None
    return [
        facts.id, facts.type_code, list(facts.endorsements), facts.issued_on.isoformat(),
        facts.valid_from.isoformat(), ends, facts.state.value, filed, each.verify,
    ]  # fmt: skip


def _unpacked(kept: Sequence[Any]) -> ShownCertificate:
    id, type_code, codes, issued, first, ends, state, filed, verify = kept
    facts = CertificateFacts(
        id, type_code, tuple(codes), date.fromisoformat(issued), date.fromisoformat(first),
        date.fromisoformat(ends) if ends else None, CertificateState(state),
    )  # fmt: skip
    return ShownCertificate(facts, date.fromisoformat(filed) if filed else None, verify)
