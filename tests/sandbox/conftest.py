"""One sandbox for all of its tests, served on free ports of this machine."""

import socket
import uuid
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
import requests
from braintree import BraintreeGateway, Configuration, Environment

from cecs.gateways.direct_http import DirectHttp
from cecs.sandbox.serving import running
from cecs.sandbox.settings import SandboxSettings

APP = "http://127.0.0.1:5000"


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory):
    settings = SandboxSettings(tmp_path_factory.mktemp("sandbox"), (APP,))
    smtp_port = free_port()
    with running(settings, "127.0.0.1", 0, smtp_port) as url:
        yield SimpleNamespace(url=url, smtp_port=smtp_port, settings=settings)


def sdk_of(sandbox, **keys):
    """The SDK as it is published, told where the sandbox is."""
    place = urlsplit(sandbox.url)
    settings = {
        "merchant_id": sandbox.settings.merchant_id,
        "public_key": sandbox.settings.public_key,
        "private_key": sandbox.settings.private_key,
        "http_strategy": DirectHttp,
        "timeout": 5,
    }
    where = Environment("stand-in", place.hostname, str(place.port), sandbox.url, False, None)
    return BraintreeGateway(Configuration(environment=where, **(settings | keys)))


@pytest.fixture
def sdk(sandbox):
    return sdk_of(sandbox)


@pytest.fixture
def order():
    return str(uuid.uuid4())


@pytest.fixture
def sell(sdk, order):
    """Makes a sale through the SDK: a plain 250.00 on a Visa card unless told otherwise."""

    def sold(submit=False, **changes):
        params = {
            "amount": "250.00",
            "payment_method_nonce": "fake-valid-visa-nonce",
            "order_id": order,
            "options": {"submit_for_settlement": submit},
        }
        return sdk.transaction.sale(params | changes)

    return sold


@pytest.fixture
def advance(sandbox):
    """Moves the gateway's clock on by some seconds."""

    def advanced(seconds):
        answer = requests.post(
            f"{sandbox.url}/sandbox/clock", json={"advance_seconds": seconds}, timeout=5
        )
        assert answer.status_code == 204

    return advanced


def codes(result):
    """The error codes of an answer that is no success."""
    assert not result.is_success
    return [error.code for error in result.errors.deep_errors]


def nonce_for(sandbox, number):
    """A nonce from the gateway's own card form."""
    answer = requests.post(
        f"{sandbox.url}/hosted-form?return={APP}/payments/back",
        data={"number": number, "expiry": "12/35", "cvv": "123", "postal_code": "06103"},
        allow_redirects=False,
        timeout=5,
    )
    return answer.headers["Location"].partition("nonce=")[2]


def go_wrong(sandbox, **fault):
    """Orders a fault for the next such call."""
    answer = requests.post(f"{sandbox.url}/sandbox/faults", json=fault, timeout=5)
    assert answer.status_code == 204
