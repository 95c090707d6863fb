"""The server of the tests leaves nothing open when a browser goes away."""

import socket
import struct
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from tests.listening import listening

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: closing throws away what was not read, and says so


class Answer:
    is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield b"Yes, it is free."

    def close(self) -> None:
        self.is_closed = True


def test_an_answer_is_closed_though_the_browser_goes_away() -> None:
    answer = Answer()

    def app(environ: dict[str, Any], start_response: Any) -> Answer:
        start_response("200 OK", [("Content-Length", "16")])
        return answer

    with listening(app) as address:
        where = urlsplit(address)
        with socket.create_connection((where.hostname, where.port), timeout=10) as browser:
            browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            browser.sendall(b"GET / HTTP/1.0\r\n\r\n")
            browser.recv(1)
    assert answer.is_closed
