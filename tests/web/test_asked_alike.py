"""Pages are printed once for all who ask alike: none tells what another sent."""

import random
from collections.abc import Iterator
from datetime import date
from urllib.parse import urlencode

from flask import Flask

from cecs.desk import Desk
from cecs.web.printing import blanks_of
from tests.people import Character, People

SENT: dict[str, list[str]] = {
    "last_name": ["rivera", " rivera ", "riv", " ", "", "nobody%", "<b>x", "%(entries)s", "riverra",
                  "\ue000last_name\ue001", "x" * 101],
    "first_name": ["", " ", "maria", "<i>", "a%b"],
    "number": ["", "12"],
    "district": ["", "nope"],
    "endorsement": ["", "nope"],
    "active": ["", "1", "false", "planted"],
    "lang": ["", "en", "es", "fr"],
    "after": ["", "x", "rivera.maria.x"],
    "other": ["<script>"],
}  # fmt: skip
OFTEN = {"last_name": 0.9, "first_name": 0.4, "active": 0.4, "lang": 0.4}
HEADERS = ({}, {"HX-Request": "true"}, {"HX-Boosted": "true"}, {"Cookie": "a=b"})
ASKED = 80


def questions(district: str) -> Iterator[tuple[str, dict[str, str]]]:
    chance = random.Random(7)
    for _ in range(ASKED):
        sent = [
            (name, chance.choice([*values, district] if name == "district" else values))
            for name, values in SENT.items()
            if chance.random() < OFTEN.get(name, 0.15)
        ]
        chance.shuffle(sent)
        yield f"/lookup?{urlencode(sent)}", chance.choice(HEADERS)


def test_a_page_is_the_same_whatever_others_asked_before(
    app: Flask, desk: Desk, maria: Character, people: People
) -> None:
    district = min(desk.regime.districts)
    people.reported("Ana Riverton", district, "305")
    people.record("Ana", "Riv", date(1980, 1, 1), "987654321")
    blanks, client = blanks_of(app), app.test_client(use_cookies=False)
    for number, (url, headers) in enumerate(questions(district)):
        here = {"REMOTE_ADDR": f"192.0.2.{number}"}  # nobody must type two words
        after_others = client.get(url, headers=headers, environ_base=here)
        kept = dict(blanks)
        blanks.clear()
        anew = client.get(url, headers=headers, environ_base=here)
        blanks.clear()
        blanks.update(kept)

        assert (after_others.status, after_others.data) == (anew.status, anew.data), url
    assert len(blanks) > 10
