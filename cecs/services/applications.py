"""What an educator does with an application: begin, answer, sign and submit, withdraw."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from secrets import SystemRandom
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from cecs.desk import Desk
from cecs.domain import names, references, steps
from cecs.domain.applications import Actor, Status, is_open
from cecs.domain.certificates import Option
from cecs.domain.fees import FeeUnknown, fee_lines
from cecs.domain.sentences import Sentence
from cecs.extensions import db
from cecs.models.accounts import Person
from cecs.models.applications import Answer, Application, Fee
from cecs.services import attempts, certificates, ledger, registration, status
from cecs.services.refused import Refused
from cecs.services.transactions import Gone, locked

CHECK = "check"


def owned_by(person_id: int, application_id: uuid.UUID) -> Application:
    """One's own application. Raises Gone for anybody else's."""
    found = db.session.get(Application, application_id)
    if found is None or found.person_id != person_id:
        raise Gone(f"Application {application_id}")
    return found


def of_person(person_id: int) -> Sequence[Application]:
    """All applications of a person, the newest first."""
    own = sa.select(Application).where(Application.person_id == person_id)
    return db.session.scalars(own.order_by(Application.created_at.desc())).all()


def start(
    desk: Desk, person_id: int, kind: str, certificate_id: int | None = None, claimed: str = ""
) -> uuid.UUID:
    """Begins a draft, with its ledger lines, or goes on with the one begun. Raises Refused, Gone.

    Who is not linked yet names in `claimed` the certificate held; the bureau looks at it.
    """
    person = locked(Person, person_id)
    if (begun := _draft(person_id, kind, certificate_id)) is not None:
        db.session.rollback()
        return begun
    refused = _why_not(desk, person_id, kind, certificate_id, claimed)
    if refused is not None:
        db.session.rollback()
        raise Refused(refused)
    educator = certificates.own_record(person_id)
    application = Application(
        id=uuid.uuid4(), person_id=person.id, educator_id=educator.id if educator else None,
        kind=kind, certificate_id=certificate_id, certificate_claimed=claimed.strip(),
        created_at=desk.now(), status=Status.DRAFT,
    )  # fmt: skip
    _number(desk, application)
    _charge(desk, application)
    status.note(desk, application, "begun", person_id)
    found = application.id
    db.session.commit()
    return found


def acknowledge(desk: Desk, application_id: uuid.UUID) -> None:
    """Keeps which version was accepted for this draft, and when. Raises Refused after that."""
    application = locked(Application, application_id)
    _must_be_draft(application)
    application.acknowledged_version = desk.regime.office.acknowledgement.version
    application.acknowledged_at = desk.now()
    db.session.commit()


def answered(application: Application) -> dict[str, Mapping[str, Any]]:
    """The answers so far, by step."""
    return {answer.slug: answer.content for answer in application.answers}


def answer(desk: Desk, application_id: uuid.UUID, slug: str, content: dict[str, Any]) -> None:
    """Saves the answer of one step of a draft. Raises Refused once it is submitted."""
    application = locked(Application, application_id)
    _must_be_draft(application)
    db.session.merge(
        Answer(application_id=application.id, slug=slug, content=content, at=desk.now())
    )
    db.session.commit()


def submit(desk: Desk, application_id: uuid.UUID, signature: str, version: str) -> None:
    """Signs and submits. Free ones are filed today; others wait to be paid.

    `version` is that of the affidavit that was read. What was fine when it was answered is looked
    at again: a draft may have lain for months. Raises Refused with the sentence what stands in
    the way, or when it was submitted before.
    """
    application = locked(Application, application_id)
    _must_be_draft(application)
    for sentence in _in_the_way(desk, application, signature, version):
        db.session.rollback()
        raise Refused(sentence)
    application.affidavit_version = version
    application.affidavit_signature = signature.strip()
    application.affidavit_signed_at = application.submitted_at = desk.now()
    wanted = Status.AWAITING_PAYMENT
    if ledger.due_cents(application) == 0:
        application.filed_on = desk.today()
        wanted = Status.WAITING_FIRST_REVIEW
    status.become(desk, application, wanted, Actor.EDUCATOR, application.person_id)
    db.session.commit()


def pay_by_mail(desk: Desk, application_id: uuid.UUID) -> None:
    """Notes that a check or money order is on its way. Again, or too late, it changes nothing."""
    application = locked(Application, application_id)
    if application.status is Status.AWAITING_PAYMENT and not attempts.is_charging(application_id):
        wanted, by_id = Status.AWAITING_MAILED_PAYMENT, application.person_id
        # No mail: the one about submitting went out just before, and the slip is shown now.
        status.become(desk, application, wanted, Actor.EDUCATOR, by_id, mail=False)
    db.session.commit()


def withdraw(desk: Desk, application_id: uuid.UUID) -> None:
    """Ends an open application at its owner's wish. Raises Refused when it has ended."""
    application = locked(Application, application_id)
    if not is_open(application.status):
        db.session.rollback()
        raise Refused(Sentence("This application has ended already."))
    if attempts.is_charging(application_id):
        db.session.rollback()
        raise Refused(Sentence("A card is being charged for it. Try again in a few minutes."))
    attempts.drop_prepared(desk, application_id, "withdrawn")
    status.become(desk, application, Status.WITHDRAWN, Actor.EDUCATOR, application.person_id)
    db.session.commit()


