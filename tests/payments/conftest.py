"""An office whose cards are charged at the sandbox, over real HTTP."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cecs.sandbox.serving import running
from cecs.sandbox.settings import SandboxSettings
from tests.sandbox.conftest import free_port


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = SandboxSettings(tmp_path_factory.mktemp("gateway"), ("http://127.0.0.1:5000",))
    with running(settings, "127.0.0.1", 0, free_port()) as url:
        yield url


@pytest.fixture
def sandbox_url(gateway: str) -> str:
    return gateway


@pytest.fixture
def fault(gateway: str) -> Callable[..., None]:
    """Orders one fault of the next call of a name: drop, hang or status, before or after."""

    def order(call: str, how: str, when: str, **more: Any) -> None:
        ordered = json.dumps({"call": call, "how": how, "when": when} | more).encode()
        asked = urllib.request.Request(
            f"{gateway}/sandbox/faults", ordered, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(asked) as answer:
            assert answer.status == 204

    return order


class Gateway:
    """What a person does at the gateway's control page: the cardholder's bank has its say."""

    def __init__(self, url: str) -> None:
        self._url = url

    def settles(self, charge: str | None) -> None:
        self._act(charge, "settle")

    def declines(self, charge: str | None) -> None:
        self._act(charge, "decline")

    def disputes(self, charge: str | None) -> None:
        self._act(charge, "dispute")

    def wins(self, charge: str | None) -> None:
        self._act(charge, "win")

    def loses(self, charge: str | None) -> None:
        self._act(charge, "lose")

    def _act(self, charge: str | None, what: str) -> None:
        asked = urllib.request.Request(f"{self._url}/gateway/{charge}/{what}", b"", method="POST")
        with urllib.request.urlopen(asked) as answer:
            assert answer.status == 200


@pytest.fixture
def bank(gateway: str) -> Gateway:
    return Gateway(gateway)
