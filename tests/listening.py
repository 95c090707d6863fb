"""A WSGI application on a real socket of loopback, in a thread, for as long as a block runs."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Quiet(WSGIRequestHandler):
    """Says nothing about the requests it gets."""

    def log_request(self, code: object = "-", size: object = "-") -> None:
        pass


@contextmanager
def listening(app: "WSGIApplication", port: int = 0, threaded: bool = True) -> Iterator[str]:
    """Serve until the end of the block; gives the address. Port 0 is one that is free."""
    server = make_server("127.0.0.1", port, _read_whole(app), threaded=threaded, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _read_whole(app: "WSGIApplication") -> "WSGIApplication":
    """Close each answer before it is sent.

    werkzeug's server leaves an answer open when the browser goes away in the middle, and the file behind it would fail
    whichever test runs when Python finds it.
    """

    def whole(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        answer = app(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            if hasattr(answer, "close"):
                answer.close()

    return whole
