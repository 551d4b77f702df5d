"""One state's law and words, as rows: what a folder of tables says, checked and frozen."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cecs.domain.regime_office import LegalText, Office, read_office
from cecs.domain.regime_tables import Period, Row, check_basis, period, rows
from cecs.domain.sentences import Cents

__all__ = [
    "ApplicationKind",
    "CertificateType",
    "District",
    "Document",
    "Endorsement",
    "FeeRow",
    "LegalText",
    "Office",
    "Regime",
    "RegimeError",
    "Step",
    "load",
]

APPLICATION_FEE = "APP"
PROVENANCE = " effective_from effective_to basis source note"


class RegimeError(Exception):
    """The tables cannot be used. `faults` names each fault by file and line."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class CertificateType:
    """A certificate, permit or authorization that exists in law."""

    code: str
    title: str
    title_es: str
    tier: str
    validity_years: int | None  # None where it is not a number of whole years: see `validity`
    validity: str
    in_force: Period


@dataclass(frozen=True)
class ApplicationKind:
    """Something one may ask of the bureau. No to_type: the new certificate is of the old type."""

    code: str
    title: str
    title_es: str
    explained: str
    explained_es: str
    channel: str  # online | paper
    form: str
    address: str  # where the paper goes
    from_types: tuple[str, ...]  # empty: for someone who holds no certificate
    to_type: str
    endorsements: str  # keep | add | choose
    families: tuple[str, ...]  # of the endorsements that may be asked for; empty: all
    opens_months_before: int | None  # None: at any time
    advice_weeks_before: int | None
    after_expiry: str  # open | closed
    begins: str  # day_after_expiry | approval | keeps_end
    months_needed: int | None  # school months
    months_under: tuple[str, ...]  # the types of certificate under which they count
    fee: str
    balance: str  # when the rest of the fee is due: at_submission | on_approval | either
    law: str  # what a decision about it rests on; empty where no source names it
    in_force: Period

    @property
    def online(self) -> bool:
        """Whether an educator may file it here."""
        return self.channel == "online"

    @property
    def renews(self) -> bool:
        """Whether filing it in time keeps the certificate under review past its end."""
        return bool(self.from_types) and self.begins != "keeps_end"


@dataclass(frozen=True)
class FeeRow:
    """A fee while it is in force; an amount of None is set by the bureau."""

    code: str
    title: str
    title_es: str
    amount_cents: Cents | None
    in_force: Period


@dataclass(frozen=True)
class Step:
    """One page of the stepped flow of a kind."""

    kind: str
    slug: str
    title: str
    title_es: str


@dataclass(frozen=True)
class Document:
    """Something that an application of a kind may lack."""

    kind: str
    code: str
    title: str
    title_es: str


@dataclass(frozen=True, eq=False)  # a row is itself: hashing its words takes long
class Endorsement:
    """What a certificate authorises; `sentence` goes on from a name: "may teach grades 1 to 6"."""

    code: str
    title: str
    title_es: str
    family: str
    status: str  # active | legacy | temporary
    sentence: str
    sentence_es: str
    in_force: Period


@dataclass(frozen=True, eq=False)  # a row is itself: hashing its words takes long
class District:
    """An employer of educators. `key` never changes and is never empty; `code` may be unknown."""

    key: str
    code: str
    name: str
    kind: str
    census_cousub_fips: str


@dataclass(frozen=True)
class Regime:
    """Everything that is one state's: the rows in the order of their tables."""

    office: Office
    certificate_types: dict[str, CertificateType]
    kinds: dict[str, ApplicationKind]
    fees: tuple[FeeRow, ...]
    steps: tuple[Step, ...]
    documents: tuple[Document, ...]
    endorsements: dict[str, Endorsement]
    districts: dict[str, District]

    def kind(self, code: str) -> ApplicationKind:
        """The kind of that code; KeyError where the regime has none."""
        return self.kinds[code]

    def documents_of(self, kind: str) -> tuple[Document, ...]:
        """What an application of that kind may lack, in the order of the table."""
        return tuple(one for one in self.documents if one.kind == kind)

    def offered_endorsements(
        self, kind: ApplicationKind, held: Collection[str] = ()
    ) -> tuple[Endorsement, ...]:
        """What may be asked for with this kind by who holds the codes in `held`."""
        if kind.endorsements == "keep":
            return ()
        return tuple(
            one
            for one in self.endorsements.values()
            if one.status == "active"
            and one.code not in held
            and (not kind.families or one.family in kind.families)
        )

    def fee_row(self, code: str, on: date) -> FeeRow | None:
        """The row in force on that day, or None."""
        return next((f for f in self.fees if f.code == code and on in f.in_force), None)

    def online_kinds(self) -> tuple[ApplicationKind, ...]:
        """What may be filed here."""
        return tuple(kind for kind in self.kinds.values() if kind.online)

    def paper_kinds(self) -> tuple[ApplicationKind, ...]:
        """What must be filed by paper, with form and address."""
        return tuple(kind for kind in self.kinds.values() if not kind.online)


