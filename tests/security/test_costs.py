"""What costs us much to make is not made for one address without end."""

import pytest
from flask import Flask

from cecs.gateways import captcha_art
from tests.pages import Visitor


@pytest.mark.parametrize(("ending", "often"), [("wav", 20), ("png", 120)])
def test_words_are_drawn_and_said_only_so_often(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, ending: str, often: int
) -> None:
    monkeypatch.setattr(captcha_art, "sound", lambda digits: b"RIFF")
    monkeypatch.setattr(captcha_art, "picture", lambda words: b"PNG")
    words = f"/account/words/{visitor.get('/account/create').value('challenge')}.{ending}"
    answers = [visitor.get(words).status for _ in range(often + 1)]

    assert answers == [200] * often + [429]


def test_new_words_are_chosen_only_so_often(app: Flask) -> None:
    client = app.test_client()
    for _ in range(150):
        assert client.get("/account/create").status_code == 200
        assert client.head("/account/create").status_code == 200
    assert client.get("/account/create").status_code == 429
    assert client.get("/account/sign-in").status_code == 200
