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
