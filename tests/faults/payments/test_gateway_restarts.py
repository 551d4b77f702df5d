"""The gateway is killed in the middle of a call, and comes back with all that it knew."""

import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from cecs.desk import Desk
from cecs.sandbox.serving import serve
from cecs.sandbox.settings import SandboxSettings
from cecs.services.refused import Refused
from tests.conftest import Clock
from tests.faults.payments.bank import Bank
from tests.faults.payments.elsewhere import PROCESSES, watched
from tests.faults.payments.mishaps import refused_after_all
from tests.faults.payments.recovery import must_hold, pays, pays_after_all, recovers_for_good
from tests.sandbox.conftest import free_port

CALLS = {"look_up": "look_up", "sale": "authorise", "capture": "capture", "void": "void"}


class GatewayProcess:
    """The sandbox as a process of its own, always at the same address."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self._process: Any = None

    def start(self) -> None:
        """Returns once it answers."""
        settings = SandboxSettings(self.folder, ("http://127.0.0.1:5000",))
        where = settings, "127.0.0.1", self.port, free_port()
        self._process = PROCESSES.Process(target=serve, args=where)
        self._process.start()
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.02)

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()
        self._process.join()


@pytest.fixture(scope="module")
def gateway_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    started = GatewayProcess(tmp_path_factory.mktemp("gateway"))
    started.start()
    yield started
    started.kill()


@pytest.fixture(scope="module")
def gateway(gateway_process: GatewayProcess) -> tuple[str, Path]:
    return f"http://127.0.0.1:{gateway_process.port}", gateway_process.folder


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("moment", ["before_it_hears", "before_the_work", "after_the_work"])
def test_a_payment_survives_a_gateway_that_is_killed_during_a_call(
    desk: Desk, clock: Clock, bank: Bank, gateway_process: GatewayProcess,
    owed: Callable[[], uuid.UUID], tally: Callable[..., None],
    call: str, moment: str,
) -> None:  # fmt: skip
    application_id = owed()
    killer = threading.Thread(target=_kills_at_work, args=(gateway_process, bank, call))

    def crossed(name: str) -> None:
        if name != f"before {CALLS[call]}":
            return
        if moment == "before_it_hears":
            gateway_process.kill()
        else:
            when = "after" if moment == "after_the_work" else "late"
            bank.order(call, "hang", when, seconds=30)
            killer.start()

    with watched(desk, crossed) as observed, suppress(Refused):
        (refused_after_all if call == "void" else pays)(observed, application_id)
    if moment != "before_it_hears":
        killer.join()
    gateway_process.start()
    recovers_for_good(desk, clock, bank)
    tally("gateway restarts")

    assert bank.was_met(call)
    must_hold(application_id, bank)
    pays_after_all(desk, application_id, bank)


def _kills_at_work(gateway_process: GatewayProcess, bank: Bank, call: str) -> None:
    while not bank.was_met(call):
        time.sleep(0.02)
    time.sleep(0.1)
    gateway_process.kill()
