"""The outbox, when mail is taken back on its way."""

import pytest

from cecs.desk import Desk
from cecs.services import accounts, outbox
from cecs.web.mails import render
from tests.conftest import Letterbox


def test_a_mail_taken_back_after_it_was_claimed_is_not_sent(
    desk: Desk, letterbox: Letterbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.create_account(desk, "Maria", "Rivera", "maria@example.org")
    claim, claimed = outbox._claim, []

    def claim_while_she_asks_again(desk: Desk) -> int | None:
        claimed.append(claim(desk))
        if len(claimed) == 2:  # the worker holds the first temporary password
            accounts.send_again(desk, "maria@example.org")
        return claimed[-1]

    monkeypatch.setattr(outbox, "_claim", claim_while_she_asks_again)
    sent = outbox.deliver_due(desk, render)
    passwords = [text for _, _, text in letterbox.letters if "temporary password is" in text]

    assert sent == len(letterbox.letters) == 3
    assert len(passwords) == 1 and "None" not in passwords[0]
