import socket
import threading
from collections.abc import Iterator

import pytest

from common import healthcheck
from tests.support.ports import free_port


@pytest.fixture
def answers() -> Iterator[list[bytes]]:
    """A server that answers each connection with the bytes in the list; the fixture's last element is its port."""
    box: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)
                    connection.sendall(box[0])

        thread = threading.Thread(target=serve)
        thread.start()
        box.append(b"")
        box.append(str(server.getsockname()[1]).encode())
        yield box
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def check(answers: list[bytes], answer: bytes) -> int:
    answers[0] = answer
    return healthcheck.main(f"http://127.0.0.1:{answers[1].decode()}/healthz")


def test_2xx_is_healthy(answers: list[bytes]) -> None:
    assert check(answers, b"HTTP/1.1 204 No Content\r\n\r\n") == 0


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        (b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", "503"),
        (b"SSH-2.0-OpenSSH\r\n", "SSH-2.0"),
        (b"", "closed connection"),
    ],
)
def test_anything_else_is_not_and_says_why(
    answers: list[bytes], answer: bytes, seen: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(answers, answer) == 1
    assert seen in capsys.readouterr().err


def test_proxy_of_the_environment_is_not_asked(answers: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    assert check(answers, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") == 0


@pytest.mark.parametrize("url", ["nonsense", "http://127.0.0.1:99999/", "http://127.0.0.1:1/"])
def test_url_that_leads_nowhere_is_unhealthy(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert healthcheck.main(url) == 1
    assert capsys.readouterr().err.startswith(url)