def load(folder: Path) -> Regime:
    """Read and check a folder of tables; RegimeError names all its faults at once."""
    faults: list[str] = []
    office = read_office(folder, faults)
    types = _certificate_types(folder, faults)
    fees = _fees(folder, faults)
    kinds = _kinds(folder, faults, types, {fee.code for fee in fees})
    steps = _steps(folder, faults, kinds)
    documents = _documents(folder, faults, kinds)
    endorsements = _endorsements(folder, faults)
    families = {one.family for one in endorsements.values()}
    for kind in kinds.values():
        if unknown := set(kind.families) - families:
            faults.append(f"moves.csv:1: {kind.code!r} names families {sorted(unknown)} of nothing")
    districts = _districts(folder, faults)
    final = office.denial.final_kinds if office and office.denial else ()
    if unknown := set(final) - set(kinds):
        faults.append(f"office.toml:1: final_kinds names {sorted(unknown)} of nothing")
    if faults or office is None:
        raise RegimeError(faults)
    return Regime(office, types, kinds, fees, steps, documents, endorsements, districts)


def _new(row: Row, column: str, seen: dict[str, int]) -> str:
    """A code that no earlier line has."""
    code = row.required(column)
    if code in seen:
        row.fault(f"{column} {code!r} stands on line {seen[code]} already")
    seen.setdefault(code, row.line)
    return code


def _known(
    row: Row, column: str, codes: tuple[str, ...], known: dict[str, CertificateType]
) -> None:
    for code in codes:
        if code not in known:
            row.fault(f"{column} names {code!r}, which certificate_types.csv does not have")


def _certificate_types(folder: Path, faults: list[str]) -> dict[str, CertificateType]:
    columns = "code title title_es tier validity_years validity renewal filed_by form"
    seen: dict[str, int] = {}
    found = {}
    for row in rows(folder, "certificate_types.csv", columns + PROVENANCE, faults):
        code = _new(row, "code", seen)
        check_basis(row)
        found[code] = CertificateType(
            code=code,
            title=row.required("title"),
            title_es=row.required("title_es"),
            tier=row.required("tier"),
            validity_years=row.whole("validity_years"),
            validity=row.required("validity"),
            in_force=period(row),
        )
    return found


def _fees(folder: Path, faults: list[str]) -> tuple[FeeRow, ...]:
    columns = "code title title_es amount"
    found: list[FeeRow] = []
    for row in rows(folder, "fees.csv", columns + PROVENANCE, faults):
        check_basis(row)
        fee = FeeRow(
            code=row.required("code"),
            title=row.required("title"),
            title_es=row.required("title_es"),
            amount_cents=row.cents("amount"),
            in_force=period(row),
        )
        if any(f.code == fee.code and f.in_force.overlaps(fee.in_force) for f in found):
            row.fault(f"the dates of {fee.code!r} overlap those of an earlier line")
        found.append(fee)
    if APPLICATION_FEE not in {fee.code for fee in found}:
        faults.append(f"fees.csv:1: the application fee, {APPLICATION_FEE!r}, is missing")
    return tuple(found)


def _kinds(
    folder: Path, faults: list[str], types: dict[str, CertificateType], fees: set[str]
) -> dict[str, ApplicationKind]:
    columns = "code title title_es explained explained_es channel form address from_types to_type"
    columns += " endorsements families opens_months_before advice_weeks_before after_expiry begins"
    columns += " months_needed months_under fee balance law"
    seen: dict[str, int] = {}
    found = {}
    for row in rows(folder, "moves.csv", columns + PROVENANCE, faults):
        code = _new(row, "code", seen)
        check_basis(row)
        kind = found[code] = _kind(row, code)
        _known(row, "from_types", kind.from_types, types)
        _known(row, "months_under", kind.months_under, types)
        _known(row, "to_type", (kind.to_type,) if kind.to_type else (), types)
        if kind.fee not in fees:
            row.fault(f"fee names {kind.fee!r}, which fees.csv does not have")
        if not kind.from_types and not kind.to_type:
            row.fault("from_types and to_type are both empty")
    return found


