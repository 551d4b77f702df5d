"""What the mail room and payers hold in hand: slips, letters and deposit lists on paper.

Words come as sentences and are said by the caller, who knows the reader's language.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cecs.desk import Desk
from cecs.domain.mailed_payments import TAKEN, PaymentState, WhyReturned
from cecs.domain.sentences import Cents, Sentence
from cecs.gateways import papers
from cecs.models.applications import Application
from cecs.models.cashier import Batch, MailedPayment
from cecs.services import batches, ledger, mailed_payments
from cecs.services.receipts import INSTRUMENTS, Receipt
from cecs.services.transactions import Gone

ENCLOSE = (
    Sentence("This slip. Without it, write the reference on the payment."),
    Sentence("Transcripts and forms that we asked for. One envelope holds all."),
)
ACCEPTED = tuple(INSTRUMENTS[kind] for kind in TAKEN)
NOT_TAKEN = Sentence("No personal checks and no cash: we send them back.")

COLUMNS = (
    Sentence("No."),
    Sentence("What"),
    Sentence("Number"),
    Sentence("Bank or issuer"),
    Sentence("Received"),
    Sentence("Reference"),
    Sentence("Amount"),
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a paper: the code of the language, such as "en", and how it says a sentence."""

    language: str
    say: Callable[[Sentence], str]


def barcode(application: Application) -> str:
    """The reference as an SVG that the mail room scans."""
    return papers.barcode_svg(application.reference)


def slip(desk: Desk, application: Application, reader: Reader) -> bytes:
    """What goes into the envelope, as a PDF. Raises Gone where nothing is due."""
    due = ledger.payable_cents(application)
    if not due:
        raise Gone(f"Nothing is due for {application.id}")
    say, office, person = reader.say, desk.regime.office, application.person
    facts: papers.Slip = {
        **_head(desk, reader, Sentence("Remittance slip")),
        "lead": say(Sentence("Print this page and mail it with your payment.")),
        "reference_label": say(Sentence("Reference")),
        "reference": application.reference,
        "barcode_alt": say(Sentence("Barcode of {reference}", reference=application.reference)),
        "details": [
            (say(Sentence("Educator")), f"{person.first_name} {person.last_name}"),
            (say(Sentence("Amount")), str(Cents(due))),
            (say(Sentence("Payable to")), office.payee),
            (say(Sentence("Mail to")), ", ".join(office.mail_address)),
            (say(Sentence("Printed on")), _day(reader, desk.today())),
        ],
        "warning": say(NOT_TAKEN),
        "lists": [
            (say(Sentence("We accept")), [say(one) for one in ACCEPTED]),
            (say(Sentence("Enclose")), [say(one) for one in ENCLOSE]),
        ],
    }
    return papers.make("slip", facts)


def receipt(desk: Desk, found: Receipt, reader: Reader) -> bytes:
    """A receipt, as a PDF."""
    say = reader.say
    facts: papers.Receipt = {
        **_head(desk, reader, Sentence("Receipt {number}", number=found.number)),
        "details": [
            (say(Sentence("Application")), found.reference),
            (say(Sentence("Educator")), found.name),
            (say(Sentence("Paid on")), _day(reader, desk.day_of(found.paid_at))),
            (say(Sentence("Paid by")), say(found.how)),
        ],
        "columns": (say(Sentence("Fee")), say(Sentence("Amount"))),
        "lines": [(say(title), str(cents)) for title, cents in found.lines],
        "total": (say(Sentence("Total paid")), str(found.total)),
        "notes": [
            *(say(note) for note in found.notes),
            say(Sentence("The application fee is not refundable.")),
        ],
    }
    return papers.make("receipt", facts)


def return_letter(desk: Desk, payment: MailedPayment, reader: Reader) -> bytes:
    """Goes with what is sent back, as a PDF. Raises Gone unless it is sent back."""
    if payment.state is not PaymentState.RETURNED:
        raise Gone(f"MailedPayment {payment.id} is not sent back")
    say = reader.say
    facts: papers.ReturnLetter = {
        **_head(desk, reader, Sentence("Your payment comes back to you")),
        "date": _day(reader, payment.returned_on),
        "addressee": _addressee(payment),
        "details": _what_came(payment, reader),
        "paragraphs": [say(one) for one in _why_and_what_now(desk, payment)],
        "closing": [say(Sentence("Sincerely,")), desk.regime.office.bureau],
    }
    return papers.make("return_letter", facts)