def _draft(person_id: int, kind: str, certificate_id: int | None) -> uuid.UUID | None:
    """The draft of the same that lies there already: it is gone on with."""
    return db.session.scalar(
        sa.select(Application.id)
        .where(Application.person_id == person_id, Application.kind == kind)
        .where(Application.certificate_id == certificate_id)
        .where(Application.status == Status.DRAFT)
    )


def _in_the_way(
    desk: Desk, application: Application, signature: str, version: str
) -> Iterator[Sentence]:
    """What forbids to submit a draft now."""
    answers = answered(application)
    missing = steps.first_unanswered(desk.regime, application.kind, {*answers, CHECK})
    if missing is not None or application.acknowledged_at is None:
        yield Sentence("A step is not answered yet. Go on where you stopped.")
    if version != desk.regime.office.affidavit.version:
        yield Sentence("The text of the affidavit has changed. Read it again, then sign.")
    if not _signs(application, answers, signature):
        yield Sentence("Sign with your first and last name as in Your details.")
    if (refused := _not_open_any_more(desk, application)) is not None:
        yield refused
    kind, held = desk.regime.kind(application.kind), held_codes(application)
    offered = {one.code for one in desk.regime.offered_endorsements(kind, held)}
    if set(answers.get("request", {}).get("endorsements", ())) - offered:
        yield Sentence("The endorsement you chose is not offered any more. Choose again.")


def _signs(
    application: Application, answers: Mapping[str, Mapping[str, Any]], signature: str
) -> bool:
    """Whether it is the name of the details, or, where a kind asks for none, of the account."""
    said, person = answers.get("details", {}), application.person
    first = said.get("first_name") or person.first_name
    return names.signs(signature, first, said.get("last_name") or person.last_name)


def held_codes(application: Application) -> list[str]:
    """The endorsements of the certificate that an application is about."""
    certificate = application.certificate
    return [one.code for one in certificate.endorsements] if certificate else []


def _not_open_any_more(desk: Desk, application: Application) -> Sentence | None:
    """Why the kind could not be begun today, apart from this draft of it."""
    person_id, kind = application.person_id, application.kind
    if application.certificate_id is not None:
        held = certificates.held(desk, person_id, application.certificate_id)
        return _refusal(certificates.options_with(desk, person_id, held, kind), kind)
    if application.certificate_claimed:
        return None  # the bureau looks at it
    return _refusal(certificates.options_without(desk, person_id, kind), kind)


def _why_not(
    desk: Desk, person_id: int, kind: str, certificate_id: int | None, claimed: str
) -> Sentence | None:
    if certificate_id is not None:
        held = certificates.held(desk, person_id, certificate_id)
        return _refusal(certificates.options_with(desk, person_id, held), kind)
    if registration.registration_of(person_id) is None:
        return Sentence("Register first, so that we know whose application this is.")
    if claimed.strip() and certificates.record_of(person_id) is None:
        return _why_not_claimed(desk, person_id, kind)
    if certificates.of_person(desk, person_id):
        return Sentence("Choose the certificate that this is about.")
    return _refusal(certificates.options_without(desk, person_id), kind)


def _why_not_claimed(desk: Desk, person_id: int, kind: str) -> Sentence | None:
    if kind not in {claimable.code for claimable in certificates.claimable(desk)}:
        return Sentence("This cannot be applied for online.")
    if kind in certificates.under_way(person_id, None):
        return Sentence("You have begun this already. Go on with it from My certificates.")
    return None


def _refusal(options: Sequence[Option], kind: str) -> Sentence | None:
    for option in options:
        if option.kind.code == kind:
            return None if option.open else option.why_not
    return Sentence("This cannot be applied for with this certificate.")


def _number(desk: Desk, application: Application) -> None:
    """Gives a reference that nobody has, and flushes."""
    for _ in range(20):
        application.reference = references.make(desk.regime.office.reference_prefix, SystemRandom())
        try:
            with db.session.begin_nested():
                db.session.add(application)
            return
        except IntegrityError:
            continue
    raise RuntimeError("no free reference was found")


def _charge(desk: Desk, application: Application) -> None:
    """Writes the ledger lines. A free one gets its line of $0, paid already."""
    try:
        lines = fee_lines(desk.regime, application.kind, desk.today())
    except FeeUnknown:
        db.session.rollback()
        raise Refused(Sentence("The bureau sets this fee. Ask it before you apply.")) from None
    for line in lines:
        db.session.add(Fee(application_id=application.id, code=line.code, cents=line.cents))
    if not lines:
        code = desk.regime.kind(application.kind).fee
        db.session.add(Fee(application_id=application.id, code=code, cents=0, paid_at=desk.now()))


def _must_be_draft(application: Application) -> None:
    if application.status is not Status.DRAFT:
        db.session.rollback()
        raise Refused(Sentence("This application was submitted already."))