def _kind(row: Row, code: str) -> ApplicationKind:
    return ApplicationKind(
        code=code,
        title=row.required("title"),
        title_es=row.required("title_es"),
        explained=row.required("explained"),
        explained_es=row.required("explained_es"),
        channel=row.choice("channel", ("online", "paper")),
        form=row.required("form"),
        address=row.required("address"),
        from_types=row.parts("from_types"),
        to_type=row.text("to_type"),
        endorsements=row.choice("endorsements", ("keep", "add", "choose")),
        families=row.parts("families"),
        opens_months_before=row.whole("opens_months_before"),
        advice_weeks_before=row.whole("advice_weeks_before"),
        after_expiry=row.choice("after_expiry", ("open", "closed")),
        begins=row.choice("begins", ("day_after_expiry", "approval", "keeps_end")),
        months_needed=row.whole("months_needed"),
        months_under=row.parts("months_under"),
        fee=row.required("fee"),
        balance=row.choice("balance", ("at_submission", "on_approval", "either")),
        law=row.text("law"),
        in_force=period(row),
    )


def _steps(folder: Path, faults: list[str], kinds: dict[str, ApplicationKind]) -> tuple[Step, ...]:
    found: list[Step] = []
    for row in rows(folder, "steps.csv", "kind slug title title_es", faults):
        kind, slug = row.required("kind"), row.required("slug")
        if kind not in kinds:
            row.fault(f"kind names {kind!r}, which moves.csv does not have")
        if any((step.kind, step.slug) == (kind, slug) for step in found):
            row.fault(f"the step {slug!r} of {kind!r} stands on an earlier line already")
        found.append(Step(kind, slug, row.required("title"), row.required("title_es")))
    for kind in kinds:
        slugs = [step.slug for step in found if step.kind == kind]
        if kinds[kind].online and slugs[-1:] != ["check"]:
            faults.append(f"steps.csv:1: the steps of {kind!r} must end with 'check'")
    return tuple(found)


def _documents(
    folder: Path, faults: list[str], kinds: dict[str, ApplicationKind]
) -> tuple[Document, ...]:
    found: list[Document] = []
    for row in rows(folder, "documents.csv", "kind code title title_es basis source note", faults):
        kind, code = row.required("kind"), row.required("code")
        check_basis(row)
        if kind not in kinds:
            row.fault(f"kind names {kind!r}, which moves.csv does not have")
        if any((one.kind, one.code) == (kind, code) for one in found):
            row.fault(f"the document {code!r} of {kind!r} stands on an earlier line already")
        found.append(Document(kind, code, row.required("title"), row.required("title_es")))
    return tuple(found)


def _endorsements(folder: Path, faults: list[str]) -> dict[str, Endorsement]:
    columns = "code title title_es family status sentence sentence_es"
    seen: dict[str, int] = {}
    found = {}
    for row in rows(folder, "endorsements.csv", columns + PROVENANCE, faults):
        code = _new(row, "code", seen)
        check_basis(row)
        found[code] = Endorsement(
            code=code,
            title=row.required("title"),
            title_es=row.text("title_es"),
            family=row.required("family"),
            status=row.choice("status", ("active", "legacy", "temporary")),
            sentence=row.required("sentence"),
            sentence_es=row.text("sentence_es"),
            in_force=period(row),
        )
    return found


def _districts(folder: Path, faults: list[str]) -> dict[str, District]:
    columns = "key code name kind census_cousub_fips basis source note"
    seen: dict[str, int] = {}
    found = {}
    for row in rows(folder, "districts.csv", columns, faults):
        key = _new(row, "key", seen)
        check_basis(row)
        found[key] = District(
            key=key,
            code=row.text("code"),
            name=row.required("name"),
            kind=row.required("kind"),
            census_cousub_fips=row.text("census_cousub_fips"),
        )
    return found
