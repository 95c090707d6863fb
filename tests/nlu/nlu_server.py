"""A small HTTP server that answers as Rasa does, or as a test wants: late, wrongly, in drops, or not at all."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.nlu.client import PARSE_ALL

MODEL = "20261124-120000-abcdef12"
TOKEN = "Zt4Hn8Rw1Qs6Ky3M"


def parsed(**changes: Any) -> dict[str, Any]:
    """Rasa's answer to a message about a mammogram."""
    ranking = [{"name": "does_it_hurt", "confidence": 0.91}, {"name": "cost", "confidence": 0.04}]
    entities = [{"entity": "programme", "start": 7, "end": 16, "value": "breast", "extractor": "RegexEntityExtractor"}]
    answer = {"text": "?", "intent": ranking[0], "entities": entities, "intent_ranking": ranking}
    return answer | {"model_file": f"{MODEL}.tar.gz"} | changes


@dataclass
class Answer:
    """What the server says to one path."""

    body: Any
    status: int = 200
    after: float = 0.0  # seconds until it begins to answer
    drops: float = 0.0  # seconds between two bytes
    is_cut: bool = False  # the connection ends before the body does
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def raw(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class NluServer:
    """Where it listens, what it will say, and what it was asked."""

    url: str
    answers: dict[str, Answer]
    asked: list[tuple[str, str, dict[str, list[str]], bytes]] = field(default_factory=list)

    def says(self, path: str, body: Any, status: int = 200, **more: Any) -> None:
        self.answers[path] = Answer(body, status, **more)

    def bodies(self, path: str = PARSE_ALL) -> list[Any]:
        return [json.loads(body) for _, asked, _, body in self.asked if asked == path]

    def count(self, path: str) -> int:
        return sum(asked == path for _, asked, _, _ in self.asked)


@contextmanager
def running(port: int = 0) -> Iterator[NluServer]:
    """A server that knows one message; stopped at the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # keeps connections, as Rasa does

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            url = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            server.asked.append((self.command, url.path, parse_qs(url.query), body))
            answer = server.answers.get(url.path) or Answer({}, 404)
            if url.path == PARSE_ALL and isinstance(answer.body, dict) and answer.status == 200:
                answer = replace(answer, body=[answer.body] * len(json.loads(body)["texts"]))
            time.sleep(answer.after)
            try:
                self._write(answer)
            except OSError:
                self.close_connection = True  # the client gave up

        def _write(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.raw) + answer.is_cut))
            self.end_headers()
            self.close_connection = answer.is_cut
            step = 1 if answer.drops else max(1, len(answer.raw))
            for start in range(0, len(answer.raw), step):
                self.wfile.write(answer.raw[start : start + step])
                time.sleep(answer.drops)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Listener(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False
        connections: list[socket.socket] = []

        def get_request(self) -> tuple[socket.socket, Any]:
            connection, address = super().get_request()
            self.connections.append(connection)
            return connection, address

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # a connection that was cut

    listener = Listener(("127.0.0.1", port), Handler)
    server = NluServer(f"http://127.0.0.1:{listener.server_address[1]}", {})
    server.says(PARSE_ALL, parsed())
    server.says("/status", {"model_file": f"models/{MODEL}.tar.gz", "model_id": "x", "num_active_training_jobs": 0})
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()
        for connection in listener.connections:
            with suppress(OSError):  # closed already
                connection.shutdown(socket.SHUT_RDWR)
