"""Where a certificate stands, and what its holder may ask for: each no with the sentence why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from cecs.domain.days import last_day, months_before
from cecs.domain.fees import fee
from cecs.domain.regime import ApplicationKind, Regime
from cecs.domain.sentences import Cents, Sentence


class CertificateState(StrEnum):
    """What has been done to a certificate. That it expired is no state but a comparison of days."""

    ACTIVE = "active"
    SUPERSEDED = "superseded"
    RENEWED = "renewed"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SURRENDERED = "surrendered"
    VOIDED = "voided"


@dataclass(frozen=True)
class CertificateFacts:
    """A certificate as it is kept. It is good through the end of `expires_on`; None: no end."""

    id: object
    type_code: str
    endorsements: tuple[str, ...]
    issued_on: date
    valid_from: date
    expires_on: date | None
    state: CertificateState


@dataclass(frozen=True)
class Standing:
    """Where it stands: a code for us, the words and what they mean for everyone."""

    code: str
    words: Sentence
    explained: Sentence


_ENDED: Mapping[CertificateState, Standing] = {
    CertificateState.SUPERSEDED: Standing(
        "superseded",
        Sentence("Replaced"),
        Sentence("A newer certificate has taken the place of this one."),
    ),
    CertificateState.RENEWED: Standing(
        "renewed",
        Sentence("Renewed"),
        Sentence("This certificate was renewed. A newer one has taken its place."),
    ),
    CertificateState.SUSPENDED: Standing(
        "suspended",
        Sentence("Suspended"),
        Sentence("The holder may not serve under this certificate for now."),
    ),
    CertificateState.REVOKED: Standing(
        "revoked",
        Sentence("Revoked"),
        Sentence("The state took this certificate back. The holder may not serve under it."),
    ),
    CertificateState.SURRENDERED: Standing(
        "surrendered",
        Sentence("Surrendered"),
        Sentence("The holder gave this certificate up and may not serve under it."),
    ),
    CertificateState.VOIDED: Standing(
        "voided",
        Sentence("Void"),
        Sentence("This certificate was issued in error and does not count."),
    ),
}

# A renewal begins the day after the old end, so that the old one serves until then.
_RENEWED_AND_IN_FORCE = Standing(
    "active",
    Sentence("Active"),
    Sentence("The holder may serve under this certificate. It is renewed already."),
)


def standing(
    certificate: CertificateFacts, today: date, renewal_filed: date | None = None
) -> Standing:
    """Where a certificate stands today.

    `renewal_filed` is the day on which a renewal that is still open was filed, if there is one.
    """
    lasts = in_time(certificate.expires_on, today)
    if certificate.state == CertificateState.RENEWED and lasts:
        return _RENEWED_AND_IN_FORCE
    if certificate.state in _ENDED:
        return _ENDED[certificate.state]
    if today < certificate.valid_from:
        return Standing(
            "future",
            Sentence("Begins {day}", day=certificate.valid_from),
            Sentence("This certificate is issued and not yet in force."),
        )
    if certificate.expires_on is None or lasts:
        return Standing(
            "active",
            Sentence("Active"),
            Sentence("The holder may serve under this certificate."),
        )
    return _expired(certificate.expires_on, renewal_filed)


def in_time(expires_on: date | None, filed_on: date) -> bool:
    """Whether something filed that day was filed before the certificate's last day was over."""
    return expires_on is None or filed_on <= expires_on


def _expired(expires_on: date, renewal_filed: date | None) -> Standing:
    if renewal_filed is None:
        return Standing(
            "expired",
            Sentence("Expired {day}", day=expires_on),
            Sentence("The last day of this certificate is over, and no renewal is under review."),
        )
    if in_time(expires_on, renewal_filed):
        return Standing(
            "expired_renewal_filed",
            Sentence(
                "Expired {day}; renewal filed before expiry, under review",
                day=expires_on,
            ),
            Sentence("The holder applied in time, and the bureau has not decided yet."),
        )
    return Standing(
        "expired_filed_late",
        Sentence("Expired {day}; application filed after expiry, under review", day=expires_on),
        Sentence("The holder applied after the last day, and the bureau has not decided yet."),
    )


@dataclass(frozen=True)
class ServiceRecord:
    """What the bureau has on record: school months by type of certificate, applications open."""

    school_months: Mapping[str, int] = field(default_factory=dict)
    open_kinds: frozenset[str] = frozenset()  # kinds under way for this certificate


@dataclass(frozen=True)
class Option:
    """One kind. Where it is not open, `why_not` says why, and `opens_on` when it will be."""

    kind: ApplicationKind
    open: bool
    why_not: Sentence | None
    notes: tuple[Sentence, ...]
    short: bool  # of school months on record: the bureau may have to refuse it
    opens_on: date | None
    fee_cents: Cents | None


def options(
    regime: Regime, certificate: CertificateFacts | None, record: ServiceRecord, today: date
) -> tuple[Option, ...]:
    """The online kinds for this certificate, or, for None, for someone who holds no certificate."""
    return tuple(
        _option(regime, kind, certificate, record, today)
        for kind in regime.online_kinds()
        if (certificate.type_code in kind.from_types if certificate else not kind.from_types)
    )


