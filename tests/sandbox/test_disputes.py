"""A bank disputes a settled sale: the SDK finds it, and the application hears of it."""

from datetime import timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from threading import Thread
from types import SimpleNamespace
from urllib.parse import parse_qs

import pytest
import requests
from braintree import DisputeSearch
from braintree.exceptions.invalid_signature_error import InvalidSignatureError
from braintree.exceptions.not_found_error import NotFoundError

from cecs.sandbox.serving import running
from cecs.sandbox.settings import SandboxSettings
from tests.sandbox.conftest import APP, free_port, sdk_of


def play(sandbox, transaction_id, act):
    return requests.post(
        f"{sandbox.url}/gateway/{transaction_id}/{act}", allow_redirects=False, timeout=5
    )


@pytest.fixture
def settled(sdk, sell):
    sale = sell(submit=True).transaction
    return sdk.testing.settle_transaction(sale.id).transaction


@pytest.fixture
def disputed(sandbox, settled):
    assert play(sandbox, settled.id, "dispute").status_code == 303
    return settled


def test_a_sale_shows_its_dispute(sdk, settled, disputed):
    assert settled.disputes == []
    [dispute] = sdk.transaction.find(disputed.id).disputes

    assert (dispute.status, dispute.kind) == ("open", "chargeback")
    assert dispute.amount_disputed == Decimal("250.00")
    assert dispute.reply_by_date - dispute.received_date == timedelta(days=10)
    assert sdk.transaction.find(disputed.id).status == "settled"


@pytest.mark.parametrize(
    ("act", "status", "won"), [("win", "won", "250.00"), ("lose", "lost", "0.00")]
)
def test_a_dispute_ends_once(sandbox, sdk, disputed, act, status, won):
    assert play(sandbox, disputed.id, act).status_code == 303
    assert play(sandbox, disputed.id, "win").status_code == 409

    [dispute] = sdk.transaction.find(disputed.id).disputes

    assert (dispute.status, dispute.amount_won) == (status, Decimal(won))
    assert [step.status for step in dispute.status_history] == ["open", status]


def test_a_dispute_is_found_by_its_id_and_by_its_sale(sdk, disputed):
    [shown] = sdk.transaction.find(disputed.id).disputes

    found = sdk.dispute.find(shown.id)

    assert found.transaction.id == disputed.id
    assert found.transaction.order_id == disputed.order_id
    by_sale = sdk.dispute.search(DisputeSearch.transaction_id == disputed.id).disputes
    assert [each.id for each in by_sale] == [shown.id]


def test_disputes_are_found_by_status_and_day(sandbox, sdk, disputed):
    play(sandbox, disputed.id, "lose")
    mine = DisputeSearch.transaction_id == disputed.id
    [shown] = sdk.transaction.find(disputed.id).disputes
    day = shown.received_date

    def found(*criteria):
        return len(list(sdk.dispute.search(mine, *criteria).disputes))

    assert found(DisputeSearch.status.in_list(["won", "lost"])) == 1
    assert found(DisputeSearch.status == "open") == 0
    assert found(DisputeSearch.received_date.between(day, day)) == 1
    assert found(DisputeSearch.received_date >= day + timedelta(days=1)) == 0


def test_a_dispute_that_does_not_exist_is_not_found(sdk):
    with pytest.raises(NotFoundError):
        sdk.dispute.find("nosuchthing")


def test_only_a_settled_sale_is_disputed_and_only_once(sandbox, sdk, sell, disputed):
    submitted = sell(submit=True, amount="51.00").transaction
    credit = sdk.transaction.refund(disputed.id, "5.00").transaction
    sdk.testing.settle_transaction(credit.id)

    for id in (submitted.id, disputed.id, credit.id):
        assert play(sandbox, id, "dispute").status_code == 409
    assert play(sandbox, "nosuchthing", "dispute").status_code == 404


@pytest.fixture
def listener():
    """An address that keeps what is posted to it."""
    heard = Queue()

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            heard.put({name: values[0] for name, values in parse_qs(body).items()})
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Ear)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield SimpleNamespace(
        url=f"http://127.0.0.1:{server.server_port}/payments/webhook", heard=heard
    )
    server.shutdown()
    thread.join()
    server.server_close()


def settled_sale(sdk):
    params = {
        "amount": "250.00",
        "payment_method_nonce": "fake-valid-visa-nonce",
        "options": {"submit_for_settlement": True},
    }
    sale = sdk.transaction.sale(params).transaction
    return sdk.testing.settle_transaction(sale.id).transaction


@pytest.mark.parametrize(("act", "kind"), [("win", "dispute_won"), ("lose", "dispute_lost")])
def test_the_application_hears_of_a_dispute_in_signed_news(tmp_path, listener, act, kind):
    settings = SandboxSettings(tmp_path, (APP,), webhook_url=listener.url)
    with running(settings, "127.0.0.1", 0, free_port()) as url:
        sandbox = SimpleNamespace(url=url, settings=settings)
        sdk = sdk_of(sandbox)
        sale = settled_sale(sdk)
        play(sandbox, sale.id, "dispute")
        first = listener.heard.get(timeout=5)
        play(sandbox, sale.id, act)
        second = listener.heard.get(timeout=5)

    for news, told in ((first, "dispute_opened"), (second, kind)):
        notification = sdk.webhook_notification.parse(news["bt_signature"], news["bt_payload"])
        assert notification.kind == told
        assert notification.dispute.transaction.id == sale.id
    tampered = first["bt_payload"].replace("A", "B")
    with pytest.raises(InvalidSignatureError):
        sdk.webhook_notification.parse(first["bt_signature"], tampered)


def test_an_application_that_does_not_listen_disturbs_nothing(tmp_path):
    nobody = f"http://127.0.0.1:{free_port()}/payments/webhook"
    settings = SandboxSettings(tmp_path, (APP,), webhook_url=nobody)
    with running(settings, "127.0.0.1", 0, free_port()) as url:
        sandbox = SimpleNamespace(url=url, settings=settings)
        sdk = sdk_of(sandbox)
        sale = settled_sale(sdk)

        assert play(sandbox, sale.id, "dispute").status_code == 303
        assert sdk.transaction.find(sale.id).disputes[0].status == "open"
