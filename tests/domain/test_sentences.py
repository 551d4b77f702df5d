import json
from datetime import date

from cecs.domain.sentences import Cents, Sentence


def test_cents_are_shown_as_dollars():
    assert str(Cents(123405)) == "$1,234.05"


def test_a_sentence_says_its_values():
    sentence = Sentence("{done} of {needed} school months", done=12, needed=30)

    assert str(sentence) == "12 of 30 school months"


def test_a_sentence_survives_being_kept():
    inner = Sentence("Renew a certificate")
    sentence = Sentence(
        "{name}: {what}, {fee}, by {day}, {count}",
        name="María",
        what=inner,
        fee=Cents(20000),
        day=date(2028, 2, 29),
        count=2,
    )
    kept = json.dumps(sentence.to_json())
    read = Sentence.from_json(json.loads(kept))

    assert read == sentence
    assert str(read) == "María: Renew a certificate, $200.00, by 2028-02-29, 2"