def new_dates(
    regime: Regime, kind: str, old: CertificateFacts | None, filed_on: date, approved_on: date
) -> tuple[date, date]:
    """First and last day of the certificate that an approval issues.

    Filed in time, a renewal goes on where the old one ends, and no late review leaves a gap.
    Raises ValueError where the type's validity is not a number of whole years.
    """
    asked = regime.kind(kind)
    if old and old.expires_on and asked.begins == "keeps_end":
        return min(approved_on, old.expires_on), old.expires_on
    start = approved_on
    if old and old.expires_on and in_time(old.expires_on, filed_on):
        following = old.expires_on + timedelta(days=1)
        at_end = asked.begins == "day_after_expiry"
        start = following if at_end else min(approved_on, following)
    type_code = asked.to_type or (old.type_code if old else "")
    years = regime.certificate_types[type_code].validity_years
    if years is None:
        raise ValueError(f"{type_code} is not valid for a number of whole years")
    return start, last_day(start, years)


def _option(
    regime: Regime,
    kind: ApplicationKind,
    certificate: CertificateFacts | None,
    record: ServiceRecord,
    today: date,
) -> Option:
    cents = fee(regime, kind.code, today)
    ends = certificate.expires_on if certificate else None
    opens_on = (
        months_before(ends, kind.opens_months_before)
        if ends and kind.opens_months_before is not None
        else None
    )
    why_not = (
        _not_offered(kind, cents, today)
        or _not_with_this(certificate, today)
        or _not_begun(kind, certificate, today)
        or _under_way(kind, record)
        or _too_early(kind, opens_on, today)
        or _too_late(kind, ends, today)
    )
    notes = () if why_not else tuple(_notes(kind, ends, record, today))
    return Option(kind, why_not is None, why_not, notes, _short(kind, record), opens_on, cents)


def _not_offered(kind: ApplicationKind, cents: Cents | None, today: date) -> Sentence | None:
    if today not in kind.in_force:
        return Sentence("This application is not offered at present.")
    if cents is None:
        return Sentence("The bureau sets this fee, so you cannot file online. Please contact us.")
    return None


def _not_begun(
    kind: ApplicationKind, certificate: CertificateFacts | None, today: date
) -> Sentence | None:
    """A renewal that has not begun can be added to, but not renewed or advanced again."""
    if certificate is None or today >= certificate.valid_from or kind.begins == "keeps_end":
        return None
    return Sentence("This certificate begins on {day}.", day=certificate.valid_from)


def _not_with_this(certificate: CertificateFacts | None, today: date) -> Sentence | None:
    if certificate is None or certificate.state == CertificateState.ACTIVE:
        return None
    if certificate.state == CertificateState.RENEWED and in_time(certificate.expires_on, today):
        return Sentence("This certificate is renewed already. Choose the one that follows it.")
    if certificate.state in (CertificateState.SUPERSEDED, CertificateState.RENEWED):
        return Sentence("A newer certificate has taken the place of this one.")
    return Sentence("Please contact the bureau about this certificate before you apply.")


def _under_way(kind: ApplicationKind, record: ServiceRecord) -> Sentence | None:
    if kind.code in record.open_kinds:
        return Sentence("You have already begun this application.")
    return None


def _too_early(kind: ApplicationKind, opens_on: date | None, today: date) -> Sentence | None:
    if opens_on is None or today >= opens_on:
        return None
    return Sentence(
        "You can apply from {day}, {months} months before this certificate expires.",
        day=opens_on,
        months=kind.opens_months_before,
    )


def _too_late(kind: ApplicationKind, ends: date | None, today: date) -> Sentence | None:
    if kind.after_expiry == "open" or in_time(ends, today):
        return None
    return Sentence("This certificate expired on {day}. Renew it first.", day=ends)


def _notes(
    kind: ApplicationKind, ends: date | None, record: ServiceRecord, today: date
) -> Iterator[Sentence]:
    if ends and not in_time(ends, today):
        yield Sentence(
            "This certificate expired on {day}. You can still apply, under the rules of today: "
            "you may need further tests or courses, and the new certificate begins on the day "
            "we approve it.",
            day=ends,
        )
    elif ends and kind.advice_weeks_before is not None:
        yield _advice(kind.advice_weeks_before, ends, today)
    if kind.months_needed is not None:
        yield _months(kind.months_needed, _months_done(kind, record))


def _months_done(kind: ApplicationKind, record: ServiceRecord) -> int:
    return sum(record.school_months.get(code, 0) for code in kind.months_under)


def _short(kind: ApplicationKind, record: ServiceRecord) -> bool:
    return kind.months_needed is not None and _months_done(kind, record) < kind.months_needed


def _advice(weeks: int, ends: date, today: date) -> Sentence:
    best = ends - timedelta(weeks=weeks)
    if today <= best:
        return Sentence(
            "It is best to apply by {best}, {weeks} weeks before this certificate expires. "
            "You can file through {last}.",
            best=best,
            weeks=weeks,
            last=ends,
        )
    return Sentence(
        "This certificate expires on {last}. You can file through that day, and what you file "
        "by then is in time even if our review takes longer.",
        last=ends,
    )


def _months(needed: int, done: int) -> Sentence:
    if done >= needed:
        return Sentence(
            "{done} school months are on record; you need {needed}.", done=done, needed=needed
        )
    return Sentence(
        "{done} of {needed} school months are on record. If you have served more, "
        "ask your district to confirm them.",
        done=done,
        needed=needed,
    )
