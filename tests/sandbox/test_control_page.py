"""The page at which a person plays the banks, without any script."""

import re
from html import unescape

import pytest
import requests


def page(sandbox):
    return requests.get(f"{sandbox.url}/gateway", timeout=5).text


def entry(sandbox, id):
    """What the page says of one transaction."""
    [said] = re.findall(rf'<li id="{id}">.*?(?=<li id=|</main>)', page(sandbox), re.S)
    return unescape(said)


def press(sandbox, id, words):
    """Sends the form that stands around a button, as a browser would."""
    forms = re.findall(r'<form method="post" action="([^"]+)".*?</form>', entry(sandbox, id), re.S)
    [action] = [form for form in forms if form.endswith(f"/{words}")]
    return requests.post(sandbox.url + action, headers={"Origin": sandbox.url}, timeout=5)


def test_the_start_page_leads_to_it(sandbox):
    assert 'href="/gateway"' in requests.get(sandbox.url, timeout=5).text


def test_transactions_are_listed_newest_first(sandbox, sell, order):
    first = sell().transaction.id
    second = sell(amount="12.34").transaction.id

    shown = re.findall(r'<li id="(\w+)">', page(sandbox))

    assert shown[:2] == [second, first]
    said = entry(sandbox, second)
    assert "Sale of $12.34: authorized" in said
    assert order in said
    assert "Visa ending in 1881" in said


def test_a_person_settles_then_disputes_then_wins(sandbox, sdk, sell):
    sale = sell(submit=True).transaction

    for act, status in (("settle", "settled"), ("dispute", "dispute open"), ("win", "dispute won")):
        assert press(sandbox, sale.id, act).status_code == 200
        assert status in entry(sandbox, sale.id)

    assert sdk.transaction.find(sale.id).disputes[0].status == "won"
    assert "<form" not in entry(sandbox, sale.id)


def test_a_person_declines_a_settlement(sandbox, sdk, sell):
    sale = sell(submit=True).transaction

    press(sandbox, sale.id, "decline")

    assert sdk.transaction.find(sale.id).status == "settlement_declined"


def test_a_person_declines_a_refund(sandbox, sdk, sell):
    sale = sell(submit=True).transaction
    sdk.testing.settle_transaction(sale.id)
    credit = sdk.transaction.refund(sale.id, "10.00").transaction

    assert f'aria-label="Decline settlement: refund {credit.id} of $10.00"' in entry(
        sandbox, credit.id
    )
    press(sandbox, credit.id, "decline")
    assert sdk.transaction.find(credit.id).status == "settlement_declined"
    assert sdk.transaction.refund(sale.id).transaction.amount == sale.amount


def test_a_person_moves_the_clock_by_a_day(sandbox, sdk, sell):
    sale = sell(submit=True).transaction

    requests.post(f"{sandbox.url}/gateway/clock", timeout=5)

    assert sdk.transaction.find(sale.id).status == "settled"


def test_a_form_of_an_older_page_says_why_it_did_nothing(sandbox, sell):
    sale = sell().transaction

    answer = requests.post(f"{sandbox.url}/gateway/{sale.id}/settle", timeout=5)

    assert answer.status_code == 409
    assert "Nothing was changed." in answer.text


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:5000"])
@pytest.mark.parametrize("path", ["settle", "clock"])
def test_other_sites_press_no_button(sandbox, sdk, sell, origin, path):
    sale = sell(submit=True).transaction
    target = "/gateway/clock" if path == "clock" else f"/gateway/{sale.id}/settle"

    answer = requests.post(sandbox.url + target, headers={"Origin": origin}, timeout=5)

    assert answer.status_code == 403
    assert sdk.transaction.find(sale.id).status == "submitted_for_settlement"


@pytest.mark.parametrize("act", ["refund", "nosuchthing"])
def test_what_is_no_button_does_nothing(sandbox, sell, act):
    sale = sell(submit=True).transaction

    answer = requests.post(f"{sandbox.url}/gateway/{sale.id}/{act}", timeout=5)

    assert answer.status_code == 404


def test_each_button_says_what_it_acts_on(sandbox, sell):
    sale = sell(submit=True).transaction

    assert f'aria-label="Settle: sale {sale.id} of $250.00"' in entry(sandbox, sale.id)


def test_the_page_says_when_the_application_sees_it_and_how_to_have_it_seen_at_once(
    sandbox, sell, order
):
    sale = sell(submit=True).transaction

    assert "asks about each charge once an hour" in unescape(page(sandbox))
    assert f'/bureau/money/card/{order}">This payment' in entry(sandbox, sale.id)
