"""A proxy in front of the real NLU server that takes its time."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests


class SlowNlu:
    """Use as a context; `url` is where to ask, `asked` counts the parses that came in."""

    def __init__(self, real: str, seconds: float) -> None:
        self.asked = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._pass_on(requests.get(real + self.path, timeout=10))

            def do_POST(self) -> None:
                outer.asked += 1
                body = self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(seconds)
                self._pass_on(requests.post(real + self.path, data=body, timeout=10))

            def _pass_on(self, answer: requests.Response) -> None:
                try:
                    self.send_response(answer.status_code)
                    self.send_header("Content-Length", str(len(answer.content)))
                    self.end_headers()
                    self.wfile.write(answer.content)
                except BrokenPipeError:
                    pass  # the worker that asked was killed: what this proxy is for

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "SlowNlu":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
