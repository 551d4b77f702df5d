"""Messages to addresses that somebody typed reach programs elsewhere, and nothing of ours."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from cecs.gateways import callbacks
from cecs.gateways.callbacks import NotDelivered, Why, send
from tests.listening import Program, listening


@pytest.fixture
def program() -> Iterator[Program]:
    with listening() as found:
        yield found


def why(address: str, own_machine: bool = False) -> Why:
    with pytest.raises(NotDelivered) as fault:
        send(address, {}, "{}", own_machine)
    return fault.value.why


def resolves_to(monkeypatch: pytest.MonkeyPatch, *ips: str) -> list[tuple[Any, ...]]:
    """Lets every name lead there; gives where connections were tried."""
    tried: list[tuple[Any, ...]] = []

    def resolve(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ips]

    def connect(place: tuple[Any, ...], timeout: float) -> socket.socket:
        tried.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    return tried


def certificate(folder: Path) -> Path:
    """One of 127.0.0.1, signed by itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hill.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


def test_a_message_arrives_with_its_headers(program: Program) -> None:
    status = send(program.url, {"CECS-Event-Id": "7"}, '{"name":"Núñez"}', True)
    ((headers, body),) = program.came

    assert status == 204 and body.decode() == '{"name":"Núñez"}'
    assert headers["CECS-Event-Id"] == "7" and headers["Host"].startswith("127.0.0.1:")


def test_a_redirect_is_an_answer_and_is_not_followed(program: Program) -> None:
    with listening() as elsewhere:
        program.status, program.location = 302, elsewhere.url

        assert send(program.url, {}, "{}", True) == 302
        assert elsewhere.came == []


@pytest.mark.parametrize(
    "ips",
    [
        ("127.0.0.1",), ("10.0.0.5",), ("169.254.169.254",), ("192.168.0.9", "93.184.216.34"),
        ("93.184.216.34", "10.0.0.5"), ("::ffff:127.0.0.1",), ("fd00::1",),
    ],
)  # fmt: skip
def test_a_name_that_leads_into_our_network_is_not_connected_to(
    monkeypatch: pytest.MonkeyPatch, ips: tuple[str, ...]
) -> None:
    tried = resolves_to(monkeypatch, *ips)

    assert why("https://hill.example/in") is Why.NOT_PUBLIC and tried == []


def test_the_connection_goes_to_an_address_that_was_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = resolves_to(monkeypatch, "93.184.216.34", "93.184.216.35")

    assert why("https://hill.example/in") is Why.NO_ANSWER
    assert tried == [("93.184.216.34", 443), ("93.184.216.35", 443)]


def test_a_name_with_many_silent_addresses_holds_up_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = resolves_to(monkeypatch, *(f"93.184.216.{last}" for last in range(1, 101)))

    assert why("https://hill.example/in") is Why.NO_ANSWER and len(tried) == 2


def test_without_https_only_our_own_machine_is_sent_to(
    monkeypatch: pytest.MonkeyPatch, program: Program
) -> None:
    assert why(program.url, own_machine=False) is Why.NOT_PUBLIC
    tried = resolves_to(monkeypatch, "93.184.216.34")

    assert why("http://hill.example/", own_machine=True) is Why.NOT_PUBLIC and tried == []
    assert program.came == []


def test_a_name_that_leads_nowhere_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", resolve)

    assert why("https://hill.example/") is Why.NOT_FOUND


def test_the_server_must_be_who_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = certificate(tmp_path)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(path)
    with listening(lambda plain: serving.wrap_socket(plain, server_side=True)) as program:
        stranger = why(program.url, own_machine=True)
        before = list(program.came)
        trusting = ssl.create_default_context(cafile=str(path))
        monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
        known = send(program.url, {}, "{}", True)

    assert stranger is Why.NOT_TRUSTED and before == [] and known == 204


def test_a_server_that_never_ends_its_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callbacks, "SECONDS", 0.5)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            found, _ = listener.accept()
            with found:
                while not over.wait(0.05):
                    try:
                        found.sendall(b"H")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            address = f"http://127.0.0.1:{listener.getsockname()[1]}/"

            assert why(address, own_machine=True) is Why.NO_ANSWER
        finally:
            over.set()
            thread.join()


def test_a_name_whose_search_never_ends_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callbacks, "SECONDS", 0.3)
    over = threading.Event()

    def resolve(*_: Any, **__: Any) -> list[Any]:
        over.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    began = time.monotonic()
    try:
        assert why("https://hill.example/") is Why.NOT_FOUND
        assert time.monotonic() - began < 2
    finally:
        over.set()


def test_silent_addresses_share_the_time_that_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callbacks, "SECONDS", 1.0)
    resolves_to(monkeypatch, "93.184.216.34", "93.184.216.35")
    waits: list[float] = []

    def connect(place: tuple[Any, ...], timeout: float) -> socket.socket:
        waits.append(timeout)
        time.sleep(timeout)
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", connect)
    began = time.monotonic()

    assert why("https://hill.example/in") is Why.NO_ANSWER
    assert len(waits) == 2 and time.monotonic() - began < 1.5
