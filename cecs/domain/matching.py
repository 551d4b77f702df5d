"""Whose record is it? Links only what leaves no doubt; everything else is for the bureau."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from cecs.domain import names
from cecs.domain.sentences import Sentence

Outcome = Literal["linked", "new", "check"]


@dataclass(frozen=True)
class Claim:
    """What somebody says of themselves. `ssn` is a blind index or the digits; None: has none."""

    ssn: str | None
    last_name: str
    birth_date: date
    other_last_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    """A record that may be theirs. `ssn` is of the same make as the claim's; None: not on file."""

    educator_id: object
    ssn: str | None
    last_names: tuple[str, ...]  # the present one and earlier ones
    birth_date: date | None
    active: bool = True
    linked: bool = False  # to an account
    disciplined: bool = False


@dataclass(frozen=True)
class Match:
    """What to do. The reason is for the bureau alone: the person must not learn it."""

    outcome: Outcome
    educator_id: object | None
    reason: Sentence


def decide(claim: Claim, records: Collection[Record]) -> Match:
    """Decide from the records that share the claim's number, or its name and birth date."""
    if claim.ssn is None:
        return Match("check", None, Sentence("The person has no Social Security number."))
    agreeing = [record for record in records if record.ssn == claim.ssn]
    if not agreeing:
        return _by_name(claim, records)
    if len(agreeing) > 1:
        return Match("check", None, Sentence("Several records have this number."))
    record = agreeing[0]
    doubt = _doubt(claim, record)
    if doubt:
        return Match("check", record.educator_id, doubt)
    sentence = Sentence("Social Security number, birth date and last name agree.")
    return Match("linked", record.educator_id, sentence)


def _by_name(claim: Claim, records: Collection[Record]) -> Match:
    """No number agrees: a namesake born on the same day may be the same person, mistyped."""
    alike = [r for r in records if r.birth_date == claim.birth_date and _same_name(claim, r)]
    if not alike:
        return Match("new", None, Sentence("No record has this Social Security number."))
    only = alike[0].educator_id if len(alike) == 1 else None
    sentence = Sentence("Name and birth date agree with a record, but the number does not.")
    return Match("check", only, sentence)


def _doubt(claim: Claim, record: Record) -> Sentence | None:
    doubts: Sequence[tuple[bool, Sentence]] = (
        (record.linked, Sentence("The record is linked to another account already.")),
        (record.disciplined, Sentence("A certificate of this record was acted against.")),
        (not record.active, Sentence("The record is not active.")),
        (record.birth_date != claim.birth_date, Sentence("The birth date differs.")),
        (not _same_name(claim, record), Sentence("The last name differs.")),
    )
    return next((sentence for holds, sentence in doubts if holds), None)


def _same_name(claim: Claim, record: Record) -> bool:
    claimed = {names.key(name) for name in (claim.last_name, *claim.other_last_names)} - {""}
    return bool(claimed & {names.key(name) for name in record.last_names})
