"""The office behind a regime: its names, its addresses, and the legal texts it answers for."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

from cecs.domain.denials import AfterDenial

FILE = "office.toml"
TEXTS = ("acknowledgement", "affidavit", "ssn_notice", "no_ssn_statement")
Faults = list[str]


@dataclass(frozen=True)
class LegalText:
    """Words that people accept; what they accepted is kept by the version."""

    version: str
    text: str


@dataclass(frozen=True)
class Office:
    """One state's names and addresses."""

    state: str
    bureau: str
    system_name: str
    system_short: str
    payee: str
    mail_address: tuple[str, ...]
    phone: str
    phone_hours: str
    email: str
    time_zone: str
    reference_prefix: str
    educator_number: str
    educator_number_es: str
    educator_number_short: str
    educator_number_digits: int
    accepted_card_brands: tuple[str, ...]
    mail_counts_from: str  # received | postmarked
    acknowledgement: LegalText
    affidavit: LegalText
    ssn_notice: LegalText
    no_ssn_statement: LegalText
    denial: AfterDenial | None  # None: what may follow one is not known


def read_office(folder: Path, faults: Faults) -> Office | None:
    """The office, or None where office.toml has faults, which are added to `faults`."""
    try:
        source = (folder / FILE).read_text(encoding="utf-8")
        table = tomllib.loads(source)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        faults.append(f"{FILE}:1: cannot be read: {error}")
        return None
    reading = _Reading(source, table)
    values = {f.name: reading.value(f.name) for f in fields(Office) if f.name != "denial"}
    values["denial"] = reading.denial()
    reading.check_zone()
    reading.check_prefix()
    reading.check_mail()
    faults.extend(reading.faults)
    return None if reading.faults else Office(**values)


class _Reading:
    """One pass over the file, and what was wrong with it."""

    def __init__(self, source: str, table: Mapping[str, Any]) -> None:
        self.lines = source.splitlines()
        self.table = table
        self.faults: Faults = []

    def fault(self, key: str, what: str) -> None:
        """Name the line on which the key stands, or the first where it stands nowhere."""
        starts = (key, f"[texts.{key}", f"[{key}]")
        line = next((n for n, text in enumerate(self.lines, 1) if text.startswith(starts)), 1)
        self.faults.append(f"{FILE}:{line}: {key} {what}")

    def value(self, key: str) -> Any:
        """The value in the shape that `Office` gives it."""
        kind = get_type_hints(Office)[key]
        if kind is LegalText:
            return self._text(key)
        found = self.table.get(key)
        if kind is int:
            if not isinstance(found, int) or found < 1:
                self.fault(key, "must be a whole number")
        elif kind is str:
            if not isinstance(found, str) or not found:
                self.fault(key, "must be a text")
        elif not isinstance(found, list) or not found or not all(_filled(part) for part in found):
            self.fault(key, "must be a list of texts")
        return tuple(found) if isinstance(found, list) else found

    def _text(self, key: str) -> LegalText | None:
        texts = self.table.get("texts")
        found = texts.get(key) if isinstance(texts, dict) else None
        if not isinstance(found, dict) or not _filled(found.get("version")):
            self.fault(key, "must have a version and a text")
            return None
        if not _filled(found.get("text")):
            self.fault(key, "must have a version and a text")
            return None
        return LegalText(found["version"], found["text"].strip())

    def denial(self) -> AfterDenial | None:
        """The rule of what may follow a denial, where the file has one."""
        found = self.table.get("denial")
        if found is None:
            return None
        names = [f.name for f in fields(AfterDenial)]
        if not isinstance(found, dict) or sorted(found) != sorted(names):
            self.fault("denial", f"must have {', '.join(names)}")
            return None
        rule, *numbers, kinds = (found[name] for name in names)
        if not _filled(rule) or not all(isinstance(n, int) and n > 0 for n in numbers):
            self.fault("denial", "must have a rule and whole numbers")
        elif not isinstance(kinds, list) or not all(_filled(kind) for kind in kinds):
            self.fault("denial", "must have its final_kinds as a list of texts")
        else:
            return AfterDenial(**found | {"final_kinds": tuple(kinds)})
        return None

    def check_zone(self) -> None:
        """The zone must be one that this machine knows."""
        try:
            ZoneInfo(str(self.table.get("time_zone")))
        except (OSError, ValueError, LookupError):
            self.fault("time_zone", "is not a zone such as America/New_York")

    def check_mail(self) -> None:
        """One of two days counts as the day of a mailed payment."""
        if self.table.get("mail_counts_from") not in ("received", "postmarked"):
            self.fault("mail_counts_from", "must be received or postmarked")

    def check_prefix(self) -> None:
        """References are read over the phone: capital letters only."""
        prefix = str(self.table.get("reference_prefix"))
        if not (prefix.isascii() and prefix.isalpha() and prefix.isupper()):
            self.fault("reference_prefix", "must be capital letters")


def _filled(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