def deposit_list(desk: Desk, batch: Batch, reader: Reader) -> bytes:
    """A batch as a PDF: closed, for the bank; open, to count by, and marked so.

    Of a closed one it holds only what cannot change any more.
    """
    say = reader.say
    whole = [say(Sentence("All")), str(len(batch.items)), str(batches.whole(batch))]
    facts: papers.DepositList = {
        **_head(desk, reader, _title_of(batch)),
        "details": [*_standing_of(desk, batch, reader), (
            say(Sentence("Payable to")), desk.regime.office.payee
        )],
        "columns": [say(one) for one in COLUMNS],
        "rows": [_row(place, item, reader) for place, item in enumerate(batch.items, 1)],
        "totals_title": say(Sentence("Totals")),
        "totals_columns": [
            say(Sentence("What")), say(Sentence("Items")), say(Sentence("Amount"))
        ],
        "totals": [
            [say(INSTRUMENTS[each.instrument]), str(each.items), str(each.cents)]
            for each in batches.totals(batch)
        ],
        "total": whole,
        "signatures": [say(Sentence("Prepared by")), say(Sentence("Checked by"))],
    }  # fmt: skip
    return papers.make("deposit_list", facts)


def _title_of(batch: Batch) -> Sentence:
    if batch.closed_at is None:
        return Sentence("Deposit {number}: preliminary list", number=batch.id)
    return Sentence("Deposit {number}", number=batch.id)


def _standing_of(desk: Desk, batch: Batch, reader: Reader) -> list[papers.Pair]:
    say = reader.say
    if batch.closed_on is not None:
        return [(say(Sentence("Closed on")), _day(reader, batch.closed_on))]
    return [
        (say(Sentence("Printed on")), _day(reader, desk.today())),
        (say(Sentence("State")), say(Sentence("Not closed: to count by, not for the bank."))),
    ]


def _row(place: int, item: MailedPayment, reader: Reader) -> list[str]:
    return [
        str(place),
        reader.say(INSTRUMENTS[item.instrument]),
        item.number,
        item.issuer,
        item.received_on.isoformat(),
        "\n".join(batches.references_of(item)),
        str(Cents(item.cents)),
    ]


def _head(desk: Desk, reader: Reader, title: Sentence) -> papers.Paper:
    office = desk.regime.office
    return {
        "language": reader.language,
        "title": reader.say(title),
        "office": office.bureau,
        "address": [line for line in office.mail_address if line != office.bureau],
        "details": (),
    }


def _day(reader: Reader, day: Any) -> str:
    return reader.say(Sentence("{day}", day=day))


def _addressee(payment: MailedPayment) -> Sequence[str]:
    """The applicant at the address given, or the name on the payment where nobody is known."""
    application = payment.application
    return applicant(application) if application else sender(payment)


def sender(payment: MailedPayment) -> Sequence[str]:
    """The name on a payment and the address on its envelope, as far as they were entered."""
    lines = [payment.payer, *payment.payer_address.split(",")]
    return [line.strip() for line in lines if line.strip()]


def applicant(application: Application) -> Sequence[str]:
    """The applicant's name and the address given in the application, line by line."""
    person = application.person
    given = _answer(application, "details")
    town = f"{given.get('city', '')}, {given.get('state', '')} {given.get('zip_code', '')}"
    lines = [f"{person.first_name} {person.last_name}", given.get("street", ""), town.strip(", ")]
    return [line for line in lines if line]


def _answer(application: Application, slug: str) -> Mapping[str, Any]:
    return next((one.content for one in application.answers if one.slug == slug), {})


def _what_came(payment: MailedPayment, reader: Reader) -> list[papers.Pair]:
    say = reader.say
    known = [
        (Sentence("Reference"), ", ".join(mailed_payments.references_of(payment))),
        (Sentence("What came"), say(INSTRUMENTS[payment.instrument])),
        (Sentence("Number"), payment.number),
        (Sentence("Bank or issuer"), payment.issuer),
        (Sentence("Amount"), str(Cents(payment.cents))),
        (Sentence("Name on it"), payment.payer),
        (Sentence("Received"), _day(reader, payment.received_on)),
    ]
    return [(say(label), fact) for label, fact in known if fact]


def _why_and_what_now(desk: Desk, payment: MailedPayment) -> list[Sentence]:
    why = mailed_payments.why_returned(payment)
    assert why is not None
    owed = Cents(mailed_payments.returned_with(payment).get("owed", 0))
    told = [Sentence("We send back what you mailed to us."), why]
    if payment.returned_why is WhyReturned.NOTHING_DUE:
        told.append(Sentence("You need not do anything."))
    elif payment.application is None:
        told.append(
            Sentence(
                "Print the remittance slip of your application at {url} and mail it with the "
                "payment, or write the reference on it.",
                url=desk.settings.public_url,
            )
        )
    elif owed:
        told.append(_what_now(desk, payment.application, owed))
    if payment.documents:
        kept = payment.application is not None
        told.append(
            Sentence("We keep the papers that came with it: {papers}.", papers=payment.documents)
            if kept
            else Sentence("The papers that came with it are enclosed.")
        )
    return told


def _what_now(desk: Desk, application: Application, owed: Cents) -> Sentence:
    return Sentence(
        "Mail a certified bank check, a cashier's check or a money order for exactly {owed}, "
        "payable to {payee}, or see at {url} how else you can pay. Your application waits until "
        "it is paid.",
        owed=owed,
        payee=desk.regime.office.payee,
        url=f"{desk.settings.public_url}/applications/{application.id}",
    )
