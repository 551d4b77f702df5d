"""A gateway that was stopped and started again knows all that it knew."""

from types import SimpleNamespace

import pytest
import requests
from braintree.exceptions.service_unavailable_error import ServiceUnavailableError

from cecs.sandbox.serving import running
from cecs.sandbox.settings import SandboxSettings
from tests.sandbox.conftest import APP, free_port, go_wrong, nonce_for, sdk_of

DAY = 24 * 3600


def test_sales_refunds_disputes_nonces_clock_and_faults_outlive_a_restart(tmp_path):
    settings = SandboxSettings(tmp_path, (APP,))
    sale = {
        "amount": "250.00",
        "payment_method_nonce": "fake-valid-visa-nonce",
        "options": {"submit_for_settlement": True},
        "api_request_key": "rosa-lind-1",
    }
    with running(settings, "127.0.0.1", 0, free_port()) as url:
        sandbox = SimpleNamespace(url=url, settings=settings)
        sdk = sdk_of(sandbox)
        sold = sdk.transaction.sale(dict(sale)).transaction
        requests.post(f"{url}/sandbox/clock", json={"advance_seconds": DAY}, timeout=5)
        credit = sdk.transaction.refund(sold.id, "100.00").transaction
        requests.post(f"{url}/gateway/{sold.id}/dispute", timeout=5)
        nonce = nonce_for(sandbox, "5555555555554444")
        go_wrong(sandbox, call="client_token", how="status", when="before", status=503)

    with running(settings, "127.0.0.1", 0, free_port()) as url:
        sandbox = SimpleNamespace(url=url, settings=settings)
        sdk = sdk_of(sandbox)
        with pytest.raises(ServiceUnavailableError):
            sdk.client_token.generate()
        found = sdk.transaction.find(sold.id)
        later = sdk.transaction.sale({"amount": "9.00", "payment_method_nonce": nonce}).transaction
        again = sdk.transaction.sale(dict(sale)).transaction

    assert (found.status, found.refund_ids) == ("settled", [credit.id])
    assert [dispute.status for dispute in found.disputes] == ["open"]
    assert again.id == sold.id
    assert later.credit_card_details.card_type == "MasterCard"
    assert (later.created_at - sold.created_at).days == 1
